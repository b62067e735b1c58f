//! Tests of rendering charts.

use super::*;
use crate::given::Given;
use crate::kubernetes::Object;
use prodcheck_formats::value::Node;
use prodcheck_source::{FileState, SourceText};

const CHART: &str = "name: api\nversion: 1.2.3\nappVersion: \"4.5\"\n";

fn files(files: &[(&str, &str)]) -> FileSet {
    let mut set = FileSet::default();
    for (path, text) in files {
        set.set(RepoPath::new(path), FileState::Text(SourceText::new(*text)));
    }
    set
}

fn rendered(set: &FileSet, values: &[&str]) -> RenderedChart {
    let values = values.iter().map(|path| RepoPath::new(path)).collect();
    render_chart(set, &"c".into(), &Release { values, ..Release::default() }).expect("a chart")
}

/// What a template renders to with values, `?` for what is unknown.
fn text(values: &str, template: &str) -> String {
    let set = files(&[("c/Chart.yaml", CHART), ("c/values.yaml", values), ("c/templates/t.yaml", template)]);
    rendered(&set, &[]).templates[0].text.replace('\u{E0F0}', "?")
}

fn tree(values: &str, template: &str) -> Node {
    let set = files(&[("c/Chart.yaml", CHART), ("c/values.yaml", values), ("c/templates/t.yaml", template)]);
    rendered(&set, &[]).templates[0].documents[0].tree.clone()
}

/// The file and the text that a part of the rendered text came from.
fn came_from(set: &FileSet, rendered: &Rendered, part: &str) -> (String, String) {
    let start = rendered.text.find(part).expect("the part is there");
    let place = rendered.place(Span::new(start, start + part.len()));
    (place.path.to_string(), set.text(&place.path).expect("the file is there").slice(place.span).to_owned())
}

