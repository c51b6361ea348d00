//! Python 3.

mod knowledge;
mod lowering;

use super::{Counting, Dialect, ImportStyle, LanguageSpec, Scoping, Visibility};

/// Python's row.
pub(super) static LANGUAGE: LanguageSpec = LanguageSpec {
    id: "python",
    display_name: "Python",
    aliases: &["py", "python3"],
    interpreters: &["python", "pypy"],
    line_comment: "#",
    dialects: &[Dialect {
        extensions: &["py", "pyw"],
        editor_ids: &["python"],
        grammar: || tree_sitter_python::LANGUAGE.into(),
        rows: &[lowering::ROWS],
    }],
    scoping: Scoping {
        blocks: false,
        assignment_declares: true,
        visibility: Visibility::Scope,
        class_scope_is_closed: true,
    },
    imports: ImportStyle::Modules,
    counting: Counting::PLAIN,
    knowledge: &knowledge::KNOWLEDGE,
    look_alike: None,
};
