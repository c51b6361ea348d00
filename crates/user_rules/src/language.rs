//! Languages as `ast-grep` names and parses them: each of ours, with the grammar that the engine
//! parses files with, so that a rule looks at the very tree of the file.

use std::borrow::Cow;
use std::path::Path;

use analysis::languages::Language as OurLanguage;
use ast_grep_core::Language;
use ast_grep_core::matcher::{Pattern, PatternBuilder, PatternError};
use ast_grep_core::tree_sitter::{LanguageExt, StrDoc, TSLanguage};
use serde::Deserialize;

/// How deep a pattern's syntax may be nested: matching follows it.
const DEEPEST_PATTERN: usize = 200;

/// A language that rules are written for.
#[derive(Clone, Copy, Debug)]
pub struct RuleLanguage(pub OurLanguage);

impl PartialEq for RuleLanguage {
    fn eq(&self, other: &Self) -> bool {
        self.0.discriminant() == other.0.discriminant()
    }
}

impl Eq for RuleLanguage {}

/// Other names of our languages, in lower case, and what we call them.
const NAMES: [(&str, &str); 11] = [
    ("cc", "cpp"),
    ("cxx", "cpp"),
    ("c++", "cpp"),
    ("golang", "go"),
    ("js", "javascript"),
    ("jsx", "javascriptreact"),
    ("py", "python"),
    ("rs", "rust"),
    ("ts", "typescript"),
    ("tsx", "typescriptreact"),
    ("kt", "kotlin"),
];

/// Languages of `ast-grep` that the engine may not know, in lower case.
const OTHERS: [&str; 38] = [
    "bash", "cs", "csharp", "css", "dart", "elixir", "ex", "haskell", "hcl", "hs", "html", "json",
    "kotlin", "kt", "lua", "markdown", "md", "nix", "php", "rb", "ruby", "scala", "sol",
    "solidity", "swift", "yaml", "yml", "zig", "sql", "toml", "vue", "svelte", "groovy", "perl",
    "r", "julia", "erlang", "objc",
];

/// What a language's name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// One of ours.
    Known(RuleLanguage),
    /// One for which there is no grammar here.
    Foreign,
    /// None at all.
    Unknown,
}

impl RuleLanguage {
    /// What a name means, written in any case.
    pub(crate) fn named(name: &str) -> Named {
        let name = name.to_lowercase();
        let ours = NAMES.iter().find(|(other, _)| *other == name).map_or(&*name, |(_, id)| *id);
        match OurLanguage::from_id(ours) {
            Some(language) => Named::Known(Self(language)),
            None if OTHERS.contains(&&*name) => Named::Foreign,
            None => Named::Unknown,
        }
    }

    /// The names to show to somebody who mistyped one.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        let ours = analysis::languages::LANGUAGES.iter().map(|it| it.id);
        ours.chain(NAMES.iter().map(|(name, _)| *name)).filter(|it| *it != "kt")
    }
}

impl<'de> Deserialize<'de> for RuleLanguage {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        match Self::named(&name) {
            Named::Known(language) => Ok(language),
            _ => Err(serde::de::Error::custom(format!("there is no language `{name}`"))),
        }
    }
}

impl Language for RuleLanguage {
    /// What stands for `$` while a pattern is parsed: a letter of the language that nobody uses.
    fn expando_char(&self) -> char {
        match self.0.id() {
            "java" | "javascript" | "typescript" => '$',
            "c" | "cpp" => '\u{10000}',
            _ => 'µ',
        }
    }

    fn pre_process_pattern<'q>(&self, query: &'q str) -> Cow<'q, str> {
        match self.expando_char() {
            '$' => Cow::Borrowed(query),
            letter => Cow::Owned(with_letter(query, letter)),
        }
    }

    fn from_path<P: AsRef<Path>>(path: P) -> Option<Self> {
        OurLanguage::from_path(path.as_ref()).map(Self)
    }

    fn kind_to_id(&self, kind: &str) -> u16 {
        self.get_ts_language().id_for_node_kind(kind, true)
    }

    fn field_to_id(&self, field: &str) -> Option<u16> {
        self.get_ts_language().field_id_for_name(field).map(std::num::NonZero::get)
    }

    fn build_pattern(&self, builder: &PatternBuilder<'_>) -> Result<Pattern, PatternError> {
        builder.build(|text| {
            let document = StrDoc::try_new(text, *self)?;
            if is_deeper_than(&document.tree, DEEPEST_PATTERN) {
                return Err(format!("it is nested deeper than {DEEPEST_PATTERN} levels"));
            }
            Ok(document)
        })
    }
}

impl LanguageExt for RuleLanguage {
    fn get_ts_language(&self) -> TSLanguage {
        self.0.lowering().grammar().clone()
    }
}

/// Whether a tree has a branch of more nodes than this.
pub(crate) fn is_deeper_than(tree: &tree_sitter::Tree, limit: usize) -> bool {
    let mut cursor = tree.walk();
    let mut depth = 0_usize;
    loop {
        if cursor.goto_first_child() {
            depth += 1;
            if depth > limit {
                return true;
            }
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return false;
            }
            depth = depth.saturating_sub(1);
        }
    }
}

/// A pattern with the letter in place of each `$` that starts a variable: before an upper case
/// letter or `_`, and three of them in a row.
fn with_letter(pattern: &str, letter: char) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut signs = 0_usize;
    let flush = |text: &mut String, signs: &mut usize, is_variable: bool| {
        let sign = if is_variable || *signs == 3 { letter } else { '$' };
        text.extend(std::iter::repeat_n(sign, std::mem::take(signs)));
    };
    for character in pattern.chars() {
        if character == '$' {
            signs += 1;
            continue;
        }
        flush(&mut text, &mut signs, character.is_ascii_uppercase() || character == '_');
        text.push(character);
    }
    flush(&mut text, &mut signs, false);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_ast_grep_in_any_case() {
        for (name, id) in [
            ("TypeScript", "typescript"),
            ("Tsx", "typescript"),
            ("js", "javascript"),
            ("JSX", "javascript"),
            ("py", "python"),
            ("Cpp", "cpp"),
            ("C++", "cpp"),
            ("c", "c"),
            ("golang", "go"),
            ("rs", "rust"),
            ("Java", "java"),
        ] {
            let Named::Known(RuleLanguage(language)) = RuleLanguage::named(name) else {
                assert_eq!(name, "known");
                continue;
            };
            assert_eq!(language.id(), id, "{name}");
        }
        assert_eq!(RuleLanguage::named("Haskell"), Named::Foreign);
        assert_eq!(RuleLanguage::named("Pyton"), Named::Unknown);
    }

    #[test]
    fn signs_become_letters_where_a_variable_starts() {
        let text = with_letter("$A.$_($$$, $$$REST, $a, 3$)", 'µ');
        assert_eq!(text, "µA.µ_(µµµ, µµµREST, $a, 3$)");
    }
}
