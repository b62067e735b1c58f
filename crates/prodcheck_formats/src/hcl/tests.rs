//! HCL as it is written: real spellings, broken files, hostile ones.

use super::*;
use crate::value::{Unknown, Value};
use proptest::prelude::*;

fn whole(text: &str) -> Body {
    let parsed = parse(text);
    assert_eq!(parsed.notes, [], "{text}");
    parsed.tree
}

fn spelling(text: &str, span: Span) -> &str {
    text.get(span.range()).expect("a span on character boundaries")
}

fn messages(parsed: &Parsed<Body>) -> Vec<&str> {
    parsed.notes.iter().map(|note| note.message.as_str()).collect()
}

/// The value in one line, to compare shapes; expressions in angle brackets.
fn show(node: &Node) -> String {
    let value = match &node.value {
        Value::Null => "~".into(),
        Value::Bool(value) => value.to_string(),
        Value::Number { raw, .. } => raw.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
        Value::Object(object) => {
            let entries = object.entries.iter().map(|entry| format!("{}: {}", entry.key, show(&entry.value)));
            let rest = object.open.then(|| "…".to_owned());
            format!("{{{}}}", entries.chain(rest).collect::<Vec<_>>().join(", "))
        }
        Value::Unknown(Unknown::Expression(text)) => format!("<{text}>"),
        Value::Unknown(_) => "?".into(),
    };
    node.tag.as_ref().map_or(value.clone(), |tag| format!("{tag}({value})"))
}

fn show_body(body: &Body) -> String {
    let attributes = body.attributes.iter().map(|found| format!("{}={}", found.name.value, show(&found.value)));
    let blocks = body.blocks.iter().map(|block| {
        let labels: String = block.labels.iter().map(|label| format!(" {}", label.value)).collect();
        format!("{}{labels} {}", block.kind.value, show_body(&block.body))
    });
    let rest = body.open.then(|| "…".to_owned());
    format!("{{{}}}", attributes.chain(blocks).chain(rest).collect::<Vec<_>>().join("; "))
}

fn value(expression: &str) -> String {
    show(whole(&format!("é = {expression}\n")).get("é").expect("there"))
}

fn check_node(text: &str, node: &Node) {
    let raw = spelling(text, node.span);
    match &node.value {
        Value::Number { raw: written, .. } => assert_eq!(raw, &**written),
        Value::Array(items) => items.iter().for_each(|item| check_node(text, item)),
        Value::Object(object) => object.entries.iter().for_each(|entry| {
            let key = spelling(text, entry.key_span);
            assert!(key == entry.key || key.starts_with('"'), "{key:?}");
            check_node(text, &entry.value);
        }),
        Value::Unknown(Unknown::Expression(written)) => {
            assert!(raw.contains(&**written) || raw.trim_end() == written.trim_end(), "{raw:?} {written:?}");
        }
        _ => {}
    }
}

fn check_spans(text: &str, body: &Body) {
    for attribute in &body.attributes {
        let name = spelling(text, attribute.name.span);
        assert!(name == attribute.name.value || name.starts_with('"'));
        check_node(text, &attribute.value);
    }
    for block in &body.blocks {
        assert!(block.span.contains(block.header()));
        assert!(spelling(text, block.span).starts_with(spelling(text, block.kind.span)));
        check_spans(text, &block.body);
    }
}

const TERRAFORM: &str = r#"# zażółć 😀
terraform {
  required_version = ">= 1.5"
}
// Gęś
variable "port" { default = 3000 }

resource "aws_ecs_service" "äpi" {
  desired_count = 2
  name          = "${var.name}-api" /* inline */
  enabled       = true
  cluster       = aws_ecs_cluster.main.id
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  tags = { Name = "ä", "app.kubernetes.io/name" : var.name, (local.key) = 1 }
  dynamic "load_balancer" {
    for_each = var.targets
    content { target_group_arn = load_balancer.value }
  }
}

resource "aws_ecs_task_definition" "api" {
  container_definitions = jsonencode([
    {
      name      = "api"
      memory    = 512
      image     = "node:22"
      command   = ["node", "dist/é.js", ], # last
      environment = [for name, value in var.env : { name = name, value = value }]
      healthCheck = { command = ["CMD-SHELL", "curl -f http://localhost/health || exit 1"] }
    }
  ])
  user_data = <<-EOF
    #!/bin/bash
      pm2 startup
    echo $${HOME} é

  EOF
  count = var.enabled ? 1 : 0
}
"#;

