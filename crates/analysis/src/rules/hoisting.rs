//! Moving a call that each round of a loop repeats out of the loop: what the fixes of rules about
//! such calls share.

use super::{ByLanguage, Context};
use crate::findings::Draft;
use crate::ir::{Kind, NodeId, Role};
use crate::text::Span;

/// How a variable is declared with a value: what stands before its name, between the two, and behind.
const DECLARATIONS: ByLanguage<[&str; 3]> = &[
    (&["python"], ["", " = ", ""]),
    (&["javascript", "typescript"], ["const ", " = ", ";"]),
    (&["go"], ["", " := ", ""]),
];

/// Languages that join words in a name by `_`.
const JOINED_BY_UNDERSCORE: ByLanguage<()> = &[(&["python"], ())];

/// The edits that compute a call once before the loop and use what it gave in the loop. Nothing
/// where that would do more than change when it is computed: in a round that comes to the call in
/// some cases only, or where the name for it means something already.
pub(super) fn before_loop(
    context: &Context<'_>,
    call: NodeId,
    loop_node: NodeId,
    words: [&str; 2],
) -> Option<Vec<(Span, Draft)>> {
    let tree = context.tree;
    let [before, between, behind] = context.in_language(DECLARATIONS)?;
    // At the outermost level, functions may see the new name.
    let is_in_function = tree.kind(NodeId::ROOT) != Kind::Module;
    let is_loop = matches!(tree.kind(loop_node), Kind::ForEach | Kind::ForCount | Kind::While);
    let is_statement = tree.kind(tree.node(loop_node).parent) == Kind::Block;
    if !is_in_function || !is_loop || !is_statement || !is_reached_always(context, call, loop_node)
    {
        return None;
    }
    let start = tree.span(loop_node).start;
    let line = tree.source().get(..start as usize)?;
    let indentation = line.get(line.rfind('\n')? + 1..)?;
    let (text, name) = (context.text(call), name(context, words));
    if !indentation.trim().is_empty() || text.contains('\n') || tree.symbol(&name).is_some() {
        return None;
    }
    let line = format!("{before}{name}{between}{text}{behind}");
    Some(vec![
        (Span::new(start, start), Draft::Before(vec![(0, line)])),
        (tree.span(call), Draft::Text(name)),
    ])
}

/// Whether each round of a loop comes to a node, unless it leaves before.
fn is_reached_always(context: &Context<'_>, id: NodeId, loop_node: NodeId) -> bool {
    let tree = context.tree;
    let mut at = id;
    while at != loop_node {
        let (role, parent) = (tree.role(at), tree.node(at).parent);
        let is_always = match tree.kind(parent) {
            Kind::If | Kind::Ternary => role == Role::Condition,
            Kind::Logical => role == Role::Left,
            Kind::ForEach | Kind::ComprehensionFor => parent == loop_node || role == Role::Iterable,
            Kind::ForCount | Kind::While | Kind::Infinite => parent == loop_node,
            Kind::Switch => role == Role::Subject,
            Kind::Case
            | Kind::Try
            | Kind::Catch
            | Kind::Function
            | Kind::Lambda
            | Kind::Class
            | Kind::Comprehension
            | Kind::ComprehensionIf
            | Kind::Assert
            | Kind::Other
            | Kind::Error => false,
            _ => true,
        };
        if !is_always || parent == at {
            return false;
        }
        at = parent;
    }
    true
}

/// A name of two words as the language writes it.
fn name(context: &Context<'_>, [first, second]: [&str; 2]) -> String {
    if context.in_language(JOINED_BY_UNDERSCORE).is_some() {
        return format!("{first}_{}", second.to_ascii_lowercase());
    }
    let mut capital = second.to_owned();
    if let Some(letter) = capital.get_mut(..1) {
        letter.make_ascii_uppercase();
    }
    format!("{first}{capital}")
}
