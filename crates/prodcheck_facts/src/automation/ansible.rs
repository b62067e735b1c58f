//! Ansible playbooks and the tasks of roles: modules are calls, and shell modules are commands.
//!
//! Source: <https://docs.ansible.com/ansible/latest/playbook_guide/>.

use super::github_actions::variables;
use super::shells::Shells;
use super::{Automation, AutomationTool, Job, ReadFile, Step, Use};
use crate::fields::text;
use prodcheck_formats::value::{Node, Value};
use prodcheck_formats::yaml;
use prodcheck_source::{RepoPath, Span, Spanned};

/// How deep blocks are followed.
const DEPTH: usize = 8;

/// Whether a file may be a playbook or a role's tasks, by where it stands or what it is called.
pub(super) fn is_playbook(path: &RepoPath) -> bool {
    let folder = path.parent();
    let named = ["playbook", "site.", "deploy", "provision"].iter().any(|start| path.name().starts_with(start));
    let parts = || folder.parts();
    let inside = parts().any(|part| matches!(part, "ansible" | "playbooks"))
        || (parts().any(|part| part == "roles") && parts().any(|part| matches!(part, "tasks" | "handlers")));
    matches!(path.extension(), Some("yml" | "yaml"))
        && (inside || named)
        && !path.as_str().starts_with(".github/")
        && !parts().any(|part| matches!(part, "group_vars" | "host_vars" | "vars" | "defaults" | "templates"))
}

/// Keys of a task that are no modules.
const KEYWORDS: &[&str] = &[
    "name",
    "when",
    "become",
    "become_user",
    "register",
    "until",
    "retries",
    "delay",
    "tags",
    "notify",
    "with_items",
    "loop",
    "loop_control",
    "vars",
    "args",
    "environment",
    "changed_when",
    "failed_when",
    "ignore_errors",
    "delegate_to",
    "run_once",
    "block",
    "rescue",
    "always",
    "listen",
    "no_log",
    "check_mode",
    "async",
    "poll",
    "local_action",
    "include_role",
    "import_role",
    "remote_user",
];

/// Reads plays, or the tasks of a role.
pub(super) fn read(path: &RepoPath, source: &str) -> ReadFile {
    // Other tools' files of such names are theirs to remark on.
    if !["hosts:", "tasks:", "- name:", "roles:"].iter().any(|word| source.contains(word)) {
        return (None, Vec::new());
    }
    let parsed = yaml::parse(source);
    let Some(items) = parsed.tree.first().map(Node::items).filter(|items| !items.is_empty()) else {
        return (None, Vec::new());
    };
    let shells = Shells { path, source };
    let mut file = Automation::new(AutomationTool::Ansible);
    let is_play = |item: &Node| item.get("hosts").is_some() || item.get("import_playbook").is_some();
    if items.iter().any(is_play) {
        for play in items.iter().filter(|item| is_play(item)) {
            let id = play
                .get("name")
                .and_then(text)
                .unwrap_or_else(|| Spanned::new("play".to_owned(), Span::at(play.span.start as usize)));
            let mut job = Job::new(id, play.span);
            let local = play.get("connection").and_then(Node::as_str) == Some("local");
            for key in ["pre_tasks", "tasks", "post_tasks", "handlers"] {
                tasks(shells, play.get(key).map(Node::items).unwrap_or_default(), !local, DEPTH, &mut job.steps);
            }
            for role in play.get("roles").map(Node::items).unwrap_or_default() {
                if let Some(name) = text(role).or_else(|| text(role.get("role").or_else(|| role.get("name"))?)) {
                    let called = Use {
                        name: Spanned::new(format!("ansible-role/{}", name.value), name.span),
                        version: None,
                        inputs: Vec::new(),
                    };
                    job.steps.push(Step { span: role.span, uses: Some(called), ..Step::default() });
                }
            }
            file.jobs.push(job);
        }
    } else if path.parent().name() == "tasks" || path.parent().name() == "handlers" {
        let id = Spanned::new("tasks".to_owned(), Span::default());
        let mut job = Job::new(id, Span::new(0, source.len()));
        tasks(shells, items, true, DEPTH, &mut job.steps);
        file.jobs.push(job);
    }
    ((!file.jobs.is_empty()).then_some(file), parsed.notes)
}

