//! `security/protection-turned-off`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::known::{Known, Use, When, known_use};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/protection-turned-off",
    category: Category::Security,
    summary: "A framework's protection is turned off",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports calls, settings and decorators that turn off what a framework protects with: tokens against forged requests (CSRF), escaping in templates, checks of a host's key, a content security policy.",
        why: "Nothing else takes the protection's place.",
        fix: "Leave it on; exempt single routes that check requests by another way, and say so there.",
        limits: "An interface without cookies needs no tokens against forged requests; tests are left alone.",
        references: &["https://cwe.mitre.org/data/definitions/352.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "from jinja2 import Environment

env = Environment(autoescape=False)
                  ^^^^^^^^^^^^^^^^ turns off
",
        ),
        Example::bad(
            "python",
            "@csrf_exempt
^^^^^^^^^^^^ turns off
def buy(request):
    return answer(request)
",
        ),
        Example::good(
            "python",
            "from jinja2 import Environment

env = Environment(autoescape=True)
",
        ),
        Example::good(
            "python",
            "import paramiko

def connect(client):
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
",
        ),
        Example::bad(
            "javascript",
            "app.use(helmet({ contentSecurityPolicy: false }));
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ turns off
",
        ),
        Example::bad(
            "javascript",
            "const engine = new Engine({ autoescape: false });
                            ^^^^^^^^^^^^^^^^^ turns off
",
        ),
        Example::good(
            "javascript",
            "app.use(helmet());
",
        ),
        Example::good(
            "javascript",
            "const options = { autoescape: true };
",
        ),
        Example::bad(
            "typescript",
            "app.use(helmet({ contentSecurityPolicy: false }));
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ turns off
",
        ),
        Example::bad(
            "typescript",
            "const engine = new Engine({ autoescape: false });
                            ^^^^^^^^^^^^^^^^^ turns off
",
        ),
        Example::good(
            "typescript",
            "app.use(helmet());
",
        ),
        Example::good(
            "typescript",
            "const options = { autoescape: true };
",
        ),
        Example::bad(
            "go",
            "package shop

import \"golang.org/x/crypto/ssh\"

var config = &ssh.ClientConfig{HostKeyCallback: ssh.InsecureIgnoreHostKey()}
                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^ turns off
",
        ),
        Example::bad(
            "go",
            "package shop

import \"html/template\"

func show(text string) template.HTML {
	return template.HTML(text)
	       ^^^^^^^^^^^^^^^^^^^ turns off
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"html/template\"

func show(text string) template.HTML {
	return template.HTML(\"<b>\")
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"golang.org/x/crypto/ssh\"

func config(key ssh.PublicKey) ssh.HostKeyCallback {
	return ssh.FixedHostKey(key)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void configure(HttpSecurity http) throws Exception {
        http.csrf().disable();
        ^^^^^^^^^^^^^^^^^^^^^ turns off
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void configure(HttpSecurity http) throws Exception {
        http.headers().frameOptions().disable();
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ turns off
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void configure(HttpSecurity http) throws Exception {
        http.csrf();
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void stop(Button button) {
        button.disable();
    }
}
",
        ),
    ],
    kinds: &[Kind::Call, Kind::Pair, Kind::Argument, Kind::Assign, Kind::Decorator],
    check,
};

const ESCAPING: &str = "turns off the escaping of what is put into a page";
const FORGED: &str = "turns off the check for forged requests";
const HOST: &str = "turns off the check of the host's key";
const POLICY: &str = "turns off a policy that browsers enforce";

/// What turns protections off, by language.
const KNOWN: ByLanguage<&[Known]> = &[
    (
        &["python"],
        &[
            (Use::Setting(&["autoescape"], &["False"]), ESCAPING),
            (
                Use::Call(
                    &["jinja2.Environment", "jinja2.environment.Environment"],
                    &[When::Unset(&["autoescape"])],
                ),
                "turns off escaping, since it is off unless it is asked for",
            ),
            (
                Use::Call(
                    &[".set_missing_host_key_policy"],
                    &[When::Argument(0, &["*AutoAddPolicy*", "*WarningPolicy*"])],
                ),
                HOST,
            ),
            (Use::Setting(&["WTF_CSRF_ENABLED", "WTF_CSRF_CHECK_DEFAULT"], &["False"]), FORGED),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            (
                Use::Setting(
                    &["contentSecurityPolicy", "frameguard", "hsts", "noSniff", "xssFilter"],
                    &["false"],
                ),
                POLICY,
            ),
            (Use::Setting(&["autoescape", "escapeMarkup"], &["false"]), ESCAPING),
            (Use::Call(&[".disable"], &[When::Argument(0, &["csrf"])]), FORGED),
        ],
    ),
    (&["go"], &[(Use::Call(&["ssh.InsecureIgnoreHostKey"], &[]), HOST)]),
    (
        &["java"],
        &[
            (Use::Call(&[".disable"], &[When::On(".csrf()")]), FORGED),
            (Use::Call(&[".disable"], &[When::On(".frameOptions()")]), POLICY),
            (Use::Call(&[".disable"], &[When::On(".headers()")]), POLICY),
            (Use::Call(&[".csrf"], &[When::Argument(0, &["*::disable", "*.disable()"])]), FORGED),
        ],
    ),
];
/// Go's types of text that goes into a page as it is.
const TRUSTED: &[&str] = &["template.HTML", "template.JS", "template.URL", "template.HTMLAttr"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let says = match tree.kind(id) {
        Kind::Decorator => tree
            .code(id)
            .trim_end()
            .trim_end_matches("()")
            .ends_with("csrf_exempt")
            .then_some(FORGED),
        Kind::Call if is_trusted(context, id) => Some(ESCAPING),
        _ => known_use(context, id, KNOWN),
    };
    let Some(says) = says.filter(|_| !context.is_in_test(id)) else { return };
    let shown = context.excerpt(id);
    context
        .report(id, format!("`{shown}` {says}"))
        .because("The setting stands in the code, so that it holds everywhere.")
        .emit();
}

/// Whether a call declares a text that was not written here to be safe.
fn is_trusted(context: &Context<'_>, id: NodeId) -> bool {
    let is_go = context.in_language(&[(&["go"], ())]).is_some();
    let [only] = *context.arguments(id).as_slice() else { return false };
    is_go
        && !context.tree.kind(only).is_literal()
        && context.called(id).is_some_and(|path| TRUSTED.iter().any(|it| path.ends_with(it)))
}
