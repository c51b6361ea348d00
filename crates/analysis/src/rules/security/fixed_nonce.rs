//! `security/fixed-nonce`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::known::calls;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/fixed-nonce",
    category: Category::Security,
    summary: "A cipher starts from the same value each time",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports initialization vectors, nonces, salts and keys of ciphers, and seeds of secure generators, that are written in the code or all zero.",
        why: "With the same start, the same text gives the same cipher text, and with a counter mode two texts give each other away; a key in the code is known to all who can read it.",
        fix: "Take a new random value for each message (`os.urandom`, `crypto.randomBytes`, `SecureRandom`), and send it along; keep keys outside of the code.",
        limits: "Only values written in the call itself, or in the variable that is handed to it, are seen; tests are left alone.",
        references: &["https://cwe.mitre.org/data/definitions/329.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "from Crypto.Cipher import AES

def encrypt(key, text):
    return AES.new(key, AES.MODE_CBC, b\"0123456789abcdef\").encrypt(text)
                                      ^^^^^^^^^^^^^^^^^^^ the same each time
",
        ),
        Example::bad(
            "python",
            "from cryptography.hazmat.primitives.ciphers import modes

MODE = modes.CBC(b\"0000000000000000\")
                 ^^^^^^^^^^^^^^^^^^^ the same each time
",
        ),
        Example::good(
            "python",
            "import os
from Crypto.Cipher import AES

def encrypt(key, text):
    return AES.new(key, AES.MODE_CBC, os.urandom(16)).encrypt(text)
",
        ),
        Example::good(
            "python",
            "from cryptography.hazmat.primitives.ciphers import modes

def mode(start):
    return modes.CBC(start)
",
        ),
        Example::bad(
            "javascript",
            "const cipher = crypto.createCipheriv('aes-256-cbc', key, '0123456789abcdef');
                                                         ^^^^^^^^^^^^^^^^^^ the same each time
",
        ),
        Example::bad(
            "javascript",
            "const cipher = crypto.createCipheriv('aes-256-cbc', key, Buffer.alloc(16));
                                                         ^^^^^^^^^^^^^^^^ the same each time
",
        ),
        Example::good(
            "javascript",
            "const cipher = crypto.createCipheriv('aes-256-cbc', key, crypto.randomBytes(16));
",
        ),
        Example::good(
            "javascript",
            "const cipher = crypto.createCipheriv('aes-256-cbc', key, start);
",
        ),
        Example::bad(
            "typescript",
            "const cipher = crypto.createCipheriv('aes-256-cbc', key, '0123456789abcdef');
                                                         ^^^^^^^^^^^^^^^^^^ the same each time
",
        ),
        Example::bad(
            "typescript",
            "const cipher = crypto.createCipheriv('aes-256-cbc', key, Buffer.alloc(16));
                                                         ^^^^^^^^^^^^^^^^ the same each time
",
        ),
        Example::good(
            "typescript",
            "const cipher = crypto.createCipheriv('aes-256-cbc', key, crypto.randomBytes(16));
",
        ),
        Example::good(
            "typescript",
            "const cipher = crypto.createCipheriv('aes-256-cbc', key, start);
",
        ),
        Example::bad(
            "go",
            "package shop

import \"crypto/cipher\"

func encrypt(block cipher.Block) cipher.BlockMode {
	return cipher.NewCBCEncrypter(block, []byte(\"0123456789abcdef\"))
	                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^ the same each time
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"crypto/cipher\"

func encrypt(block cipher.Block) cipher.Stream {
	start := []byte(\"0123456789abcdef\")
	return cipher.NewCTR(block, start)
	                            ^^^^^ the same each time
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"crypto/cipher\"

func encrypt(block cipher.Block, start []byte) cipher.BlockMode {
	return cipher.NewCBCEncrypter(block, start)
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"crypto/cipher\"

func decrypt(block cipher.Block, text []byte) cipher.BlockMode {
	return cipher.NewCBCDecrypter(block, text[:16])
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void encrypt() {
        IvParameterSpec start = new IvParameterSpec(new byte[16]);
                                                    ^^^^^^^^^^^^ the same each time
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    Key key() {
        return new SecretKeySpec(\"0123456789abcdef\".getBytes(), \"AES\");
                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the same each time
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    AlgorithmParameterSpec start(byte[] random) {
        return new IvParameterSpec(random);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void encrypt(SecureRandom random) {
        byte[] start = new byte[16];
        random.nextBytes(start);
        use(new IvParameterSpec(start));
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Calls that take such a value, with the places of the arguments it may stand at.
const TAKING: ByLanguage<&[(&[&str], &[usize])]> = &[
    (
        &["python"],
        &[
            (&["AES.new", "DES3.new", "ChaCha20.new"], &[0, 2]),
            (&["modes.CBC", "modes.CTR", "modes.GCM", "modes.CFB", "modes.OFB"], &[0]),
            (&["algorithms.AES"], &[0]),
        ],
    ),
    (&["javascript", "typescript"], &[(&["createCipheriv"], &[1, 2])]),
    (
        &["go"],
        &[
            (
                &[
                    "cipher.NewCBCEncrypter",
                    "cipher.NewCTR",
                    "cipher.NewCFBEncrypter",
                    "cipher.NewOFB",
                ],
                &[1],
            ),
            (&["aes.NewCipher"], &[0]),
        ],
    ),
    (
        &["java"],
        &[
            (&["IvParameterSpec", "SecretKeySpec", "SecureRandom"], &[0]),
            (&["GCMParameterSpec"], &[1]),
            (&["PBEKeySpec"], &[1]),
        ],
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let Some(taking) = context.in_language(TAKING) else { return };
    let Some((_, places)) = taking.iter().find(|(paths, _)| calls(context, id, paths)) else {
        return;
    };
    let arguments = context.arguments(id);
    let mut given = places.iter().filter_map(|at| arguments.get(*at).copied());
    let Some(value) = given.find(|it| is_fixed(context, *it)) else { return };
    if context.is_test_code(id) {
        return;
    }
    let shown = context.excerpt(value);
    context
        .report(
            value,
            format!("`{shown}` is the same each time, and known to all who read the code"),
        )
        .because("It is written in the code, and nothing fills it with random bytes.")
        .emit();
}

/// Whether a value is written in the code, or a variable that is given one and otherwise only read.
fn is_fixed(context: &Context<'_>, value: NodeId) -> bool {
    let tree = context.tree;
    let mut at = value;
    // Bounded: each step goes inward, or once from a variable to its value.
    let mut followed = false;
    loop {
        match tree.kind(at) {
            Kind::String => return context.text(at).len() > 6,
            Kind::List => {
                return tree.children_with(at, Role::Element).count() > 1
                    && tree.children_with(at, Role::Element).all(|it| tree.kind(it).is_literal());
            }
            Kind::Argument | Kind::Cast => {
                let Some(inner) = tree.child(at, Role::Value) else { return false };
                at = inner;
            }
            Kind::Call => {
                let arguments = context.arguments(at);
                let callee = tree.child(at, Role::Callee);
                // `new byte[16]`
                let Some(callee) = callee else { return at == value && !arguments.is_empty() };
                match (tree.name(callee), arguments.as_slice()) {
                    ("getBytes" | "encode", _) => {
                        let Some(inner) = tree.child(callee, Role::Receiver) else { return false };
                        at = inner;
                    }
                    ("alloc", [_]) => return true,
                    ("from" | "bytes" | "bytearray" | "unhexlify" | "fromhex", [inner, ..]) => {
                        at = *inner;
                    }
                    _ => return false,
                }
            }
            Kind::Name if !followed => {
                let Some(inner) = only_value(context, at) else { return false };
                followed = true;
                at = inner;
            }
            _ => return false,
        }
    }
}

/// The value of a variable that is given one, and mentioned only once besides.
fn only_value(context: &Context<'_>, name: NodeId) -> Option<NodeId> {
    let bindings = &context.facts.bindings;
    let binding = bindings.resolve(name)?;
    let mut definitions = bindings.definitions(binding);
    let (only, None) = (definitions.next()?, definitions.next()) else { return None };
    let is_read_once = bindings.occurrences(binding).len() == 2;
    let value = context.tree.child(context.tree.node(only).parent, Role::Value)?;
    is_read_once.then_some(value)
}
