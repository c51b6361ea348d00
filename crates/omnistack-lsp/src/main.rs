//! The `omnistack-lsp` binary: the daemon on stdio.

use std::process::ExitCode;

fn main() -> ExitCode {
    omnistack_lsp::server::run_stdio(omnistack_lsp::server::Options::default())
}
