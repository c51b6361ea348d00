//! `security/insecure-cookie`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::known::{Known, Use, When, known_use};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/insecure-cookie",
    category: Category::Security,
    summary: "A cookie can be read by scripts, or travels in the clear",
    severity: Severity::Warning,
    confidence: 0.8,
    languages: &["python", "javascript", "typescript", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports cookies whose `secure` or `httpOnly` is turned off, and cookies named like a session or token that are set without them.",
        why: "Without `httpOnly` any script on the page can read the cookie; without `secure` it is also sent over plain HTTP, where anybody can.",
        fix: "Set `secure`, `httpOnly` and `sameSite`.",
        limits: "What a framework sets by itself is not known, and tests are left alone.",
        references: &["https://developer.mozilla.org/en-US/docs/Web/HTTP/Cookies#security"],
    },
    examples: &[
        Example::bad(
            "python",
            "def login(response, value):
    response.set_cookie(\"session\", value)
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ cookie
",
        ),
        Example::bad(
            "python",
            "SESSION_COOKIE_SECURE = False
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ cookie
",
        ),
        Example::good(
            "python",
            "def login(response, value):
    response.set_cookie(\"session\", value, secure=True, httponly=True)
",
        ),
        Example::good(
            "python",
            "def choose(response, value, **options):
    response.set_cookie(\"session\", value, **options)
",
        ),
        Example::bad(
            "javascript",
            "function login(res, value) {
  res.cookie('sid', value);
  ^^^^^^^^^^^^^^^^^^^^^^^^ cookie
}
",
        ),
        Example::bad(
            "javascript",
            "app.use(session({ cookie: { secure: false } }));
                            ^^^^^^^^^^^^^ cookie
",
        ),
        Example::good(
            "javascript",
            "function login(res, value) {
  res.cookie('sid', value, { secure: true, httpOnly: true });
}
",
        ),
        Example::good(
            "javascript",
            "function login(res, value, options) {
  res.cookie('sid', value, options);
}
",
        ),
        Example::bad(
            "typescript",
            "function login(res, value) {
  res.cookie('sid', value);
  ^^^^^^^^^^^^^^^^^^^^^^^^ cookie
}
",
        ),
        Example::bad(
            "typescript",
            "app.use(session({ cookie: { secure: false } }));
                            ^^^^^^^^^^^^^ cookie
",
        ),
        Example::good(
            "typescript",
            "function login(res, value) {
  res.cookie('sid', value, { secure: true, httpOnly: true });
}
",
        ),
        Example::good(
            "typescript",
            "function login(res, value, options) {
  res.cookie('sid', value, options);
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"net/http\"

func login(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: \"session\", Value: \"v\"})
	                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ cookie
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"net/http\"

func login(w http.ResponseWriter, v string) {
	http.SetCookie(w, &http.Cookie{Name: \"session\", Value: v, Secure: true, HttpOnly: false})
	                                                                        ^^^^^^^^^^^^^^^ cookie
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"net/http\"

func login(w http.ResponseWriter, v string) {
	http.SetCookie(w, &http.Cookie{Name: \"session\", Value: v, Secure: true, HttpOnly: true})
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"net/http\"

func find(name string) http.Cookie {
	return http.Cookie{}
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void login(Cookie cookie) {
        cookie.setSecure(false);
        ^^^^^^^^^^^^^^^^^^^^^^^ cookie
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void login(Cookie cookie) {
        cookie.setHttpOnly(false);
        ^^^^^^^^^^^^^^^^^^^^^^^^^ cookie
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void login(Cookie cookie) {
        cookie.setSecure(true);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void login(Cookie cookie) {
        cookie.setHttpOnly(true);
    }
}
",
        ),
    ],
    kinds: &[Kind::Call, Kind::Map, Kind::Pair, Kind::Argument, Kind::Assign],
    check,
};

const BOTH: &str = "sets a cookie without `secure` and `httpOnly`";
const CLEAR: &str = "lets the cookie travel over plain HTTP";
const SCRIPTS: &str = "lets scripts read the cookie";

/// What sets cookies, by language.
const KNOWN: ByLanguage<&[Known]> = &[
    (
        &["python"],
        &[
            (
                Use::Call(
                    &[".set_cookie"],
                    &[When::Argument(0, SECRET), When::Unset(&["secure", "httponly"])],
                ),
                BOTH,
            ),
            (Use::Setting(&["set_cookie.secure"], &["False"]), CLEAR),
            (Use::Setting(&["set_cookie.httponly"], &["False"]), SCRIPTS),
            (
                Use::Setting(
                    &["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "REMEMBER_COOKIE_SECURE"],
                    &["False"],
                ),
                CLEAR,
            ),
            (
                Use::Setting(
                    &[
                        "SESSION_COOKIE_HTTPONLY",
                        "CSRF_COOKIE_HTTPONLY",
                        "REMEMBER_COOKIE_HTTPONLY",
                    ],
                    &["False"],
                ),
                SCRIPTS,
            ),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            (
                Use::Call(
                    &["res.cookie", "response.cookie", "reply.setCookie"],
                    &[When::Argument(0, SECRET), When::Count(2)],
                ),
                BOTH,
            ),
            (
                Use::Call(
                    &["res.cookie", "response.cookie", "reply.setCookie", "cookies.set"],
                    &[When::Set("secure", &["false"])],
                ),
                CLEAR,
            ),
            (
                Use::Call(
                    &["res.cookie", "response.cookie", "reply.setCookie", "cookies.set"],
                    &[When::Set("httpOnly", &["false"])],
                ),
                SCRIPTS,
            ),
            (Use::Setting(&["cookie.secure"], &["false"]), CLEAR),
            (Use::Setting(&["cookie.httpOnly"], &["false"]), SCRIPTS),
        ],
    ),
    (
        &["go"],
        &[
            (
                Use::Call(
                    &["http.Cookie", "Cookie"],
                    &[When::Set("Value", &["*"]), When::Unset(&["Secure", "HttpOnly", "MaxAge"])],
                ),
                BOTH,
            ),
            (Use::Setting(&["Secure"], &["false"]), CLEAR),
            (Use::Setting(&["HttpOnly"], &["false"]), SCRIPTS),
        ],
    ),
    (
        &["java"],
        &[
            (Use::Call(&[".setSecure"], &[When::Argument(0, &["false"])]), CLEAR),
            (Use::Call(&[".setHttpOnly"], &[When::Argument(0, &["false"])]), SCRIPTS),
        ],
    ),
];
/// Names of cookies that let somebody in.
const SECRET: &[&str] = &[
    "*sess*", "*token*", "*auth*", "sid", "*_sid", "*.sid", "*jwt*", "*user*", "*login*", "*key*",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let Some(says) = known_use(context, id, KNOWN) else { return };
    if context.is_test_code(id) {
        return;
    }
    let shown = context.excerpt(id);
    context
        .report(id, format!("`{shown}` {says}"))
        .because("Who holds the cookie of a session is taken for its user.")
        .emit();
}
