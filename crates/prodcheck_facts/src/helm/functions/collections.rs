//! Functions on lists and mappings: <https://masterminds.github.io/sprig/lists.html>, `dicts.html`; YAML and JSON.

use super::super::data::{Data, Dict, Heap, Slot, Val};
use super::super::emit;
use super::super::text::Text;
use super::super::values::from_node;

pub(super) fn call(heap: &mut Heap, name: &str, args: &[Val]) -> Option<Val> {
    let first = args.first();
    let second = args.get(1);
    let key = |index: usize| args.get(index).and_then(Val::as_str).map(str::to_owned);
    Some(match name {
        "list" | "tuple" => Val::list(args.to_vec()),
        "dict" => {
            let mut dict = Dict::new();
            for pair in args.chunks(2) {
                let key = pair.first()?.as_str()?.to_owned();
                let value = pair.get(1).cloned().unwrap_or(Val::text(""));
                dict.insert(key, Slot { key_origin: value.origin, value });
            }
            heap.add(dict)
        }
        "toYaml" | "toYamlPretty" => Val::rich(emit::yaml(heap, first?)),
        "toJson" | "toRawJson" | "mustToJson" | "toPrettyJson" => {
            let mut out = Text::default();
            emit::json(heap, first?, 0, &mut out);
            Val::rich(out)
        }
        "fromYaml" | "fromJson" | "fromYamlArray" | "fromJsonArray" => {
            let text = first?.as_text()?;
            if !text.is_known() {
                return None;
            }
            let parsed = prodcheck_formats::yaml::parse(text.as_str());
            match parsed.tree.first() {
                Some(node) if parsed.notes.is_empty() => from_node(heap, node, text.as_str(), None, 0),
                Some(_) => Val::unknown(),
                None => heap.add(Dict::new()),
            }
        }
        "get" => match heap.of(first?) {
            Some(dict) => dict.get(&key(1)?).map_or(Val::text(""), |slot| slot.value.clone()),
            None => Val::unknown(),
        },
        "hasKey" => Val::bool(heap.of(first?).and_then(|dict| Some(dict.contains_key(&key(1)?)))),
        "dig" => {
            let (dict, rest) = args.split_last()?;
            let (default, path) = rest.split_last()?;
            let mut found = dict.clone();
            for step in path {
                let name = step.as_str()?;
                found = match heap.of(&found) {
                    Some(dict) => match dict.get(name) {
                        Some(slot) => slot.value.clone(),
                        None => return Some(default.clone()),
                    },
                    None if found.is_known() => return Some(default.clone()),
                    None => return None,
                };
            }
            found
        }
        "set" => {
            let (name, value) = (key(1)?, args.get(2)?.clone());
            let Data::Dict(id) = first?.data else { return None };
            heap.dict_mut(id)?.insert(name, Slot { key_origin: value.origin, value });
            first?.clone()
        }
        "unset" => {
            let Data::Dict(id) = first?.data else { return None };
            heap.dict_mut(id)?.remove(&key(1)?);
            first?.clone()
        }
        "merge" | "mustMerge" | "mergeOverwrite" | "mustMergeOverwrite" => {
            let Data::Dict(target) = first?.data else { return None };
            for source in args.get(1..)? {
                let source = heap.of(source).cloned()?;
                heap.merge(target, &source, name.ends_with("Overwrite"), false, 0);
            }
            first?.clone()
        }
        "deepCopy" | "mustDeepCopy" => heap.copy(first?, 0),
        "keys" => Val::list(heap.of(first?)?.keys().map(|key| Val::text(key)).collect()),
        "values" => Val::list(heap.of(first?)?.values().map(|slot| slot.value.clone()).collect()),
        "pick" | "omit" => {
            let names: Option<Vec<String>> = (1..args.len()).map(key).collect();
            let names = names?;
            let keeps = |key: &String| names.contains(key) == (name == "pick");
            let kept = heap.of(first?)?.iter().filter(|(key, _)| keeps(key));
            let kept: Dict = kept.map(|(key, slot)| (key.clone(), slot.clone())).collect();
            heap.add(kept)
        }
        "index" => {
            let mut found = first?.clone();
            for step in args.get(1..)? {
                found = match (&found.data, step.as_str()) {
                    (Data::Dict(_), Some(name)) => heap.field(&found, name),
                    (Data::List(list), None) => list.items.get(step.as_number()? as usize)?.clone(),
                    _ => return None,
                };
            }
            found
        }
        "len" => {
            let count = match (heap.of(first?), first?.items()) {
                (Some(dict), _) => dict.len(),
                (_, Some(items)) => items.len(),
                _ => return None,
            };
            Val::int(i64::try_from(count).unwrap_or(i64::MAX))
        }
        "first" | "mustFirst" => first?.items()?.first().cloned().unwrap_or(Val::nil()),
        "last" | "mustLast" => first?.items()?.last().cloned().unwrap_or(Val::nil()),
        "rest" | "initial" => {
            let items = first?.items()?;
            let rest = if name == "rest" { items.get(1..) } else { items.get(..items.len().saturating_sub(1)) };
            Val::list(rest.unwrap_or(&[]).to_vec())
        }
        "append" | "mustAppend" | "push" => spent(heap, first?.items()?, std::slice::from_ref(second?)),
        "prepend" | "mustPrepend" => spent(heap, std::slice::from_ref(second?), first?.items()?),
        "concat" => {
            let mut all = Vec::new();
            for list in args {
                all.extend_from_slice(list.items()?);
            }
            spent(heap, &all, &[])
        }
        "reverse" => Val::list(first?.items()?.iter().rev().cloned().collect()),
        "compact" => {
            let items = first?.items()?;
            Val::list(items.iter().filter(|item| heap.truth(item) != Some(false)).cloned().collect())
        }
        "uniq" | "without" | "has" | "sortAlpha" => texts(heap, name, args)?,
        "slice" | "mustSlice" => {
            let items = first?.items()?;
            let at = |index: usize, absent: usize| {
                args.get(index).map_or(Some(absent), |arg| Some(arg.as_number()? as usize))
            };
            let (start, end) = (at(1, 0)?, at(2, items.len())?);
            Val::list(items.get(start..end)?.to_vec())
        }
        "split" => {
            let separator = key(0).filter(|separator| !separator.is_empty())?;
            let text = second?.as_text().filter(|text| text.is_known())?;
            let parts = text.split(&separator).into_iter().take(1024).enumerate();
            let named = parts.map(|(index, part)| {
                let value = Val::rich(part);
                (format!("_{index}"), Slot { key_origin: value.origin, value })
            });
            heap.add(named.collect())
        }
        _ => return None,
    })
}

