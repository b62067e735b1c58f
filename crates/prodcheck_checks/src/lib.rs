//! Services to verdicts, one file an item.
