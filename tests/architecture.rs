//! The arrows between crates lead to the right only.

#![allow(clippy::expect_used, reason = "without the workspace's metadata there is nothing to test")]

use cargo_metadata::MetadataCommand;
use std::collections::BTreeMap;

/// Each crate and the crates of this workspace that it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("prodcheck_source", &[]),
    ("prodcheck_formats", &["prodcheck_source"]),
    ("prodcheck_facts", &["prodcheck_source", "prodcheck_formats"]),
    ("prodcheck_program", &["prodcheck_source", "prodcheck_formats", "prodcheck_facts"]),
    ("prodcheck_code", &["prodcheck_source", "prodcheck_formats", "prodcheck_facts", "prodcheck_program"]),
    (
        "prodcheck_services",
        &["prodcheck_source", "prodcheck_formats", "prodcheck_facts", "prodcheck_program", "prodcheck_code"],
    ),
    // A check cannot parse.
    (
        "prodcheck_checks",
        &["prodcheck_source", "prodcheck_facts", "prodcheck_program", "prodcheck_code", "prodcheck_services"],
    ),
    ("prodcheck_report", &["prodcheck_source", "prodcheck_services", "prodcheck_checks"]),
];

/// Crates of other people that only one crate may name, because they shape what it gives.
const KEPT: &[(&str, &str)] = &[
    ("swc_core", "prodcheck_formats"),
    ("wasm-bindgen", "prodcheck_wasm"),
    ("js-sys", "prodcheck_wasm"),
    ("serde-wasm-bindgen", "prodcheck_wasm"),
];

#[test]
fn crates_depend_to_the_right_only() {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec().expect("the workspace");
    let dependencies: BTreeMap<String, Vec<String>> = metadata
        .packages
        .iter()
        .map(|package| {
            let normal = package.dependencies.iter().filter(|d| d.kind == cargo_metadata::DependencyKind::Normal);
            (package.name.to_string(), normal.map(|dependency| dependency.name.clone()).collect())
        })
        .collect();
    let mut wrong = Vec::new();
    for (name, allowed) in ARROWS {
        let found = dependencies.get(*name).expect("a crate of the workspace");
        let ours = found.iter().filter(|dependency| dependencies.contains_key(*dependency));
        wrong.extend(ours.filter(|d| !allowed.contains(&d.as_str())).map(|d| format!("{name} depends on {d}")));
    }
    for (kept, keeper) in KEPT {
        let others = dependencies.iter().filter(|(name, found)| name != keeper && found.iter().any(|d| d == kept));
        wrong.extend(others.map(|(name, _)| format!("{name} depends on {kept}, which only {keeper} may")));
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}
