//! `dist`: builds what is given to others, into `target/packages`: for each program an archive with
//! its licences, completions and manual; the wheel; the list of what is in the program (SBOM); VS
//! Code's extension; and the checksums of all of these.
//!
//! On Linux the programs are linked with musl, so that they run on any distribution. Archives of the
//! same program are the same to the byte, whenever and wherever they are packed.

pub(crate) mod archive;
mod contents;
mod extension;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::project::{Failure, Project, empty_folder, output_of, read, run_program};
use crate::setup::packaging;

/// Where all of it is put.
const PACKAGES: &str = "target/packages";
/// The program that has completions and a manual.
const LSP: &str = "omnistack-lsp";
/// Programs that are given to others, where their crates are there.
const PROGRAMS: [&str; 2] = [LSP, "omnistack-server"];

/// The name of what completes in each shell, as shells look for it.
const COMPLETIONS: [(&str, &str); 5] = [
    ("bash", "omnistack-lsp.bash"),
    ("zsh", "_omnistack-lsp"),
    ("fish", "omnistack-lsp.fish"),
    ("powershell", "_omnistack-lsp.ps1"),
    ("elvish", "omnistack-lsp.elv"),
];

/// Builds and packs everything.
pub(crate) fn run(project: &Project, target: Option<String>) -> Result<(), Failure> {
    let target = Target::choose(project, target)?;
    let version = version(project)?;
    let folder = project.path(PACKAGES);
    empty_folder(&folder)?;
    println!("dist: version {version} for {}", target.name);
    let mut packed = Vec::new();
    for program in programs(project) {
        let build = || build(project, &target, program);
        let path = timed(&format!("building {program}"), build)?;
        let name = format!("{program}-{version}-{}", target.name);
        let scratch = project.path("target/generated/dist").join(&name);
        empty_folder(&scratch)?;
        fill(project, &target, program, &path, &scratch)?;
        let archive = folder.join(format!("{name}.tar.gz"));
        timed("packing", || archive::pack(&scratch, &name, &archive))?;
        packed.push(archive);
    }
    let wheel = timed("making the wheel", || wheel(project, &target, &folder))?;
    let contents = folder.join(format!("{LSP}-{version}-{}.cdx.json", target.name));
    contents::take_out(project, &wheel, &contents)?;
    packed.extend([wheel, contents]);
    if extension::is_there(project) {
        let server = built(project, &target, LSP);
        let pack = || extension::pack(project, &target.name, &server, &version, &folder);
        packed.extend(timed("packing the extension", pack)?);
    }
    archive::write_checksums(&folder, &packed)?;
    for path in &packed {
        let size = fs::metadata(path).map_or(0, |it| it.len());
        println!("dist: {:>9} bytes  {}", size, project.show(path));
    }
    Ok(())
}

/// What is built for.
struct Target {
    name: String,
    /// Whether its programs run on this machine.
    runs_here: bool,
}

impl Target {
    fn choose(project: &Project, wanted: Option<String>) -> Result<Self, Failure> {
        let host = host(project)?;
        let musl = host.replace("-gnu", "-musl");
        let name = match wanted {
            Some(wanted) => wanted,
            None if musl != host && packaging::links_with_musl(project, &musl)? => musl.clone(),
            None => {
                println!("dist: programs cannot be linked with musl here; they are for {host}");
                host.clone()
            }
        };
        if name.ends_with("-musl") && !packaging::links_with_musl(project, &name)? {
            return Err(Failure::Told(format!(
                "{name} needs the linker of musl (Debian: musl-tools) and `rustup target add {name}`"
            )));
        }
        let runs_here = name == host || name == musl;
        Ok(Self { name, runs_here })
    }
}

/// The machine that this runs on, as the compiler calls it.
fn host(project: &Project) -> Result<String, Failure> {
    let said = output_of(project.command("rustc").args(["--version", "--verbose"]))?;
    let said = String::from_utf8_lossy(&said);
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Failure::Told("rustc does not name its host".to_owned()))
}

/// The version of the workspace.
pub(crate) fn version(project: &Project) -> Result<String, Failure> {
    let manifest = read(&project.path("Cargo.toml"))?;
    let version = manifest.lines().find_map(|line| line.strip_prefix("version = \""));
    version
        .and_then(|rest| rest.split('"').next())
        .map(str::to_owned)
        .ok_or_else(|| Failure::Told("Cargo.toml states no version".to_owned()))
}