#[test]
fn functions_give_what_helm_gives() {
    let values =
        "n: 3\nbig: 1000000\nf: 1.5\ns: Hello\ne: \"\"\nt: true\nno: no\nl: [b, a]\nm: {y: 1, x: \"2\"}\nnil:\n";
    for (template, expected) in [
        ("{{ .Values.n }} {{ .Values.big }} {{ .Values.f }} {{ .Values.t }}", "3 1e+06 1.5 true"),
        ("{{ .Values.nil }}|{{ .Values.absent }}", "|"),
        ("{{ .Values.e | default \"d\" }}{{ .Values.s | default \"d\" }}{{ .Values.no | default 1 }}", "dHello1"),
        ("{{ required \"must\" .Values.s }} {{ required \"must\" .Values.absent }}", "Hello ?"),
        (
            "{{ .Values.n | quote }} {{ squote .Values.s }} {{ quote \"a\\\"b\" }}{{ .Values.nil | quote }}",
            r#""3" 'Hello' "a\"b""#,
        ),
        ("{{ .Values.s | upper }}{{ .Values.s | lower }}{{ title \"ab cd\" }}", "HELLOhelloAb Cd"),
        (
            "{{ trunc 2 .Values.s }}{{ trunc -2 .Values.s }}{{ \"a-\" | trimSuffix \"-\" }}{{ trimPrefix \"v\" \"v1\" }}",
            "Heloa1",
        ),
        (
            "[{{ trim \" a \" }}] {{ replace \"l\" \"L\" .Values.s }} {{ \"a/b\" | replace \"/\" \"-\" }}",
            "[a] HeLLo a-b",
        ),
        ("{{ printf \"%s-%d:%v %q %05.1f %%\" .Values.s 7 .Values.t \"q\" 1.25 }}", "Hello-7:true \"q\" 1.2 %"),
        ("{{ print \"a\" 1 2 \"b\" }}", "a1 2b"),
        (
            "{{ contains \"ell\" .Values.s }} {{ hasPrefix \"He\" .Values.s }} {{ hasSuffix \"x\" .Values.s }}",
            "true true false",
        ),
        (
            "{{ eq 1 2 1 }} {{ ne \"a\" \"b\" }} {{ lt 1 2 }} {{ gt 1 2 }} {{ le 2 2 }} {{ ge 1 2 }}",
            "true true true false true false",
        ),
        ("{{ and 1 0 }} {{ and 1 2 }} {{ or 0 \"x\" }} {{ not .Values.e }} {{ empty .Values.l }}", "0 2 x true false"),
        (
            "{{ coalesce .Values.nil .Values.e .Values.s }} {{ ternary \"y\" \"n\" .Values.t }}{{ .Values.no | ternary \"y\" \"n\" }}",
            "Hello yn",
        ),
        (
            "{{ $d := dict \"a\" 1 }}{{ $_ := set $d \"b\" 2 }}{{ get $d \"b\" }}{{ hasKey $d \"c\" }}{{ keys $d | join \",\" }}",
            "2falsea,b",
        ),
        (
            "{{ (merge (dict \"a\" 1) (dict \"a\" 2 \"b\" 3)).a }}{{ (mergeOverwrite (dict \"a\" 1) (dict \"a\" 2)).a }}",
            "12",
        ),
        (
            "{{ first .Values.l }}{{ last .Values.l }}{{ join \"+\" .Values.l }}{{ (splitList \"/\" \"a/b\") | last }}{{ len .Values.l }}",
            "bab+ab2",
        ),
        (
            "{{ (split \"/\" \"a/b\")._1 }}{{ index .Values.l 1 }}{{ index .Values.m \"x\" }}{{ has \"a\" .Values.l }}",
            "ba2true",
        ),
        ("{{ dig \"m\" \"q\" \"none\" .Values }}{{ dig \"m\" \"x\" \"none\" .Values }}", "none2"),
        (
            "{{ add 1 2 3 }} {{ sub 5 2 }} {{ mul 2 3 }} {{ div 7 2 }} {{ int \"4\" }} {{ int64 .Values.n }} {{ float64 \"1.5\" }}",
            "6 3 6 3 4 3 1.5",
        ),
        ("{{ div 1 0 }}", "?"),
        ("{{ range until 3 }}{{ . }}{{ end }}", "012"),
        ("{{ semverCompare \">=1.19-0\" .Capabilities.KubeVersion.GitVersion }}", "true"),
        ("{{ kindIs \"map\" .Values.m }}{{ typeIs \"string\" .Values.s }}{{ kindOf .Values.l }}", "truetrueslice"),
        ("{{ toJson .Values.m }}", r#"{"x":"2","y":1}"#),
        ("{{ (fromYaml \"a: {b: 1}\").a.b }}", "1"),
        ("{{ tpl \"{{ .Values.s }}!\" . }}", "Hello!"),
        (
            "{{ .Release.Name }} {{ .Chart.Name }} {{ .Chart.AppVersion }} {{ .Template.BasePath }}",
            "release-name api 4.5 api/templates",
        ),
        (
            "{{ .Capabilities.APIVersions.Has \"autoscaling/v2\" }} {{ .Capabilities.APIVersions.Has \"extensions/v1beta1\" }}",
            "true false",
        ),
        ("{{ .Capabilities.APIVersions.Has \"monitoring.coreos.com/v1\" }}", "?"),
        (
            "{{ lookup \"v1\" \"Secret\" \"a\" \"b\" }}{{ .Files.Get \"x\" }}{{ randAlphaNum 8 }}{{ now }}{{ noSuchFunction 1 }}",
            "?????",
        ),
        ("{{ .Values.absent.field }}", "?"),
        ("{{ printf \"%s-x\" (lookup \"a\" \"b\" \"c\" \"d\") | quote }}", "\"?-x\""),
        ("{{ eq (lookup \"a\" \"b\" \"c\" \"d\") \"x\" }} {{ and false (lookup \"a\" \"b\" \"c\" \"d\") }}", "? false"),
    ] {
        assert_eq!(text(values, template), expected, "{template}");
    }
}

#[test]
fn to_yaml_reads_back() {
    let values = "m:\n  z: [1, {a: b, c: []}]\n  port: \"8080\"\n  e: {}\n  text: \"a: b\\nc\"\n  yes: \"yes\"\n  big: 1000000\n";
    assert_eq!(
        text(values, "x:\n  {{- toYaml .Values.m | nindent 2 }}\n"),
        "x:\n  big: 1000000\n  e: {}\n  port: \"8080\"\n  text: \"a: b\\nc\"\n  \"yes\": \"yes\"\n  z:\n  - 1\n  - a: b\n    c: []\n"
    );
}

#[test]
fn blocks_scope_and_trim() {
    let values = "a: {b: 1}\nl: [x, w]\nm: {k2: v2, k1: v1}\nz: 0\n";
    for (template, expected) in [
        ("{{- if .Values.z }}a{{ else if .Values.a }}b{{ else }}c{{ end }}", "b"),
        ("{{ with .Values.a }}{{ .b }}{{ $.Values.z }}{{ end }}{{ with .Values.z }}no{{ else }}e{{ end }}", "10e"),
        ("{{ with $x := .Values.a }}{{ $x.b }}{{ end }}", "1"),
        ("l:\n{{- range $i, $e := .Values.l }}\n- {{ $i }}{{ $e }}\n{{- end }}\n", "l:\n- 0x\n- 1w\n"),
        ("{{ range $k, $v := .Values.m }}{{ $k }}={{ $v }};{{ end }}", "k1=v1;k2=v2;"),
        ("{{ range .Values.none }}x{{ else }}none{{ end }}", "none"),
        ("{{ range .Values.l }}{{ if eq . \"w\" }}{{ break }}{{ end }}{{ . }}{{ end }}", "x"),
        ("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $y := 3 }}{{ end }}{{ $x }}", "2"),
        ("{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}", "1"),
        (
            "{{ define \"n\" }}<{{ .k }}{{ $.k }}>{{ end }}{{ include \"n\" (dict \"k\" \"v\") }}{{ template \"n\" .Values }}",
            "<vv><>",
        ),
        ("{{- /* c */ -}}\n a", "a"),
        ("{{ include \"absent\" . }}", "?"),
        (
            "{{ if .inner }}I{{ else }}{{ include (print $.Template.BasePath \"/t.yaml\") (dict \"inner\" 1) }}{{ end }}",
            "I",
        ),
        ("{{ .Values.a | }}x", "?x"),
    ] {
        assert_eq!(text(values, template), expected, "{template}");
    }
}

#[test]
fn unknown_conditions_leave_what_is_certain() {
    let template = "\
kind: A
{{- if lookup \"v1\" \"Secret\" \"\" \"x\" }}
probe: {a: 1}
same: 1
differs: 1
{{- else }}
same: 1
differs: 2
{{- end }}
inline: {{ if .Files.Get \"x\" }}a{{ else }}b{{ end }}
list:
  - certain
  {{- if .Files.Get \"x\" }}
  - perhaps
  {{- end }}
nested:
  k: v
  {{- include \"absent\" . | nindent 2 }}
value:
  {{- toYaml .Values.a.b.c | nindent 2 }}
";
    let tree = tree("a: {}", template);
    let object = tree.as_object().expect("a mapping");
    assert!(object.open && object.get("probe").is_none());
    assert_eq!(object.get("same").and_then(Node::as_number), Some(1.0));
    for unknown in ["differs", "inline", "value"] {
        assert!(object.get(unknown).is_some_and(Node::is_unknown), "{unknown}");
    }
    let list: Vec<Option<&str>> = tree.get("list").map_or(&[][..], Node::items).iter().map(Node::as_str).collect();
    assert_eq!(list, [Some("certain"), None]);
    let nested = tree.get("nested").and_then(Node::as_object).expect("a mapping");
    assert!(nested.open && nested.get("k").is_some() && nested.entries.len() == 1);
}

#[test]
fn what_is_assigned_or_set_under_an_unknown_condition_is_unknown() {
    let template = "{{ $d := dict \"k\" 1 }}{{ $x := 1 }}{{ if .Files.Get \"x\" }}{{ $x = 2 }}{{ $_ := set $d \"k\" 2 }}{{ end }}{{ $x }}{{ $d.k }}";
    assert_eq!(text("", template), "??");
}

#[test]
fn values_are_read_as_yaml_1_1() {
    assert_eq!(
        text("a: yes\nb: \"yes\"\nc: n\n", "{{ kindOf .Values.a }}{{ kindOf .Values.b }}{{ .Values.c }}"),
        "boolstringfalse"
    );
}

#[test]
fn what_a_chart_refuses_is_noted() {
    let template = "a: 1\n{{ if .Values.bad }}{{ fail \"no\" }}{{ end }}";
    let set = files(&[("c/Chart.yaml", CHART), ("c/values.yaml", "bad: true"), ("c/templates/t.yaml", template)]);
    let notes = rendered(&set, &[]).notes;
    assert_eq!(notes.len(), 1);
    assert_eq!(
        (notes[0].0.as_str(), notes[0].1.message.as_str()),
        ("c/templates/t.yaml", "the chart refuses these values: no")
    );
}

#[test]
fn whole_documents_may_be_conditional() {
    let template =
        "{{- if lookup \"a\" \"b\" \"c\" \"d\" }}\napiVersion: v1\nkind: Service\nmetadata: {name: s}\n{{- end }}\n";
    let set = files(&[("c/Chart.yaml", CHART), ("c/templates/t.yaml", template)]);
    let chart = rendered(&set, &[]);
    let manifests = chart.templates[0].manifests();
    assert!(manifests.len() == 1 && manifests[0].is_conditional);
    assert_eq!(manifests[0].manifest.kind.value, "Service");
    let template = "{{- if lookup \"a\" \"b\" \"c\" \"d\" }}\nextra: 1\n{{- end }}\napiVersion: v1\nkind: Service\n";
    let set = files(&[("c/Chart.yaml", CHART), ("c/templates/t.yaml", template)]);
    let documents = &rendered(&set, &[]).templates[0].documents;
    assert!(!documents[0].is_conditional && documents[0].tree.get("extra").is_none(), "one entry is, not the document");
}

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include \"api.fullname\" . }}
spec:
  replicas: {{ .Values.replicas }}
  template:
    spec:
      containers:
        - name: api
          image: \"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}\"
          livenessProbe:
            httpGet: {path: /health, port: 80}
          {{- with .Values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
";

#[test]
fn facts_point_at_templates_and_values() {
    let values = "# é\nreplicas: 1\nimage:\n  repository: example/api\nresources:\n  limits:\n    memory: 512Mi\n";
    let set = files(&[
        ("c/Chart.yaml", CHART),
        ("c/values.yaml", values),
        ("values-prod.yaml", "replicas: 3\n"),
        (
            "c/templates/_names.tpl",
            "{{ define \"api.fullname\" }}{{ printf \"%s-%s\" .Release.Name .Chart.Name | trunc 63 }}{{ end }}",
        ),
        ("c/templates/d.yaml", DEPLOYMENT),
    ]);
    let chart = rendered(&set, &["values-prod.yaml"]);
    let [template] = &chart.templates[..] else { panic!("{chart:?}") };
    let manifest = &template.manifests()[0].manifest;
    assert_eq!(manifest.name.as_ref().map(|name| name.value.as_str()), Some("release-name-api"));
    let Object::Workload(workload) = &manifest.object else { panic!("{manifest:?}") };
    let replicas = workload.replicas.as_ref().expect("replicas");
    assert_eq!(replicas.value, Given::Known(3));
    let place = template.place(replicas.span);
    assert_eq!((place.path.as_str(), place.span), ("values-prod.yaml", Span::new(10, 11)));
    let container = &workload.containers[0];
    assert_eq!(container.image.as_ref().and_then(|image| image.known()).map(String::as_str), Some("example/api:4.5"));
    let from = |part: &str| came_from(&set, template, part);
    assert_eq!(from("livenessProbe"), ("c/templates/d.yaml".into(), "livenessProbe".into()));
    assert_eq!(from("httpGet: {path: /health"), ("c/templates/d.yaml".into(), "httpGet: {path: /health".into()));
    assert_eq!(from("memory: 512Mi"), ("c/values.yaml".into(), "512Mi".into()));
    assert_eq!(from("limits"), ("c/values.yaml".into(), "limits".into()));
    assert_eq!(from("example/api"), ("c/values.yaml".into(), "example/api".into()));
}

#[test]
fn charts_within_charts() {
    let set = files(&[
        (
            "c/Chart.yaml",
            "name: api\ndependencies:\n  - {name: web, alias: front, version: 1.x}\n  - name: redis\n    version: ~18\n    repository: https://charts.example.org\n  - {name: off, condition: off.enabled}\n",
        ),
        ("c/values.yaml", "front: {n: 2}\nglobal: {g: G}\nredis:\n  replicas: 3\noff: {enabled: false}\n"),
        ("c/templates/own.yaml", "n: {{ .Values.front.n }}{{ .Values.front.d }}\n"),
        ("c/charts/web/Chart.yaml", "name: web\n"),
        ("c/charts/web/values.yaml", "n: 1\nd: D\n"),
        (
            "c/charts/web/templates/w.yaml",
            "w: {{ .Values.n }}{{ .Values.d }}{{ .Values.global.g }}{{ .Chart.Name }}{{ include \"lib\" . }}\n",
        ),
        ("c/charts/off/Chart.yaml", "name: off\n"),
        ("c/charts/off/templates/o.yaml", "o: 1\n"),
        ("c/charts/lib/Chart.yaml", "name: lib\ntype: library\n"),
        ("c/charts/lib/templates/l.tpl", "{{ define \"lib\" }}L{{ end }}"),
    ]);
    let chart = rendered(&set, &[]);
    let texts: Vec<&str> = chart.templates.iter().map(|rendered| rendered.text.as_str()).collect();
    assert_eq!(texts, ["n: 2D\n", "w: 2DGfrontL\n"]);
    let elsewhere: Vec<_> = chart.chart.dependencies.iter().filter(|one| one.folder.is_none()).collect();
    assert_eq!(elsewhere.len(), 1);
    let redis = elsewhere[0];
    assert_eq!(redis.version.as_ref().map(|version| version.value.as_str()), Some("~18"));
    assert_eq!(redis.values.len(), 1);
    assert_eq!(redis.values[0].key.path.as_str(), "c/values.yaml");
    assert_eq!(redis.values[0].values.get("replicas").and_then(Node::as_number), Some(3.0));
}

#[test]
fn null_in_a_later_file_deletes() {
    let set = files(&[
        ("c/Chart.yaml", CHART),
        ("c/values.yaml", "a: {x: 1, y: 2}\nl: [1, 2]\n"),
        ("prod.yaml", "a: {x: null}\nl: [3]\n"),
        ("c/templates/t.yaml", "{{ toJson .Values }}"),
    ]);
    assert_eq!(rendered(&set, &["prod.yaml"]).templates[0].text, r#"{"a":{"y":2},"l":[3]}"#);
}

#[test]
fn hostile_charts_end() {
    let recursion = "{{ define \"r\" }}{{ include \"r\" . }}{{ include \"r\" . }}{{ end }}{{ include \"r\" . }}";
    let doubling = "{{ $l := list 1 2 }}{{ range until 1000 }}{{ $l = concat $l $l }}{{ end }}{{ len $l }}";
    let growing = "{{ $s := \"aaaaaaaaaa\" }}{{ range until 1000 }}{{ $s = print $s $s }}{{ end }}{{ $s }}";
    let nesting =
        "{{ $l := list }}{{ range until 1000 }}{{ range until 1000 }}{{ $l = list $l }}{{ end }}{{ end }}{{ $l }}";
    let circle = "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toYaml $d }}{{ $d }}{{ toJson (deepCopy $d) }}";
    let shared = "{{ $d := dict }}{{ range until 60 }}{{ $d = dict \"a\" $d \"b\" $d }}{{ end }}{{ toYaml $d }}";
    let loops = "{{ range until 1000 }}{{ range until 1000 }}{{ range until 1000 }}x{{ end }}{{ end }}{{ end }}";
    let unknown = format!("{}x{}", "{{ if .Files.x }}\n".repeat(100), "{{ else }}\ny{{ end }}".repeat(100));
    for template in [recursion, doubling, growing, nesting, circle, shared, loops, &unknown] {
        assert!(text("", template).len() < 64 << 20);
    }
}
