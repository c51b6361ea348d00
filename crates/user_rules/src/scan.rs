//! Rules at work: one walk over a file's syntax tree, which asks at each node the rules that can
//! match its kind.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use analysis::cancellation::Patience;
use analysis::custom::{
    CustomFile, CustomFinding, CustomFix, CustomOutcome, CustomRule, CustomRules,
};
use analysis::rules::panic_message;
use analysis::text::Span;
use ast_grep_config::{Fixer, LabelStyle, RuleConfig};
use ast_grep_core::matcher::MatcherExt;
use ast_grep_core::replacer::Replacer;
use ast_grep_core::tree_sitter::StrDoc;
use ast_grep_core::{AstGrep, Matcher, Node, NodeMatch};

use crate::compile::{CompiledRule, RuleSet};
use crate::language::{RuleLanguage, is_deeper_than};

/// How many nodes a walk visits between two looks at the clock.
const NODES_BETWEEN_LOOKS: usize = 128;
/// Utilities may refer to themselves from node to node; a tree deeper than this could exhaust the
/// stack.
const DEEPEST_TREE: usize = 1500;
/// Nobody reads more findings of one rule in one file.
const MOST_FINDINGS: usize = 10_000;

type Document = StrDoc<RuleLanguage>;

/// Which rules can match which kinds of nodes.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// For each language, and in it each kind, the rules' places.
    by_language: HashMap<u16, Vec<Vec<u32>>>,
}

impl Plan {
    pub(crate) fn of(rules: &[CompiledRule]) -> Self {
        let mut plan = Self::default();
        for (index, rule) in rules.iter().enumerate() {
            let language = rule.config.language.0.discriminant();
            let by_kind = plan.by_language.entry(language).or_default();
            for kind in rule.config.matcher.potential_kinds().iter().flatten() {
                if by_kind.len() <= kind {
                    by_kind.resize_with(kind + 1, Vec::new);
                }
                if let Some(rules) = by_kind.get_mut(kind) {
                    rules.push(index as u32);
                }
            }
        }
        plan
    }
}

impl CustomRules for RuleSet {
    fn rules(&self) -> &[Arc<CustomRule>] {
        &self.known
    }

    fn fingerprint(&self) -> u64 {
        self.hash()
    }

    fn check(
        &self,
        file: CustomFile<'_>,
        is_enabled: &dyn Fn(usize) -> bool,
        patience: &Patience,
    ) -> Option<CustomOutcome> {
        let Some(by_kind) = self.plan.by_language.get(&file.language.discriminant()) else {
            return Some(CustomOutcome::default());
        };
        let tree = file.tree.tree();
        if self.has_references && is_deeper_than(tree, DEEPEST_TREE) {
            return Some(CustomOutcome::default());
        }
        let source = file.snapshot.text();
        let document = StrDoc {
            src: source.to_owned(),
            lang: RuleLanguage(file.language),
            tree: tree.clone(),
        };
        let root = AstGrep::doc(document);
        let enabled: Vec<bool> = (0..self.known.len()).map(is_enabled).collect();
        let walk = Walk { rules: self, by_kind, root: &root, patience };
        // As for the engine's own rules: one guard around the walk, and only after a panic one
        // around each rule.
        let attempt = |enabled: &[bool]| {
            catch_unwind(AssertUnwindSafe(|| walk.run(enabled))).map_err(|it| panic_message(&*it))
        };
        if let Ok(findings) = attempt(&enabled) {
            return findings.map(|findings| CustomOutcome { findings, panics: Vec::new() });
        }
        let mut outcome = CustomOutcome::default();
        for rule in (0..enabled.len()).filter(|it| enabled.get(*it) == Some(&true)) {
            let alone: Vec<bool> = (0..enabled.len()).map(|it| it == rule).collect();
            match attempt(&alone) {
                Ok(findings) => outcome.findings.extend(findings?),
                Err(message) => outcome.panics.push((rule, message)),
            }
        }
        Some(outcome)
    }
}

struct Walk<'a> {
    rules: &'a RuleSet,
    by_kind: &'a [Vec<u32>],
    root: &'a AstGrep<Document>,
    patience: &'a Patience,
}

