//! Languages: one folder per language, one row per language in [`LANGUAGES`].
//!
//! A language is data: how its files are recognised, which grammar parses them, how its syntax
//! kinds map to the generic IR ([`Row`]), and what is known of its standard library
//! ([`Knowledge`]). Code above this module never asks which language it looks at.

use std::fmt;
use std::path::Path;
use std::sync::OnceLock;

use serde::{Serialize, Serializer};

mod c;
mod choice;
mod counting;
mod cpp;
mod function_name;
mod go;
mod import_style;
mod java;
mod javascript;
mod knowledge;
mod lowering_table;
mod python;
mod rust;
mod typescript;

pub use choice::{Choice, Part, TextName, Visit};
pub use counting::Counting;
pub use function_name::{FindName, FunctionName};
pub use import_style::ImportStyle;
pub use knowledge::{Knowledge, NumberKind, Outside, ValueType};
pub use lowering_table::{LoweringTable, Mark, Row, RowView, Shape, UnitPart};

/// The languages, one row each. A new language is its folder and its row here.
pub static LANGUAGES: &[&LanguageSpec] = &[
    &python::LANGUAGE,
    &javascript::LANGUAGE,
    &typescript::LANGUAGE,
    &rust::LANGUAGE,
    &go::LANGUAGE,
    &java::LANGUAGE,
    &c::LANGUAGE,
    &cpp::LANGUAGE,
];

/// All that the engine knows of a language.
#[derive(Debug)]
pub struct LanguageSpec {
    /// Its id, in JSON, configuration, rules and protocol.
    pub id: &'static str,
    /// What people call it.
    pub display_name: &'static str,
    /// Other ids under which editors announce it.
    pub aliases: &'static [&'static str],
    /// Names in a `#!` line that mean this language.
    pub interpreters: &'static [&'static str],
    /// What starts a comment that ends with its line.
    pub line_comment: &'static str,
    /// Its grammars; the first is the usual one.
    pub dialects: &'static [Dialect],
    /// How names are bound.
    pub scoping: Scoping,
    /// How its files find each other.
    pub imports: ImportStyle,
    /// What counts as a decision in it, and as a function of its own.
    pub counting: Counting,
    /// What is known of its standard library and of well-known packages.
    pub knowledge: &'static Knowledge,
    /// For a language whose files another one's share their extension with: the id of that one, if
    /// the text is in it.
    pub look_alike: Option<fn(&str) -> Option<&'static str>>,
}

/// A grammar, with the file extensions and editor ids that choose it.
#[derive(Debug)]
pub struct Dialect {
    /// File extensions without the dot.
    pub extensions: &'static [&'static str],
    /// Editor ids that mean this dialect rather than the usual one.
    pub editor_ids: &'static [&'static str],
    /// The tree-sitter grammar.
    pub grammar: fn() -> tree_sitter::Language,
    /// How its syntax maps to the IR.
    pub rows: &'static [&'static [Row]],
}

/// How a language binds names.
#[allow(clippy::struct_excessive_bools, reason = "each is an independent trait of a language")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scoping {
    /// Blocks open scopes (else only functions, classes and modules do).
    pub blocks: bool,
    /// The first assignment declares the name, in the function's scope.
    pub assignment_declares: bool,
    /// From where on the declaration of a local variable is visible.
    pub visibility: Visibility,
    /// Names of a class body are not visible in its methods.
    pub class_scope_is_closed: bool,
}

/// From where on the declaration of a local variable is visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// In all of its scope.
    Scope,
    /// After itself: its value still sees an outer variable of the same name. A second declaration
    /// in one scope means the first one's variable: Go's `:=`.
    After,
    /// After itself, where it hides an earlier one of the same scope: Rust's `let`.
    AfterHiding,
}

/// A supported language, in one of its dialects. Cheap to copy and compare.
#[derive(Clone, Copy)]
pub struct Language {
    index: u8,
    dialect: u8,
}

