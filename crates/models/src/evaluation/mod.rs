//! Evaluation: how well a model finds known bugs, and how often it cries wolf.
//!
//! [`pairs`] compares functions before and after a fix, [`clean`] counts alarms on correct
//! functions. Both report overall, by language and by type.

pub mod clean;
pub mod pairs;
mod tables;

use analysis::languages::Language;
use serde::Serialize;

pub use tables::{clean_table, pairs_table};

use crate::decision::Changed;

/// How to evaluate.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Which thresholds count.
    pub changed: Changed,
    /// Threads.
    pub threads: usize,
}

/// A language by its id, or by another name that people give it: `py`, `C++`, `golang`.
pub fn language_named(name: &str) -> Option<Language> {
    let name = name.trim().to_ascii_lowercase();
    let id = match name.as_str() {
        "py" | "python3" => "python",
        "js" | "jsx" | "node" => "javascript",
        "ts" => "typescript",
        "tsx" => "typescriptreact",
        "rs" => "rust",
        "golang" => "go",
        "c++" | "cc" | "cxx" => "cpp",
        id => id,
    };
    Language::from_id(id)
}

/// The name under which a record counts: its language's own, or what it says if that is none.
fn group_of(name: &str) -> String {
    language_named(name).map_or_else(|| name.to_owned(), |it| it.id().to_owned())
}

/// The borders between which a share lies in 95 of 100 cases, by Wilson's formula.
pub fn bounds(hits: usize, of: usize) -> [f64; 2] {
    const Z: f64 = 1.959_964;
    if of == 0 {
        return [0.0, 1.0];
    }
    let (n, p) = (of as f64, hits as f64 / of as f64);
    let middle = p + Z * Z / (2.0 * n);
    let reach = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    [rounded(((middle - reach) / scale).max(0.0)), rounded(((middle + reach) / scale).min(1.0))]
}

/// Results overall and for each part.
#[derive(Clone, Debug, Serialize)]
pub struct Groups<T> {
    /// All records.
    pub overall: T,
    /// By language.
    pub by_language: std::collections::BTreeMap<String, T>,
    /// By type.
    pub by_type: std::collections::BTreeMap<String, T>,
}

fn rounded(number: f64) -> f64 {
    (number * 100_000.0).round() / 100_000.0
}

fn share(hits: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { rounded(hits as f64 / of as f64) }
}
