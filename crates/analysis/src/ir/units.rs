//! Cutting a file into units: each outermost function or method, and the module around them.
//!
//! A unit has a text of its own. A function's is the function's; the module's is the file with the
//! functions taken out, so that neither editing nor moving a function changes the module unit.

use tree_sitter::{Node as SyntaxNode, Tree as SyntaxTree};

use crate::languages::{FunctionName, Language, LoweringTable, Mark, Shape, UnitPart};
use crate::text::Span;

/// A part of a unit's span that belongs to another unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Where it stands in the file.
    pub span: Span,
    /// Where it was taken out: the unit-relative offset of the seam.
    pub seam: u32,
    /// How long its head is: all before its parameters, roughly. What is said of the function as a
    /// part of the module is shown there.
    pub head: u32,
}

/// A function that is an argument of a call says little without the call: up to so many bytes it
/// stays with it, and beyond is a unit of its own, as what follows the call's name in a test file is.
const MOST_OF_CALLBACK: usize = 500;

/// One unit of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The part of the file it covers; all of it, for the module unit.
    pub span: Span,
    /// Parts of `span` that belong to other units, in order; empty for functions.
    pub elided: Vec<Gap>,
    /// The function's own name; empty for the module and for functions without one.
    pub name: String,
    /// The names of the classes around it, outermost first, joined by dots.
    pub container: String,
    /// Whether this is the module unit.
    pub is_module: bool,
    /// Whether a marker before it, or before what stands around it, says that it is a test.
    pub is_test: bool,
    /// Whether a marker before it makes something else of it, which is called another way.
    pub is_rewritten: bool,
}

impl Unit {
    /// The dotted name that tells the unit from its siblings.
    pub fn qualified_name(&self) -> String {
        match (self.container.as_str(), self.name.as_str()) {
            ("", name) => name.to_owned(),
            (container, "") => container.to_owned(),
            (container, name) => format!("{container}.{name}"),
        }
    }

    /// The unit's own text.
    pub fn text(&self, source: &str) -> Box<str> {
        if self.elided.is_empty() {
            return self.span.of(source).into();
        }
        let mut text = String::with_capacity(self.span.len() as usize);
        let mut from = self.span.start;
        for gap in &self.elided {
            text.push_str(Span::new(from, gap.span.start).of(source));
            from = gap.span.end;
        }
        text.push_str(Span::new(from, self.span.end).of(source));
        text.into()
    }

    /// The unit-relative offset of a file offset. An offset inside an elided part becomes the place
    /// where the part was taken out.
    pub fn to_unit(&self, offset: u32) -> u32 {
        let before = self.elided.partition_point(|gap| gap.span.start < offset);
        match before.checked_sub(1).and_then(|at| self.elided.get(at)) {
            None => offset.saturating_sub(self.span.start),
            Some(gap) => gap.seam + offset.saturating_sub(gap.span.end),
        }
    }

    /// The file span of a unit-relative span.
    pub fn to_file(&self, span: Span) -> Span {
        to_file(self.span, &self.elided, span)
    }
}

/// The file span of a span relative to a unit that covers `whole` but for the gaps.
pub(crate) fn to_file(whole: Span, gaps: &[Gap], span: Span) -> Span {
    // Nothing, on a seam: the function that was taken out there.
    if span.is_empty()
        && let Ok(at) = gaps.binary_search_by_key(&span.start, |gap| gap.seam)
        && let Some(gap) = gaps.get(at)
    {
        return Span::new(gap.span.start, gap.span.start + gap.head);
    }
    // The file offset of a unit-relative one that lies behind the first so many gaps.
    let behind = |count: usize, offset: u32| match count.checked_sub(1).and_then(|at| gaps.get(at))
    {
        None => offset + whole.start,
        Some(gap) => gap.span.end + (offset - gap.seam),
    };
    // A start on a seam lies after what was taken out, an end on it before.
    let after_start = gaps.partition_point(|gap| gap.seam <= span.start);
    let before_end = gaps.partition_point(|gap| gap.seam < span.end);
    Span::new(behind(after_start, span.start), behind(before_end, span.end))
}

