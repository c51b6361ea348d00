//! What a rule sees of a unit, and how it reports.

use std::borrow::Cow;

use super::Rule;
use crate::configuration::Limits;
use crate::context::Callees;
use crate::facts::built_text::Texts;
use crate::facts::control_flow::{is_test, never_returns};
use crate::facts::graph::Graph;
use crate::facts::initialization::Initialization;
use crate::facts::liveness::Liveness;
use crate::facts::metrics::Metrics;
use crate::facts::numbers::Numbers;
use crate::facts::outside::{Origin, Origins};
use crate::facts::paths::Paths;
use crate::facts::resources::Resources;
use crate::facts::types::Types;
use crate::facts::values::Values;
use crate::facts::{Environment, Facts, Memo, loops, purity};
use crate::findings::{Draft, Safety, Severity};
use crate::ir::{Kind, NodeId, Role, Tree};
use crate::languages::{Knowledge, Language};
use crate::suppression;
use crate::text::Span;

/// A rule's own table: languages, by id, with what the rule knows of them.
pub type ByLanguage<T> = &'static [(&'static [&'static str], T)];

/// For a unit whose workspace nobody knows.
static NO_CALLEES: Callees = Callees::NONE;

/// A unit as rules see it.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// The unit's language.
    pub language: Language,
    /// The unit's IR.
    pub tree: &'a Tree,
    /// Comments beside the IR, in order.
    pub comments: &'a [Span],
    /// What was computed about the unit.
    pub facts: &'a Facts,
    /// What the rest of the file offers to the unit.
    pub environment: &'a Environment<'a>,
    /// The functions of other files that the unit calls.
    pub callees: &'a Callees,
    /// Answers about the unit that were costly to find.
    pub memo: &'a Memo,
    /// Whether what stands around the unit marks it as a test.
    pub is_test: bool,
    /// Whether the whole file is test code, by where it lies or how it is named.
    pub is_test_file: bool,
    /// Limits of what rules measure.
    pub limits: Limits,
    pub(super) rule: Option<(u16, &'static Rule)>,
    findings: Vec<UnitFinding>,
}

/// A finding with spans relative to its unit; severity and fingerprint come later.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitFinding {
    /// Index of the rule in [`super::all`].
    pub rule: u16,
    /// How sure the rule is.
    pub confidence: f32,
    /// How much it matters, where that is not what its rule says.
    pub severity: Option<Severity>,
    /// One sentence that names the code's own words.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Other places in the unit.
    pub related: Vec<(Span, String)>,
    /// Other files' functions that belong to it, by the calls that call them, and what is there.
    pub elsewhere: Vec<(NodeId, String)>,
    /// Ways to mend it.
    pub fixes: Vec<UnitFix>,
    /// Why, one fact a line.
    pub evidence: Vec<String>,
}

/// A fix with spans relative to its unit, not laid out yet.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitFix {
    /// What the fix does, in the imperative.
    pub title: String,
    /// Whether it may be applied unread.
    pub safety: Safety,
    /// What comes where, in the order of the spans.
    pub edits: Vec<(Span, Draft)>,
}

impl<'a> Context<'a> {
    /// A context without findings.
    pub fn new(
        language: Language,
        tree: &'a Tree,
        comments: &'a [Span],
        facts: &'a Facts,
        environment: &'a Environment<'a>,
        memo: &'a Memo,
    ) -> Self {
        let findings = Vec::new();
        Self {
            language,
            tree,
            comments,
            facts,
            environment,
            callees: &NO_CALLEES,
            memo,
            is_test: false,
            is_test_file: false,
            limits: Limits::default(),
            rule: None,
            findings,
        }
    }

    /// The same, with the functions of other files that the unit calls.
    #[must_use]
    pub fn with_callees(mut self, callees: &'a Callees) -> Self {
        self.callees = callees;
        self
    }

    /// The same, for a unit that what stands around it marks as a test, or not.
    #[must_use]
    pub fn in_test(mut self, is_test: bool) -> Self {
        self.is_test = is_test;
        self
    }

    /// The same, for a unit of a file that is test code, or not.
    #[must_use]
    pub fn in_test_file(mut self, is_test_file: bool) -> Self {
        self.is_test_file = is_test_file;
        self
    }

