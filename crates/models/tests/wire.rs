//! What goes over the wire: the same predictions as in the file, at the same places, and nothing that
//! does not belong there.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::engine::{AdvisedUnit, Adviser, Beside, Document, NoCache, Workspace, analyze_with};
use analysis::languages::Language;
use analysis::rules::UnitFinding;
use analysis::text::Snapshot;
use models::decision::Changed;
use models::features::Features;
use models::findings::finding;
use models::model::{Model, Source};
use models::snippet::Snippet;
use models::wire::{Fix, Prediction};

/// The functions of a file as the daemon sees them: language, text, and the features' tokens.
#[derive(Default)]
struct Listed(Mutex<Vec<(Language, String, String)>>);

fn shape(features: &Features<'_>) -> String {
    let positions = features.positions.iter().map(|it| {
        format!(
            "{} {:?} {} {} {}",
            features.text(it),
            it.token.class,
            it.slot,
            it.head,
            it.definition
        )
    });
    let candidates = features.candidates.iter().map(|it| format!("{:?}", it.edit));
    positions.chain(candidates).collect::<Vec<_>>().join("\n")
}

impl Adviser for Listed {
    fn advise(&self, unit: &AdvisedUnit<'_>, _: &CancellationToken) -> Arc<[UnitFinding]> {
        let lowered = &unit.unit.lowered;
        let bindings = &unit.unit.facts.bindings;
        let features = Features::of_unit(&lowered.tree, bindings, &lowered.comments, unit.language);
        let text = lowered.tree.source().to_owned();
        self.0.lock().unwrap().push((unit.language, text, shape(&features)));
        Arc::default()
    }

    fn is_whole(&self) -> bool {
        true
    }
}

fn listed(language: Language, text: &str) -> Vec<(Language, String, String)> {
    let listed = Listed::default();
    let mut document = Document::new(language, Snapshot::new(text));
    let beside = Beside { adviser: &listed, workspace: Workspace::Unknown };
    let never = CancellationToken::new();
    analyze_with(&mut document, &Configuration::default(), &NoCache, &beside, &never).unwrap();
    listed.0.into_inner().unwrap()
}

fn examples() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let folders = std::fs::read_dir(root).unwrap().map(|it| it.unwrap().path());
    let files = folders.filter(|it| it.is_dir()).flat_map(|it| std::fs::read_dir(it).unwrap());
    files.map(|it| it.unwrap().path()).collect()
}

#[test]
fn a_function_sent_alone_is_what_it_is_in_its_file() {
    let mut seen = 0;
    for path in examples() {
        let language = Language::from_path(&path).unwrap();
        for (language, text, shape_in_file) in
            listed(language, &std::fs::read_to_string(&path).unwrap())
        {
            let snippet = Snippet::read(&text, language).expect("it parses alone");
            assert_eq!(snippet.errors, 0, "{}: {text}", path.display());
            assert_eq!(shape(&snippet.features()), shape_in_file, "{}: {text}", path.display());
            let places = snippet.places(&text);
            assert_eq!((places.of(0), places.of(7)), (0, 7), "{text}");
            seen += 1;
        }
    }
    assert!(seen > 60, "{seen}");
}

#[test]
fn a_method_with_a_decorator_parses_alone() {
    let text = "class Box:\n    @property\n    @cached\n    def area(self):\n        return self.width * self.height\n";
    let python = Language::from_id("python").unwrap();
    let found = listed(python, text);
    let (_, text, in_file) = found.first().unwrap();
    assert!(text.starts_with("@property\n    @cached"), "{text}");
    let snippet = Snippet::read(text, python).unwrap();
    assert_eq!((snippet.errors, &shape(&snippet.features())), (0, in_file));
    assert_eq!(snippet.places(text).of(4), 4);
}

#[test]
fn offsets_lead_back_to_the_text_as_it_was_sent() {
    let text = "\n\n    def area(width, height):\n        if width:\n            return width\n";
    let snippet = Snippet::read(text, Language::from_id("python").unwrap()).unwrap();
    let places = snippet.places(text);
    for word in ["def", "height", "if", "return", "return width"] {
        let inside = snippet.text().find(word).unwrap() as u32;
        assert_eq!(places.of(inside) as usize, text.find(word).unwrap(), "{word}");
    }
    let wrapped = "  area() {\n    return this.width;\n  }";
    let snippet = Snippet::read(wrapped, Language::from_id("javascript").unwrap()).unwrap();
    let inside = snippet.text().find("this").unwrap() as u32;
    assert_eq!(snippet.places(wrapped).of(inside) as usize, wrapped.find("this").unwrap());
}

