//! What the tests of the team server run beside it: Redis and a balancer.
//!
//! Where the system has them, they are the system's. Otherwise Debian's packages are unpacked into
//! `target/tools/team` rather than installed: installing them would start them as services.

use std::fs;
use std::path::{Path, PathBuf};

use super::{is_root, say};
use crate::project::{Failure, Project, run_program, succeeds};

/// Programs, each with its package and the folder that it stands in.
const PROGRAMS: [(&str, &str, &str); 2] =
    [("redis-server", "redis-server", "usr/bin"), ("haproxy", "haproxy", "usr/sbin")];
/// Where a system has programs.
const FOLDERS: [&str; 4] = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];

/// Unpacks what is missing.
pub(crate) fn install(project: &Project) -> Result<(), Failure> {
    let folder = project.tools().join("team");
    let is_missing = |(program, _, _): &(&str, &str, &str)| {
        !folder.join(program).exists()
            && !FOLDERS.iter().any(|it| Path::new(it).join(program).exists())
    };
    let missing: Vec<_> = PROGRAMS.into_iter().filter(is_missing).collect();
    if missing.is_empty() {
        say("Redis and a balancer are there");
        return Ok(());
    }
    let packages: Vec<_> = missing.iter().map(|(_, package, _)| *package).collect();
    let names = packages.join(" ");
    if !is_root(project) || !succeeds(project.command("apt-get").arg("--version")) {
        return Err(Failure::Told(format!(
            "the tests of the team server need {names}; install them with the system's package \
             manager (they need not run as services) and run this again"
        )));
    }
    say(&format!("unpacking the Debian packages {names}"));
    let (archives, system) = (folder.join("archives"), folder.join("system"));
    make(&archives.join("partial"))?;
    make(&system)?;
    run_program(project.command("apt-get").args(["update", "--quiet=2"]))?;
    let mut fetch = project.command("apt-get");
    fetch.args(["install", "--yes", "--quiet=2", "--no-install-recommends", "--download-only"]);
    fetch.args(["-o", "APT::Sandbox::User=root", "-o"]);
    fetch.arg(format!("Dir::Cache::archives={}", archives.display()));
    run_program(fetch.args(&packages))?;
    for archive in entries(&archives)?.iter().filter(|it| it.extension() == Some("deb".as_ref())) {
        run_program(project.command("dpkg").arg("--extract").arg(archive).arg(&system))?;
    }
    let libraries: Vec<_> = entries(&system.join("usr/lib"))?
        .iter()
        .filter(|it| it.to_string_lossy().ends_with("-linux-gnu"))
        .map(|it| it.display().to_string())
        .collect();
    for (program, _, place) in missing {
        let script = format!(
            "#!/bin/sh\nLD_LIBRARY_PATH={} exec {} \"$@\"\n",
            libraries.join(":"),
            system.join(place).join(program).display()
        );
        let to = folder.join(program);
        fs::write(&to, script).map_err(|source| told(&to, &source))?;
        run_program(project.command("chmod").arg("755").arg(&to))?;
        run_program(project.command(&to.to_string_lossy()).arg("-v"))?;
    }
    Ok(())
}

fn told(path: &Path, source: &std::io::Error) -> Failure {
    Failure::Told(format!("{}: {source}", path.display()))
}

fn make(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|source| told(folder, &source))
}

/// What is in a folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|source| told(folder, &source))?;
    Ok(entries.filter_map(|entry| entry.ok().map(|it| it.path())).collect())
}
