//! Name resolution, held against an independent oracle: the interpreter's `symtable`, over its own
//! standard library.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use analysis::cancellation::CancellationToken;
use analysis::facts::{Facts, ScopeId, ScopeKind};
use analysis::ir::lower::lower;
use analysis::ir::units::units;
use analysis::ir::{Kind, Role};
use analysis::languages::Language;
use analysis::syntax::parse;
use analysis::text::LineIndex;

/// A function, by file, line of its `def` and name.
type Function = (PathBuf, u32, String);
type Names = HashMap<String, String>;

/// How we classify the names that each function of a file mentions.
fn ours(path: &Path, source: &str) -> HashMap<Function, Names> {
    let python = Language::from_id("python").unwrap();
    let grammar = python.lowering().grammar();
    let limit = Duration::from_mins(1);
    let syntax = parse(grammar, source, None, limit, &CancellationToken::new()).unwrap();
    let lines = LineIndex::new(source);
    let mut functions = HashMap::new();
    for (unit, node) in units(syntax.tree(), source, python) {
        let lowered = lower(node, source, python, &unit);
        let tree = &lowered.tree;
        let bindings = Facts::compute(tree, python).bindings;
        for (at, scope) in bindings.scopes().iter().enumerate() {
            if scope.kind != ScopeKind::Function || tree.kind(scope.node) != Kind::Function {
                continue;
            }
            let line = lines.line_of(unit.to_file(tree.span(scope.node)).start) + 1;
            let key = (path.to_owned(), line, tree.name(scope.node).to_owned());
            functions.insert(key, names_of(tree, &bindings, ScopeId(at as u32)));
        }
    }
    functions
}

fn names_of(
    tree: &analysis::ir::Tree,
    bindings: &analysis::facts::Bindings,
    function: ScopeId,
) -> Names {
    let mut names = Names::new();
    let node = bindings.scope(function).unwrap().node;
    for name in tree.descendants(node).filter(|it| tree.kind(*it) == Kind::Name) {
        let is_own_name = tree.role(name) == Role::Name && tree.parent(name) == Some(node);
        // Names of nested functions, classes and comprehensions belong to those.
        let inner = tree.ancestors(name).find(|it| {
            tree.kind(*it).is_function()
                || matches!(tree.kind(*it), Kind::Class | Kind::Comprehension)
        });
        if is_own_name || inner != Some(node) {
            continue;
        }
        let scope = bindings.resolve(name).and_then(|id| bindings.binding(id)).map(|it| it.scope);
        let kind = match scope {
            Some(scope) if scope == function => "local",
            Some(scope)
                if bindings.scope(scope).is_some_and(|it| it.kind == ScopeKind::Function) =>
            {
                "free"
            }
            _ => "global",
        };
        names.insert(tree.name(name).to_owned(), kind.to_owned());
    }
    names
}

fn python_files() -> Vec<PathBuf> {
    let script = "import sysconfig; print(sysconfig.get_paths()['stdlib'])";
    let output = Command::new("python3").args(["-c", script]).output();
    let output = output.expect("python3 is needed for this test: run `cargo xtask setup`");
    let root = PathBuf::from(String::from_utf8(output.stdout).unwrap().trim());
    let mut files = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = entry.file_name();
            if path.is_dir()
                && !["site-packages", "dist-packages", "lib2to3", "test"]
                    .contains(&&*name.to_string_lossy())
            {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "py") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

#[test]
fn python_names_resolve_as_the_interpreter_resolves_them() {
    let files = python_files();
    assert!(files.len() > 100, "the standard library is there");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles/symtable_dump.py");
    let mut child = Command::new("python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let list: Vec<_> = files.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    child.stdin.take().unwrap().write_all(list.join("\n").as_bytes()).unwrap();
    let oracle = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();

    let mut ours_by_file: HashMap<PathBuf, HashMap<Function, Names>> = HashMap::new();
    let (mut agree, mut differ, mut functions, mut absent) = (0_u32, 0_u32, 0_u32, 0_u32);
    let mut samples = Vec::new();
    for line in oracle.lines() {
        let mut cells = line.split('\t');
        let path = PathBuf::from(cells.next().unwrap());
        let number: u32 = cells.next().unwrap().parse().unwrap();
        let name = cells.next().unwrap().to_owned();
        let of_file = ours_by_file
            .entry(path.clone())
            .or_insert_with(|| ours(&path, &std::fs::read_to_string(&path).unwrap()));
        functions += 1;
        let Some(names) = of_file.get(&(path.clone(), number, name.clone())) else {
            absent += 1;
            samples.push(format!("{}:{number} {name}: not found", path.display()));
            continue;
        };
        for cell in cells {
            let (symbol, theirs) = cell.split_once('=').unwrap();
            // Names inside a class are mangled by the interpreter.
            let is_mangled =
                symbol.starts_with('_') && symbol.trim_start_matches('_').contains("__");
            match names.get(symbol) {
                Some(ours) if ours == theirs => agree += 1,
                None if is_mangled => {}
                found => {
                    differ += 1;
                    samples.push(format!(
                        "{}:{number} {name}: {symbol} is {theirs}, we say {found:?}",
                        path.display()
                    ));
                }
            }
        }
    }
    let share = f64::from(agree) / f64::from(agree + differ);
    println!(
        "{functions} functions ({absent} not found), {agree} names agree, {differ} differ: {share:.5}"
    );
    let shown = samples.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
    assert!(functions > 5000, "{functions} functions");
    assert!(
        f64::from(absent) < 0.01 * f64::from(functions),
        "{absent} of {functions} absent\n{shown}"
    );
    assert!(share >= 0.99, "{share:.4}\n{shown}");
    println!("{shown}");
}
