//! Calls of other files' functions: found whatever the number of threads and the order of files, and
//! with the other file's place in every format.

use serde_json::Value;

use crate::workspace::{Workspace, binary};

const SHAPES: &str = "\n\ndef draw(width, height):\n    return width * height\n";
const CALLER: &str =
    "from shapes import draw\n\n\ndef show(width, height):\n    draw(height, width)\n";

fn workspace() -> Workspace {
    let workspace = Workspace::with("shapes.py", SHAPES);
    workspace.write("caller.py", CALLER);
    workspace
}

fn output(workspace: &Workspace, arguments: &[&str]) -> String {
    let mut command = binary();
    let output = command.current_dir(workspace.root()).arg("check").args(arguments).output();
    String::from_utf8(output.unwrap().stdout).unwrap()
}

#[test]
fn the_other_files_place_is_in_every_format() {
    let workspace = workspace();
    let text = output(&workspace, &["."]);
    assert!(text.contains("note: shapes.py:3:1: `draw` is declared here"), "{text}");
    let json: Value =
        serde_json::from_str(&output(&workspace, &[".", "--format", "json"])).unwrap();
    let finding = &json["findings"][0];
    assert_eq!(finding["rule"], "bug/swapped-arguments");
    assert_eq!(finding["path"], "caller.py");
    assert_eq!(finding["related"][0]["path"], "shapes.py");
    assert_eq!(finding["related"][0]["line"], 3);
    let sarif: Value =
        serde_json::from_str(&output(&workspace, &[".", "--format", "sarif"])).unwrap();
    let related = &sarif["runs"][0]["results"][0]["relatedLocations"][0]["physicalLocation"];
    assert_eq!(related["artifactLocation"]["uri"], "shapes.py");
    assert_eq!(related["region"]["startLine"], 3);
}

#[test]
fn threads_and_order_do_not_matter() {
    let workspace = workspace();
    for number in 0..20 {
        workspace.write(&format!("caller_{number}.py"), CALLER);
    }
    let one = output(&workspace, &[".", "--format", "json", "--threads", "1"]);
    assert_eq!(one.matches("bug/swapped-arguments").count(), 21);
    for _ in 0..3 {
        assert_eq!(output(&workspace, &[".", "--format", "json", "--threads", "4"]), one);
    }
    let named = ["shapes.py", "caller.py"];
    let forward = output(&workspace, &[named[0], named[1], "--format", "json"]);
    assert_eq!(output(&workspace, &[named[1], named[0], "--format", "json"]), forward);
    assert!(forward.contains("bug/swapped-arguments"));
    // What is not checked is not known.
    assert!(!output(&workspace, &[named[1], "--format", "json"]).contains("bug/swapped"));
}

#[test]
fn fixes_across_files_are_applied() {
    let workspace = workspace();
    output(&workspace, &[".", "--fix", "--unsafe-fixes"]);
    let mended = std::fs::read_to_string(workspace.path("caller.py")).unwrap();
    assert_eq!(mended, CALLER.replace("draw(height, width)", "draw(width, height)"));
    assert_eq!(std::fs::read_to_string(workspace.path("shapes.py")).unwrap(), SHAPES);
}