impl Walk<'_> {
    /// What the rules find; nothing when patience ran out.
    fn run(&self, enabled: &[bool]) -> Option<Vec<CustomFinding>> {
        let mut findings = Vec::new();
        let mut counts = vec![0_usize; enabled.len()];
        let ignored = Ignored::of(self.root);
        let root = self.root.root();
        for (count, node) in root.dfs().enumerate() {
            if count % NODES_BETWEEN_LOOKS == NODES_BETWEEN_LOOKS - 1 && self.patience.is_over() {
                return None;
            }
            let Some(rules) = self.by_kind.get(usize::from(node.kind_id())) else { continue };
            for index in rules.iter().map(|it| *it as usize) {
                if enabled.get(index) != Some(&true)
                    || counts.get(index).is_some_and(|it| *it >= MOST_FINDINGS)
                {
                    continue;
                }
                let Some(rule) = self.rules.compiled.get(index) else { continue };
                let Some(found) = rule.config.matcher.match_node(node.clone()) else { continue };
                if ignored.covers(&found, &rule.config.id) {
                    continue;
                }
                if let Some(slot) = counts.get_mut(index) {
                    *slot += 1;
                }
                findings.push(finding(index, rule, &found));
            }
        }
        Some(findings)
    }
}

fn span_of(range: &std::ops::Range<usize>) -> Span {
    Span::new(range.start as u32, range.end as u32)
}

fn finding(index: usize, rule: &CompiledRule, found: &NodeMatch<'_, Document>) -> CustomFinding {
    let config = &rule.config;
    let message = config.get_message(found).trim().to_owned();
    let message = if message.is_empty() { config.id.clone() } else { message };
    let mut related = Vec::new();
    for label in config.get_labels(found) {
        let span = span_of(&label.range());
        let is_itself = label.style == LabelStyle::Primary && span == span_of(&found.range());
        if !is_itself && let Some(message) = label.message {
            related.push((span, message.to_owned()));
        }
    }
    related.sort();
    let fixes = config.fixer.iter().map(|fixer| fix(rule, fixer, found)).collect();
    CustomFinding { rule: index, span: span_of(&found.range()), message, related, fixes }
}

fn fix(rule: &CompiledRule, fixer: &Fixer, found: &NodeMatch<'_, Document>) -> CustomFix {
    let range = fixer.get_replaced_range(found, &rule.config.matcher);
    let replacement = fixer.generate_replacement(found);
    let replacement = String::from_utf8_lossy(&replacement).into_owned();
    let title = fixer.title().map_or_else(|| title(&rule.config, &replacement), str::to_owned);
    CustomFix { title, safety: rule.safety, span: span_of(&range), replacement }
}

/// What a fix without a title does.
fn title(config: &RuleConfig<RuleLanguage>, replacement: &str) -> String {
    const LONGEST: usize = 50;
    let text = replacement.trim();
    if text.is_empty() {
        return "Remove it".to_owned();
    }
    if text.contains('\n') || text.chars().count() > LONGEST {
        return format!("Apply the fix of `{}`", config.id);
    }
    format!("Replace by `{text}`")
}

/// The lines that comments of `ast-grep` cover: `ast-grep-ignore`, with or without ids.
#[derive(Debug, Default)]
struct Ignored {
    /// By line, the ids; all where there are none.
    lines: HashMap<usize, Vec<String>>,
    file: Option<Vec<String>>,
}

const MARKER: &str = "ast-grep-ignore";

impl Ignored {
    fn of(root: &AstGrep<Document>) -> Self {
        let mut ignored = Self::default();
        if memchr::memmem::find(root.source().as_bytes(), MARKER.as_bytes()).is_none() {
            return ignored;
        }
        for node in root.root().dfs().filter(|it| it.kind().contains("comment")) {
            ignored.read(&node);
        }
        ignored
    }

    fn read(&mut self, node: &Node<'_, Document>) {
        let text = node.text();
        let Some(rest) = text.find(char::is_alphabetic).and_then(|at| text.get(at..)) else {
            return;
        };
        let Some(rest) = rest.strip_prefix(MARKER) else { return };
        let line = rest.lines().next().unwrap_or("");
        let ids = line.trim_start().strip_prefix(':').map_or_else(Vec::new, |ids| {
            let ids = ids.split(',').map(|it| it.trim().trim_end_matches("*/").trim());
            ids.filter(|it| !it.is_empty()).map(str::to_owned).collect()
        });
        let own = node.start_pos().line();
        let before = node.prev().filter(|it| it.end_pos().line() == own);
        // On the first line, with an empty one after it, it is about the file.
        let is_alone = own == 0 && node.next().is_none_or(|it| it.start_pos().line() >= 2);
        match before {
            None if is_alone => self.file = Some(ids),
            before => {
                let line = before.map_or(own + 1, |it| it.start_pos().line());
                self.lines.insert(line, ids);
            }
        }
    }

    fn covers(&self, node: &Node<'_, Document>, id: &str) -> bool {
        let names = |ids: &Vec<String>| ids.is_empty() || ids.iter().any(|it| it == id);
        self.file.as_ref().is_some_and(names)
            || (!self.lines.is_empty()
                && self.lines.get(&node.start_pos().line()).is_some_and(names))
    }
}
