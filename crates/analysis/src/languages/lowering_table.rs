//! The mapping from a grammar's kinds to the IR, as data.
//!
//! A language lists one [`Row`] per syntax kind; [`LoweringTable`] resolves names to the grammar's
//! numbers once, so that lowering a node costs array look-ups. What a table cannot say in data, a
//! row says with [`Shape::Choose`], a function that looks at the node.

use std::num::NonZeroU16;

use tree_sitter::{Language as TreeSitterLanguage, Node as SyntaxNode};

use super::choice::{Choice, Visit};
use super::function_name::{FindName, FunctionName};
use crate::ir::{Access, Flags, Kind, Operator, Role};

/// What becomes of a syntax node.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Opens an IR node; the syntax node's children become its children.
    Node(Kind),
    /// Becomes an IR node without children; its symbol is its text.
    Leaf(Kind),
    /// Vanishes: its children take its place, and its role.
    Through,
    /// Vanishes with all it holds.
    Skip,
    /// Opens an IR node that stays open until the syntax parent ends: `elif` clauses, which stand
    /// side by side in the syntax, nest in the IR.
    Chain(Kind),
    /// Opens an IR node that stays open until the next section of its kind starts, or the syntax
    /// parent ends: a `case` also holds what the syntax puts beside it.
    Section(Kind),
    /// A function (or method) with a body: an IR node like `Node`, and a unit when no other
    /// function is around it.
    Function(Kind),
    /// A comment: kept beside the tree.
    Comment,
    /// An operator token; counts only where the parent's row takes operators.
    Operator(Operator),
    /// Decided by looking at the node.
    Choose(fn(&Visit<'_>) -> Choice),
}

/// What a syntax kind means for cutting a file into units.
#[derive(Clone, Copy, Debug)]
pub enum UnitPart {
    /// Nothing: functions inside stay in the unit around them.
    Inside,
    /// Functions directly in it are units: modules, class bodies, exports.
    Container,
    /// A class: a container that names the methods in it, by the child under this field.
    Named(&'static str),
    /// A function that stands outside its class and names it: by the first node of this kind below
    /// this field.
    Method {
        /// The field of the function.
        field: &'static str,
        /// The kind of the class's name.
        kind: &'static str,
    },
    /// Wraps a definition under this field: a unit if that is a function, else a container.
    Wrapper(&'static str),
    /// Stands before a definition and may say something of it, as its text tells.
    Marker(fn(&str) -> Option<Mark>),
}

/// What stands before a definition and says something of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It is a test, or built for tests only.
    Test,
    /// It is made into something else, which is called another way.
    Rewritten,
}

/// How one syntax kind is lowered.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The grammar's name of the kind.
    pub syntax: &'static str,
    /// What becomes of it.
    pub shape: Shape,
    /// Roles of children by field name.
    pub fields: &'static [(&'static str, Role)],
    /// Roles of named children without a field, by their ordinal among the named children that
    /// are not comments; the last one holds for all further ones.
    pub positions: &'static [Role],
    /// Flags its nodes get.
    pub flags: Flags,
    /// Further flags, found by looking at the node.
    pub flags_of: Option<fn(&Visit<'_>) -> Flags>,
    /// How `Target` children touch variables.
    pub target_access: Access,
    /// Whether its tokens can be its operator.
    pub takes_operator: bool,
    /// The operator it has in any case.
    pub operator: Operator,
    /// Its part in cutting the file into units.
    pub unit: UnitPart,
    /// Fields whose children are left out; the empty name stands for named children without one.
    pub hidden: &'static [&'static str],
    /// Finds the name of a function that has none under the field `name`.
    pub named_by: Option<FindName>,
}

impl Row {
    /// A row with a shape and nothing else.
    pub const fn new(syntax: &'static str, shape: Shape) -> Self {
        Self {
            syntax,
            shape,
            fields: &[],
            positions: &[],
            flags: Flags::NONE,
            flags_of: None,
            target_access: Access::Write,
            takes_operator: false,
            operator: Operator::None,
            unit: UnitPart::Inside,
            hidden: &[],
            named_by: None,
        }
    }

