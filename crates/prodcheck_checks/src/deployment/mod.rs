//! Items 33 to 37: how a new version takes the place of the running one.

pub mod pin_node_version;
