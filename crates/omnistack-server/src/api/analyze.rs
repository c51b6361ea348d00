//! Analyses of whole files: the engine of the daemon, asked over HTTP.
//!
//! The engine runs on threads for blocking work, at most as many at a time as there are processors.
//! Where predictions are wanted, it runs twice: the first time says which functions there are, which
//! the service is then asked about together; the second time has their answers.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::context::Profile;
use analysis::engine::{
    AdvisedUnit, Adviser, Analysis, Beside, CacheKey, CheckedUnit, Document, LoweredUnit,
    UnitCache, Workspace, analyze_with, profiles_within,
};
use analysis::findings::{Category, Finding};
use analysis::ir::Flags;
use analysis::languages::Language;
use analysis::rules::UnitFinding;
use analysis::text::{PositionEncoding, Snapshot, Span};
use axum::extract::State;
use axum::{Extension, Json};
use models::wire::{
    self, AnalyzeRequest, AnalyzeResponse, FunctionContext, Note, Place, QualityReason, Related,
    SourceEdit, SourceFinding, SourceFix, Unit,
};

use crate::auth::Principal;
use crate::guard::pressure;
use crate::lock;
use crate::problem::{Answer, Code};
use crate::state::App;

/// Analyses a file: what its functions are, its likely bugs, and its slow code.
#[utoipa::path(
    post, path = "/v1/analyze", tag = "analysis", security(("bearer" = [])),
    request_body = AnalyzeRequest,
    responses(
        (status = 200, description = "What there is to say", body = AnalyzeResponse),
        (status = 403, description = "The role does not allow it (`forbidden`), or the token is \
            limited to other projects (`project_forbidden`)",
            body = wire::Problem, content_type = "application/problem+json"),
        (status = 422, description = "The language or a rule is not known (`unprocessable`)",
            body = wire::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn analyze(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    pressure::Json(request): pressure::Json<AnalyzeRequest>,
) -> Answer<Json<AnalyzeResponse>> {
    principal.may_see(request.project.as_deref())?;
    let language = language(&request)?;
    let mut configuration = Configuration::default();
    let unknown = |error: analysis::configuration::UnknownSelector| {
        Code::Unprocessable.because(format!("{error}."))
    };
    if let Some(select) = &request.select {
        configuration.select(select).map_err(unknown)?;
    }
    configuration.ignore(&request.ignore).map_err(unknown)?;
    // What the policy names are rules of this program, or nothing is left out.
    let _ = configuration.ignore(&app.configuration.policy.ignore);
    let cancel = CancelOnDrop(CancellationToken::new());
    let wants_predictions = request.predict && configuration.wants_predictions();
    let AnalyzeRequest { source, changed, .. } = request;
    let mut file = File {
        document: Document::new(language, Snapshot::new(source)),
        configuration,
        cache: Known::default(),
        cancel: cancel.0.clone(),
    };
    let mut notes = Vec::new();
    let mut answers = HashMap::new();
    if wants_predictions {
        let (next, asked) = app
            .service
            .on_engine(move || {
                let list = Lister::default();
                file.analyse(&list);
                (file, list.into_units(changed))
            })
            .await?;
        file = next;
        let units: Vec<Unit> = asked.iter().map(|(_, unit)| unit.clone()).collect();
        match app
            .service
            .predict_in_parts(&principal.client, &units, app.configuration.limits.units)
            .await
        {
            Ok(found) => {
                answers.extend(asked.into_iter().zip(found).map(|((key, unit), answer)| {
                    let found = answer.predictions.iter().filter_map(|it| it.finding(&unit.code));
                    (key, found.collect::<Arc<[UnitFinding]>>())
                }));
            }
            Err(error) => notes.push(Note {
                code: "no_predictions".to_owned(),
                detail: format!("There are no predictions: {error}."),
                model: None,
            }),
        }
    }
    let mut response = app.service.on_engine(move || file.told(language, &Told(answers))).await?;
    response.notes.extend(notes);
    app.usage.file(&principal.client);
    Ok(Json(response))
}

/// The language that a request names, or that its path says.
fn language(request: &AnalyzeRequest) -> Answer<Language> {
    let path = request.path.as_deref().map(Path::new);
    let found = match (&request.language, path) {
        (Some(id), _) => Language::from_id(id),
        (None, Some(path)) => Language::from_path(path).map(|it| it.of_text(path, &request.source)),
        (None, None) => {
            return Err(Code::Unprocessable
                .because("The request has to name the `language`, or a `path` that tells it."));
        }
    };
    found.ok_or_else(|| {
        Code::Unprocessable.because(
            "The language is unknown: it is one of python, javascript, typescript, rust, go, java, c, \
             cpp.",
        )
    })
}

/// Sets a token when it is dropped: nobody waits any more.
struct CancelOnDrop(CancellationToken);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// A file that is being analysed.
struct File {
    document: Document,
    configuration: Configuration,
    cache: Known,
    cancel: CancellationToken,
}

impl File {
    fn analyse(&mut self, adviser: &dyn Adviser) -> Analysis {
        let beside = Beside { adviser, workspace: Workspace::Unknown };
        let Self { document, configuration, cache, cancel } = self;
        // When it is cancelled, nobody waits for what it finds.
        analyze_with(document, configuration, cache, &beside, cancel).unwrap_or_default()
    }

    fn told(mut self, language: Language, adviser: &dyn Adviser) -> AnalyzeResponse {
        let analysis = self.analyse(adviser);
        let Self { document, configuration, cache, cancel } = &self;
        let found = profiles_within(document, configuration, cache, None, cancel);
        let snapshot = document.snapshot();
        let is_slow = |it: &&Finding| it.category == Category::Perf;
        let finding = |it: &Finding| finding(snapshot, it);
        let mut notes = Vec::new();
        if let Some(skipped) = &analysis.skipped {
            notes.push(Note {
                code: "skipped".to_owned(),
                detail: format!("Not all was analysed: {skipped}."),
                model: None,
            });
        }
        notes.extend(analysis.panics.iter().map(|it| Note {
            code: "panic".to_owned(),
            detail: format!("{} panicked: its findings in a function are missing.", it.rule),
            model: None,
        }));
        AnalyzeResponse {
            language: language.id().to_owned(),
            lines: analysis.lines,
            syntax_errors: analysis.syntax_errors,
            context: found.iter().flatten().map(|it| function(snapshot, it)).collect(),
            bugs: analysis.findings.iter().filter(|it| !is_slow(it)).map(finding).collect(),
            optimizations: analysis.findings.iter().filter(is_slow).map(finding).collect(),
            notes,
        }
    }
}

fn place(snapshot: &Snapshot, span: Span) -> Place {
    let position = |offset| snapshot.position(offset, PositionEncoding::Utf32);
    let (start, end) = (position(span.start), position(span.end));
    Place {
        line: start.line + 1,
        column: start.column + 1,
        end_line: end.line + 1,
        end_column: end.column + 1,
    }
}

fn function(snapshot: &Snapshot, profile: &Profile) -> FunctionContext {
    let Profile { metrics, quality, .. } = profile;
    let reasons = quality.reasons.iter().map(|it| QualityReason {
        name: it.name.to_owned(),
        found: it.found,
        free: it.free,
        points: it.points,
    });
    FunctionContext {
        name: profile.name.clone(),
        place: place(snapshot, profile.span),
        is_outermost: profile.is_outermost,
        lines: metrics.lines,
        parameters: metrics.parameters,
        nesting: metrics.nesting,
        cyclomatic: metrics.cyclomatic,
        cognitive: metrics.cognitive,
        cost: profile.cost.to_string(),
        quality: quality.score,
        reasons: reasons.collect(),
    }
}

fn finding(snapshot: &Snapshot, finding: &Finding) -> SourceFinding {
    let fixes = finding.fixes.iter().map(|fix| SourceFix {
        title: fix.title.clone(),
        safety: match fix.safety {
            analysis::findings::Safety::Safe => "safe".to_owned(),
            analysis::findings::Safety::Unsafe => "unsafe".to_owned(),
        },
        edits: fix
            .edits
            .iter()
            .map(|it| SourceEdit {
                place: place(snapshot, it.span),
                replacement: it.replacement.clone(),
            })
            .collect(),
    });
    let related = finding
        .related
        .iter()
        .map(|it| Related { place: place(snapshot, it.span), message: it.message.clone() });
    SourceFinding {
        rule: finding.rule.to_owned(),
        category: finding.category.as_str().to_owned(),
        severity: finding.severity.as_str().to_owned(),
        // Two digits are what a confidence is worth.
        confidence: (finding.confidence * 100.0).round() / 100.0,
        message: finding.message.clone(),
        place: place(snapshot, finding.span),
        fixes: fixes.collect(),
        related: related.collect(),
        evidence: finding.evidence.clone(),
        fingerprint: finding.fingerprint.clone(),
    }
}

/// Lists the functions that predictions are wanted of.
#[derive(Default)]
struct Lister(Mutex<Vec<(CacheKey, &'static str, String)>>);

impl Lister {
    fn into_units(self, changed: bool) -> Vec<(CacheKey, Unit)> {
        let listed = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let unit = |(key, language, code): (CacheKey, &str, String)| {
            (key, Unit { id: None, language: language.to_owned(), code, changed })
        };
        listed.into_iter().map(unit).collect()
    }
}

impl Adviser for Lister {
    fn advise(&self, unit: &AdvisedUnit<'_>, _: &CancellationToken) -> Arc<[UnitFinding]> {
        let tree = &unit.unit.lowered.tree;
        // What the parser guessed, the network need not judge.
        if !tree.ids().any(|id| tree.flags(id).has(Flags::DAMAGED)) {
            let mut listed = lock(&self.0);
            listed.push((unit.key, unit.language.id(), tree.source().to_owned()));
        }
        Arc::default()
    }

    fn is_whole(&self) -> bool {
        false
    }
}

/// Tells what was said of functions.
struct Told(HashMap<CacheKey, Arc<[UnitFinding]>>);

impl Adviser for Told {
    fn advise(&self, unit: &AdvisedUnit<'_>, _: &CancellationToken) -> Arc<[UnitFinding]> {
        self.0.get(&unit.key).cloned().unwrap_or_default()
    }

    fn is_whole(&self) -> bool {
        true
    }
}

/// The functions of one file, from its first analysis to its second.
#[derive(Default)]
struct Known {
    lowered: Mutex<HashMap<CacheKey, Arc<LoweredUnit>>>,
    checked: Mutex<HashMap<CacheKey, Arc<CheckedUnit>>>,
}

impl UnitCache for Known {
    fn lowered(&self, key: CacheKey) -> Option<Arc<LoweredUnit>> {
        lock(&self.lowered).get(&key).cloned()
    }

    fn insert_lowered(&self, key: CacheKey, unit: Arc<LoweredUnit>) {
        lock(&self.lowered).insert(key, unit);
    }

    fn checked(&self, key: CacheKey) -> Option<Arc<CheckedUnit>> {
        lock(&self.checked).get(&key).cloned()
    }

    fn insert_checked(&self, key: CacheKey, unit: Arc<CheckedUnit>) {
        lock(&self.checked).insert(key, unit);
    }
}
