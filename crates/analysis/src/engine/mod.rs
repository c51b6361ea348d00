//! The engine's one entry: a snapshot goes in, an [`Analysis`] comes out.
//!
//! The file is cut into units; units that the cache knows are not lowered or checked again, so the
//! cost of a call follows what changed since the last one.

use std::cell::OnceCell;
use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;

mod adviser;
mod beside;
mod cache;
mod conventions;
mod custom;
mod document;
mod fingerprint;
mod generated;
mod profiling;
mod summarising;
mod timings;

pub use adviser::{AdvisedUnit, Adviser, NoAdviser};
pub use beside::{Beside, Workspace};
pub use cache::{CacheKey, CheckedUnit, LoweredUnit, NoCache, UnitCache};
pub use document::{Document, Recovery};
pub use profiling::{CallAt, call_at, profiles, profiles_within};
pub use timings::{Spent, TIMED_UNITS, Timings};

use cache::unit_key;
use fingerprint::fingerprints;

use crate::cancellation::{CancellationToken, Patience};
use crate::configuration::Configuration;
use crate::context::{Callees, Outline, OwnTwins, Summary};
use crate::facts::{Environment, Facts, Memo};
use crate::findings::{Category, Draft, Edit, Finding, Fix, Layout, Related, Severity};
use crate::ir::NodeId;
use crate::ir::lower::{Lowered, lower};
use crate::ir::units::{Unit, units};
use crate::rules::{self, Context, UnitFinding, check_unit};
use crate::suppression;
use crate::syntax::{self, SyntaxTree};
use crate::text::Span;

/// Why a file was not analysed, or not wholly.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Skipped {
    /// Larger than the configured limit.
    #[error("{size} bytes are over the limit of {limit}")]
    TooLarge {
        /// Bytes of the file.
        size: usize,
        /// The limit it exceeds.
        limit: usize,
    },
    /// Holds NUL bytes, so it is not source text.
    #[error("a NUL byte at offset {offset}: not source text")]
    Binary {
        /// Where the first NUL byte stands.
        offset: usize,
    },
    /// The time limit was reached; units that were not looked at by then have no findings.
    #[error("the analysis took longer than {limit_ms} ms")]
    Timeout {
        /// The limit in milliseconds.
        limit_ms: u128,
    },
}

/// The outcome of analysing one snapshot.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// Findings in the order of their spans.
    pub findings: Vec<Finding>,
    /// The file's functions and methods, in the order of the text.
    pub functions: Vec<FunctionOutline>,
    /// Physical lines of the text.
    pub lines: u32,
    /// Places where the parser met an error.
    pub syntax_errors: u32,
    /// Why nothing (or not everything) was analysed.
    pub skipped: Option<Skipped>,
    /// Rules that panicked on this file; their findings in the affected units are missing.
    pub panics: Vec<RulePanic>,
    /// How much work the call did.
    pub work: Work,
    /// How long its stages took.
    pub timings: Timings,
    /// What other files may know of this one, if somebody asked.
    pub summary: Option<Arc<Summary>>,
}

/// A function or method as an outline shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionOutline {
    /// Its name; empty for an anonymous function.
    pub name: String,
    /// The whole function in the file.
    pub span: Span,
}

/// A rule that panicked, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulePanic {
    /// The rule's id, or what else was at fault.
    pub rule: &'static str,
    /// The unit it was looking at.
    pub span: Span,
    /// What the panic said.
    pub message: String,
}

/// Counters that show what a call cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Units of the file.
    pub units: u32,
    /// Units that had to be lowered.
    pub lowered: u32,
    /// Units whose rules had to run.
    pub checked: u32,
}

/// The caller asked for the work to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the analysis was cancelled")]
pub struct Cancelled;

/// Analyses a document, parsing it first if need be.
///
/// # Errors
/// [`Cancelled`] when the token is set; the document keeps a tree that is still good.
pub fn analyze(
    document: &mut Document,
    configuration: &Configuration,
    cache: &dyn UnitCache,
    cancel: &CancellationToken,
) -> Result<Analysis, Cancelled> {
    analyze_with(document, configuration, cache, &Beside::NOTHING, cancel)
}

