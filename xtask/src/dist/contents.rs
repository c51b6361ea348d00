//! The list of what is in a program (SBOM): every crate with version, licence and checksum, in
//! CycloneDX. It is made with the wheel, by `cargo cyclonedx`, which maturin has in it.

use std::fs;
use std::path::Path;

use super::written;
use crate::project::{Failure, Project, empty_folder, files_below, run_program};

/// Takes the list out of a wheel.
pub(super) fn take_out(project: &Project, wheel: &Path, to: &Path) -> Result<(), Failure> {
    let folder = project.path("target/generated/dist/wheel");
    empty_folder(&folder)?;
    let python = project.tools().join("packaging/bin/python");
    let mut unpack = project.command(&python.to_string_lossy());
    run_program(unpack.args(["-m", "zipfile", "--extract"]).arg(wheel).arg(&folder))?;
    let files = files_below(&folder)?;
    let list = files.iter().find(|path| path.to_string_lossy().ends_with(".cyclonedx.json"));
    let Some(list) = list else {
        return Err(Failure::Told("the wheel does not list what is in it".to_owned()));
    };
    fs::copy(list, to).map(drop).map_err(|source| written(to, source))
}
