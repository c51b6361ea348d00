//! `security/weak-random-for-secret`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/weak-random-for-secret",
    category: Category::Security,
    summary: "A secret comes from a predictable generator",
    severity: Severity::Warning,
    confidence: 0.88,
    languages: &["python", "javascript", "typescript", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports values of a generator that is made for simulations, assigned to what is named a token, password, secret, key, salt, nonce or session.",
        why: "Such a generator's next values follow from a few of its last ones: whoever sees some can compute the others.",
        fix: "Ask the generator of the operating system: `secrets`, `crypto.randomUUID`, `SecureRandom`, `crypto/rand`, `getrandom`.",
        limits: "The name of the variable decides whether the value is a secret.",
        references: &[
            "https://cwe.mitre.org/data/definitions/338.html",
            "https://docs.python.org/3/library/secrets.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "import random


def make():
    token = random.random()
            ^^^^^^^^^^^^^^^ is predictable
    return token
",
        ),
        Example::bad(
            "python",
            "import random


def make():
    password = \"\".join(random.choice(\"abc\") for _ in range(8))
                       ^^^^^^^^^^^^^^^^^^^^ is predictable
    return password
",
        ),
        Example::good(
            "python",
            "import secrets


def make():
    token = secrets.token_hex()
    return token
",
        ),
        Example::good(
            "python",
            "import random


def make():
    color = random.choice([\"red\", \"blue\"])
    return color
",
        ),
        Example::bad(
            "javascript",
            "function make() {
  const token = Math.random().toString(36);
                ^^^^^^^^^^^^^ is predictable
  return token;
}
",
        ),
        Example::bad(
            "javascript",
            "function make(user) {
  user.sessionSecret = 'x' + Math.random();
                             ^^^^^^^^^^^^^ is predictable
}
",
        ),
        Example::good(
            "javascript",
            "function make() {
  const token = crypto.randomUUID();
  return token;
}
",
        ),
        Example::good(
            "javascript",
            "function make() {
  const angle = Math.random() * 360;
  return angle;
}
",
        ),
        Example::bad(
            "typescript",
            "function make() {
  const token = Math.random().toString(36);
                ^^^^^^^^^^^^^ is predictable
  return token;
}
",
        ),
        Example::bad(
            "typescript",
            "function make(user) {
  user.sessionSecret = 'x' + Math.random();
                             ^^^^^^^^^^^^^ is predictable
}
",
        ),
        Example::good(
            "typescript",
            "function make() {
  const token = crypto.randomUUID();
  return token;
}
",
        ),
        Example::good(
            "typescript",
            "function make() {
  const angle = Math.random() * 360;
  return angle;
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    double make() {
        double token = Math.random();
                       ^^^^^^^^^^^^^ is predictable
        return token;
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    String make() {
        String password = \"x\" + Math.random();
                                ^^^^^^^^^^^^^ is predictable
        return password;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    double make() {
        double angle = Math.random();
        return angle;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    byte[] make(SecureRandom random) {
        byte[] token = new byte[8];
        random.nextBytes(token);
        return token;
    }
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"math/rand\"

func make() int {
	token := rand.Int()
	         ^^^^^^^^^^ is predictable
	return token
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"math/rand\"

func make() int {
	salt := rand.Intn(1000)
	        ^^^^^^^^^^^^^^^ is predictable
	return salt
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"crypto/rand\"

func make() {
	token := rand.Int()
	show(token)
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"math/rand\"

func make() int {
	angle := rand.Intn(360)
	return angle
}
",
        ),
        Example::bad(
            "c",
            "int make(void) {
    int token = rand();
                ^^^^^^ is predictable
    return token;
}
",
        ),
        Example::bad(
            "c",
            "void make(struct user *user) {
    user->password_salt = rand() % 1000;
                          ^^^^^^ is predictable
}
",
        ),
        Example::good(
            "c",
            "int make(void) {
    int angle = rand() % 360;
    return angle;
}
",
        ),
        Example::good(
            "c",
            "void make(unsigned char *token) {
    getrandom(token, 8, 0);
}
",
        ),
        Example::bad(
            "cpp",
            "int make(void) {
    int token = rand();
                ^^^^^^ is predictable
    return token;
}
",
        ),
        Example::bad(
            "cpp",
            "void make(struct user *user) {
    user->password_salt = rand() % 1000;
                          ^^^^^^ is predictable
}
",
        ),
        Example::good(
            "cpp",
            "int make(void) {
    int angle = rand() % 360;
    return angle;
}
",
        ),
        Example::good(
            "cpp",
            "void make(unsigned char *token) {
    getrandom(token, 8, 0);
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Calls of predictable generators.
const GENERATORS: ByLanguage<&[&str]> = &[
    (
        &["python"],
        &[
            "random.random",
            "random.choice",
            "random.choices",
            "random.randint",
            "random.randrange",
            "random.getrandbits",
            "random.sample",
            "random.randbytes",
        ],
    ),
    (&["javascript", "typescript"], &["Math.random"]),
    (&["java"], &["Math.random"]),
    (
        &["go"],
        &[
            "math/rand.Int",
            "math/rand.Intn",
            "math/rand.Int63",
            "math/rand.Int31n",
            "math/rand.Float64",
            "math.rand.Int",
            "math.rand.Intn",
            "math.rand.Int63",
        ],
    ),
    (&["c", "cpp"], &["rand", "random", "drand48", "std.rand"]),
];

/// Words of names of secrets.
const SECRETS: &[&str] = &[
    "token",
    "password",
    "passwd",
    "secret",
    "salt",
    "nonce",
    "session",
    "apikey",
    "api_key",
    "otp",
    "csrf",
    "private_key",
    "privatekey",
    "encryption_key",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(generators) = context.in_language(GENERATORS) else { return };
    let path = context.called(id);
    if !path.is_some_and(|path| generators.contains(&&*path)) || context.is_in_test(id) {
        return;
    }
    let holder = tree
        .ancestors(id)
        .take_while(|it| !tree.kind(*it).is_function())
        .find(|it| matches!(tree.kind(*it), Kind::Assign | Kind::Declare | Kind::Pair));
    let named = holder
        .and_then(|it| tree.child(it, Role::Target).or_else(|| tree.child(it, Role::Key)))
        .filter(|it| !tree.is_within(id, *it));
    // A function that is named after a secret, and gives what it makes.
    let is_given = tree.ancestors(id).any(|it| tree.kind(it) == Kind::Return);
    let function = tree.enclosing_function(id);
    let made = tree.child(function, Role::Name).filter(|_| is_given);
    let Some(named) = named.or(made) else { return };
    let name = tree.name(named).to_ascii_lowercase();
    if !SECRETS.iter().any(|secret| name.contains(secret)) {
        return;
    }
    let (text, shown) = (context.excerpt(id), context.excerpt(named));
    context
        .report(id, format!("`{shown}` comes from `{text}`, which is predictable"))
        .because("The generator is made for simulations, not for secrets.")
        .emit();
}