/// As [`analyze`], with what stands beside the document: findings that come from outside the engine,
/// and the other files of its workspace.
///
/// # Errors
/// [`Cancelled`] when the token is set; the document keeps a tree that is still good.
pub fn analyze_with(
    document: &mut Document,
    configuration: &Configuration,
    cache: &dyn UnitCache,
    beside: &Beside<'_>,
    cancel: &CancellationToken,
) -> Result<Analysis, Cancelled> {
    let patience = Patience::new(cancel, configuration.time_limit);
    let lines = document.snapshot().lines().physical_lines(document.snapshot().text());
    let mut timings = Timings::default();
    let skipped = if document.tree().is_some() {
        document.parse(configuration, cancel)?.err()
    } else {
        timings.parse.time(|| document.parse(configuration, cancel))?.err()
    };
    let Some(tree) = document.tree().filter(|_| skipped.is_none()) else {
        return Ok(Analysis { lines, skipped, timings, ..Analysis::default() });
    };
    let layout = OnceCell::new();
    let file = File { document, configuration, cache, beside, cancel, patience, layout };
    file.analyze(tree, lines, timings)
}

/// A document's summary without its findings: what other files may know of it. Nothing where it was
/// not parsed.
///
/// # Errors
/// [`Cancelled`] when the token is set; the document keeps a tree that is still good.
pub fn summarize(
    document: &mut Document,
    configuration: &Configuration,
    cancel: &CancellationToken,
) -> Result<Option<Arc<Summary>>, Cancelled> {
    let patience = Patience::new(cancel, configuration.time_limit);
    let is_skipped = document.parse(configuration, cancel)?.is_err();
    let Some(tree) = document.tree().filter(|_| !is_skipped) else { return Ok(None) };
    let beside = &Beside { workspace: Workspace::Unread, ..Beside::NOTHING };
    let (cache, layout) = (&NoCache, OnceCell::new());
    let file = File { document, configuration, cache, beside, cancel, patience, layout };
    let found = units(tree.tree(), document.snapshot().text(), document.language());
    let mut unused = Analysis::default();
    let mut lowered = Vec::with_capacity(found.len());
    for (unit, node) in found {
        file.check_cancelled()?;
        lowered.push(file.lower(unit, node, &mut unused));
    }
    let summary = file.summarise(&lowered);
    drop(lowered);
    Ok(summary.map(|it| Arc::new(it.moved_together())))
}

/// What a unit's rules are told of what stands around it.
#[derive(Clone, Copy)]
struct Around<'a> {
    environment: &'a Environment<'a>,
    callees: &'a Callees,
}

/// One call's view of a document.
struct File<'a> {
    document: &'a Document,
    configuration: &'a Configuration,
    cache: &'a dyn UnitCache,
    beside: &'a Beside<'a>,
    cancel: &'a CancellationToken,
    patience: Patience,
    /// Computed for the first fix.
    layout: OnceCell<Layout>,
}