fn programs(project: &Project) -> impl Iterator<Item = &'static str> {
    PROGRAMS.into_iter().filter(|it| project.path("crates").join(it).is_dir())
}

/// Builds a program, without symbols.
fn build(project: &Project, target: &Target, program: &str) -> Result<PathBuf, Failure> {
    let mut cargo = project.cargo();
    cargo.args(["build", "--locked", "--quiet", "--profile", "dist", "--package", program]);
    run_program(cargo.args(["--bin", program, "--target", &target.name]))?;
    Ok(built(project, target, program))
}

/// Where Cargo leaves a program.
fn built(project: &Project, target: &Target, program: &str) -> PathBuf {
    let program = project.built(&format!("{}/dist", target.name), program);
    if target.name.contains("windows") { program.with_extension("exe") } else { program }
}

/// Puts all that belongs to a program into the folder that becomes its archive.
fn fill(
    project: &Project,
    target: &Target,
    program: &str,
    path: &Path,
    folder: &Path,
) -> Result<(), Failure> {
    let name = path.file_name().unwrap_or_default();
    copy(path, &folder.join(name))?;
    for file in ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "CHANGELOG.md"] {
        copy(&project.path(file), &folder.join(file))?;
    }
    if program != LSP {
        return Ok(());
    }
    // What it says of itself is the same for every target.
    let command = || {
        if target.runs_here {
            return project.command(&path.to_string_lossy());
        }
        let mut cargo = project.cargo();
        cargo.args(["run", "--quiet", "--package", LSP, "--"]);
        cargo
    };
    let completions = folder.join("completions");
    make(&completions)?;
    for (shell, file) in COMPLETIONS {
        let script = output_of(command().args(["completions", shell]))?;
        let file = completions.join(file);
        fs::write(&file, script).map_err(|source| written(&file, source))?;
    }
    run_program(command().args(["man", "--folder"]).arg(folder.join("man/man1")))
}

/// Makes the wheel of the program that is built already.
fn wheel(project: &Project, target: &Target, folder: &Path) -> Result<PathBuf, Failure> {
    let maturin = packaging::maturin(project)?;
    let mut command = project.command(&maturin.to_string_lossy());
    command.current_dir(project.path("packaging/python"));
    command.args(["build", "--quiet", "--locked", "--profile", "dist", "--target", &target.name]);
    run_program(command.arg("--out").arg(folder))?;
    let files = crate::project::files_below(folder)?;
    let is_wheel = |path: &PathBuf| path.extension().is_some_and(|it| it == "whl");
    files
        .into_iter()
        .find(is_wheel)
        .ok_or_else(|| Failure::Told("maturin made no wheel".to_owned()))
}

/// Runs a step, and says how long it took.
fn timed<T>(step: &str, run: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let start = Instant::now();
    let outcome = run()?;
    println!("dist: {step}: {:.1} s", start.elapsed().as_secs_f64());
    Ok(outcome)
}

fn make(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|source| written(folder, source))
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::copy(from, to).map(drop).map_err(|source| Failure::File {
        verb: "copy",
        path: from.to_owned(),
        source,
    })
}

fn written(path: &Path, source: std::io::Error) -> Failure {
    Failure::File { verb: "write", path: path.to_owned(), source }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    /// Places that repeat the version, with what stands before it there.
    const REPEATED: [(&str, &str); 5] = [
        ("pyproject.toml", "version = \""),
        ("pyproject.toml", "omnistack-lsp=="),
        ("packaging/gitlab/omnistack.gitlab-ci.yml", "OMNISTACK_VERSION: \""),
        ("packaging/reviewdog/workflow.yml", "omnistack-lsp=="),
        ("packaging/mason/package.yaml", "omnistack/omnistack@v"),
    ];

    #[test]
    fn the_version_is_the_same_wherever_it_is_said() {
        let project = Project::of_this_workspace();
        let version = version(&project).unwrap();
        for (file, before) in REPEATED {
            let text = read(&project.path(file)).unwrap();
            let said = format!("{before}{version}");
            assert!(text.contains(&said), "{file} does not say `{said}`");
        }
    }
}
