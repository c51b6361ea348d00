//! What a hover says about a function: what it is, what was measured of it, how good it looks, what
//! it costs, and what the rest of the workspace has to do with it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::context::{
    Definition, Profile, Resolver, Similar, Summary, SummaryUnit, WorkspaceIndex, plain_name,
};
use analysis::engine::{Document, NoCache, call_at, profiles, profiles_within};
use analysis::text::{PositionEncoding, Snapshot, Span};

use super::explain::Explanation;
use super::state::Analysed;
use crate::workspace::{SourceFile, display_path};

/// How many neighbours are named; of more, the number is told.
const MOST_NAMED: usize = 5;
/// From so much on, a function counts as similar.
pub const SIMILAR: f32 = 0.7;
/// A head of more letters says too much.
const LONGEST_HEAD: usize = 600;

/// How a text is written.
#[derive(Clone, Copy)]
pub struct Style<'a> {
    /// In Markdown, rather than plain text.
    pub markdown: bool,
    /// A link to a line, counted from 0, of a file of the index.
    pub link: &'a dyn Fn(&str, u32) -> Option<String>,
}

/// A function to tell about.
struct Subject {
    /// Its file, as the index keeps it.
    file: Arc<str>,
    /// The file's text.
    snapshot: Snapshot,
    language: analysis::languages::Language,
    profile: Profile,
}

/// Describes the function that is declared or called by its name at a byte offset of a document,
/// whose path the index keeps like this.
pub fn describe(
    analysed: &Analysed,
    path: &str,
    index: &WorkspaceIndex,
    offset: u32,
    style: Style<'_>,
) -> Option<Explanation> {
    let (subject, span) = subject(analysed, path, index, offset)?;
    Some(Explanation { text: text(&subject, index, style), span })
}

/// The functions of the workspace that are like the one at a byte offset of a document.
pub fn similar_at(
    analysed: &Analysed,
    path: &str,
    index: &WorkspaceIndex,
    offset: u32,
    most: usize,
) -> Vec<Similar> {
    let here = Span::new(offset, offset);
    // Anywhere in a function is fine, unless a name says more.
    let found = subject(analysed, path, index, offset).map(|(it, _)| (it.file, it.profile.unit));
    let around = || {
        let found = own_profiles(&analysed.document, Some(here));
        let function = found.into_iter().find(|it| it.is_outermost)?;
        Some((path.into(), function.unit))
    };
    let Some((file, unit)) = found.or_else(around) else { return Vec::new() };
    index.similar(&file, unit, most, SIMILAR)
}

/// The profiles of a document's functions, or of those around a place.
pub(super) fn own_profiles(document: &Document, within: Option<Span>) -> Vec<Profile> {
    let (configuration, cancel) = (Configuration::default(), CancellationToken::new());
    profiles_within(document, &configuration, &NoCache, within, &cancel).unwrap_or_default()
}

/// The function meant at an offset, and the part of the document that means it.
fn subject(
    analysed: &Analysed,
    path: &str,
    index: &WorkspaceIndex,
    offset: u32,
) -> Option<(Subject, Span)> {
    let document = &analysed.document;
    let here = Span::new(offset, offset);
    let of_this_file = |profile: Profile| Subject {
        file: path.into(),
        snapshot: document.snapshot().clone(),
        language: document.language(),
        profile,
    };
    let declared = own_profiles(document, Some(here));
    if let Some(profile) = declared.into_iter().find(|it| it.name_span.touches(here)) {
        let span = profile.name_span;
        return Some((of_this_file(profile), span));
    }
    let found = call_at(document, &NoCache, offset)?;
    let summary = analysed.analysis.summary.as_deref();
    let resolver = match summary {
        Some(summary) => Resolver::new(index).with(path, summary),
        None => Resolver::new(index),
    };
    let target = resolver.callee(path, found.unit, &found.call)?;
    let definition = target.definition?;
    if *target.file == *path {
        let mut all = own_profiles(document, None).into_iter();
        let profile = all.find(|it| it.is_outermost && it.unit == definition)?;
        return Some((of_this_file(profile), found.name_span));
    }
    let unit = resolver.unit(&target)?;
    Some((of_other_file(index, &target.file, unit)?, found.name_span))
}

