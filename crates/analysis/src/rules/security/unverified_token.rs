//! `security/unverified-token`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::known::{Known, Use, When, known_use};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/unverified-token",
    category: Category::Security,
    summary: "A token is taken for true without a look at its signature",
    severity: Severity::Error,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports JSON web tokens that are read without checking their signature, are signed with the algorithm `none`, or may have run out.",
        why: "Anybody can write a token that says whatever they like; only the signature tells who wrote it.",
        fix: "Decode with the key and a list of the algorithms you use.",
        limits: "Tokens whose header is looked at before the real check are reported by their plain decoding, too; tests are left alone.",
        references: &["https://cwe.mitre.org/data/definitions/347.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "import jwt

def read(text, key):
    return jwt.decode(text, key, options={\"verify_signature\": False})
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ token
",
        ),
        Example::bad(
            "python",
            "import jwt

def write(claims):
    return jwt.encode(claims, None, algorithm=\"none\")
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ token
",
        ),
        Example::good(
            "python",
            "import jwt

def read(text, key):
    return jwt.decode(text, key, algorithms=[\"HS256\"])
",
        ),
        Example::good(
            "python",
            "def read(jwt, text):
    return jwt.parse(text, verify=True)
",
        ),
        Example::bad(
            "javascript",
            "import jwt from 'jsonwebtoken';
const claims = jwt.verify(text, key, { algorithms: ['none'] });
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ token
",
        ),
        Example::bad(
            "javascript",
            "import jwt from 'jsonwebtoken';
const claims = jwt.verify(text, key, { ignoreExpiration: true });
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ token
",
        ),
        Example::good(
            "javascript",
            "import jwt from 'jsonwebtoken';
const claims = jwt.verify(text, key, { algorithms: ['RS256'] });
",
        ),
        Example::good(
            "javascript",
            "import jwt from 'jsonwebtoken';
const text = jwt.sign(claims, key, { algorithm: 'HS256' });
",
        ),
        Example::bad(
            "typescript",
            "import jwt from 'jsonwebtoken';
const claims = jwt.verify(text, key, { algorithms: ['none'] });
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ token
",
        ),
        Example::bad(
            "typescript",
            "import jwt from 'jsonwebtoken';
const claims = jwt.verify(text, key, { ignoreExpiration: true });
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ token
",
        ),
        Example::good(
            "typescript",
            "import jwt from 'jsonwebtoken';
const claims = jwt.verify(text, key, { algorithms: ['RS256'] });
",
        ),
        Example::good(
            "typescript",
            "import jwt from 'jsonwebtoken';
const text = jwt.sign(claims, key, { algorithm: 'HS256' });
",
        ),
        Example::bad(
            "go",
            "package shop

func read(parser *jwt.Parser, text string) {
	token, _, err := parser.ParseUnverified(text, claims)
	                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ token
	use(token, err)
}
",
        ),
        Example::bad(
            "go",
            "package shop

func write(claims jwt.Claims) string {
	text, _ := jwt.NewWithClaims(jwt.SigningMethodNone, claims).SignedString(key)
	           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ token
	return text
}
",
        ),
        Example::good(
            "go",
            "package shop

func read(text string) {
	token, err := jwt.ParseWithClaims(text, claims, key)
	use(token, err)
}
",
        ),
        Example::good(
            "go",
            "package shop

func write(claims jwt.Claims) *jwt.Token {
	return jwt.NewWithClaims(jwt.SigningMethodHS256, claims)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    Claims read(String text) {
        return Jwts.parser().parseClaimsJwt(text).getBody();
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ token
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    Algorithm choose() {
        return Algorithm.none();
               ^^^^^^^^^^^^^^^^ token
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Claims read(String text, Key key) {
        return Jwts.parser().setSigningKey(key).parseClaimsJws(text).getBody();
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Algorithm choose(String key) {
        return Algorithm.HMAC256(key);
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

const UNSEEN: &str = "reads the token without checking who signed it";
const NONE: &str = "takes a token without any signature";
const OLD: &str = "takes a token that has run out";

/// What reads and writes tokens, by language.
const KNOWN: ByLanguage<&[Known]> = &[
    (
        &["python"],
        &[
            (Use::Call(&["jwt.decode"], &[When::Set("verify", &["False"])]), UNSEEN),
            (Use::Call(&["jwt.decode"], &[When::Set("verify_signature", &["False"])]), UNSEEN),
            (Use::Call(&["jwt.decode"], &[When::Set("algorithms", &["*none*"])]), NONE),
            (Use::Call(&["jwt.encode"], &[When::Set("algorithm", &["none", "None"])]), NONE),
            (Use::Call(&["jwt.decode"], &[When::Set("verify_exp", &["False"])]), OLD),
            (Use::Call(&["jwt.process_jwt", "jwt.get_unverified_claims"], &[]), UNSEEN),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            (Use::Call(&["jsonwebtoken.decode", "jwt.decode"], &[When::Count(1)]), UNSEEN),
            (
                Use::Call(
                    &["jsonwebtoken.verify", "jwt.verify"],
                    &[When::Set("algorithms", &["*'none'*", "*\"none\"*"])],
                ),
                NONE,
            ),
            (
                Use::Call(&["jsonwebtoken.sign", "jwt.sign"], &[When::Set("algorithm", &["none"])]),
                NONE,
            ),
            (
                Use::Call(
                    &["jsonwebtoken.verify", "jwt.verify"],
                    &[When::Set("ignoreExpiration", &["true"])],
                ),
                OLD,
            ),
            (
                Use::Call(
                    &["jsonwebtoken.verify", "jwt.verify"],
                    &[When::Argument(1, &["null", "''", "undefined", "false"])],
                ),
                NONE,
            ),
        ],
    ),
    (
        &["go"],
        &[
            (Use::Call(&[".ParseUnverified"], &[]), UNSEEN),
            (
                Use::Call(
                    &["jwt.NewWithClaims", "jwt.New"],
                    &[When::Argument(0, &["*.SigningMethodNone"])],
                ),
                NONE,
            ),
            (
                Use::Call(
                    &[".SignedString"],
                    &[When::Argument(0, &["*.UnsafeAllowNoneSignatureType"])],
                ),
                NONE,
            ),
        ],
    ),
    (
        &["java"],
        &[
            (
                Use::Call(&[".parseClaimsJwt", ".parsePlaintextJwt", ".parseUnsecuredClaims"], &[]),
                UNSEEN,
            ),
            (Use::Call(&[".parse"], &[When::On("Jwts.parser()"), When::Count(1)]), UNSEEN),
            (Use::Call(&["Algorithm.none"], &[]), NONE),
            (Use::Call(&["JWT.decode"], &[When::Count(1)]), UNSEEN),
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
        .because("What a token claims is worth as much as the check of its signature.")
        .emit();
}
