//! `security/hard-coded-secret`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/hard-coded-secret",
    category: Category::Security,
    summary: "A secret stands in the code",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports strings that look like secrets: the shapes of known access keys and private keys, and random text given to what is named a password, secret, token or key.",
        why: "Whoever can read the code, its history or the program has the secret, and it cannot be changed without a new release.",
        fix: "Read it from the environment or a store of secrets, and make the one that was here invalid.",
        limits: "Text counts as random by its length and by how evenly its characters are spread. Placeholders, and test code, are left alone.",
        references: &[
            "https://cwe.mitre.org/data/definitions/798.html",
            "https://doi.org/10.14722/ndss.2019.23418",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def check(a):
    api_key = \"f3Jk9Qz7Lw2Xc8Vb4Nm1\"
              ^^^^^^^^^^^^^^^^^^^^^^ stands in the code
    send(api_key)
",
        ),
        Example::bad(
            "python",
            "def check(a):
    name = \"AKIAQ7XK2MZP4VTR9WLB\"
           ^^^^^^^^^^^^^^^^^^^^^^ stands in the code
    send(name)
",
        ),
        Example::good(
            "python",
            "def check(a):
    api_key = \"your-api-key-here\"
    send(api_key)
",
        ),
        Example::good(
            "python",
            "def check(a):
    password = \"\"
    send(password)
",
        ),
        Example::good(
            "python",
            "def check(a):
    name = \"f3Jk9Qz7Lw2Xc8Vb4Nm1\"
    send(name)
",
        ),
        Example::bad(
            "javascript",
            "function check(a) {
  const apiKey = \"f3Jk9Qz7Lw2Xc8Vb4Nm1\";
                 ^^^^^^^^^^^^^^^^^^^^^^ stands in the code
  send(apiKey);
}
",
        ),
        Example::bad(
            "javascript",
            "function check(a) {
  const name = \"AKIAQ7XK2MZP4VTR9WLB\";
               ^^^^^^^^^^^^^^^^^^^^^^ stands in the code
  send(name);
}
",
        ),
        Example::good(
            "javascript",
            "function check(a) {
  const apiKey = \"your-api-key-here\";
  send(apiKey);
}
",
        ),
        Example::good(
            "javascript",
            "function check(a) {
  const password = \"\";
  send(password);
}
",
        ),
        Example::good(
            "javascript",
            "function check(a) {
  const name = \"f3Jk9Qz7Lw2Xc8Vb4Nm1\";
  send(name);
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number) {
  const apiKey = \"f3Jk9Qz7Lw2Xc8Vb4Nm1\";
                 ^^^^^^^^^^^^^^^^^^^^^^ stands in the code
  send(apiKey);
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number) {
  const name = \"AKIAQ7XK2MZP4VTR9WLB\";
               ^^^^^^^^^^^^^^^^^^^^^^ stands in the code
  send(name);
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number) {
  const apiKey = \"your-api-key-here\";
  send(apiKey);
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number) {
  const password = \"\";
  send(password);
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number) {
  const name = \"f3Jk9Qz7Lw2Xc8Vb4Nm1\";
  send(name);
}
",
        ),
        Example::bad(
            "rust",
            "fn check(a: i32) {
    let api_key = \"f3Jk9Qz7Lw2Xc8Vb4Nm1\";
                  ^^^^^^^^^^^^^^^^^^^^^^ stands in the code
    send(api_key);
}
",
        ),
        Example::bad(
            "rust",
            "fn check(a: i32) {
    let name = \"AKIAQ7XK2MZP4VTR9WLB\";
               ^^^^^^^^^^^^^^^^^^^^^^ stands in the code
    send(name);
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32) {
    let api_key = \"your-api-key-here\";
    send(api_key);
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32) {
    let password = \"\";
    send(password);
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32) {
    let name = \"f3Jk9Qz7Lw2Xc8Vb4Nm1\";
    send(name);
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(a int) {
	apiKey := \"f3Jk9Qz7Lw2Xc8Vb4Nm1\"
	          ^^^^^^^^^^^^^^^^^^^^^^ stands in the code
	send(apiKey)
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(a int) {
	name := \"AKIAQ7XK2MZP4VTR9WLB\"
	        ^^^^^^^^^^^^^^^^^^^^^^ stands in the code
	send(name)
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(a int) {
	apiKey := \"your-api-key-here\"
	send(apiKey)
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(a int) {
	password := \"\"
	send(password)
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(a int) {
	name := \"f3Jk9Qz7Lw2Xc8Vb4Nm1\"
	send(name)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(int a) {
        String apiKey = \"f3Jk9Qz7Lw2Xc8Vb4Nm1\";
                        ^^^^^^^^^^^^^^^^^^^^^^ stands in the code
        send(apiKey);
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(int a) {
        String name = \"AKIAQ7XK2MZP4VTR9WLB\";
                      ^^^^^^^^^^^^^^^^^^^^^^ stands in the code
        send(name);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a) {
        String apiKey = \"your-api-key-here\";
        send(apiKey);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a) {
        String password = \"\";
        send(password);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a) {
        String name = \"f3Jk9Qz7Lw2Xc8Vb4Nm1\";
        send(name);
    }
}
",
        ),
        Example::bad(
            "c",
            "void check(int a) {
    const char *api_key = \"f3Jk9Qz7Lw2Xc8Vb4Nm1\";
                          ^^^^^^^^^^^^^^^^^^^^^^ stands in the code
    send(api_key);
}
",
        ),
        Example::bad(
            "c",
            "void check(int a) {
    const char *name = \"AKIAQ7XK2MZP4VTR9WLB\";
                       ^^^^^^^^^^^^^^^^^^^^^^ stands in the code
    send(name);
}
",
        ),
        Example::good(
            "c",
            "void check(int a) {
    const char *api_key = \"your-api-key-here\";
    send(api_key);
}
",
        ),
        Example::good(
            "c",
            "void check(int a) {
    const char *password = \"\";
    send(password);
}
",
        ),
        Example::good(
            "c",
            "void check(int a) {
    const char *name = \"f3Jk9Qz7Lw2Xc8Vb4Nm1\";
    send(name);
}
",
        ),
        Example::bad(
            "cpp",
            "void check(int a) {
    const std::string api_key = \"f3Jk9Qz7Lw2Xc8Vb4Nm1\";
                                ^^^^^^^^^^^^^^^^^^^^^^ stands in the code
    send(api_key);
}
",
        ),
        Example::bad(
            "cpp",
            "void check(int a) {
    const std::string name = \"AKIAQ7XK2MZP4VTR9WLB\";
                             ^^^^^^^^^^^^^^^^^^^^^^ stands in the code
    send(name);
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a) {
    const std::string api_key = \"your-api-key-here\";
    send(api_key);
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a) {
    const std::string password = \"\";
    send(password);
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a) {
    const std::string name = \"f3Jk9Qz7Lw2Xc8Vb4Nm1\";
    send(name);
}
",
        ),
    ],
    kinds: &[Kind::String],
    check,
};

