//! From texts to rules: each document is read, compiled and kept, or its mistake is told.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use analysis::custom::CustomRule;
use analysis::findings::{Safety, Severity as OurSeverity};
use ast_grep_config::{
    DeserializeEnv, GlobalRules, RuleConfig, SerializableGlobalRule, SerializableRuleConfig,
    Severity,
};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use xxhash_rust::xxh3::Xxh3;

use crate::diagnose::{self, Context, Kind};
use crate::language::RuleLanguage;
use crate::names::id_of;
use crate::problem::{Problem, Weight};
use crate::scan::Plan;
use crate::yaml::{self, Document, Node, documents};

/// The longest id that a rule may have, in bytes.
const LONGEST_ID: usize = 200;

/// A text of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What it is called: its file, for people.
    pub name: String,
    /// The text.
    pub text: Arc<str>,
    /// Whether it holds utilities for all rules, rather than rules.
    pub is_utility: bool,
}

/// A rule that can be asked.
pub(crate) struct CompiledRule {
    pub(crate) config: RuleConfig<RuleLanguage>,
    pub(crate) safety: Safety,
    files: Option<GlobSet>,
    ignores: Option<GlobSet>,
}

/// Rules of users, ready to look at files.
pub struct RuleSet {
    pub(crate) known: Vec<Arc<CustomRule>>,
    pub(crate) compiled: Vec<CompiledRule>,
    pub(crate) plan: Plan,
    fingerprint: u64,
    has_globs: bool,
    /// Whether a rule may refer to a utility, which may refer to itself.
    pub(crate) has_references: bool,
}

impl fmt::Debug for RuleSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RuleSet").field("rules", &self.known).finish_non_exhaustive()
    }
}

impl RuleSet {
    /// A hash of the texts that it was compiled from.
    pub(crate) fn hash(&self) -> u64 {
        self.fingerprint
    }

    /// Which rules apply to a file, by their places, as their `files` and `ignores` say; the path
    /// starts from the folder that the rules are for. Nothing where all apply to all files.
    pub fn applying(&self, path: &Path) -> Option<Vec<bool>> {
        self.has_globs.then(|| {
            let applies = |rule: &CompiledRule| {
                !rule.ignores.as_ref().is_some_and(|it| it.is_match(path))
                    && rule.files.as_ref().is_none_or(|it| it.is_match(path))
            };
            self.compiled.iter().map(applies).collect()
        })
    }
}

/// What came of compiling texts.
#[derive(Debug)]
pub struct Compiled {
    /// The rules that are right.
    pub rules: RuleSet,
    /// What is wrong with the others, in the order of the texts and places.
    pub problems: Vec<Problem>,
}

/// Compiles the rules and utilities of texts.
pub fn compile(texts: &[Text]) -> Compiled {
    let mut compiler = Compiler::new(texts);
    let parsed: Vec<Vec<Document>> = texts.iter().map(|it| documents(&it.text)).collect();
    compiler.read_utilities(&parsed);
    for (index, documents) in parsed.iter().enumerate() {
        if texts.get(index).is_some_and(|it| !it.is_utility) {
            for document in documents {
                compiler.read_rule(index, document);
            }
        }
    }
    compiler.finish()
}

struct Compiler<'a> {
    texts: &'a [Text],
    globals: GlobalRules,
    global_ids: Vec<String>,
    known: Vec<Arc<CustomRule>>,
    compiled: Vec<CompiledRule>,
    /// Where rules are written, by id and language.
    seen: HashMap<(String, u16), String>,
    problems: Vec<Problem>,
}

impl<'a> Compiler<'a> {
    fn new(texts: &'a [Text]) -> Self {
        Self {
            texts,
            globals: GlobalRules::default(),
            global_ids: Vec::new(),
            known: Vec::new(),
            compiled: Vec::new(),
            seen: HashMap::new(),
            problems: Vec::new(),
        }
    }

    fn tell(&mut self, text: usize, span: Range<usize>, weight: Weight, message: String) {
        self.problems.push(Problem { text, span, weight, message });
    }

