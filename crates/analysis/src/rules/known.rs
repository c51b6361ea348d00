//! Known uses of libraries: what the rules about dangerous calls and settings share, each with a
//! table of its own. A table says which call or setting is meant, what its arguments have to be,
//! and what is wrong with it; here it is looked up.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::{ByLanguage, Context};
use crate::facts::paths::ends_in;
use crate::ir::{Kind, NodeId, Role};

/// A use of a library that a rule reports, and what is wrong with it: the end of a sentence that
/// starts with the code's own words.
pub(super) type Known = (Use, &'static str);

/// What is used.
#[derive(Debug)]
pub(super) enum Use {
    /// A call of one of these, or (in Go) a literal of such a type, if all of the conditions hold.
    /// A path is known by its end; one that starts with a dot is a method of any receiver.
    Call(&'static [&'static str], &'static [When]),
    /// One of these options, named arguments, or variables is given one of the values. A name
    /// with a dot in it (`cookie.secure`) stands in an option of the first part's name.
    Setting(&'static [&'static str], &'static [&'static str]),
}

/// What has to hold of a call. Values are compared without their quotes and regardless of case; a
/// `*` at the start or end of one stands for any text, `\\*` for a star.
#[derive(Debug)]
pub(super) enum When {
    /// An option or named argument is given one of the values.
    Set(&'static str, &'static [&'static str]),
    /// None of these options is given, and all that may hold them is in sight.
    Unset(&'static [&'static str]),
    /// The argument at this place is one of the values.
    Argument(usize, &'static [&'static str]),
    /// The argument at this place, or of this name, is a number below the limit.
    Below(usize, &'static str, i64),
    /// There are as many arguments.
    Count(usize),
    /// What the method is called on is written with this text in it.
    On(&'static str),
}

/// What a call calls, resolved at most once.
struct Called<'a> {
    name: &'a str,
    text: &'a str,
    is_method: bool,
    is_plain: bool,
    callee: NodeId,
    path: OnceCell<Option<Cow<'a, str>>>,
}

impl<'a> Called<'a> {
    /// What a call calls, or of which type a literal is.
    fn of(context: &Context<'a>, id: NodeId) -> Option<Self> {
        let tree = context.tree;
        let callee = match tree.kind(id) {
            Kind::Call => tree.child(id, Role::Callee),
            _ => tree.child(id, Role::Type),
        }?;
        let kind = tree.kind(callee);
        Some(Self {
            name: tree.name(callee),
            text: tree.text(callee),
            is_method: kind == Kind::Member,
            is_plain: kind == Kind::Name,
            callee,
            path: OnceCell::new(),
        })
    }

    /// Whether it is one of these.
    fn is_any(&self, context: &Context<'a>, paths: &[&str]) -> bool {
        paths.iter().any(|known| {
            if let Some(method) = known.strip_prefix('.') {
                return self.is_method && method == self.name;
            }
            // A plain name may be the one that a path was imported as.
            if !ends_in(known, self.name) && !known.ends_with(self.name) && !self.is_plain {
                return false;
            }
            let is_end = |path: &str| {
                path.strip_suffix(known).is_some_and(|before| {
                    before.is_empty() || before.ends_with('.') || before.ends_with("::")
                })
            };
            let path = || self.path.get_or_init(|| context.paths().of(self.callee)).as_deref();
            // What an object keeps under a library's name is not the library.
            let is_own =
                ["self.", "this.", "cls.", "this->"].iter().any(|it| self.text.starts_with(it));
            !is_own && is_end(self.text) || path().is_some_and(is_end)
        })
    }
}

/// What is wrong with a node, if the table knows it.
pub(super) fn known_use(
    context: &Context<'_>,
    id: NodeId,
    table: ByLanguage<&'static [Known]>,
) -> Option<&'static str> {
    let known = context.in_language(table)?;
    let found = match context.tree.kind(id) {
        Kind::Call | Kind::Map => {
            let called = Called::of(context, id)?;
            known.iter().find(|(it, _)| is_call(context, id, &called, it))
        }
        _ => known.iter().find(|(it, _)| is_setting(context, id, it)),
    };
    found.map(|(_, says)| *says)
}

fn is_call<'a>(context: &Context<'a>, id: NodeId, called: &Called<'a>, known: &Use) -> bool {
    let Use::Call(paths, conditions) = known else { return false };
    called.is_any(context, paths) && conditions.iter().all(|it| holds(context, id, it))
}

/// Whether a call calls one of these, or a literal is of such a type.
pub(super) fn calls(context: &Context<'_>, id: NodeId, paths: &[&str]) -> bool {
    Called::of(context, id).is_some_and(|it| it.is_any(context, paths))
}

fn holds(context: &Context<'_>, call: NodeId, condition: &When) -> bool {
    let tree = context.tree;
    match condition {
        When::Set(name, values) => {
            option(context, call, name).is_some_and(|it| is_one_of(context, it, values))
        }
        When::Unset(names) => {
            names.iter().all(|name| option(context, call, name).is_none())
                && context.arguments(call).into_iter().all(|it| {
                    !matches!(tree.kind(it), Kind::Spread)
                        && tree.children(it).all(|inner| tree.kind(inner) != Kind::Spread)
                })
        }
        When::Argument(at, values) => {
            let argument = context.arguments(call).get(*at).copied();
            argument.is_some_and(|it| is_one_of(context, it, values))
        }
        When::Below(at, name, limit) => {
            let placed = context.arguments(call).get(*at).copied();
            let given = option(context, call, name).or(placed);
            given.and_then(|it| number(context, it)).is_some_and(|it| it < *limit)
        }
        When::Count(count) => context.arguments(call).len() == *count,
        When::On(text) => {
            context.method(call).is_some_and(|(on, _)| context.text(on).contains(text))
        }
    }
}

