//! `security/timing-unsafe-comparison`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::words::words_of;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/timing-unsafe-comparison",
    category: Category::Security,
    summary: "How long a comparison takes tells how much of a secret was right",
    severity: Severity::Information,
    confidence: 0.7,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `==` (and `equals`, `strcmp`, `memcmp`) between a secret or a digest and what is compared with it.",
        why: "The comparison stops at the first difference: who measures it finds the secret letter by letter.",
        fix: "Use a comparison that always takes the same time: `hmac.compare_digest`, `crypto.timingSafeEqual`, `subtle.ConstantTimeCompare`, `MessageDigest.isEqual`, `CRYPTO_memcmp`.",
        limits: "Goes by the names of both sides; comparisons with literals and of lengths are left alone.",
        references: &["https://cwe.mitre.org/data/definitions/208.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def check(token, expected_token):
    return token == expected_token
           ^^^^^^^^^^^^^^^^^^^^^^^ takes longer
",
        ),
        Example::bad(
            "python",
            "def check(body, signature):
    digest = hmac.new(KEY, body, \"sha256\").hexdigest()
    return digest == signature
           ^^^^^^^^^^^^^^^^^^^ takes longer
",
        ),
        Example::good(
            "python",
            "def check(token, expected_token):
    return hmac.compare_digest(token, expected_token)
",
        ),
        Example::good(
            "python",
            "def is_end(token):
    return token == \"end\"
",
        ),
        Example::bad(
            "javascript",
            "function check(token, expectedToken) {
  return token === expectedToken;
         ^^^^^^^^^^^^^^^^^^^^^^^ takes longer
}
",
        ),
        Example::bad(
            "javascript",
            "function check(req, secret) {
  if (req.headers['x-api-key'] !== secret) throw new Error('no');
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ takes longer
}
",
        ),
        Example::good(
            "javascript",
            "function check(token, expectedToken) {
  return crypto.timingSafeEqual(token, expectedToken);
}
",
        ),
        Example::good(
            "javascript",
            "function isEnd(token) {
  return token === undefined;
}
",
        ),
        Example::bad(
            "typescript",
            "function check(token, expectedToken) {
  return token === expectedToken;
         ^^^^^^^^^^^^^^^^^^^^^^^ takes longer
}
",
        ),
        Example::bad(
            "typescript",
            "function check(req, secret) {
  if (req.headers['x-api-key'] !== secret) throw new Error('no');
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ takes longer
}
",
        ),
        Example::good(
            "typescript",
            "function check(token, expectedToken) {
  return crypto.timingSafeEqual(token, expectedToken);
}
",
        ),
        Example::good(
            "typescript",
            "function isEnd(token) {
  return token === undefined;
}
",
        ),
        Example::bad(
            "rust",
            "fn check(token: &str, expected_token: &str) -> bool {
    token == expected_token
    ^^^^^^^^^^^^^^^^^^^^^^^ takes longer
}
",
        ),
        Example::bad(
            "rust",
            "fn check(signature: &[u8], digest: &[u8]) -> bool {
    signature != digest
    ^^^^^^^^^^^^^^^^^^^ takes longer
}
",
        ),
        Example::good(
            "rust",
            "fn check(token: &str, expected_token: &str) -> bool {
    constant_time_eq(token, expected_token)
}
",
        ),
        Example::good(
            "rust",
            "fn is_end(token: Token) -> bool {
    token == Token::End
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(token, expectedToken string) bool {
	return token == expectedToken
	       ^^^^^^^^^^^^^^^^^^^^^^ takes longer
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(signature, digest string) bool {
	return signature != digest
	       ^^^^^^^^^^^^^^^^^^^ takes longer
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"crypto/subtle\"

func check(token, expectedToken []byte) bool {
	return subtle.ConstantTimeCompare(token, expectedToken) == 1
}
",
        ),
        Example::good(
            "go",
            "package shop

func isEnd(token string) bool {
	return token == \"\"
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(String token, String expectedToken) {
        return token.equals(expectedToken);
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^ takes longer
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(byte[] digest, byte[] expectedDigest) {
        return Arrays.equals(digest, expectedDigest);
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ takes longer
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean check(byte[] digest, byte[] expectedDigest) {
        return MessageDigest.isEqual(digest, expectedDigest);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean isEnd(String token) {
        return token.equals(\"end\");
    }
}
",
        ),
        Example::bad(
            "c",
            "int check(const char *token, const char *expected_token) {
    return strcmp(token, expected_token) == 0;
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ takes longer
}
",
        ),
        Example::bad(
            "c",
            "int check(const unsigned char *hmac, const unsigned char *expected) {
    return memcmp(hmac, expected, 32) == 0;
           ^^^^^^^^^^^^^^^^^^^^^^^^^^ takes longer
}
",
        ),
        Example::good(
            "c",
            "int check(const unsigned char *hmac, const unsigned char *expected) {
    return CRYPTO_memcmp(hmac, expected, 32) == 0;
}
",
        ),
        Example::good(
            "c",
            "int is_end(const char *token) {
    return strcmp(token, \"end\") == 0;
}
",
        ),
        Example::bad(
            "cpp",
            "int check(const char *token, const char *expected_token) {
    return strcmp(token, expected_token) == 0;
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ takes longer
}
",
        ),
        Example::bad(
            "cpp",
            "int check(const unsigned char *hmac, const unsigned char *expected) {
    return memcmp(hmac, expected, 32) == 0;
           ^^^^^^^^^^^^^^^^^^^^^^^^^^ takes longer
}
",
        ),
        Example::good(
            "cpp",
            "int check(const unsigned char *hmac, const unsigned char *expected) {
    return CRYPTO_memcmp(hmac, expected, 32) == 0;
}
",
        ),
        Example::good(
            "cpp",
            "int is_end(const char *token) {
    return strcmp(token, \"end\") == 0;
}
",
        ),
    ],
    kinds: &[Kind::Compare, Kind::Call],
    check,
};