fn tasks(shells: Shells<'_>, items: &[Node], remote: bool, depth: usize, found: &mut Vec<Step>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for task in items {
        for key in ["block", "rescue", "always"] {
            tasks(shells, task.get(key).map(Node::items).unwrap_or_default(), remote, depth, found);
        }
        let own = task.get("delegate_to").and_then(Node::as_str) == Some("localhost");
        let Some(module) = task.entries().find(|entry| !KEYWORDS.contains(&entry.key.as_str())) else { continue };
        let name = module.key.rsplit('.').next().unwrap_or(&module.key);
        let mut step = Step { name: task.get("name").and_then(text), span: task.span, ..Step::default() };
        if matches!(name, "shell" | "command" | "raw" | "script") {
            let code = module.value.get("cmd").unwrap_or(&module.value);
            let folder = task.at(&["args", "chdir"]).or_else(|| module.value.get("chdir")).and_then(Node::as_str);
            step.commands = shells.commands(&[code], &[], folder, remote && !own);
            // A task that is tried again until it holds is a loop.
            let again = task.get("until").is_some() || task.get("retries").is_some();
            step.commands.iter_mut().for_each(|command| command.in_loop |= again);
        } else {
            let state = module.value.get("state").and_then(Node::to_text).or_else(|| short_state(&module.value));
            let name = match (name, state.as_deref()) {
                ("systemd" | "systemd_service" | "service", Some(state)) => format!("ansible/systemd {state}"),
                ("npm", _) => {
                    let ci = module.value.get("ci").and_then(Node::as_bool) == Some(true);
                    let named = module.value.get("name").is_some() || module.value.get("global").is_some();
                    if !named {
                        let words = ["npm", if ci { "ci" } else { "install" }];
                        let words = words.map(|word| (word.to_owned(), module.key_span)).to_vec();
                        step.commands = super::commands::of_words(shells.path, words, module.key_span);
                        step.commands.iter_mut().for_each(|command| command.remote = remote);
                    }
                    "ansible/npm".to_owned()
                }
                (name, _) => format!("ansible/{name}"),
            };
            // Units of the system are not the service.
            let unit = module.value.get("name").and_then(Node::as_str).unwrap_or("");
            let other = name.starts_with("ansible/systemd")
                && [
                    "nginx", "docker", "caddy", "postgres", "redis", "mongo", "ssh", "fail2ban", "apache", "mysql",
                    "ufw", "cron",
                ]
                .iter()
                .any(|start| unit.starts_with(start));
            if !other {
                let called = Spanned::new(name, module.key_span);
                let inputs = match &module.value.value {
                    Value::Object(_) => variables(Some(&module.value)),
                    _ => Vec::new(),
                };
                step.uses = Some(Use { name: called, version: None, inputs });
            }
        }
        found.push(step);
    }
}

/// `name=api state=restarted`.
fn short_state(node: &Node) -> Option<String> {
    let words = node.as_str()?.split_whitespace();
    words.filter_map(|word| word.strip_prefix("state=")).map(str::to_owned).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plays_with_their_tasks() {
        let text = "# größer\n- name: Deploy\n  hosts: web\n  roles: [common, { role: api }]\n  tasks:\n    - community.general.npm: { path: /srv/api, ci: true }\n    - name: Restart\n      ansible.builtin.systemd: { name: api, state: restarted }\n    - systemd: { name: nginx, state: restarted }\n    - block:\n        - shell: pm2 reload api\n          args: { chdir: /srv/api }\n    - command: curl -f http://localhost/health\n      retries: 10\n      until: r is succeeded\n";
        let file = read(&"ansible/deploy.yml".into(), text).0.expect("a playbook");
        let job = file.jobs.first().expect("a play");
        assert_eq!(job.id.value, "Deploy");
        let calls: Vec<&str> =
            job.steps.iter().filter_map(|step| Some(step.uses.as_ref()?.name.value.as_str())).collect();
        assert_eq!(calls, ["ansible/npm", "ansible/systemd restarted", "ansible-role/common", "ansible-role/api"]);
        let commands: Vec<(String, bool, bool)> = job
            .steps
            .iter()
            .flat_map(|step| &step.commands)
            .map(|one| (one.invoked.argv.shown(), one.remote, one.in_loop))
            .collect();
        assert_eq!(commands[0], ("npm ci".to_owned(), true, false));
        assert_eq!(commands[1], ("pm2 reload api".to_owned(), true, false));
        assert_eq!(commands[2], ("curl -f http://localhost/health".to_owned(), true, true));
        assert!(read(&"deploy.yml".into(), "services: { a: { image: b } }\n").0.is_none());
    }
}
