//! Rules: each file below this folder is one rule, with its metadata, documentation, examples
//! (which are its tests) and check.
//!
//! Rules subscribe to IR node kinds; [`check_unit`] walks a unit once and calls, for each node, the
//! enabled rules of its kind. A rule sees IR and facts, never a syntax node.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId};
use crate::languages::{LANGUAGES, Language};

mod context;
pub mod page;
mod registry;

pub use context::{Context, Report, UnitFinding};

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
    /// The rule's index, or nothing when no single rule could be found guilty.
    pub rule: Option<usize>,
    /// The panic's message.
    pub message: String,
}

/// Runs the rules that `is_enabled` lets through over one unit, in one walk.
///
/// A panic is caught around the whole walk; only then do the rules run one by one, so that the
/// usual case pays for no guard, and the other rules' findings are kept.
pub fn check_unit(context: &mut Context<'_>, is_enabled: &dyn Fn(usize) -> bool) -> Vec<Panicked> {
    let mut attempt = context.fresh();
    match catch_unwind(AssertUnwindSafe(|| walk(&mut attempt, is_enabled))) {
        Ok(()) => {
            context.take(attempt);
            Vec::new()
        }
        Err(_) => one_by_one(context, is_enabled),
    }
}

fn one_by_one(context: &mut Context<'_>, is_enabled: &dyn Fn(usize) -> bool) -> Vec<Panicked> {
    let mut panicked = Vec::new();
    for index in 0..all().len() {
        if !is_enabled(index) {
            continue;
        }
        let mut attempt = context.fresh();
        match catch_unwind(AssertUnwindSafe(|| walk(&mut attempt, &|it| it == index))) {
            Ok(()) => context.take(attempt),
            Err(panic) => {
                panicked.push(Panicked { rule: Some(index), message: panic_message(&*panic) });
            }
        }
    }
    panicked
}

/// What a caught panic said.
pub fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}

fn walk(context: &mut Context<'_>, is_enabled: &dyn Fn(usize) -> bool) {
    let Some(by_kind) = subscriptions().get(context.language.index()) else { return };
    // Resolve what is enabled once per unit, not once per node.
    let enabled: Vec<bool> = (0..all().len()).map(is_enabled).collect();
    for id in context.tree.ids() {
        let Some(rules) = by_kind.get(context.tree.kind(id) as usize) else { continue };
        for index in rules {
            if enabled.get(*index as usize) == Some(&true)
                && let Some(rule) = all().get(*index as usize)
            {
                context.rule = Some((*index, rule));
                (rule.check)(context, id);
            }
        }
    }
    context.rule = None;
}
