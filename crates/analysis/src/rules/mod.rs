//! Rules: each file below this folder is one rule, with its metadata, documentation, examples
//! (which are its tests) and check.
//!
//! Rules subscribe to IR node kinds; [`check_unit`] walks a unit once and calls, for each node, the
//! enabled rules of its kind. A rule sees IR and facts, never a syntax node.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use crate::cancellation::Patience;
use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId};
use crate::languages::{LANGUAGES, Language};

mod awaiting;
mod clock;
mod commands;
mod context;
mod dropped_errors;
mod formats;
mod handlers;
mod hoisting;
mod known;
mod lengths;
pub mod page;
mod pattern_text;
mod predicted;
mod registry;
mod repeated_calls;
mod returns;
mod signatures;
mod tags;
mod words;

pub use clock::RuleClock;
pub use context::{ByLanguage, Context, Report, UnitFinding, UnitFix};
pub use tags::Tag;

/// Which users a rule is on for. Ordered: each profile contains the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// On by default: measured to be precise.
    Recommended,
    /// Stable, but a matter of taste, or less precise.
    Strict,
    /// New.
    Preview,
}

impl Profile {
    /// The profile's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recommended => "recommended",
            Self::Strict => "strict",
            Self::Preview => "preview",
        }
    }

    /// The profile of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Recommended, Self::Strict, Self::Preview].into_iter().find(|it| it.as_str() == name)
    }
}

/// A rule: what it is, what it says, and how it looks.
#[derive(Debug)]
pub struct Rule {
    /// `category/kebab-name`.
    pub id: &'static str,
    /// Its category; the first part of its id.
    pub category: Category,
    /// One line.
    pub summary: &'static str,
    /// The severity of its findings unless configured otherwise.
    pub severity: Severity,
    /// How likely a finding of it is true, 0 to 1.
    pub confidence: f32,
    /// Ids of the languages it looks at.
    pub languages: &'static [&'static str],
    /// The version it came with.
    pub since: &'static str,
    /// Whether it has fixes, and the safest of them.
    pub fix: Option<Safety>,
    /// Who it is on for.
    pub profile: Profile,
    /// Its documentation.
    pub documentation: Documentation,
    /// Code it must and must not report.
    pub examples: &'static [Example],
    /// The node kinds it looks at.
    pub kinds: &'static [Kind],
    /// Looks at one node of those kinds.
    pub check: fn(&mut Context<'_>, NodeId),
}

/// What a rule's page says, in Markdown.
#[derive(Clone, Copy, Debug)]
pub struct Documentation {
    /// What it finds.
    pub what: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// How to mend it.
    pub fix: &'static str,
    /// What it misses or gets wrong.
    pub limits: &'static str,
    /// Links for further reading.
    pub references: &'static [&'static str],
}

/// A piece of code with the findings expected in it.
///
/// Below a line that has a finding stands a marker line: `^` under each character of the finding's
/// first line, then, optionally, a space and a part of its message. A good example has none.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// Language (or editor id of a dialect) of the code.
    pub language: &'static str,
    /// The code, with markers.
    pub code: &'static str,
    /// The code after the first fix of every finding was applied, if there are any.
    pub fixed: Option<&'static str>,
}

impl Example {
    /// Code with at least one finding.
    pub const fn bad(language: &'static str, code: &'static str) -> Self {
        Self { language, code, fixed: None }
    }

    /// Code with findings, and the same code mended.
    pub const fn fixed(language: &'static str, code: &'static str, fixed: &'static str) -> Self {
        Self { language, code, fixed: Some(fixed) }
    }

    /// Code without findings.
    pub const fn good(language: &'static str, code: &'static str) -> Self {
        Self { language, code, fixed: None }
    }

    /// Whether the code carries a marker.
    pub fn is_bad(&self) -> bool {
        self.code.lines().any(|line| line.trim_start().starts_with('^'))
    }
}

impl Rule {
    /// The rule's position among [`all`] rules.
    pub fn index(&self) -> usize {
        all().iter().position(|rule| rule.id == self.id).unwrap_or(usize::MAX)
    }

    /// The second part of its id.
    pub fn name(&self) -> &'static str {
        self.id.rsplit('/').next().unwrap_or(self.id)
    }

    /// Whether it looks at this language.
    pub fn speaks(&self, language: Language) -> bool {
        self.languages.contains(&language.id())
    }
}

/// Every rule, ordered by id.
pub fn all() -> &'static [&'static Rule] {
    registry::RULES
}

/// The rule of that id, or of that name if only one rule bears it.
pub fn find(id: &str) -> Option<&'static Rule> {
    all().iter().copied().find(|rule| rule.id == id).or_else(|| {
        let mut named = all().iter().copied().filter(|rule| rule.name() == id);
        named.next().filter(|_| named.next().is_none())
    })
}

/// For each language and node kind, the rules that look at it, as indices into [`all`].
fn subscriptions() -> &'static Vec<Vec<Vec<u16>>> {
    static TABLE: OnceLock<Vec<Vec<Vec<u16>>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        LANGUAGES
            .iter()
            .map(|language| {
                let mut by_kind = vec![Vec::new(); Kind::COUNT];
                for (index, rule) in all().iter().enumerate() {
                    if rule.languages.contains(&language.id) {
                        for kind in rule.kinds {
                            by_kind[*kind as usize].push(index as u16);
                        }
                    }
                }
                by_kind
            })
            .collect()
    })
}

