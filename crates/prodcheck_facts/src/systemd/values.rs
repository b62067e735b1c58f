//! The values that systemd's settings take.
//!
//! Time spans: [systemd.time(7)](https://www.freedesktop.org/software/systemd/man/latest/systemd.time.html); the others:
//! [systemd.syntax(7)](https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html) and the page of each
//! setting.

use super::{KillMode, MemoryAmount, OpenFilesLimit, Output, RestartWhen, ServiceType};

/// `yes`, `on` and the like.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "yes" | "y" | "true" | "t" | "on" => Some(true),
        "0" | "no" | "n" | "false" | "f" | "off" => Some(false),
        _ => None,
    }
}

/// A whole number.
pub(super) fn count(text: &str) -> Option<u64> {
    text.parse().ok()
}

/// A time span in microseconds, of which a number without a unit counts seconds; `u64::MAX` for `infinity`.
pub(super) fn time_span(text: &str) -> Option<u64> {
    if text == "infinity" {
        return Some(u64::MAX);
    }
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at_checked(end)?;
        let after = after.trim_start();
        let end = after.find(|char: char| char.is_ascii_digit() || char.is_whitespace()).unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(end)?;
        total += number.parse::<f64>().ok()? * microseconds(unit)?;
        rest = after.trim_start();
    }
    // A float that is too large becomes the largest integer.
    Some(total as u64)
}

fn microseconds(unit: &str) -> Option<f64> {
    const SECOND: f64 = 1e6;
    const DAY: f64 = 86_400.0 * SECOND;
    Some(match unit {
        "" | "s" | "sec" | "second" | "seconds" => SECOND,
        "us" | "usec" | "µs" | "μs" => 1.0,
        "ms" | "msec" => 1e3,
        "m" | "min" | "minute" | "minutes" => 60.0 * SECOND,
        "h" | "hr" | "hour" | "hours" => 3_600.0 * SECOND,
        "d" | "day" | "days" => DAY,
        "w" | "week" | "weeks" => 7.0 * DAY,
        "M" | "month" | "months" => 30.44 * DAY,
        "y" | "year" | "years" => 365.25 * DAY,
        _ => return None,
    })
}

/// An amount of memory: bytes with units to the base of 1024 (`1G 500M` is their sum), a share of the machine's, or no
/// limit. systemd ignores 0 and more than all of it.
pub(super) fn memory(text: &str) -> Option<MemoryAmount> {
    if text == "infinity" {
        return Some(MemoryAmount::Unlimited);
    }
    if let Some(percent) = text.strip_suffix('%') {
        let share = percent.parse::<f64>().ok().filter(|share| (0.0..=100.0).contains(share))?;
        return Some(MemoryAmount::Share(share / 100.0));
    }
    let mut rest = text.trim();
    let mut total = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at_checked(end)?;
        let after = after.trim_start();
        let shift = after.chars().next().and_then(shift);
        total += number.parse::<f64>().ok()? * (1u64 << shift.unwrap_or(0)) as f64;
        rest = if shift.is_some() { after.get(1..)?.trim_start() } else { after };
    }
    let bytes = total as u64;
    (bytes > 0).then_some(MemoryAmount::Bytes(bytes))
}

/// The power of two that a unit stands for.
fn shift(unit: char) -> Option<u32> {
    Some(match unit {
        'B' => 0,
        'K' => 10,
        'M' => 20,
        'G' => 30,
        'T' => 40,
        'P' => 50,
        'E' => 60,
        _ => return None,
    })
}

/// `soft:hard`, or one number for both; no units.
pub(super) fn open_files(text: &str) -> Option<OpenFilesLimit> {
    let limit = |text: &str| if text == "infinity" { Some(u64::MAX) } else { count(text) };
    match text.split_once(':') {
        Some((soft, hard)) => Some(OpenFilesLimit { soft: limit(soft)?, hard: limit(hard)? }),
        None => limit(text).map(|both| OpenFilesLimit { soft: both, hard: both }),
    }
}

