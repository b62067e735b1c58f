//! Tests of reading Go templates.

use super::*;
use prodcheck_source::Span;
use proptest::prelude::*;

fn whole(text: &str) -> Template {
    let parsed = parse(text);
    assert_eq!(parsed.notes, [], "{text}");
    parsed.tree
}

fn under(text: &str, span: Span) -> &str {
    text.get(span.range()).expect("spans stand in the text")
}

/// The tree in a short spelling.
fn shown(text: &str) -> String {
    let template = whole(text);
    let mut out = parts(text, &template.body);
    for definition in &template.definitions {
        out += &format!(" def {}[{}]", definition.name.value, parts(text, &definition.body));
    }
    out
}

fn parts(text: &str, body: &[Part]) -> String {
    body.iter().map(|part| one(text, part)).collect::<Vec<_>>().join(" ")
}

fn one(text: &str, part: &Part) -> String {
    let branch = |name: &str, b: &Branch| {
        format!("{name}({})[{}][{}]", pipe(&b.pipeline), parts(text, &b.body), parts(text, &b.otherwise))
    };
    match part {
        Part::Text(span) => format!("{:?}", under(text, *span)),
        Part::Action { pipeline, .. } => pipe(pipeline),
        Part::If(b) => branch("if", b),
        Part::With(b) => branch("with", b),
        Part::Range(b) => branch("range", b),
        Part::Call { name, argument, .. } => {
            format!("call {}({})", name.value, argument.as_ref().map(pipe).unwrap_or_default())
        }
        Part::Break(_) => "break".into(),
        Part::Continue(_) => "continue".into(),
        Part::Broken(_) => "broken".into(),
    }
}

fn pipe(pipeline: &Pipeline) -> String {
    let commands: Vec<String> = pipeline
        .commands
        .iter()
        .map(|command| command.operands.iter().map(operand).collect::<Vec<_>>().join(" "))
        .collect();
    let sign = if pipeline.declares { ":=" } else { "=" };
    let names = if pipeline.variables.is_empty() { String::new() } else { pipeline.variables.join(",") + sign };
    format!("<{names}{}>", commands.join("|"))
}

fn operand(operand: &Operand) -> String {
    let base = match &operand.base {
        Base::Dot => ".".into(),
        Base::Variable(name) | Base::Function(name) => name.clone(),
        Base::Text(text) => format!("{text:?}"),
        Base::Integer(value) => value.to_string(),
        Base::Float(value) => format!("{value}f"),
        Base::Bool(value) => value.to_string(),
        Base::Nil => "nil".into(),
        Base::Group(inner) => pipe(inner),
    };
    operand.fields.iter().fold(base, |text, field| text + "." + field)
}

