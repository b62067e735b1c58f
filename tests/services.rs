//! Whole reports on realistic services stay as they are, unless somebody looks at what changed.
//!
//! Each folder below `tests/services` and `examples` is a repository. `cargo insta review` accepts a change.

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(folder: &Path, below: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(below).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            read(folder, &path, files);
        } else if let (Ok(relative), Ok(bytes)) = (path.strip_prefix(folder), std::fs::read(&path)) {
            files.insert(relative.to_string_lossy().replace('\\', "/"), bytes);
        }
    }
}

#[test]
fn reports() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root().join("tests/services"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for parent in ["examples", "tests/services"] {
        let mut folders: Vec<_> =
            std::fs::read_dir(root().join(parent)).into_iter().flatten().flatten().map(|e| e.path()).collect();
        folders.retain(|path| path.is_dir());
        folders.sort();
        for folder in folders {
            let mut files = BTreeMap::new();
            read(&folder, &folder, &mut files);
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let rendered = support::rendered(&files);
            settings.bind(|| insta::assert_snapshot!(name, rendered));
        }
    }
}
