//! Sets the stack of the WebAssembly module.

/// Bytes. The default of 1 MiB overflows at about 460 nested parentheses; with this, the host's own stack is the limit.
const STACK: u32 = 16 * 1024 * 1024;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_FAMILY").as_deref() == Ok("wasm") {
        println!("cargo:rustc-cdylib-link-arg=-zstack-size={STACK}");
    }
}