#[test]
fn reads_terraform() {
    let body = whole(TERRAFORM);
    check_spans(TERRAFORM, &body);
    assert_eq!(
        show_body(&body),
        "{terraform {required_version=\">= 1.5\"}; variable port {default=3000}; \
         resource aws_ecs_service äpi {desired_count=2; name=<\"${var.name}-api\">; enabled=true; \
         cluster=<aws_ecs_cluster.main.id>; tags={Name: \"ä\", app.kubernetes.io/name: <var.name>, …}; \
         deployment_circuit_breaker {enable=true; rollback=true}; \
         dynamic load_balancer {for_each=<var.targets>; content {target_group_arn=<load_balancer.value>}}}; \
         resource aws_ecs_task_definition api {container_definitions=jsonencode([{name: \"api\", memory: 512, \
         image: \"node:22\", command: [\"node\", \"dist/é.js\"], \
         environment: <[for name, value in var.env : { name = name, value = value }]>, \
         healthCheck: {command: [\"CMD-SHELL\", \"curl -f http://localhost/health || exit 1\"]}}]); \
         user_data=\"#!/bin/bash\\n  pm2 startup\\necho ${HOME} é\\n\\n\"; count=<var.enabled ? 1 : 0>}}"
    );
    let service = body.blocks("resource").next().expect("there");
    assert_eq!((service.label(0), service.label(1), service.label(2)), (Some("aws_ecs_service"), Some("äpi"), None));
    assert_eq!(spelling(TERRAFORM, service.header()), "resource \"aws_ecs_service\" \"äpi\"");
    assert!(spelling(TERRAFORM, service.span).ends_with("  }\n}"));
    let count = service.body.attribute("desired_count").expect("there");
    assert_eq!(spelling(TERRAFORM, count.span()), "desired_count = 2");
    let task = &body.blocks[3].body;
    let data = task.get("user_data").expect("there");
    assert!(spelling(TERRAFORM, data.span).trim_start().starts_with("#!/bin/bash"));
    let excerpt = crate::excerpt::Excerpt::aligned(TERRAFORM, data.span, data.as_str().expect("text"));
    let at = excerpt.text().find("pm2").expect("there");
    assert_eq!(spelling(TERRAFORM, excerpt.span(at, at + 3)), "pm2");
    assert_eq!(service.body.block("deployment_circuit_breaker").map(|block| block.body.attributes.len()), Some(2));
}

#[test]
fn reads_nomad() {
    let text = "job \"api\" {\n  group web {\n    count = 3\n    update { max_parallel = 1 }\n    task \"node\" {\n      driver = \"docker\"\n      config { image = \"x:${VERSION}\" }\n      env { NODE_ENV = \"production\" }\n      resources { memory = 256 }\n    }\n  }\n}\n";
    assert_eq!(
        show_body(&whole(text)),
        "{job api {group web {count=3; update {max_parallel=1}; task node {driver=\"docker\"; \
         config {image=<\"x:${VERSION}\">}; env {NODE_ENV=\"production\"}; resources {memory=256}}}}}"
    );
}

