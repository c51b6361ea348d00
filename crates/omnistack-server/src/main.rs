//! The binary `omnistack-server`: hands over to the library at once.

use std::process::ExitCode;

/// Trees and answers are many small allocations on several threads, which musl's allocator serves one
/// at a time (`docs/adr/0017-allocator.md`).
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    omnistack_server::command_line::run()
}
