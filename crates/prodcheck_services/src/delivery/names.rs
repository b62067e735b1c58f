//! What the names of jobs, scripts and stages say: what they are for, and how far from production a stage is.

use crate::routes::purpose::{self, Purpose};
use prodcheck_facts::automation::{Automation, AutomationTool, Job};
use prodcheck_facts::folders;
use prodcheck_source::RepoPath;

/// What a stage of the product is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StageKind {
    /// The users' own.
    Production,
    /// Before production: `staging`, `preprod`, `uat`, previews.
    Staging,
    /// For developers and tests: `dev`, `test`.
    Development,
    /// A public instance that shows the product.
    Showcase,
    /// Nothing is known by that name.
    Unsaid,
}

const STAGING: &[&str] = &[
    "staging",
    "stage",
    "stg",
    "preprod",
    "preproduction",
    "preprd",
    "uat",
    "qa",
    "aat",
    "ppd",
    "acceptance",
    "acc",
    "preview",
    "previews",
    "review",
    "prerelease",
    "canary",
    "beta",
    "perftest",
    "ithc",
    "sit",
    "nonprod",
];

const PRODUCTION: &[&str] = &["prod", "production", "prd", "live", "main", "release"];

const DEVELOPMENT: &[&str] = &["dev", "devel", "develop", "development", "test", "testing", "integration", "int", "ci"];

const SHOWCASE: &[&str] = &["demo", "showcase", "playground", "try", "sandbox", "demos"];

/// What a stage is, by the words of its name; `pre-prod` is one word. A demonstration counts as a stage before production
/// (`demo`), unless only a public showcase is meant, which the caller knows better.
pub fn stage(name: &str) -> StageKind {
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = purpose::words(&lower).collect();
    let has =
        |list: &[&str]| words.iter().any(|word| list.contains(&word.trim_end_matches(|c: char| c.is_ascii_digit())));
    let pairs = |first: &str, second: &[&str]| {
        words.windows(2).any(|pair| matches!(pair, [a, b] if *a == first && second.contains(b)))
    };
    if has(STAGING) || pairs("pre", PRODUCTION) || pairs("non", PRODUCTION) {
        StageKind::Staging
    } else if has(SHOWCASE) {
        StageKind::Showcase
    } else if has(DEVELOPMENT) {
        StageKind::Development
    } else if has(PRODUCTION) {
        StageKind::Production
    } else {
        StageKind::Unsaid
    }
}

/// Whether a word names a stage wherever it stands, as `staging` and `prod` do and `main` and `test` do not.
pub fn is_strong(name: &str) -> bool {
    const STRONG: &[&str] = &[
        "staging",
        "stage",
        "stg",
        "preprod",
        "preproduction",
        "uat",
        "qa",
        "aat",
        "prod",
        "production",
        "prd",
        "demo",
    ];
    let lower = name.to_ascii_lowercase();
    let mut words = purpose::words(&lower);
    words.any(|word| STRONG.contains(&word.trim_end_matches(|c: char| c.is_ascii_digit())))
}

/// What a job is for: by its own names, else by its file's.
pub fn purpose(path: &RepoPath, file: &Automation, job: &Job) -> Purpose {
    let of = |text: &str| purpose::of_words(purpose::words(text));
    if file.tool == AutomationTool::Shell {
        return of(path.stem());
    }
    let names = [Some(job.id.value.as_str()), job.name.as_ref().map(|name| name.value.as_str())];
    let own = names.into_iter().flatten().map(of).find(|purpose| *purpose != Purpose::Unsaid);
    // A file called `ci` holds whatever a pipeline does.
    let of_file = |text: &str| {
        let lower = text.to_ascii_lowercase();
        purpose::of_words(purpose::words(&lower).filter(|word| *word != "ci"))
    };
    let title = file.name.as_ref().map(|name| of_file(&name.value)).unwrap_or(Purpose::Unsaid);
    match own {
        Some(purpose) => purpose,
        None if !file.tool.is_pipeline() => Purpose::Unsaid,
        None if of_file(path.stem()) != Purpose::Unsaid => of_file(path.stem()),
        None => title,
    }
}

/// Whether a name says that it deploys.
pub fn deploys(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let mut words = purpose::words(&lower);
    words.any(|word| {
        matches!(
            word,
            "deploy"
                | "deploys"
                | "deployment"
                | "deployments"
                | "deployer"
                | "redeploy"
                | "rollout"
                | "cd"
                | "ship"
                | "promote"
        ) || word.starts_with("deploy")
    })
}

/// Whether a name says that it brings an installation up to date: `update.sh`, `upgrade`.
pub fn updates(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    purpose::words(&lower).any(|word| matches!(word, "update" | "upgrade" | "updater" | "upgrader"))
}

/// Whether a job or script that nothing calls is a deploy by its name, so that it is followed by itself.
pub fn is_deploy_root(path: &RepoPath, tool: AutomationTool, id: &str) -> bool {
    if folders::is_example(path) || folders::is_test(path) || folders::is_foreign(path) {
        return false;
    }
    match tool {
        AutomationTool::Shell => {
            let aside = purpose::of_words(purpose::words(path.stem())).is_aside();
            let by_folder =
                path.parent().parts().any(deploys) && matches!(path.stem(), "run" | "start" | "up" | "release");
            let hook = path.name() == "post-receive";
            !aside && (deploys(path.stem()) || updates(path.stem()) || by_folder || hook)
        }
        AutomationTool::Ansible => deploys(path.stem()) || path.parent().parts().any(deploys) || deploys(id),
        tool if tool.is_pipeline() => true,
        _ => {
            (deploys(id) || (updates(id) && tool != AutomationTool::PackageScripts))
                && !purpose::of_words(purpose::words(id)).is_aside()
        }
    }
}

/// Whether a shell script of any name may bring an installation up to date: it is none for tests or development.
pub fn may_update(path: &RepoPath) -> bool {
    let aside = purpose::of_words(purpose::words(path.stem())).is_aside();
    !aside && !folders::is_example(path) && !folders::is_test(path) && !folders::is_foreign(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_by_their_names() {
        assert_eq!(stage("pre-prod"), StageKind::Staging);
        assert_eq!(stage("eu-staging-2"), StageKind::Staging);
        assert_eq!(stage("Production"), StageKind::Production);
        assert_eq!(stage("dev"), StageKind::Development);
        assert_eq!(stage("größe"), StageKind::Unsaid);
        assert_eq!(stage("demo"), StageKind::Showcase);
        assert_eq!(stage("stagecoach"), StageKind::Unsaid);
    }

    #[test]
    fn deploys_by_their_names() {
        assert!(is_deploy_root(&"scripts/deploy-prod.sh".into(), AutomationTool::Shell, ""));
        assert!(is_deploy_root(&"update.sh".into(), AutomationTool::Shell, ""));
        assert!(!is_deploy_root(&"scripts/deploy-test.sh".into(), AutomationTool::Shell, ""));
        assert!(!is_deploy_root(&"examples/a/deploy.sh".into(), AutomationTool::Shell, ""));
        assert!(is_deploy_root(&"package.json".into(), AutomationTool::PackageScripts, "deploy:prod"));
        assert!(!is_deploy_root(&"package.json".into(), AutomationTool::PackageScripts, "update"));
    }
}
