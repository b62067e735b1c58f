//! Scripts and task files: shell scripts, Makefiles, justfiles, Taskfiles, and the scripts of a `package.json`.
//!
//! A shell script is one job with one step; a makefile's target, a task and a package's script are one job each.

use super::commands::Commands;
use super::{Automation, AutomationTool, Job, ReadFile, Step};
use crate::fields::{text, texts};
use crate::npm::Package;
use prodcheck_formats::excerpt::Excerpt;
use prodcheck_formats::recipes::Recipes;
use prodcheck_formats::value::Node;
use prodcheck_formats::{justfile, makefile, yaml};
use prodcheck_source::{RepoPath, Span, Spanned};

/// Folders of scripts, in which files without an extension are read for their first line.
const FOLDERS: &[&str] = &["bin", "script", "scripts", "deploy", "deployment", "ci", "hack", "tools", "ops", ".ci"];

/// Whether a file is a shell script by its name.
pub(super) fn is_shell(path: &RepoPath) -> bool {
    match path.extension() {
        Some(extension) => matches!(extension, "sh" | "bash" | "zsh" | "ksh"),
        None => !path.name().starts_with('.') && path.parent().parts().any(|part| FOLDERS.contains(&part)),
    }
}

/// Reads a shell script.
pub(super) fn read_shell(path: &RepoPath, source: &str) -> ReadFile {
    // Without an extension, the first line tells what a file is.
    let shell = source.lines().next().is_some_and(|line| line.starts_with("#!") && line.contains("sh"));
    if path.extension().is_none() && !shell {
        return (None, Vec::new());
    }
    let mut file = Automation::new(AutomationTool::Shell);
    let whole = Span::new(0, source.len());
    let mut job = Job::new(Spanned::new(path.name().to_owned(), Span::default()), whole);
    let mut step = Step { span: whole, ..Step::default() };
    Commands::new(path).read(&Excerpt::plain(source), &mut step.commands);
    job.steps.push(step);
    file.jobs.push(job);
    (Some(file), Vec::new())
}

/// Whether a file is a Makefile.
pub(super) fn is_makefile(path: &RepoPath) -> bool {
    let name = path.name().to_ascii_lowercase();
    matches!(name.as_str(), "makefile" | "gnumakefile") || name.ends_with(".mk")
}

/// Whether a file is a justfile.
pub(super) fn is_justfile(path: &RepoPath) -> bool {
    let name = path.name().to_ascii_lowercase();
    matches!(name.as_str(), "justfile" | ".justfile") || name.ends_with(".just")
}

/// Reads a Makefile.
pub(super) fn read_makefile(path: &RepoPath, source: &str) -> ReadFile {
    (Some(of_recipes(path, AutomationTool::Make, &makefile::parse(source).tree)), Vec::new())
}

/// Reads a justfile.
pub(super) fn read_justfile(path: &RepoPath, source: &str) -> ReadFile {
    (Some(of_recipes(path, AutomationTool::Just, &justfile::parse(source).tree)), Vec::new())
}

fn of_recipes(path: &RepoPath, tool: AutomationTool, recipes: &Recipes) -> Automation {
    let mut file = Automation::new(tool);
    for rule in &recipes.rules {
        let Some(first) = rule.targets.first() else { continue };
        let mut job = Job::new(first.clone(), rule.span);
        job.needs = rule.prerequisites.clone();
        for line in &rule.recipe {
            // Every line has a shell of its own.
            let mut step = Step { span: line.span, ..Step::default() };
            Commands::new(path).script(&line.script, &mut step.commands);
            job.steps.push(step);
        }
        file.jobs.push(job);
    }
    file
}

/// Whether a file is a Taskfile, <https://taskfile.dev/docs/reference/schema>.
pub(super) fn is_taskfile(path: &RepoPath) -> bool {
    matches!(path.extension(), Some("yml" | "yaml")) && path.stem().to_ascii_lowercase().starts_with("taskfile")
}

