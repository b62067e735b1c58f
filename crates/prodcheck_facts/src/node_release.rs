//! Node.js' release lines and how long each is supported, as the Node.js project schedules them.
//!
//! The data is made by `cargo xtask refresh-data` and says where it comes from; the schedule itself is that of
//! <https://github.com/nodejs/Release#release-schedule>. From line 27 on every line becomes an LTS one.

use std::sync::LazyLock;

/// One release line. Dates are `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Its major version.
    pub major: u32,
    /// The day of its first release.
    pub start: &'static str,
    /// The day on which it becomes an LTS line; `None` where it never does.
    pub lts: Option<&'static str>,
    /// The day from which it gets only what is urgent; `None` where none is planned.
    pub maintenance: Option<&'static str>,
    /// The day from which it gets nothing.
    pub end: &'static str,
    /// The name of an LTS line: `Krypton`.
    pub codename: Option<&'static str>,
}

/// A release that closes security holes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecurityRelease {
    /// Major, minor and patch version.
    pub version: [u32; 3],
    /// The day of the release, `YYYY-MM-DD`.
    pub date: &'static str,
}

/// What a line is on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Not released yet.
    Planned,
    /// Released, and not an LTS line, yet or ever.
    Current,
    /// Active LTS.
    ActiveLts,
    /// Maintenance LTS.
    MaintenanceLts,
    /// It gets no fixes any more.
    EndOfLife,
}

static DATA: LazyLock<(Vec<Line>, Vec<SecurityRelease>)> =
    LazyLock::new(|| read(include_str!("../data/node_releases.txt")));

fn read(text: &'static str) -> (Vec<Line>, Vec<SecurityRelease>) {
    let mut data = (Vec::new(), Vec::new());
    for row in text.lines() {
        let columns: Vec<&'static str> = row.split(' ').collect();
        match *columns.as_slice() {
            ["line", major, start, lts, maintenance, end, codename] => {
                let given = |column: &'static str| (column != "-").then_some(column);
                let Ok(major) = major.parse() else { continue };
                let codename = given(codename);
                data.0.push(Line { major, start, lts: given(lts), maintenance: given(maintenance), end, codename });
            }
            ["security", version, date] => {
                let mut parts = version.split('.').map(str::parse);
                if let (Some(Ok(major)), Some(Ok(minor)), Some(Ok(patch))) = (parts.next(), parts.next(), parts.next())
                {
                    data.1.push(SecurityRelease { version: [major, minor, patch], date });
                }
            }
            _ => {}
        }
    }
    data
}

/// All lines that are known, the oldest first.
pub fn lines() -> &'static [Line] {
    &DATA.0
}

/// A line by its major version; `None` for lines before 4 and after those that are planned.
pub fn line(major: u32) -> Option<&'static Line> {
    lines().iter().find(|line| line.major == major)
}

/// The LTS line of a name, whatever its case: `krypton`.
pub fn named(codename: &str) -> Option<&'static Line> {
    lines().iter().find(|line| line.codename.is_some_and(|name| name.eq_ignore_ascii_case(codename)))
}

/// The newest line in Active LTS on a day; where none is, the newest with support.
pub fn recommended(date: &str) -> Option<&'static Line> {
    let supported = || lines().iter().rev().filter(|line| line.is_supported(date));
    supported().find(|line| line.status(date) == Status::ActiveLts).or_else(|| supported().next())
}

/// The newest security release of a version's line until a day that the version lacks. Parts that are not given are taken
/// for the newest there are.
pub fn missed_security_release(major: u32, rest: &[u32], date: &str) -> Option<&'static SecurityRelease> {
    let part = |index: usize| rest.get(index).copied().unwrap_or(u32::MAX);
    let version = [major, part(0), part(1)];
    let missed = |release: &&SecurityRelease| {
        release.version.first() == Some(&major) && release.version > version && release.date <= date
    };
    DATA.1.iter().filter(missed).max_by_key(|release| release.version)
}

