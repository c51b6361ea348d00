//! The `omnistack-lsp` binary: the daemon on stdio, and the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    omnistack_lsp::command_line::run()
}
