//! `config`: what can be set, what holds, and a file to start with.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};

use super::CommandError;
use crate::configuration::reference;
use crate::configuration::schema::Kind;

/// What to do with settings.
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Print what can be set: the JSON Schema of omnistack.toml, or the reference.
    Schema {
        /// Of an editor's section `omnistack` instead.
        #[arg(long)]
        editor: bool,
        /// How to print it.
        #[arg(long, value_enum, default_value_t)]
        format: SchemaFormat,
    },
}

/// How the schema is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaFormat {
    /// A JSON Schema.
    #[default]
    Json,
    /// Tables for people.
    Markdown,
}

/// Runs a command about settings.
pub(super) fn run(command: &ConfigCommand) -> Result<ExitCode, CommandError> {
    match command {
        ConfigCommand::Schema { editor, format } => {
            let kind = if *editor { Kind::Editor } else { Kind::File };
            schema(kind, *format)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn schema(kind: Kind, format: SchemaFormat) -> Result<(), CommandError> {
    let mut output = io::stdout().lock();
    match format {
        SchemaFormat::Json => {
            serde_json::to_writer_pretty(&mut output, kind.schema()).map_err(io::Error::from)?;
            writeln!(output)?;
        }
        SchemaFormat::Markdown => output.write_all(reference::markdown(kind).as_bytes())?,
    }
    output.flush()?;
    Ok(())
}
