//! `security/eval-of-code`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/eval-of-code",
    category: Category::Security,
    summary: "Text is run as code",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript"],
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
    ],
    kinds: &[Kind::Call],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee).filter(|it| tree.kind(*it) == Kind::Name)
    else {
        return;
    };
    let name = tree.name(callee);
    let is_own = context.facts.bindings.resolve(callee).is_some()
        || context.environment.entry(name).is_some();
    // `Function` takes the names of parameters before its code.
    let mut arguments = tree.children_with(id, Role::Argument);
    let code = if name == "Function" { arguments.last() } else { arguments.next() };
    let (Some(code), false) = (code, is_own) else { return };
    if !matches!(name, "eval" | "exec" | "Function") || tree.kind(code).is_literal() {
        return;
    }
    let (name, code) = (name.to_owned(), context.excerpt(code));
    context
        .report(id, format!("`{name}` runs whatever `{code}` says as code"))
        .because("The text is not a literal, so that it may come from elsewhere.")
        .emit();
}
