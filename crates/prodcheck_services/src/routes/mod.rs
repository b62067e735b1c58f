//! The ways in which services are deployed: one file a tool turns its facts into layers and routes.

pub mod compose;