/// A function of a file that is read for it: of the same name, the nearest to where it was.
fn of_other_file(index: &WorkspaceIndex, file: &Arc<str>, unit: &SummaryUnit) -> Option<Subject> {
    let language = index.summary(file)?.language;
    let configuration = Configuration::default();
    let source = SourceFile::read(Path::new(&**file), language, configuration.size_limit).ok()?;
    let mut document = Document::new(source.language, Snapshot::new(source.text));
    let found = profiles(&mut document, &configuration, &CancellationToken::new()).ok()?;
    let name = unit.qualified_name();
    let line = |it: &Profile| document.snapshot().lines().line_of(it.span.start);
    let named = found.into_iter().filter(|it| it.is_outermost && it.name == name);
    let profile = named.min_by_key(|it| line(it).abs_diff(unit.line))?;
    let snapshot = document.snapshot().clone();
    Some(Subject { file: Arc::clone(file), snapshot, language, profile })
}

fn text(subject: &Subject, index: &WorkspaceIndex, style: Style<'_>) -> String {
    let Subject { file, snapshot, language, profile } = subject;
    let line = |offset| snapshot.position(offset, PositionEncoding::Utf32).line;
    let place = |at: u32, label: &str| reference(style, file, at, label);
    let head = profile.head.of(snapshot.text()).trim().trim_end_matches(['{', ':']).trim_end();
    let head: String = head.chars().take(LONGEST_HEAD).collect();
    let mut text = String::new();
    if style.markdown {
        let _ = write!(text, "```{}\n{head}\n```\n\n", language.id());
    } else {
        let _ = writeln!(text, "{head}");
    }
    let unit = index.summary(file).and_then(|it| it.unit(profile.unit));
    let unit = unit.filter(|it| profile.is_outermost && it.qualified_name() == profile.name);
    let start = line(profile.span.start);
    let name = display_path(Path::new(Path::new(&**file).file_name().unwrap_or_default()));
    let mut paragraphs = vec![format!(
        "{} {} of {}{}",
        what(unit),
        code(style, &profile.name),
        place(start, &format!("{name}:{}", start + 1)),
        namesakes(index, file, unit)
    )];
    let quality = &profile.quality;
    let mut lines = vec![format!("Quality {} of 100", strong(style, &quality.score.to_string()))];
    lines.extend(quality.reasons.iter().map(|reason| format!("- {reason}")));
    paragraphs.push(lines.join("\n"));
    let metrics = profile.metrics;
    paragraphs.push(format!(
        "Cyclomatic complexity {} · cognitive {} · nesting {} · {} · {} · Halstead volume {:.0}, \
         difficulty {:.0}",
        metrics.cyclomatic,
        metrics.cognitive,
        metrics.nesting,
        counted(metrics.lines as usize, "line"),
        counted(metrics.parameters as usize, "parameter"),
        profile.halstead.volume(),
        profile.halstead.difficulty(),
    ));
    let class = profile.cost;
    let mut cost = format!(
        "Cost {} ({}; a call counts as one step)",
        strong(style, &class.to_string()),
        class.name()
    );
    if let Some(cause) = profile.cause {
        let at = line(cause.start);
        let _ = write!(cost, ", by what is in {}", place(at, &format!("line {}", at + 1)));
    }
    paragraphs.push(cost);
    if unit.is_some() {
        let name = index.summary(file).map_or_else(String::new, |it| it.full_name(profile.unit));
        let around = Around { index, file, unit: profile.unit, name: &name };
        paragraphs.extend(around.paragraphs(style));
    }
    text.push_str(&paragraphs.join(if style.markdown { "\n\n" } else { "\n" }));
    text
}

/// How many functions of its file share a unit's name: which of them a call means, types may tell.
fn namesakes(index: &WorkspaceIndex, file: &str, unit: Option<&SummaryUnit>) -> String {
    let named = |unit: &SummaryUnit| {
        Some(index.summary(file)?.functions(&unit.container, &unit.name).count())
    };
    match unit.and_then(named) {
        None | Some(0 | 1) => String::new(),
        Some(count) => format!(", one of {count} of that name"),
    }
}

/// What kind of function a unit is.
fn what(unit: Option<&SummaryUnit>) -> String {
    let kind = match unit {
        Some(unit) if !unit.container.is_empty() => "method",
        _ => "function",
    };
    let signature = unit.and_then(|it| it.signature.as_deref());
    let asynchronous = if signature.is_some_and(|it| it.is_async) { "async " } else { "" };
    let generator = if signature.is_some_and(|it| it.is_generator) { "generator " } else { "" };
    let words = format!("{asynchronous}{generator}{kind}");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A function among the others of the workspace.
struct Around<'a> {
    index: &'a WorkspaceIndex,
    file: &'a Arc<str>,
    unit: Definition,
    name: &'a str,
}

