//! The vocabulary of the IR: node kinds, roles, operators, accesses and flags.

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// The module around a file's functions; the root of a module unit.
    Module,
    /// A function or method with a name. In a module unit: a stub without its inside.
    Function,
    /// A function without a name.
    Lambda,
    /// A parameter; binds the names in its `Target` child.
    Parameter,
    /// A class, struct, enum, trait, interface, or the like.
    Class,
    /// A definition with its decorators.
    Decorated,
    /// A decorator, annotation or attribute.
    Decorator,
    /// A sequence of statements.
    Block,
    /// Introduces names: `let`, `const`, `var`.
    Declare,
    /// Assigns to its target; augmented when it has an operator other than `Assign`.
    Assign,
    /// An expression evaluated for its effect.
    ExpressionStatement,
    /// Branches on a condition.
    If,
    /// A conditional expression.
    Ternary,
    /// `switch` or `match`.
    Switch,
    /// One arm of a [`Kind::Switch`].
    Case,
    /// A loop over the elements of something.
    ForEach,
    /// A loop with initialiser, condition and update.
    ForCount,
    /// A loop with a condition (flag `POST_CONDITION` for `do … while`).
    While,
    /// A loop without a condition.
    Infinite,
    /// `try`, with its handlers.
    Try,
    /// One handler of a [`Kind::Try`].
    Catch,
    /// A block that always runs at the end of a [`Kind::Try`].
    Finally,
    /// A scope that releases a resource at its end: `with`, `using`.
    With,
    /// Work put off to the end of the function.
    Defer,
    /// Leaves the function.
    Return,
    /// Raises an exception.
    Raise,
    /// Leaves a loop or switch.
    Break,
    /// Starts the next round of a loop.
    Continue,
    /// Hands out a value of a generator.
    Yield,
    /// Waits for a future.
    Await,
    /// A statement that does nothing.
    Empty,
    /// An assertion.
    Assert,
    /// `del`, `delete`.
    Delete,
    /// Says that names belong to an outer scope: `global`, `nonlocal`.
    OuterScope,
    /// An import statement.
    Import,
    /// One name that an import binds; its symbol is the full dotted path of what is imported.
    ImportBinding,
    /// An export statement.
    Export,
    /// A call (flag `CONSTRUCT` for `new`).
    Call,
    /// A named argument.
    Argument,
    /// `*xs`, `...xs`, `**xs`.
    Spread,
    /// A macro invocation with opaque tokens.
    Macro,
    /// A use or binding of a variable.
    Name,
    /// A name after a dot, or a label of a pair or argument: not a variable.
    Attribute,
    /// Member access; its symbol is the member's name.
    Member,
    /// Subscript.
    Index,
    /// A slice or range expression.
    Range,
    /// An arithmetic, bitwise or other binary operation.
    Binary,
    /// A short-circuit operation.
    Logical,
    /// A comparison; with more than two operands its operator is `Chain`.
    Compare,
    /// A unary operation.
    Unary,
    /// `++`, `--`.
    Update,
    /// The operator token of its parent.
    Operator,
    /// A number.
    Number,
    /// A string without interpolations.
    String,
    /// A string with interpolations, which are its children.
    Template,
    /// A single character.
    Character,
    /// A truth value.
    Boolean,
    /// `None`, `null`, `undefined`.
    Null,
    /// A regular-expression literal.
    Regex,
    /// A list or array.
    List,
    /// A tuple, or several expressions in a row.
    Tuple,
    /// A dictionary or object literal.
    Map,
    /// A set literal.
    Set,
    /// A key with a value.
    Pair,
    /// A comprehension.
    Comprehension,
    /// One `for` of a comprehension.
    ComprehensionFor,
    /// One `if` of a comprehension.
    ComprehensionIf,
    /// A type annotation or type expression.
    Type,
    /// A conversion to a type.
    Cast,
    /// Borrows or takes an address.
    Reference,
    /// Follows a reference.
    Dereference,
    /// Passes an error on: Rust's `?`.
    Propagate,
    /// A pattern that tests and takes apart a value.
    Pattern,
    /// A condition that binds: `let` in conditions, `:=`.
    LetCondition,
    /// A label, or a jump's target.
    Label,
    /// Jumps to a label: `goto`.
    Goto,
    /// Goes on with the next case of a switch: Go's `fallthrough`.
    Fallthrough,
    /// Starts a call that runs beside the caller: `go`.
    Spawn,
    /// Sends a value (`Value`) to a channel (`Target`).
    Send,
    /// An element of markup in code (JSX).
    Markup,
    /// What the IR has no kind for; its children are kept.
    Other,
    /// Text the parser could not make sense of.
    Error,
}

impl Kind {
    /// Number of kinds.
    pub const COUNT: usize = Self::Error as usize + 1;

    /// Whether the node is a loop statement.
    pub fn is_loop(self) -> bool {
        matches!(self, Self::ForEach | Self::ForCount | Self::While | Self::Infinite)
    }

    /// Whether the node starts a function body of its own.
    pub fn is_function(self) -> bool {
        matches!(self, Self::Function | Self::Lambda)
    }

    /// Whether the node is a literal leaf.
    pub fn is_literal(self) -> bool {
        matches!(
            self,
            Self::Number
                | Self::String
                | Self::Character
                | Self::Boolean
                | Self::Null
                | Self::Regex
        )
    }

