//! `security/weak-cipher`.

use crate::facts::paths::ends_in;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/weak-cipher",
    category: Category::Security,
    summary: "A broken cipher, or one that encrypts each block by itself",
    severity: Severity::Warning,
    confidence: 0.88,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports encryption with DES, triple DES, RC2, RC4 or Blowfish, and with any block cipher in the mode ECB.",
        why: "DES has keys short enough to try them all, RC4 leaks its text, and ciphers with blocks of 64 bits leak after some gigabytes under one key. ECB turns equal blocks into equal blocks: the pattern of the text stays visible.",
        fix: "Use AES with GCM, or ChaCha20 with Poly1305; both also notice when somebody changes the text.",
        limits: "Protocols that prescribe such a cipher are reported, too. Decrypting old data and tests are left alone, as far as the call shows.",
        references: &["https://cwe.mitre.org/data/definitions/327.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "from Crypto.Cipher import DES

def lock(key, text):
    return DES.new(key, DES.MODE_CBC).encrypt(text)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^ secret
",
        ),
        Example::bad(
            "python",
            "from Crypto.Cipher import AES

def lock(key, text):
    return AES.new(key, AES.MODE_ECB).encrypt(text)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^ secret
",
        ),
        Example::bad(
            "python",
            "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

def lock(key):
    return Cipher(algorithms.AES(key), modes.ECB())
                                       ^^^^^^^^^^^ secret
",
        ),
        Example::good(
            "python",
            "from Crypto.Cipher import AES

def lock(key, text):
    return AES.new(key, AES.MODE_GCM).encrypt(text)
",
        ),
        Example::good(
            "python",
            "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

def lock(key, nonce):
    return Cipher(algorithms.AES(key), modes.GCM(nonce))
",
        ),
        Example::bad(
            "javascript",
            "import crypto from 'crypto';

function lock(key, start) {
  return crypto.createCipheriv('des-ede3-cbc', key, start);
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ secret
}
",
        ),
        Example::bad(
            "javascript",
            "import { createCipheriv } from 'crypto';

function lock(key) {
  return createCipheriv(\"aes-256-ecb\", key, null);
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ secret
}
",
        ),
        Example::good(
            "javascript",
            "import crypto from 'crypto';

function lock(key, start) {
  return crypto.createCipheriv('aes-256-gcm', key, start);
}
",
        ),
        Example::good(
            "javascript",
            "import crypto from 'crypto';

function open(key, start) {
  return crypto.createDecipheriv('des-ede3-cbc', key, start);
}
",
        ),
        Example::bad(
            "rust",
            "use openssl::symm::{Cipher, encrypt};

fn lock(key: &[u8], text: &[u8]) {
    encrypt(Cipher::aes_128_ecb(), key, None, text);
            ^^^^^^^^^^^^^^^^^^^^^ secret
}
",
        ),
        Example::bad(
            "rust",
            "use rc4::{KeyInit, Rc4};

fn lock(key: &Key) {
    let cipher = Rc4::new(key);
                 ^^^^^^^^^^^^^ secret
}
",
        ),
        Example::good(
            "rust",
            "use openssl::symm::{Cipher, encrypt};

fn lock(key: &[u8], start: &[u8], text: &[u8]) {
    encrypt(Cipher::aes_256_gcm(), key, Some(start), text);
}
",
        ),
        Example::good(
            "rust",
            "use aes_gcm::Aes256Gcm;

fn lock(key: &Key) {
    let cipher = Aes256Gcm::new(key);
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"crypto/des\"

func lock(key []byte) {
	block, err := des.NewTripleDESCipher(key)
	              ^^^^^^^^^^^^^^^^^^^^^^^^^^^ secret
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"crypto/rc4\"

func lock(key []byte) {
	stream, err := rc4.NewCipher(key)
	               ^^^^^^^^^^^^^^^^^^ secret
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"crypto/aes\"

func lock(key []byte) {
	block, err := aes.NewCipher(key)
}
",
        ),
        Example::good(
            "go",
            "package shop

func lock(des Maker, key []byte) {
	block, err := des.NewCipher(key)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    Cipher lock() throws Exception {
        return Cipher.getInstance(\"DES/CBC/PKCS5Padding\");
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ secret
    }
}
",
        ),
        Example::bad(
            "java",
            "import javax.crypto.Cipher;

class Shop {
    Cipher lock() throws Exception {
        return Cipher.getInstance(\"AES\");
               ^^^^^^^^^^^^^^^^^^^^^^^^^ secret
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Cipher lock() throws Exception {
        return Cipher.getInstance(\"AES/GCM/NoPadding\");
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Cipher lock() throws Exception {
        return Cipher.getInstance(\"RSA/ECB/OAEPWithSHA-256AndMGF1Padding\");
    }
}
",
        ),
        Example::bad(
            "c",
            "void lock(EVP_CIPHER_CTX *state, unsigned char *key) {
    EVP_EncryptInit_ex(state, EVP_aes_128_ecb(), 0, key, 0);
                              ^^^^^^^^^^^^^^^^^ secret
}
",
        ),
        Example::bad(
            "c",
            "void lock(EVP_CIPHER_CTX *state, unsigned char *key, unsigned char *start) {
    const EVP_CIPHER *cipher = EVP_des_ede3_cbc();
                               ^^^^^^^^^^^^^^^^^^ secret
    EVP_EncryptInit_ex(state, cipher, 0, key, start);
}
",
        ),
        Example::good(
            "c",
            "void lock(EVP_CIPHER_CTX *state, unsigned char *key, unsigned char *start) {
    EVP_EncryptInit_ex(state, EVP_aes_256_gcm(), 0, key, start);
}
",
        ),
        Example::good(
            "c",
            "void open(EVP_CIPHER_CTX *state, unsigned char *key, unsigned char *start) {
    EVP_DecryptInit_ex(state, EVP_des_ede3_cbc(), 0, key, start);
}
",
        ),
        Example::bad(
            "typescript",
            "import crypto from 'crypto';

function lock(key, start) {
  return crypto.createCipheriv('des-ede3-cbc', key, start);
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ secret
}
",
        ),
        Example::bad(
            "typescript",
            "import { createCipheriv } from 'crypto';

function lock(key) {
  return createCipheriv(\"aes-256-ecb\", key, null);
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ secret
}
",
        ),
        Example::good(
            "typescript",
            "import crypto from 'crypto';

function lock(key, start) {
  return crypto.createCipheriv('aes-256-gcm', key, start);
}
",
        ),
        Example::good(
            "typescript",
            "import crypto from 'crypto';

function open(key, start) {
  return crypto.createDecipheriv('des-ede3-cbc', key, start);
}
",
        ),
        Example::bad(
            "cpp",
            "void lock(EVP_CIPHER_CTX *state, unsigned char *key) {
    EVP_EncryptInit_ex(state, EVP_aes_128_ecb(), 0, key, 0);
                              ^^^^^^^^^^^^^^^^^ secret
}
",
        ),
        Example::bad(
            "cpp",
            "void lock(EVP_CIPHER_CTX *state, unsigned char *key, unsigned char *start) {
    const EVP_CIPHER *cipher = EVP_des_ede3_cbc();
                               ^^^^^^^^^^^^^^^^^^ secret
    EVP_EncryptInit_ex(state, cipher, 0, key, start);
}
",
        ),
        Example::good(
            "cpp",
            "void lock(EVP_CIPHER_CTX *state, unsigned char *key, unsigned char *start) {
    EVP_EncryptInit_ex(state, EVP_aes_256_gcm(), 0, key, start);
}
",
        ),
        Example::good(
            "cpp",
            "void open(EVP_CIPHER_CTX *state, unsigned char *key, unsigned char *start) {
    EVP_DecryptInit_ex(state, EVP_des_ede3_cbc(), 0, key, start);
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// How a language's libraries name ciphers.
struct Ciphers {
    /// Calls that make a cipher, by path, each with its name.
    made: &'static [(&'static str, &'static str)],
    /// Calls whose first argument names the cipher.
    named: &'static [&'static str],
    /// What a call's name starts with, and the name ends with the cipher: `EVP_des_cbc`.
    prefixes: &'static [&'static str],
    /// Whether a block cipher that is named without a mode works in ECB.
    is_ecb_by_default: bool,
}

const CIPHERS: ByLanguage<Ciphers> = &[
    (
        &["python"],
        Ciphers {
            made: &[
                ("Crypto.Cipher.DES.new", "DES"),
                ("Crypto.Cipher.DES3.new", "triple DES"),
                ("Crypto.Cipher.ARC2.new", "RC2"),
                ("Crypto.Cipher.ARC4.new", "RC4"),
                ("Crypto.Cipher.Blowfish.new", "Blowfish"),
                ("Cryptodome.Cipher.DES.new", "DES"),
                ("Cryptodome.Cipher.DES3.new", "triple DES"),
                ("Cryptodome.Cipher.ARC2.new", "RC2"),
                ("Cryptodome.Cipher.ARC4.new", "RC4"),
                ("Cryptodome.Cipher.Blowfish.new", "Blowfish"),
                ("cryptography.hazmat.primitives.ciphers.algorithms.TripleDES", "triple DES"),
                ("cryptography.hazmat.primitives.ciphers.algorithms.ARC4", "RC4"),
                ("cryptography.hazmat.primitives.ciphers.algorithms.Blowfish", "Blowfish"),
                ("cryptography.hazmat.primitives.ciphers.modes.ECB", "the mode ECB"),
            ],
            named: &[],
            prefixes: &[],
            is_ecb_by_default: false,
        },
    ),
    (
        &["javascript", "typescript"],
        Ciphers {
            made: &[
                ("crypto-js.DES.encrypt", "DES"),
                ("crypto-js.TripleDES.encrypt", "triple DES"),
                ("crypto-js.RC4.encrypt", "RC4"),
                ("CryptoJS.DES.encrypt", "DES"),
                ("CryptoJS.TripleDES.encrypt", "triple DES"),
                ("CryptoJS.RC4.encrypt", "RC4"),
            ],
            named: &["crypto.createCipheriv", "crypto.createCipher"],
            prefixes: &[],
            is_ecb_by_default: false,
        },
    ),
    (
        &["rust"],
        Ciphers {
            made: &[
                ("des.Des.new", "DES"),
                ("des.Des.new_from_slice", "DES"),
                ("des.TdesEde3.new", "triple DES"),
                ("des.TdesEde3.new_from_slice", "triple DES"),
                ("rc4.Rc4.new", "RC4"),
                ("rc4.Rc4.new_from_slice", "RC4"),
                ("blowfish.Blowfish.new", "Blowfish"),
                ("blowfish.Blowfish.new_from_slice", "Blowfish"),
            ],
            named: &[],
            prefixes: &["openssl.symm.Cipher.", "openssl.cipher.Cipher.", "symm.Cipher."],
            is_ecb_by_default: false,
        },
    ),
    (
        &["go"],
        Ciphers {
            made: &[
                ("crypto.des.NewCipher", "DES"),
                ("crypto.des.NewTripleDESCipher", "triple DES"),
                ("crypto.rc4.NewCipher", "RC4"),
            ],
            named: &[],
            prefixes: &[],
            is_ecb_by_default: false,
        },
    ),
    (
        &["java"],
        Ciphers {
            made: &[],
            named: &["Cipher.getInstance", "javax.crypto.Cipher.getInstance"],
            prefixes: &[],
            is_ecb_by_default: true,
        },
    ),
    (
        &["c", "cpp"],
        Ciphers { made: &[], named: &[], prefixes: &["EVP_"], is_ecb_by_default: false },
    ),
];

/// Words in names of functions that make something better of single encrypted blocks.
const BLOCK_BY_BLOCK: &[&str] = &["wrap", "mac", "ctr", "mask", "block", "xts", "ecb"];

/// Words in calls that encrypt with the cipher they are given.
const ENCRYPTING: &[&str] = &["encrypt", "crypter", "seal", "cipherinit"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(ciphers) = context.in_language(CIPHERS) else { return };
    let Some(weak) = weak_cipher(context, ciphers, id) else { return };
    let function = tree.name(tree.enclosing_function(id)).to_ascii_lowercase();
    let is_made_of_blocks = BLOCK_BY_BLOCK.iter().any(|it| function.contains(it));
    if context.is_in_test(id)
        || is_decrypted(context, id)
        || weak == "the mode ECB" && is_made_of_blocks
    {
        return;
    }
    let why = if weak == "the mode ECB" {
        "Equal blocks of the text become equal blocks."
    } else {
        "It was broken, or its blocks are too short to hide much text."
    };
    context.report(id, format!("{weak} does not keep what it encrypts secret")).because(why).emit();
}

/// The weak cipher or mode that a call makes.
fn weak_cipher(context: &Context<'_>, ciphers: &Ciphers, id: NodeId) -> Option<&'static str> {
    let tree = context.tree;
    let callee = tree.child(id, Role::Callee)?;
    let name = tree.name(callee);
    let ends = |path: &str| ends_in(path, name);
    let may_be = ciphers.made.iter().any(|(path, _)| ends(path))
        || ciphers.named.iter().any(|path| ends(path))
        || !ciphers.prefixes.is_empty() && name.contains('_');
    if !may_be && name != "new" {
        return None;
    }
    // A default import may stand for the package itself.
    let path = context.paths().of(callee)?.replacen(".default.", ".", 1);
    if let Some((_, weak)) = ciphers.made.iter().find(|(known, _)| *known == path) {
        return Some(weak);
    }
    let arguments = context.arguments(id);
    // `AES.new(key, AES.MODE_ECB)`
    if name == "new" && path.ends_with(".Cipher.AES.new") {
        let is_ecb = arguments.get(1).is_some_and(|it| context.text(*it).ends_with("MODE_ECB"));
        return is_ecb.then_some("the mode ECB");
    }
    if ciphers.named.contains(&path.as_str()) {
        let first = arguments.first().filter(|it| tree.kind(**it) == Kind::String)?;
        let named = context.text(*first).trim_matches(['"', '\'', '`']);
        return weakness(named, ciphers.is_ecb_by_default);
    }
    let prefix = ciphers.prefixes.iter().find(|it| path.starts_with(**it))?;
    weakness(path.strip_prefix(prefix)?, false).filter(|_| is_used_to_encrypt(context, id))
}

/// Whether what names a cipher is handed to what encrypts: at once, or by a variable.
fn is_used_to_encrypt(context: &Context<'_>, id: NodeId) -> bool {
    let (tree, bindings) = (context.tree, &context.facts.bindings);
    let is_argument_of_encryption = |it: NodeId| {
        let call = tree.node(it).parent;
        let callee = tree.child(call, Role::Callee).filter(|callee| *callee != it);
        callee.is_some_and(|callee| {
            let text = tree.text(callee).to_ascii_lowercase();
            ENCRYPTING.iter().any(|word| text.contains(word)) && !text.contains("decrypt")
        })
    };
    let holder = tree.node(id).parent;
    let held = tree.child(holder, Role::Target).and_then(|it| bindings.resolve(it));
    is_argument_of_encryption(id)
        || held.is_some_and(|it| {
            bindings.occurrences(it).iter().copied().any(is_argument_of_encryption)
        })
}

/// What is wrong with a cipher, by its name: `des-ede3-cbc`, `AES/ECB/PKCS5Padding`, `aes_128_ecb`.
fn weakness(named: &str, is_ecb_by_default: bool) -> Option<&'static str> {
    let lower = named.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(['/', '-', '_']).collect();
    let first = *words.first()?;
    match first {
        "des" if words.iter().any(|it| it.starts_with("ede")) => return Some("triple DES"),
        "des3" | "desede" | "tripledes" => return Some("triple DES"),
        "des" => return Some("DES"),
        "rc2" => return Some("RC2"),
        "rc4" | "arcfour" | "arc4" => return Some("RC4"),
        "bf" | "blowfish" => return Some("Blowfish"),
        _ => {}
    }
    // Without padding it encrypts single blocks, of which a better mode may be made.
    let is_ecb = words.contains(&"ecb") && !words.contains(&"nopadding");
    let is_default = is_ecb_by_default && words.len() == 1;
    let is_block_cipher = ["aes", "camellia", "aria", "sm4", "cast5", "seed", "idea"]
        .iter()
        .any(|it| first.starts_with(it));
    (is_block_cipher && (is_ecb || is_default)).then_some("the mode ECB")
}

/// Whether the cipher is handed to what decrypts, or to what only asks about it.
fn is_decrypted(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let around = tree.ancestors(id).take_while(|it| !tree.kind(*it).is_statement());
    around.filter(|it| matches!(tree.kind(*it), Kind::Call | Kind::Compare)).any(|it| {
        let callee = tree.child(it, Role::Callee).map_or("", |callee| tree.name(callee));
        let callee = callee.to_ascii_lowercase();
        tree.kind(it) == Kind::Compare || callee.contains("decrypt")
    })
}
