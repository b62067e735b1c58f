//! Containers that resources declare: the parts of a task definition and of the service that runs it.

use super::{Resource, settled};
use crate::given::{Field, Given, Variable, entry_span, spanned_text, whole_number};
use crate::platform::{Command, Made, Memory, Scale};
use prodcheck_formats::value::{Entry, Node, Object, Unknown, Value};
use prodcheck_source::{Span, Spanned};

/// What a resource says of what it runs, each with places in its own file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parts {
    /// The container's name.
    pub name: Option<Spanned<String>>,
    /// Its image; `None` where that is filled in.
    pub image: Option<Spanned<String>>,
    /// Its command.
    pub command: Option<Vec<Spanned<String>>>,
    /// Its variables.
    pub environment: Vec<Variable>,
    /// Its memory.
    pub memory: Option<Field<Memory>>,
    /// What polls it.
    pub health: Option<Field<bool>>,
    /// The user.
    pub user: Option<Field<String>>,
    /// How many of it run.
    pub instances: Option<Field<Scale>>,
    /// Whether a load balancer leads to it.
    pub balanced: bool,
    /// Whether it listens.
    pub serves: bool,
    /// The name of the task definition that it runs.
    pub runs: Option<String>,
}

impl Parts {
    /// How the image comes to be.
    pub fn made(&self) -> Made {
        Made::Image(self.image.clone())
    }

    /// The command as a platform takes it.
    pub fn command(&self) -> Option<Command> {
        self.command.clone().map(Command::Words)
    }
}

/// What a task definition, a service or its scaler says; keys as Terraform or CloudFormation spells them.
pub fn parts(resource: &Resource, defaults: &[(String, Node)]) -> Parts {
    let properties = &resource.properties;
    let listed = first(properties, &["container_definitions", "ContainerDefinitions", "containerDefinitions"]);
    let containers = listed.map_or(&[][..], |entry| entry.value.items());
    let template = properties.get("template");
    let nested =
        template.and_then(|template| template.get("containers").or_else(|| template.at(&["spec", "containers"])));
    let served = |container: &&Node| get(container, "portMappings").is_some_and(|ports| !ports.items().is_empty());
    let container = containers.iter().find(served).or_else(|| containers.first()).or(nested);
    let empty = Node::new(resource.span, Value::Object(Object::default()));
    let container = container.unwrap_or(&empty);
    let limits = container.at(&["resources", "limits"]);
    let runs = first(properties, &["task_definition", "TaskDefinition", "taskDefinition"]);
    let words = get(container, "command").map_or(&[][..], Node::items).iter().filter_map(spanned_text);
    let count = |node: &Node| whole_number(node).map(Scale::Count);
    Parts {
        name: text(container, "name", defaults),
        image: text(container, "image", defaults).filter(|image| !is_placeholder(&image.value)),
        command: Some(words.collect::<Vec<_>>()).filter(|words| !words.is_empty()),
        environment: environment(container, defaults),
        memory: field(container, &["memory", "memoryReservation"], defaults, mebibytes)
            .or_else(|| limits.and_then(|limits| field(limits, &["memory"], defaults, |_| Some(Memory::Named))))
            .or_else(|| field(properties, &["memory"], defaults, mebibytes)),
        health: field(container, &["healthCheck", "liveness_probe", "startup_probe"], defaults, |_| Some(true)),
        user: field(container, &["user"], defaults, Node::to_text),
        instances: field(
            properties,
            &["desired_count", "desiredCount", "min_capacity", "minCapacity"],
            defaults,
            count,
        ),
        balanced: first(properties, &["load_balancer", "LoadBalancers", "loadBalancers"]).is_some(),
        serves: containers.iter().any(|container| served(&container)) || nested.is_some(),
        runs: runs.and_then(|entry| referred(&entry.value)),
    }
}

/// A name that stands for what the deploy fills in.
fn is_placeholder(image: &str) -> bool {
    let small = image.chars().any(char::is_lowercase);
    image.to_ascii_lowercase().contains("placeholder") || !small
}