/// Two lists one after the other; their length is paid for, so that doubling ends.
fn spent(heap: &mut Heap, a: &[Val], b: &[Val]) -> Val {
    heap.steps = heap.steps.saturating_sub(a.len() + b.len());
    if heap.steps == 0 { Val::unknown() } else { Val::list([a, b].concat()) }
}

/// Functions on lists of scalars that compare their spellings.
fn texts(heap: &Heap, name: &str, args: &[Val]) -> Option<Val> {
    let list = if name == "has" { args.get(1)? } else { args.first()? };
    let items = list.items()?;
    if !items.iter().chain(args).all(Val::is_known) {
        return None;
    }
    let spelled = |value: &Val| heap.print(value, 0).as_str().to_owned();
    Some(match name {
        "has" => {
            let wanted = spelled(args.first()?);
            Val::bool(Some(items.iter().any(|item| spelled(item) == wanted)))
        }
        "without" => {
            let unwanted: Vec<String> = args.iter().skip(1).map(spelled).collect();
            Val::list(items.iter().filter(|item| !unwanted.contains(&spelled(item))).cloned().collect())
        }
        "uniq" => {
            let mut seen = std::collections::HashSet::new();
            Val::list(items.iter().filter(|item| seen.insert(spelled(item))).cloned().collect())
        }
        _ => {
            let mut sorted = items.to_vec();
            sorted.sort_by_cached_key(spelled);
            Val::list(sorted)
        }
    })
}
