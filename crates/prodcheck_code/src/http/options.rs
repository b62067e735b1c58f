//! Which of the four security headers a package sends, by its options.

use super::headers::{Header, is_policy};
use super::table::{Row, Spelling};
use crate::{Reading, Settled, Truth};
use prodcheck_formats::javascript::Expr;
use prodcheck_program::program::{At, Outside, Part};
use prodcheck_source::Place;

/// Whether a header is sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum HeaderState {
    /// It is.
    Sent,
    /// It is switched off here.
    Off(Place),
    /// It is not sent unless asked for, and nobody asks.
    #[default]
    NotSent,
    /// It is a policy that only names frames, which is no policy, or one that only reports.
    Weak(Place),
    /// Only running it would tell.
    Unknown,
}

/// The state of each of the four headers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers {
    /// `X-Content-Type-Options`.
    pub no_sniff: HeaderState,
    /// `X-Frame-Options`.
    pub frame: HeaderState,
    /// `Content-Security-Policy`.
    pub policy: HeaderState,
    /// Whether that policy says who may frame the page.
    pub policy_frames: bool,
    /// `Strict-Transport-Security`.
    pub transport: HeaderState,
}

impl Headers {
    /// The state of one header; frames count as kept out where the policy says so.
    pub fn state(&self, header: Header) -> &HeaderState {
        match header {
            Header::NoSniff => &self.no_sniff,
            Header::Frame if self.frame != HeaderState::Sent && self.policy_frames => &HeaderState::Sent,
            Header::Frame => &self.frame,
            Header::Policy => &self.policy,
            Header::Transport => &self.transport,
        }
    }

    pub(super) fn all(state: &HeaderState) -> Self {
        Self {
            no_sniff: state.clone(),
            frame: state.clone(),
            policy: state.clone(),
            policy_frames: *state == HeaderState::Sent,
            transport: state.clone(),
        }
    }
}

/// The headers that a package of the table sends with these options.
pub fn headers(reading: &Reading<'_>, row: &Row, outside: &Outside, options: Option<At>) -> Headers {
    let Some(spelling) = row.spelling else { return Headers::default() };
    let member = outside.way.iter().find_map(|part| match part {
        Part::Member(name) if name != "default" && name != "helmet" && name != "secureHeaders" => Some(name.as_str()),
        _ => None,
    });
    if let (Spelling::Helmet { .. } | Spelling::Lusca, Some(member)) = (spelling, member) {
        return single(reading, member, options);
    }
    let mut found = Headers::all(&HeaderState::Sent);
    match spelling {
        Spelling::Helmet { csp_since } => {
            if reading.conditions.major(row.package).is_some_and(|major| major < csp_since) {
                found.policy = HeaderState::NotSent;
                found.policy_frames = false;
            }
        }
        Spelling::Hono => {
            found.policy = HeaderState::NotSent;
            found.policy_frames = false;
        }
        Spelling::Lusca => found = Headers::default(),
    }
    let Some(options) = options else { return found };
    let mut switch = |names: &[&str], header: Header| {
        for name in names {
            if let Some(state) = switched(reading, options, name, header) {
                let frames = header == Header::Policy && frames_named(reading, options, name).unwrap_or(true);
                match header {
                    Header::NoSniff => found.no_sniff = state,
                    Header::Frame => found.frame = state,
                    Header::Transport => found.transport = state,
                    Header::Policy => {
                        found.policy_frames = state == HeaderState::Sent && frames;
                        found.policy = state;
                    }
                }
            }
        }
    };
    switch(&["noSniff", "xContentTypeOptions", "nosniff"], Header::NoSniff);
    switch(&["frameguard", "xFrameOptions", "xframe"], Header::Frame);
    switch(&["hsts", "strictTransportSecurity"], Header::Transport);
    switch(&["contentSecurityPolicy", "csp"], Header::Policy);
    found
}

