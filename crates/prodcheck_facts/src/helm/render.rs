//! Runs templates: blocks, variables and named templates, with conditions that may be unknown.

use super::data::{Data, Heap, Val};
use super::functions;
use super::text::{CERTAIN, Origin, Text, UNKNOWN};
use prodcheck_formats::gotemplate::{self, Base, Branch, Command, Operand, Part, Pipeline, Template};
use prodcheck_source::Span;
use std::collections::HashMap;
use std::rc::Rc;

/// How deep templates, blocks, `tpl` texts and parentheses may stand in one another.
const DEPTH: usize = 120;
/// How much one chart may render to, in bytes, all intermediate texts included.
const SIZE: usize = 4 << 20;
/// How many steps one chart may take.
const STEPS: usize = 1_000_000;

/// A template and its text.
pub(super) struct Source {
    text: Text,
    template: Template,
}

impl Source {
    pub fn of_file(text: &str, file: u32) -> Self {
        let origin = Origin { file, span: Span::new(0, text.len()), verbatim: true };
        Self::new(Text::new(text, Some(origin)))
    }

    fn new(text: Text) -> Self {
        let template = gotemplate::parse(text.as_str()).tree;
        Self { text, template }
    }

    /// Where an action stands.
    fn place(&self, span: Span) -> Option<Origin> {
        let origin = self.text.slice(span.range()).origin()?;
        let start = origin.span.start as usize;
        let span = if origin.verbatim { Span::new(start, start + span.range().len()) } else { origin.span };
        Some(Origin { span, verbatim: false, ..origin })
    }
}

/// One alternative of an unknown condition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Alternative {
    /// The number of the condition; its two alternatives share it.
    pub condition: u32,
    /// The alternative around it.
    pub parent: u32,
}

/// What one chart's templates share.
pub(super) struct Renderer {
    pub heap: Heap,
    /// Named templates: a file's definition by its index, or all of the file.
    definitions: HashMap<String, (Rc<Source>, Option<usize>)>,
    /// Alternatives by their number less one.
    pub alternatives: Vec<Alternative>,
    current: u32,
    depth: usize,
    rendered: usize,
    /// Actions that could not be evaluated and why.
    pub notes: Vec<(Origin, String)>,
}

/// What a template sees.
struct Scope {
    dot: Val,
    /// Variables, innermost last, with the alternative that they were declared in.
    variables: Vec<(String, Val, u32)>,
}

/// How a body ended.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Flow {
    Through,
    Break,
    Continue,
}

impl Renderer {
    pub fn new() -> Self {
        Self {
            heap: Heap::new(STEPS),
            definitions: HashMap::new(),
            alternatives: Vec::new(),
            current: CERTAIN,
            depth: 0,
            rendered: 0,
            notes: Vec::new(),
        }
    }

    /// Whether the chart asked for more than may be spent: what was not rendered is unknown.
    pub fn is_exhausted(&self) -> bool {
        self.heap.steps == 0 || self.rendered >= SIZE
    }

    /// Makes the named templates of a file known; of several with one name the last counts.
    /// The file itself can be included by its own name.
    pub fn define(&mut self, name: String, source: &Rc<Source>) {
        self.definitions.insert(name, (Rc::clone(source), None));
        for (index, definition) in source.template.definitions.iter().enumerate() {
            self.definitions.insert(definition.name.value.clone(), (Rc::clone(source), Some(index)));
        }
    }

    /// Renders what a file holds outside of its definitions.
    pub fn file(&mut self, source: &Rc<Source>, dot: Val) -> Text {
        self.template(source, &source.template.body, dot)
    }

    fn template(&mut self, source: &Source, body: &[Part], dot: Val) -> Text {
        if self.depth > DEPTH {
            return Text::unknown(None);
        }
        self.depth += 1;
        let mut scope = Scope { variables: vec![("$".to_owned(), dot.clone(), self.current)], dot };
        let mut out = Text::default();
        self.body(source, body, &mut scope, &mut out);
        self.depth -= 1;
        out
    }

    fn spend(&mut self, bytes: usize) -> bool {
        self.rendered = self.rendered.saturating_add(bytes);
        self.heap.step() && self.rendered < SIZE
    }