impl File<'_> {
    fn analyze(
        &self,
        tree: &SyntaxTree,
        lines: u32,
        timings: Timings,
    ) -> Result<Analysis, Cancelled> {
        let source = self.document.snapshot().text();
        let found = units(tree.tree(), source, self.document.language());
        let syntax_errors = syntax::error_count(tree);
        let mut analysis = Analysis { lines, syntax_errors, timings, ..Analysis::default() };
        analysis.work.units = found.len() as u32;

        let mut lowered = Vec::with_capacity(found.len());
        for (unit, node) in found {
            self.check_cancelled()?;
            lowered.push(self.lower(unit, node, &mut analysis));
        }
        let environment =
            Environment::of_file(lowered.iter().map(|(unit, _, entry)| (unit, &entry.facts)));
        let summary = self.summarise(&lowered);
        let known = summary.as_deref().and_then(|it| self.surroundings(it));
        let wants_twins = self.configuration.wants_twins();
        let outlines = lowered.iter().filter(|_| wants_twins).map(|(_, _, it)| &*it.outline);
        let twins = OwnTwins::of(outlines);
        let mut drafts = Vec::new();
        let wants_advice = self.configuration.wants_predictions();
        for (at, (unit, key, entry)) in lowered.iter().enumerate() {
            self.check_cancelled()?;
            let callees = known.as_ref().map_or_else(Callees::default, |it| it.callees(at, entry));
            let twin = if wants_twins { self.twin(at, &lowered, &twins) } else { None };
            let callees = callees.with_twin(twin);
            let around = Around { environment: &environment, callees: &callees };
            let Some(checked) = self.check(unit, *key, entry, around, &mut analysis) else {
                self.check_cancelled()?;
                let limit_ms = self.configuration.time_limit.as_millis();
                analysis.skipped = Some(Skipped::Timeout { limit_ms });
                break;
            };
            for panic in &checked.panics {
                analysis.panics.push(RulePanic {
                    rule: rules::all().get(panic.rule).map_or("", |rule| rule.id),
                    span: unit.span,
                    message: panic.message.clone(),
                });
            }
            let finish = |finding| self.finish(unit, finding, &callees);
            drafts.extend(checked.findings.iter().map(finish));
            if wants_advice && !unit.is_module && !unit.is_test {
                let advice = self.advice(unit, *key, entry);
                drafts.extend(
                    advice.into_iter().filter(|it| !is_found(it, &drafts)).collect::<Vec<_>>(),
                );
            }
            if !unit.is_module {
                analysis
                    .functions
                    .push(FunctionOutline { name: unit.qualified_name(), span: unit.span });
            }
        }
        if analysis.skipped.is_none() {
            self.add_custom(tree, &lowered, &mut drafts, &mut analysis)?;
        }
        if !self.configuration.check_generated && generated::is_generated(source) {
            drafts.clear();
        }
        drafts.retain(|draft| !self.is_on_generated_line(draft));
        conventions::leave_out(&mut drafts);
        let comments = file_comments(&lowered);
        // What was not asked yet may still find something at a comment that is unused so far.
        self.check_cancelled()?;
        let is_whole = !wants_advice || self.beside.adviser.is_whole();
        let configuration = self.configuration;
        analysis.findings = suppression::apply(
            self.document.snapshot(),
            &comments,
            drafts,
            configuration,
            is_whole,
        );
        fingerprints(self.document.snapshot(), &mut analysis);
        analysis.summary = summary;
        Ok(analysis)
    }

    /// Nobody writes or reads lines this long: the text was minified or generated, and a finding in
    /// it helps nobody.
    fn is_on_generated_line(&self, finding: &Finding) -> bool {
        const LONGEST_WRITTEN_LINE: u32 = 1000;
        let (lines, text) = (self.document.snapshot().lines(), self.document.snapshot().text());
        let line = lines.line_of(finding.span.start);
        let start = lines.line_start(line).unwrap_or(0);
        lines.line_end(text, line) - start > LONGEST_WRITTEN_LINE
    }

    /// What the adviser finds in a unit, of the rules that are on. In a test, what is right is
    /// often known to its author alone, so nobody asks.
    fn advice(&self, unit: &Unit, key: CacheKey, entry: &LoweredUnit) -> Vec<Finding> {
        let language = self.document.language();
        let advised = AdvisedUnit { key, language, unit: entry };
        let is_enabled = |finding: &&UnitFinding| {
            let index = finding.rule as usize;
            let rule = rules::all().get(index);
            rule.is_some_and(|rule| self.configuration.is_enabled_at(index, rule))
        };
        let advice = self.beside.adviser.advise(&advised, self.cancel);
        let none = Callees::default();
        advice.iter().filter(is_enabled).map(|it| self.finish(unit, it, &none)).collect()
    }

    fn check_cancelled(&self) -> Result<(), Cancelled> {
        if self.patience.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }

    fn lower(
        &self,
        unit: Unit,
        node: tree_sitter::Node<'_>,
        analysis: &mut Analysis,
    ) -> (Unit, CacheKey, Arc<LoweredUnit>) {
        let source = self.document.snapshot().text();
        let language = self.document.language();
        let damage = node.has_error().then(|| self.document.is_provisional());
        let key = unit_key(&unit, source, language, damage);
        if let Some(entry) = self.cache.lowered(key) {
            return (unit, key, entry);
        }
        analysis.work.lowered += 1;
        let Timings { lower: lowering, facts, .. } = &mut analysis.timings;
        let lowered = lowering.time(|| lower(node, source, language, &unit));
        let (facts, outline) = facts.time(|| {
            let facts = Facts::compute(&lowered.tree, language);
            let outline = Arc::new(Outline::of_unit(&lowered.tree, &facts, language));
            (facts, outline)
        });
        let entry = Arc::new(LoweredUnit { lowered, facts, outline });
        self.cache.insert_lowered(key, Arc::clone(&entry));
        (unit, key, entry)
    }

    /// A unit's findings; nothing when there was no time to look for all of them.
    fn check(
        &self,
        unit: &Unit,
        key: CacheKey,
        entry: &LoweredUnit,
        around: Around<'_>,
        analysis: &mut Analysis,
    ) -> Option<Arc<CheckedUnit>> {
        let mut hasher = Xxh3::new();
        hasher.update(&key.to_le_bytes());
        hasher.update(&self.configuration.fingerprint.to_le_bytes());
        hasher.update(&[u8::from(unit.is_test)]);
        around.environment.digest(&entry.lowered.tree, &entry.facts, &mut hasher);
        around.callees.digest(&mut hasher);
        let key = hasher.digest128();
        if let Some(checked) = self.cache.checked(key) {
            return Some(checked);
        }
        analysis.work.checked += 1;
        let Lowered { tree, comments } = &entry.lowered;
        let (language, memo) = (self.document.language(), Memo::default());
        let Around { environment, callees } = around;
        let mut context = Context::new(language, tree, comments, &entry.facts, environment, &memo)
            .with_callees(callees)
            .in_test(unit.is_test)
            .in_test_file(self.configuration.is_softened())
            .with_limits(self.configuration.limits());
        let is_enabled = |index: usize| {
            rules::all().get(index).is_some_and(|rule| {
                // Nobody waits for a test's loops.
                let is_idle = unit.is_test && rule.category == Category::Perf;
                !is_idle && self.configuration.is_enabled_at(index, rule)
            })
        };
        let Timings { rules, by_rule, .. } = &mut analysis.timings;
        let clock = key.is_multiple_of(TIMED_UNITS).then_some(by_rule);
        let panics = rules.time(|| check_unit(&mut context, &is_enabled, &self.patience, clock))?;
        let checked = Arc::new(CheckedUnit { findings: context.into_findings(), panics });
        self.cache.insert_checked(key, Arc::clone(&checked));
        Some(checked)
    }

    /// A unit's finding as a finding of the file; its fingerprint comes last of all.
    fn finish(&self, unit: &Unit, finding: &UnitFinding, callees: &Callees) -> Finding {
        let rule = rules::all().get(finding.rule as usize);
        Finding {
            rule: rule.map_or("", |rule| rule.id),
            category: rule.map_or(Category::Bug, |rule| rule.category),
            severity: rule.map_or(Severity::Warning, |rule| {
                self.configuration.severity_of(rule, finding.severity)
            }),
            confidence: finding.confidence,
            message: finding.message.clone(),
            span: unit.to_file(finding.span),
            related: related(unit, finding, callees),
            fixes: finding
                .fixes
                .iter()
                .map(|fix| Fix {
                    title: fix.title.clone(),
                    safety: fix.safety,
                    edits: fix.edits.iter().map(|(span, it)| self.edit(unit, *span, it)).collect(),
                })
                .collect(),
            fingerprint: unit.qualified_name(),
            evidence: finding.evidence.clone(),
            custom: None,
        }
    }

    /// A rule's draft as an edit of the file.
    fn edit(&self, unit: &Unit, span: Span, draft: &Draft) -> Edit {
        let snapshot = self.document.snapshot();
        let layout = self.layout.get_or_init(|| Layout::of(snapshot));
        let span = unit.to_file(span);
        Edit { span, replacement: layout.lay_out(draft, snapshot, span) }
    }
}

