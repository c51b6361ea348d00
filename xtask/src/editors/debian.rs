//! Programs of other Debian releases than the system's, unpacked below `target/tools` with all that
//! they depend on, and started by their own loader. Nothing is installed, and nobody has to be root.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project::{Failure, Project, run_program, succeeds, write};

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";
const LOADER: &str = "usr/lib64/ld-linux-x86-64.so.2";
const LIBRARIES: &str = "usr/lib/x86_64-linux-gnu";

/// A package that is unpacked.
#[derive(Clone, Debug)]
pub(super) struct Unpacked {
    folder: PathBuf,
}

impl Unpacked {
    /// The package of a release, fetched where it is missing.
    pub(super) fn fetch(project: &Project, release: &str, package: &str) -> Result<Self, Failure> {
        let folder = project.tools().join("editors").join(format!("{package}-{release}"));
        let unpacked = Self { folder };
        if unpacked.folder.join(LOADER).exists() {
            return Ok(unpacked);
        }
        let is_able = cfg!(all(target_os = "linux", target_arch = "x86_64"))
            && Path::new(KEYRING).exists()
            && succeeds(project.command("apt-get").arg("--version"));
        if !is_able {
            return Err(Failure::Told(format!(
                "{package} of Debian's {release} can be fetched on Debian on x86-64 only"
            )));
        }
        println!("setup: fetching {package} of Debian's {release}");
        let apt = project.tools().join("editors/apt").join(release);
        prepare(&apt, release)?;
        run_program(configured(project, &apt).args(["--quiet=2", "update"]))?;
        let install =
            ["--quiet=2", "--yes", "--no-install-recommends", "--download-only", "install"];
        run_program(configured(project, &apt).args(install).arg(package))?;
        // Under its name only once it is whole.
        let partial = unpacked.folder.with_extension("partial");
        let unpack = "rm -rf \"$2\" && mkdir -p \"$2\" && for it in \"$1\"/*.deb; do \
                      dpkg-deb --extract \"$it\" \"$2\" || exit 1; done && mv \"$2\" \"$3\" && \
                      rm -rf \"$4\"";
        let mut shell = project.command("sh");
        shell.args(["-c", unpack, "sh"]).arg(apt.join("cache/archives"));
        run_program(shell.arg(&partial).arg(&unpacked.folder).arg(&apt))?;
        Ok(unpacked)
    }

    /// A path in the package.
    pub(super) fn path(&self, relative: &str) -> PathBuf {
        self.folder.join(relative)
    }

    /// The command that starts one of its programs.
    pub(super) fn program(&self, relative: &str) -> Vec<OsString> {
        let parts = [LOADER, "--library-path", LIBRARIES, relative];
        let word = |part: &str| -> OsString {
            if part.starts_with("--") { part.into() } else { self.path(part).into() }
        };
        parts.map(word).into()
    }
}

/// Makes what apt wants to find.
fn prepare(apt: &Path, release: &str) -> Result<(), Failure> {
    for folder in ["lists/partial", "cache/archives/partial"] {
        let folder = apt.join(folder);
        std::fs::create_dir_all(&folder).map_err(|source| Failure::File {
            verb: "make",
            path: folder,
            source,
        })?;
    }
    let mirror = "http://deb.debian.org/debian";
    let source = format!("deb [signed-by={KEYRING}] {mirror} {release} main\n");
    write(&apt.join("sources.list"), &source)?;
    // With nothing installed, the packages that it depends on come along.
    write(&apt.join("status"), "")
}

/// An `apt-get` that neither reads nor changes the system's packages.
fn configured(project: &Project, apt: &Path) -> Command {
    let mut command = project.command("apt-get");
    let show = |it: &str| apt.join(it).display().to_string();
    for (option, value) in [
        ("Dir::State", show("")),
        ("Dir::State::lists", show("lists")),
        ("Dir::State::status", show("status")),
        ("Dir::Cache", show("cache")),
        ("Dir::Etc::sourcelist", show("sources.list")),
        ("Dir::Etc::sourceparts", "/dev/null".to_owned()),
        ("Dir::Etc::preferencesparts", "/dev/null".to_owned()),
        ("APT::Sandbox::User", String::new()),
        ("Debug::NoLocking", "true".to_owned()),
    ] {
        command.arg("-o").arg(format!("{option}={value}"));
    }
    command
}
