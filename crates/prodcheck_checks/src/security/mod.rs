//! Items 22 to 27: the user, the heap, the proxy, headers, rates and the Node.js line.

pub mod run_as_non_root;
pub mod set_max_old_space_size;
pub mod set_security_headers;
pub mod use_rate_limiting;
pub mod use_reverse_proxy;
pub mod use_supported_node;
