//! Items 1 to 6.
