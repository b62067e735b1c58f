//! The engine behind a WebAssembly boundary.
