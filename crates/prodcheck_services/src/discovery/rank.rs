//! Which of a service's routes is the main one.

use crate::{Repository, Route, RouteKind, Tool};
use prodcheck_source::RepoPath;
use std::collections::BTreeMap;

/// Sorts routes as the rulebook ranks them: by their kind; of one kind, first what a workflow or deploy script names, then
/// what runs on Linux, then Oxmgr before PM2, then as they were found.
pub fn sort(routes: &mut [Route], repository: &Repository) {
    let named = named(routes, repository);
    routes.sort_by_key(|route| {
        let file = route.outermost().map(|layer| &layer.place.path);
        let is_named = file.is_some_and(|file| named.get(file).copied().unwrap_or(false));
        let for_windows = !route.start.windows.is_empty();
        (route.kind, !is_named, for_windows, route.outermost().map(|layer| layer.tool))
    });
}

/// Of the files of routes of which several have one kind, whether a workflow or script names each, or runs the command
/// that deploys by it.
fn named(routes: &[Route], repository: &Repository) -> BTreeMap<RepoPath, bool> {
    let mut files: BTreeMap<RouteKind, BTreeMap<&RepoPath, Tool>> = BTreeMap::new();
    for layer in routes.iter().filter_map(|route| Some((route.kind, route.outermost()?))) {
        files.entry(layer.0).or_default().insert(&layer.1.place.path, layer.1.tool);
    }
    let rivals = files.into_values().filter(|files| files.len() > 1).flatten();
    rivals.map(|(file, tool)| (file.clone(), is_named(file, tool, repository))).collect()
}

fn is_named(file: &RepoPath, tool: Tool, repository: &Repository) -> bool {
    let scripts = repository.files.paths().filter(|path| *path != file && deploys(path));
    let mut texts = scripts.filter_map(|path| repository.files.text(path));
    texts.any(|text| {
        let commands = commands(tool).iter().any(|command| text.text().contains(command));
        commands || holds_name(text.text(), file.name())
    })
}

/// What a workflow or script says where it deploys to a platform whose file it need not name: commands of the platform's
/// own program, and actions (<https://fly.io/docs/flyctl/deploy/>, <https://devcenter.heroku.com/articles/git>,
/// <https://docs.railway.com/reference/cli-api>, <https://render.com/docs/deploy-hooks>,
/// <https://cloud.google.com/sdk/gcloud/reference/app/deploy>, <https://cli.cloudfoundry.org/en-US/v8/push.html>,
/// <https://docs.digitalocean.com/reference/doctl/reference/apps/>).
fn commands(tool: Tool) -> &'static [&'static str] {
    match tool {
        Tool::Fly => &["flyctl deploy", "fly deploy", "superfly/fly-pr-review-apps"],
        Tool::Heroku => &["git push heroku", "heroku container:release", "heroku-deploy", "git push dokku"],
        Tool::Railway => &["railway up", "railway redeploy"],
        Tool::Render => &["api.render.com/deploy", "render deploys create"],
        Tool::AppEngine => &["gcloud app deploy", "google-github-actions/deploy-appengine"],
        Tool::CloudFoundry => &["cf push"],
        Tool::DigitalOcean => &["doctl apps ", "digitalocean/app_action"],
        _ => &[],
    }
}

/// Whether a file is a pipeline or a script by which somebody deploys.
fn deploys(path: &RepoPath) -> bool {
    let pipeline = path.parts().any(|part| matches!(part, ".github" | ".circleci" | ".buildkite" | ".woodpecker"));
    let named = matches!(
        path.name(),
        ".gitlab-ci.yml" | "Jenkinsfile" | "bitbucket-pipelines.yml" | "azure-pipelines.yml" | "Makefile" | "Justfile"
    );
    pipeline || named || path.extension() == Some("sh") || path.name() == "package.json"
}

/// Whether a text holds a name that is not part of a longer one: `compose.yml` is not in `docker-compose.yml`.
fn holds_name(text: &str, name: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(part_of_name) && !after.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_alone() {
        assert!(holds_name("pm2 start ./größe/prod.config.js --env production", "prod.config.js"));
        assert!(holds_name("prod.config.js", "prod.config.js"));
        assert!(!holds_name("docker compose -f docker-compose.yml up", "compose.yml"));
        assert!(!holds_name("a.json5", "a.json") && holds_name("cat a.json.", "a.json"));
    }
}
