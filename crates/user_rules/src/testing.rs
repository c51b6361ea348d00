//! Tests of rules, in `ast-grep`'s format: for a rule's `id`, code that is `valid` (the rule finds
//! nothing in it) and `invalid` (it finds something).
//!
//! Where there is a snapshot of what a rule finds, as `ast-grep test` writes it, the finding has to
//! be the one that it shows.

use std::collections::BTreeMap;
use std::ops::Range;

use analysis::configuration::nearest;
use ast_grep_config::LabelStyle;
use ast_grep_core::AstGrep;
use ast_grep_core::replacer::Replacer;
use ast_grep_core::tree_sitter::StrDoc;

use crate::compile::{CompiledRule, RuleSet};
use crate::problem::{Problem, Weight};
use crate::yaml::{Node, Value, documents};

/// What was tried, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The rule's id as its author wrote it.
    pub id: String,
    /// Whether the rule is to find nothing.
    pub is_valid: bool,
    /// The line in the file of tests, from 1.
    pub line: usize,
    /// The code.
    pub code: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of trying a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What the test wants.
    Passed,
    /// It found something in valid code: the line from 1, and the code there.
    Noisy(Vec<(usize, String)>),
    /// It found nothing in invalid code.
    Silent,
    /// What it found is not what the snapshot shows: what differs, what was to be, and what is.
    Differs(Vec<Difference>),
}

/// One thing that differs from a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is.
    pub what: String,
    /// As the snapshot has it.
    pub expected: String,
    /// As it is.
    pub found: String,
}

/// What a file of tests came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tested {
    /// Its cases, in their order.
    pub cases: Vec<Case>,
    /// What is wrong with the file.
    pub problems: Vec<Problem>,
}

/// Snapshots of what a rule finds, by the code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshots(BTreeMap<String, Expected>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Expected {
    fixed: Option<String>,
    labels: Vec<Label>,
}

/// A place that a finding shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Label {
    is_primary: bool,
    start: usize,
    end: usize,
    source: String,
}

impl Snapshots {
    /// Reads a file of snapshots; what is none is left out.
    pub fn read(text: &str) -> Self {
        let mut all = BTreeMap::new();
        let parsed = documents(text);
        let roots = parsed.iter().filter_map(|it| it.root.as_ref().ok()?.as_ref());
        for (code, shown) in roots.filter_map(|it| it.get("snapshots")).flat_map(Node::entries) {
            let Some(code) = code.text() else { continue };
            let number = |label: &Node, key: &str| label.get(key)?.text()?.parse().ok();
            let label = |label: &Node| {
                let source = label.get("source")?.text()?.to_owned();
                let is_primary = label.get("style").and_then(Node::text) == Some("primary");
                let (start, end) = (number(label, "start")?, number(label, "end")?);
                Some(Label { is_primary, start, end, source })
            };
            let labels = shown.get("labels").into_iter().flat_map(Node::items);
            let mut labels: Vec<Label> = labels.filter_map(label).collect();
            labels.sort();
            let fixed = shown.get("fixed").and_then(Node::text).map(str::to_owned);
            all.insert(code.to_owned(), Expected { fixed, labels });
        }
        Self(all)
    }
}

/// Runs the tests of a file; `snapshots` are those of a rule, where there are any.
pub fn run(rules: &RuleSet, text: &str, snapshots: &dyn Fn(&str) -> Option<Snapshots>) -> Tested {
    let mut tested = Tested::default();
    for document in documents(text) {
        let root = match document.root {
            Err(broken) => {
                tested.tell(broken.span, format!("{}.", broken.message));
                continue;
            }
            Ok(None) => continue,
            Ok(Some(root)) => root,
        };
        tested.run_document(rules, text, &root, snapshots);
    }
    tested
}

impl Tested {
    fn tell(&mut self, span: Range<usize>, message: String) {
        self.problems.push(Problem { text: 0, span, weight: Weight::Error, message });
    }