/// The other places of a unit's finding. Where a function of another file stands is not cached with
/// the finding, since it changes with every line before it.
fn related(unit: &Unit, finding: &UnitFinding, callees: &Callees) -> Vec<Related> {
    let here = finding.related.iter().map(|(span, message)| Related {
        span: unit.to_file(*span),
        elsewhere: None,
        message: message.clone(),
    });
    let there = finding.elsewhere.iter().filter_map(|(call, message)| {
        if let Some(span) = callees.twin().filter(|_| *call == NodeId::ROOT).and_then(|it| it.near)
        {
            return Some(Related { span, elsewhere: None, message: message.clone() });
        }
        let place = callees.place(*call)?.clone();
        Some(Related { span: Span::new(0, 0), elsewhere: Some(place), message: message.clone() })
    });
    here.chain(there).collect()
}

/// Whether a rule reports a bug where advice does: what is certain needs no guess beside it.
fn is_found(advice: &Finding, findings: &[Finding]) -> bool {
    let is_bug = |it: &&Finding| it.category == Category::Bug;
    findings.iter().filter(is_bug).any(|it| it.span.touches(advice.span))
}

fn file_comments(units: &[(Unit, CacheKey, Arc<LoweredUnit>)]) -> Vec<Span> {
    let mut comments: Vec<Span> = units
        .iter()
        .flat_map(|(unit, _, entry)| entry.lowered.comments.iter().map(|span| unit.to_file(*span)))
        .collect();
    comments.sort_unstable();
    comments
}
