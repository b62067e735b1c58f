//! The values that templates work with.

use super::text::{Origin, Text};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A value and where it was written.
#[derive(Debug, Clone)]
pub(super) struct Val {
    pub data: Data,
    pub origin: Option<Origin>,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Data {
    Nil,
    /// Only running Helm against a cluster would tell.
    Unknown,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Rc<Text>),
    List(Rc<List>),
    /// Its index in the heap: templates change mappings in place (`set`, `merge`).
    Dict(usize),
    /// `.Capabilities.APIVersions`
    ApiVersions,
}

/// A list and how many lists stand in one another in it.
#[derive(Debug)]
pub(super) struct List {
    pub items: Vec<Val>,
    height: usize,
}

/// A mapping.
pub(super) type Dict = BTreeMap<String, Slot>;

/// A value of a mapping and where its key was written.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub value: Val,
    pub key_origin: Option<Origin>,
}

/// How deep values are followed.
pub(super) const DEPTH: usize = 100;

/// All mappings, and what may still be done.
#[derive(Debug)]
pub(super) struct Heap {
    dicts: Vec<Dict>,
    /// Steps that are left.
    pub steps: usize,
}

impl Heap {
    pub fn new(steps: usize) -> Self {
        Self { dicts: Vec::new(), steps }
    }

    pub fn dict(&self, id: usize) -> Option<&Dict> {
        self.dicts.get(id)
    }

    pub fn dict_mut(&mut self, id: usize) -> Option<&mut Dict> {
        self.dicts.get_mut(id)
    }

    pub fn add(&mut self, dict: Dict) -> Val {
        self.steps = self.steps.saturating_sub(1 + dict.len());
        self.dicts.push(dict);
        Val::from(Data::Dict(self.dicts.len() - 1))
    }

    /// Takes a step; false where none is left.
    pub fn step(&mut self) -> bool {
        let left = self.steps > 0;
        self.steps = self.steps.saturating_sub(1);
        left
    }

    /// The mapping of a value; nothing where it is none.
    pub fn of(&self, value: &Val) -> Option<&Dict> {
        match value.data {
            Data::Dict(id) => self.dict(id),
            _ => None,
        }
    }

    /// A field; `nil` where a mapping lacks it, unknown where there is no mapping: Helm would stop there.
    pub fn field(&self, value: &Val, name: &str) -> Val {
        match self.of(value) {
            Some(dict) => dict.get(name).map_or(Val::nil(), |slot| slot.value.clone()),
            None => Val::unknown(),
        }
    }

    /// A copy that shares no mapping.
    pub fn copy(&mut self, value: &Val, depth: usize) -> Val {
        if depth > DEPTH || !self.step() {
            return Val::unknown();
        }
        let data = match &value.data {
            Data::Dict(id) => {
                let entries = self.dict(*id).cloned().unwrap_or_default();
                let mut copied = Dict::new();
                for (key, slot) in entries {
                    let value = self.copy(&slot.value, depth + 1);
                    copied.insert(key, Slot { value, ..slot });
                }
                self.add(copied).data
            }
            Data::List(list) => Val::list(list.items.iter().map(|item| self.copy(item, depth + 1)).collect()).data,
            other => other.clone(),
        };
        Val { data, origin: value.origin }
    }

    /// Brings the entries of one mapping into another, nested ones too; `overwrites` lets them win. An entry that is
    /// `nil` in what wins deletes the other's where `deletes` says so, as values files do.
    pub fn merge(&mut self, target: usize, source: &Dict, overwrites: bool, deletes: bool, depth: usize) {
        for (key, slot) in source {
            if depth > DEPTH || !self.step() {
                return;
            }
            let own = self.dict(target).and_then(|dict| dict.get(key)).cloned();
            match (own.as_ref().map(|own| &own.value.data), &slot.value.data) {
                (Some(Data::Dict(own)), Data::Dict(other)) => {
                    let (own, other) = (*own, self.dict(*other).cloned().unwrap_or_default());
                    self.merge(own, &other, overwrites, deletes, depth + 1);
                }
                (Some(_), Data::Nil) if deletes && overwrites => {
                    self.dict_mut(target).map(|dict| dict.remove(key));
                }
                (own, _) if overwrites || own.is_none_or(|own| matches!(own, Data::Nil)) => {
                    let value = self.copy(&slot.value, depth + 1);
                    let slot = Slot { value, ..slot.clone() };
                    self.dict_mut(target).map(|dict| dict.insert(key.clone(), slot));
                }
                _ => {}
            }
        }
    }

    /// Whether a condition takes the value for true, where that can be told:
    /// <https://pkg.go.dev/text/template#hdr-Actions>.
    pub fn truth(&self, value: &Val) -> Option<bool> {
        Some(match &value.data {
            Data::Nil => false,
            Data::Unknown => return None,
            Data::Bool(value) => *value,
            Data::Int(value) => *value != 0,
            Data::Float(value) => *value != 0.0,
            Data::Text(text) => return text.has_content(),
            Data::List(list) => !list.items.is_empty(),
            Data::Dict(id) => self.dict(*id).is_some_and(|dict| !dict.is_empty()),
            Data::ApiVersions => true,
        })
    }

