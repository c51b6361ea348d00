//! `security/weak-hash`.

use crate::facts::paths::ends_in;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::words::words_of;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/weak-hash",
    category: Category::Security,
    summary: "A broken hash protects a secret",
    severity: Severity::Warning,
    confidence: 0.87,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports MD5 and SHA-1 of passwords, and for signatures and tokens.",
        why: "For both, two texts with the same hash can be made, so that signatures can be forged; both are so quick that a stolen list of password hashes is guessed through in hours.",
        fix: "Hash passwords with a slow function made for it (Argon2, scrypt, bcrypt); sign with HMAC and SHA-256.",
        limits: "What the hash is for is told by the names of what is hashed, and of the variable and function around; checksums and keys of caches are left alone, and so are tests.",
        references: &["https://cwe.mitre.org/data/definitions/328.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "import hashlib

def load(password):
    return hashlib.md5(password.encode()).hexdigest()
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ broken hash
",
        ),
        Example::bad(
            "python",
            "import hashlib

def sign_request(text):
    return hashlib.sha1(text).digest()
           ^^^^^^^^^^^^^^^^^^ broken hash
",
        ),
        Example::good(
            "python",
            "import hashlib

def cache_key(text):
    return hashlib.md5(text).hexdigest()
",
        ),
        Example::good(
            "python",
            "import hashlib

def load(password):
    return hashlib.md5(password, usedforsecurity=False).hexdigest()
",
        ),
        Example::good(
            "python",
            "import hashlib

def load(password, salt):
    return hashlib.scrypt(password, salt=salt, n=2, r=8, p=1)
",
        ),
        Example::bad(
            "javascript",
            "const crypto = require('crypto');

function load(password) {
  return crypto.createHash('md5').update(password).digest('hex');
         ^^^^^^^^^^^^^^^^^^^^^^^^ broken hash
}
",
        ),
        Example::bad(
            "javascript",
            "const crypto = require('crypto');

function load(text) {
  const signature = crypto.createHash(\"sha1\").update(text).digest();
                    ^^^^^^^^^^^^^^^^^^^^^^^^^ broken hash
}
",
        ),
        Example::good(
            "javascript",
            "const crypto = require('crypto');

function etag(text) {
  return crypto.createHash('md5').update(text).digest('hex');
}
",
        ),
        Example::good(
            "javascript",
            "const crypto = require('crypto');

function load(password) {
  return crypto.createHash('sha256').update(password).digest('hex');
}
",
        ),
        Example::bad(
            "typescript",
            "import crypto from 'crypto';

function load(password: string) {
  return crypto.createHash('md5').update(password).digest('hex');
         ^^^^^^^^^^^^^^^^^^^^^^^^ broken hash
}
",
        ),
        Example::bad(
            "typescript",
            "import crypto from 'crypto';

function load(text: string) {
  const signature = crypto.createHash(\"sha1\").update(text).digest();
                    ^^^^^^^^^^^^^^^^^^^^^^^^^ broken hash
}
",
        ),
        Example::good(
            "typescript",
            "import crypto from 'crypto';

function etag(text: string) {
  return crypto.createHash('md5').update(text).digest('hex');
}
",
        ),
        Example::good(
            "typescript",
            "import crypto from 'crypto';

function load(password: string) {
  return crypto.createHash('sha256').update(password).digest('hex');
}
",
        ),
        Example::bad(
            "rust",
            "fn load(password: &str) {
    let stored = md5::compute(password);
                 ^^^^^^^^^^^^^^^^^^^^^^ broken hash
}
",
        ),
        Example::bad(
            "rust",
            "fn hash_password() {
    let hasher = Sha1::new();
                 ^^^^^^^^^^^ broken hash
}
",
        ),
        Example::good(
            "rust",
            "fn load(text: &str) {
    let etag = md5::compute(text);
}
",
        ),
        Example::good(
            "rust",
            "fn load(password: &str) {
    let stored = argon2.hash_password(password);
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"crypto/md5\"

func load(password string) {
	return md5.Sum([]byte(password))
	       ^^^^^^^^^^^^^^^^^^^^^^^^^ broken hash
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"crypto/sha1\"

func load() {
	signature := sha1.New()
	             ^^^^^^^^^^ broken hash
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"crypto/md5\"

func load(text string) {
	return md5.Sum([]byte(text))
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"crypto/sha256\"

func load(password string) {
	return sha256.Sum256([]byte(password))
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load(String password) throws Exception {
        byte[] stored = MessageDigest.getInstance(\"MD5\").digest(password.getBytes());
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ broken hash
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void hashPassword(String password) throws Exception {
        MessageDigest digest = MessageDigest.getInstance(\"SHA-1\");
                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ broken hash
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load(String text) throws Exception {
        byte[] etag = MessageDigest.getInstance(\"MD5\").digest(text.getBytes());
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load(String password) throws Exception {
        byte[] stored = MessageDigest.getInstance(\"SHA-256\").digest(password.getBytes());
    }
}
",
        ),
        Example::bad(
            "c",
            "void load(const unsigned char *password, int length, unsigned char *out) {
    MD5(password, length, out);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^ broken hash
}
",
        ),
        Example::bad(
            "c",
            "void sign_message(const unsigned char *text, int length, unsigned char *out) {
    SHA1(text, length, out);
    ^^^^^^^^^^^^^^^^^^^^^^^ broken hash
}
",
        ),
        Example::good(
            "c",
            "void etag(const unsigned char *text, int length, unsigned char *out) {
    MD5(text, length, out);
}
",
        ),
        Example::good(
            "c",
            "void load(const unsigned char *password, int length, unsigned char *out) {
    SHA256(password, length, out);
}
",
        ),
        Example::bad(
            "cpp",
            "void load(const unsigned char *password, int length, unsigned char *out) {
    MD5(password, length, out);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^ broken hash
}
",
        ),
        Example::bad(
            "cpp",
            "void sign_message(const unsigned char *text, int length, unsigned char *out) {
    SHA1(text, length, out);
    ^^^^^^^^^^^^^^^^^^^^^^^ broken hash
}
",
        ),
        Example::good(
            "cpp",
            "void etag(const unsigned char *text, int length, unsigned char *out) {
    MD5(text, length, out);
}
",
        ),
        Example::good(
            "cpp",
            "void load(const unsigned char *password, int length, unsigned char *out) {
    SHA256(password, length, out);
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Functions that hash, by path; one that ends in a dot stands for all that is in it.
const HASHES: ByLanguage<&[&str]> = &[
    (
        &["python"],
        &[
            "hashlib.md5",
            "hashlib.sha1",
            "hashlib.new",
            "Crypto.Hash.MD5.new",
            "Crypto.Hash.SHA1.new",
        ],
    ),
    (
        &["javascript", "typescript"],
        &["crypto.createHash", "createHash", "md5", "sha1", "CryptoJS.MD5", "CryptoJS.SHA1"],
    ),
    (
        &["rust"],
        &[
            "md5.compute",
            "Md5.new",
            "Md5.digest",
            "Sha1.new",
            "Sha1.digest",
            "md5.Md5.new",
            "sha1.Sha1.new",
            "md5.Md5.digest",
            "sha1.Sha1.digest",
        ],
    ),
    (&["go"], &["crypto.md5.Sum", "crypto.md5.New", "crypto.sha1.Sum", "crypto.sha1.New"]),
    (
        &["java"],
        &[
            "MessageDigest.getInstance",
            "java.security.MessageDigest.getInstance",
            "DigestUtils.md5Hex",
            "DigestUtils.sha1Hex",
        ],
    ),
    (
        &["c", "cpp"],
        &["MD5", "SHA1", "MD5_Init", "SHA1_Init", "EVP_md5", "EVP_sha1", "CC_MD5", "CC_SHA1"],
    ),
];
/// Calls whose first argument says which hash it is.
const BY_NAME: &[&str] = &["new", "createHash", "getInstance"];
/// Words that say a hash protects something.
const PROTECTED: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "signature",
    "sign",
    "signed",
    "credential",
    "credentials",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    let name = tree.name(callee);
    let Some(hashes) = context.in_language(HASHES) else { return };
    if !hashes.iter().any(|it| ends_in(it, name)) {
        return;
    }
    let is_known = context.paths().of(callee).is_some_and(|path| hashes.contains(&&*path));
    if !is_known || !is_weak(context, id, callee) || context.is_in_test(id) {
        return;
    }
    let Some(word) = protects(context, id) else { return };
    let call = context.excerpt(callee);
    context
        .report(id, format!("`{call}` is a broken hash, and protects a {word} here"))
        .because(format!("A name beside it says `{word}`."))
        .emit();
}

/// Languages where the path of what is called says which hash it makes.
const NAMED_BY_PATH: ByLanguage<()> = &[(&["rust", "go", "c", "cpp"], ())];

fn is_weak(context: &Context<'_>, id: NodeId, callee: NodeId) -> bool {
    let tree = context.tree;
    let arguments = context.arguments(id);
    let harmless = |it: &NodeId| tree.name(*it) == "usedforsecurity";
    let first = arguments.first().map_or("", |it| tree.text(*it));
    let hash = first.trim_matches(['"', '\'']).to_ascii_lowercase().replace('-', "");
    let is_named = !BY_NAME.contains(&tree.name(callee))
        || matches!(&*hash, "md5" | "sha1" | "md4" | "md2" | "sha")
        || !matches!(tree.kind(arguments.first().copied().unwrap_or(id)), Kind::String)
            && tree.text(callee).contains("MD5");
    // `EVP_sha1()` only names a hash: within HMAC it is sound.
    if tree.name(callee).starts_with("EVP_") {
        let around = tree.child(tree.node(id).parent, Role::Callee);
        let around = around.map_or("", |it| tree.name(it));
        let hashes = ["EVP_Digest", "EVP_BytesToKey", "EVP_SignInit", "EVP_VerifyInit"];
        return hashes.iter().any(|it| around.starts_with(it));
    }
    (is_named || context.in_language(NAMED_BY_PATH).is_some()) && !arguments.iter().any(harmless)
}

/// Words that say a protocol asks for this very hash.
const PRESCRIBED: &[&str] = &["realm", "nonce", "challenge", "magic", "protocol"];

/// What a hash protects, by the names in its statement and of its function.
fn protects(context: &Context<'_>, id: NodeId) -> Option<&'static str> {
    let tree = context.tree;
    let said = |name: &str| {
        let words = words_of(name);
        PROTECTED.iter().copied().find(|word| words.iter().any(|it| it == word))
    };
    let statement = tree.enclosing_statement(id);
    let is_small = tree.text(statement).len() < 400 && !tree.kind(statement).is_function();
    let named =
        |it: NodeId| matches!(tree.kind(it), Kind::Name | Kind::Member) && tree.name(it) != "sign";
    let inside = tree.descendants(statement).filter(|it| named(*it));
    let is_prescribed = |it: NodeId| {
        let name = tree.name(it).to_ascii_lowercase();
        PRESCRIBED.iter().any(|word| name.contains(word))
    };
    if is_small && tree.descendants(statement).any(is_prescribed) {
        return None;
    }
    let function = tree.enclosing_function(id);
    // Who looks at a signature has to take the hash that it was made with.
    let looks = |word: &&str| {
        let name = tree.name(function).to_ascii_lowercase();
        word.starts_with("sign")
            && ["verif", "valid", "check", "show", "print"].iter().any(|it| name.contains(it))
    };
    inside
        .filter(|_| is_small)
        .find_map(|it| said(tree.name(it)))
        .or_else(|| (tree.kind(function) == Kind::Function).then(|| said(tree.name(function)))?)
        .filter(|word| !looks(word))
}
