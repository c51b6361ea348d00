//! `scrape`: a real Prometheus, found by nothing but service-discovery files, scrapes real daemons.
//!
//! Prometheus is a big program that few have at hand, so it is no part of the usual tests. The
//! Debian package is unpacked into `target/tools`, not installed.

use std::path::PathBuf;

use crate::project::{Failure, Project, run_program, succeeds};
use crate::setup;

/// Fetches Prometheus where it is missing, and runs the test that needs it.
pub(crate) fn run(project: &Project) -> Result<(), Failure> {
    let program = prometheus(project)?;
    let mut test = project.cargo();
    test.args(["test", "--package", "omnistack-lsp", "--test", "prometheus"]);
    run_program(test.env("OMNISTACK_TEST_PROMETHEUS", program))
}

/// An installed Prometheus, or else the one in `target/tools`.
fn prometheus(project: &Project) -> Result<PathBuf, Failure> {
    if succeeds(project.command("prometheus").arg("--version")) {
        return Ok("prometheus".into());
    }
    setup::unpacked(project, "prometheus", "usr/bin/prometheus")
}
