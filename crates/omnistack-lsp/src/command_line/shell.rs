//! What a shell and `man` want to know of the command line. Both follow from its definition, so they
//! cannot say anything else than `--help`.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, ValueEnum};
use clap_complete::Shell;

use super::{Arguments, CommandError, reference};

/// The program's name, as a shell knows it.
const PROGRAM: &str = "omnistack-lsp";

/// Prints the completions for a shell.
pub(super) fn completions(shell: Shell) -> Result<ExitCode, CommandError> {
    // The generator panics where it cannot write; a reader may go away.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), PROGRAM, &mut script);
    if shell == Shell::Bash {
        // The generator takes the hyphen of a name for the start of a command, in one of two places.
        let text = String::from_utf8_lossy(&script);
        script = text.replace("omnistack__subcmd__lsp", "omnistack__lsp").into_bytes();
    }
    print(&script)
}

/// How the manual is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ManualFormat {
    /// For `man`.
    #[default]
    Roff,
    /// The reference of all commands, as it is in the documents.
    Markdown,
}

/// Prints the manual page of all commands; or, given a folder, writes a page for each.
pub(super) fn manual(
    folder: Option<&Path>,
    format: ManualFormat,
) -> Result<ExitCode, CommandError> {
    let Some(folder) = folder else {
        if format == ManualFormat::Markdown {
            return print(reference::markdown(Arguments::command()).as_bytes());
        }
        let mut page = Vec::new();
        clap_mangen::Man::new(Arguments::command()).render(&mut page)?;
        return print(&page);
    };
    let failed = |source| CommandError::File {
        action: "write the manual to",
        path: folder.display().to_string(),
        source,
    };
    fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Arguments::command(), folder).map_err(failed)?;
    Ok(ExitCode::SUCCESS)
}

fn print(text: &[u8]) -> Result<ExitCode, CommandError> {
    let mut output = io::stdout().lock();
    output.write_all(text)?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}
