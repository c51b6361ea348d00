//! Tokens: a unit's text as the network reads it, one position a token.
//!
//! The IR's leaves (names, literals, operators) are tokens as they stand. The text between them is
//! cut into words and signs, each of which belongs to the innermost node around it: so keywords
//! keep their place. Signs that only separate, and brackets that only hold statements, are left
//! out: depth and roles tell the same in every language.

use analysis::ir::{Access, Flags, Kind, NodeId, Role, Tree};
use analysis::text::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum TokenClass {
    /// A keyword or other word between the IR's leaves.
    Word,
    /// A bracket or other sign between the IR's leaves.
    Sign,
    /// A variable that is read.
    Read,
    /// A variable that is written.
    Write,
    /// A variable that is declared.
    Declare,
    /// A variable that is read and written.
    ReadWrite,
    /// A name that the unit does not bind.
    Free,
    /// A name after a dot, or a label.
    Attribute,
    /// An operator.
    Operator,
    /// A number.
    Number,
    /// A string, or a part of one.
    String,
    /// Another literal.
    Literal,
    /// A type.
    Type,
}

impl TokenClass {
    /// Number of classes.
    pub const COUNT: usize = Self::Type as usize + 1;
}

/// One token.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// Where it stands in the unit's text.
    pub span: Span,
    /// The leaf it is, or the innermost node around it.
    pub node: NodeId,
    /// Whether it is a leaf of the IR.
    pub is_leaf: bool,
    /// What it is. A name that the unit does not bind is not told apart yet.
    pub class: TokenClass,
    /// How many blocks it stands in.
    pub depth: u8,
    /// Whether a statement starts with it.
    pub starts_statement: bool,
}

/// Cuts a unit into tokens, in the order of the text.
pub fn tokens(tree: &Tree, comments: &[Span]) -> Vec<Token> {
    let mut reader = Reader {
        tree,
        comments,
        at: 0,
        depth: 0,
        starts_statement: false,
        tokens: Vec::with_capacity(tree.len()),
    };
    let mut open: Vec<NodeId> = Vec::new();
    for id in tree.ids() {
        while let Some(done) = open.pop_if(|top| tree.node(*top).subtree_end <= id) {
            reader.close(done);
        }
        let node = tree.node(id);
        reader.gap(node.span.start, open.last().copied().unwrap_or(NodeId::ROOT));
        reader.open(id);
        open.push(id);
    }
    while let Some(done) = open.pop() {
        reader.close(done);
    }
    reader.tokens
}

struct Reader<'a> {
    tree: &'a Tree,
    comments: &'a [Span],
    at: u32,
    depth: u8,
    starts_statement: bool,
    tokens: Vec<Token>,
}

impl Reader<'_> {
    fn open(&mut self, id: NodeId) {
        let node = self.tree.node(id);
        self.depth = self.depth.saturating_add(u8::from(node.kind == Kind::Block));
        self.starts_statement |= node.kind.is_statement() || node.role == Role::Statement;
        let is_leaf = node.subtree_end.0 == id.0 + 1;
        let Some(class) = class_of_leaf(node.kind, node.access).filter(|_| is_leaf) else { return };
        if node.span.start >= self.at && !node.span.is_empty() {
            self.push(node.span, id, true, class);
            self.at = node.span.end;
        }
    }

    fn close(&mut self, id: NodeId) {
        let node = self.tree.node(id);
        self.gap(node.span.end, id);
        self.depth = self.depth.saturating_sub(u8::from(node.kind == Kind::Block));
    }

    fn push(&mut self, span: Span, node: NodeId, is_leaf: bool, class: TokenClass) {
        let starts_statement = std::mem::take(&mut self.starts_statement);
        let depth = self.depth;
        self.tokens.push(Token { span, node, is_leaf, class, depth, starts_statement });
    }

    /// Reads the text up to `end`, in which no leaf stands and around which `around` is innermost.
    fn gap(&mut self, end: u32, around: NodeId) {
        while self.at < end {
            let to = match self.comments.first().copied() {
                Some(comment) if comment.end <= self.at => {
                    self.comments = self.comments.get(1..).unwrap_or_default();
                    continue;
                }
                Some(comment) if comment.start <= self.at => {
                    self.at = comment.end.min(end);
                    continue;
                }
                Some(comment) => comment.start.min(end),
                None => end,
            };
            self.plain_gap(Span::new(self.at, to), around);
            self.at = to;
        }
    }

    fn plain_gap(&mut self, span: Span, around: NodeId) {
        let text = span.of(self.tree.source());
        let kind = self.tree.kind(around);
        if matches!(kind, Kind::String | Kind::Template | Kind::Character | Kind::Regex) {
            if text.contains(char::is_alphanumeric) {
                self.push(span, around, false, TokenClass::String);
            }
            return;
        }
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let (length, class) = if is_word(first) {
                (rest.find(|c| !is_word(c)).unwrap_or(rest.len()), TokenClass::Word)
            } else if is_sign(first) {
                let run = rest.find(|c| !is_sign(c)).unwrap_or(rest.len());
                (run.min(3), TokenClass::Sign)
            } else {
                (first.len_utf8(), TokenClass::Sign)
            };
            let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            if !first.is_whitespace() && self.tells(piece, kind, around) {
                let start = span.start + (text.len() - rest.len()) as u32;
                self.push(Span::new(start, start + piece.len() as u32), around, false, class);
            }
            rest = after;
        }
    }

    /// Whether a piece between the leaves says something that depth and roles do not.
    fn tells(&self, piece: &str, kind: Kind, around: NodeId) -> bool {
        match piece {
            "," | ";" | ":" | "." | "::" | "->" | "\\" => false,
            "{" | "}" => matches!(kind, Kind::Map | Kind::Set | Kind::Comprehension),
            "(" | ")" => {
                let holds_statement = kind.is_statement() && kind != Kind::Assign
                    || matches!(
                        kind,
                        Kind::Parameter
                            | Kind::Lambda
                            | Kind::Block
                            | Kind::Case
                            | Kind::Catch
                            | Kind::Decorator
                            | Kind::Decorated
                            | Kind::Module
                            | Kind::Type
                            | Kind::Pattern
                    );
                !holds_statement && !self.tree.flags(around).has(Flags::STUB)
            }
            "[" | "]" => kind != Kind::Type,
            _ => true,
        }
    }
}

fn class_of_leaf(kind: Kind, access: Access) -> Option<TokenClass> {
    Some(match kind {
        Kind::Name => match access {
            Access::Read => TokenClass::Read,
            Access::Write | Access::Delete => TokenClass::Write,
            Access::Declare => TokenClass::Declare,
            Access::ReadWrite => TokenClass::ReadWrite,
        },
        Kind::Attribute | Kind::Label => TokenClass::Attribute,
        Kind::Operator => TokenClass::Operator,
        Kind::Number => TokenClass::Number,
        Kind::String | Kind::Template | Kind::Character => TokenClass::String,
        Kind::Boolean | Kind::Null | Kind::Regex => TokenClass::Literal,
        Kind::Type => TokenClass::Type,
        _ => return None,
    })
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$' | '#' | '@')
}

/// Signs that make longer signs together.
fn is_sign(character: char) -> bool {
    matches!(character, '=' | '<' | '>' | '-' | '.' | ':' | '?' | '&' | '*' | '!' | '+' | '|')
}
