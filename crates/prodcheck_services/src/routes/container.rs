//! Containers: how their images are built, what is in them, and what they run.

pub mod base_image;
mod build;
mod calls;
mod distribution;
mod found;
mod image_name;
mod layer;
mod mounts;
mod node;
mod run;
mod stages;
mod start;
#[cfg(test)]
mod tests;

pub use build::{BuildRequest, Builder, Built};
pub use calls::{BuildCall, Calls, DEFAULTS, ProjectCall, default_files};
pub use found::{ContainerRoute, Found, found, found_with_images, wanted};
pub use layer::{Around, layer};
pub use mounts::{Mount, Mounts};
pub use node::node_of_stage;
pub use start::{PodCommand, Start};

pub(in crate::routes) use start::variables_of;
