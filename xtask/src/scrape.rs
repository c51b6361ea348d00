//! `scrape`: a real Prometheus, found by nothing but service-discovery files, scrapes real daemons.
//!
//! Prometheus is a big program that few have at hand, so it is no part of the usual tests. The
//! Debian package is unpacked into `target/tools`, not installed.

use std::path::PathBuf;

use crate::project::{Failure, Project, run_program, succeeds};

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
    let folder = project.tools().join("prometheus");
    let program = folder.join("unpacked/usr/bin/prometheus");
    if program.is_file() {
        return Ok(program);
    }
    if !succeeds(project.command("apt-get").arg("--version")) {
        let mend = "this needs Prometheus, and there is no apt-get to fetch it; install it";
        return Err(Failure::Told(mend.to_owned()));
    }
    let failure = |source| Failure::File { verb: "make", path: folder.clone(), source };
    std::fs::create_dir_all(&folder).map_err(failure)?;
    let fetch = ["--quiet=2", "download", "prometheus"];
    run_program(project.command("apt-get").args(fetch).current_dir(&folder))?;
    let unpack = "dpkg-deb --extract prometheus_*.deb unpacked && rm prometheus_*.deb";
    run_program(project.command("sh").args(["-c", unpack]).current_dir(&folder))?;
    Ok(program)
}
