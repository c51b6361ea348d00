//! What a function costs as its input grows: how deep its loops are nested, and which of them causes
//! it. Calls count as one step, since nobody knows here what they do; see `docs/metrics.md`.

use std::fmt;

use crate::facts::paths::Paths;
use crate::facts::{Bindings, loops};
use crate::ir::{Kind, NodeId, Operator, Role, Tree};
use crate::languages::{Knowledge, Language};

/// How the time that a function takes grows with its input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CostClass {
    /// Loops over the input that are nested in each other.
    pub elements: u8,
    /// Loops over the parts of an element of another loop.
    pub parts: u8,
    /// Loops that halve what is left, and sorting.
    pub logarithms: u8,
}

/// A function's cost, and the loop that causes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// The class.
    pub class: CostClass,
    /// The innermost of the loops (or the call that sorts) that makes it so.
    pub cause: Option<NodeId>,
}

impl CostClass {
    /// The sum of all powers: what weighs most.
    pub fn degree(self) -> u8 {
        self.elements.saturating_add(self.parts)
    }

    /// Its name in words.
    pub fn name(self) -> &'static str {
        match (self.degree(), self.logarithms) {
            (0, 0) => "constant",
            (0, _) => "logarithmic",
            (1, 0) => "linear",
            (1, _) => "linearithmic",
            (2, _) => "quadratic",
            (3, _) => "cubic",
            _ => "polynomial",
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            elements: self.elements.saturating_add(other.elements),
            parts: self.parts.saturating_add(other.parts),
            logarithms: self.logarithms.saturating_add(other.logarithms),
        }
    }

    fn weight(self) -> (u8, u8, u8) {
        (self.degree(), self.elements, self.logarithms)
    }
}

impl fmt::Display for CostClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut factors: Vec<String> = Vec::new();
        for (name, power) in [("n", self.elements), ("m", self.parts), ("log n", self.logarithms)] {
            match power {
                0 => {}
                1 => factors.push(name.to_owned()),
                2 if name != "log n" => factors.push(format!("{name}²")),
                3 if name != "log n" => factors.push(format!("{name}³")),
                _ if name != "log n" => factors.push(format!("{name}^{power}")),
                _ => factors.push(format!("log^{power} n")),
            }
        }
        if factors.is_empty() {
            return f.write_str("O(1)");
        }
        let separator = if self.parts > 0 { "·" } else { " " };
        write!(f, "O({})", factors.join(separator))
    }
}

/// Functions and methods that sort what they are given.
const SORTING: &[&str] = &[
    "sort",
    "sorted",
    "sort_by",
    "sort_by_key",
    "sort_by_cached_key",
    "sort_unstable",
    "sort_unstable_by",
    "sort_unstable_by_key",
    "toSorted",
    "qsort",
    "stable_sort",
    "Slice",
    "SliceStable",
    "SortFunc",
    "SortStableFunc",
];

/// Finds out what functions of a unit cost.
#[derive(Clone, Copy, Debug)]
pub struct Costs<'a> {
    tree: &'a Tree,
    bindings: &'a Bindings,
    paths: Paths<'a>,
    knowledge: &'static Knowledge,
}

impl<'a> Costs<'a> {
    /// For a unit.
    pub fn new(tree: &'a Tree, bindings: &'a Bindings, language: Language) -> Self {
        let paths = Paths { tree, bindings, environment: None };
        Self { tree, bindings, paths, knowledge: language.spec().knowledge }
    }

    /// What a function costs, without the functions inside that have a name.
    pub fn of_function(&self, function: NodeId) -> Cost {
        let mut cost = Cost::default();
        let mut next = function.0 + 1;
        let end = self.tree.node(function).subtree_end.0;
        while next < end {
            let id = NodeId(next);
            if self.tree.kind(id) == Kind::Function {
                next = self.tree.node(id).subtree_end.0;
                continue;
            }
            if let Some(class) = self.at(id).filter(|it| it.weight() > cost.class.weight()) {
                cost = Cost { class, cause: Some(id) };
            }
            next += 1;
        }
        cost
    }

    /// What a loop, or a call that loops, costs together with the loops around it.
    pub fn of_loop(&self, id: NodeId) -> Option<CostClass> {
        self.at(id).filter(|class| *class != CostClass::default())
    }

