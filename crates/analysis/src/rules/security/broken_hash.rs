//! `security/broken-hash`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::known::{Known, Use, When, known_use};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/broken-hash",
    category: Category::Security,
    summary: "A hash that two texts can be made to share",
    severity: Severity::Information,
    confidence: 0.8,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports MD5, MD4 and SHA-1 wherever they are used, unless the call says that it is not for security.",
        why: "Anybody can make two files with the same hash: it proves neither where a file comes from nor that it is the same.",
        fix: "SHA-256 or BLAKE3; for passwords Argon2 or bcrypt. Python: say `usedforsecurity=False` where it is only a checksum.",
        limits: "For checksums and keys of caches they do; `security/weak-hash` reports only what protects something.",
        references: &["https://shattered.io/"],
    },
    examples: &[
        Example::bad(
            "python",
            "import hashlib

def name(data):
    return hashlib.md5(data).hexdigest()
           ^^^^^^^^^^^^^^^^^ can be made
",
        ),
        Example::bad(
            "python",
            "import hashlib

def name(data):
    return hashlib.new(\"sha1\", data).hexdigest()
           ^^^^^^^^^^^^^^^^^^^^^^^^^ can be made
",
        ),
        Example::good(
            "python",
            "import hashlib

def name(data):
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
",
        ),
        Example::good(
            "python",
            "import hashlib

def name(data):
    return hashlib.sha256(data).hexdigest()
",
        ),
        Example::bad(
            "javascript",
            "const name = crypto.createHash('md5').update(data).digest('hex');
             ^^^^^^^^^^^^^^^^^^^^^^^^ can be made
",
        ),
        Example::bad(
            "javascript",
            "const name = crypto.createHash(\"sha1\").update(data).digest('hex');
             ^^^^^^^^^^^^^^^^^^^^^^^^^ can be made
",
        ),
        Example::good(
            "javascript",
            "const name = crypto.createHash('sha256').update(data).digest('hex');
",
        ),
        Example::good(
            "javascript",
            "const name = crypto.createHmac('sha256', key);
",
        ),
        Example::bad(
            "typescript",
            "const name = crypto.createHash('md5').update(data).digest('hex');
             ^^^^^^^^^^^^^^^^^^^^^^^^ can be made
",
        ),
        Example::bad(
            "typescript",
            "const name = crypto.createHash(\"sha1\").update(data).digest('hex');
             ^^^^^^^^^^^^^^^^^^^^^^^^^ can be made
",
        ),
        Example::good(
            "typescript",
            "const name = crypto.createHash('sha256').update(data).digest('hex');
",
        ),
        Example::good(
            "typescript",
            "const name = crypto.createHmac('sha256', key);
",
        ),
        Example::bad(
            "rust",
            "fn name(data: &[u8]) -> String {
    let digest = md5::compute(data);
                 ^^^^^^^^^^^^^^^^^^ can be made
    format!(\"{digest:x}\")
}
",
        ),
        Example::bad(
            "rust",
            "fn name(data: &[u8]) {
    let mut hasher = Sha1::new();
                     ^^^^^^^^^^^ can be made
    hasher.update(data);
}
",
        ),
        Example::good(
            "rust",
            "fn name(data: &[u8]) {
    let mut hasher = Sha256::new();
    hasher.update(data);
}
",
        ),
        Example::good(
            "rust",
            "fn name(data: &[u8]) -> Hash {
    blake3::hash(data)
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"crypto/md5\"

func name(data []byte) [16]byte {
	return md5.Sum(data)
	       ^^^^^^^^^^^^^ can be made
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"crypto/sha1\"

func name() hash.Hash {
	return sha1.New()
	       ^^^^^^^^^^ can be made
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"crypto/sha256\"

func name(data []byte) [32]byte {
	return sha256.Sum256(data)
}
",
        ),
        Example::good(
            "go",
            "package shop

func name(md5 Maker, data []byte) {
	md5.Make(data)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    MessageDigest make() throws Exception {
        return MessageDigest.getInstance(\"SHA-1\");
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ can be made
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    String name(String text) {
        return DigestUtils.md5Hex(text);
               ^^^^^^^^^^^^^^^^^^^^^^^^ can be made
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    MessageDigest make() throws Exception {
        return MessageDigest.getInstance(\"SHA-256\");
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    String name(String text) {
        return DigestUtils.sha256Hex(text);
    }
}
",
        ),
        Example::bad(
            "c",
            "void name(const unsigned char *data, size_t length, unsigned char *out) {
    MD5(data, length, out);
    ^^^^^^^^^^^^^^^^^^^^^^ can be made
}
",
        ),
        Example::bad(
            "c",
            "void name(SHA_CTX *context) {
    SHA1_Init(context);
    ^^^^^^^^^^^^^^^^^^ can be made
}
",
        ),
        Example::good(
            "c",
            "void name(const unsigned char *data, size_t length, unsigned char *out) {
    SHA256(data, length, out);
}
",
        ),
        Example::good(
            "c",
            "const EVP_MD *choose(void) {
    return EVP_sha256();
}
",
        ),
        Example::bad(
            "cpp",
            "void name(const unsigned char *data, size_t length, unsigned char *out) {
    MD5(data, length, out);
    ^^^^^^^^^^^^^^^^^^^^^^ can be made
}
",
        ),
        Example::bad(
            "cpp",
            "void name(SHA_CTX *context) {
    SHA1_Init(context);
    ^^^^^^^^^^^^^^^^^^ can be made
}
",
        ),
        Example::good(
            "cpp",
            "void name(const unsigned char *data, size_t length, unsigned char *out) {
    SHA256(data, length, out);
}
",
        ),
        Example::good(
            "cpp",
            "const EVP_MD *choose(void) {
    return EVP_sha256();
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

const SHARED: &str = "makes a hash that two texts can be made to share";
const OLD: &[&str] = &["md5", "sha1", "sha-1", "md4", "md2", "ripemd"];

const KNOWN: ByLanguage<&[Known]> = &[
    (
        &["python"],
        &[
            (
                Use::Call(
                    &["hashlib.md5", "hashlib.sha1", "hashlib.md4"],
                    &[When::Unset(&["usedforsecurity"])],
                ),
                SHARED,
            ),
            (
                Use::Call(
                    &["hashlib.new"],
                    &[When::Argument(0, OLD), When::Unset(&["usedforsecurity"])],
                ),
                SHARED,
            ),
            (
                Use::Call(&["Hash.MD5.new", "Hash.SHA.new", "Hash.SHA1.new", "Hash.MD4.new"], &[]),
                SHARED,
            ),
            (Use::Call(&["hashes.MD5", "hashes.SHA1"], &[]), SHARED),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            (Use::Call(&["createHash"], &[When::Argument(0, OLD)]), SHARED),
            (Use::Call(&["CryptoJS.MD5", "CryptoJS.SHA1"], &[]), SHARED),
        ],
    ),
    (
        &["rust"],
        &[(
            Use::Call(
                &[
                    "md5::compute",
                    "md5.compute",
                    "Md5::new",
                    "Md5::digest",
                    "Sha1::new",
                    "Sha1::digest",
                    "Md5.new",
                    "Sha1.new",
                ],
                &[],
            ),
            SHARED,
        )],
    ),
    (
        &["go"],
        &[(
            Use::Call(
                &[
                    "crypto.md5.Sum",
                    "crypto.md5.New",
                    "crypto.sha1.Sum",
                    "crypto.sha1.New",
                    "md4.New",
                ],
                &[],
            ),
            SHARED,
        )],
    ),
    (
        &["java"],
        &[
            (Use::Call(&["MessageDigest.getInstance"], &[When::Argument(0, OLD)]), SHARED),
            (
                Use::Call(
                    &[
                        "DigestUtils.md5Hex",
                        "DigestUtils.md5",
                        "DigestUtils.sha1Hex",
                        "DigestUtils.sha1",
                        "DigestUtils.getMd5Digest",
                        "Hashing.md5",
                        "Hashing.sha1",
                    ],
                    &[],
                ),
                SHARED,
            ),
        ],
    ),
    (
        &["c", "cpp"],
        &[(
            Use::Call(
                &[
                    "MD5",
                    "MD5_Init",
                    "SHA1",
                    "SHA1_Init",
                    "EVP_md5",
                    "EVP_sha1",
                    "CC_MD5",
                    "CC_SHA1",
                    "MD4",
                ],
                &[],
            ),
            SHARED,
        )],
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
        .because("Such pairs were published for MD5 in 2004 and for SHA-1 in 2017.")
        .emit();
}
