//! Rules, alerts and dashboards: promtool reads and runs those of Prometheus, and reads every
//! expression of the dashboards.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Bench, Omissions, said};
use crate::project::{Failure, files_below, read, write};

/// Variables of Grafana, and what may stand there.
const VARIABLES: [(&str, &str); 3] =
    [("$__rate_interval", "5m"), ("$job", "omnistack-server"), ("$instance", ".+")];

/// Has promtool read and run all of it.
pub(super) fn check(bench: &Bench<'_>) -> Result<Omissions, Failure> {
    let promtool = || {
        let mut command = bench.project.command(&bench.tools.promtool.to_string_lossy());
        command.current_dir(bench.deployed("prometheus"));
        command
    };
    said(promtool().args(["check", "rules", "rules.yml", "alerts.yml"]))?;
    said(promtool().args(["check", "config", "--syntax-only", "prometheus.yml"]))?;
    said(promtool().args(["test", "rules", "alerts.test.yml"]))?;
    let mut rules = "groups:\n  - name: dashboards\n    rules:\n".to_owned();
    for path in files_below(&bench.deployed("grafana/dashboards"))? {
        let name = bench.project.show(&path);
        let dashboard: Value = serde_json::from_str(&read(&path)?)
            .map_err(|error| Failure::Told(format!("{name} is no JSON: {error}")))?;
        let expressions = expressions(&dashboard);
        if expressions.is_empty() {
            return Err(Failure::Told(format!("{name} shows nothing")));
        }
        for expression in expressions {
            let text = VARIABLES.iter().fold(expression, |it, (from, to)| it.replace(from, to));
            // JSON is YAML.
            let text = Value::String(text);
            writeln!(
                rules,
                "      - {{record: dashboard, expr: {text}, labels: {{n: \"{}\"}}}}",
                rules.len()
            )
            .map_err(|_| Failure::Told("no memory".to_owned()))?;
        }
    }
    let path = bench.scratch.join("dashboards.yml");
    write(&path, &rules)?;
    said(promtool().args(["check", "rules"]).arg(path))?;
    Ok(Vec::new())
}

/// The expressions of all panels of a dashboard.
fn expressions(dashboard: &Value) -> Vec<String> {
    let panels = dashboard.get("panels").and_then(Value::as_array).into_iter().flatten();
    let targets = panels.filter_map(|panel| panel.get("targets")?.as_array()).flatten();
    targets.filter_map(|it| Some(it.get("expr")?.as_str()?.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_taken_from_panels() {
        let dashboard = serde_json::json!({
            "panels": [{"title": "row"}, {"targets": [{"expr": "a"}, {"expr": "b"}]}]
        });
        assert_eq!(expressions(&dashboard), ["a", "b"]);
    }
}