    /// The same, with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    pub(super) fn fresh(&self) -> Self {
        Self { findings: Vec::new(), rule: None, ..*self }
    }

    pub(super) fn take(&mut self, other: Self) {
        self.findings.extend(other.findings);
    }

    /// The findings reported so far, in the order of their spans.
    pub fn into_findings(mut self) -> Vec<UnitFinding> {
        self.findings.sort_by_key(|finding| (finding.span, finding.rule));
        self.findings
    }

    /// What is known of the language's libraries.
    pub fn knowledge(&self) -> &'static Knowledge {
        self.language.spec().knowledge
    }

    /// The entry of a rule's own table for this language. Only what several rules or the facts ask
    /// for belongs in [`Knowledge`]; what one rule knows stands in the rule's file, by language.
    pub fn in_language<T>(&self, table: ByLanguage<T>) -> Option<&'static T> {
        let entry = table.iter().find(|(languages, _)| languages.contains(&self.language.id()));
        entry.map(|(_, known)| known)
    }

    /// The source text of a node.
    pub fn text(&self, id: NodeId) -> &'a str {
        self.tree.text(id)
    }

    /// The node's source text, shortened for a message: one line of at most 40 characters.
    pub fn excerpt(&self, id: NodeId) -> String {
        let words: Vec<&str> = self.text(id).split_whitespace().collect();
        let line = words.join(" ");
        if line.chars().count() <= 40 {
            return line;
        }
        let start: String = line.chars().take(39).collect();
        format!("{}…", start.trim_end())
    }

    /// Resolves dotted paths in the unit.
    pub fn paths(&self) -> Paths<'a> {
        Paths {
            tree: self.tree,
            bindings: &self.facts.bindings,
            environment: Some(self.environment),
        }
    }

    /// The unit's control-flow graph.
    pub fn graph(&self) -> &'a Graph {
        self.memo.graph(|| {
            let (paths, knowledge) = (self.paths(), self.knowledge());
            Graph::build(self.tree, &|call| never_returns(&paths, knowledge, call))
        })
    }

    /// What is known of the unit's variables, place by place.
    pub fn values(&self) -> &'a Values {
        self.memo.values(|| Values::compute(self.graph(), self.types()))
    }

    /// Which of the unit's assignments nobody reads.
    pub fn liveness(&self) -> &'a Liveness {
        self.memo.liveness(|| Liveness::compute(self.graph(), self.tree, &self.facts.bindings))
    }

    /// Which of the unit's reads come before any assignment.
    pub fn initialization(&self) -> &'a Initialization {
        self.memo.initialization(|| {
            Initialization::compute(self.graph(), self.tree, &self.facts.bindings)
        })
    }

    /// What becomes of the unit's resources.
    pub fn resources(&self) -> &'a Resources {
        self.memo.resources(|| Resources::compute(self.graph(), self.types()))
    }

    /// Whether the code stands in a test: the outermost function around it is one, or its unit is
    /// marked so.
    pub fn is_in_test(&self, id: NodeId) -> bool {
        let tree = self.tree;
        let outermost = tree.ancestors(id).filter(|it| tree.kind(*it).is_function()).last();
        self.is_test || outermost.is_some_and(|it| self.memo.is_test(it, || is_test(tree, it)))
    }

    /// Whether the code stands in a test or beside tests. For rules whose findings do no harm to a
    /// test's helpers either; what is wrong wherever it stands asks [`Self::is_in_test`], if anything.
    pub fn is_test_code(&self, id: NodeId) -> bool {
        self.is_test_file || self.is_in_test(id)
    }

    /// Whether something in a function looks like a call of a macro: [`purity::calls_macro`].
    pub fn calls_macro(&self, function: NodeId) -> bool {
        let bindings = &self.facts.bindings;
        self.memo.calls_macro(function, || purity::calls_macro(self.tree, bindings, function))
    }

    /// The metrics of a function.
    pub fn metrics(&self, function: NodeId) -> Metrics {
        self.memo.metrics(function, || Metrics::of_function(self.tree, function, self.language))
    }

    /// Derives types in the unit.
    pub fn types(&self) -> Types<'a> {
        Types {
            tree: self.tree,
            bindings: &self.facts.bindings,
            paths: self.paths(),
            language: self.language,
            memo: Some(self.memo),
        }
    }

    /// Derives kinds of numbers in the unit.
    pub fn numbers(&self) -> Numbers<'a> {
        Numbers { types: self.types() }
    }

    /// Finds out where values come from.
    pub fn origins(&self) -> Origins<'a> {
        Origins {
            tree: self.tree,
            bindings: &self.facts.bindings,
            paths: self.paths(),
            knowledge: self.knowledge(),
            memo: self.memo,
        }
    }

    /// Where a value comes from, if that is outside the program.
    pub fn origin(&self, value: NodeId) -> Option<Origin> {
        self.origins().of(value)
    }

    /// Takes texts apart.
    pub fn texts(&self) -> Texts<'a> {
        Texts { origins: self.origins(), types: self.types() }
    }

    /// What evaluates a node again and again, the innermost first: loops, and calls of a function
    /// for each element, that are not surely short and that reach the node in more than one round.
    pub fn busy_loops(&self, id: NodeId) -> Vec<NodeId> {
        let (tree, bindings) = (self.tree, &self.facts.bindings);
        loops::repeating(&self.paths(), self.knowledge(), id)
            .into_iter()
            .filter(|it| {
                !loops::has_few_rounds(tree, bindings, *it) && !loops::runs_rarely(tree, id, *it)
            })
            .collect()
    }

    /// A method call's receiver and the method's name.
    pub fn method(&self, call: NodeId) -> Option<(NodeId, &'a str)> {
        let tree = self.tree;
        let callee = tree.child(call, Role::Callee).filter(|_| tree.kind(call) == Kind::Call)?;
        let receiver = tree.child(callee, Role::Receiver)?;
        (tree.kind(callee) == Kind::Member).then(|| (receiver, tree.name(callee)))
    }

    /// A call's arguments, in order.
    pub fn arguments(&self, call: NodeId) -> Vec<NodeId> {
        self.tree.children_with(call, Role::Argument).collect()
    }

    /// The dotted path of what a call calls, or of the type that a declaration with arguments makes:
    /// `std::regex word(pattern);`.
    pub fn called(&self, call: NodeId) -> Option<Cow<'a, str>> {
        let tree = self.tree;
        if tree.kind(call) != Kind::Call {
            return None;
        }
        match tree.child(call, Role::Callee) {
            Some(callee) => self.paths().of(callee),
            None => tree
                .child(tree.node(call).parent, Role::Type)
                .map(|made| Cow::Borrowed(tree.name(made))),
        }
    }

    /// Whether a comment stands within the span in which somebody explains the code. One that only
    /// asks us for silence is none: a rule that went quiet because of it would make it unused.
    pub fn has_comment(&self, span: Span) -> bool {
        self.comments_in(span).any(|it| !suppression::is_directive(it))
    }

    fn comments_in(&self, span: Span) -> impl Iterator<Item = &'a str> {
        let first = self.comments.partition_point(|comment| comment.start < span.start);
        let rest = self.comments.get(first..).unwrap_or(&[]).iter();
        rest.take_while(move |comment| comment.end <= span.end)
            .map(|comment| comment.of(self.tree.source()))
    }

    /// Starts a report at a node; nothing is reported until [`Report::emit`]. A finding at a place
    /// where the parser met an error is dropped: it would rest on a guess.
    pub fn report(&mut self, at: NodeId, message: impl Into<String>) -> Report<'_, 'a> {
        let span = self.tree.span(at);
        let damaged = self.tree.is_damaged(at);
        let (rule, confidence) =
            self.rule.map_or((u16::MAX, 0.0), |(index, rule)| (index, rule.confidence));
        let finding = UnitFinding {
            rule,
            confidence,
            severity: None,
            message: message.into(),
            span,
            related: Vec::new(),
            elsewhere: Vec::new(),
            fixes: Vec::new(),
            evidence: Vec::new(),
        };
        Report { context: self, finding, dropped: damaged }
    }
}

