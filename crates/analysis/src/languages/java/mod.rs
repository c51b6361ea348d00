//! Java.

mod choices;
mod knowledge;
mod lowering;

use super::{Counting, Dialect, ImportStyle, LanguageSpec, Scoping, Visibility};

/// Java's row.
pub(super) static LANGUAGE: LanguageSpec = LanguageSpec {
    id: "java",
    display_name: "Java",
    aliases: &[],
    interpreters: &["java"],
    line_comment: "//",
    dialects: &[Dialect {
        extensions: &["java"],
        editor_ids: &["java"],
        grammar: || tree_sitter_java::LANGUAGE.into(),
        rows: &[lowering::ROWS],
    }],
    scoping: Scoping {
        blocks: true,
        assignment_declares: false,
        visibility: Visibility::Scope,
        class_scope_is_closed: false,
    },
    imports: ImportStyle::Classes,
    counting: Counting { endless_loops_decide: true, ..Counting::PLAIN },
    knowledge: &knowledge::KNOWLEDGE,
    look_alike: None,
};
