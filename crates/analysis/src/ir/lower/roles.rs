//! What a syntax node's place says of it: its role, whether it is left out, and how it touches
//! variables. The pass in [`lower`](super) asks for each node it visits.

use std::num::NonZeroU16;

use tree_sitter::TreeCursor;

use super::{Frame, Open};
use crate::ir::{Access, Kind, Role};

/// Whether the row of the node around leaves the node under the cursor out.
pub(super) fn is_hidden(cursor: &TreeCursor<'_>, frame: &Frame<'_>) -> bool {
    frame.row.is_some_and(|view| {
        !view.hidden.is_empty()
            && view.hidden.contains(&cursor.field_id().map_or(0, NonZeroU16::get))
    })
}

/// The role of the node under the cursor: by its field, else by its ordinal, else inherited.
pub(super) fn role_of(cursor: &TreeCursor<'_>, frame: &Frame<'_>) -> Role {
    let Some(view) = frame.row else { return frame.inherited };
    if !view.fields.is_empty()
        && let Some(field) = cursor.field_id()
        && let Some((_, role)) = view.fields.iter().find(|(id, _)| *id == field.get())
    {
        return *role;
    }
    let positions = view.row.positions;
    let at = frame.named.min(positions.len().saturating_sub(1));
    positions.get(at).copied().unwrap_or(frame.inherited)
}

/// How a child in `role` touches the variables it names.
pub(super) fn access_in(parent: Open, role: Role) -> Access {
    match role {
        Role::Target => parent.target_access,
        Role::Name => Access::Declare,
        // A pattern that binds, unlike the exception types of a handler.
        Role::Pattern if parent.target_access == Access::Declare => Access::Declare,
        Role::Default | Role::Key | Role::Index | Role::Receiver | Role::Type | Role::Attribute => {
            Access::Read
        }
        _ => match parent.kind {
            Kind::Tuple
            | Kind::List
            | Kind::Spread
            | Kind::Map
            | Kind::Pair
            | Kind::Pattern
            | Kind::Cast
            | Kind::Reference => parent.access,
            _ => Access::Read,
        },
    }
}
