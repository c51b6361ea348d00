//! Completions and the manual: they speak of every command and flag there is.

use std::process::{Command, Stdio};

use crate::workspace::Workspace;

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

#[test]
fn every_shell_learns_every_command() {
    let workspace = Workspace::new();
    let help = workspace.run(&["--help"]).stdout;
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let commands: Vec<&str> = commands
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|it| !it.is_empty())
        .collect();
    assert!(commands.contains(&"check") && commands.contains(&"completions"), "{commands:?}");
    for shell in SHELLS {
        let run = workspace.run(&["completions", shell]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{shell}");
        let flags = ["changed-since", "stdin-filename", "prune-baseline"];
        for word in commands.iter().chain(&flags) {
            assert!(run.stdout.contains(word), "{shell} does not know {word}");
        }
    }
}

/// Bash itself completes.
#[cfg(target_os = "linux")]
#[test]
fn bash_completes_commands_and_flags() {
    let workspace = Workspace::new();
    workspace.write("complete.bash", workspace.run(&["completions", "bash"]).stdout);
    let complete = |words: &[&str]| {
        let line = words.join(" ");
        let last = words.len() - 1;
        let script = format!(
            "source complete.bash; COMP_WORDS=({line}); COMP_CWORD={last}; \
             complete=$(complete -p omnistack-lsp | sed 's/.* -F \\([^ ]*\\) .*/\\1/'); \
             \"$complete\" omnistack-lsp \"{}\" \"{}\"; echo \"${{COMPREPLY[@]}}\"",
            words[last],
            words[last - 1]
        );
        let mut bash = Command::new("bash");
        bash.args(["--norc", "-c", &script]).current_dir(workspace.root());
        let output = bash.stderr(Stdio::inherit()).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(complete(&["omnistack-lsp", "che"]), "check");
    assert_eq!(complete(&["omnistack-lsp", "check", "--chan"]), "--changed-since");
}

#[test]
fn an_unknown_shell_is_an_error() {
    let run = Workspace::new().run(&["completions", "csh"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("csh") && run.stderr.contains("zsh"), "{}", run.stderr);
}

#[test]
fn the_manual_is_a_page_or_a_page_for_each_command() {
    let workspace = Workspace::new();
    let run = workspace.run(&["man"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains(".TH omnistack-lsp 1"), "{}", run.stdout);
    assert!(run.stdout.contains("Exit codes"), "{}", run.stdout);
    let run = workspace.run(&["man", "--folder", "share/man1"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
    let check = workspace.text("share/man1/omnistack-lsp-check.1");
    assert!(check.contains("changed\\-since"), "{check}");
    assert!(workspace.path("share/man1/omnistack-lsp-config-init.1").exists());
    assert!(workspace.path("share/man1/omnistack-lsp.1").exists());
}

#[test]
fn a_manual_that_cannot_be_written_is_an_error() {
    let workspace = Workspace::with("taken", "a file");
    let run = workspace.run(&["man", "--folder", "taken"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.starts_with("error: cannot write the manual to taken: "), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1);
}

#[test]
fn the_reference_names_every_flag_with_its_values() {
    let workspace = Workspace::new();
    let reference = workspace.run(&["man", "--format", "markdown"]).stdout;
    let help = workspace.run(&["check", "--help"]).stdout;
    let flags: Vec<&str> = help
        .split_whitespace()
        .filter(|it| it.starts_with("--") && it.len() > 2)
        .map(|it| it.trim_end_matches(|it: char| !it.is_alphanumeric()))
        .collect();
    assert!(flags.len() > 20, "{flags:?}");
    for flag in flags.iter().filter(|it| **it != "--help") {
        assert!(reference.contains(&format!("`{flag}")), "{flag} is missing");
    }
    assert!(reference.contains("## `omnistack-lsp config init`"), "{reference}");
    assert!(reference.contains("`gitlab` (GitLab's code quality report)"), "{reference}");
    assert!(reference.contains("By default `text`."), "{reference}");
    assert_eq!(workspace.run(&["man", "--format", "markdown", "--folder", "x"]).code, 2);
}