fn alarm(model: &Model, snippet: &Snippet) -> Option<UnitFinding> {
    let features = snippet.features();
    let judgement = model.judge(&features, &CancellationToken::new()).unwrap();
    let alarm = model.alarm(&judgement, snippet.language.id(), Changed::Yes)?;
    finding(&features, &alarm)
}

#[test]
fn judged_together_is_judged_alone() {
    let model = Source::Embedded.read().unwrap();
    let mut snippets: Vec<Snippet> = Vec::new();
    for path in examples() {
        let language = Language::from_path(&path).unwrap();
        let units = listed(language, &std::fs::read_to_string(&path).unwrap());
        snippets
            .extend(units.iter().filter_map(|(language, text, _)| Snippet::read(text, *language)));
    }
    // One that is longer than the network reads at once.
    let long = "    total = total + first * second\n".repeat(200);
    let long = format!("def long(first, second):\n    total = 0\n{long}    return total\n");
    snippets.push(Snippet::read(&long, Language::from_id("python").unwrap()).unwrap());
    let features: Vec<Features<'_>> = snippets.iter().map(Snippet::features).collect();
    let never = CancellationToken::new();
    let all: Vec<&Features<'_>> = features.iter().collect();
    let together = model.judge_all(&all, &never).unwrap();
    assert_eq!(together.len(), features.len());
    for (features, together) in features.iter().zip(&together) {
        let alone = model.judge(features, &never).unwrap();
        assert!((alone.score - together.score).abs() < 1e-4);
        let first = |it: &models::decision::Judgement| it.choices.first().map(|it| it.candidate);
        assert_eq!(first(&alone), first(together));
    }
    never.cancel();
    assert!(model.judge_all(&all, &never).is_none());
}

#[test]
fn a_prediction_survives_the_wire() {
    let model = Source::Embedded.read().unwrap();
    let text = "class Label:\n    def __eq__(self, other):\n        return self == 0\n";
    let python = Language::from_id("python").unwrap();
    let found = examples()
        .iter()
        .filter(|it| it.ends_with("labels.py") || it.ends_with("parcels.py"))
        .flat_map(|path| listed(python, &std::fs::read_to_string(path).unwrap()))
        .chain(listed(python, text))
        .find_map(|(_, text, _)| {
            let snippet = Snippet::read(&text, python)?;
            Some((text, alarm(&model, &snippet)?))
        });
    let (text, found) = found.expect("the examples have predictions");
    let sent = serde_json::to_string(&Prediction::of(&found)).unwrap();
    let got: Prediction = serde_json::from_str(&sent).unwrap();
    let mut back = got.finding(&text).unwrap();
    // What it comes to by default is written out.
    back.severity = found.severity.or(back.severity).filter(|_| found.severity.is_some());
    assert_eq!(back, found);
}

#[test]
fn what_cannot_be_a_prediction_is_none() {
    let code = "def f(a, b):\n    return a + ü\n";
    let good = Prediction {
        rule: "predict/variable-misuse".to_owned(),
        severity: "warning".to_owned(),
        confidence: 0.9,
        message: "`a` looks wrong here: expected `b` (90 %)".to_owned(),
        start: 24,
        end: 25,
        fixes: vec![Fix {
            title: "Replace `a` by `b`".to_owned(),
            edits: vec![models::wire::Edit { start: 24, end: 25, text: "b".to_owned() }],
        }],
        evidence: Vec::new(),
    };
    assert!(good.finding(code).is_some());
    let bad = |change: fn(&mut Prediction)| {
        let mut changed = good.clone();
        change(&mut changed);
        changed.finding(code).is_none()
    };
    assert!(bad(|it| it.rule = "bug/unused-variable".to_owned()), "no prediction's rule");
    assert!(bad(|it| it.rule = "predict/everything".to_owned()), "an unknown rule");
    assert!(bad(|it| it.severity = "fatal".to_owned()));
    assert!(bad(|it| it.confidence = 1.5));
    assert!(bad(|it| it.confidence = f32::NAN));
    assert!(bad(|it| it.end = 1000), "beyond the text");
    assert!(bad(|it| it.start = 26), "its end comes first");
    assert!(bad(|it| it.end = 29), "within a character");
    let edit = |it: &mut Prediction, start, end| {
        it.fixes[0].edits.push(models::wire::Edit { start, end, text: String::new() });
    };
    let mut overlapping = good.clone();
    edit(&mut overlapping, 23, 25);
    assert!(overlapping.finding(code).is_none());
    let mut beyond = good;
    edit(&mut beyond, 90, 91);
    assert!(beyond.finding(code).is_none());
}
