//! JavaScript.

mod choices;
mod knowledge;
mod lowering;

pub(super) use knowledge::KNOWLEDGE;
pub(super) use lowering::{CLASS, MARKUP_ROWS, ROWS};

use super::{Counting, Dialect, ImportStyle, LanguageSpec, Scoping, Visibility};

/// JavaScript's row.
pub(super) static LANGUAGE: LanguageSpec = LanguageSpec {
    id: "javascript",
    display_name: "JavaScript",
    aliases: &["js", "jsx", "javascriptreact"],
    interpreters: &["node", "deno", "bun"],
    line_comment: "//",
    dialects: &[Dialect {
        extensions: &["js", "mjs", "cjs", "jsx"],
        editor_ids: &["javascript"],
        grammar: || tree_sitter_javascript::LANGUAGE.into(),
        rows: &[ROWS, MARKUP_ROWS, lowering::OWN_ROWS],
    }],
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
    knowledge: &KNOWLEDGE,
    look_alike: None,
};