    fn run_document(
        &mut self,
        rules: &RuleSet,
        text: &str,
        root: &Node,
        snapshots: &dyn Fn(&str) -> Option<Snapshots>,
    ) {
        const KEYS: [&str; 3] = ["id", "valid", "invalid"];
        for (key, _) in root.entries() {
            let name = key.text().unwrap_or("");
            if !KEYS.contains(&name) {
                let near = nearest(name, KEYS.into_iter());
                let hint = near.map_or_else(|| ".".into(), |it| format!("; did you mean `{it}`?"));
                self.tell(key.span.clone(), format!("`{name}` is no key of a test{hint}"));
            }
        }
        let Some(id) = root.get("id").filter(|it| it.text().is_some()) else {
            self.tell(root.span.clone(), "A test needs the `id` of a rule.".to_owned());
            return;
        };
        let name = id.text().unwrap_or("");
        let tried: Vec<&CompiledRule> =
            rules.compiled.iter().filter(|it| it.config.id == name).collect();
        if tried.is_empty() {
            let near = nearest(name, rules.compiled.iter().map(|it| it.config.id.as_str()));
            let hint = near.map_or_else(|| ".".into(), |it| format!("; did you mean `{it}`?"));
            self.tell(id.span.clone(), format!("There is no rule `{name}` that runs{hint}"));
            return;
        }
        let snapshots = snapshots(name).unwrap_or_default();
        let before = self.cases.len();
        for (key, is_valid) in [("valid", true), ("invalid", false)] {
            let Some(list) = root.get(key) else { continue };
            if !matches!(list.value, Value::List(_)) && list.text() != Some("") {
                self.tell(list.span.clone(), format!("`{key}` is a list of pieces of code."));
            }
            for item in list.items() {
                let Some(code) = item.text() else {
                    self.tell(item.span.clone(), "A piece of code is a text.".to_owned());
                    continue;
                };
                let line = text.get(..item.span.start).unwrap_or("").matches('\n').count() + 1;
                let outcomes = tried.iter().map(|rule| try_out(rule, code, is_valid, &snapshots));
                // Rules of one id for several languages pass where one of them does.
                let outcome =
                    outcomes.min_by_key(|it| *it != Outcome::Passed).unwrap_or(Outcome::Silent);
                let (id, code) = (name.to_owned(), code.to_owned());
                self.cases.push(Case { id, is_valid, line, code, outcome });
            }
        }
        if self.cases.len() == before && self.problems.is_empty() {
            self.tell(id.span.clone(), format!("This tests nothing of `{name}`."));
        }
    }
}

fn try_out(rule: &CompiledRule, code: &str, is_valid: bool, snapshots: &Snapshots) -> Outcome {
    let Ok(document) = StrDoc::try_new(code, rule.config.language) else { return Outcome::Silent };
    let root = AstGrep::doc(document);
    let all = root.root();
    let mut found = all.find_all(&rule.config.matcher).peekable();
    match (is_valid, found.peek()) {
        (true, None) => Outcome::Passed,
        (true, Some(_)) => {
            let place = |it: ast_grep_core::NodeMatch<'_, _>| {
                (it.start_pos().line() + 1, it.text().into_owned())
            };
            Outcome::Noisy(found.map(place).collect())
        }
        (false, None) => Outcome::Silent,
        (false, Some(first)) => {
            let Some(expected) = snapshots.0.get(code) else { return Outcome::Passed };
            let label = |it: ast_grep_config::Label<'_, '_, _>| {
                let Range { start, end } = it.range();
                let source = code.get(start..end).unwrap_or("").to_owned();
                Label { is_primary: it.style == LabelStyle::Primary, start, end, source }
            };
            let mut labels: Vec<Label> =
                rule.config.get_labels(first).into_iter().map(label).collect();
            labels.sort();
            let fixed = rule.config.fixer.first().map(|fixer| {
                let range = fixer.get_replaced_range(first, &rule.config.matcher);
                let replacement = fixer.generate_replacement(first);
                let mut fixed = code.get(..range.start).unwrap_or("").to_owned();
                fixed.push_str(&String::from_utf8_lossy(&replacement));
                fixed.push_str(code.get(range.end..).unwrap_or(""));
                fixed
            });
            let mut differences = Vec::new();
            if labels != expected.labels {
                let (expected, found) = (shown(&expected.labels), shown(&labels));
                differences.push(Difference { what: "the place".to_owned(), expected, found });
            }
            if fixed != expected.fixed {
                let text = |it: &Option<String>| it.clone().unwrap_or_else(|| "no fix".to_owned());
                let (expected, found) = (text(&expected.fixed), text(&fixed));
                differences.push(Difference { what: "the fix".to_owned(), expected, found });
            }
            if differences.is_empty() { Outcome::Passed } else { Outcome::Differs(differences) }
        }
    }
}

fn shown(labels: &[Label]) -> String {
    let one = |it: &Label| {
        let style = if it.is_primary { "primary" } else { "secondary" };
        format!("{style} {}..{} `{}`", it.start, it.end, it.source)
    };
    labels.iter().map(one).collect::<Vec<_>>().join("\n")
}
