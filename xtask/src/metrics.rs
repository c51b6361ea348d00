//! `metrics`: how often functions' metrics are those that other tools give, over the packages of
//! `ecosystem`.
//!
//! `xtask/metrics/compare.py` asks the tools, function by function; its counts become the table of
//! `docs/metrics.md`. What differs is listed below `target/`, for whoever wants to know why.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use serde::Deserialize;

use crate::page::replace_between_marks;
use crate::project::{Failure, Project, output_of, run_program, write};
use crate::{ecosystem, setup};

const PAGE: &str = "docs/metrics.md";
const CHORE: &str = "cargo xtask metrics";
/// Where what differs is listed.
const DIFFERENCES: &str = "target/metrics/differences.json";

/// What `compare.py` prints.
#[derive(Deserialize)]
struct Compared {
    table: Vec<Row>,
    differ: serde_json::Value,
}

/// How often a tool agrees, in one language.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Row {
    tool: String,
    language: String,
    both: u32,
    equal: u32,
    explained: u32,
    #[serde(rename = "off by one")]
    off_by_one: u32,
}

/// Of what `omnistack-lsp context` prints, what is needed here.
#[derive(Deserialize)]
struct Context {
    functions: Vec<Function>,
}

#[derive(Deserialize)]
struct Function {
    path: String,
    language: String,
}

/// Compares at most so many files of each language, and writes the table.
pub(crate) fn run(project: &Project, files: usize) -> Result<(), Failure> {
    let sources = ecosystem::sources(project)?;
    let python = setup::measuring(project)?;
    let mut build = project.cargo();
    run_program(build.args(["build", "--release", "--quiet", "--package", "omnistack-lsp"]))?;
    let folder = project.path("target/metrics");
    let failure = |source| Failure::File { verb: "make", path: folder.clone(), source };
    fs::create_dir_all(&folder).map_err(failure)?;
    let mut ours = project.command(&project.path("target/release/omnistack-lsp").to_string_lossy());
    ours.current_dir(&sources).args(["context", "--format", "json", "."]);
    let printed = output_of(&mut ours)?;
    let printed = String::from_utf8_lossy(&printed);
    let context: Context = serde_json::from_str(&printed).map_err(|error| unreadable(&error))?;
    println!("metrics: {} functions", context.functions.len());
    let (numbers, list) = (folder.join("ours.json"), folder.join("files"));
    write(&numbers, &printed)?;
    write(&list, &chosen(&context, files).join("\n"))?;
    let mut compare = project.command(&python.to_string_lossy());
    compare.current_dir(&sources).arg(project.path("xtask/metrics/compare.py"));
    let compared = output_of(compare.arg(&numbers).arg(&list))?;
    let compared: Compared =
        serde_json::from_slice(&compared).map_err(|error| unreadable(&error))?;
    write(&project.path(DIFFERENCES), &compared.differ.to_string())?;
    let table = table(&compared.table);
    print!("{table}");
    replace_between_marks(&project.path(PAGE), CHORE, &table)?;
    println!("metrics: wrote {PAGE} and {DIFFERENCES}");
    Ok(())
}

fn unreadable(error: &serde_json::Error) -> Failure {
    Failure::Told(format!("what was printed is not what was expected: {error}"))
}

/// Some files of each language, the same ones in each run.
fn chosen(context: &Context, files: usize) -> Vec<String> {
    let mut by_language: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for function in &context.functions {
        by_language.entry(&function.language).or_default().push(&function.path);
    }
    let mut found = Vec::new();
    for paths in by_language.values_mut() {
        // In an order that has nothing to do with what is in them.
        paths.sort_unstable_by_key(|path| (scrambled(path), *path));
        paths.dedup();
        let most = if files == 0 { paths.len() } else { files };
        found.extend(paths.iter().take(most).map(|path| (*path).to_owned()));
    }
    found
}

/// A number that a path always has (FNV-1a).
fn scrambled(path: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    path.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| tool | measure | language | functions | equal, % | counted alike, % | off by one, % |\n\
         |---|---|---|---|---|---|---|\n",
    );
    let mut tools: BTreeMap<&str, Row> = BTreeMap::new();
    for row in rows {
        text.push_str(&line(row));
        let all = tools.entry(&row.tool).or_default();
        all.tool.clone_from(&row.tool);
        "all".clone_into(&mut all.language);
        all.both += row.both;
        all.equal += row.equal;
        all.explained += row.explained;
        all.off_by_one += row.off_by_one;
    }
    let several = |it: &&Row| rows.iter().filter(|row| row.tool == it.tool).count() > 1;
    text.extend(tools.values().filter(several).map(line));
    text
}

fn line(row: &Row) -> String {
    let percent = |count: u32| f64::from(count) * 100.0 / f64::from(row.both.max(1));
    let measure = if row.tool == "complexipy" { "cognitive" } else { "cyclomatic" };
    let mut text = String::new();
    let _ = writeln!(
        text,
        "| {} | {measure} | {} | {} | {:.1} | {:.1} | {:.1} |",
        row.tool,
        row.language,
        row.both,
        percent(row.equal),
        percent(row.equal + row.explained),
        percent(row.off_by_one),
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_chosen_once_each_and_always_the_same() {
        let function = |path: &str| Function { path: path.to_owned(), language: "c".to_owned() };
        let functions = ["a.c", "b.c", "a.c", "c.c"].map(function).into_iter().collect();
        let context = Context { functions };
        let all = chosen(&context, 0);
        assert_eq!(all.len(), 3);
        assert_eq!(chosen(&context, 2), all.get(..2).unwrap_or_default());
    }

    #[test]
    fn shares_are_of_what_both_found() {
        let row = |language: &str, equal| Row {
            tool: "lizard".to_owned(),
            language: language.to_owned(),
            both: 200,
            equal,
            explained: 1,
            off_by_one: 2,
        };
        let table = table(&[row("c", 197), row("go", 199)]);
        assert!(
            table.contains("| lizard | cyclomatic | c | 200 | 98.5 | 99.0 | 1.0 |\n"),
            "{table}"
        );
        assert!(table.ends_with("| all | 400 | 99.0 | 99.5 | 1.0 |\n"), "{table}");
    }
}