#[test]
fn reads_values() {
    for (expression, shown) in [
        ("-1.5e-3", "-1.5e-3"),
        ("null", "~"),
        ("[]", "[]"),
        ("{}", "{}"),
        ("[\n  1, # é\n  2\n]", "[1, 2]"),
        ("{\n  a = 1\n  b : 2, c = 3\n}", "{a: 1, b: 2, c: 3}"),
        (r#""a\n\"\u00e9\\ $${x} %%{y} $ % {""#, r#""a\n\"é\\ ${x} %{y} $ % {""#),
        ("\"${var.a}\"", "<var.a>"),
        ("\"${join(\",\", [\"${var.b}\", \"}\"])}\"", "<join(\",\", [\"${var.b}\", \"}\"])>"),
        ("\"%{ if var.a }x%{ endif }\"", "<\"%{ if var.a }x%{ endif }\">"),
        ("1 + 2 # é", "<1 + 2>"),
        ("\"a\" == var.b", "<\"a\" == var.b>"),
        ("[1][0]", "<[1][0]>"),
        ("trues", "<trues>"),
        ("true-x", "<true-x>"),
        ("(\n  1 +\n  2\n)", "<(\n  1 +\n  2\n)>"),
        ("merge({\n  a = 1\n}, var.b)", "<merge({\n  a = 1\n}, var.b)>"),
        ("toset([\"a\",])", "toset([\"a\"])"),
        (
            "sensitive(tostring(5),)",
            "sensitive(tostring(5))".replace("sensitive(tostring(5))", "sensitive(5)").as_str(),
        ),
        ("jsonencode(var.x)", "jsonencode(<var.x>)"),
        ("jsonencode([1])[0]", "<jsonencode([1])[0]>"),
        ("{ for k, v in var.x : k => v }", "<{ for k, v in var.x : k => v }>"),
        ("{ a.b = 1, c = d }", "{c: <d>, …}"),
        ("{ forest = 1 }", "{forest: 1}"),
        ("10.0.0.0", "<10.0.0.0>"),
        ("<<EOT\n  x ${var.a}\nEOT", "<  x ${var.a}\n>"),
        ("<<EOT\n  x\nEOT", "\"  x\\n\""),
        ("f(<<EOT\n}\nEOT\n)", "<f(<<EOT\n}\nEOT\n)>"),
    ] {
        assert_eq!(value(expression), shown, "{expression}");
    }
}

#[test]
fn reads_windows_lines() {
    let text = "a = 1\r\nb = <<-X\r\n  é\r\n  X\r\nc {\r\n  d = \"e\"\r\n}\r\n";
    let body = whole(text);
    assert_eq!(show_body(&body), "{a=1; b=\"é\\n\"; c {d=\"e\"}}");
    check_spans(text, &body);
}

#[test]
fn a_line_that_cannot_be_read_is_a_note() {
    let text = "é = 1\n= 2\nlone\nb {\n  c = \n  d = \"open\n  e = 3\n  f = [1, 2\n  ]\n}\ng = { h 1, i = 2 }\n";
    let parsed = parse(text);
    assert_eq!(
        messages(&parsed),
        [
            "an attribute or a block is wanted here",
            "a `=` or a `{` is missing in this line",
            "a value is missing here",
            "the text is never closed",
            "a `=` is missing behind this key"
        ]
    );
    assert_eq!(show_body(&parsed.tree), "{é=1; g={i: 2, …}; b {c=?; d=?; e=3; f=[1, 2]}; …}");
    let places: Vec<&str> = parsed.notes.iter().filter_map(|note| note.span).map(|span| spelling(text, span)).collect();
    assert_eq!(places, ["= 2", "lone", "", "\"open", "h 1"]);
}

#[test]
fn what_is_never_closed_is_a_note() {
    for (text, message, shape) in [
        ("a {\n  é = 1\n", "`{` is never closed", "{a {é=1; …}; …}"),
        ("a = [1, 2\n", "`[` is never closed", "{a=[1, 2, ?]}"),
        ("a = {\n  b = 1\n", "`{` is never closed", "{a={b: 1, …}}"),
        ("a = f(1\nb = 2\n", "this bracket is never closed", "{a=<f(1\nb = 2>}"),
        ("a = <<X\n  b\n", "the line `X` that ends this text is missing", "{a=?}"),
        ("a = \"${b\nc = 1\n", "what is put in here is never closed", "{a=?; c=1}"),
    ] {
        let parsed = parse(text);
        assert_eq!(messages(&parsed), [message], "{text}");
        assert_eq!(show_body(&parsed.tree), shape, "{text}");
    }
}

#[test]
fn hostile_depth_is_a_note() {
    for (open, close) in [("[", "]"), ("{a=", "}"), ("jsonencode(", ")"), ("(", ")"), ("[{a=[", "]}]")] {
        let text = format!("x = {}1{}\ny = 2\n", open.repeat(5_000), close.repeat(5_000));
        let parsed = parse(&text);
        assert!(parsed.notes.len() <= 1, "{:?}", parsed.notes);
        assert_eq!(parsed.tree.get("y").map(show).as_deref(), Some("2"), "{open}");
        parse(&format!("x = {}", open.repeat(5_000)));
    }
    let blocks = parse(&format!("{}{}\ny = 2\n", "a {\n".repeat(5_000), "}\n".repeat(5_000)));
    assert_eq!(messages(&blocks), ["nested deeper than 128 levels: not read"]);
    assert_eq!(blocks.tree.get("y").map(show).as_deref(), Some("2"));
    parse(&format!("a = \"{}", "${\"".repeat(50_000)));
}

#[test]
fn long_files_cost_what_they_are_long() {
    let started = std::time::Instant::now();
    for piece in [
        "a = \"${\n",
        "a = <<X\n",
        "a = [\n",
        "a = (\n",
        "/* ",
        "a = {\n",
        "\"",
        "a b {\n}\n",
        "a = 1\n",
        "<<A\n",
        "a = \"\\\n",
        "}",
    ] {
        parse(&piece.repeat(20_000));
    }
    assert!(started.elapsed().as_secs() < 60);
}

proptest! {
    #[test]
    fn reads_anything(text in r#"([\[\]{}()=:,"'\\ #/*<$%?\n\r\t0-9a-cé–+.\-]|a = |b \{\n|<<X\n|X\n|\$\{|"a"|tolist\(|\n){0,40}|\PC{0,40}"#) {
        let parsed = parse(&text);
        check_spans(&text, &parsed.tree);
        for note in &parsed.notes {
            spelling(&text, note.span.unwrap_or_default());
        }
    }
}
