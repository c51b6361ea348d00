//! Features: what the network sees of a unit.
//!
//! [`tokens`] cuts the unit into positions; here each gets its subtokens, its part in the syntax,
//! the variable it mentions and its relations to other positions. [`candidates`] lists the
//! rewrites the network chooses from. A long unit is seen through several [`Window`]s.
//!
//! Everything is computed in time linear in the unit's size, without panics, and the same way in
//! training and serving. [`FORMAT_VERSION`] changes whenever the same unit gives other features.

pub mod candidates;
pub mod rewrite;
pub mod spelling;
pub mod subtokens;
pub mod tokens;
mod window;

use analysis::facts::{BindingKind, Bindings};
use analysis::ir::{Kind, NodeId, Role, Tree};
use analysis::languages::Language;
use analysis::text::Span;

pub use rewrite::{Candidate, Edit, Group, Payload, Piece, RewriteKind};
pub use subtokens::{SubtokenIds, Vocabulary};
pub use tokens::{Token, TokenClass};
pub use window::{WINDOW, Window};

/// Version of the features; weights trained on another version cannot be used.
pub const FORMAT_VERSION: u32 = 1;

/// The languages by the number under which the network knows them; new ones go to the end.
pub const LANGUAGE_ORDER: [&str; 8] =
    ["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"];

/// The number under which the network knows a language; one past the last for an unknown one.
pub fn language_number(language: Language) -> u8 {
    let known = LANGUAGE_ORDER.iter().position(|id| *id == language.id());
    known.unwrap_or(LANGUAGE_ORDER.len()) as u8
}

/// One token with all that the network sees of it but its words.
#[derive(Clone, Copy, Debug)]
pub struct Position {
    /// The token.
    pub token: Token,
    /// The part its leaf plays, or the innermost node around it.
    pub role: Role,
    /// What its leaf is a part of, or the innermost node around it.
    pub parent: Kind,
    /// The variable it mentions, from 1 in the order of first mention; 0 for none.
    pub slot: u16,
    /// The name it mentions, likewise; equal names, equal numbers, variables or not.
    pub name: u16,
    /// The position that governs it in the syntax: its operator, callee, keyword …
    pub head: u32,
    /// Where the variable it mentions got a value last, in the order of the text; itself if nowhere.
    pub definition: u32,
}

/// A unit as the network sees it.
#[derive(Debug)]
pub struct Features<'a> {
    /// The unit.
    pub tree: &'a Tree,
    /// Its scopes and variables.
    pub bindings: &'a Bindings,
    /// Its language.
    pub language: Language,
    /// Its tokens.
    pub positions: Vec<Position>,
    /// Candidate rewrites by kind and position, in the order of positions.
    pub groups: Vec<Group>,
    /// The candidates of all groups.
    pub candidates: Vec<Candidate>,
}

/// Maps IR nodes to positions.
pub(crate) struct Heads {
    /// For each node, the position that stands for it, or [`NOWHERE`].
    own: Vec<u32>,
    /// For each node, the position that stands for it or for the nearest node around it.
    near: Vec<u32>,
}

const NOWHERE: u32 = u32::MAX;

