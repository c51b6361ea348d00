//! `config`: what can be set, what holds, and a file to start with.

use std::fs::OpenOptions;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::CommandError;
use crate::configuration::schema::Kind;
use crate::configuration::settings::ProfileName;
use crate::configuration::shown::{Origin, Shown};
use crate::configuration::{Configurations, FILE_NAME, Starter, reference, starter};
use crate::workspace::discover;

/// What to do with settings.
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Print the settings that hold for a file, each with the place where it was set.
    Show {
        /// The file or folder; the current folder if none is named.
        #[arg(default_value = ".")]
        path: PathBuf,
        /// How to print them.
        #[arg(long, value_enum, default_value_t)]
        format: ShowFormat,
        /// Take the settings from this file, not from the nearest omnistack.toml.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Print what can be set: the JSON Schema of omnistack.toml, or the reference.
    Schema {
        /// Of an editor's section `omnistack` instead.
        #[arg(long)]
        editor: bool,
        /// How to print it.
        #[arg(long, value_enum, default_value_t)]
        format: SchemaFormat,
    },
    /// Write an omnistack.toml to start with; on a terminal, ask two questions before.
    Init {
        /// The folder to write it to; the current one if none is named.
        #[arg(default_value = ".")]
        folder: PathBuf,
        /// Ask nothing.
        #[arg(long, short)]
        yes: bool,
        /// Overwrite the one that is there.
        #[arg(long)]
        force: bool,
    },
}

/// How settings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ShowFormat {
    /// As lines of TOML, with places as comments.
    #[default]
    Text,
    /// For programs.
    Json,
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
        ConfigCommand::Show { path, format, config } => {
            return show(path, *format, config.clone());
        }
        ConfigCommand::Schema { editor, format } => {
            let kind = if *editor { Kind::Editor } else { Kind::File };
            schema(kind, *format)?;
        }
        ConfigCommand::Init { folder, yes, force } => init(folder, *yes, *force)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn schema(kind: Kind, format: SchemaFormat) -> Result<(), CommandError> {
    let mut output = io::stdout().lock();
    match format {
        SchemaFormat::Json => print_json(&mut output, kind.schema())?,
        SchemaFormat::Markdown => output.write_all(reference::markdown(kind).as_bytes())?,
    }
    output.flush()?;
    Ok(())
}

fn print_json(output: &mut impl Write, value: &Value) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *output, value)?;
    writeln!(output)
}

/// Prints what holds; the exit code says whether all that was set is understood.
fn show(
    path: &Path,
    format: ShowFormat,
    config: Option<PathBuf>,
) -> Result<ExitCode, CommandError> {
    if path.symlink_metadata().is_err() {
        return Err(CommandError::NoSuchPath { path: path.display().to_string() });
    }
    // A folder's settings are those of a file in it.
    let file = if path.is_dir() { path.join(FILE_NAME) } else { path.to_owned() };
    let configurations = Configurations::new(vec![Configurations::environment()], config);
    let (shown, problems) = (configurations.shown(&file), configurations.problems(&file));
    let is_excluded = configurations.for_file(&file).is_excluded;
    let mut output = io::stdout().lock();
    match format {
        ShowFormat::Json => {
            let one = |it: &Shown| {
                let origins: Vec<Value> = it.origins.iter().map(Origin::to_json).collect();
                json!({"name": it.name, "value": it.value, "origins": origins})
            };
            let report = json!({
                "version": 1,
                "path": path,
                "excluded": is_excluded,
                "environment": configurations.active_environment(),
                "files": configurations.files(&file),
                "settings": shown.iter().map(one).collect::<Vec<_>>(),
                "problems": problems,
            });
            print_json(&mut output, &report)?;
        }
        ShowFormat::Text => {
            if let Some(environment) = configurations.active_environment() {
                writeln!(output, "# environment: {environment}")?;
            }
            if is_excluded {
                writeln!(output, "# left out by `exclude`")?;
            }
            for Shown { name, value, origins } in &shown {
                let sign = if value.is_null() { "# " } else { "" };
                let value =
                    if value.is_null() { "(not set)".to_owned() } else { value.to_string() };
                let origins: Vec<String> = origins.iter().map(ToString::to_string).collect();
                writeln!(
                    output,
                    "{:<40} # {}",
                    format!("{sign}{name} = {value}"),
                    origins.join(", ")
                )?;
            }
        }
    }
    output.flush()?;
    if problems.is_empty() {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(CommandError::Configuration { problems })
    }
}

fn init(folder: &Path, yes: bool, force: bool) -> Result<(), CommandError> {
    let path = folder.join(FILE_NAME);
    let there = || CommandError::SettingsThere { path: path.display().to_string() };
    let failed = |source: io::Error| {
        if source.kind() == io::ErrorKind::AlreadyExists {
            return there();
        }
        CommandError::File { action: "write", path: path.display().to_string(), source }
    };
    // Nobody wants to answer questions for nothing.
    if !force && path.symlink_metadata().is_ok() {
        return Err(there());
    }
    let found = discover(&[folder.to_owned()], 1);
    let files = found.files.iter().map(|(path, language)| (path.as_path(), *language));
    let mut wanted = Starter::of_files(folder, files);
    if !yes && io::stdin().is_terminal() && io::stderr().is_terminal() {
        ask(&mut io::stdin().lock(), &mut io::stderr().lock(), &mut wanted)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).truncate(force).create(force).create_new(!force);
    let mut file = options.open(&path).map_err(failed)?;
    file.write_all(starter(&wanted).as_bytes()).map_err(failed)?;
    writeln!(io::stdout(), "wrote {}", path.display())?;
    Ok(())
}

/// Asks what is worth a question.
fn ask(input: &mut impl BufRead, output: &mut impl Write, wanted: &mut Starter) -> io::Result<()> {
    let mut answer = |question: &str| -> io::Result<String> {
        write!(output, "{question} ")?;
        output.flush()?;
        let mut line = String::new();
        input.read_line(&mut line)?;
        Ok(line.trim().to_ascii_lowercase())
    };
    let profile = answer("Which rules: recommended, strict or preview? [recommended]")?;
    let profiles = [ProfileName::Strict, ProfileName::Preview];
    let known =
        profiles.into_iter().find(|it| !profile.is_empty() && it.as_str().starts_with(&profile));
    wanted.profile = known.unwrap_or_default();
    let predict = answer("Ask the network for likely slips, on this machine? [Y/n]")?;
    wanted.predict = !predict.starts_with('n');
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn two_questions_are_asked() {
        let answers = |text: &str| {
            let mut wanted = Starter { predict: true, ..Starter::default() };
            let mut said = Vec::new();
            ask(&mut text.as_bytes(), &mut said, &mut wanted).unwrap();
            assert_eq!(String::from_utf8(said).unwrap().matches('?').count(), 2);
            (wanted.profile, wanted.predict)
        };
        assert_eq!(answers("\n\n"), (ProfileName::Recommended, true));
        assert_eq!(answers("Strict\nno\n"), (ProfileName::Strict, false));
        assert_eq!(answers("p\ny\n"), (ProfileName::Preview, true));
        assert_eq!(answers(""), (ProfileName::Recommended, true));
    }
}
