//! How fast the engine reads: one file's text to a tree, to facts, and whole repositories to a report.
//!
//! Speeds are bytes of source per second. `npm run bench` makes the repositories that are read here.

#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a bench without its input should stop; its macros document nothing"
)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use prodcheck::{Engine, Options};
use prodcheck_formats::javascript::{self, Dialect};
use prodcheck_source::{RepoPath, SourceText};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};

type Files = BTreeMap<String, Vec<u8>>;

const REPOSITORIES: [&str; 4] =
    ["examples/orders-after", "target/bench/library", "target/bench/modules-100", "target/bench/modules-2000"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(folder: &Path) -> Files {
    let mut found = Files::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(below) = folders.pop() {
        for entry in std::fs::read_dir(&below).expect("run `npm run bench`, which makes this folder") {
            let path = entry.expect("a folder that can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let relative = path.strip_prefix(folder).expect("a path below the folder");
                let name = relative.to_string_lossy().replace('\\', "/");
                found.insert(name, std::fs::read(&path).expect("a file that can be read"));
            }
        }
    }
    found
}

fn check(files: &Files) -> usize {
    let options = Options { date: "2026-11-23".to_owned(), ..Options::default() };
    let mut engine = Engine::open(files.keys().cloned().collect(), options);
    loop {
        let wanted = engine.wanted();
        if wanted.is_empty() {
            return engine.check().services.len();
        }
        for path in wanted {
            engine.provide(&path, files.get(&path).map_or(&[], Vec::as_slice));
        }
    }
}

fn one_file_after_another(criterion: &mut Criterion) {
    let files = files(&root().join("target/bench/modules-100"));
    let modules: Vec<_> = files
        .iter()
        .filter_map(|(path, bytes)| Some((RepoPath::new(path), Dialect::of(path)?, String::from_utf8_lossy(bytes))))
        .collect();
    let bytes = modules.iter().map(|(_, _, text)| text.len() as u64).sum();
    let mut group = criterion.benchmark_group("one file after another");
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function("to a tree", |bencher| {
        bencher.iter(|| {
            for (_, dialect, text) in &modules {
                black_box(javascript::parse(text, *dialect));
            }
        });
    });
    group.bench_function("to facts", |bencher| {
        bencher.iter(|| {
            for (path, _, text) in &modules {
                black_box(prodcheck_facts::gather(path, &SourceText::new(text.to_string())));
            }
        });
    });
    group.finish();
}

fn whole_repositories(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("whole repository");
    group.sample_size(10);
    for folder in REPOSITORIES {
        let files = files(&root().join(folder));
        group.throughput(Throughput::Bytes(files.values().map(|bytes| bytes.len() as u64).sum()));
        let name = folder.rsplit('/').next().unwrap_or(folder);
        group.bench_with_input(BenchmarkId::from_parameter(name), &files, |bencher, files| {
            bencher.iter(|| black_box(check(files)));
        });
    }
    group.finish();
}

criterion_group!(benches, one_file_after_another, whole_repositories);
criterion_main!(benches);