/// The part of a function's text that its stub depends on: all before its body, roughly.
pub(crate) fn head(function: &str) -> &str {
    let end = function.find(['(', '{', ':']).unwrap_or(function.len());
    function.get(..end).unwrap_or(function)
}

/// Words before a function's name that leave it what it is.
const PLAIN_WORDS: &[&str] =
    &["def", "function", "function*", "async", "*", "public", "private", "protected", "override"];

/// Whether a function's head says that it is more than a function of its name: decorated, static, a
/// getter or setter.
pub(crate) fn is_marked(function: &str) -> bool {
    let mut words: Vec<&str> = head(function).split_whitespace().collect();
    let name = words.pop();
    words.iter().any(|it| !PLAIN_WORDS.contains(it))
        || name.is_none_or(|it| it.contains(['@', '[']))
}

/// The gaps that functions leave in the module's text.
fn gaps(source: &str, functions: impl Iterator<Item = Span>) -> Vec<Gap> {
    let mut gone = 0;
    functions
        .map(|span| {
            let gap = Gap {
                span,
                seam: span.start - gone,
                head: head(span.of(source)).trim_end().len() as u32,
            };
            gone += span.len();
            gap
        })
        .collect()
}

/// The units of a file, each with its syntax node: the module first, then its functions in the
/// order of the text.
pub fn units<'tree>(
    tree: &'tree SyntaxTree,
    source: &str,
    language: Language,
) -> Vec<(Unit, SyntaxNode<'tree>)> {
    let mut functions = Vec::new();
    collect(tree.root_node(), source, language.lowering(), &mut functions);
    let module = Unit {
        span: Span::new(0, source.len() as u32),
        elided: gaps(source, functions.iter().map(|(unit, _): &(Unit, _)| unit.span)),
        name: String::new(),
        container: String::new(),
        is_module: true,
        is_test: false,
        is_rewritten: false,
    };
    functions.insert(0, (module, tree.root_node()));
    functions
}

fn collect<'tree>(
    root: SyntaxNode<'tree>,
    source: &str,
    table: &LoweringTable,
    functions: &mut Vec<(Unit, SyntaxNode<'tree>)>,
) {
    let mut cursor = root.walk();
    // Names of the classes the cursor is in, with the depth at which each was entered.
    let mut classes: Vec<(usize, &str)> = Vec::new();
    let mut depth = 0_usize;
    // What the markers right before say, and the depth of the outermost node marked as a test.
    let mut marked: Vec<Mark> = Vec::new();
    let mut test_at: Option<usize> = None;
    // Whether each node the cursor is in holds the arguments of a call.
    let mut arguments: Vec<bool> = Vec::new();
    loop {
        let node = cursor.node();
        let mut descend = depth == 0;
        let mut is_rewritten = false;
        if let Some(view) = table.row(node.kind_id()) {
            match view.row.unit {
                UnitPart::Marker(mark) => marked.extend(mark(text(source, node))),
                _ if matches!(view.row.shape, Shape::Comment) => {}
                _ => {
                    let is_test = marked.contains(&Mark::Test);
                    test_at = test_at.or(is_test.then_some(depth));
                    is_rewritten = marked.contains(&Mark::Rewritten);
                    marked.clear();
                }
            }
            let wrapped = match view.row.unit {
                UnitPart::Wrapper(field) => node.child_by_field_name(field),
                _ => None,
            };
            let is_callback =
                arguments.last() == Some(&true) && node.byte_range().len() < MOST_OF_CALLBACK;
            if is_callback && matches!(view.row.shape, Shape::Function(_)) {
                descend = false;
            } else if let Some(function) = function_in(node, wrapped, table) {
                let found = table.row(function.kind_id()).and_then(|it| it.function_name(function));
                let around = classes.iter().map(|(_, name)| *name);
                let class = class_of_method(node, view.row.unit).map(|name| text(source, name));
                let path = found.iter().flat_map(|it| path_before(source, it));
                let unit = Unit {
                    span: Span::new(node.start_byte() as u32, node.end_byte() as u32),
                    elided: Vec::new(),
                    name: found.map_or("", |found| text(source, found.name)).to_owned(),
                    container: around.chain(class).chain(path).collect::<Vec<_>>().join("."),
                    is_module: false,
                    is_test: test_at.is_some(),
                    is_rewritten,
                };
                functions.push((unit, node));
                descend = false;
            } else {
                descend |= matches!(
                    view.row.unit,
                    UnitPart::Container | UnitPart::Named(_) | UnitPart::Wrapper(_)
                );
                if let UnitPart::Named(field) = view.row.unit {
                    let name =
                        node.child_by_field_name(field).map_or("", |name| text(source, name));
                    if !name.is_empty() {
                        classes.push((depth, name));
                    }
                }
            }
        }
        if descend && cursor.goto_first_child() {
            arguments.push(matches!(node.kind(), "arguments" | "argument_list"));
            depth += 1;
            continue;
        }
        loop {
            while classes.last().is_some_and(|(at, _)| *at >= depth) {
                classes.pop();
            }
            test_at = test_at.filter(|at| *at < depth);
            if cursor.goto_next_sibling() {
                break;
            }
            if depth == 0 || !cursor.goto_parent() {
                return;
            }
            arguments.pop();
            depth -= 1;
        }
    }
}

