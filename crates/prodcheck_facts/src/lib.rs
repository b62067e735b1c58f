//! Trees to typed facts, one file a tool.