/// A rule that panicked, by its index in [`all`], and what the panic said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panicked {
    /// The rule's index.
    pub rule: usize,
    /// The panic's message.
    pub message: String,
}

/// Runs the rules that `is_enabled` lets through over one unit, in one walk; nothing when patience
/// ran out before its end. With a clock, each call is timed.
pub fn check_unit(
    context: &mut Context<'_>,
    is_enabled: &dyn Fn(usize) -> bool,
    patience: &Patience,
    clock: Option<&mut RuleClock>,
) -> Option<Vec<Panicked>> {
    let enabled: Vec<usize> = (0..all().len()).filter(|index| is_enabled(*index)).collect();
    let is_whole = Cell::new(true);
    let clock = RefCell::new(clock);
    if let Some(clock) = clock.borrow_mut().as_deref_mut() {
        clock.begin_unit();
    }
    let panicked = isolate(context, &enabled, &|context, rules| {
        let mut clock = clock.borrow_mut();
        let is_over = !walk(context, rules, patience, clock.as_deref_mut());
        is_whole.set(!is_over && is_whole.get());
    });
    is_whole.get().then_some(panicked)
}

/// Runs rules over a unit and catches their panics.
///
/// The guard stands around the whole walk; only after a panic do the rules run one by one, so that
/// the usual case pays for one guard, and the other rules' findings are kept.
fn isolate(
    context: &mut Context<'_>,
    rules: &[usize],
    run: &dyn Fn(&mut Context<'_>, &[usize]),
) -> Vec<Panicked> {
    let mut attempt = |rules: &[usize]| {
        let mut fresh = context.fresh();
        let outcome = catch_unwind(AssertUnwindSafe(|| run(&mut fresh, rules)));
        outcome.map(|()| context.take(fresh)).map_err(|panic| panic_message(&*panic))
    };
    if attempt(rules).is_ok() {
        return Vec::new();
    }
    let alone = |rule: &usize| {
        let message = attempt(&[*rule]).err()?;
        Some(Panicked { rule: *rule, message })
    };
    rules.iter().filter_map(alone).collect()
}

/// What a caught panic said.
pub fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}

/// How many nodes a walk visits between two looks at the clock.
const NODES_BETWEEN_LOOKS: u32 = 128;

/// Calls the rules, node by node; whether it came to the end before patience did.
fn walk(
    context: &mut Context<'_>,
    rules: &[usize],
    patience: &Patience,
    mut clock: Option<&mut RuleClock>,
) -> bool {
    let Some(by_kind) = subscriptions().get(context.language.index()) else { return true };
    let mut enabled = vec![false; all().len()];
    for index in rules {
        if let Some(slot) = enabled.get_mut(*index) {
            *slot = true;
        }
    }
    for id in context.tree.ids() {
        if id.0 % NODES_BETWEEN_LOOKS == NODES_BETWEEN_LOOKS - 1 && patience.is_over() {
            return false;
        }
        let Some(subscribed) = by_kind.get(context.tree.kind(id) as usize) else { continue };
        for index in subscribed {
            if enabled.get(*index as usize) == Some(&true)
                && let Some(rule) = all().get(*index as usize)
            {
                context.rule = Some((*index, rule));
                match &mut clock {
                    None => (rule.check)(context, id),
                    Some(clock) => clock.time(*index, || (rule.check)(context, id)),
                }
            }
        }
    }
    context.rule = None;
    true
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::cancellation::CancellationToken;
    use crate::facts::{Environment, Facts, Memo};
    use crate::ir::lower::{Lowered, lower};
    use crate::ir::units::units;

    #[test]
    fn a_rule_that_panics_is_named_and_the_others_findings_are_kept() {
        let python = Language::from_id("python").unwrap();
        let (grammar, limit) = (python.lowering().grammar(), std::time::Duration::from_secs(9));
        let token = CancellationToken::new();
        let syntax = crate::syntax::parse(grammar, "x = 1\n", None, limit, &token).unwrap();
        let (unit, node) = units(syntax.tree(), "x = 1\n", python).remove(0);
        let lowered = lower(node, "x = 1\n", python, &unit);
        let facts = Facts::compute(&lowered.tree, python);
        let environment = Environment::default();
        let memo = Memo::default();
        let Lowered { tree, comments } = &lowered;
        let mut context = Context::new(python, tree, comments, &facts, &environment, &memo);
        let panicked = isolate(&mut context, &[0, 1, 2], &|context, rules| {
            for rule in rules {
                assert!(*rule != 1, "rule {rule} fails");
                context.report(NodeId::ROOT, format!("rule {rule}")).emit();
            }
        });
        assert_eq!(panicked, [Panicked { rule: 1, message: "rule 1 fails".to_owned() }]);
        let said: Vec<_> = context.into_findings().into_iter().map(|it| it.message).collect();
        assert_eq!(said, ["rule 0", "rule 2"]);
    }
}
