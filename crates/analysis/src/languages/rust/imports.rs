//! `use` declarations: each name they bind, with its dotted path.

use tree_sitter::Node as SyntaxNode;

use super::shapes::dotted;
use crate::ir::{Access, Kind, Role};
use crate::languages::{Choice, Shape, TextName, Visit};

/// How many lists within lists are followed for a path's beginning.
const MAX_NESTING: usize = 64;

/// `pub use` offers what it binds to others; a plain `use` does not.
pub(super) fn use_declaration(visit: &Visit<'_>) -> Choice {
    let is_public = visit.has_child("visibility_modifier");
    Choice::node(if is_public { Kind::Export } else { Kind::Import })
}

/// One name that a `use` or `extern crate` binds.
pub(super) fn use_clause(visit: &Visit<'_>) -> Choice {
    // The beginning of a list's paths, and the keyword of `extern crate`.
    if visit.role == Role::Attribute {
        return Choice::of(Shape::Skip);
    }
    let node = visit.node;
    let prefix = prefix(visit);
    match node.kind() {
        "use_wildcard" => {
            let path = node.named_child(0).map_or("", |path| visit.text(path));
            binding(join(&prefix, &format!("{path}::*")), None)
        }
        "use_as_clause" => {
            let path = visit.field("path").map_or("", |path| visit.text(path));
            binding(join(&prefix, path), visit.field("alias").and_then(|it| name_at(visit, it)))
        }
        "scoped_identifier" => {
            let name = visit.field("name").and_then(|it| name_at(visit, it));
            binding(join(&prefix, visit.text(node)), name)
        }
        "self" if !prefix.is_empty() => {
            let last = prefix.rsplit('.').next().map(str::to_owned);
            let name = TextName { role: Role::Target, range: node.byte_range(), symbol: last };
            binding(prefix, Some(name))
        }
        _ => {
            let declaration = node.parent().filter(|it| it.kind() == "extern_crate_declaration");
            let alias = declaration.and_then(|it| it.child_by_field_name("alias"));
            binding(join(&prefix, visit.text(node)), name_at(visit, alias.unwrap_or(node)))
        }
    }
}

fn binding(path: String, name: Option<TextName>) -> Choice {
    Choice::leaf(Kind::ImportBinding)
        .symbol(path)
        .target(Access::Declare)
        .names(name.into_iter().collect())
}

/// The name that `node` spells; `_` binds none.
fn name_at(visit: &Visit<'_>, node: SyntaxNode<'_>) -> Option<TextName> {
    (visit.text(node) != "_").then(|| TextName {
        role: Role::Target,
        range: node.byte_range(),
        symbol: None,
    })
}

/// The dotted path that the lists around the node begin with.
fn prefix(visit: &Visit<'_>) -> String {
    let around = std::iter::successors(visit.node.parent(), SyntaxNode::parent);
    let lists = around
        .take_while(|it| matches!(it.kind(), "use_list" | "scoped_use_list"))
        .take(MAX_NESTING);
    let mut paths: Vec<String> = lists
        .filter(|it| it.kind() == "scoped_use_list")
        .filter_map(|it| it.child_by_field_name("path"))
        .map(|path| dotted(visit.text(path)))
        .collect();
    paths.reverse();
    paths.join(".")
}

fn join(prefix: &str, path: &str) -> String {
    let path = dotted(path);
    match (prefix, path.as_str()) {
        ("", _) => path,
        (_, "self") => prefix.to_owned(),
        _ => format!("{prefix}.{path}"),
    }
}
