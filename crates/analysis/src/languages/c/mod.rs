//! C.

mod choices;
mod declarators;
mod knowledge;
mod lowering;

pub(super) use choices::{binary, for_type, grouping, is_statement_place, type_leaf};
pub(super) use declarators::{declaration, declarator, is_local, parameter};
pub(super) use knowledge::{PURE_FUNCTIONS, THAT_NEVER_RETURN};
pub(super) use lowering::{ROWS, TOKENS};

use super::{Dialect, LanguageSpec, Scoping, Visibility};

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
        visibility: Visibility::Scope,
        class_scope_is_closed: false,
    },
    knowledge: &knowledge::KNOWLEDGE,
};