    /// The loops of a function, each with what it costs together with those around it.
    pub fn loops(&self, function: NodeId) -> impl Iterator<Item = (NodeId, CostClass)> + '_ {
        let statements = move |id: &NodeId| self.tree.kind(*id).is_loop();
        let nodes = self.tree.descendants(function).filter(statements);
        nodes.filter_map(|id| Some((id, self.of_loop(id)?)))
    }

    fn at(&self, id: NodeId) -> Option<CostClass> {
        let own = match self.tree.kind(id) {
            Kind::Call if self.sorts(id) => {
                CostClass { elements: 1, logarithms: 1, ..CostClass::default() }
            }
            // What is done for each element is done in a function that a call is given.
            Kind::Lambda => CostClass::default(),
            kind if kind.is_loop() || kind == Kind::Comprehension => self.own(id),
            _ => return None,
        };
        let inside = if self.tree.kind(id) == Kind::Lambda { NodeId(id.0 + 1) } else { id };
        let around = loops::repeating(&self.paths, self.knowledge, inside);
        let mut class = own;
        let mut inner = id;
        for outer in around {
            let more = self.own(outer);
            // Elements of an element, rather than all elements again.
            if more.elements > 0 && class.elements > 0 && self.runs_over_part(inner, outer) {
                class.elements -= 1;
                class.parts += 1;
            }
            class = class.and(more);
            inner = outer;
        }
        Some(class)
    }

    /// What a loop costs by itself.
    fn own(&self, id: NodeId) -> CostClass {
        let one = CostClass { elements: 1, ..CostClass::default() };
        let tree = self.tree;
        if loops::has_few_rounds(tree, self.bindings, id) || loops::is_retry(tree, id) {
            return CostClass::default();
        }
        match tree.kind(id) {
            Kind::Infinite => CostClass::default(),
            Kind::While => match tree.child(id, Role::Condition) {
                // Until something happens.
                Some(condition) if tree.kind(condition).is_literal() => CostClass::default(),
                _ if self.halves(id) => CostClass { logarithms: 1, ..CostClass::default() },
                _ => one,
            },
            Kind::ForCount if tree.child(id, Role::Condition).is_none() => CostClass::default(),
            Kind::ForCount if self.halves(id) => {
                CostClass { logarithms: 1, ..CostClass::default() }
            }
            Kind::Comprehension => {
                let clauses = tree.children(id);
                let count = clauses.filter(|it| tree.kind(*it) == Kind::ComprehensionFor).count();
                CostClass { elements: count.clamp(1, 9) as u8, ..CostClass::default() }
            }
            _ => one,
        }
    }

    /// Whether each round multiplies or divides a variable that the condition tests, or looks into
    /// the middle of two.
    fn halves(&self, id: NodeId) -> bool {
        let tree = self.tree;
        let Some(condition) = tree.child(id, Role::Condition) else { return false };
        let tested = |name: &NodeId| {
            let symbol = tree.node(*name).symbol;
            let mut names = tree.descendants(condition).chain([condition]);
            names.any(|it| tree.kind(it) == Kind::Name && tree.node(it).symbol == symbol)
        };
        let is_constant = |it: NodeId| tree.kind(it) == Kind::Number;
        tree.descendants(id).any(|it| {
            let operator = tree.node(it).operator;
            match tree.kind(it) {
                Kind::Assign if operator.is_augmented() => {
                    let scales = matches!(
                        operator,
                        Operator::MultiplyAssign
                            | Operator::DivideAssign
                            | Operator::FloorDivideAssign
                            | Operator::ShiftLeftAssign
                            | Operator::ShiftRightAssign
                            | Operator::ShiftRightUnsignedAssign
                    );
                    scales
                        && tree.child(it, Role::Target).is_some_and(|target| tested(&target))
                        && tree.child(it, Role::Value).is_some_and(is_constant)
                }
                Kind::Binary => {
                    let divides = matches!(
                        operator,
                        Operator::Divide | Operator::FloorDivide | Operator::ShiftRight
                    );
                    let Some(left) = tree.child(it, Role::Left).filter(|_| divides) else {
                        return false;
                    };
                    let names = || {
                        let names = tree.descendants(left).chain([left]);
                        names.filter(|it| tree.kind(*it) == Kind::Name)
                    };
                    let is_middle = names().count() == 2 && names().all(|it| tested(&it));
                    is_middle && tree.child(it, Role::Right).is_some_and(is_constant)
                }
                _ => false,
            }
        })
    }

    /// Whether the inner loop runs over what the outer one's element holds.
    fn runs_over_part(&self, inner: NodeId, outer: NodeId) -> bool {
        let tree = self.tree;
        let counts = |id: NodeId| {
            let head = loops::head(tree, id);
            let name = || tree.child(head, Role::Callee).map_or("", |it| tree.name(it));
            tree.kind(id) == Kind::ForCount
                || tree.kind(head) == Kind::Range
                || matches!(name(), "range" | "xrange")
        };
        let runs = matches!(tree.kind(inner), Kind::ForEach | Kind::Comprehension | Kind::Call);
        let is_over = matches!(tree.kind(outer), Kind::ForEach | Kind::Comprehension | Kind::Call);
        runs && is_over
            && !counts(inner)
            && !counts(outer)
            && loops::depends_on_loop(tree, self.bindings, self.collection(inner), outer)
    }

    /// What a loop or a call runs over.
    fn collection(&self, id: NodeId) -> NodeId {
        match self.tree.kind(id) {
            Kind::Call => {
                let callee = self.tree.child(id, Role::Callee);
                callee.and_then(|it| self.tree.child(it, Role::Receiver)).unwrap_or(id)
            }
            _ => loops::head(self.tree, id),
        }
    }

    fn sorts(&self, call: NodeId) -> bool {
        let callee = self.tree.child(call, Role::Callee);
        callee.is_some_and(|it| SORTING.contains(&self.tree.name(it)))
    }
}
