//! Go.

mod imports;
mod knowledge;
mod lowering;
mod shapes;

use super::{Counting, Dialect, ImportStyle, LanguageSpec, Scoping, Visibility};

/// Go's row.
pub(super) static LANGUAGE: LanguageSpec = LanguageSpec {
    id: "go",
    display_name: "Go",
    aliases: &["golang"],
    interpreters: &[],
    line_comment: "//",
    dialects: &[Dialect {
        extensions: &["go"],
        editor_ids: &["go"],
        grammar: || tree_sitter_go::LANGUAGE.into(),
        rows: &[lowering::ROWS, lowering::TYPES, lowering::TOKENS],
    }],
    scoping: Scoping {
        blocks: true,
        assignment_declares: false,
        visibility: Visibility::After,
        class_scope_is_closed: true,
    },
    imports: ImportStyle::Folders,
    counting: Counting {
        lambdas_are_functions: true,
        endless_loops_decide: true,
        ..Counting::PLAIN
    },
    knowledge: &knowledge::KNOWLEDGE,
    look_alike: None,
};
