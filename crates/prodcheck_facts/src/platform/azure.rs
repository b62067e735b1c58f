//! Azure: resource templates with web apps, the `.deployment` file, iisnode's `web.config`, and Container Apps' YAML.
//!
//! Follows <https://learn.microsoft.com/en-us/azure/templates/microsoft.web/sites>,
//! <https://github.com/projectkudu/kudu/wiki/Customizing-deployments>, <https://github.com/Azure/iisnode/wiki> and
//! <https://learn.microsoft.com/en-us/azure/container-apps/azure-resource-manager-api-spec>.

use super::entries::{command, count, field, listed_variables, named, size, text_at};
use super::{Command, Deployed, MOST, Made, Platform, PlatformFile, Role, Scale};
use crate::given::{Given, Variable, entry_span, spanned_text, variables};
use prodcheck_formats::value::Node;
use prodcheck_formats::{ini, json, yaml};
use prodcheck_source::{Note, RepoPath, Span, Spanned};

/// Whether it could be a resource template.
pub(super) fn is_template(path: &RepoPath) -> bool {
    matches!(path.name(), "azuredeploy.json" | "mainTemplate.json" | "template.json")
}

/// Reads the web apps of a resource template. Templates stand behind buttons for others' first deploy.
pub(super) fn read_template(path: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    if !text.contains("Microsoft.Web/sites") {
        return (None, Vec::new());
    }
    let parsed = json::parse(text);
    let resources = parsed.tree.get("resources").map_or(&[][..], Node::items);
    let kind = |node: &Node| node.get("type").and_then(Node::as_str).unwrap_or("").to_ascii_lowercase();
    let plan = resources.iter().find(|node| kind(node) == "microsoft.web/serverfarms");
    let sites = resources.iter().filter(|node| kind(node) == "microsoft.web/sites").take(MOST);
    let deployed: Vec<Deployed> = sites.map(|site| web_app(site, plan)).collect();
    if deployed.is_empty() {
        return (None, parsed.notes);
    }
    let template = path.name() == "azuredeploy.json";
    (Some(PlatformFile { template, ..PlatformFile::of(Platform::AppService, deployed) }), parsed.notes)
}

fn web_app(site: &Node, plan: Option<&Node>) -> Deployed {
    let empty = Node::unknown(site.span);
    let plan = plan.unwrap_or(&empty);
    let place = site.entry("type").map_or(Span::at(site.span.start as usize), entry_span);
    let config = |key: &'static str| ["properties", "siteConfig", key];
    let settings = site.at(&config("appSettings"));
    let stack = field(site, &config("linuxFxVersion"), |node| {
        node.as_str()?
            .split_once('|')
            .filter(|(name, _)| name.eq_ignore_ascii_case("node"))
            .map(|(_, version)| version.to_owned())
    });
    let image = site.at(&config("linuxFxVersion")).and_then(Node::as_str).filter(|text| text.starts_with("DOCKER|"));
    Deployed {
        command: command(site, &config("appCommandLine")),
        made: match image.and_then(|text| text.split_once('|')) {
            Some((_, image)) => Made::Image(Some(Spanned::new(image.to_owned(), place))),
            None => Made::FromSource,
        },
        environment: listed_variables(settings, "name"),
        instances: field(plan, &["sku", "capacity"], count).or_else(|| field(site, &config("numberOfWorkers"), count)),
        memory: field(plan, &["sku", "name"], named).or_else(|| field(plan, &["sku", "size"], named)),
        health: field(site, &config("healthCheckPath"), |node| Some(!node.as_str()?.is_empty())),
        node: stack.filter(|stack| stack.known().is_some()),
        ..Deployed::at(None, place)
    }
}

/// Whether it is App Service's own file of how it builds.
pub(super) fn is_deployment(path: &RepoPath) -> bool {
    path.name() == ".deployment" && path.parent().is_root()
}

/// Reads a `.deployment`: the folder that it deploys.
pub(super) fn read_deployment(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = ini::parse(text, ini::Dialect::Supervisor);
    let config = parsed.tree.sections.iter().find(|section| section.name.eq_ignore_ascii_case("config"));
    let Some(config) = config else { return (None, Vec::new()) };
    let project = config.entries.iter().find(|line| line.key.value.eq_ignore_ascii_case("project"));
    let folder = project.map(|line| Spanned::new(line.text().to_owned(), line.value_span));
    let deployed = Deployed { folder, ..Deployed::at(None, config.span) };
    (Some(PlatformFile::of(Platform::AppService, vec![deployed])), Vec::new())
}

/// Whether it could be iisnode's configuration.
pub(super) fn is_web_config(path: &RepoPath) -> bool {
    path.name().eq_ignore_ascii_case("web.config")
}