    /// How a value prints; unknown ones as the placeholder.
    pub fn print(&self, value: &Val, depth: usize) -> Text {
        let plain = |text: String| Text::new(text, value.origin);
        match &value.data {
            Data::Nil => Text::default(),
            Data::Unknown | Data::ApiVersions => Text::unknown(value.origin),
            Data::Bool(value) => plain(value.to_string()),
            Data::Int(value) => plain(value.to_string()),
            Data::Float(value) => plain(float(*value)),
            Data::Text(text) => (**text).clone(),
            // Go's spelling of containers is no YAML; a bounded part of it is enough.
            _ if depth > 8 => Text::unknown(value.origin),
            Data::List(list) => {
                let items: Vec<Text> = list.items.iter().take(32).map(|item| self.print(item, depth + 3)).collect();
                let words: Vec<&str> = items.iter().map(Text::as_str).collect();
                plain(format!("[{}]", words.join(" ")))
            }
            Data::Dict(id) => {
                let entries = self.dict(*id).into_iter().flatten().take(32);
                let words: Vec<String> = entries
                    .map(|(key, slot)| format!("{key}:{}", self.print(&slot.value, depth + 3).as_str()))
                    .collect();
                plain(format!("map[{}]", words.join(" ")))
            }
        }
    }
}

/// A float as Go's `%v` spells it: with an exponent from 21 digits, and numbers of values files from 10^6 on too.
fn float(value: f64) -> String {
    if value.is_finite() && value != 0.0 {
        let exponent = value.abs().log10().floor();
        if !(-4.0..21.0).contains(&exponent) || exponent >= 6.0 && digits(value) <= exponent {
            let spelled = format!("{value:e}");
            let (mantissa, exponent) = spelled.split_once('e').unwrap_or((&spelled, "0"));
            let sign = if exponent.starts_with('-') { '-' } else { '+' };
            return format!("{mantissa}e{sign}{:0>2}", exponent.trim_start_matches('-'));
        }
    }
    value.to_string()
}

/// How many digits its shortest spelling has, less one.
fn digits(value: f64) -> f64 {
    let spelled = format!("{value:e}");
    let mantissa = spelled.split('e').next().unwrap_or("");
    mantissa.chars().filter(char::is_ascii_digit).count() as f64 - 1.0
}

impl From<Data> for Val {
    fn from(data: Data) -> Self {
        Self { data, origin: None }
    }
}

impl Val {
    pub fn nil() -> Self {
        Self::from(Data::Nil)
    }

    pub fn unknown() -> Self {
        Self::from(Data::Unknown)
    }

    pub fn bool(value: Option<bool>) -> Self {
        Self::from(value.map_or(Data::Unknown, Data::Bool))
    }

    pub fn int(value: i64) -> Self {
        Self::from(Data::Int(value))
    }

    pub fn text(text: &str) -> Self {
        Self::rich(Text::new(text, None))
    }

    pub fn rich(text: Text) -> Self {
        let origin = text.origin();
        Self { data: Data::Text(Rc::new(text)), origin }
    }

    /// A list; unknown where lists would stand too deep in one another.
    pub fn list(items: Vec<Val>) -> Self {
        let height = |item: &Val| match &item.data {
            Data::List(list) => list.height,
            _ => 0,
        };
        let height = 1 + items.iter().map(height).max().unwrap_or(0);
        if height > DEPTH {
            return Self::unknown();
        }
        Self::from(Data::List(Rc::new(List { items, height })))
    }

    /// Whether nothing of the value itself is unknown; what is inside of containers does not count.
    pub fn is_known(&self) -> bool {
        match &self.data {
            Data::Unknown => false,
            Data::Text(text) => text.is_known(),
            _ => true,
        }
    }

    pub fn items(&self) -> Option<&[Val]> {
        match &self.data {
            Data::List(list) => Some(&list.items),
            _ => None,
        }
    }

    pub fn as_text(&self) -> Option<&Text> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text, where all of it is known.
    pub fn as_str(&self) -> Option<&str> {
        self.as_text().filter(|text| text.is_known()).map(Text::as_str)
    }

    /// The number, where it is one; texts are read as `int` and `float64` of Sprig do.
    pub fn as_number(&self) -> Option<f64> {
        match &self.data {
            Data::Int(value) => Some(*value as f64),
            Data::Float(value) => Some(*value),
            Data::Bool(value) => Some(f64::from(u8::from(*value))),
            Data::Nil => Some(0.0),
            Data::Text(text) if text.is_known() => Some(text.as_str().parse().unwrap_or(0.0)),
            _ => None,
        }
    }
}
