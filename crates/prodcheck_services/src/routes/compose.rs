//! Compose as a way of deploying: which files make up a project, which of them are for production, and what a service of
//! one answers.

pub mod aside;
pub mod beside;
mod front;
mod layer;
mod merge;
mod project;
mod sets;
#[cfg(test)]
mod tests;

pub use front::{front, production_proxies};
pub use layer::layer;
pub use project::{Project, referred};
pub use sets::{Aside, Set, Standing, sets};

pub(in crate::routes) use layer::user_of;