/// Reads a `web.config`: the script that its handler hands requests to.
pub(super) fn read_web_config(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let handlers = text.match_indices("<add ").filter_map(|(at, _)| {
        let end = text.get(at..)?.find('>')? + at;
        let element = text.get(at..end)?;
        element.contains("iisnode").then_some((at, element))
    });
    let script = handlers.filter_map(|(at, element)| {
        let start = element.find("path=\"")? + "path=\"".len();
        let value = element.get(start..)?.split('"').next()?;
        let path = Spanned::new(value.to_owned(), Span::new(at + start, at + start + value.len()));
        [".js", ".cjs", ".mjs"].iter().any(|end| value.ends_with(end)).then_some(path)
    });
    let Some(script) = script.last() else { return (None, Vec::new()) };
    let node = Spanned::new("node".to_owned(), script.span);
    let deployed =
        Deployed { command: Some(Command::Words(vec![node, script.clone()])), ..Deployed::at(None, script.span) };
    (Some(PlatformFile::of(Platform::AppService, vec![deployed])), Vec::new())
}

/// Whether it could be a container app; their names are free.
pub(super) fn is_container_app(path: &RepoPath) -> bool {
    let name = path.name().to_ascii_lowercase();
    matches!(path.extension(), Some("yaml" | "yml"))
        && (name.contains("containerapp") || name.contains("container-app") || name.starts_with("aca"))
}

/// Reads a container app, as `az containerapp create --yaml` takes it.
pub(super) fn read_container_app(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = yaml::parse(text);
    let Some(root) = parsed.tree.first() else { return (None, Vec::new()) };
    let template = ["properties", "template"];
    let Some(container) = root.at(&template).and_then(|template| template.get("containers")?.items().first()) else {
        return (None, Vec::new());
    };
    let place = container.entry("name").map_or(Span::at(container.span.start as usize), entry_span);
    let ingress = root.at(&["properties", "configuration", "ingress"]).is_some();
    let words = |keys: &[&str]| command(container, keys);
    let deployed = Deployed {
        role: if ingress { Role::Web } else { Role::Worker },
        command: words(&["command"]),
        made: Made::Image(text_at(container, &["image"])),
        environment: listed_variables(container.get("env"), "name"),
        instances: field(root, &["properties", "template", "scale", "minReplicas"], count),
        memory: field(container, &["resources", "memory"], size),
        health: field(container, &["probes"], |node| Some(!node.items().is_empty())),
        ..Deployed::at(text_at(root, &["name"]), place)
    };
    (Some(PlatformFile::of(Platform::ContainerApps, vec![deployed])), parsed.notes)
}

/// Whether AWS Copilot reads it: `copilot/<service>/manifest.yml`.
pub(super) fn is_copilot(path: &RepoPath) -> bool {
    matches!(path.name(), "manifest.yml" | "manifest.yaml") && path.parent().parent().name() == "copilot"
}

/// Reads a service of AWS Copilot, which runs it on ECS: <https://aws.github.io/copilot-cli/docs/manifest/overview/>.
pub(super) fn read_copilot(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = yaml::parse(text);
    let Some(root) = parsed.tree.first() else { return (None, Vec::new()) };
    let Some(kind) = root.get("type").and_then(Node::as_str) else { return (None, Vec::new()) };
    let role = match kind {
        "Load Balanced Web Service" | "Request-Driven Web Service" | "Backend Service" => Role::Web,
        "Worker Service" => Role::Worker,
        _ => return (None, Vec::new()),
    };
    let name = root.get("name").and_then(spanned_text);
    let place = root.entry("name").map_or(Span::at(root.span.start as usize), entry_span);
    // `environments.production` lies over the rest.
    let production = ["production", "prod", "prd", "live"].iter().find_map(|name| root.at(&["environments", name]));
    let empty = Node::unknown(root.span);
    let over = production.unwrap_or(&empty);
    let build = root.at(&["image", "build"]);
    let made = match (build, root.at(&["image", "location"])) {
        (Some(build), _) => Made::Dockerfile {
            path: spanned_text(build).or_else(|| text_at(build, &["dockerfile"])),
            context: text_at(build, &["context"]),
            target: text_at(build, &["target"]),
        },
        (None, location) => Made::Image(location.and_then(spanned_text)),
    };
    let mut environment: Vec<Variable> = root.get("variables").map(variables).unwrap_or_default();
    environment.extend(over.get("variables").map(variables).unwrap_or_default());
    let several = |holder: &Node| {
        field(holder, &["count"], count).or_else(|| field(holder, &["count", "range"], |_| Some(Scale::Automatic))).map(
            |field| match &field.value {
                Given::Wrong => crate::given::Field { value: Given::Known(Scale::Automatic), ..field },
                _ => field,
            },
        )
    };
    let polled = |holder: &Node| {
        field(holder, &["http", "healthcheck"], |_| Some(true))
            .or_else(|| field(holder, &["image", "healthcheck"], |_| Some(true)))
    };
    let deployed = Deployed {
        role,
        command: command(root, &["command"]),
        made,
        environment,
        instances: several(over).or_else(|| several(root)),
        memory: field(over, &["memory"], size).or_else(|| field(root, &["memory"], size)),
        health: polled(over).or_else(|| polled(root)),
        ..Deployed::at(name, place)
    };
    (Some(PlatformFile::of(Platform::Ecs, vec![deployed])), parsed.notes)
}
