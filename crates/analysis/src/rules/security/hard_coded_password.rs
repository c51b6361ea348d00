//! `security/hard-coded-password`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::words::words_of;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/hard-coded-password",
    category: Category::Security,
    summary: "A password stands in the code",
    severity: Severity::Warning,
    confidence: 0.75,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports texts that are assigned to, compared with or handed over as a password, a secret or a key, and passwords within addresses (`postgres://user:password@host`).",
        why: "All who can read the code, its history or the program know it, and it cannot be changed without a new version.",
        fix: "Read it from the environment or a store for secrets, and change it now.",
        limits: "Goes by names; `security/hard-coded-secret` looks at the texts themselves. Tests, placeholders and names of fields are left alone.",
        references: &["https://cwe.mitre.org/data/definitions/259.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "password = \"hunter2!x\"
           ^^^^^^^^^^^ in the code
",
        ),
        Example::bad(
            "python",
            "connect(\"root\", password=\"Tr0ub4dor&3\")
                         ^^^^^^^^^^^^^ in the code
",
        ),
        Example::good(
            "python",
            "password = \"\"
",
        ),
        Example::good(
            "python",
            "password_field = \"password\"
",
        ),
        Example::bad(
            "javascript",
            "const password = 'hunter2!x';
                 ^^^^^^^^^^^ in the code
",
        ),
        Example::bad(
            "javascript",
            "mongoose.connect('mongodb://admin:Sup3rS3cret@db.internal/shop');
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ in the code
",
        ),
        Example::good(
            "javascript",
            "const password = process.env.PASSWORD;
",
        ),
        Example::good(
            "javascript",
            "const labels = { password: 'Password' };
",
        ),
        Example::bad(
            "typescript",
            "const password = 'hunter2!x';
                 ^^^^^^^^^^^ in the code
",
        ),
        Example::bad(
            "typescript",
            "mongoose.connect('mongodb://admin:Sup3rS3cret@db.internal/shop');
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ in the code
",
        ),
        Example::good(
            "typescript",
            "const password = process.env.PASSWORD;
",
        ),
        Example::good(
            "typescript",
            "const labels = { password: 'Password' };
",
        ),
        Example::bad(
            "rust",
            "const PASSWORD: &str = \"hunter2!x\";
                       ^^^^^^^^^^^ in the code
",
        ),
        Example::bad(
            "rust",
            "fn open() -> Pool {
    connect(\"postgres://admin:Sup3rS3cret@db.internal/shop\")
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ in the code
}
",
        ),
        Example::good(
            "rust",
            "const PASSWORD_FIELD: &str = \"password\";
",
        ),
        Example::good(
            "rust",
            "fn open(password: &str) -> Pool {
    connect(password, \"shop\")
}
",
        ),
        Example::bad(
            "go",
            "package shop

const password = \"hunter2!x\"
                 ^^^^^^^^^^^ in the code
",
        ),
        Example::bad(
            "go",
            "package shop

func open() {
	connect(\"postgres://admin:Sup3rS3cret@db.internal/shop\")
	        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ in the code
}
",
        ),
        Example::good(
            "go",
            "package shop

var passwordKey = \"password\"
",
        ),
        Example::good(
            "go",
            "package shop

func open(password string) {
	connect(password, \"shop\")
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    String password = \"hunter2!x\";
                      ^^^^^^^^^^^ in the code
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(String password) {
        return password.equals(\"letmein42\");
                               ^^^^^^^^^^^ in the code
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    String passwordField = \"password\";
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    String url = \"jdbc:mysql://localhost/shop\";
}
",
        ),
        Example::bad(
            "c",
            "const char *password = \"hunter2!x\";
                       ^^^^^^^^^^^ in the code
",
        ),
        Example::bad(
            "c",
            "void open(void) {
    connect(\"postgres://admin:Sup3rS3cret@db.internal/shop\");
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ in the code
}
",
        ),
        Example::good(
            "c",
            "const char *password_label = \"Password:\";
",
        ),
        Example::good(
            "c",
            "const char *password = \"\";
",
        ),
        Example::bad(
            "cpp",
            "const char *password = \"hunter2!x\";
                       ^^^^^^^^^^^ in the code
",
        ),
        Example::bad(
            "cpp",
            "void open(void) {
    connect(\"postgres://admin:Sup3rS3cret@db.internal/shop\");
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ in the code
}
",
        ),
        Example::good(
            "cpp",
            "const char *password_label = \"Password:\";
",
        ),
        Example::good(
            "cpp",
            "const char *password = \"\";
",
        ),
    ],
    kinds: &[Kind::String],
    check,
};

/// Words of names of passwords.
const NAMES: &[&str] = &["password", "passwd", "pwd", "passphrase", "secret", "passw"];
/// Words that say that a name is about a password, but holds none.
const ABOUT: &[&str] = &[
    "field",
    "label",
    "name",
    "key",
    "type",
    "prompt",
    "text",
    "message",
    "hint",
    "path",
    "file",
    "url",
    "header",
    "param",
    "error",
    "env",
    "placeholder",
    "regex",
    "pattern",
    "policy",
    "title",
    "column",
    "input",
    "selector",
    "id",
    "prefix",
    "help",
    "description",
    "test",
    "mock",
    "fake",
    "dummy",
    "example",
    "reset",
    "hash",
    "token",
    "format",
    "var",
    "arg",
    "option",
];
/// Texts that only stand for a password, or for its field.
const PLACEHOLDERS: &[&str] = &[
    "password",
    "passwd",
    "secret",
    "example",
    "your",
    "changeme",
    "placeholder",
    "xxx",
    "***",
    "<",
    "${",
    "{{",
    "todo",
    "redacted",
    "...",
    "none",
    "null",
    "undefined",
    "required",
    "invalid",
    "enter ",
    "%s",
    "{}",
    "test",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let text = crate::rules::known::unquoted(context.text(id));
    if text.len() < 5 || text.len() > 200 || context.is_test_code(id) {
        return;
    }
    let what = if has_password_in_address(text) {
        "the password in this address".to_owned()
    } else {
        match name_of(context, id) {
            Some(name) if names_password(name) && is_like_password(text) => format!("`{name}`"),
            _ => return,
        }
    };
    context
        .report(id, format!("{what} stands in the code, for all who can read it"))
        .because("The name says what the text is for.")
        .emit();
}

/// `postgres://user:password@host`
fn has_password_in_address(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let host = rest.split(['/', '?']).next().unwrap_or(rest);
    let Some((user, _)) = host.rsplit_once('@') else { return false };
    let Some((_, password)) = user.split_once(':') else { return false };
    let lower = password.to_ascii_lowercase();
    let is_scheme = !scheme.is_empty()
        && scheme.chars().all(|it| it.is_ascii_alphanumeric() || "+-.:".contains(it));
    is_scheme
        && password.len() > 4
        && !password.contains(['{', '$', '%', '<', '*', ' ', '['])
        && !["password", "pass", "secret", "xxx", "example", "user"]
            .iter()
            .any(|it| lower.contains(it))
}

/// What the text is given to, or compared with.
fn name_of<'a>(context: &Context<'a>, id: NodeId) -> Option<&'a str> {
    let tree = context.tree;
    let parent = tree.node(id).parent;
    let named = match tree.kind(parent) {
        Kind::Assign | Kind::Declare => tree.child(parent, Role::Target),
        Kind::Parameter if tree.role(id) == Role::Default => tree.child(parent, Role::Target),
        Kind::Pair if tree.role(id) == Role::Value => tree.child(parent, Role::Key),
        Kind::Argument => return Some(tree.name(parent)),
        Kind::Compare => tree
            .children(parent)
            .find(|it| *it != id && matches!(tree.kind(*it), Kind::Name | Kind::Member)),
        Kind::Call => context.method(parent).filter(|(_, it)| *it == "equals").map(|(it, _)| it),
        _ => None,
    }?;
    let name = match tree.kind(named) {
        Kind::Index => tree.child(named, Role::Index).map_or("", |it| context.text(it)),
        _ if tree.name(named).is_empty() => context.text(named),
        _ => tree.name(named),
    };
    Some(name.trim_matches(['"', '\'']))
}

fn names_password(name: &str) -> bool {
    let words = words_of(name);
    let lower = name.to_ascii_lowercase();
    NAMES.iter().any(|known| lower.contains(known))
        && !words.iter().any(|word| ABOUT.contains(&word.as_str()) && word != "key")
        && !lower.ends_with("key_name")
}

/// Whether a text could be a password: no words of a sentence, no name of a field.
fn is_like_password(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_word = text.chars().all(|it| it.is_ascii_lowercase() || "_-.:".contains(it));
    let has_mark = text.contains(|it: char| it.is_ascii_digit())
        || text.contains(|it: char| it.is_ascii_punctuation() && !"_-.:,?()".contains(it));
    // A dash joins words that somebody made up.
    let is_made_up = text.matches('-').count() >= 2 && !text.contains(' ');
    !text.contains([' ', '\n', '/'])
        && (!is_word && has_mark || is_made_up)
        && !(text.starts_with(':') || text.starts_with('%') || text.starts_with('\\'))
        && !PLACEHOLDERS
            .iter()
            .any(|word| lower.contains(word) && !(is_made_up && *word == "secret"))
}