    fn body(&mut self, source: &Source, body: &[Part], scope: &mut Scope, out: &mut Text) -> Flow {
        if self.depth > DEPTH {
            out.push(&Text::unknown(None));
            return Flow::Through;
        }
        self.depth += 1;
        let declared = scope.variables.len();
        let mut flow = Flow::Through;
        for part in body {
            if !self.spend(0) {
                out.push(&Text::unknown(None));
                break;
            }
            flow = self.part(source, part, scope, out);
            if flow != Flow::Through {
                break;
            }
        }
        scope.variables.truncate(declared);
        self.depth -= 1;
        flow
    }

    fn part(&mut self, source: &Source, part: &Part, scope: &mut Scope, out: &mut Text) -> Flow {
        match part {
            Part::Text(span) => {
                let literal = source.text.slice(span.range());
                self.spend(literal.len());
                out.push(&literal);
            }
            Part::Action { span, pipeline } => {
                let value = self.pipeline(source, pipeline, scope);
                if pipeline.variables.is_empty() {
                    let mut text = self.heap.print(&value, 0);
                    text.place(value.origin.or_else(|| source.place(*span)));
                    self.spend(text.len());
                    out.push(&text);
                } else {
                    self.bind(pipeline, scope, value);
                }
            }
            Part::If(branch) => return self.decide(source, branch, false, scope, out),
            Part::With(branch) => return self.decide(source, branch, true, scope, out),
            Part::Range(branch) => self.range(source, branch, scope, out),
            Part::Call { span, name, argument } => {
                let dot = argument.as_ref().map_or(Val::nil(), |argument| self.pipeline(source, argument, scope));
                let mut text = self.include(&name.value, dot);
                text.place(source.place(*span));
                out.push(&text);
            }
            Part::Break(_) => return Flow::Break,
            Part::Continue(_) => return Flow::Continue,
            Part::Broken(span) => out.push(&Text::unknown(source.place(*span))),
        }
        Flow::Through
    }

    fn bind(&mut self, pipeline: &Pipeline, scope: &mut Scope, value: Val) {
        let Some(name) = pipeline.variables.first() else { return };
        if pipeline.declares {
            scope.variables.push((name.clone(), value, self.current));
        } else if let Some(variable) = scope.variables.iter_mut().rev().find(|variable| variable.0 == *name) {
            // Assigned under a condition that is unknown, it may still hold what it held.
            variable.1 = if variable.2 == self.current { value } else { Val::unknown() };
        }
    }

    fn decide(&mut self, source: &Source, branch: &Branch, is_with: bool, scope: &mut Scope, out: &mut Text) -> Flow {
        let declared = scope.variables.len();
        let value = self.pipeline(source, &branch.pipeline, scope);
        if !branch.pipeline.variables.is_empty() {
            self.bind(&branch.pipeline, scope, value.clone());
        }
        let dot = scope.dot.clone();
        let flow = match self.heap.truth(&value) {
            Some(true) => {
                if is_with {
                    scope.dot = value;
                }
                self.body(source, &branch.body, scope, out)
            }
            Some(false) => self.body(source, &branch.otherwise, scope, out),
            None => {
                let inner = if is_with { value } else { dot.clone() };
                let place = source.place(branch.span);
                self.alternatives(source, [(&branch.body, inner), (&branch.otherwise, dot.clone())], place, scope, out);
                Flow::Through
            }
        };
        scope.dot = dot;
        scope.variables.truncate(declared);
        flow
    }