impl<'a> Features<'a> {
    /// The features of a unit. Module units have neither positions nor candidates: the network
    /// reads functions.
    pub fn of_unit(
        tree: &'a Tree,
        bindings: &'a Bindings,
        comments: &[Span],
        language: Language,
    ) -> Self {
        let mut features = Self {
            tree,
            bindings,
            language,
            positions: Vec::new(),
            groups: Vec::new(),
            candidates: Vec::new(),
        };
        if tree.is_empty() || tree.kind(NodeId::ROOT) == Kind::Module {
            return features;
        }
        let tokens = tokens::tokens(tree, comments);
        let heads = Heads::new(tree, &tokens);
        let mut slots = Numbering::new(bindings.iter().count());
        let mut names = Numbering::new(tree.symbol_count());
        let mut last_definition: Vec<u32> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            let at = at as u32;
            let mut position = plain_position(tree, *token);
            position.head = heads.head_of(tree, token, at);
            position.definition = at;
            if token.is_leaf {
                let node = tree.node(token.node);
                if matches!(node.kind, Kind::Name | Kind::Attribute | Kind::Type) {
                    position.name = names.number(node.symbol.0 as usize);
                }
                if node.role == Role::Name && tree.kind(node.parent).is_function() {
                    // In its file a function is a method or not, alone it is neither.
                    position.token.class = TokenClass::Declare;
                } else if node.kind == Kind::Name {
                    match variable(bindings, token.node) {
                        Some(binding) => {
                            position.slot = slots.number(binding);
                            let slot = position.slot as usize;
                            if last_definition.len() <= slot {
                                last_definition.resize(slot + 1, NOWHERE);
                            }
                            if let Some(last) = last_definition.get_mut(slot) {
                                if *last != NOWHERE {
                                    position.definition = *last;
                                }
                                if token.class != TokenClass::Read {
                                    *last = at;
                                }
                            }
                        }
                        None if token.class == TokenClass::Read => {
                            position.token.class = TokenClass::Free;
                        }
                        None => {}
                    }
                }
            }
            features.positions.push(position);
        }
        candidates::collect(&mut features, bindings, &heads);
        features
    }

    /// The text of a position.
    pub fn text(&self, position: &Position) -> &'a str {
        position.token.span.of(self.tree.source())
    }

    /// The candidates of a group.
    pub fn candidates_of(&self, group: &Group) -> &[Candidate] {
        self.candidates.get(group.start as usize..group.end as usize).unwrap_or_default()
    }

    /// The text of a piece.
    pub fn piece_text(&self, piece: Piece) -> std::borrow::Cow<'a, str> {
        match piece {
            Piece::Text(text) => text.into(),
            Piece::Symbol(symbol) => self.tree.symbol_text(symbol).into(),
            Piece::Number(number) => number.to_string().into(),
        }
    }
}

/// The binding a name mentions, if it is a variable or parameter.
fn variable(bindings: &Bindings, name: NodeId) -> Option<usize> {
    let id = bindings.resolve(name)?;
    let binding = bindings.binding(id)?;
    matches!(binding.kind, BindingKind::Variable | BindingKind::Parameter).then_some(id.0 as usize)
}

fn plain_position(tree: &Tree, token: Token) -> Position {
    let node = tree.node(token.node);
    let parent = if token.is_leaf { tree.kind(node.parent) } else { node.kind };
    Position { token, role: node.role, parent, slot: 0, name: 0, head: 0, definition: 0 }
}

/// Gives things numbers from 1 in the order they come.
struct Numbering {
    numbers: Vec<u16>,
    last: u16,
}

impl Numbering {
    fn new(things: usize) -> Self {
        Self { numbers: vec![0; things], last: 0 }
    }

    fn number(&mut self, thing: usize) -> u16 {
        let Some(number) = self.numbers.get_mut(thing) else { return 0 };
        if *number == 0 {
            self.last = self.last.saturating_add(1);
            *number = self.last;
        }
        *number
    }
}

impl Heads {
    fn new(tree: &Tree, tokens: &[Token]) -> Self {
        let mut own = vec![NOWHERE; tree.len()];
        for (at, token) in tokens.iter().enumerate() {
            let node = tree.node(token.node);
            if let Some(slot) = own.get_mut(token.node.index())
                && *slot == NOWHERE
            {
                *slot = at as u32;
            }
            // An operator stands for its operation, a member's name for the member.
            let stands_for_parent = token.is_leaf
                && (node.kind == Kind::Operator
                    || matches!(node.role, Role::Attribute | Role::Name));
            if stands_for_parent && let Some(slot) = own.get_mut(node.parent.index()) {
                *slot = at as u32;
            }
        }
        let mut near = own.clone();
        for id in tree.ids() {
            let above = near.get(tree.node(id).parent.index()).copied().unwrap_or(NOWHERE);
            if let Some(slot) = near.get_mut(id.index())
                && *slot == NOWHERE
            {
                *slot = above;
            }
        }
        Self { own, near }
    }

    /// The position that stands for a node.
    pub(crate) fn of(&self, node: NodeId) -> Option<u32> {
        self.own.get(node.index()).copied().filter(|at| *at != NOWHERE)
    }

    /// The position that governs a token.
    fn head_of(&self, tree: &Tree, token: &Token, at: u32) -> u32 {
        let mut node = if token.is_leaf { tree.node(token.node).parent } else { token.node };
        if self.own.get(node.index()) == Some(&at) {
            node = tree.node(node).parent;
        }
        match self.near.get(node.index()) {
            Some(head) if *head != NOWHERE => *head,
            _ => at,
        }
    }
}