    fn part(&self, text: usize, span: &Range<usize>) -> &'a str {
        self.texts.get(text).and_then(|it| it.text.get(span.clone())).unwrap_or("")
    }

    /// A document's mapping and its language; tells what is wrong where there is none.
    fn opened<'d>(
        &mut self,
        text: usize,
        document: &'d Document,
        what: &str,
    ) -> Option<(&'d Node, RuleLanguage)> {
        let root = match &document.root {
            Err(broken) => {
                self.tell(text, broken.span.clone(), Weight::Error, format!("{}.", broken.message));
                return None;
            }
            Ok(root) => root.as_ref().filter(|it| !matches!(it.text(), Some("" | "~" | "null")))?,
        };
        if !matches!(root.value, yaml::Value::Map(_)) {
            let message = format!("{what} is a mapping with `id`, `language` and `rule`.");
            self.tell(text, root.span.clone(), Weight::Error, message);
            return None;
        }
        let found = diagnose::language_of(root, what);
        match found {
            Ok(language) => Some((root, language)),
            Err((span, weight, message)) => {
                self.tell(text, span, weight, message);
                None
            }
        }
    }

    /// Utilities first, since all rules may use them.
    fn read_utilities(&mut self, parsed: &[Vec<Document>]) {
        let mut read = Vec::new();
        for (index, documents) in parsed.iter().enumerate() {
            if !self.texts.get(index).is_some_and(|it| it.is_utility) {
                continue;
            }
            for document in documents {
                let Some((root, language)) = self.opened(index, document, "A utility") else {
                    continue;
                };
                if let Some(id) = root.get("id").and_then(Node::text) {
                    self.global_ids.push(id.to_owned());
                }
                read.push((index, document, root, language));
            }
        }
        let mut good: Vec<SerializableGlobalRule<RuleLanguage>> = Vec::new();
        for (index, document, root, language) in read {
            let part = self.part(index, &document.span);
            let parsed = guarded(|| ast_grep_config::from_str(part));
            let utility: SerializableGlobalRule<RuleLanguage> = match parsed {
                Ok(Ok(utility)) => utility,
                Ok(Err(error)) => {
                    let place =
                        error.location().map(|it| (it.line() as usize, it.column() as usize));
                    let message = error.without_snippet().to_string();
                    self.explain(index, document, root, language, Kind::Utility, place, &message);
                    continue;
                }
                Err(panic) => {
                    self.explain(index, document, root, language, Kind::Utility, None, &panic);
                    continue;
                }
            };
            // One by one: a mistake is then the newest one's, or of the circle that it closes.
            good.push(utility);
            let all = good.clone();
            match guarded(|| DeserializeEnv::parse_global_utils(all)) {
                Ok(Ok(globals)) => self.globals = globals,
                Ok(Err(error)) => {
                    good.pop();
                    let message = chain(&error);
                    self.explain(index, document, root, language, Kind::Utility, None, &message);
                }
                Err(panic) => {
                    good.pop();
                    self.explain(index, document, root, language, Kind::Utility, None, &panic);
                }
            }
        }
    }

    fn read_rule(&mut self, index: usize, document: &Document) {
        let Some((root, language)) = self.opened(index, document, "A rule") else { return };
        let Some(id) = self.id_of(index, document, root) else { return };
        let part = self.without_foreign_keys(index, document, root);
        let read = guarded(|| ast_grep_config::from_str(&part));
        let parsed: SerializableRuleConfig<RuleLanguage> = match read {
            Ok(Ok(parsed)) => parsed,
            Ok(Err(error)) => {
                let place = error.location().map(|it| (it.line() as usize, it.column() as usize));
                let message = error.without_snippet().to_string();
                self.explain(index, document, root, language, Kind::Rule, place, &message);
                return;
            }
            Err(panic) => {
                self.explain(index, document, root, language, Kind::Rule, None, &panic);
                return;
            }
        };
        let globals = &self.globals;
        let config = match guarded(|| RuleConfig::try_from(parsed, globals)) {
            Ok(Ok(config)) => config,
            Ok(Err(error)) => {
                let message = chain(&error);
                self.explain(index, document, root, language, Kind::Rule, None, &message);
                return;
            }
            Err(panic) => {
                self.explain(index, document, root, language, Kind::Rule, None, &panic);
                return;
            }
        };
        let globs = |key: &str| globs(root.get(key));
        let (files, ignores) = match (globs("files"), globs("ignores")) {
            (Ok(files), Ok(ignores)) => (files, ignores),
            (Err((span, message)), _) | (_, Err((span, message))) => {
                self.tell(index, span, Weight::Error, message);
                return;
            }
        };
        let context = Context { language, globals: &self.global_ids };
        for (span, message) in diagnose::doubts(root, &context) {
            self.tell(index, span, Weight::Warning, message);
        }
        let place = self.place(index, &root.get("id").map_or(0..0, |it| it.span.clone()));
        self.seen.insert((id.clone(), language.0.discriminant()), place.clone());
        let says = |key: &str| root.get("metadata").and_then(|it| it.get(key)).and_then(Node::text);
        let is_safe = says("fix") == Some("safe");
        let safety = if is_safe { Safety::Safe } else { Safety::Unsafe };
        let known = CustomRule {
            id: id_of(&id),
            severity: severity(&config.severity),
            is_off: config.severity == Severity::Off,
            summary: config.message.trim().to_owned(),
            note: config.note.as_ref().map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()),
            url: config.url.clone().filter(|it| !it.trim().is_empty()),
            language: language.0,
            fix: (!config.fixer.is_empty()).then_some(safety),
            place,
        };
        self.known.push(Arc::new(known));
        self.compiled.push(CompiledRule { config, safety, files, ignores });
    }

    /// A rule's text without keys that are another tool's: in their place stands white space, so
    /// that all else keeps its place.
    fn without_foreign_keys(
        &mut self,
        index: usize,
        document: &Document,
        root: &Node,
    ) -> Cow<'a, str> {
        let part = self.part(index, &document.span);
        let spans: Vec<(Range<usize>, String)> = diagnose::foreign_keys(root)
            .map(|(key, value)| {
                (key.span.start..value.span.end, key.text().unwrap_or("").to_owned())
            })
            .collect();
        // In one line with others, commas would be left over.
        let is_block = !part.trim_start().starts_with('{');
        if spans.is_empty() || !is_block {
            return Cow::Borrowed(part);
        }
        let mut text = part.to_owned();
        for (span, name) in spans {
            let end = span.end.clamp(span.start, document.span.end) - document.span.start;
            let start = span.start - document.span.start;
            let Some(blank) = part.get(start..end) else { continue };
            let blank: String = blank
                .chars()
                .flat_map(|it| {
                    let kept = if it == '\n' { it } else { ' ' };
                    std::iter::repeat_n(kept, it.len_utf8())
                })
                .collect();
            text.replace_range(start..end, &blank);
            let message = format!("`{name}` is no key of a rule; it is ignored.");
            let key = span.start..span.start + name.len();
            self.tell(index, key, Weight::Warning, message);
        }
        Cow::Owned(text)
    }

    /// The rule's id, if it is one that no other rule has.
    fn id_of(&mut self, index: usize, document: &Document, root: &Node) -> Option<String> {
        let text = &*self.texts.get(index)?.text;
        let Some((_, node)) = root.entry("id") else {
            let span = yaml::place(text, root.span.start.max(document.span.start), 0);
            self.tell(index, span, Weight::Error, "This rule has no `id`.".to_owned());
            return None;
        };
        let id = node.text().unwrap_or("").trim();
        let is_wrong = id.is_empty() || id.len() > LONGEST_ID || id.contains(char::is_control);
        if is_wrong {
            let message = format!(
                "An `id` is a text of 1 to {LONGEST_ID} bytes, without control characters."
            );
            self.tell(index, node.span.clone(), Weight::Error, message);
            return None;
        }
        if let Some(rule) = analysis::rules::all().iter().find(|rule| rule.id == id) {
            let message = format!(
                "`{}` is the id of a rule that OmniStack comes with; give this one another.",
                rule.id
            );
            self.tell(index, node.span.clone(), Weight::Error, message);
            return None;
        }
        if let Some(rule) = analysis::rules::all().iter().find(|rule| rule.name() == id) {
            let message = format!(
                "`{id}` also names `{}`, which OmniStack comes with; write `custom/{id}` where only \
                 this one is meant.",
                rule.id
            );
            self.tell(index, node.span.clone(), Weight::Note, message);
        }
        let language = diagnose::language_of(root, "A rule").ok()?;
        if let Some(place) = self.seen.get(&(id.to_owned(), language.0.discriminant())) {
            let message = format!("`{id}` is already the id of the rule at {place}.");
            self.tell(index, node.span.clone(), Weight::Error, message);
            return None;
        }
        Some(id.to_owned())
    }

    fn place(&self, index: usize, span: &Range<usize>) -> String {
        let Some(text) = self.texts.get(index) else { return String::new() };
        let before = text.text.get(..span.start).unwrap_or("");
        format!("{}:{}", text.name, before.matches('\n').count() + 1)
    }

    /// Finds the places that a mistake is about, else tells it where it was noticed.
    #[allow(clippy::too_many_arguments, reason = "what is known of one mistake")]
    fn explain(
        &mut self,
        index: usize,
        document: &Document,
        root: &Node,
        language: RuleLanguage,
        kind: Kind,
        place: Option<(usize, usize)>,
        message: &str,
    ) {
        let context = Context { language, globals: &self.global_ids };
        let found = diagnose::mistakes(root, kind, &context);
        if !found.is_empty() {
            for (span, message) in found {
                self.tell(index, span, Weight::Error, message);
            }
            return;
        }
        let part = self.part(index, &document.span);
        let span = match place {
            Some((line, column)) if line > 0 => {
                let at = yaml::byte(part, line, column.saturating_sub(1));
                yaml::place(part, at, document.span.start)
            }
            _ => diagnose::place_of(root, message),
        };
        let general = ["Fail to parse yaml as Rule: ", "Fail to parse yaml as RuleConfig: "];
        let message = general.iter().fold(message.trim(), |it, start| it.trim_start_matches(start));
        let message = format!("{}.", message.trim_end_matches('.'));
        self.tell(index, span, Weight::Error, message);
    }

    fn finish(mut self) -> Compiled {
        self.problems.sort_by(|a, b| {
            (a.text, a.span.start, a.span.end, &a.message).cmp(&(
                b.text,
                b.span.start,
                b.span.end,
                &b.message,
            ))
        });
        self.problems.dedup();
        let mut hasher = Xxh3::new();
        for text in self.texts {
            hasher.update(text.name.as_bytes());
            hasher.update(&[0xff, u8::from(text.is_utility)]);
            hasher.update(text.text.as_bytes());
            hasher.update(&[0xff]);
        }
        let has_globs =
            self.compiled.iter().any(|rule| rule.files.is_some() || rule.ignores.is_some());
        let has_references = self.texts.iter().any(|it| it.text.contains("matches"));
        let plan = Plan::of(&self.compiled);
        let rules = RuleSet {
            known: self.known,
            compiled: self.compiled,
            plan,
            fingerprint: hasher.digest(),
            has_globs,
            has_references,
        };
        Compiled { rules, problems: self.problems }
    }
}

