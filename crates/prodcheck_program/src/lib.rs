//! The modules of a service linked into one program: which file an import means, and what the code does.

pub mod built_output;
pub mod code_paths;
pub mod file_routes;
#[cfg(test)]
mod in_memory;
pub mod layout;
pub mod long_running;
pub mod module_graph;
pub mod modules_on_disk;
pub mod process_settings;
pub mod program;
mod sources;
pub mod ts_config;
pub mod workspaces;

pub use layout::{Asked, Layout, Resolution};
pub use module_graph::ModuleGraph;
pub use program::Program;
pub use sources::Sources;