/// Reads a Taskfile.
pub(super) fn read_taskfile(path: &RepoPath, source: &str) -> ReadFile {
    let parsed = yaml::parse(source);
    let Some(tasks) = parsed.tree.first().and_then(|root| root.get("tasks")) else { return (None, parsed.notes) };
    let mut file = Automation::new(AutomationTool::Task);
    for entry in tasks.entries() {
        let task = &entry.value;
        let mut job = Job::new(Spanned::new(entry.key.clone(), entry.key_span), entry.span());
        let deps = task.get("deps").map(Node::items).unwrap_or_default();
        job.needs = deps.iter().filter_map(|one| text(one).or_else(|| text(one.get("task")?))).collect();
        let folder = task.get("dir").and_then(Node::as_str).map(str::to_owned);
        let commands = task.get("cmds").or_else(|| task.get("cmd")).unwrap_or(task);
        let items = if commands.items().is_empty() { std::slice::from_ref(commands) } else { commands.items() };
        for item in items {
            job.needs.extend(item.get("task").and_then(text));
            let Some(command) = item.get("cmd").or(Some(item)).filter(|node| node.as_str().is_some()) else { continue };
            let mut step = Step { span: command.span, folder: folder.clone(), ..Step::default() };
            let excerpt = Excerpt::aligned(source, command.span, command.as_str().unwrap_or_default());
            Commands::new(path).in_folder(folder.clone()).read(&excerpt, &mut step.commands);
            job.steps.push(step);
        }
        file.jobs.push(job);
    }
    let includes = parsed.tree.first().and_then(|root| root.get("includes")).into_iter().flat_map(Node::entries);
    file.includes =
        includes.flat_map(|entry| entry.value.get("taskfile").map_or_else(|| texts(&entry.value), texts)).collect();
    (Some(file), parsed.notes)
}

/// The scripts of a package, one job each.
pub fn of_package(path: &RepoPath, source: &str, package: &Package) -> Automation {
    let mut file = Automation::new(AutomationTool::PackageScripts);
    for script in &package.scripts {
        let span = script.name.span.to(script.command.span);
        let mut job = Job::new(script.name.clone(), span);
        let mut step = Step { span: script.command.span, ..Step::default() };
        let excerpt = Excerpt::aligned(source, script.command.span, &script.command.value);
        Commands::new(path).read(&excerpt, &mut step.commands);
        job.steps.push(step);
        file.jobs.push(job);
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::npm;

    fn shown(job: &Job) -> Vec<String> {
        job.steps.iter().flat_map(|step| &step.commands).map(|command| command.invoked.argv.shown()).collect()
    }

    #[test]
    fn scripts_with_functions_and_folders() {
        let source = "#!/usr/bin/env bash\n# größer\nset -e\nAPP=api\ndeploy() {\n  cd /srv/$APP\n  pm2 reload $APP\n}\ndeploy\nuntil curl -sf localhost:3000/health; do sleep 1; done\n";
        let (file, _) = read_shell(&"bin/deploy".into(), source);
        let file = file.expect("a script");
        let commands = &file.jobs[0].steps[0].commands;
        let reload = commands.iter().find(|one| one.invoked.argv.shown() == "pm2 reload api").expect("a reload");
        assert_eq!((reload.folder.as_deref(), reload.function.as_deref()), (Some("/srv/api"), Some("deploy")));
        let curl = commands.iter().find(|one| one.invoked.argv.shown().starts_with("curl")).expect("a poll");
        assert!(curl.in_loop && curl.in_condition);
        assert!(read_shell(&"bin/www".into(), "#!/usr/bin/env node\nrequire('..')\n").0.is_none());
        assert!(is_shell(&"bin/www".into()) && !is_shell(&"src/www".into()) && is_shell(&"a.sh".into()));
    }

    #[test]
    fn targets_and_tasks() {
        let makefile = "HOST := api.example.org\ndeploy: build ## ü\n\tssh $(HOST) 'docker compose pull && docker compose up -d'\nbuild:\n\tdocker build .\n";
        let file = read_makefile(&"Makefile".into(), makefile).0.expect("a makefile");
        let deploy = file.job("deploy").expect("a target");
        assert_eq!(deploy.needs[0].value, "build");
        assert!(shown(deploy).contains(&"docker compose up -d".to_owned()), "{:?}", shown(deploy));
        let taskfile = "version: '3'\ntasks:\n  deploy:\n    deps: [build]\n    dir: apps/api\n    cmds:\n      - task: push\n      - fly deploy\n  build: docker build .\n";
        let file = read_taskfile(&"Taskfile.yml".into(), taskfile).0.expect("tasks");
        let deploy = file.job("deploy").expect("a task");
        let needs: Vec<&str> = deploy.needs.iter().map(|one| one.value.as_str()).collect();
        assert_eq!((needs, shown(deploy)), (vec!["build", "push"], vec!["fly deploy".to_owned()]));
        assert_eq!(shown(file.job("build").expect("a task")), ["docker build ."]);
        let file = read_justfile(&"justfile".into(), "deploy: build\n  fly deploy\nbuild:\n  npm run build\n").0;
        assert_eq!(shown(&file.expect("recipes").jobs[0]), ["fly deploy"]);
    }

    #[test]
    fn scripts_of_a_package() {
        let source =
            "{\"name\":\"größe\",\"scripts\":{\"deploy\":\"npm run build && pm2 startOrReload ecosystem.config.js\"}}";
        let file = of_package(&"package.json".into(), source, &npm::read(source).0);
        let commands = &file.jobs[0].steps[0].commands;
        assert_eq!(source.get(commands[0].span.range()), Some("npm run build"));
        assert_eq!(commands.len(), 2);
    }
}