pub(super) fn restart(text: &str) -> Option<RestartWhen> {
    Some(match text {
        "no" => RestartWhen::No,
        "on-success" => RestartWhen::OnSuccess,
        "on-failure" => RestartWhen::OnFailure,
        "on-abnormal" => RestartWhen::OnAbnormal,
        "on-watchdog" => RestartWhen::OnWatchdog,
        "on-abort" => RestartWhen::OnAbort,
        "always" => RestartWhen::Always,
        _ => return None,
    })
}

pub(super) fn service_type(text: &str) -> Option<ServiceType> {
    Some(match text {
        "simple" => ServiceType::Simple,
        "exec" => ServiceType::Exec,
        "forking" => ServiceType::Forking,
        "oneshot" => ServiceType::Oneshot,
        "dbus" => ServiceType::Dbus,
        "notify" => ServiceType::Notify,
        "notify-reload" => ServiceType::NotifyReload,
        "idle" => ServiceType::Idle,
        _ => return None,
    })
}

pub(super) fn kill_mode(text: &str) -> Option<KillMode> {
    Some(match text {
        "control-group" => KillMode::ControlGroup,
        "mixed" => KillMode::Mixed,
        "process" => KillMode::Process,
        "none" => KillMode::None,
        _ => return None,
    })
}

pub(super) fn output(text: &str) -> Option<Output> {
    let of_file = ["file:", "append:", "truncate:"].iter().find_map(|kind| text.strip_prefix(kind));
    if let Some(path) = of_file {
        return Some(Output::File(path.to_owned()));
    }
    Some(match text {
        "journal" | "journal+console" | "kmsg" | "kmsg+console" | "syslog" | "syslog+console" => Output::Journal,
        "null" => Output::Null,
        "inherit" => Output::Inherit,
        "tty" | "socket" => Output::Elsewhere,
        _ if text.starts_with("fd:") => Output::Elsewhere,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_time_spans_as_systemd_analyze_does() {
        for (text, microseconds) in [
            ("90", 90_000_000),
            ("0", 0),
            ("1.5", 1_500_000),
            ("5min 20s", 320_000_000),
            ("1h30m", 5_400_000_000),
            ("2 h", 7_200_000_000),
            ("3d", 259_200_000_000),
            ("100ms", 100_000),
            ("7µs", 7),
            ("infinity", u64::MAX),
        ] {
            assert_eq!(time_span(text), Some(microseconds), "{text}");
        }
        for text in ["", " ", "5x", "s", "-1", "1..5", "fast", "5é"] {
            assert_eq!(time_span(text), None, "{text}");
        }
    }

    #[test]
    fn reads_amounts_of_memory() {
        assert_eq!(memory("512M"), Some(MemoryAmount::Bytes(512 << 20)));
        assert_eq!(memory("1.5G"), Some(MemoryAmount::Bytes(3 << 29)));
        assert_eq!(memory("1000"), Some(MemoryAmount::Bytes(1000)));
        assert_eq!(memory("50%"), Some(MemoryAmount::Share(0.5)));
        assert_eq!(memory("infinity"), Some(MemoryAmount::Unlimited));
        assert_eq!(memory("512 M"), Some(MemoryAmount::Bytes(512 << 20)));
        assert_eq!(memory("1G500M"), Some(MemoryAmount::Bytes((1 << 30) + (500 << 20))));
        for text in ["", "M", "0", "512MB", "512m", "512Mi", "110%", "a%", "é", "-1", "max", "infinity%x"] {
            assert_eq!(memory(text), None, "{text}");
        }
    }

    #[test]
    fn reads_limits_of_open_files() {
        assert_eq!(open_files("65536"), Some(OpenFilesLimit { soft: 65_536, hard: 65_536 }));
        assert_eq!(open_files("1024:infinity"), Some(OpenFilesLimit { soft: 1024, hard: u64::MAX }));
        assert_eq!(open_files("64k"), None);
    }

    #[test]
    fn reads_switches_and_outputs() {
        assert_eq!([boolean("Yes"), boolean("off"), boolean("always # x")], [Some(true), Some(false), None]);
        assert_eq!(output("append:/var/log/é.log"), Some(Output::File("/var/log/é.log".into())));
        assert_eq!(output("syslog"), Some(Output::Journal));
        assert_eq!(output("/var/log/x"), None);
        assert_eq!(restart("on_failure"), None);
    }
}