/// Runs what may panic; the panic's words, if it does.
fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
        format!("it cannot be compiled ({})", analysis::rules::panic_message(&*panic))
    })
}

/// An error with its causes, the most general first.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string().trim_end_matches('.').to_owned();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        text.push_str(": ");
        text.push_str(inner_text.trim_end_matches('.'));
        cause = inner.source();
    }
    text
}

fn severity(severity: &Severity) -> OurSeverity {
    match severity {
        Severity::Error => OurSeverity::Error,
        Severity::Warning => OurSeverity::Warning,
        Severity::Info => OurSeverity::Information,
        Severity::Hint | Severity::Off => OurSeverity::Hint,
    }
}

type Misplaced = (Range<usize>, String);

/// The patterns of `files` or `ignores`.
fn globs(node: Option<&Node>) -> Result<Option<GlobSet>, Misplaced> {
    let Some(node) = node else { return Ok(None) };
    let mut set = GlobSetBuilder::new();
    for item in node.items() {
        let pattern = item.get("glob").unwrap_or(item);
        let any_case = item.get("caseInsensitive").and_then(Node::text) == Some("true");
        let text = pattern.text().unwrap_or("");
        let text = text.strip_prefix("./").unwrap_or(text);
        match GlobBuilder::new(text).case_insensitive(any_case).build() {
            Ok(glob) => drop(set.add(glob)),
            Err(error) => {
                let message = format!("`{text}` is no pattern of paths: {}.", error.kind());
                return Err((pattern.span.clone(), message));
            }
        }
    }
    let set = set.build().map_err(|error| (node.span.clone(), format!("{error}.")))?;
    Ok(Some(set))
}
