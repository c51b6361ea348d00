//! `bug/struct-tag`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/struct-tag",
    category: Category::Bug,
    summary: "A struct tag that nobody can read",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["go"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports tags of struct fields without quotes around their values, and tags that name one key twice.",
        why: "Such a tag is passed over in silence, and the field is encoded under another name.",
        fix: "Write each key with its value in quotes: `json:\"name\"`.",
        limits: "Only tags that name a well-known key are read.",
        references: &["https://pkg.go.dev/reflect#StructTag"],
    },
    examples: &[
        Example::bad(
            "go",
            "type T struct { A int `json:a` }
                      ^^^^^^^^
",
        ),
        Example::bad(
            "go",
            "type T struct { A int `json:\"a\" json:\"b\"` }
                      ^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "go",
            "type T struct { A int `json:\"a\" xml:\"a\"` }
",
        ),
        Example::good(
            "go",
            "type T struct { A int `json:\"a,omitempty\" yaml:\"json:b\"` }
",
        ),
    ],
    kinds: &[Kind::Pair],
    check,
};
fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let tag = tree.child(id, Role::Value).filter(|it| tree.kind(*it) == Kind::String);
    let (Some(tag), true) = (tag, tree.child(id, Role::Type).is_some()) else { return };
    let text = context.text(tag).trim_matches('`');
    let keys = ["json", "xml", "yaml", "toml", "db", "bson"];
    let said = keys.iter().find_map(|key| {
        let mut values =
            text.split_whitespace().filter_map(|it| it.strip_prefix(key)?.strip_prefix(':'));
        let first = values.next()?;
        if !first.starts_with(['"', '\\']) {
            return Some(format!("the value of `{key}` needs quotes: nobody reads this tag"));
        }
        values.next().map(|_| format!("the tag names `{key}` twice: only the first counts"))
    });
    let Some(said) = said else { return };
    context.report(tag, said).because("Tags are pairs of a key and a value in quotes.").emit();
}
