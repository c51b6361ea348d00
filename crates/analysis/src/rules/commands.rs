//! Which calls hand a command to a shell: what the rules about commands share.

use super::{ByLanguage, Context};
use crate::facts::paths::ends_in;
use crate::ir::{Kind, NodeId, Role, Tree};

/// Functions that hand their first argument to a shell, by path.
const SHELL_CALLS: ByLanguage<&[&str]> = &[
    (
        &["python"],
        &[
            "os.system",
            "os.popen",
            "subprocess.getoutput",
            "subprocess.getstatusoutput",
            "commands.getoutput",
            "commands.getstatusoutput",
            "asyncio.create_subprocess_shell",
        ],
    ),
    (&["javascript", "typescript"], &["child_process.exec", "child_process.execSync"]),
    (&["c", "cpp"], &["system", "popen", "_popen", "_wsystem", "std.system"]),
];
/// Functions that do so where an option says it.
const OPTIONAL_SHELL_CALLS: ByLanguage<&[&str]> = &[
    (
        &["python"],
        &[
            "subprocess.run",
            "subprocess.call",
            "subprocess.check_call",
            "subprocess.check_output",
            "subprocess.Popen",
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            "child_process.spawn",
            "child_process.spawnSync",
            "child_process.execFile",
            "child_process.execFileSync",
        ],
    ),
];
/// Functions that start the program they are given first, by the end of their path.
const STARTERS: ByLanguage<&[&str]> = &[
    (&["go"], &["exec.Command", "exec.CommandContext"]),
    (&["java"], &["ProcessBuilder"]),
    (&["c", "cpp"], &["execl", "execlp"]),
];
/// Programs that read a command after an option.
const SHELLS: &[&str] =
    &["sh", "bash", "zsh", "dash", "ksh", "cmd", "cmd.exe", "powershell", "powershell.exe", "pwsh"];
const COMMAND_OPTIONS: &[&str] = &["-c", "/c", "/C", "-lc", "-Command", "-command"];

/// The command that a call hands to a shell.
pub(super) fn command_of(context: &Context<'_>, id: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let callee = tree.child(id, Role::Callee)?;
    let arguments = context.arguments(id);
    let name = tree.name(callee);
    if matches!(name, "arg" | "args") {
        return chained_command(context, id, &arguments);
    }
    let ends = |paths: Option<&&[&str]>| {
        paths.is_some_and(|paths| paths.iter().any(|path| ends_in(path, name)))
    };
    let (always, optional) =
        (context.in_language(SHELL_CALLS), context.in_language(OPTIONAL_SHELL_CALLS));
    if ends(always) || ends(optional) {
        let path = context.paths().of(callee)?;
        let with_option =
            optional.is_some_and(|it| it.contains(&&*path)) && asks_for_shell(tree, &arguments);
        let is_shell = with_option || always.is_some_and(|it| it.contains(&&*path));
        return arguments.first().copied().filter(|_| is_shell);
    }
    // `Runtime.getRuntime().exec("…")`
    if name == "exec" {
        let made = tree.child(tree.child(callee, Role::Receiver)?, Role::Callee)?;
        let is_runtime = tree.name(made) == "getRuntime";
        return arguments.first().copied().filter(|_| is_runtime).and_then(|it| {
            match tree.kind(it) {
                Kind::List => after_option(tree, &tree.children(it).collect::<Vec<_>>()),
                _ => Some(it),
            }
        });
    }
    if !ends(context.in_language(STARTERS)) {
        return None;
    }
    match arguments.as_slice() {
        [only] if tree.kind(*only) == Kind::List => {
            after_option(tree, &tree.children(*only).collect::<Vec<_>>())
        }
        _ => after_option(tree, &arguments),
    }
}

/// `Command::new("sh").arg("-c").arg(command)`, `.args(["-c", command])`
fn chained_command(context: &Context<'_>, id: NodeId, arguments: &[NodeId]) -> Option<NodeId> {
    let tree = context.tree;
    let (receiver, method) = context.method(id)?;
    let mut words = Vec::new();
    let mut at = receiver;
    // A shell's command comes soon after its name.
    for _ in 0..6 {
        let callee = tree.child(at, Role::Callee)?;
        words.push(tree.child(at, Role::Argument)?);
        match tree.name(callee) {
            "new" => break,
            "arg" => at = tree.child(callee, Role::Receiver)?,
            _ => return None,
        }
    }
    words.reverse();
    let first = arguments.first()?;
    match (method, tree.kind(*first)) {
        ("arg", _) => words.push(*first),
        ("args", Kind::List) => words.extend(tree.children(*first)),
        ("args", Kind::Reference) => {
            words.extend(tree.children(*first).flat_map(|list| tree.children(list)));
        }
        _ => return None,
    }
    let command = after_option(tree, &words)?;
    arguments.iter().any(|it| tree.is_within(command, *it)).then_some(command)
}

/// What comes after a shell and its option for a command.
fn after_option(tree: &Tree, words: &[NodeId]) -> Option<NodeId> {
    let literal = |it: &NodeId| tree.text(*it).trim_matches(['"', '\'']);
    let shell = words.iter().position(|it| {
        let word = literal(it);
        tree.kind(*it) == Kind::String && SHELLS.contains(&word.rsplit('/').next().unwrap_or(word))
    })?;
    let rest = words.get(shell..)?;
    let option = rest.iter().position(|it| COMMAND_OPTIONS.contains(&literal(it)))?;
    rest.get(option + 1).copied()
}

/// Whether the arguments ask for a shell: `shell=True`, `{ shell: true }`.
fn asks_for_shell(tree: &Tree, arguments: &[NodeId]) -> bool {
    let is_option = |it: NodeId| {
        let value = tree.child(it, Role::Value).map_or("", |value| tree.text(value));
        let key = tree.child(it, Role::Key).or_else(|| tree.child(it, Role::Attribute));
        key.is_some_and(|key| tree.text(key) == "shell") && matches!(value, "True" | "true" | "1")
    };
    arguments.iter().any(|it| match tree.kind(*it) {
        Kind::Argument => is_option(*it),
        Kind::Map => tree.children(*it).any(is_option),
        _ => false,
    })
}
