//! The binary `omnistack-server`: hands over to the library at once.

use std::process::ExitCode;

fn main() -> ExitCode {
    omnistack_server::command_line::run()
}
