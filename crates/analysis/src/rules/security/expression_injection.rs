//! `security/expression-injection`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::known::{calls, option};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/expression-injection",
    category: Category::Security,
    summary: "A value is put into an expression that another part reads as code",
    severity: Severity::Warning,
    confidence: 0.8,
    languages: &["python", "javascript", "typescript", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports filters of LDAP, XPath expressions and expressions of Spring and of scripting engines that are put together from values, or are no literal at all.",
        why: "With quotes, brackets or calls in the value, the expression says something else: it finds everybody, or runs code.",
        fix: "Hand values over as parameters or variables, or escape them for the language in question.",
        limits: "Whether the value comes from outside is not known, unless the message says so.",
        references: &["https://owasp.org/www-community/attacks/LDAP_Injection"],
    },
    examples: &[
        Example::bad(
            "python",
            "def find(tree, name):
    return tree.xpath(\"//user[@name='\" + name + \"']\")
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is read as a part of
",
        ),
        Example::bad(
            "python",
            "import ldap

def find(connection, name):
    return connection.search_s(\"ou=shop\", ldap.SCOPE_SUBTREE, f\"(uid={name})\")
                                                              ^^^^^^^^^^^^^^^ is read as a part of
",
        ),
        Example::good(
            "python",
            "def find(tree, name):
    return tree.xpath(\"//user[@name=$name]\", name=name)
",
        ),
        Example::good(
            "python",
            "import ldap

def find(connection):
    return connection.search_s(\"ou=shop\", ldap.SCOPE_SUBTREE, \"(uid=*)\")
",
        ),
        Example::bad(
            "javascript",
            "const found = xpath.select(\"//user[@name='\" + name + \"']\", document);
                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is read as a part of
",
        ),
        Example::bad(
            "javascript",
            "client.search('ou=shop', { filter: `(uid=${name})` }, done);
                                   ^^^^^^^^^^^^^^^ is read as a part of
",
        ),
        Example::good(
            "javascript",
            "const found = xpath.select('//user', document);
",
        ),
        Example::good(
            "javascript",
            "client.search('ou=shop', { filter: '(uid=*)' }, done);
",
        ),
        Example::bad(
            "typescript",
            "const found = xpath.select(\"//user[@name='\" + name + \"']\", document);
                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is read as a part of
",
        ),
        Example::bad(
            "typescript",
            "client.search('ou=shop', { filter: `(uid=${name})` }, done);
                                   ^^^^^^^^^^^^^^^ is read as a part of
",
        ),
        Example::good(
            "typescript",
            "const found = xpath.select('//user', document);
",
        ),
        Example::good(
            "typescript",
            "client.search('ou=shop', { filter: '(uid=*)' }, done);
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void find(DirContext context, String name) throws NamingException {
        context.search(\"ou=shop\", \"(uid=\" + name + \")\", null);
                                  ^^^^^^^^^^^^^^^^^^^^ is read as a part of
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void run(String text) {
        new SpelExpressionParser().parseExpression(text).getValue();
                                                   ^^^^ is read as a part of
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void find(DirContext context, String name) throws NamingException {
        context.search(\"ou=shop\", \"(uid={0})\", new Object[] { name }, null);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void run() {
        new SpelExpressionParser().parseExpression(\"1 + 1\").getValue();
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Calls that are given an expression, the place of it, and whether a lone variable counts.
const TAKING: ByLanguage<&[(&str, usize, bool)]> = &[
    (
        &["python"],
        &[
            (".xpath", 0, false),
            (".search_s", 2, false),
            (".search_ext_s", 2, false),
            (".search_ext", 2, false),
            (".XPath", 0, false),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[("xpath.select", 0, false), ("xpath.select1", 0, false), ("xpath.evaluate", 0, false)],
    ),
    (
        &["java"],
        &[
            (".search", 1, false),
            (".evaluate", 0, false),
            (".compile", 0, false),
            (".parseExpression", 0, true),
            (".createValueExpression", 1, true),
        ],
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let known = context.in_language(TAKING);
    let taking = known.and_then(|it| it.iter().find(|(path, ..)| calls(context, id, &[path])));
    let (expression, takes_all) = if let Some((_, at, takes_all)) = taking {
        (context.arguments(id).get(*at).copied(), *takes_all)
    } else {
        let is_search = context.method(id).is_some_and(|(_, it)| it == "search");
        (option(context, id, "filter").filter(|_| is_search), false)
    };
    let Some(expression) = expression.filter(|it| !tree.kind(*it).is_literal()) else { return };
    let texts = context.texts();
    let built = texts.take_apart(expression);
    let is_expression = built.fixed.contains(['(', '/', '[']);
    let hole = built.holes.iter().find(|hole| !texts.is_harmless(hole.node));
    let Some(hole) = hole.filter(|_| is_expression || takes_all) else { return };
    if context.is_in_test(id) {
        return;
    }
    let shown = context.excerpt(hole.node);
    context
        .report(expression, format!("`{shown}` is read as a part of the expression"))
        .related(hole.node, "becomes a part of it here")
        .because("Quotes and brackets in it mean something there.")
        .emit();
}
