//! TypeScript.

mod knowledge;
mod lowering;

use super::{Dialect, LanguageSpec, Scoping};

/// TypeScript's row.
pub(super) static LANGUAGE: LanguageSpec = LanguageSpec {
    id: "typescript",
    display_name: "TypeScript",
    aliases: &["ts"],
    interpreters: &["ts-node", "tsx"],
    line_comment: "//",
    dialects: &[Dialect {
        extensions: &["ts", "mts", "cts"],
        editor_ids: &["typescript"],
        grammar: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        rows: &[lowering::ROWS],
    }],
    scoping: Scoping {
        blocks: true,
        assignment_declares: false,
        sequential: false,
        class_scope_is_closed: true,
    },
    knowledge: &knowledge::KNOWLEDGE,
};
