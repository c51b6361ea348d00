//! TypeScript.

mod lowering;

use super::{Counting, Dialect, ImportStyle, LanguageSpec, Scoping, Visibility, javascript};

/// TypeScript's row.
pub(super) static LANGUAGE: LanguageSpec = LanguageSpec {
    id: "typescript",
    display_name: "TypeScript",
    aliases: &["ts"],
    interpreters: &["ts-node", "tsx"],
    line_comment: "//",
    dialects: &[
        Dialect {
            extensions: &["ts", "mts", "cts"],
            editor_ids: &["typescript"],
            grammar: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            rows: &[javascript::ROWS, lowering::ROWS, lowering::PLAIN_ROWS],
        },
        Dialect {
            extensions: &["tsx"],
            editor_ids: &["typescriptreact", "tsx"],
            grammar: || tree_sitter_typescript::LANGUAGE_TSX.into(),
            rows: &[javascript::ROWS, javascript::MARKUP_ROWS, lowering::ROWS],
        },
    ],
    scoping: Scoping {
        blocks: true,
        assignment_declares: false,
        visibility: Visibility::Scope,
        class_scope_is_closed: true,
    },
    imports: ImportStyle::Files,
    counting: Counting {
        lambdas_are_functions: true,
        defaults_decide: true,
        endless_loops_decide: true,
        ..Counting::PLAIN
    },
    knowledge: &javascript::KNOWLEDGE,
    look_alike: None,
};