    /// Whether the node is a statement of its own.
    pub fn is_statement(self) -> bool {
        matches!(
            self,
            Self::Function
                | Self::Class
                | Self::Declare
                | Self::Assign
                | Self::ExpressionStatement
                | Self::If
                | Self::Switch
                | Self::ForEach
                | Self::ForCount
                | Self::While
                | Self::Infinite
                | Self::Try
                | Self::With
                | Self::Defer
                | Self::Return
                | Self::Raise
                | Self::Break
                | Self::Continue
                | Self::Goto
                | Self::Fallthrough
                | Self::Spawn
                | Self::Send
                | Self::Empty
                | Self::Assert
                | Self::Delete
                | Self::OuterScope
                | Self::Import
                | Self::Export
        )
    }
}

/// The part a node plays in its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Role {
    /// No particular part.
    Child,
    /// The name a function, class or parameter declares.
    Name,
    /// A member's or named argument's name.
    Attribute,
    /// What is assigned to or bound.
    Target,
    /// The value assigned, returned, raised, awaited, spread, stored under a key …
    Value,
    /// The first operand.
    Left,
    /// The second operand.
    Right,
    /// An operand among several.
    Operand,
    /// The operator token.
    Operator,
    /// What is called.
    Callee,
    /// What a member or element is taken from.
    Receiver,
    /// A subscript.
    Index,
    /// An argument of a call.
    Argument,
    /// A parameter of a function.
    Parameter,
    /// A parameter's default value.
    Default,
    /// A type annotation.
    Type,
    /// The body of a loop, function, class, case …
    Body,
    /// What a branch or loop tests.
    Condition,
    /// What runs when the condition holds.
    Then,
    /// What runs when it does not.
    Else,
    /// What a loop runs over.
    Iterable,
    /// A counting loop's initialiser.
    Initializer,
    /// A counting loop's update.
    Update,
    /// A handler of a `try`.
    Handler,
    /// The block that always runs.
    Finally,
    /// A resource of a `with`.
    Resource,
    /// What a switch looks at.
    Subject,
    /// A pattern of a case, or the exception types of a handler.
    Pattern,
    /// A case's extra condition.
    Guard,
    /// An element of a collection.
    Element,
    /// A key of a pair.
    Key,
    /// A decorator.
    Decorator,
    /// A base class.
    Base,
    /// A label.
    Label,
    /// A statement of a block.
    Statement,
}

/// How a [`Kind::Name`], or a pattern around names, touches variables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Access {
    /// Reads it.
    #[default]
    Read,
    /// Writes it; where the language has no declarations, the first write declares.
    Write,
    /// Declares it in the scope the language says.
    Declare,
    /// Reads, then writes it.
    ReadWrite,
    /// Removes it.
    Delete,
}

/// Classes within which operators are confused with one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OperatorClass {
    /// `+ - * / % **` …
    Arithmetic,
    /// `& | ^ << >>` …
    Bitwise,
    /// `&& || ??`
    Logical,
    /// `== < in` …
    Comparison,
    /// `= += -=` …
    Assignment,
    /// `! - ~` …
    Unary,
}

/// An operator, whatever a language spells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs, reason = "the names are the operators' names")]
pub enum Operator {
    #[default]
    None,
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Remainder,
    Power,
    MatrixMultiply,
    BitAnd,
    BitOr,
    BitXor,
    /// Go's `&^`.
    BitClear,
    ShiftLeft,
    ShiftRight,
    ShiftRightUnsigned,
    And,
    Or,
    Coalesce,
    Equal,
    NotEqual,
    StrictEqual,
    StrictNotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    NotIn,
    Is,
    IsNot,
    InstanceOf,
    /// Less, equal or greater at once: `<=>`.
    ThreeWay,
    /// Several comparisons in a row.
    Chain,
    Assign,
    AddAssign,
    SubtractAssign,
    MultiplyAssign,
    DivideAssign,
    FloorDivideAssign,
    RemainderAssign,
    PowerAssign,
    MatrixMultiplyAssign,
    BitAndAssign,
    BitOrAssign,
    BitXorAssign,
    BitClearAssign,
    ShiftLeftAssign,
    ShiftRightAssign,
    ShiftRightUnsignedAssign,
    AndAssign,
    OrAssign,
    CoalesceAssign,
    Not,
    Negate,
    Plus,
    BitNot,
    TypeOf,
    Void,
    /// `sizeof`.
    SizeOf,
    /// Takes a value from a channel: `<-`.
    Receive,
    Increment,
    Decrement,
}

impl Operator {
    /// The class the operator belongs to, if any.
    pub fn class(self) -> Option<OperatorClass> {
        let at = self as u8;
        let within = |from: Self, to: Self| (from as u8..=to as u8).contains(&at);
        if within(Self::Add, Self::MatrixMultiply) {
            Some(OperatorClass::Arithmetic)
        } else if within(Self::BitAnd, Self::ShiftRightUnsigned) {
            Some(OperatorClass::Bitwise)
        } else if within(Self::And, Self::Coalesce) {
            Some(OperatorClass::Logical)
        } else if within(Self::Equal, Self::Chain) {
            Some(OperatorClass::Comparison)
        } else if within(Self::Assign, Self::CoalesceAssign) {
            Some(OperatorClass::Assignment)
        } else if within(Self::Not, Self::Decrement) {
            Some(OperatorClass::Unary)
        } else {
            None
        }
    }

    /// Whether the operator compares for being equal, or for not being so.
    pub fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual | Self::StrictEqual | Self::StrictNotEqual)
    }

    /// Whether the operator asks which of two is the greater.
    pub fn is_ordering(self) -> bool {
        matches!(self, Self::Less | Self::LessEqual | Self::Greater | Self::GreaterEqual)
    }

    /// Whether the operator is an augmented assignment.
    pub fn is_augmented(self) -> bool {
        self.class() == Some(OperatorClass::Assignment) && self != Self::Assign
    }
}
