//! C.

mod choices;
mod declarators;
mod knowledge;
mod lowering;

pub(super) use choices::{binary, for_type, grouping, is_statement_place, type_leaf};
pub(super) use declarators::{declaration, declarator, is_local, parameter};
pub(super) use knowledge::{
    NULLABLE_RESULTS, NUMBER_WORDS, PURE_FUNCTIONS, RESOURCE_USERS, RESOURCES, THAT_NEVER_RETURN,
};
pub(super) use lowering::{ROWS, TOKENS};

use super::{Counting, Dialect, ImportStyle, LanguageSpec, Scoping, Visibility};

/// C's row.
pub(super) static LANGUAGE: LanguageSpec = LanguageSpec {
    id: "c",
    display_name: "C",
    aliases: &[],
    interpreters: &["tcc"],
    line_comment: "//",
    dialects: &[Dialect {
        extensions: &["c", "h"],
        editor_ids: &["c"],
        grammar: || tree_sitter_c::LANGUAGE.into(),
        rows: &[ROWS, TOKENS, lowering::OWN_ROWS],
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
    look_alike: Some(look_alike),
};

/// C++ headers are often named like C's; a line that only C++ has tells.
fn look_alike(text: &str) -> Option<&'static str> {
    const STARTS: &[&str] = &[
        "namespace ",
        "template <",
        "template<",
        "class ",
        "using namespace ",
        "public:",
        "private:",
        "protected:",
    ];
    let mut lines = text.lines().map(str::trim_start);
    let is_cpp = |line: &str| {
        STARTS.iter().any(|start| line.starts_with(start))
            || line.contains("std::") && !line.starts_with(['/', '*'])
    };
    lines.any(is_cpp).then_some("cpp")
}
