//! The `omnistack-lsp` binary: the daemon on stdio, and the command line.

use std::process::ExitCode;

/// Trees are many small allocations on several threads, which musl's allocator serves one at a time
/// (`docs/adr/0017-allocator.md`).
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    omnistack_lsp::command_line::run()
}
