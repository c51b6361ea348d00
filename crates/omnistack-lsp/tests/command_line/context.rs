//! `context`: what is printed of functions.

use serde_json::Value;

use crate::workspace::{Workspace, binary};

const SHOP: &str = "def total(orders, home, a, b, c, d):
    price = 0
    for order in orders:
        for part in orders:
            price = price + part * order
    return price


class Shop:
    def open(self):
        def inner():
            return total(1, 2, 3, 4, 5, 6)
        return inner
";

fn context(workspace: &Workspace, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = binary();
    let output = command.current_dir(workspace.root()).arg("context").args(arguments).output();
    let output = output.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn all_that_is_known_is_in_the_json() {
    let workspace = Workspace::with("shop.py", SHOP);
    workspace.write(
        "desk.py",
        "from shop import total\n\n\ndef show():\n    return total(1, 2, 3, 4, 5, 6)\n",
    );
    let (code, output, _) = context(&workspace, &[".", "--format", "json"]);
    assert_eq!(code, Some(0));
    let json: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["summary"]["files"], 2);
    let functions = json["functions"].as_array().unwrap();
    let names: Vec<_> = functions.iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["show", "total", "Shop.open", "Shop.open.inner"]);
    let total = &functions[1];
    assert_eq!((&total["path"], &total["language"]), (&"shop.py".into(), &"python".into()));
    assert_eq!(
        (&total["line"], &total["column"], &total["end_line"]),
        (&1.into(), &1.into(), &6.into())
    );
    assert_eq!(
        (&total["cyclomatic"], &total["cognitive"], &total["nesting"]),
        (&3.into(), &3.into(), &2.into())
    );
    assert_eq!((&total["lines"], &total["parameters"]), (&6.into(), &6.into()));
    assert_eq!(total["decisions"]["loops"], 2);
    assert_eq!(total["cost"]["class"], "O(n²)");
    assert_eq!(total["cost"]["line"], 4);
    assert_eq!(total["quality"]["score"], 92);
    assert_eq!(total["quality"]["reasons"][0]["name"], "nested loops");
    assert_eq!(total["quality"]["reasons"][0]["points"], 5);
    // Shop.open, which holds the inner one, and show.
    assert_eq!((&total["callers"], &total["callees"]), (&2.into(), &0.into()));
    assert_eq!(functions[3]["callers"], Value::Null);
    assert!(total["halstead"]["volume"].as_f64().unwrap() > 0.0);
}

#[test]
fn the_table_begins_with_the_worst() {
    let workspace = Workspace::with("shop.py", SHOP);
    let (code, output, _) = context(&workspace, &[]);
    assert_eq!(code, Some(0));
    let lines: Vec<_> = output.lines().collect();
    assert_eq!(lines.len(), 3, "{output}");
    assert!(lines[0].starts_with("quality cyclomatic cognitive"), "{output}");
    assert!(
        lines[1].trim_start().starts_with("92 ") && lines[1].ends_with("total (shop.py:1)"),
        "{output}"
    );
    assert!(lines[2].trim_start().starts_with("100 "), "{output}");
}

#[test]
fn what_is_not_there_is_an_error() {
    let workspace = Workspace::with("shop.py", SHOP);
    let (code, _, error) = context(&workspace, &["nowhere"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("nowhere: no such file or folder"), "{error}");
}

#[test]
fn a_function_that_repeats_one_of_another_file_is_found_on_any_number_of_threads() {
    let line = |at| format!("    value{at} = first.step{at}(second, {at}) + second.size{at} * 2\n");
    let lines = (0..12).map(line).collect::<Vec<_>>().concat();
    let function = |name: &str| format!("def {name}(first, second):\n{lines}    return value1\n");
    let workspace = Workspace::with("a.py", function("draw"));
    workspace.write("b.py", format!("import a\n\n\n{}", function("paint")));
    let outputs: Vec<String> = ["1", "4"]
        .iter()
        .map(|threads| {
            let mut command = binary();
            command.current_dir(workspace.root()).args(["check", ".", "--threads", threads]);
            command.args(["--select", "practice/duplicated-code", "--format", "json"]);
            String::from_utf8(command.output().unwrap().stdout).unwrap()
        })
        .collect();
    assert_eq!(outputs[0], outputs[1]);
    let json: Value = serde_json::from_str(&outputs[0]).unwrap();
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{json}");
    assert_eq!(findings[0]["path"], "b.py");
    assert_eq!(findings[0]["line"], 4);
    assert_eq!(findings[0]["related"][0]["path"], "a.py");
    assert_eq!(findings[0]["related"][0]["line"], 1);
}