impl Language {
    /// The language with this id or alias, as configuration and editors name it.
    pub fn from_id(id: &str) -> Option<Self> {
        all_dialects().find(|language| language.dialect().editor_ids.contains(&id)).or_else(|| {
            all_dialects().find(|language| {
                let spec = language.spec();
                language.dialect == 0 && (spec.id == id || spec.aliases.contains(&id))
            })
        })
    }

    /// The language of a file, by its extension.
    pub fn from_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?;
        all_dialects().find(|language| {
            let known = language.dialect().extensions;
            known.iter().any(|known| extension.eq_ignore_ascii_case(known))
        })
    }

    /// The language of a file, by its extension and its text: some extensions serve two languages.
    #[must_use]
    pub fn of_text(self, path: &Path, text: &str) -> Self {
        // `.c` is C; only headers are shared.
        let is_shared = path.extension().is_some_and(|extension| extension == "h");
        let other = self.spec().look_alike.filter(|_| is_shared).and_then(|look| look(text));
        other.and_then(Self::from_id).unwrap_or(self)
    }

    /// The language of a text whose first line names an interpreter.
    pub fn from_first_line(text: &str) -> Option<Self> {
        let line = text.strip_prefix("#!")?.lines().next()?;
        let mut words = line.split_whitespace();
        let program = words.next()?.rsplit('/').next()?;
        let program = match program {
            "env" => words.find(|word| !word.starts_with('-') && !word.contains('='))?,
            _ => program,
        };
        let program = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        all_dialects().find(|language| {
            language.dialect == 0 && language.spec().interpreters.contains(&program)
        })
    }

    /// Its row.
    pub fn spec(self) -> &'static LanguageSpec {
        // Only this module makes values, always of an existing row.
        LANGUAGES.get(self.index as usize).copied().unwrap_or(&python::LANGUAGE)
    }

    /// Its position in [`LANGUAGES`].
    pub fn index(self) -> usize {
        self.index as usize
    }

    /// Its dialect.
    pub fn dialect(self) -> &'static Dialect {
        let dialects = self.spec().dialects;
        dialects.get(self.dialect as usize).unwrap_or(&python::LANGUAGE.dialects[0])
    }

    /// The tree-sitter grammar and the table that maps its kinds to the IR.
    pub fn lowering(self) -> &'static LoweringTable {
        static TABLES: OnceLock<Vec<Vec<OnceLock<LoweringTable>>>> = OnceLock::new();
        static FALLBACK: OnceLock<LoweringTable> = OnceLock::new();
        let dialect = self.dialect();
        let tables = TABLES.get_or_init(|| {
            let empty =
                |spec: &&LanguageSpec| spec.dialects.iter().map(|_| OnceLock::new()).collect();
            LANGUAGES.iter().map(empty).collect()
        });
        let slot = tables.get(self.index()).and_then(|row| row.get(self.dialect as usize));
        let make = || LoweringTable::new((dialect.grammar)(), dialect.rows);
        slot.unwrap_or(&FALLBACK).get_or_init(make)
    }

    /// Its id.
    pub fn id(self) -> &'static str {
        self.spec().id
    }

    /// The extensions of all languages' files, without the dot.
    pub fn extensions() -> impl Iterator<Item = &'static str> {
        all_dialects().flat_map(|language| language.dialect().extensions.iter().copied())
    }

    /// Every language in its usual dialect.
    pub fn all() -> impl Iterator<Item = Self> {
        all_dialects().filter(|language| language.dialect == 0)
    }

    /// A number that tells this language and dialect from all others; part of cache keys.
    pub fn discriminant(self) -> u16 {
        u16::from_be_bytes([self.index, self.dialect])
    }
}

/// Every language in every dialect.
pub fn all_dialects() -> impl Iterator<Item = Language> {
    LANGUAGES.iter().enumerate().flat_map(|(index, spec)| {
        (0..spec.dialects.len())
            .map(move |dialect| Language { index: index as u8, dialect: dialect as u8 })
    })
}

impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}

impl Eq for Language {}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}
