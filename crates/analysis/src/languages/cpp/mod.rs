//! C++.

mod choices;
mod knowledge;
mod lowering;

use super::{Counting, Dialect, ImportStyle, LanguageSpec, Scoping, Visibility, c};

/// C++'s row.
pub(super) static LANGUAGE: LanguageSpec = LanguageSpec {
    id: "cpp",
    display_name: "C++",
    aliases: &["c++"],
    interpreters: &[],
    line_comment: "//",
    dialects: &[Dialect {
        extensions: &[
            "cc", "cpp", "cxx", "c++", "hpp", "hh", "hxx", "h++", "ipp", "inl", "tpp", "ixx",
            "cppm",
        ],
        editor_ids: &["cpp"],
        grammar: || tree_sitter_cpp::LANGUAGE.into(),
        rows: &[c::ROWS, c::TOKENS, lowering::ROWS, lowering::TOKENS],
    }],
    scoping: Scoping {
        blocks: true,
        assignment_declares: false,
        visibility: Visibility::After,
        class_scope_is_closed: false,
    },
    imports: ImportStyle::Includes,
    counting: Counting { endless_loops_decide: true, is_preprocessed: true, ..Counting::PLAIN },
    knowledge: &knowledge::KNOWLEDGE,
    look_alike: None,
};