/// Words that name secrets by themselves.
const SURE: &[&str] =
    &["password", "passwd", "secret", "hmac", "signature", "mac", "digest", "apikey", "csrf"];
/// Words that name secrets among others.
const LIKELY: &[&str] = &["token", "hash", "auth", "otp", "pin", "nonce", "sig"];
/// Words of what a secret is compared with.
const EXPECTED: &[&str] = &[
    "expected",
    "stored",
    "actual",
    "valid",
    "provided",
    "computed",
    "calculated",
    "received",
    "correct",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let sides = match tree.kind(id) {
        Kind::Compare if tree.node(id).operator.is_equality() => {
            [Role::Left, Role::Right].map(|role| tree.child(id, role))
        }
        Kind::Call => compared_by_call(context, id),
        _ => return,
    };
    let [Some(left), Some(right)] = sides else { return };
    // Two objects of a class are compared by such members.
    let is_member = |it: NodeId| tree.kind(it) == Kind::Member;
    let is_own = is_member(left) && is_member(right) && tree.name(left) == tree.name(right);
    if is_own || [left, right].into_iter().any(|it| is_plain(context, it)) {
        return;
    }
    let words = |it: NodeId| words_of(context.text(it));
    let (one, other) = (words(left), words(right));
    let has =
        |words: &[String], known: &[&str]| words.iter().any(|it| known.contains(&it.as_str()));
    let counts = |words: &[String]| {
        has(
            words,
            &[
                "length",
                "len",
                "size",
                "type",
                "kind",
                "count",
                "id",
                "name",
                "index",
                "old",
                "new",
                "confirm",
                "confirmation",
                "again",
                "repeat",
                "char",
                "code",
            ],
        )
    };
    let is_secret = |a: &[String], b: &[String]| {
        has(a, SURE) && (has(b, SURE) || has(b, LIKELY) || has(b, EXPECTED))
            || has(a, LIKELY) && has(b, EXPECTED) && has(b, LIKELY)
            || has(a, &["api"]) && has(a, &["key"])
    };
    let is_found = is_secret(&one, &other) || is_secret(&other, &one);
    if !is_found || counts(&one) || counts(&other) || context.is_test_code(id) {
        return;
    }
    let shown = context.excerpt(id);
    context
        .report(id, format!("`{shown}` takes longer the more of the secret is right"))
        .because("By their names, the two sides are a secret and what is tried for it.")
        .emit();
}

/// What a call compares.
fn compared_by_call(context: &Context<'_>, id: NodeId) -> [Option<NodeId>; 2] {
    let tree = context.tree;
    let name = tree.child(id, Role::Callee).map_or("", |it| tree.name(it));
    let arguments = context.arguments(id);
    match (name, arguments.as_slice()) {
        ("strcmp" | "memcmp" | "strncmp" | "Equal" | "equals", [a, b, ..]) => [Some(*a), Some(*b)],
        ("equals" | "equalsIgnoreCase", [other]) => {
            [context.method(id).map(|(receiver, _)| receiver), Some(*other)]
        }
        _ => [None, None],
    }
}

/// Whether a side is no secret: a literal, a constant of the program, the result of a call.
fn is_plain(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let name = tree.name(id);
    let is_type = tree.kind(id) == Kind::Member
        && name.starts_with(char::is_uppercase)
        && tree
            .child(id, Role::Receiver)
            .is_some_and(|it| tree.name(it).starts_with(char::is_uppercase));
    let is_constant = name.len() > 1 && !name.contains(char::is_lowercase);
    let is_unary = tree.node(id).operator == Operator::TypeOf;
    tree.kind(id).is_literal()
        || is_type
        || is_constant
        || is_unary
        || matches!(context.text(id), "undefined" | "nil" | "NULL" | "nullptr" | "self" | "this")
        || matches!(tree.kind(id), Kind::Binary | Kind::Compare | Kind::Unary | Kind::Call)
}
