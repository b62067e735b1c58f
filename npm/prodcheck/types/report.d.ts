// Made by `cargo xtask types` from the Rust structs.

/** The result of one run. The same input gives the same bytes. */
export type Report = {
  /** Always 1; a change that breaks readers raises it. */
  schemaVersion: number,
  /** The version of the engine that made it. */
  prodcheckVersion: string,
  /** The day that the repository was judged for, `YYYY-MM-DD`. */
  date: string,
  /** How much of the checklist this version judges. */
  checklist: Checklist,
  /** The services found, sorted by path; empty where the repository holds none. */
  services: Array<ServiceReport>,
  /** Files that could not be read or understood, sorted by file and place. */
  notes: Array<FileNote>,
  /** Ids of what to do first, over all services, at most five. */
  next: Array<string>,
  /** Where no service was found: why, in words. */
  noService: string | null,
};

/** How much of the checklist this version judges. */
export type Checklist = {
  /** The items of the checklist: 41. */
  items: number,
  /** The items that this version judges. */
  automated: number,
};

/** One service and its verdicts. */
export type ServiceReport = {
  /** The package's name, else its folder's. */
  name: string,
  /** Its folder, relative to the repository's root; `.` for the root. */
  path: string,
  /** The source files that its production start path runs. */
  entryPoints: Array<string>,
  /** The ways in which the repository deploys it, the main one first. */
  routes: Array<RouteReport>,
  /** The count of checkmarks. */
  score: Score,
  /** One entry an item that this version judges, in the checklist's order. */
  checks: Array<CheckReport>,
};

/** One way in which the repository deploys a service. */
export type RouteReport = {
  /** `kubernetes`, `platform`, `compose`, `process-manager`, `systemd`, `dockerfile` or `npm-start`. */
  kind: string,
  /** The tool that runs it, such as `pm2` or `fly`. */
  tool: string,
  /** The file that declares it. */
  file: string,
  /** Whether this is the route that decides. */
  main: boolean,
};

/** The checklist's score. */
export type Score = {
  /** Items that pass. */
  checkmarks: number,
  /** Items that are judged and apply. */
  applicable: number,
  /** The items of the checklist: 41. */
  items: number,
  /** `round(checkmarks * 41 / applicable)`; `null` where nothing applies or this version does not judge all items. */
  value: number | null,
  /** The checklist's words for the value; `null` where there is none. */
  assessment: string | null,
  /** The same count by category, in the checklist's order. */
  categories: Array<CategoryScore>,
};

/** A category's share of the score. */
export type CategoryScore = {
  /** The category's id. */
  category: string,
  /** Items of it that pass. */
  checkmarks: number,
  /** Items of it that are judged and apply. */
  applicable: number,
};

/** One item's verdict on one service. */
export type CheckReport = {
  /** The item's id, such as `set-memory-limit`. */
  id: string,
  /** The item's number in the checklist, 1 to 41. */
  number: number,
  /** The category's id, such as `process-management`. */
  category: string,
  /** What the item states, in the words of the verdict. */
  title: string,
  /** `pass`, `fail`, `unverified` or `not-applicable`. */
  verdict: VerdictName,
  /** `error`, `warn` or `off`. */
  severity: string,
  /** Why, here. */
  message: string,
  /** The places that show it, the primary one first. */
  evidence: Array<EvidenceReport>,
  /** What does not change the verdict but should be known. */
  warnings: Array<WarningReport>,
  /** How to fix it; only where it fails. */
  fix: FixReport | null,
  /** Who attested it, where somebody did. */
  attestation: JsonValue | null,
  /** Why it was suppressed, where it was. */
  suppressed: JsonValue | null,
};

/** The verdicts' names in the report. */
export type VerdictName = "pass" | "fail" | "unverified" | "not-applicable";

/** A place in a file. Lines and columns start at 1; columns count UTF-16 units; the end is exclusive. */
export type EvidenceReport = {
  /** The file, relative to the repository's root, with `/`. */
  file: string,
  /** Line of the first character. */
  line: number,
  /** Column of the first character. */
  column: number,
  /** Line just past the last character. */
  endLine: number,
  /** Column just past the last character. */
  endColumn: number,
  /** What this place shows. */
  message: string,
};

/** A remark beside a verdict. */
export type WarningReport = {
  /** What should be known. */
  message: string,
  /** Where, if anywhere. */
  place: EvidenceReport | null,
};

/** How a failure is mended. */
export type FixReport = {
  /** One line: what to do. */
  description: string,
  /** The number of text edits that `--fix` would make; 0 where a person has to. */
  edits: number,
};

/** A file that could not be read or understood, wholly or in part. */
export type FileNote = {
  /** The file. */
  file: string,
  /** The line, from 1; `null` for the file as a whole. */
  line: number | null,
  /** The column in UTF-16 units, from 1; `null` for the file as a whole. */
  column: number | null,
  /** What is the matter. */
  message: string,
};

export type JsonValue = number | string | boolean | Array<JsonValue> | { [key in string]: JsonValue } | null;