/// The value of a call's named argument, or of an option in one of its arguments, also one level
/// further in.
pub(super) fn option(context: &Context<'_>, call: NodeId, name: &str) -> Option<NodeId> {
    let tree = context.tree;
    let (outer, name) = name.split_once('.').map_or((None, name), |(a, b)| (Some(a), b));
    let mut holders = vec![call];
    for argument in tree.children(call) {
        match tree.kind(argument) {
            Kind::Map => holders.push(argument),
            Kind::Argument if tree.name(argument) == name && outer.is_none() => {
                return tree.child(argument, Role::Value);
            }
            Kind::Argument | Kind::Reference => {
                let value = tree.child(argument, Role::Value);
                holders.extend(value.filter(|it| tree.kind(*it) == Kind::Map));
            }
            _ => {}
        }
    }
    if let Some(outer) = outer {
        holders = holders.into_iter().filter_map(|it| entry(context, it, outer)).collect();
    }
    holders.into_iter().find_map(|it| entry(context, it, name))
}

/// The value under a key of a literal.
fn entry(context: &Context<'_>, map: NodeId, name: &str) -> Option<NodeId> {
    let tree = context.tree;
    let pairs = tree.children(map).filter(|it| tree.kind(*it) == Kind::Pair);
    pairs
        .filter(|it| {
            tree.child(*it, Role::Key).is_some_and(|key| unquoted(context.text(key)) == name)
        })
        .find_map(|it| tree.child(it, Role::Value))
}

fn is_setting(context: &Context<'_>, id: NodeId, known: &Use) -> bool {
    let tree = context.tree;
    let Use::Setting(names, values) = known else { return false };
    let Some(value) = tree.child(id, Role::Value) else { return false };
    let holder = match tree.kind(id) {
        Kind::Pair => tree.child(id, Role::Key),
        Kind::Argument => tree.child(id, Role::Attribute).or(Some(id)),
        _ => tree.child(id, Role::Target),
    };
    let Some(holder) = holder else { return false };
    // `settings["DEBUG"]`
    let index = tree.child(holder, Role::Index).filter(|_| tree.kind(holder) == Kind::Index);
    let name = match (tree.kind(holder), index) {
        (_, Some(index)) => unquoted(context.text(index)),
        (Kind::Member | Kind::Argument, _) => tree.name(holder),
        _ => unquoted(context.text(holder)),
    };
    names.iter().any(|known| match known.split_once('.') {
        None => *known == name,
        Some((outer, inner)) => inner == name && around(context, id, holder) == Some(outer),
    }) && is_one_of(context, value, values)
}

/// The name of what a setting belongs to: the option around it, the function that is called with
/// it, or the receiver of a member.
fn around<'a>(context: &Context<'a>, id: NodeId, named: NodeId) -> Option<&'a str> {
    let tree = context.tree;
    match tree.kind(id) {
        Kind::Pair => {
            let outer = tree.node(tree.node(id).parent).parent;
            (tree.kind(outer) == Kind::Pair)
                .then(|| tree.child(outer, Role::Key).map(|key| unquoted(context.text(key))))?
        }
        Kind::Argument => {
            tree.child(tree.node(id).parent, Role::Callee).map(|callee| tree.name(callee))
        }
        _ => tree.child(named, Role::Receiver).map(|receiver| tree.name(receiver)),
    }
}

/// Whether a value is written as one of these.
pub(super) fn is_one_of(context: &Context<'_>, value: NodeId, known: &[&str]) -> bool {
    let tree = context.tree;
    let value = match tree.kind(value) {
        Kind::Argument | Kind::Reference => tree.child(value, Role::Value).unwrap_or(value),
        _ => value,
    };
    let text = unquoted(context.text(value)).to_ascii_lowercase();
    known.iter().any(|known| {
        // A star that is meant as one.
        if known.contains("\\*") {
            return text == known.replace("\\*", "*");
        }
        let lower = known.to_ascii_lowercase();
        match (lower.strip_prefix('*'), lower.strip_suffix('*')) {
            (Some(rest), Some(_)) => text.contains(rest.trim_end_matches('*')),
            (Some(end), None) => text.ends_with(end),
            (None, Some(start)) => text.starts_with(start),
            (None, None) => text == lower,
        }
    })
}

/// The number that an expression is.
fn number(context: &Context<'_>, id: NodeId) -> Option<i64> {
    let tree = context.tree;
    let id = match tree.kind(id) {
        Kind::Argument => tree.child(id, Role::Value)?,
        _ => id,
    };
    let text = context.text(id).replace('_', "");
    (tree.kind(id) == Kind::Number).then(|| text.trim_end_matches(['L', 'l', 'u']).parse().ok())?
}

/// A text without its quotes, and what may stand before them.
pub(super) fn unquoted(text: &str) -> &str {
    let start = text.trim_start_matches(['b', 'r', 'u', 'L']);
    let text = if start.starts_with(['"', '\'', '`']) { start } else { text };
    text.trim_matches(['"', '\'', '`'])
}