    /// Renders both ways that an unknown condition can go, and marks what each gives.
    fn alternatives(
        &mut self,
        source: &Source,
        ways: [(&Vec<Part>, Val); 2],
        place: Option<Origin>,
        scope: &mut Scope,
        out: &mut Text,
    ) {
        let condition = u32::try_from(self.alternatives.len() + 1).unwrap_or(u32::MAX);
        let parent = self.current;
        let mut texts = Vec::new();
        for (body, dot) in ways {
            self.alternatives.push(Alternative { condition, parent });
            let number = u32::try_from(self.alternatives.len()).unwrap_or(u32::MAX);
            self.current = number;
            scope.dot = dot;
            let mut text = Text::default();
            self.body(source, body, scope, &mut text);
            texts.push((text, number));
        }
        self.current = parent;
        let same = texts.first().map(|(text, _)| text.as_str()) == texts.get(1).map(|(text, _)| text.as_str());
        let is_inline = texts.iter().all(|(text, _)| !text.as_str().contains('\n'));
        match texts.first() {
            Some((text, _)) if same => out.push(text),
            _ if is_inline => out.push(&Text::unknown(place)),
            _ => {
                for (mut text, number) in texts {
                    text.mark(number);
                    out.push(&text);
                }
            }
        }
    }

    fn range(&mut self, source: &Source, branch: &Branch, scope: &mut Scope, out: &mut Text) {
        let value = self.pipeline(source, &branch.pipeline, scope);
        let pairs: Option<Vec<(Val, Val)>> = match (&value.data, value.items(), self.heap.of(&value)) {
            (Data::Nil, ..) => Some(Vec::new()),
            (_, Some(items), _) => {
                let index = |index: usize| Val::int(i64::try_from(index).unwrap_or(i64::MAX));
                Some(items.iter().enumerate().map(|(at, item)| (index(at), item.clone())).collect())
            }
            (_, _, Some(dict)) => {
                let key = |key: &String, origin| Val::rich(Text::new(key.clone(), origin));
                let named = dict.iter().map(|(name, slot)| {
                    let origin = slot.key_origin.map(|origin| Origin { verbatim: false, ..origin });
                    (key(name, origin), slot.value.clone())
                });
                Some(named.collect())
            }
            _ => None,
        };
        let declared = scope.variables.len();
        let dot = scope.dot.clone();
        let bind = |scope: &mut Scope, key: Val, item: Val, current: u32| {
            let values = match branch.pipeline.variables.len() {
                1 => vec![item],
                _ => vec![key, item],
            };
            for (name, value) in branch.pipeline.variables.iter().zip(values) {
                match scope.variables.iter_mut().rev().find(|variable| variable.0 == *name) {
                    Some(variable) if !branch.pipeline.declares => variable.1 = value,
                    _ => scope.variables.push((name.clone(), value, current)),
                }
            }
        };
        match pairs {
            Some(pairs) if pairs.is_empty() => {
                self.body(source, &branch.otherwise, scope, out);
            }
            Some(pairs) => {
                for (key, item) in pairs {
                    scope.dot = item.clone();
                    bind(scope, key, item, self.current);
                    let flow = self.body(source, &branch.body, scope, out);
                    scope.variables.truncate(declared);
                    if flow == Flow::Break || self.heap.steps == 0 {
                        break;
                    }
                }
            }
            None => {
                bind(scope, Val::unknown(), Val::unknown(), self.current);
                let place = source.place(branch.span);
                let ways = [(&branch.body, Val::unknown()), (&branch.otherwise, dot.clone())];
                self.alternatives(source, ways, place, scope, out);
            }
        }
        scope.variables.truncate(declared);
        scope.dot = dot;
    }

    fn pipeline(&mut self, source: &Source, pipeline: &Pipeline, scope: &mut Scope) -> Val {
        if self.depth > DEPTH || !self.spend(0) {
            return Val::unknown();
        }
        self.depth += 1;
        let mut value = None;
        for command in &pipeline.commands {
            value = Some(self.command(source, command, value, scope));
        }
        self.depth -= 1;
        value.unwrap_or(Val::unknown())
    }

