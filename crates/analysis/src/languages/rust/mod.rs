//! Rust.

mod imports;
mod knowledge;
mod lowering;
mod macros;
mod shapes;

use super::{Counting, Dialect, ImportStyle, LanguageSpec, Scoping, Visibility};

/// Rust's row.
pub(super) static LANGUAGE: LanguageSpec = LanguageSpec {
    id: "rust",
    display_name: "Rust",
    aliases: &["rs"],
    interpreters: &["rust-script"],
    line_comment: "//",
    dialects: &[Dialect {
        extensions: &["rs"],
        editor_ids: &["rust"],
        grammar: || tree_sitter_rust::LANGUAGE.into(),
        rows: &[lowering::ROWS, lowering::TYPES, lowering::TOKENS],
    }],
    scoping: Scoping {
        blocks: true,
        assignment_declares: false,
        visibility: Visibility::AfterHiding,
        class_scope_is_closed: true,
    },
    imports: ImportStyle::Crates,
    counting: Counting { last_case_is_left: true, ..Counting::PLAIN },
    knowledge: &knowledge::KNOWLEDGE,
    look_alike: None,
};
