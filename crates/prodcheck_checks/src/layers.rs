//! How the layers of one route answer one question, and what that makes of the item.

use crate::{Evidence, Verdict, Warning};
use prodcheck_services::{Layer, Route, RouteKind, Setting};

/// Which layers of a route have a say in an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Any of them: a process manager inside a container counts as well as what runs the container.
    Any,
    /// Only the outermost: what a reboot of the machine meets.
    Outermost,
    /// The outermost that says something: what it sets overrides the layers inside.
    OutermostThatSays,
}

/// One question to the layers of a route, and the words for each kind of answer.
pub struct Question<T: 'static> {
    /// Which layers may answer.
    pub scope: Scope,
    /// A layer's answer.
    pub pick: fn(&Layer) -> &Setting<T>,
    /// Whether a value meets the item.
    pub meets: fn(&T) -> bool,
    /// Why a value that does not meet it does not, as a sentence fragment: "which ends after …". Empty where the
    /// setting speaks for itself.
    pub because: fn(&T) -> String,
    /// What is met, as a sentence fragment that follows "so": "the process is restarted when it dies".
    pub met: &'static str,
    /// What is not met: "nothing restarts the process when it dies".
    pub unmet: &'static str,
    /// Why nobody can tell where no layer has a say.
    pub silent: &'static str,
}

impl<T> Question<T> {
    /// The verdict on one route. Where layers disagree, one that meets the item decides; of those that do not, what is
    /// set wrongly comes before what is absent, and the outermost first.
    pub fn judge(&self, route: &Route) -> Verdict {
        let layers: Vec<&Layer> = match self.scope {
            Scope::Any => route.layers.iter().collect(),
            Scope::Outermost => route.layers.iter().take(1).collect(),
            Scope::OutermostThatSays => {
                let says = |layer: &&Layer| !matches!((self.pick)(layer), Setting::Silent | Setting::Missing { .. });
                match route.layers.iter().find(says) {
                    Some(layer) => vec![layer],
                    None => route.layers.iter().collect(),
                }
            }
        };
        let answers: Vec<(&Layer, &Setting<T>)> = layers.iter().map(|layer| (*layer, (self.pick)(layer))).collect();
        let met = |setting: &Setting<T>| setting.value().is_some_and(|value| (self.meets)(value));
        if let Some((layer, setting)) = answers.iter().find(|(_, setting)| met(setting)) {
            return self.passed(layer, setting);
        }
        if let Some((layer, place, shown)) = answers.iter().find_map(|(layer, setting)| match setting {
            Setting::Unknown { place, shown } => Some((layer, place, shown)),
            _ => None,
        }) {
            return Verdict::unverified(format!(
                "{} says `{shown}`, and only a run would tell what that is",
                layer.tool.title()
            ))
            .at(place.clone(), format!("`{shown}`"));
        }
        let failures: Vec<Failure> =
            answers.iter().filter_map(|(layer, setting)| self.failed(layer, setting)).collect();
        let mut ordered = failures.iter().filter(|failure| failure.wrong).chain(failures.iter().filter(|f| !f.wrong));
        let Some(first) = ordered.next() else {
            // What containers leave open, the rulebook leaves open: scripts beside them do not turn it into a failure.
            let firm = matches!(
                route.kind,
                RouteKind::Kubernetes | RouteKind::Platform | RouteKind::Compose | RouteKind::Dockerfile
            );
            return Verdict { firm, ..Verdict::unverified(self.silent) };
        };
        let mut verdict =
            Verdict::fail(first.message.clone()).at(first.evidence.place.clone(), first.evidence.message.clone());
        for failure in ordered {
            verdict = verdict.at(failure.evidence.place.clone(), failure.evidence.message.clone());
        }
        verdict.warnings.extend(failures.iter().flat_map(|failure| failure.warnings.iter().cloned()));
        verdict
    }

    fn passed(&self, layer: &Layer, setting: &Setting<T>) -> Verdict {
        match setting {
            Setting::Set { place, shown, caveats, .. } => {
                let mut verdict = Verdict::pass(format!("{} says `{shown}`, so {}", layer.tool.title(), self.met))
                    .at(place.clone(), format!("`{shown}`"));
                for caveat in caveats {
                    verdict =
                        verdict.warn(caveat.message.clone(), caveat.place.clone().or_else(|| Some(place.clone())));
                }
                verdict
            }
            Setting::BuiltIn { place, by, .. } => Verdict::pass(by.clone()).at(place.clone(), by.clone()),
            _ => Verdict::unverified(self.silent),
        }
    }

    fn failed(&self, layer: &Layer, setting: &Setting<T>) -> Option<Failure> {
        let because = |value: &T| {
            let because = (self.because)(value);
            if because.is_empty() { String::new() } else { format!(" ({because})") }
        };
        match setting {
            Setting::Missing { place, key } => Some(Failure {
                wrong: false,
                message: format!("{}: {} sets no `{key}`", self.unmet, layer.tool.title()),
                evidence: Evidence::new(place.clone(), format!("no `{key}` here")),
                warnings: Vec::new(),
            }),
            Setting::Set { place, shown, value, caveats } => Some(Failure {
                wrong: true,
                message: format!("{}: {} says `{shown}`{}", self.unmet, layer.tool.title(), because(value)),
                evidence: Evidence::new(place.clone(), format!("`{shown}`")),
                warnings: caveats
                    .iter()
                    .map(|caveat| Warning { message: caveat.message.clone(), place: caveat.place.clone() })
                    .collect(),
            }),
            Setting::BuiltIn { place, by, .. } => Some(Failure {
                wrong: true,
                message: format!("{}: {by}", self.unmet),
                evidence: Evidence::new(place.clone(), by.clone()),
                warnings: Vec::new(),
            }),
            Setting::Silent | Setting::Unknown { .. } => None,
        }
    }
}

struct Failure {
    /// Whether something is set wrongly, rather than absent.
    wrong: bool,
    message: String,
    evidence: Evidence,
    warnings: Vec<Warning>,
}