/// Another function, with how often it calls or is called.
struct Neighbour {
    file: Arc<str>,
    name: String,
    line: u32,
    calls: usize,
}

impl Around<'_> {
    fn paragraphs(&self, style: Style<'_>) -> Vec<String> {
        let mut found = Vec::new();
        for (what, neighbours) in [("Called by", self.callers()), ("Calls", self.callees())] {
            found.push(match neighbours.as_slice() {
                [] => format!("{what}: nothing found in the workspace"),
                some => format!(
                    "{what} {}: {}",
                    counted(some.len(), "place"),
                    named(style, some, |it| match it.calls {
                        1 => String::new(),
                        calls => format!(" ({calls}×)"),
                    })
                ),
            });
        }
        let similar = self.index.similar(self.file, self.unit, MOST_NAMED, SIMILAR);
        if !similar.is_empty() {
            let one = |it: &Similar| {
                let label = label(self.file, &it.file, &it.name);
                let percent = it.similarity * 100.0;
                format!("{} ({percent:.0} %)", reference(style, &it.file, it.line, &label))
            };
            let all: Vec<String> = similar.iter().map(one).collect();
            found.push(format!("Similar: {}", all.join(", ")));
        }
        found
    }

    fn callers(&self) -> Vec<Neighbour> {
        let mut by_caller: BTreeMap<(Arc<str>, String), usize> = BTreeMap::new();
        for site in self.index.callers(self.file, self.name) {
            *by_caller.entry((site.file, site.caller)).or_default() += 1;
        }
        self.neighbours(by_caller)
    }

    fn callees(&self) -> Vec<Neighbour> {
        let mut by_callee: BTreeMap<(Arc<str>, String), usize> = BTreeMap::new();
        for (_, target) in self.index.callees(self.file, self.name) {
            let name = self.index.name_of(&target);
            *by_callee.entry((target.file, name)).or_default() += 1;
        }
        self.neighbours(by_callee)
    }

    /// The most frequent first.
    fn neighbours(&self, found: BTreeMap<(Arc<str>, String), usize>) -> Vec<Neighbour> {
        let one = |((file, name), calls): ((Arc<str>, String), usize)| {
            let summary = self.index.summary(&file);
            let first = |it: &Arc<Summary>| Some(it.unit(*it.named(&name).first()?)?.line);
            let line = summary.and_then(first).unwrap_or(0);
            let name = label(self.file, &file, plain_name(&name));
            Neighbour { file, name, line, calls }
        };
        let mut found: Vec<Neighbour> = found.into_iter().map(one).collect();
        found.sort_by_key(|it| std::cmp::Reverse(it.calls));
        found
    }
}

/// How a function of a file is named where another file is spoken of.
fn label(here: &str, file: &str, name: &str) -> String {
    let short = file.rsplit('/').next().unwrap_or(file);
    match (file == here, name) {
        (_, "") => short.to_owned(),
        (true, name) => name.to_owned(),
        (false, name) => format!("{name} ({short})"),
    }
}

fn named(style: Style<'_>, all: &[Neighbour], more: impl Fn(&Neighbour) -> String) -> String {
    let one =
        |it: &Neighbour| format!("{}{}", reference(style, &it.file, it.line, &it.name), more(it));
    let mut names: Vec<String> = all.iter().take(MOST_NAMED).map(one).collect();
    if all.len() > MOST_NAMED {
        names.push(format!("{} more", all.len() - MOST_NAMED));
    }
    names.join(", ")
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn reference(style: Style<'_>, file: &str, line: u32, label: &str) -> String {
    match (style.link)(file, line).filter(|_| style.markdown) {
        Some(uri) => format!("[{}]({uri})", label.replace(['[', ']', '`'], "")),
        None => label.to_owned(),
    }
}

fn code(style: Style<'_>, text: &str) -> String {
    if style.markdown { format!("`{text}`") } else { text.to_owned() }
}

fn strong(style: Style<'_>, text: &str) -> String {
    if style.markdown { format!("**{text}**") } else { text.to_owned() }
}
