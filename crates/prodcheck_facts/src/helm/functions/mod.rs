//! The functions of templates by name: Go's own, Sprig's and Helm's, as far as they depend on nothing but their arguments.
//!
//! <https://helm.sh/docs/chart_template_guide/function_list/>

mod collections;
mod numbers;
mod semver;
mod strings;

use super::data::{Data, Heap, Val};

/// Calls a function. Functions that are not known, and what depends on something unknown, give an unknown value.
pub(super) fn call(heap: &mut Heap, name: &str, args: &[Val]) -> Val {
    // Work grows with what is given, and so does its price.
    let weight = |arg: &Val| match &arg.data {
        Data::Text(text) => text.len() / 256,
        Data::List(list) => list.items.len() / 16,
        Data::Dict(id) => heap.dict(*id).map_or(0, |dict| dict.len() / 16),
        Data::Int(value) if name.starts_with("until") => usize::try_from(value / 16).unwrap_or(0),
        _ => 0,
    };
    let price: usize = args.iter().map(weight).sum();
    heap.steps = heap.steps.saturating_sub(price);
    if heap.steps == 0 {
        return Val::unknown();
    }
    logic(heap, name, args)
        .or_else(|| collections::call(heap, name, args))
        .or_else(|| strings::call(heap, name, args))
        .or_else(|| numbers::call(name, args))
        .unwrap_or_else(Val::unknown)
}

/// Decisions between values.
fn logic(heap: &Heap, name: &str, args: &[Val]) -> Option<Val> {
    let first = args.first();
    let last = args.last();
    Some(match name {
        "not" => Val::bool(heap.truth(first?).map(|truth| !truth)),
        "and" | "or" => and_or(heap, name == "and", args),
        "default" => match heap.truth(args.get(1).unwrap_or(&Val::nil())) {
            Some(true) => args.get(1)?.clone(),
            Some(false) => first?.clone(),
            None => Val::unknown(),
        },
        "coalesce" => {
            for arg in args {
                match heap.truth(arg) {
                    Some(true) => return Some(arg.clone()),
                    Some(false) => {}
                    None => return Some(Val::unknown()),
                }
            }
            Val::nil()
        }
        "ternary" => match heap.truth(last?) {
            Some(true) => first?.clone(),
            Some(false) => args.get(1)?.clone(),
            None => Val::unknown(),
        },
        "empty" => Val::bool(heap.truth(first?).map(|truth| !truth)),
        // A value that a chart demands is given where it is deployed, if not here.
        "required" => match &args.get(1)?.data {
            Data::Nil => Val::unknown(),
            Data::Text(text) if text.as_str().is_empty() => Val::unknown(),
            _ => args.get(1)?.clone(),
        },
        "all" | "any" => and_or(heap, name == "all", args).pipe_truth(heap),
        "eq" => {
            let mut any_unknown = false;
            for other in args.get(1..)? {
                match equal(first?, other) {
                    Some(true) => return Some(Val::bool(Some(true))),
                    Some(false) => {}
                    None => any_unknown = true,
                }
            }
            Val::bool((!any_unknown).then_some(false))
        }
        "ne" => Val::bool(equal(first?, args.get(1)?).map(|same| !same)),
        "deepEqual" => Val::bool(equal(first?, args.get(1)?)),
        "lt" | "le" | "gt" | "ge" => {
            let (a, b) = (first?, args.get(1)?);
            let order = match (a.as_str(), b.as_str()) {
                (Some(a), Some(b)) => Some(a.cmp(b)),
                _ if is_number(a) && is_number(b) => a.as_number()?.partial_cmp(&b.as_number()?),
                _ => None,
            };
            Val::bool(order.map(|order| match name {
                "lt" => order.is_lt(),
                "le" => order.is_le(),
                "gt" => order.is_gt(),
                _ => order.is_ge(),
            }))
        }
        "kindIs" | "typeIs" | "typeIsLike" => {
            let kind = first?.as_str()?.trim_start_matches('*').to_owned();
            Val::bool(kind_of(last?).map(|own| {
                own == kind
                    || kind == "map[string]interface {}" && own == "map"
                    || kind == "[]interface {}" && own == "slice"
            }))
        }
        "kindOf" | "typeOf" => Val::text(match (name, kind_of(first?)?) {
            ("typeOf", "map") => "map[string]interface {}",
            ("typeOf", "slice") => "[]interface {}",
            (_, kind) => kind,
        }),
        "semverCompare" => match (first?.as_str(), last?.as_str()) {
            (Some(constraint), Some(version)) => Val::bool(semver::satisfies(constraint, version)),
            _ => Val::unknown(),
        },
        _ => return None,
    })
}

impl Val {
    fn pipe_truth(self, heap: &Heap) -> Val {
        Val::bool(heap.truth(&self))
    }
}

/// The first value that decides, else the last; of values behind an unknown one only the truth is known.
fn and_or(heap: &Heap, is_and: bool, args: &[Val]) -> Val {
    let mut unknown = false;
    for arg in args {
        match heap.truth(arg) {
            Some(truth) if truth != is_and => return if unknown { Val::bool(Some(truth)) } else { arg.clone() },
            Some(_) => {}
            None => unknown = true,
        }
    }
    if unknown { Val::unknown() } else { args.last().cloned().unwrap_or(Val::unknown()) }
}

fn is_number(value: &Val) -> bool {
    matches!(value.data, Data::Int(_) | Data::Float(_))
}

/// Whether two scalars are equal, where that can be told. Numbers of both kinds are compared: charts that mix them mean it.
fn equal(a: &Val, b: &Val) -> Option<bool> {
    if !a.is_known() || !b.is_known() {
        return None;
    }
    match (&a.data, &b.data) {
        (Data::Nil, Data::Nil) => Some(true),
        (Data::Bool(a), Data::Bool(b)) => Some(a == b),
        (Data::Text(a), Data::Text(b)) => Some(a.as_str() == b.as_str()),
        (Data::List(_) | Data::Dict(_), Data::List(_) | Data::Dict(_)) => None,
        _ if is_number(a) && is_number(b) => Some(a.as_number() == b.as_number()),
        _ => Some(false),
    }
}

fn kind_of(value: &Val) -> Option<&'static str> {
    Some(match &value.data {
        Data::Nil => "invalid",
        Data::Unknown | Data::ApiVersions => return None,
        Data::Bool(_) => "bool",
        Data::Int(_) => "int",
        Data::Float(_) => "float64",
        Data::Text(_) => "string",
        Data::List(_) => "slice",
        Data::Dict(_) => "map",
    })
}
