//! The packages: which, and where their sources come from.

use std::fs;
use std::path::{Path, PathBuf};

use crate::project::{Failure, Project, empty_folder, files_below, read, run_program};

/// One package of the list.
#[derive(Clone, Debug)]
pub(super) struct Package {
    /// Id of the language it stands for.
    pub(super) language: String,
    /// Its name in its registry.
    pub(super) name: String,
    /// The version.
    pub(super) version: String,
    /// SHA-256 of the archive, in hexadecimal.
    checksum: String,
    /// Where the archive is.
    url: String,
}

/// For each language, the extensions of files that are kept.
const EXTENSIONS: &[(&str, &[&str])] = &[
    ("python", &["py"]),
    ("javascript", &["js", "mjs", "cjs", "jsx"]),
    ("typescript", &["ts", "tsx", "mts", "cts"]),
    ("rust", &["rs"]),
    ("go", &["go"]),
    ("java", &["java"]),
    ("c", &["c", "h"]),
    ("cpp", &["cc", "cpp", "cxx", "h", "hpp", "hh"]),
];

/// Folders of built or foreign code.
const LEFT_OUT: &[&str] = &["node_modules", "dist", "build", "vendor", "third_party", "deps"];

/// The list's packages, in its order.
pub(super) fn listed(project: &Project) -> Result<Vec<Package>, Failure> {
    let path = project.path("xtask/ecosystem/packages.tsv");
    read(&path)?
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [language, name, version, checksum, url] = fields.as_slice() else {
                let path = project.show(&path);
                return Err(Failure::Told(format!("{path}: five fields wanted in `{line}`")));
            };
            let own = |text: &&str| (*text).to_owned();
            Ok(Package {
                language: own(language),
                name: own(name),
                version: own(version),
                checksum: own(checksum),
                url: own(url),
            })
        })
        .collect()
}

/// The languages of the packages, each once, in their order.
pub(super) fn languages(packages: &[Package]) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for package in packages {
        if !found.contains(&&*package.language) {
            found.push(&package.language);
        }
    }
    found
}

/// Where the packages are, a folder for each language.
pub(super) const SOURCES: &str = "target/ecosystem/sources";

/// The folder with a language's packages.
pub(super) fn folder(project: &Project, language: &str) -> PathBuf {
    project.path(SOURCES).join(language)
}

impl Package {
    fn folder(&self, project: &Project) -> PathBuf {
        let name = self.name.replace('/', "-");
        folder(project, &self.language).join(format!("{name}-{}", self.version))
    }

    /// Downloads and unpacks the package, unless that was done before.
    pub(super) fn fetch(&self, project: &Project) -> Result<(), Failure> {
        let folder = self.folder(project);
        if folder.is_dir() {
            return Ok(());
        }
        println!("ecosystem: fetching {} {}", self.name, self.version);
        let archive = project.path("target/ecosystem/archives").join(&self.checksum);
        let unpacked = project.path("target/ecosystem/unpacked");
        let failure = |path: &Path| {
            let path = path.to_owned();
            move |source| Failure::File { verb: "write", path, source }
        };
        fs::create_dir_all(project.path("target/ecosystem/archives")).map_err(failure(&archive))?;
        if !archive.exists() {
            let partial = archive.with_extension("partial");
            let mut command = project.command("curl");
            command.args(["--silent", "--show-error", "--fail", "--location", "--retry", "3"]);
            run_program(command.arg("--output").arg(&partial).arg(&self.url))?;
            self.verify(project, &partial)?;
            fs::rename(&partial, &archive).map_err(failure(&archive))?;
        }
        empty_folder(&unpacked)?;
        let mut tar = project.command("tar");
        run_program(tar.arg("--extract").arg("--file").arg(&archive).arg("-C").arg(&unpacked))?;
        let kept = unpacked.with_extension("kept");
        for file in files_below(&unpacked)? {
            let relative = file.strip_prefix(&unpacked).unwrap_or(&file);
            if !self.keeps(relative) {
                continue;
            }
            // The archive's own top folder says nothing.
            let below: PathBuf = relative.components().skip(1).collect();
            let target = kept.join(below);
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent).map_err(failure(parent))?;
            }
            fs::rename(&file, &target).map_err(failure(&target))?;
        }
        if let Some(parent) = folder.parent() {
            fs::create_dir_all(parent).map_err(failure(parent))?;
        }
        fs::rename(&kept, &folder).map_err(failure(&folder))
    }

    fn verify(&self, project: &Project, archive: &Path) -> Result<(), Failure> {
        let output = project
            .command("sha256sum")
            .arg(archive)
            .output()
            .map_err(|source| Failure::Start { program: "sha256sum".to_owned(), source })?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let found = printed.split_whitespace().next().unwrap_or_default();
        if found == self.checksum {
            return Ok(());
        }
        Err(Failure::Told(format!(
            "{} is not what it was when it was pinned: its SHA-256 is {found}, not {}",
            self.url, self.checksum
        )))
    }

    fn keeps(&self, path: &Path) -> bool {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let extension = path.extension().map(|it| it.to_string_lossy()).unwrap_or_default();
        let known = EXTENSIONS.iter().find(|(language, _)| *language == self.language);
        let is_built = name.contains(".min.") || name.ends_with(".d.ts") || name.contains(".d.");
        let is_foreign =
            path.components().any(|part| LEFT_OUT.contains(&&*part.as_os_str().to_string_lossy()));
        known.is_some_and(|(_, extensions)| extensions.contains(&&*extension))
            && !is_built
            && !is_foreign
    }
}