#[test]
fn pipelines_and_operands() {
    assert_eq!(shown("{{ .Values.a.b | default \"x\" | quote }}"), r#"<..Values.a.b|default "x"|quote>"#);
    assert_eq!(shown("{{ $.Values.a }}{{$x.b}}"), "<$.Values.a> <$x.b>");
    assert_eq!(shown("{{ (index .Values.list 0).name }}"), "<<index ..Values.list 0>.name>");
    assert_eq!(shown("{{ and (eq .a `q\"`) (not .b) }}"), "<and <eq ..a \"q\\\"\"> <not ..b>>");
    assert_eq!(shown("{{ f .a .b . }}"), "<f ..a ..b .>");
    assert_eq!(shown("{{ $x := list 1 -2 0x1F 010 1.5 'a' nil true }}"), "<$x:=list 1 -2 31 8 1.5f 97 nil true>");
    assert_eq!(shown("{{ $x = \"a}}\\n\\u00e9\" }}"), "<$x=\"a}}\\né\">");
    assert_eq!(shown("{{- range $i, $e := .l }}{{ end }}"), "range(<$i,$e:=..l>)[][]");
    assert_eq!(shown("{{\n  .a\n  | quote\n}}"), "<..a|quote>");
}

#[test]
fn trim_markers_take_white_space() {
    assert_eq!(shown("a \n {{- .x -}} \n b"), r#""a" <..x> "b""#);
    assert_eq!(shown("a {{ .x }} b"), r#""a " <..x> " b""#);
    assert_eq!(shown("a {{- /* {{ x }} */ -}} b"), r#""a" "b""#);
    assert_eq!(shown("a {{/* c */}} b"), r#""a " " b""#);
    assert_eq!(shown("a {{-3}}"), r#""a " <-3>"#);
}

#[test]
fn blocks_nest() {
    assert_eq!(shown("{{ if .a }}A{{ else if .b }}B{{ else }}C{{ end }}D"), {
        r#"if(<..a>)["A"][if(<..b>)["B"]["C"]] "D""#
    });
    assert_eq!(shown("{{ with .a }}A{{ else with .b }}B{{ end }}"), r#"with(<..a>)["A"][with(<..b>)["B"][]]"#);
    assert_eq!(shown("{{ range .l }}{{ if . }}{{ break }}{{ end }}{{ continue }}{{ else }}N{{ end }}"), {
        r#"range(<..l>)[if(<.>)[break][] continue]["N"]"#
    });
    assert_eq!(shown("{{ define \"a.b\" }}x{{ end }}{{ template \"a.b\" . }}{{ block \"c\" .d }}y{{ end }}"), {
        r#"call a.b(<.>) call c(<..d>) def a.b["x"] def c["y"]"#
    });
}

#[test]
fn spans_stand_in_the_text_after_other_scripts() {
    let text = "é: {{- .Values.ä | quote }}\n";
    let template = whole(text);
    let Some(Part::Action { span, pipeline }) = template.body.get(1) else { panic!("{template:?}") };
    assert_eq!(under(text, *span), "{{- .Values.ä | quote }}");
    assert_eq!(under(text, pipeline.commands[0].span), ".Values.ä");
    assert_eq!(template.body[0], Part::Text(Span::new(0, 3)));
}

#[test]
fn what_is_broken_is_noted_and_the_rest_read() {
    for (text, expected, note) in [
        ("a{{ .x", r#""a" broken"#, "the action is never closed by `}}`"),
        ("{{ if .a }}A", r#"if(<..a>)["A"][]"#, "the block is never closed by `{{ end }}`"),
        ("{{ end }}a", r#""a""#, "`end` does not belong to a block"),
        ("{{ else }}a", r#""a""#, "`else` does not belong to a block"),
        ("{{ (.a }}b", r#"broken "b""#, "the action cannot be read"),
        ("{{ if }}A{{ end }}b", r#"broken "b""#, "the action cannot be read"),
        ("{{ a \"b }}c", "broken", "the action is never closed by `}}`"),
    ] {
        let parsed = parse(text);
        let messages: Vec<&str> = parsed.notes.iter().map(|note| note.message.as_str()).collect();
        assert_eq!(messages, [note], "{text}");
        assert_eq!(parts(text, &parsed.tree.body), expected, "{text}");
    }
}

#[test]
fn hostile_depth_is_noted() {
    let blocks = "{{ if .a }}".repeat(5_000);
    assert!(parse(&blocks).notes.iter().any(|note| note.message.contains("too deep")));
    let chain = format!("{{{{ if .a }}}}{}{{{{ end }}}}", "{{ else if .b }}".repeat(5_000));
    assert!(parse(&chain).notes.iter().any(|note| note.message.contains("too deep")));
    let groups = format!("{{{{ {}.a{} }}}}", "(".repeat(5_000), ")".repeat(5_000));
    assert_eq!(parse(&groups).tree.body, [Part::Broken(Span::new(0, groups.len()))]);
}

proptest! {
    #[test]
    fn never_fails(text in "(\\{\\{|\\}\\}|-| |\n|if|else|end|define|\"|`|\\(|\\)|\\.|\\$x|:=|[a-zé0-9|,/*]){0,40}") {
        let parsed = parse(&text);
        for note in parsed.notes {
            let span = note.span.expect("notes have places");
            prop_assert!(text.get(span.range()).is_some());
        }
    }
}
