//! Containers: how their images are built, what is in them, and what they run.

pub mod base_image;
mod build;
mod layer;
mod mounts;

pub use build::{BuildRequest, Builder, Built};
pub use layer::{Around, layer};
pub use mounts::{Mount, Mounts};