/// A finding being put together.
#[must_use = "nothing is reported until `emit`"]
#[derive(Debug)]
pub struct Report<'c, 'a> {
    context: &'c mut Context<'a>,
    finding: UnitFinding,
    dropped: bool,
}

impl Report<'_, '_> {
    /// Points at this span rather than the node's.
    pub fn span(mut self, span: Span) -> Self {
        self.finding.span = span;
        self
    }

    /// Names another place that belongs to it.
    pub fn related(mut self, at: NodeId, message: impl Into<String>) -> Self {
        let span = self.context.tree.span(at);
        self.finding.related.push((span, message.into()));
        self
    }

    /// Names the function of another file that a call calls, if it does.
    pub fn elsewhere(mut self, call: NodeId, message: impl Into<String>) -> Self {
        if self.context.callees.of_call(call).is_some() {
            self.finding.elsewhere.push((call, message.into()));
        }
        self
    }

    /// Names the function that the unit's own repeats, if it does.
    pub fn twin(mut self, message: impl Into<String>) -> Self {
        if self.context.callees.twin().is_some() {
            self.finding.elsewhere.push((NodeId::ROOT, message.into()));
        }
        self
    }

    /// Adds a fact that led to it; Markdown.
    pub fn because(mut self, fact: impl Into<String>) -> Self {
        self.finding.evidence.push(fact.into());
        self
    }

    /// Overrides the rule's confidence.
    pub fn confidence(mut self, confidence: f32) -> Self {
        self.finding.confidence = confidence.clamp(0.0, 1.0);
        self
    }

    /// Overrides the rule's severity, unless the user has set one.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.finding.severity = Some(severity);
        self
    }

    /// Adds a fix of replacements. It is left out when it would remove a comment: what somebody
    /// wrote for readers, only a reader can take out.
    pub fn fix<D: Into<Draft>>(
        mut self,
        title: impl Into<String>,
        safety: Safety,
        edits: Vec<(Span, D)>,
    ) -> Self {
        let mut edits: Vec<(Span, Draft)> =
            edits.into_iter().map(|(span, draft)| (span, draft.into())).collect();
        edits.retain(|(span, draft)| !span.is_empty() || !draft.is_empty());
        edits.sort_by_key(|(span, _)| *span);
        let keeps_comments = edits.iter().all(|(span, draft)| {
            self.context.comments_in(*span).all(|comment| draft.contains(comment))
        });
        if keeps_comments {
            self.finding.fixes.push(UnitFix { title: title.into(), safety, edits });
        }
        self
    }

    /// Reports it.
    pub fn emit(self) {
        if !self.dropped {
            self.context.findings.push(self.finding);
        }
    }
}
