//! The JSON report, schema version 1: what every reporter renders and every host receives.

use serde::{Deserialize, Serialize};

/// The result of one run. The same input gives the same bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Always 1; a change that breaks readers raises it.
    pub schema_version: u32,
    /// The version of the engine that made it.
    pub prodcheck_version: String,
    /// The day that the repository was judged for, `YYYY-MM-DD`.
    pub date: String,
    /// How much of the checklist this version judges.
    pub checklist: Checklist,
    /// The services found, sorted by path; empty where the repository holds none.
    pub services: Vec<ServiceReport>,
    /// Files that could not be read or understood, sorted by file and place.
    pub notes: Vec<FileNote>,
    /// Ids of what to do first, over all services, at most five.
    pub next: Vec<String>,
    /// Where no service was found: why, in words.
    pub no_service: Option<String>,
}

/// How much of the checklist this version judges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Checklist {
    /// The items of the checklist: 41.
    pub items: u32,
    /// The items that this version judges.
    pub automated: u32,
}

/// One service and its verdicts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ServiceReport {
    /// The package's name, else its folder's.
    pub name: String,
    /// Its folder, relative to the repository's root; `.` for the root.
    pub path: String,
    /// The source files that its production start path runs.
    pub entry_points: Vec<String>,
    /// The ways in which the repository deploys it, the main one first.
    pub routes: Vec<RouteReport>,
    /// The count of checkmarks.
    pub score: Score,
    /// One entry an item that this version judges, in the checklist's order.
    pub checks: Vec<CheckReport>,
}

/// One way in which the repository deploys a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RouteReport {
    /// `kubernetes`, `platform`, `compose`, `process-manager`, `systemd`, `dockerfile` or `npm-start`.
    pub kind: String,
    /// The tool that runs it, such as `pm2` or `fly`.
    pub tool: String,
    /// The file that declares it.
    pub file: String,
    /// Whether this is the route that decides.
    pub main: bool,
}

/// The checklist's score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Score {
    /// Items that pass.
    pub checkmarks: u32,
    /// Items that are judged and apply.
    pub applicable: u32,
    /// The items of the checklist: 41.
    pub items: u32,
    /// `round(checkmarks * 41 / applicable)`; `null` where nothing applies or this version does not judge all items.
    pub value: Option<u32>,
    /// The checklist's words for the value; `null` where there is none.
    pub assessment: Option<String>,
    /// The same count by category, in the checklist's order.
    pub categories: Vec<CategoryScore>,
}

/// A category's share of the score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CategoryScore {
    /// The category's id.
    pub category: String,
    /// Items of it that pass.
    pub checkmarks: u32,
    /// Items of it that are judged and apply.
    pub applicable: u32,
}

/// One item's verdict on one service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CheckReport {
    /// The item's id, such as `set-memory-limit`.
    pub id: String,
    /// The item's number in the checklist, 1 to 41.
    pub number: u32,
    /// The category's id, such as `process-management`.
    pub category: String,
    /// What the item states, in the words of the verdict.
    pub title: String,
    /// `pass`, `fail`, `unverified` or `not-applicable`.
    pub verdict: VerdictName,
    /// `error`, `warn` or `off`.
    pub severity: String,
    /// Why, here.
    pub message: String,
    /// The places that show it, the primary one first.
    pub evidence: Vec<EvidenceReport>,
    /// What does not change the verdict but should be known.
    pub warnings: Vec<WarningReport>,
    /// How to fix it; only where it fails.
    pub fix: Option<FixReport>,
    /// Who attested it, where somebody did.
    pub attestation: Option<serde_json::Value>,
    /// Why it was suppressed, where it was.
    pub suppressed: Option<serde_json::Value>,
}

/// The verdicts' names in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum VerdictName {
    /// The repository shows that the item is met.
    Pass,
    /// The repository shows that it is not met.
    Fail,
    /// The repository cannot tell.
    Unverified,
    /// The service has nothing for the item to hold of.
    NotApplicable,
}

/// A place in a file. Lines and columns start at 1; columns count UTF-16 units; the end is exclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct EvidenceReport {
    /// The file, relative to the repository's root, with `/`.
    pub file: String,
    /// Line of the first character.
    pub line: u32,
    /// Column of the first character.
    pub column: u32,
    /// Line just past the last character.
    pub end_line: u32,
    /// Column just past the last character.
    pub end_column: u32,
    /// What this place shows.
    pub message: String,
}

/// A remark beside a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct WarningReport {
    /// What should be known.
    pub message: String,
    /// Where, if anywhere.
    pub place: Option<EvidenceReport>,
}

/// How a failure is mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FixReport {
    /// One line: what to do.
    pub description: String,
    /// The number of text edits that `--fix` would make; 0 where a person has to.
    pub edits: u32,
}

/// A file that could not be read or understood, wholly or in part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FileNote {
    /// The file.
    pub file: String,
    /// The line, from 1; `null` for the file as a whole.
    pub line: Option<u32>,
    /// The column in UTF-16 units, from 1; `null` for the file as a whole.
    pub column: Option<u32>,
    /// What is the matter.
    pub message: String,
}