impl Line {
    /// What it is on a day, `YYYY-MM-DD`.
    pub fn status(&self, date: &str) -> Status {
        let past = |day: Option<&str>| day.is_some_and(|day| day <= date);
        if past(Some(self.end)) {
            Status::EndOfLife
        } else if !past(Some(self.start)) {
            Status::Planned
        } else if !past(self.lts) {
            Status::Current
        } else if past(self.maintenance) {
            Status::MaintenanceLts
        } else {
            Status::ActiveLts
        }
    }

    /// Whether it is an LTS line that gets fixes on a day.
    pub fn is_supported(&self, date: &str) -> bool {
        matches!(self.status(date), Status::ActiveLts | Status::MaintenanceLts)
    }

    /// Whether it gets its last fixes within six months after a day.
    pub fn ends_soon(&self, date: &str) -> bool {
        months_later(date, 6).is_some_and(|later| self.end < later.as_str())
    }
}

/// The same day of a later month; the day may be one that the month does not have, which sorts right all the same.
fn months_later(date: &str, months: u32) -> Option<String> {
    let mut parts = date.split('-');
    let year: u32 = parts.next()?.parse().ok()?;
    let month: u32 = parts.next()?.parse().ok()?;
    let day = parts.next()?;
    let months = year.checked_mul(12)?.checked_add(month.checked_sub(1)?)?.checked_add(months)?;
    Some(format!("{:04}-{:02}-{day}", months / 12, months % 12 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_live_as_they_are_scheduled() {
        let on = |major, date| line(major).unwrap().status(date);
        assert_eq!(on(24, "2025-05-05"), Status::Planned);
        assert_eq!(on(24, "2025-05-06"), Status::Current);
        assert_eq!(on(24, "2026-10-19"), Status::ActiveLts);
        assert_eq!(on(24, "2026-10-20"), Status::MaintenanceLts);
        assert_eq!(on(24, "2028-04-30"), Status::EndOfLife);
        assert_eq!(on(25, "2026-05-31"), Status::Current, "odd lines before 27 never become LTS");
        assert_eq!(on(25, "2026-11-23"), Status::EndOfLife);
        let supported: Vec<u32> =
            lines().iter().filter(|line| line.is_supported("2026-11-23")).map(|line| line.major).collect();
        assert_eq!(supported, [22, 24, 26]);
        let best = |date| recommended(date).map(|line| line.major);
        assert_eq!((best("2026-11-23"), best("2026-10-01"), best("1999-01-01")), (Some(26), Some(24), None));
        assert!(line(3).is_none() && line(99).is_none());
    }

    #[test]
    fn a_line_without_an_lts_day_never_is_one() {
        let (lines, releases) = read("# ü\nline 27 2027-04-22 - - 2030-04-30 -\nline x\nsecurity 1.2 2020-01-01\n");
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!((line.status("2029-01-01"), line.codename), (Status::Current, None));
        assert!(releases.is_empty());
    }

    #[test]
    fn the_end_comes_near() {
        let line = line(22).unwrap();
        assert!(line.ends_soon("2026-11-23") && !line.ends_soon("2026-10-29") && !line.ends_soon("ü"));
        assert_eq!(months_later("2026-08-31", 6).as_deref(), Some("2027-02-31"));
        assert_eq!(months_later("2026-06-15", 6).as_deref(), Some("2026-12-15"));
    }

    #[test]
    fn old_point_releases_miss_fixes() {
        let missed = |major, rest: &[u32], date| missed_security_release(major, rest, date).map(|one| one.version);
        assert_eq!(missed(24, &[14, 1], "2026-11-23"), Some([24, 17, 0]));
        assert_eq!(missed(24, &[14, 1], "2026-05-01"), None, "nobody knew yet");
        assert_eq!(missed(24, &[17], "2026-11-23"), None);
        assert_eq!(missed(24, &[], "2026-11-23"), None);
    }

    #[test]
    fn names_of_lines() {
        assert_eq!(named("krypton").map(|line| line.major), Some(24));
        assert_eq!(named("Iron").map(|line| line.major), Some(20));
        assert!(named("").is_none() && named("é").is_none());
    }
}
