//! `security/nosql-injection`.

use crate::facts::outside::Sender;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/nosql-injection",
    category: Category::Security,
    summary: "A client's request becomes a part of a query's conditions",
    severity: Severity::Warning,
    confidence: 0.8,
    languages: &["javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports queries of a document database whose conditions hold values of a request as they came, and `$where` with a text that was put together.",
        why: "A client can send an object where a text was meant: `{\"password\": {\"$ne\": \"\"}}` fits every password. `$where` runs its text as code.",
        fix: "Turn the value into a text (`String(value)`), or check the request against a schema.",
        limits: "Whether a schema of the model converts the value is not known.",
        references: &[
            "https://cheatsheetseries.owasp.org/cheatsheets/Injection_Prevention_Cheat_Sheet.html",
        ],
    },
    examples: &[
        Example::bad(
            "javascript",
            "app.post('/login', async (req, res) => {
  const user = await User.findOne({ name: req.body.name });
                                          ^^^^^^^^^^^^^ as an operator
});
",
        ),
        Example::bad(
            "javascript",
            "function find(req, users) {
  return users.find({ $where: 'this.name == ' + req.query.name });
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ as an operator
}
",
        ),
        Example::good(
            "javascript",
            "app.post('/login', async (req, res) => {
  const user = await User.findOne({ name: String(req.body.name) });
});
",
        ),
        Example::good(
            "javascript",
            "function find(users, name) {
  return users.find({ name });
}
",
        ),
        Example::bad(
            "typescript",
            "app.post('/login', async (req, res) => {
  const user = await User.findOne({ name: req.body.name });
                                          ^^^^^^^^^^^^^ as an operator
});
",
        ),
        Example::bad(
            "typescript",
            "function find(req, users) {
  return users.find({ $where: 'this.name == ' + req.query.name });
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ as an operator
}
",
        ),
        Example::good(
            "typescript",
            "app.post('/login', async (req, res) => {
  const user = await User.findOne({ name: String(req.body.name) });
});
",
        ),
        Example::good(
            "typescript",
            "function find(users, name) {
  return users.find({ name });
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

const QUERIES: &[&str] = &[
    "find",
    "findOne",
    "findOneAndUpdate",
    "findOneAndDelete",
    "deleteOne",
    "deleteMany",
    "updateOne",
    "updateMany",
    "countDocuments",
    "remove",
    "count",
    "where",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some((_, method)) = context.method(id) else { return };
    if !QUERIES.contains(&method) || context.is_in_test(id) {
        return;
    }
    let Some(conditions) = context.arguments(id).first().copied() else { return };
    if tree.kind(conditions) != Kind::Map {
        return;
    }
    let found =
        tree.children(conditions).filter(|it| tree.kind(*it) == Kind::Pair).find_map(|pair| {
            let (key, value) = (tree.child(pair, Role::Key)?, tree.child(pair, Role::Value)?);
            let is_code = context.text(key) == "$where" && !tree.kind(value).is_literal();
            // Query parameters that are looked up by name, or taken from the path, are texts.
            let is_object = tree.kind(value) == Kind::Member && {
                let text = context.text(value);
                (text.contains(".body") || text.contains(".query"))
                    && context.origin(value).is_some_and(|it| it.sender == Sender::Client)
            };
            (is_code || is_object).then_some(value)
        });
    let Some(value) = found else { return };
    let shown = context.excerpt(value);
    context
        .report(
            value,
            format!("`{shown}` may be an object, and is then read as an operator of the query"),
        )
        .because("A request's body and query can hold objects wherever a text is expected.")
        .emit();
}
