//! What an editor shows beside the code without being asked, if the user wants it: a line above each
//! function (code lens), and the cost class at the head of each loop (inlay hint).

use analysis::cancellation::CancellationToken;
use analysis::context::WorkspaceIndex;
use analysis::text::Span;

use super::function::own_profiles;
use super::state::Analysed;

/// A text beside a place of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    /// The place.
    pub span: Span,
    /// The text.
    pub text: String,
}

/// The lines above a document's functions: how good each looks, how many functions call it, and
/// whether its loops make it a hot spot.
pub fn lenses(
    analysed: &Analysed,
    path: &str,
    index: &WorkspaceIndex,
    cancel: &CancellationToken,
) -> Vec<Glance> {
    let callers = index.callers_of_file(path, cancel);
    let is_known = index.summary(path).is_some();
    let functions = own_profiles(&analysed.document, None).into_iter();
    let lens = |it: analysis::context::Profile| {
        let mut parts = vec![format!("quality {}", it.quality.score)];
        if is_known {
            let count = callers.get(&it.unit).copied().unwrap_or(0);
            parts.push(format!("{count} {}", if count == 1 { "caller" } else { "callers" }));
        }
        // Loops within loops are where time goes as input grows.
        if it.cost.degree() > 1 {
            parts.push(format!("hot spot {}", it.cost));
        }
        Glance { span: it.name_span, text: parts.join(" · ") }
    };
    functions.filter(|it| it.is_outermost).map(lens).collect()
}

/// The cost of each loop that starts within a span, together with the loops around it, at the end of
/// the line that it starts in.
pub fn hints(analysed: &Analysed, within: Span) -> Vec<Glance> {
    let snapshot = analysed.document.snapshot();
    let mut found: Vec<Glance> = own_profiles(&analysed.document, Some(within))
        .into_iter()
        .flat_map(|it| it.loops)
        .filter(|(span, _)| within.start <= span.start && span.start <= within.end)
        .map(|(span, class)| {
            let line = snapshot.lines().line_of(span.start);
            let end = snapshot.lines().line_end(snapshot.text(), line);
            Glance { span: Span::new(end, end), text: class.to_string() }
        })
        .collect();
    // A loop of a function inside another is told of for both.
    found.sort_by_key(|it| it.span);
    found.dedup_by_key(|it| it.span);
    found
}
