//! JavaScript.

mod knowledge;
mod lowering;

use super::{Dialect, LanguageSpec, Scoping};

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