/// The function that makes `node` a unit: itself, or the definition it wraps.
fn function_in<'a>(
    node: SyntaxNode<'a>,
    wrapped: Option<SyntaxNode<'a>>,
    table: &LoweringTable,
) -> Option<SyntaxNode<'a>> {
    let function = wrapped.unwrap_or(node);
    let view = table.row(function.kind_id())?;
    matches!(view.row.shape, Shape::Function(_)).then_some(function)
}

/// The name of the class that a method which stands outside it names.
fn class_of_method(node: SyntaxNode<'_>, part: UnitPart) -> Option<SyntaxNode<'_>> {
    let UnitPart::Method { field, kind } = part else { return None };
    let within = node.child_by_field_name(field)?;
    let mut cursor = within.walk();
    loop {
        if cursor.node().kind() == kind {
            return Some(cursor.node());
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return None;
            }
        }
    }
}

/// The parts of the path of classes before a function's name: `a::B::f` is in `a` and `B`.
fn path_before<'a>(source: &'a str, found: &FunctionName<'_>) -> impl Iterator<Item = &'a str> {
    let end = found.name.start_byte();
    let path = source.get(found.path_start.unwrap_or(end)..end).unwrap_or("");
    path.split("::").map(str::trim).filter(|part| !part.is_empty())
}

/// Whether a function's text shows neither parameters nor anything in its body: `() => {}`. Its stub
/// tells, since that says something to the call around it.
pub(crate) fn is_idle(function: &str) -> bool {
    let words = || function.chars().filter(|it| !it.is_whitespace());
    words().rev().take(2).eq(['}', '{']) && function.contains("()")
}

fn text<'a>(source: &'a str, node: SyntaxNode<'_>) -> &'a str {
    source.get(node.byte_range()).unwrap_or("")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn spans_map_around_what_was_taken_out() {
        let unit = Unit {
            span: Span::new(0, 30),
            elided: gaps(
                "01234f(){}g{345678901f(){}56789",
                [Span::new(5, 10), Span::new(10, 12), Span::new(20, 25)].into_iter(),
            ),
            name: String::new(),
            container: String::new(),
            is_module: true,
            is_test: false,
            is_rewritten: false,
        };
        assert_eq!(unit.to_unit(3), 3);
        assert_eq!(unit.to_unit(7), 5, "inside a gap: the seam");
        assert_eq!(unit.to_unit(15), 8);
        assert_eq!(unit.to_unit(30), 18);
        assert_eq!(unit.to_file(Span::new(3, 5)), Span::new(3, 5));
        assert_eq!(unit.to_file(Span::new(5, 8)), Span::new(12, 15));
        assert_eq!(unit.to_file(Span::new(13, 13)), Span::new(20, 22), "a function's head");
        assert_eq!(unit.to_file(Span::new(4, 14)), Span::new(4, 26));
    }
}