    /// Without the children under these fields; the empty name stands for children without one.
    #[must_use]
    pub const fn hides(mut self, fields: &'static [&'static str]) -> Self {
        self.hidden = fields;
        self
    }

    /// A function whose name `find` finds.
    #[must_use]
    pub const fn named_by(mut self, find: FindName) -> Self {
        self.named_by = Some(find);
        self
    }

    /// With a part in cutting the file into units.
    #[must_use]
    pub const fn unit(mut self, unit: UnitPart) -> Self {
        self.unit = unit;
        self
    }

    /// Marks the definition behind it as `mark` says of its text.
    #[must_use]
    pub const fn marks(self, mark: fn(&str) -> Option<Mark>) -> Self {
        self.unit(UnitPart::Marker(mark))
    }

    /// Functions directly in it are units.
    #[must_use]
    pub const fn contains_units(self) -> Self {
        self.unit(UnitPart::Container)
    }

    /// Opens an IR node of `kind`.
    pub const fn node(syntax: &'static str, kind: Kind) -> Self {
        Self::new(syntax, Shape::Node(kind))
    }

    /// Becomes a leaf of `kind`.
    pub const fn leaf(syntax: &'static str, kind: Kind) -> Self {
        Self::new(syntax, Shape::Leaf(kind))
    }

    /// Vanishes; its children take its place.
    pub const fn through(syntax: &'static str) -> Self {
        Self::new(syntax, Shape::Through)
    }

    /// Vanishes with all it holds.
    pub const fn skip(syntax: &'static str) -> Self {
        Self::new(syntax, Shape::Skip)
    }

    /// A token that is an operator where its parent takes one.
    pub const fn token(syntax: &'static str, operator: Operator) -> Self {
        Self::new(syntax, Shape::Operator(operator))
    }

    /// Decided by `choose`.
    pub const fn choose(syntax: &'static str, choose: fn(&Visit<'_>) -> Choice) -> Self {
        Self::new(syntax, Shape::Choose(choose))
    }

    /// With roles for children by field.
    #[must_use]
    pub const fn fields(mut self, fields: &'static [(&'static str, Role)]) -> Self {
        self.fields = fields;
        self
    }

    /// With roles for the named children that have no field, by ordinal.
    #[must_use]
    pub const fn positions(mut self, positions: &'static [Role]) -> Self {
        self.positions = positions;
        self
    }

    /// With flags.
    #[must_use]
    pub const fn flags(mut self, flags: Flags) -> Self {
        self.flags = flags;
        self
    }

    /// With flags found by looking at the node.
    #[must_use]
    pub const fn flags_of(mut self, flags_of: fn(&Visit<'_>) -> Flags) -> Self {
        self.flags_of = Some(flags_of);
        self
    }

    /// With `Target` children that declare.
    #[must_use]
    pub const fn declares(mut self) -> Self {
        self.target_access = Access::Declare;
        self
    }

    /// With `Target` children that touch variables so.
    #[must_use]
    pub const fn target(mut self, access: Access) -> Self {
        self.target_access = access;
        self
    }

    /// Takes its operator from its tokens.
    #[must_use]
    pub const fn takes_operator(mut self) -> Self {
        self.takes_operator = true;
        self
    }

    /// With a fixed operator.
    #[must_use]
    pub const fn operator(mut self, operator: Operator) -> Self {
        self.operator = operator;
        self
    }
}

/// A [`Row`] with the grammar's numbers for names.
#[derive(Clone, Debug)]
pub struct RowView {
    /// The row.
    pub row: Row,
    /// Roles by field number; sorted by nothing, since there are few.
    pub fields: Vec<(u16, Role)>,
    /// Numbers of fields whose children are left out; 0 stands for children without one.
    pub hidden: Vec<u16>,
}

impl RowView {
    /// The name of a function of this row.
    pub fn function_name<'a>(&self, function: SyntaxNode<'a>) -> Option<FunctionName<'a>> {
        match self.row.named_by {
            Some(find) => find(function),
            None => function
                .child_by_field_name("name")
                .map(|name| FunctionName { name, path_start: None }),
        }
    }
}

/// A grammar with its rows, indexed by the grammar's kind numbers.
#[derive(Debug)]
pub struct LoweringTable {
    grammar: TreeSitterLanguage,
    /// For each kind number, its row's index plus one, or 0 for none.
    index: Vec<u16>,
    rows: Vec<RowView>,
    named: Vec<bool>,
    unknown: Vec<&'static str>,
}

impl LoweringTable {
    /// Resolves `groups` of rows against the grammar; a later row for the same kind wins.
    pub fn new(grammar: TreeSitterLanguage, groups: &[&[Row]]) -> Self {
        let kinds = grammar.node_kind_count();
        let mut table = Self {
            index: vec![0; kinds],
            rows: Vec::new(),
            named: (0..kinds).map(|id| grammar.node_kind_is_named(id as u16)).collect(),
            unknown: Vec::new(),
            grammar,
        };
        for row in groups.iter().copied().flatten() {
            table.add(row);
        }
        table
    }

    fn add(&mut self, row: &Row) {
        let mut field = |name: &'static str| {
            let id = self.grammar.field_id_for_name(name);
            if id.is_none() {
                self.unknown.push(name);
            }
            id.map(NonZeroU16::get)
        };
        let fields = row.fields.iter();
        let fields = fields.filter_map(|(name, role)| Some((field(name)?, *role))).collect();
        let hide = |name: &&'static str| if name.is_empty() { Some(0) } else { field(name) };
        let hidden = row.hidden.iter().filter_map(hide).collect();
        self.rows.push(RowView { row: *row, fields, hidden });
        let number = self.rows.len() as u16;
        let mut known = false;
        for id in 0..self.index.len() {
            let is_token = !self.named.get(id).copied().unwrap_or(false);
            let wants_token = matches!(row.shape, Shape::Operator(_));
            if is_token == wants_token
                && self.grammar.node_kind_for_id(id as u16) == Some(row.syntax)
            {
                known = true;
                if let Some(slot) = self.index.get_mut(id) {
                    *slot = number;
                }
            }
        }
        if !known {
            self.unknown.push(row.syntax);
        }
    }

    /// The tree-sitter grammar.
    pub fn grammar(&self) -> &TreeSitterLanguage {
        &self.grammar
    }

    /// The row of a kind number.
    pub fn row(&self, kind: u16) -> Option<&RowView> {
        let number = *self.index.get(kind as usize)? as usize;
        self.rows.get(number.checked_sub(1)?)
    }

    /// Whether nodes of this kind number are named (not tokens).
    pub fn is_named(&self, kind: u16) -> bool {
        self.named.get(kind as usize).copied().unwrap_or(true)
    }

    /// Kinds and fields that rows name and the grammar lacks: mistakes in the table.
    pub fn unknown_names(&self) -> &[&'static str] {
        &self.unknown
    }
}
