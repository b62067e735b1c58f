//! Outbound HTTP calls of server code, each with its client, its place and its time limit.
//!
//! A limit counts where the call, the object that it is called on, or the package as a whole is given one; where it is
//! called inside `Promise.race` with a timer or inside a function whose name speaks of a timeout; and where all that
//! the function around it is given by its callers holds one. Interceptors, retries and agents set none.

mod around;
mod elsewhere;
mod limit;
mod object;
pub mod table;

use crate::reading::{is_tooling, way};
use crate::{Reach, Reading, Site};
use limit::{Limit, Options};
use prodcheck_formats::javascript::{Call, Expr, ExprId, Module, Origin};
use prodcheck_program::program::{At, ModuleId, Outside, Part, Value};
use prodcheck_source::Place;
use std::collections::BTreeMap;
use table::Row;

/// What server code asks of others over HTTP.
#[derive(Debug, Clone, Default)]
pub struct Outbound {
    /// The calls, by file and place; each place once.
    pub calls: Vec<OutboundCall>,
    /// The vendors' SDKs and auth libraries that are called, by name, with the first place.
    pub vendors: Vec<(String, Place)>,
}

/// An outbound call.
#[derive(Debug, Clone)]
pub struct OutboundCall {
    /// What is called, in the package's own words: `fetch`, `axios.post`, `https.request`; of a wrapper the function.
    pub client: String,
    /// The call; where only a wrapper's caller leaves the limit out, that caller.
    pub place: Place,
    /// Its time limit.
    pub limit: TimeLimit,
    /// The credential without which the call is never made.
    pub needs: Option<String>,
}

/// A call's time limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeLimit {
    /// The code sets one: what does, and where.
    Set {
        /// The option or method.
        by: String,
        /// Where.
        place: Place,
    },
    /// The client has one by itself; in words.
    BuiltIn(&'static str),
    /// The code switches it off: the option, and where.
    Off {
        /// The option.
        by: String,
        /// Where.
        place: Place,
    },
    /// None is given; the options that would set one.
    None(&'static [&'static str]),
    /// Only running it would tell.
    Unknown,
}

/// Reads the outbound calls of server code.
pub fn read(reading: &Reading<'_>) -> Outbound {
    let mut found: BTreeMap<Place, OutboundCall> = BTreeMap::new();
    let mut add = |call: OutboundCall| {
        found.entry(call.place.clone()).or_insert(call);
    };
    let defaults = object::Defaults::of(reading);
    for site in reading.sites() {
        let Some((module, call)) = reading.call(site) else { continue };
        let Some((row, method)) = sends(reading, site, module, &call) else { continue };
        let reach = reading.reach(site.at, site.id);
        if !reach.is_reached()
            || is_tooling(reading, site.at)
            || elsewhere::is_elsewhere(reading, site, module, &call)
            || reading.moments(site.at, site.id).is_command_only()
        {
            continue;
        }
        let needs = match reach {
            Reach::Credential(name) => Some(name),
            _ => None,
        };
        let judged = Judged { reading, site, module, call, row, method, defaults: &defaults };
        for (place, client, limit) in judged.calls() {
            add(OutboundCall { client, place, limit, needs: needs.clone() });
        }
    }
    for call in elsewhere::wrapped(reading) {
        add(call);
    }
    Outbound { calls: found.into_values().collect(), vendors: elsewhere::vendors(reading) }
}

/// The row and the method of a site that sends a request.
fn sends(reading: &Reading<'_>, site: &Site, module: &Module, call: &Call<'_>) -> Option<(&'static Row, &'static str)> {
    if call.is_new {
        return None;
    }
    let of = |value: &Value| match value {
        Value::Outside(outside) => row_of(reading, outside),
        _ => None,
    };
    site.callee.iter().find_map(of).or_else(|| object::passed_on(reading, site, module, call))
}

/// The row and the method that a way from a package is.
fn row_of(reading: &Reading<'_>, outside: &Outside) -> Option<(&'static Row, &'static str)> {
    let major = reading.conditions.major(outside.source());
    table::rows(outside.source(), major).find_map(|row| {
        row.calls.iter().find_map(|(method, _)| is_call(row, outside, method).then_some((row, *method)))
    })
}

/// Whether a way is this method of one of a row's objects.
fn is_call(row: &Row, outside: &Outside, method: &str) -> bool {
    let mut parts = outside.way.as_slice();
    if !method.is_empty() {
        match parts.split_last() {
            Some((Part::Member(last), rest)) if last == method => parts = rest,
            _ => return false,
        }
    }
    loop {
        let object = way(&Outside { origin: outside.origin.clone(), way: parts.to_vec() });
        if row.objects.contains(&object.as_str()) {
            return true;
        }
        match parts {
            [rest @ .., Part::Member(made), Part::Called] if row.fluent || row.makes.contains(&made.as_str()) => {
                parts = rest;
            }
            _ => return false,
        }
    }
}

/// One call that sends a request, and what it is judged by.
struct Judged<'r, 'a> {
    reading: &'r Reading<'a>,
    site: &'r Site,
    module: &'a Module,
    call: Call<'a>,
    row: &'static Row,
    method: &'static str,
    defaults: &'r object::Defaults,
}

