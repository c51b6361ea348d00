//! A copy of the shipped model with other thresholds, so that a test knows what alarms: which
//! functions do with the shipped ones is up to the weights.

use std::path::Path;

use models::features::RewriteKind;
use models::model::{FILES, seal};
use serde_json::{Map, Value, json};

/// Both functions use a variable where another one would do.
pub(crate) const TWO: &str = "def one(width, height):\n    return width * height\n\n\n\
    def two(left, right):\n    return left - right\n";

/// Writes the model, with one threshold of log-odds for unchanged and one for changed code.
pub(crate) fn write_model(folder: &Path, unchanged: Option<f32>, changed: Option<f32>) {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/weights");
    for name in FILES {
        std::fs::copy(shipped.join(name), folder.join(name)).unwrap();
    }
    let pair = json!({"unchanged": unchanged, "changed": changed});
    let least: Map<String, Value> =
        RewriteKind::ALL.iter().map(|kind| (kind.name().to_owned(), pair.clone())).collect();
    let both = json!({"unchanged": 0.5, "changed": 0.5});
    let python = json!({"functions": 1, "bugs": 1, "alarms_per_1000": both, "found": both,
        "least": least});
    let thresholds =
        json!({"prior": both, "allowed_per_1000": both, "languages": {"python": python}});
    std::fs::write(folder.join("calibration.json"), thresholds.to_string()).unwrap();
    seal(folder, "none").unwrap();
}
