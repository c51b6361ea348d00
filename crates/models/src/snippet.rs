//! Snippets: functions that stand alone, without the file they come from.
//!
//! A method does not parse outside its class in every language, and a function cut out of its file
//! may be indented. A snippet is dedented and, where needed, put into a class of its own; the unit
//! found inside is the same as in its file.

use std::borrow::Cow;
use std::time::Duration;

use analysis::cancellation::CancellationToken;
use analysis::facts::Facts;
use analysis::ir::lower::{Lowered, lower};
use analysis::ir::units::units;
use analysis::ir::{Kind, NodeId};
use analysis::languages::Language;
use analysis::syntax::{error_count, parse};

use crate::features::Features;

/// A snippet that takes longer to parse is no code worth learning from.
const PARSE_LIMIT: Duration = Duration::from_secs(2);

/// A function with its IR and facts.
#[derive(Clone, Debug)]
pub struct Snippet {
    /// Its language.
    pub language: Language,
    /// Its IR and comments.
    pub lowered: Lowered,
    /// Its facts.
    pub facts: Facts,
    /// Number of places where the parser met an error.
    pub errors: u32,
    /// Where it begins in the text that it was read from, once that is [dedented](dedent).
    start: usize,
}

impl Snippet {
    /// Reads the text of one function or method. Of several functions, the first counts; nothing
    /// when there is none.
    pub fn read(text: &str, language: Language) -> Option<Self> {
        let text = dedent(text);
        let plain = Self::read_in(&text, language, 0);
        if plain.as_ref().is_some_and(|snippet| snippet.errors == 0) {
            return plain;
        }
        let (before, after) = wrapper(language, &text)?;
        let wrapped = Self::read_in(&format!("{before}{text}{after}"), language, before.len());
        match (plain, wrapped) {
            (Some(plain), Some(wrapped)) if plain.errors <= wrapped.errors => Some(plain),
            (plain, wrapped) => wrapped.or(plain),
        }
    }

    /// Reads a function in a text of which so many bytes were put before it.
    fn read_in(source: &str, language: Language, before: usize) -> Option<Self> {
        let grammar = language.lowering().grammar();
        let syntax = parse(grammar, source, None, PARSE_LIMIT, &CancellationToken::new()).ok()?;
        let found = units(syntax.tree(), source, language);
        let (unit, node) = found.into_iter().find(|(unit, _)| !unit.is_module)?;
        let lowered = lower(node, source, language, &unit);
        let facts = Facts::compute(&lowered.tree, language);
        let start = (unit.span.start as usize).saturating_sub(before);
        Some(Self { language, lowered, facts, errors: error_count(&syntax), start })
    }

    /// Turns offsets in the function into offsets in the text that it was read from.
    pub fn places(&self, text: &str) -> Places {
        Places::new(text, self.start)
    }

    /// The text of the function.
    pub fn text(&self) -> &str {
        self.lowered.tree.source()
    }

    /// Its features.
    pub fn features(&self) -> Features<'_> {
        let Lowered { tree, comments } = &self.lowered;
        Features::of_unit(tree, &self.facts.bindings, comments, self.language)
    }

    /// Whether it has a body that does something.
    pub fn has_body(&self) -> bool {
        let tree = &self.lowered.tree;
        let is_work = |id: NodeId| {
            matches!(
                tree.kind(id),
                Kind::Call | Kind::Assign | Kind::Binary | Kind::Return | Kind::If
            )
        };
        tree.ids().any(is_work)
    }
}

/// Where in the text that a snippet was read from its offsets lie.
#[derive(Clone, Debug)]
pub struct Places {
    start: usize,
    /// For each line, where it begins dedented, and how many bytes are missing before.
    lines: Vec<(usize, usize)>,
}

impl Places {
    fn new(text: &str, start: usize) -> Self {
        let kept = text.trim_start_matches(['\n', '\r']);
        let mut missing = text.len() - kept.len();
        let first = kept.lines().next().map_or(0, indentation);
        let (mut at, mut lines) = (0, Vec::new());
        for line in kept.split_inclusive('\n') {
            let cut = indentation(line).min(first);
            missing += cut;
            lines.push((at, missing));
            at += line.len() - cut;
        }
        Self { start, lines }
    }

    /// The offset in the text of an offset in the function.
    pub fn of(&self, offset: u32) -> u32 {
        let dedented = self.start + offset as usize;
        let after = self.lines.partition_point(|(begin, _)| *begin <= dedented);
        let line = after.checked_sub(1).and_then(|it| self.lines.get(it));
        (dedented + line.map_or(0, |(_, missing)| *missing)) as u32
    }
}

/// Bytes of blanks before a line.
fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// What to put around a method that does not parse alone.
fn wrapper(language: Language, text: &str) -> Option<(Cow<'static, str>, &'static str)> {
    match language.id() {
        "javascript" | "typescript" | "java" => Some(("class Enclosing {\n".into(), "\n}\n")),
        "cpp" => Some(("class Enclosing {\n".into(), "\n};\n")),
        "rust" => Some(("impl Enclosing {\n".into(), "\n}\n")),
        "go" => Some(("package enclosing\n".into(), "\n")),
        // Cut out from its first character on, a method with a decorator lacks the indentation of
        // its first line only.
        "python" => {
            let definition = text.lines().skip(1).find(|it| !it.trim().is_empty())?;
            let indentation = definition.get(..indentation(definition))?;
            Some((format!("class Enclosing:\n{indentation}").into(), ""))
        }
        _ => None,
    }
}

/// The text without the indentation that its first line has.
pub fn dedent(text: &str) -> String {
    let text = text.trim_start_matches(['\n', '\r']);
    let first = text.lines().next().map_or(0, indentation);
    let mut dedented = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let cut = indentation(line).min(first);
        dedented.push_str(line.get(cut..).unwrap_or(line));
    }
    dedented
}