fn first<'n>(node: &'n Node, keys: &[&str]) -> Option<&'n Entry> {
    keys.iter().find_map(|key| node.entry(key))
}

/// A key in the spelling of the API (`healthCheck`), or CloudFormation's (`HealthCheck`).
fn entry<'n>(node: &'n Node, key: &str) -> Option<&'n Entry> {
    node.entry(key).or_else(|| {
        let mut letters = key.chars();
        let first = letters.next()?.to_ascii_uppercase();
        node.entry(&format!("{first}{}", letters.as_str()))
    })
}

fn get<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    entry(node, key).map(|entry| &entry.value)
}

fn text(node: &Node, key: &str, defaults: &[(String, Node)]) -> Option<Spanned<String>> {
    let own = get(node, key)?;
    settled(own, defaults).as_str().map(|text| Spanned::new(text.to_owned(), own.span))
}

fn field<T>(
    node: &Node,
    keys: &[&str],
    defaults: &[(String, Node)],
    read: impl Fn(&Node) -> Option<T>,
) -> Option<Field<T>> {
    let own = keys.iter().find_map(|key| entry(node, key)).filter(|entry| !entry.value.is_null())?;
    let settled = Entry { value: settled(&own.value, defaults).clone(), ..own.clone() };
    let mut field = Field::of(&settled, own.key.clone(), read);
    (field.span, field.value_span) = (span(own), own.value.span);
    // `!If`, `!FindInMap` and the like only a deploy would tell.
    let computed = own.value.tag.is_some() || own.value.entries().any(|entry| entry.key.starts_with("Fn::"));
    if matches!(field.value, Given::Wrong) && computed {
        field.value = Given::Unknown;
    }
    Some(field)
}

fn span(entry: &Entry) -> Span {
    match entry.value.value {
        Value::Object(_) | Value::Array(_) => entry.key_span,
        _ => entry_span(entry),
    }
}

fn mebibytes(node: &Node) -> Option<Memory> {
    let number = whole_number(node).or_else(|| node.as_str()?.trim().parse().ok())?;
    Some(Memory::Bytes(number.saturating_mul(1 << 20)))
}

fn environment(container: &Node, defaults: &[(String, Node)]) -> Vec<Variable> {
    let variable = |item: &Node| {
        let name = get(item, "name")?.to_text()?;
        let known = settled(get(item, "value")?, defaults);
        let literal = known.tag.is_none() && !known.is_unknown();
        let value = known.to_text().filter(|_| literal).map_or(Given::Unknown, Given::Known);
        Some(Variable { name, value, span: item.span })
    };
    let listed = get(container, "environment").map_or(&[][..], Node::items).iter().filter_map(variable);
    // Blocks of Cloud Run: `env { name = … value = … }`.
    let blocks = container.as_object().map_or(&[][..], |object| &object.entries);
    let blocks = blocks.iter().filter(|entry| entry.key == "env").filter_map(|entry| variable(&entry.value));
    listed.chain(blocks).collect()
}

/// How deep a reference may stand in conditions.
const DEPTH: usize = 8;

/// The name in a reference: `aws_ecs_task_definition.api.arn`, `!Ref Task`, the last of an `!If`.
fn referred(node: &Node) -> Option<String> {
    referred_at(node, DEPTH)
}

fn referred_at(node: &Node, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    match &node.value {
        Value::Unknown(Unknown::Expression(text)) => {
            let mut parts = text.split('.').skip_while(|part| !part.contains("aws_ecs_task_definition"));
            parts.nth(1).map(|name| name.split(['[', '"', '}']).next().unwrap_or(name).to_owned())
        }
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => items.iter().rev().find_map(|item| referred_at(item, depth)),
        Value::Object(object) => match object.entries.as_slice() {
            [only] if only.key == "Ref" => only.value.as_str().map(str::to_owned),
            [only] if only.key == "Fn::If" => referred_at(&only.value, depth),
            _ => None,
        },
        _ => None,
    }
}
