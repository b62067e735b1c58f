//! Whether systemd's start limit can trip, or the delay between restarts grows.
//!
//! A unit is not started more often than `StartLimitBurst=` times within `StartLimitIntervalSec=`; a process that dies at
//! once is started every `RestartSec=`, so the limit trips only where that many delays fit into the interval.

use super::{Unit, known, misplacement, set, unknown};
use crate::{RestartLimit, Setting};
use prodcheck_facts::given::{Field, Given};
use prodcheck_facts::systemd::{InFile, Setting as Said};
use prodcheck_source::Place;

/// systemd's defaults: times in microseconds.
const INTERVAL: u64 = 10_000_000;
const BURST: u64 = 5;
const DELAY: u64 = 100_000;

impl Unit<'_> {
    pub(super) fn restart_limit(&self) -> Setting<RestartLimit> {
        let setting = self.limit();
        // A limit in a section where systemd does not look for it.
        let keys = ["StartLimitIntervalSec", "StartLimitBurst"];
        match keys.iter().find_map(|key| self.misplaced(key)) {
            Some(found) => {
                setting.caveat(misplacement(&found.item), Some(Place::new(found.path.clone(), found.item.span)))
            }
            None => setting,
        }
    }

    fn limit(&self) -> Setting<RestartLimit> {
        let unit = self.unit;
        if let Some(steps) = unit.restart_steps.as_ref().filter(|steps| steps.known().is_some_and(|steps| *steps > 0))
            && known(&unit.restart_max_delay_sec).is_some_and(|delay| *delay != u64::MAX)
        {
            return set(steps, RestartLimit::Limited);
        }
        let (interval, burst, delay) = (&unit.start_limit_interval, &unit.start_limit_burst, &unit.restart_sec);
        for said in [interval, burst].into_iter().flatten() {
            if said.known() == Some(&0) {
                let why = format!("with 0 for `{}=` systemd starts it again without end", said.item.key);
                return set(said, RestartLimit::Unlimited(why));
            }
        }
        for said in [interval, burst, delay].into_iter().flatten() {
            if said.item.value == Given::Unknown {
                return unknown(said);
            }
        }
        let reached = Reached {
            interval: known(interval).copied().unwrap_or(INTERVAL),
            burst: known(burst).copied().unwrap_or(BURST),
            delay: known(delay).copied().unwrap_or(DELAY),
        };
        let explicit = set_values(interval).zip(set_values(burst));
        match (explicit, set_values(interval).or(set_values(burst))) {
            (Some((_, burst)), _) => {
                let setting = set(burst, RestartLimit::Limited);
                if reached.trips() { setting } else { setting.caveat(reached.why(), delay.as_ref().map(InFile::place)) }
            }
            (None, Some(one)) if reached.trips() => set(one, RestartLimit::Limited),
            (None, None) if reached.trips() => Setting::built_in(
                RestartLimit::Limited,
                self.section("Service"),
                format!("systemd gives up after {BURST} starts within {} s", INTERVAL / 1_000_000),
            ),
            (None, one) => match set_values(delay).or(one) {
                Some(said) => set(said, RestartLimit::Unlimited(reached.why())),
                None => Setting::missing(self.section("Unit"), "StartLimitIntervalSec="),
            },
        }
    }
}

/// A setting that systemd can read; what it cannot it ignores.
fn set_values(said: &Said<u64>) -> Option<&InFile<Field<u64>>> {
    said.as_ref().filter(|said| said.known().is_some())
}

/// The three numbers that decide, times in microseconds.
struct Reached {
    interval: u64,
    burst: u64,
    delay: u64,
}

impl Reached {
    /// Whether so many starts, each after the delay, fit into the interval.
    fn trips(&self) -> bool {
        self.interval == u64::MAX || u128::from(self.burst) * u128::from(self.delay) < u128::from(self.interval)
    }

    fn why(&self) -> String {
        format!(
            "{} restarts every {} never fall within {}, so the start limit does not trip",
            self.burst,
            seconds(self.delay),
            seconds(self.interval)
        )
    }
}

fn seconds(microseconds: u64) -> String {
    match microseconds {
        u64::MAX => "infinity".to_owned(),
        _ => format!("{} s", microseconds as f64 / 1e6),
    }
}
