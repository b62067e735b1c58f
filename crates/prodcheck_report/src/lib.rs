//! Verdicts to a score and a report, one file a reporter.
