//! `security/permissive-cors`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::known::{Known, Use, When, known_use};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/permissive-cors",
    category: Category::Security,
    summary: "Any site may read the answers",
    severity: Severity::Warning,
    confidence: 0.8,
    languages: &["python", "javascript", "typescript", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports answers that any site may read: `Access-Control-Allow-Origin: *`, a CORS setting of `*`, the client's own origin sent back, and messages posted to a window of any origin.",
        why: "A page that a user merely visits can then ask in the user's name, and read what comes back.",
        fix: "Name the origins that are allowed.",
        limits: "For what is public anyway this is right; tests are left alone.",
        references: &["https://developer.mozilla.org/en-US/docs/Web/HTTP/CORS"],
    },
    examples: &[
        Example::bad(
            "python",
            "def answer(response):
    response.headers[\"Access-Control-Allow-Origin\"] = \"*\"
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ any
",
        ),
        Example::bad(
            "python",
            "from flask_cors import CORS
CORS(app, origins=\"*\", supports_credentials=True)
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ any
",
        ),
        Example::good(
            "python",
            "def answer(response):
    response.headers[\"Access-Control-Allow-Origin\"] = \"https://shop.example.org\"
",
        ),
        Example::good(
            "python",
            "from flask_cors import CORS
CORS(app, origins=[\"https://shop.example.org\"])
",
        ),
        Example::bad(
            "javascript",
            "function answer(res) {
  res.setHeader('Access-Control-Allow-Origin', '*');
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ any
}
",
        ),
        Example::bad(
            "javascript",
            "window.parent.postMessage(data, '*');
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ any
",
        ),
        Example::good(
            "javascript",
            "function answer(res) {
  res.setHeader('Access-Control-Allow-Origin', 'https://shop.example.org');
}
",
        ),
        Example::good(
            "javascript",
            "window.parent.postMessage(data, origin);
",
        ),
        Example::bad(
            "typescript",
            "function answer(res) {
  res.setHeader('Access-Control-Allow-Origin', '*');
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ any
}
",
        ),
        Example::bad(
            "typescript",
            "window.parent.postMessage(data, '*');
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ any
",
        ),
        Example::good(
            "typescript",
            "function answer(res) {
  res.setHeader('Access-Control-Allow-Origin', 'https://shop.example.org');
}
",
        ),
        Example::good(
            "typescript",
            "window.parent.postMessage(data, origin);
",
        ),
        Example::bad(
            "go",
            "package shop

import \"net/http\"

func answer(w http.ResponseWriter) {
	w.Header().Set(\"Access-Control-Allow-Origin\", \"*\")
	^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ any
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"github.com/rs/cors\"

var options = cors.Options{AllowedOrigins: []string{\"*\"}}
                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ any
",
        ),
        Example::good(
            "go",
            "package shop

import \"net/http\"

func answer(w http.ResponseWriter) {
	w.Header().Set(\"Access-Control-Allow-Origin\", \"https://shop.example.org\")
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"github.com/rs/cors\"

var options = cors.Options{AllowedOrigins: []string{\"https://shop.example.org\"}}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void answer(HttpServletResponse response) {
        response.setHeader(\"Access-Control-Allow-Origin\", \"*\");
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ any
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void allow(CorsConfiguration configuration) {
        configuration.addAllowedOrigin(\"*\");
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ any
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void answer(HttpServletResponse response) {
        response.setHeader(\"Access-Control-Allow-Origin\", \"https://shop.example.org\");
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void answer(HttpServletResponse response) {
        response.setHeader(\"Accept\", \"*\");
    }
}
",
        ),
    ],
    kinds: &[Kind::Call, Kind::Pair, Kind::Argument, Kind::Assign],
    check,
};

const ANY: &str = "lets any site read the answers";
const HEADER: &[&str] = &["Access-Control-Allow-Origin"];

/// What says who may read, by language.
const KNOWN: ByLanguage<&[Known]> = &[
    (
        &["python"],
        &[
            (Use::Setting(HEADER, &["\\*"]), ANY),
            (Use::Call(&["CORS"], &[When::Set("origins", &["\\*", "[\"\\*\"]"])]), ANY),
            (
                Use::Call(
                    &[".add_middleware"],
                    &[When::Set("allow_origins", &["[\"\\*\"]", "['\\*']"])],
                ),
                ANY,
            ),
            (Use::Setting(&["CORS_ORIGIN_ALLOW_ALL", "CORS_ALLOW_ALL_ORIGINS"], &["True"]), ANY),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            (
                Use::Call(
                    &[".setHeader", ".header", ".set", ".append"],
                    &[
                        When::Argument(0, HEADER),
                        When::Argument(1, &["\\*", "*headers.origin", "*header('origin')"]),
                    ],
                ),
                ANY,
            ),
            (Use::Setting(HEADER, &["\\*"]), ANY),
            (Use::Call(&["cors"], &[When::Set("origin", &["\\*", "true"])]), ANY),
            (
                Use::Call(&[".postMessage"], &[When::Argument(1, &["\\*"])]),
                "hands the message to any site",
            ),
        ],
    ),
    (
        &["go"],
        &[
            (
                Use::Call(
                    &[".Set", ".Add", ".Header"],
                    &[When::Argument(0, HEADER), When::Argument(1, &["\\*"])],
                ),
                ANY,
            ),
            (Use::Setting(&["AllowedOrigins", "AllowOrigins"], &["[]string{\"\\*\"}"]), ANY),
            (Use::Setting(&["AllowAllOrigins"], &["true"]), ANY),
        ],
    ),
    (
        &["java"],
        &[
            (
                Use::Call(
                    &[".setHeader", ".addHeader", ".header"],
                    &[When::Argument(0, HEADER), When::Argument(1, &["\\*"])],
                ),
                ANY,
            ),
            (
                Use::Call(
                    &[".addAllowedOrigin", ".allowedOrigins", ".addAllowedOriginPattern"],
                    &[When::Argument(0, &["\\*"])],
                ),
                ANY,
            ),
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
        .because("A browser gives the answer to whatever page asked, if this is what it was told.")
        .emit();
}