/// How access keys of well-known services start, and how many letters and digits follow.
const SHAPES: &[(&str, usize)] = &[
    ("AKIA", 16),
    ("ASIA", 16),
    ("ghp_", 36),
    ("gho_", 36),
    ("ghs_", 36),
    ("github_pat_", 22),
    ("glpat-", 20),
    ("xoxb-", 10),
    ("xoxp-", 10),
    ("sk_live_", 24),
    ("rk_live_", 24),
    ("AIza", 35),
    ("SG.", 22),
    ("npm_", 36),
];

/// Words of names of secrets.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "secret",
    "api_key",
    "apikey",
    "token",
    "access_key",
    "accesskey",
    "private_key",
    "privatekey",
    "auth_key",
    "client_secret",
];

/// Words of texts that only stand for a secret.
const PLACEHOLDERS: &[&str] = &[
    "example",
    "your",
    "changeme",
    "change_me",
    "placeholder",
    "dummy",
    "sample",
    "xxx",
    "test",
    "fake",
    "<",
    "${",
    "{{",
    "todo",
    "redacted",
    "...",
    "default",
    "secret",
    "password",
    "token",
];

/// Bits per character from which text is random: English has about four, but repeats its words.
const RANDOM: f64 = 3.5;

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let text = context.text(id).trim_matches(['"', '\'', '`']);
    if text.len() < 12 || text.len() > 2_000 || context.is_in_test(id) {
        return;
    }
    let is_key = text.starts_with("-----BEGIN") && text.contains("PRIVATE KEY") && text.len() > 100;
    let is_known = is_key || has_shape(text);
    let what = match name_of(tree, id) {
        _ if is_known => "an access key".to_owned(),
        Some(name) if is_secret_name(name) && is_random(text) => format!("`{name}`"),
        _ => return,
    };
    let lower = text.to_ascii_lowercase();
    if PLACEHOLDERS.iter().any(|word| lower.contains(word)) {
        return;
    }
    context
        .report(id, format!("{what} stands in the code, for all who can read it"))
        .because("The text has the form of a secret.")
        .emit();
}

fn has_shape(text: &str) -> bool {
    SHAPES.iter().any(|(start, least)| {
        text.strip_prefix(start).is_some_and(|rest| {
            rest.len() >= *least
                && rest.chars().all(|it| it.is_ascii_alphanumeric() || "-_.".contains(it))
                && rest.contains(|it: char| it.is_ascii_digit())
        })
    })
}

/// The name of what a string is given to.
fn name_of(tree: &Tree, id: NodeId) -> Option<&str> {
    let parent = tree.node(id).parent;
    let named = match tree.kind(parent) {
        Kind::Assign | Kind::Declare | Kind::Parameter => tree.child(parent, Role::Target),
        Kind::Pair => tree.child(parent, Role::Key),
        Kind::Argument => return Some(tree.name(parent)),
        _ => None,
    }?;
    Some(tree.name(named).trim_matches(['"', '\'']))
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('-', "_");
    let is_mock = ["test", "mock", "fake", "dummy", "example"].iter().any(|it| name.contains(it));
    !is_mock && NAMES.iter().any(|known| name.contains(known))
}

/// Whether a text's characters are spread as evenly as those of random text (Shannon's entropy).
fn is_random(text: &str) -> bool {
    let is_plain = text.chars().all(|it| it.is_ascii_alphanumeric() || "+/=_-".contains(it));
    let has_both =
        text.contains(|it: char| it.is_ascii_digit()) && text.contains(char::is_alphabetic);
    let mut counts = [0_u32; 128];
    for byte in text.bytes() {
        if let Some(count) = counts.get_mut(byte as usize) {
            *count += 1;
        }
    }
    let length = text.len() as f64;
    let entropy: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / length;
            -share * share.log2()
        })
        .sum();
    is_plain && has_both && text.len() >= 16 && entropy > RANDOM
}
