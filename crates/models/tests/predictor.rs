//! The product's network against the trainer's, and what it does with weights that are no good.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use analysis::cancellation::CancellationToken;
use models::dataset::encode::{Function, samples};
use models::model::Source;
use models::predictor::{ModelError, Predictor, Scores};
use serde::Deserialize;

const WEIGHTS: &[u8] = include_bytes!("../weights/predictor.safetensors");
const VOCABULARY: &str = include_str!("../weights/vocabulary.txt");

#[derive(Deserialize)]
struct Golden {
    clean: f32,
    candidates: Vec<f32>,
}

fn functions() -> Vec<Function> {
    let lines = include_str!("golden/functions.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn apart(ours: &Scores, golden: &Golden) -> f32 {
    assert_eq!(ours.candidates.len(), golden.candidates.len());
    let pairs = ours.candidates.iter().zip(&golden.candidates);
    let apart = pairs.map(|(ours, golden)| (ours - golden).abs());
    apart.fold((ours.clean - golden.clean).abs(), f32::max)
}

#[test]
fn scores_are_the_trainers() {
    let predictor = Predictor::read(WEIGHTS, VOCABULARY).unwrap();
    let golden: Vec<Golden> = serde_json::from_str(include_str!("golden/scores.json")).unwrap();
    let samples: Vec<_> =
        functions().iter().flat_map(|it| samples(it, predictor.vocabulary())).collect();
    assert_eq!(samples.len(), golden.len());
    let cancel = CancellationToken::new();
    // All at once, and one by one: who else is in a batch must not matter.
    let together = predictor.scores(&samples, &cancel).unwrap();
    for ((sample, golden), together) in samples.iter().zip(&golden).zip(&together) {
        let alone = predictor.scores(std::slice::from_ref(sample), &cancel).unwrap().remove(0);
        assert_eq!(&alone, together);
        assert!(apart(&alone, golden) < 1e-3, "{}", apart(&alone, golden));
    }
}

#[test]
fn a_cancelled_forward_pass_gives_nothing() {
    let predictor = Predictor::read(WEIGHTS, VOCABULARY).unwrap();
    let cancel = CancellationToken::new();
    cancel.cancel();
    let samples = samples(functions().first().unwrap(), predictor.vocabulary());
    assert!(predictor.scores(&samples, &cancel).is_none());
}

#[test]
fn a_vocabulary_with_lines_too_many_and_weights_of_zeros_are_refused() {
    let doubled = format!("{VOCABULARY}{}\n", VOCABULARY.lines().next().unwrap());
    let error = Predictor::read(WEIGHTS, &doubled).unwrap_err();
    assert!(matches!(error, ModelError::Configuration { .. }), "{error}");
    let mut zeros = WEIGHTS.to_vec();
    let header = 8 + u64::from_le_bytes(WEIGHTS[..8].try_into().unwrap()) as usize;
    zeros[header..].fill(0);
    let error = Predictor::read(&zeros, VOCABULARY).unwrap_err();
    assert!(error.to_string().contains("nothing but zeros"), "{error}");
}

/// The weights with their header changed, its length put right.
fn with_header(change: impl Fn(String) -> String) -> Vec<u8> {
    let (length, rest) = WEIGHTS.split_at(8);
    let length = u64::from_le_bytes(length.try_into().unwrap()) as usize;
    let (header, data) = rest.split_at(length);
    let mut header = change(String::from_utf8(header.to_vec()).unwrap());
    header.push_str(&" ".repeat(header.len().next_multiple_of(8) - header.len()));
    let length = header.len() as u64;
    [&length.to_le_bytes(), header.as_bytes(), data].concat()
}

#[test]
fn weights_that_would_fill_the_memory_are_refused() {
    // A table more, of 34 million numbers.
    let size = 34_usize << 20;
    let (length, rest) = WEIGHTS.split_at(8);
    let length = u64::from_le_bytes(length.try_into().unwrap()) as usize;
    let mut grown = with_header(|header| {
        let end = rest.len() - length;
        let entry = format!(
            ",\"more.weight\":{{\"dtype\":\"F16\",\"shape\":[{size}],\"data_offsets\":[{end},{}]}}}}",
            end + 2 * size
        );
        let header = header.trim_end();
        format!("{}{entry}", header.strip_suffix('}').unwrap())
    });
    grown.resize(grown.len() + 2 * size, 0);
    let error = Predictor::read(&grown, VOCABULARY).unwrap_err();
    assert!(matches!(error, ModelError::TooLarge { .. }), "{error}");
}

#[test]
fn the_shipped_model_warms_up() {
    Source::Embedded.read().unwrap().warm_up().unwrap();
}

#[test]
fn damaged_weights_are_told_apart() {
    let error = |bytes: &[u8]| Predictor::read(bytes, VOCABULARY).unwrap_err();
    assert!(matches!(error(&WEIGHTS[..WEIGHTS.len() / 2]), ModelError::Truncated { .. }));
    assert!(matches!(error(b""), ModelError::Truncated { .. }));
    let other = with_header(|it| it.replace("\"format\":\"1\"", "\"format\":\"9\""));
    assert_eq!(error(&other), ModelError::Version { found: "9".to_owned() });
    let lacking = with_header(|it| it.replace("\"want.bias\"", "\"went.bias\""));
    assert_eq!(error(&lacking), ModelError::MissingWeight { name: "want.bias".to_owned() });
    let odd = with_header(|it| it.replace("\\\"heads\\\": 8", "\\\"heads\\\": 7"));
    assert!(matches!(error(&odd), ModelError::Configuration { .. }));
    let mut infinite = WEIGHTS.to_vec();
    let end = infinite.len();
    // The last number of the last tensor, in half precision.
    infinite[end - 2..].copy_from_slice(&0x7e00_u16.to_le_bytes());
    assert!(matches!(error(&infinite), ModelError::NotFinite { .. }));
    let short = Predictor::read(WEIGHTS, "one\ntwo\n").unwrap_err();
    assert!(matches!(short, ModelError::Configuration { .. }));
    for error in [error(&other), error(&lacking), error(&odd), error(&infinite), short] {
        assert!(error.to_string().contains("; "), "{error} says how to mend it");
    }
}
