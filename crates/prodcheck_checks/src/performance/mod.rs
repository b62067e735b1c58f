//! Items 28 to 32: connections, stack traces, file descriptors, pools and compression.

pub mod compress_responses;
pub mod enable_keep_alive;
pub mod enable_source_maps;
pub mod raise_open_files_limit;
pub mod use_connection_pool;
