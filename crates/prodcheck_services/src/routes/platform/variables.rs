//! Values that a platform's file leaves to a file of variables: `((name))` in manifests of Cloud Foundry.
//!
//! Follows <https://docs.cloudfoundry.org/devguide/deploy-apps/manifest-attributes.html#variable-substitution>.

use crate::Repository;
use crate::routes::purpose::{self, Purpose};
use crate::{EnvSetting, EnvValue};
use prodcheck_formats::value::Node;
use prodcheck_source::RepoPath;

/// Puts the values of production's file of variables in, where the repository has one beside the manifest; what stays
/// open is unknown.
pub(super) fn put_in(repository: &Repository, manifest: &RepoPath, environment: &mut [EnvSetting]) {
    let open = |setting: &EnvSetting| matches!(&setting.value, EnvValue::Text(text) if text.contains("(("));
    if !environment.iter().any(open) {
        return;
    }
    let variables = of_production(repository, manifest);
    for setting in environment.iter_mut().filter(|setting| open(setting)) {
        let EnvValue::Text(text) = &setting.value else { continue };
        let mut filled = text.clone();
        for (name, value) in &variables {
            filled = filled.replace(&format!("(({name}))"), value);
        }
        setting.value = if filled.contains("((") { EnvValue::Unknown } else { EnvValue::Text(filled) };
    }
}

/// The variables of `vars/production.yml`, `vars-prod.yml` and the like.
fn of_production(repository: &Repository, manifest: &RepoPath) -> Vec<(String, String)> {
    let folder = manifest.parent();
    let near = |path: &&RepoPath| {
        let parent = path.parent();
        parent == folder || (parent.parent() == folder && matches!(parent.name(), "vars" | "variables"))
    };
    let named = |path: &&RepoPath| {
        let vars = purpose::words(path.name()).any(|word| matches!(word, "vars" | "variables"))
            || matches!(path.parent().name(), "vars" | "variables");
        vars && matches!(path.extension(), Some("yml" | "yaml"))
            && purpose::of_words(purpose::words(path.name())) == Purpose::Production
    };
    let files = repository.files.paths().filter(near).filter(named);
    let texts = files.filter_map(|path| repository.files.text(path));
    let trees = texts.filter_map(|text| prodcheck_formats::yaml::parse(text.text()).tree.into_iter().next());
    let pairs = |tree: Node| {
        tree.entries().filter_map(|entry| Some((entry.key.clone(), entry.value.to_text()?))).collect::<Vec<_>>()
    };
    trees.flat_map(pairs).collect()
}
