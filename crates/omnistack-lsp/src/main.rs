//! The `omnistack-lsp` binary: the daemon on stdio, and the command line.

use std::process::ExitCode;

/// Trees are many small allocations on several threads: where the system's allocator is slow with
/// those, and its memory does not shrink again, this one is not.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    omnistack_lsp::command_line::run()
}