impl Judged<'_, '_> {
    /// The places to be judged: the call itself, or the callers that leave out what others give.
    fn calls(&self) -> Vec<(Place, String, TimeLimit)> {
        let place = self.reading.place_of(self.site);
        let one = |limit: TimeLimit| vec![(place.clone(), self.client(), limit)];
        let places = self.row.calls.iter().find(|(method, _)| *method == self.method);
        let places = places.map_or(&[][..], |(_, places)| places);
        let options = Options { reading: self.reading, names: self.row.limits };
        let own = match options.of_arguments(self.site.at, self.call.arguments, places) {
            Limit::Absent => self.of_request(options),
            own => own,
        };
        if let Limit::Set(option, at) = own {
            return one(self.set(option, at));
        }
        if let Some((by, at)) = around::limited(self.reading, self.site.at, self.module, self.call.id, self.row.chained)
        {
            return one(self.set(by, at));
        }
        if let Limit::Off(option, at) = own {
            return one(TimeLimit::Off { by: option, place: self.place(at) });
        }
        match object::limit(self.reading, self.site, self.module, &self.call, self.row, self.defaults) {
            Limit::Set(option, at) => return one(self.set(option, at)),
            Limit::Off(option, at) if own == Limit::Absent => {
                return one(TimeLimit::Off { by: option, place: self.place(at) });
            }
            Limit::Unknown | Limit::Forwarded(_) => return one(TimeLimit::Unknown),
            _ => {}
        }
        if !self.row.built_in.is_empty() {
            return one(TimeLimit::BuiltIn(self.row.built_in));
        }
        match own {
            Limit::Forwarded(forwards) => {
                let callers = options.callers(&forwards);
                if callers.some_give && !callers.without.is_empty() {
                    let judged = callers.without.into_iter().map(|((at, call), limit)| {
                        let limit = match limit {
                            Limit::Off(option, at) => TimeLimit::Off { by: option, place: self.place(at) },
                            _ => TimeLimit::None(self.row.limits),
                        };
                        (self.span_of(at, call), self.wrapper(at, call), limit)
                    });
                    return judged.collect();
                }
                if callers.some_give || callers.unknown || callers.without.is_empty() {
                    return one(TimeLimit::Unknown);
                }
                one(TimeLimit::None(self.row.limits))
            }
            Limit::Unknown => one(TimeLimit::Unknown),
            _ => one(TimeLimit::None(if self.row.limits.is_empty() { self.row.chained } else { self.row.limits })),
        }
    }

    /// What a `Request` says that is given in the place of an address.
    fn of_request(&self, options: Options<'_, '_>) -> Limit {
        let Some(first) = self.call.argument(self.module, 0).filter(|_| self.row.limits.contains(&"signal")) else {
            return Limit::Absent;
        };
        let made = self.reading.made_by_calls(self.site.at, first).into_iter().filter_map(|(at, made)| {
            let module = self.reading.program.module(at)?;
            let call = module.call(made).filter(|call| module.is_global(call.callee, &["Request"]))?;
            Some(match options.of_arguments(at, call.arguments, &[0, 1]) {
                Limit::Forwarded(_) => Limit::Unknown,
                said => said,
            })
        });
        let made = made.reduce(Limit::or);
        made.unwrap_or(if self.is_typed_request(first) { Limit::Unknown } else { Limit::Absent })
    }

    fn is_typed_request(&self, expr: ExprId) -> bool {
        let Expr::Identifier { binding: Some(binding), .. } = self.module.expr(expr) else { return false };
        let bound = self.module.binding(*binding);
        let of_parameter = match bound.origin {
            Origin::Parameter { function, index, .. } => {
                self.module.function(function).params.get(index as usize).and_then(|param| param.type_name)
            }
            _ => None,
        };
        bound.type_name.or(of_parameter).is_some_and(|name| {
            let name = self.module.type_name(name);
            name.binding.is_none() && matches!(self.module.name(name.root), "Request" | "RequestInfo")
        })
    }

    fn set(&self, by: String, at: At) -> TimeLimit {
        TimeLimit::Set { by, place: self.place(at) }
    }

    fn place(&self, (at, expr): At) -> Place {
        self.span_of(at, expr)
    }

    fn span_of(&self, at: ModuleId, expr: ExprId) -> Place {
        let span = self.reading.program.module(at).map(|module| module.span(expr)).unwrap_or_default();
        self.reading.place(at, span)
    }

    /// `axios.post`, `fetch`, `got`.
    fn client(&self) -> String {
        let source = self.row.source;
        if self.method.is_empty() { source.to_owned() } else { format!("{source}.{}", self.method) }
    }

    /// The name of a wrapper that a call calls.
    fn wrapper(&self, at: ModuleId, call: ExprId) -> String {
        let name = self.reading.program.module(at).and_then(|module| {
            let callee = module.call(call)?.callee;
            let path = module.member_path(callee);
            match path.members.last() {
                Some(name) => Some(module.name(*name).to_owned()),
                None => around::name_of(module, callee).map(str::to_owned),
            }
        });
        name.unwrap_or_else(|| self.client())
    }
}

#[cfg(test)]
mod tests;
