//! The chart: Helm's own library lints and renders it, with its defaults and with everything on; the
//! schemas of Kubernetes and of the Prometheus operator read the resources, and the server its
//! settings.

use super::{Bench, Omissions, said};
use crate::project::{Failure, write};

/// Renders the chart, and checks what comes out.
pub(super) fn check(bench: &Bench<'_>) -> Result<Omissions, Failure> {
    let folder = bench.scratch.join("chart");
    let script = folder.join("chart.py");
    write(&script, include_str!("chart.py"))?;
    let chart = bench.deployed("helm/omnistack-server");
    said(bench.python("python").arg(script).arg(chart).arg(&folder))?;
    for name in ["default.toml", "full.toml"] {
        said(bench.server().args(["config", "show", "--config"]).arg(folder.join(name)))?;
    }
    let Some(node) = &bench.tools.node else {
        let omission = "ServiceMonitor and PrometheusRule, since there is no npm";
        return Ok(vec![omission.to_owned()]);
    };
    let script = node.join("chart.mjs");
    write(&script, include_str!("chart.mjs"))?;
    said(bench.project.command("node").arg(script).arg(folder.join("operated.json")))?;
    Ok(Vec::new())
}
