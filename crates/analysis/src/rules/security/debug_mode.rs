//! `security/debug-mode`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::known::{Known, Use, When, known_use};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/debug-mode",
    category: Category::Security,
    summary: "A server runs in its debug mode",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports web applications whose debug mode is turned on in the code.",
        why: "Their error pages show code, settings and variables to everybody, and Flask's even run code that a visitor types.",
        fix: "Turn it on by the environment, for development only.",
        limits: "A setting that only development loads is reported as well; tests are left alone.",
        references: &["https://flask.palletsprojects.com/en/stable/debugging/"],
    },
    examples: &[
        Example::bad(
            "python",
            "from flask import Flask

app = Flask(__name__)
app.run(debug=True)
^^^^^^^^^^^^^^^^^^^ debug
",
        ),
        Example::bad(
            "python",
            "app.config.update({\"DEBUG\": True})
                   ^^^^^^^^^^^^^ debug
",
        ),
        Example::good(
            "python",
            "from flask import Flask

app = Flask(__name__)
app.run(debug=False)
",
        ),
        Example::good(
            "python",
            "def run(job):
    job.run(fast=True)
",
        ),
        Example::bad(
            "javascript",
            "const window = new BrowserWindow({ webPreferences: { nodeIntegration: true } });
                                                     ^^^^^^^^^^^^^^^^^^^^^ debug
",
        ),
        Example::bad(
            "javascript",
            "const window = new BrowserWindow({ webPreferences: { webSecurity: false } });
                                                     ^^^^^^^^^^^^^^^^^^ debug
",
        ),
        Example::good(
            "javascript",
            "const window = new BrowserWindow({ webPreferences: { nodeIntegration: false } });
",
        ),
        Example::good(
            "javascript",
            "const options = { preferences: { speed: true } };
",
        ),
        Example::bad(
            "typescript",
            "const window = new BrowserWindow({ webPreferences: { nodeIntegration: true } });
                                                     ^^^^^^^^^^^^^^^^^^^^^ debug
",
        ),
        Example::bad(
            "typescript",
            "const window = new BrowserWindow({ webPreferences: { webSecurity: false } });
                                                     ^^^^^^^^^^^^^^^^^^ debug
",
        ),
        Example::good(
            "typescript",
            "const window = new BrowserWindow({ webPreferences: { nodeIntegration: false } });
",
        ),
        Example::good(
            "typescript",
            "const options = { preferences: { speed: true } };
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void show(WebView view) {
        WebView.setWebContentsDebuggingEnabled(true);
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ debug
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void configure(WebSecurity web) {
        web.debug(true);
        ^^^^^^^^^^^^^^^ debug
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void show(WebView view) {
        WebView.setWebContentsDebuggingEnabled(false);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void configure(Log log) {
        log.debug(\"true\");
    }
}
",
        ),
    ],
    kinds: &[Kind::Call, Kind::Assign, Kind::Pair],
    check,
};

const DEBUG: &str = "turns the debug mode on, which shows code and settings to visitors";
const OPEN: &str = "lets pages do what only the program should, as in a debug build";

/// What turns it on, by language.
const KNOWN: ByLanguage<&[Known]> = &[
    (
        &["python"],
        &[
            (Use::Call(&[".run", "run_simple"], &[When::Set("debug", &["True"])]), DEBUG),
            (Use::Call(&["run_simple"], &[When::Set("use_debugger", &["True"])]), DEBUG),
            (
                Use::Call(
                    &["FastAPI", "Starlette", "Application", "web.Application"],
                    &[When::Set("debug", &["True"])],
                ),
                DEBUG,
            ),
            (Use::Setting(&["DEBUG", "app.debug"], &["True"]), DEBUG),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            (Use::Setting(&["webPreferences.nodeIntegration"], &["true"]), OPEN),
            (
                Use::Setting(
                    &["webPreferences.webSecurity", "webPreferences.contextIsolation"],
                    &["false"],
                ),
                OPEN,
            ),
            (Use::Setting(&["webPreferences.allowRunningInsecureContent"], &["true"]), OPEN),
        ],
    ),
    (
        &["java"],
        &[
            (
                Use::Call(&[".setWebContentsDebuggingEnabled"], &[When::Argument(0, &["true"])]),
                DEBUG,
            ),
            (Use::Call(&["web.debug"], &[When::Argument(0, &["true"])]), DEBUG),
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
        .because("The value stands in the code, so that it holds in production, too.")
        .emit();
}
