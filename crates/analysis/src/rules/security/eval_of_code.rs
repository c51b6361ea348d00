//! `security/eval-of-code`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::known::calls;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/eval-of-code",
    category: Category::Security,
    summary: "Text is run as code",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `eval`, `exec` and `new Function` of something that is no literal.",
        why: "Whoever can influence the text runs whatever they like with the program's rights.",
        fix: "Parse what you expect: `json`, `ast.literal_eval`, a table of functions by name.",
        limits: "Whether the text can come from outside is not followed; tools that run code by trade will want this rule off.",
        references: &["https://cwe.mitre.org/data/definitions/95.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def run(text):
    return eval(text)
           ^^^^^^^^^^ as code
",
        ),
        Example::bad(
            "python",
            "def run(names):
    exec('import ' + names)
    ^^^^^^^^^^^^^^^^^^^^^^^ as code
",
        ),
        Example::good(
            "python",
            "import ast

def run(text):
    return ast.literal_eval(text)
",
        ),
        Example::good(
            "python",
            "def run():
    return eval('1 + 2')
",
        ),
        Example::bad(
            "javascript",
            "function run(text) {
  return eval(text);
         ^^^^^^^^^^ as code
}
",
        ),
        Example::bad(
            "javascript",
            "const f = new Function('a', body);
          ^^^^^^^^^^^^^^^^^^^^^^^ as code
",
        ),
        Example::good(
            "javascript",
            "const value = JSON.parse(text);
",
        ),
        Example::good(
            "javascript",
            "const root = Function('return this')();
",
        ),
        Example::bad(
            "typescript",
            "function run(text: string) {
  return eval(text);
         ^^^^^^^^^^ as code
}
",
        ),
        Example::bad(
            "typescript",
            "const f = new Function(`return ${body}`);
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ as code
",
        ),
        Example::good(
            "typescript",
            "const value = JSON.parse(text);
",
        ),
        Example::good(
            "typescript",
            "const model = evaluate(text);
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void run(ScriptEngine engine, String text) throws ScriptException {
        engine.eval(text);
        ^^^^^^^^^^^^^^^^^ as code
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    Object run(String name) throws ScriptException {
        return scriptEngine.eval(\"show(\" + name + \")\");
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ as code
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void run(ScriptEngine engine) throws ScriptException {
        engine.eval(\"1 + 2\");
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    double run(Model model, Row row) {
        return model.eval(row);
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    if tree.kind(callee) != Kind::Name {
        return check_engine(context, id);
    }
    let name = tree.name(callee);
    let is_own = context.facts.bindings.resolve(callee).is_some()
        || context.environment.entry(name).is_some();
    // `Function` takes the names of parameters before its code.
    let mut arguments = tree.children_with(id, Role::Argument);
    let code = if name == "Function" { arguments.last() } else { arguments.next() };
    let (Some(code), false) = (code, is_own) else { return };
    // A text that is put off is run as code, a function is called.
    let is_late = matches!(name, "setTimeout" | "setInterval")
        && matches!(tree.kind(code), Kind::Template | Kind::Binary);
    let runs = matches!(name, "eval" | "exec" | "Function") || is_late;
    if !runs || tree.kind(code).is_literal() {
        return;
    }
    report(context, id, code);
}

/// Calls of a machine or engine that runs text.
const ENGINES: &[&str] = &[
    "vm.runInNewContext",
    "vm.runInThisContext",
    "vm.runInContext",
    "vm.Script",
    "vm.compileFunction",
    "window.eval",
    "globalThis.eval",
];

/// `vm.runInNewContext(text)`, `engine.eval(text)`
fn check_engine(context: &mut Context<'_>, id: NodeId) {
    let Some(code) = context.arguments(id).first().copied() else { return };
    let is_script = context.method(id).is_some_and(|(receiver, method)| {
        method == "eval"
            && context.in_language(&[(&["java"], ())]).is_some()
            && context.text(receiver).to_ascii_lowercase().ends_with("engine")
    });
    if (is_script || calls(context, id, ENGINES)) && !context.tree.kind(code).is_literal() {
        report(context, id, code);
    }
}

fn report(context: &mut Context<'_>, id: NodeId, code: NodeId) {
    let name = context.tree.child(id, Role::Callee).map_or("", |it| context.tree.name(it));
    let (name, code) = (name.to_owned(), context.excerpt(code));
    context
        .report(id, format!("`{name}` runs whatever `{code}` says as code"))
        .because("The text is not a literal, so that it may come from elsewhere.")
        .emit();
}
