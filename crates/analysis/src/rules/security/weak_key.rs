//! `security/weak-key`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::known::{Known, Use, When, known_use};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/weak-key",
    category: Category::Security,
    summary: "A key is too short, or too quickly tried",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports RSA, DSA and DH keys below 2048 bits, elliptic curves below 224 bits, and derivations of keys from passwords with too few rounds (below 10 000 rounds of PBKDF2, a cost below 10 of bcrypt).",
        why: "Such keys were broken in public, or can be tried out on ordinary hardware.",
        fix: "Make RSA keys of 2048 bits or more (3072 for new ones); follow OWASP's current numbers for rounds.",
        limits: "Sizes that come from a variable are not followed, and tests are left alone.",
        references: &[
            "https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html",
            "https://cwe.mitre.org/data/definitions/326.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "from Crypto.PublicKey import RSA
key = RSA.generate(1024)
      ^^^^^^^^^^^^^^^^^^ too weak
",
        ),
        Example::bad(
            "python",
            "import hashlib

def derive(text, salt):
    return hashlib.pbkdf2_hmac(\"sha256\", text, salt, 1000)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too weak
",
        ),
        Example::good(
            "python",
            "from Crypto.PublicKey import RSA
key = RSA.generate(3072)
",
        ),
        Example::good(
            "python",
            "import hashlib

def derive(text, salt):
    return hashlib.pbkdf2_hmac(\"sha256\", text, salt, 600000)
",
        ),
        Example::bad(
            "javascript",
            "const pair = crypto.generateKeyPairSync('rsa', { modulusLength: 1024 });
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too weak
",
        ),
        Example::bad(
            "javascript",
            "const key = crypto.pbkdf2Sync(text, salt, 100, 64, 'sha512');
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too weak
",
        ),
        Example::good(
            "javascript",
            "const pair = crypto.generateKeyPairSync('rsa', { modulusLength: 4096 });
",
        ),
        Example::good(
            "javascript",
            "const key = crypto.pbkdf2Sync(text, salt, 210000, 64, 'sha512');
",
        ),
        Example::bad(
            "typescript",
            "const pair = crypto.generateKeyPairSync('rsa', { modulusLength: 1024 });
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too weak
",
        ),
        Example::bad(
            "typescript",
            "const key = crypto.pbkdf2Sync(text, salt, 100, 64, 'sha512');
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too weak
",
        ),
        Example::good(
            "typescript",
            "const pair = crypto.generateKeyPairSync('rsa', { modulusLength: 4096 });
",
        ),
        Example::good(
            "typescript",
            "const key = crypto.pbkdf2Sync(text, salt, 210000, 64, 'sha512');
",
        ),
        Example::bad(
            "go",
            "package shop

import (
	\"crypto/rand\"
	\"crypto/rsa\"
)

func make() {
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too weak
	use(key, err)
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"golang.org/x/crypto/bcrypt\"

func store(text []byte) ([]byte, error) {
	return bcrypt.GenerateFromPassword(text, 4)
	       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too weak
}
",
        ),
        Example::good(
            "go",
            "package shop

import (
	\"crypto/rand\"
	\"crypto/rsa\"
)

func make() {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	use(key, err)
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"golang.org/x/crypto/bcrypt\"

func store(text []byte) ([]byte, error) {
	return bcrypt.GenerateFromPassword(text, bcrypt.DefaultCost)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void make(KeyPairGenerator generator) {
        generator.initialize(1024);
        ^^^^^^^^^^^^^^^^^^^^^^^^^^ too weak
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    KeySpec derive(char[] text, byte[] salt) {
        return new PBEKeySpec(text, salt, 100, 256);
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too weak
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void make(KeyPairGenerator generator) {
        generator.initialize(2048);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    KeySpec derive(char[] text, byte[] salt) {
        return new PBEKeySpec(text, salt, 600000, 256);
    }
}
",
        ),
        Example::bad(
            "c",
            "RSA *make(void) {
    return RSA_generate_key(1024, RSA_F4, NULL, NULL);
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too weak
}
",
        ),
        Example::bad(
            "c",
            "int make(RSA *key, BIGNUM *e) {
    return RSA_generate_key_ex(key, 512, e, NULL);
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too weak
}
",
        ),
        Example::good(
            "c",
            "RSA *make(void) {
    return RSA_generate_key(2048, RSA_F4, NULL, NULL);
}
",
        ),
        Example::good(
            "c",
            "int make(EVP_PKEY_CTX *context) {
    return EVP_PKEY_CTX_set_rsa_keygen_bits(context, 4096);
}
",
        ),
        Example::bad(
            "cpp",
            "RSA *make(void) {
    return RSA_generate_key(1024, RSA_F4, NULL, NULL);
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too weak
}
",
        ),
        Example::bad(
            "cpp",
            "int make(RSA *key, BIGNUM *e) {
    return RSA_generate_key_ex(key, 512, e, NULL);
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too weak
}
",
        ),
        Example::good(
            "cpp",
            "RSA *make(void) {
    return RSA_generate_key(2048, RSA_F4, NULL, NULL);
}
",
        ),
        Example::good(
            "cpp",
            "int make(EVP_PKEY_CTX *context) {
    return EVP_PKEY_CTX_set_rsa_keygen_bits(context, 4096);
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

const SHORT: &str = "makes a key that is too weak: below 2048 bits";
const QUICK: &str = "makes a key that is too weak: so few rounds are quickly tried";

/// What makes keys, by language.
const KNOWN: ByLanguage<&[Known]> = &[
    (
        &["python"],
        &[
            (Use::Call(&["RSA.generate", "DSA.generate"], &[When::Below(0, "bits", 2048)]), SHORT),
            (Use::Call(&["rsa.generate_private_key"], &[When::Below(1, "key_size", 2048)]), SHORT),
            (
                Use::Call(
                    &["dsa.generate_private_key", "rsa.newkeys"],
                    &[When::Below(0, "key_size", 2048)],
                ),
                SHORT,
            ),
            (Use::Call(&["pbkdf2_hmac"], &[When::Below(3, "iterations", 10_000)]), QUICK),
            (Use::Call(&["PBKDF2HMAC"], &[When::Below(3, "iterations", 10_000)]), QUICK),
            (Use::Call(&["PBKDF2"], &[When::Below(3, "count", 10_000)]), QUICK),
            (Use::Call(&["bcrypt.gensalt"], &[When::Below(0, "rounds", 10)]), QUICK),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            (
                Use::Call(
                    &["generateKeyPairSync", "generateKeyPair"],
                    &[When::Below(9, "modulusLength", 2048)],
                ),
                SHORT,
            ),
            (Use::Call(&["pbkdf2Sync", "pbkdf2"], &[When::Below(2, "iterations", 10_000)]), QUICK),
            (
                Use::Call(
                    &["bcrypt.hash", "bcrypt.hashSync", "bcrypt.genSaltSync"],
                    &[When::Below(1, "rounds", 8)],
                ),
                QUICK,
            ),
        ],
    ),
    (
        &["go"],
        &[
            (Use::Call(&["crypto.rsa.GenerateKey"], &[When::Below(1, "", 2048)]), SHORT),
            (Use::Call(&["pbkdf2.Key"], &[When::Below(2, "", 10_000)]), QUICK),
            (Use::Call(&["bcrypt.GenerateFromPassword"], &[When::Below(1, "", 10)]), QUICK),
        ],
    ),
    (
        &["java"],
        &[
            // A generator of elliptic keys takes fewer bits; those are sound from 224 on.
            (
                Use::Call(
                    &[".initialize"],
                    &[
                        When::Count(1),
                        When::Below(0, "", 2048),
                        When::Argument(0, &["1024", "1536"]),
                    ],
                ),
                SHORT,
            ),
            (Use::Call(&[".initialize"], &[When::Argument(0, &["512", "768"])]), SHORT),
            (Use::Call(&["PBEKeySpec"], &[When::Below(2, "", 10_000)]), QUICK),
            (Use::Call(&["PBEParameterSpec"], &[When::Below(1, "", 10_000)]), QUICK),
            (Use::Call(&["BCrypt.gensalt"], &[When::Below(0, "", 10)]), QUICK),
            (Use::Call(&["BCryptPasswordEncoder"], &[When::Below(0, "", 10)]), QUICK),
        ],
    ),
    (
        &["c", "cpp"],
        &[
            (Use::Call(&["RSA_generate_key"], &[When::Below(0, "", 2048)]), SHORT),
            (
                Use::Call(
                    &[
                        "RSA_generate_key_ex",
                        "EVP_PKEY_CTX_set_rsa_keygen_bits",
                        "DSA_generate_parameters_ex",
                        "DH_generate_parameters_ex",
                    ],
                    &[When::Below(1, "", 2048)],
                ),
                SHORT,
            ),
            (Use::Call(&["PKCS5_PBKDF2_HMAC_SHA1"], &[When::Below(4, "", 10_000)]), QUICK),
            (Use::Call(&["PKCS5_PBKDF2_HMAC"], &[When::Below(4, "", 10_000)]), QUICK),
        ],
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let Some(says) = known_use(context, id, KNOWN) else { return };
    if context.is_in_test(id) {
        return;
    }
    let shown = context.excerpt(id);
    context
        .report(id, format!("`{shown}` {says}"))
        .because("The number stands right there in the call.")
        .emit();
}
