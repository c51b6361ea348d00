//! The reference of the command line in Markdown: the page `docs/command-line.md`. It is written from
//! the same definition as `--help`.

use std::fmt::Write;

use clap::{Arg, Command};

/// Describes a program and all its commands.
pub(super) fn markdown(root: Command) -> String {
    let mut root = root.disable_help_subcommand(true);
    root.build();
    let mut text = String::new();
    let mut waiting = vec![root];
    while let Some(command) = waiting.pop() {
        let inner: Vec<Command> =
            command.get_subcommands().filter(|it| !it.is_hide_set()).cloned().collect();
        waiting.extend(inner.into_iter().rev());
        describe(&mut text, command);
    }
    text
}

// Writing to a string cannot fail.
fn describe(text: &mut String, mut command: Command) {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned();
    let about = command.get_long_about().or_else(|| command.get_about());
    let about = about.map(ToString::to_string).unwrap_or_default();
    let about = format!("{}.", about.trim_end_matches('.'));
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let _ = write!(text, "## `{name}`\n\n{about}\n\n```\n{usage}\n```\n\n");
    let is_own =
        |it: &&Arg| !it.is_hide_set() && !matches!(it.get_id().as_str(), "help" | "version");
    let arguments: Vec<&Arg> = command.get_arguments().filter(is_own).collect();
    if arguments.is_empty() {
        return;
    }
    text.push_str("| Argument | Effect |\n|---|---|\n");
    for argument in arguments {
        let _ = writeln!(text, "| `{}` | {} |", spelling(argument), effect(argument));
    }
    text.push('\n');
}

/// An argument as one types it.
fn spelling(argument: &Arg) -> String {
    let names = argument.get_value_names().unwrap_or_default();
    let takes = argument.get_action().takes_values();
    let value = names.iter().filter(|_| takes).map(|name| format!("<{name}>"));
    let value = value.collect::<Vec<_>>().join(" ");
    let flags = [
        argument.get_short().map(|it| format!("-{it}")),
        argument.get_long().map(|it| format!("--{it}")),
    ];
    let flags = flags.into_iter().flatten().collect::<Vec<_>>().join(", ");
    format!("{flags} {value}").trim().to_owned()
}

/// What an argument does, with the values it takes.
fn effect(argument: &Arg) -> String {
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let mut text = format!("{}.", help.trim_end_matches('.'));
    let values = argument.get_possible_values();
    let describe = |it: &clap::builder::PossibleValue| match it.get_help() {
        Some(help) => format!("`{}` ({})", it.get_name(), help.to_string().trim_end_matches('.')),
        None => format!("`{}`", it.get_name()),
    };
    let values: Vec<String> = values.iter().filter(|it| !it.is_hide_set()).map(describe).collect();
    if !values.is_empty() && argument.get_action().takes_values() {
        let _ = write!(text, " One of {}.", values.join(", "));
    }
    let defaults = argument.get_default_values().iter().map(|it| it.to_string_lossy());
    let defaults = defaults.collect::<Vec<_>>().join(", ");
    if !defaults.is_empty() && argument.get_action().takes_values() {
        let _ = write!(text, " By default `{defaults}`.");
    }
    text.replace('|', "\\|").replace('\n', " ")
}
