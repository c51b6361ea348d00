//! The image and the containers: hadolint reads the Containerfile, the schema of the Compose
//! specification compose.yaml, and Alertmanager its file; what else the containers read is used by
//! [`topology`], with the secrets that `prepare.sh` makes.

use std::path::PathBuf;

use super::{Bench, Omissions, said, topology};
use crate::project::{Failure, files_below, read, succeeds, write};

/// The Containerfile.
pub(super) fn container(bench: &Bench<'_>) -> Result<Omissions, Failure> {
    said(bench.python("hadolint").arg(bench.deployed("container/Containerfile")))?;
    Ok(Vec::new())
}

/// The containers, and what they read.
pub(super) fn check(bench: &Bench<'_>) -> Result<Omissions, Failure> {
    let mut omissions = Vec::new();
    let compose = bench.deployed("compose/compose.yaml");
    let mut schema = bench.python("check-jsonschema");
    said(schema.args(["--builtin-schema", "vendor.compose-spec"]).arg(&compose))?;
    // What nothing here can read is at least YAML.
    let parse = "import sys, yaml; [list(yaml.safe_load_all(open(it))) for it in sys.argv[1:]]";
    let is_yaml = |path: &PathBuf| {
        let is_named_so = path.extension().is_some_and(|it| it == "yaml" || it == "yml");
        is_named_so && !path.components().any(|it| it.as_os_str() == "templates")
    };
    let files = files_below(&bench.project.path("deploy"))?.into_iter().filter(is_yaml);
    said(bench.python("python").args(["-c", parse]).args(files))?;
    said(bench.python("shellcheck").arg(bench.deployed("compose/prepare.sh")))?;
    // A copy, with secrets of its own.
    let folder = bench.scratch.join("deploy");
    for path in files_below(&bench.project.path("deploy"))? {
        let name = path.strip_prefix(bench.project.path("deploy")).unwrap_or(&path);
        if name.components().any(|it| it.as_os_str() == "secrets") {
            continue;
        }
        write(&folder.join(name), &read(&path)?)?;
    }
    let folder = folder.join("compose");
    let prepare = || said(bench.project.command("bash").arg(folder.join("prepare.sh")));
    prepare()?;
    let password = read(&folder.join("secrets/redis_url"))?;
    prepare()?;
    if read(&folder.join("secrets/redis_url"))? != password {
        return Err(Failure::Told("prepare.sh changes secrets that are there".to_owned()));
    }
    if succeeds(bench.project.command("docker").args(["compose", "version"])) {
        let mut docker = bench.project.command("docker");
        let file = folder.join("compose.yaml");
        said(docker.args(["compose", "--file"]).arg(file).args(["config", "--quiet"]))?;
    } else {
        omissions.push("`docker compose config`, since there is no Compose".to_owned());
    }
    topology::check(bench, &folder)?;
    match &bench.tools.amtool {
        Some(amtool) => {
            let mut amtool = bench.project.command(&amtool.to_string_lossy());
            said(amtool.arg("check-config").arg(bench.deployed("compose/alertmanager.yml")))?;
        }
        None => omissions.push("alertmanager.yml, since there is no amtool".to_owned()),
    }
    Ok(omissions)
}