/// `helmet.hsts()` and its like: one header each.
fn single(reading: &Reading<'_>, member: &str, options: Option<At>) -> Headers {
    let mut found = Headers::default();
    match member {
        "noSniff" | "xContentTypeOptions" | "nosniff" => found.no_sniff = HeaderState::Sent,
        "frameguard" | "xFrameOptions" | "xframe" => found.frame = HeaderState::Sent,
        "hsts" | "strictTransportSecurity" => found.transport = HeaderState::Sent,
        "contentSecurityPolicy" | "csp" => {
            found.policy = HeaderState::Sent;
            found.policy_frames = true;
            if let Some((at, expr)) = options
                && reading.settle_member(at, expr, "reportOnly").truth() == Truth::Yes
            {
                found.policy = HeaderState::Weak(place(reading, (at, expr)));
                found.policy_frames = false;
            }
        }
        _ => {}
    }
    found
}

/// What an option makes of its header; `None` where it is not given.
fn switched(reading: &Reading<'_>, (at, options): At, name: &str, header: Header) -> Option<HeaderState> {
    let given = reading.option(at, options, name)?;
    let settled = reading.settle(given.0, given.1);
    Some(match settled {
        Settled::Bool(false) | Settled::Null => HeaderState::Off(place(reading, given)),
        Settled::Undefined | Settled::Unset(_) => return None,
        Settled::Literal(of, object) if header == Header::Policy => {
            let reports = reading.settle_member(of, object, "reportOnly").truth() == Truth::Yes;
            if reports || only_frames(reading, (of, object)) {
                HeaderState::Weak(place(reading, given))
            } else {
                HeaderState::Sent
            }
        }
        Settled::Text(text) if header == Header::Policy && !is_policy(&text) => {
            HeaderState::Weak(place(reading, given))
        }
        Settled::Literal(..) | Settled::Bool(true) | Settled::Text(_) | Settled::Number(_) => HeaderState::Sent,
        _ => HeaderState::Unknown,
    })
}

/// Whether a policy's directives replace the defaults and name frames alone.
fn only_frames(reading: &Reading<'_>, (at, object): At) -> bool {
    if reading.settle_member(at, object, "useDefaults").truth() != Truth::No
        || reading.option(at, object, "useDefaults").is_none()
    {
        return false;
    }
    let keys = directive_names(reading, (at, object));
    !keys.is_empty() && keys.iter().all(|key| is_frames(key))
}

/// Whether a policy says who may frame the page: by its own directive or helmet's defaults.
fn frames_named(reading: &Reading<'_>, (at, options): At, name: &str) -> Option<bool> {
    let (at, given) = reading.option(at, options, name)?;
    let Settled::Literal(at, object) = reading.settle(at, given) else { return None };
    let keys = directive_names(reading, (at, object));
    let replaced = reading.option(at, object, "useDefaults").is_some()
        && reading.settle_member(at, object, "useDefaults").truth() == Truth::No;
    Some(!replaced || keys.iter().any(|key| is_frames(key)))
}

fn is_frames(key: &str) -> bool {
    key.eq_ignore_ascii_case("frameAncestors") || key.eq_ignore_ascii_case("frame-ancestors")
}

fn directive_names(reading: &Reading<'_>, (at, object): At) -> Vec<String> {
    let Some((at, directives)) = reading.option(at, object, "directives") else { return Vec::new() };
    let Settled::Literal(at, directives) = reading.settle(at, directives) else { return Vec::new() };
    let Some(module) = reading.program.module(at) else { return Vec::new() };
    let Expr::Object(properties) = module.expr(directives) else { return Vec::new() };
    let names = properties.iter().filter_map(|property| match property {
        prodcheck_formats::javascript::Property::Entry {
            key: prodcheck_formats::javascript::Key::Name(name), ..
        } => Some(module.name(*name).to_owned()),
        _ => None,
    });
    names.collect()
}

fn place(reading: &Reading<'_>, (at, expr): At) -> Place {
    let span = reading.program.module(at).map(|module| module.span(expr)).unwrap_or_default();
    reading.place(at, span)
}