    fn command(&mut self, source: &Source, command: &Command, piped: Option<Val>, scope: &mut Scope) -> Val {
        let Some((head, rest)) = command.operands.split_first() else { return Val::unknown() };
        let evaluate = |renderer: &mut Self, scope: &mut Scope| -> Vec<Val> {
            let own = rest.iter().map(|operand| renderer.operand(source, operand, scope)).collect::<Vec<_>>();
            own.into_iter().chain(piped.clone()).collect()
        };
        let mut value = match &head.base {
            Base::Function(name) => {
                let args = evaluate(self, scope);
                let value = self.call(name, args, || source.place(command.span));
                head.fields.iter().fold(value, |value, field| self.heap.field(&value, field))
            }
            _ if rest.is_empty() && piped.is_none() => self.operand(source, head, scope),
            // A method: the last field is its name.
            _ => {
                let args = evaluate(self, scope);
                let (method, fields) = match head.fields.split_last() {
                    Some((method, fields)) => (method.as_str(), fields.to_vec()),
                    None => ("", Vec::new()),
                };
                let object = self.operand(source, &Operand { fields, ..head.clone() }, scope);
                match (&object.data, method, args.first().and_then(Val::as_str)) {
                    (Data::ApiVersions, "Has", Some(wanted)) => Val::bool(super::cluster::has_api(wanted)),
                    _ => Val::unknown(),
                }
            }
        };
        if value.as_text().is_some_and(|text| !self.spend(text.len())) {
            return Val::unknown();
        }
        if value.origin.is_none() && !matches!(value.data, Data::Text(_) | Data::Dict(_) | Data::List(_)) {
            value.origin = source.place(command.span);
        }
        if let Data::Text(text) = &value.data
            && text.origin().is_none()
        {
            let mut text = (**text).clone();
            text.place(source.place(command.span));
            value = Val::rich(text);
        }
        value
    }

    fn operand(&mut self, source: &Source, operand: &Operand, scope: &mut Scope) -> Val {
        let origin = || source.place(operand.span);
        let literal = |data: Data| Val { data, origin: origin() };
        let base = match &operand.base {
            Base::Dot => scope.dot.clone(),
            Base::Variable(name) => {
                let found = scope.variables.iter().rev().find(|variable| variable.0 == *name);
                found.map_or(Val::unknown(), |variable| variable.1.clone())
            }
            Base::Function(name) => self.call(name, Vec::new(), origin),
            Base::Text(text) => Val::rich(Text::new(text.clone(), origin())),
            Base::Integer(value) => literal(Data::Int(*value)),
            Base::Float(value) => literal(Data::Float(*value)),
            Base::Bool(value) => literal(Data::Bool(*value)),
            Base::Nil => literal(Data::Nil),
            Base::Group(pipeline) => self.pipeline(source, pipeline, scope),
        };
        operand.fields.iter().fold(base, |value, field| self.heap.field(&value, field))
    }

    fn call(&mut self, name: &str, args: Vec<Val>, place: impl Fn() -> Option<Origin>) -> Val {
        match name {
            "include" => match args.first().and_then(Val::as_str).map(str::to_owned) {
                Some(name) => Val::rich(self.include(&name, args.get(1).cloned().unwrap_or(Val::nil()))),
                None => Val::unknown(),
            },
            "tpl" => match args.first().and_then(Val::as_text).cloned() {
                Some(text) if text.as_str().contains("{{") => {
                    let source = Source::new(text);
                    let dot = args.get(1).cloned().unwrap_or(Val::nil());
                    Val::rich(self.template(&source, &source.template.body, dot))
                }
                Some(text) => Val::rich(text),
                None => Val::unknown(),
            },
            "fail" => {
                let message = args.first().and_then(Val::as_str).unwrap_or("").to_owned();
                if let Some(origin) = place().filter(|_| self.current == CERTAIN) {
                    self.notes.push((origin, format!("the chart refuses these values: {message}")));
                }
                Val::text("")
            }
            // Changed under a condition that is unknown, it may still hold what it held.
            "set" if self.current != CERTAIN => {
                let args: Vec<Val> = args.into_iter().take(2).chain([Val::unknown()]).collect();
                functions::call(&mut self.heap, name, &args)
            }
            _ => functions::call(&mut self.heap, name, &args),
        }
    }

    fn include(&mut self, name: &str, dot: Val) -> Text {
        match self.definitions.get(name).cloned() {
            Some((source, index)) => {
                let defined = index.map(|index| source.template.definitions.get(index));
                let body = match defined {
                    Some(definition) => definition.map_or(&[][..], |definition| &definition.body),
                    None => &source.template.body,
                };
                let text = self.template(&source, body, dot);
                self.spend(text.len());
                text
            }
            None => Text::new(UNKNOWN, None),
        }
    }
}
