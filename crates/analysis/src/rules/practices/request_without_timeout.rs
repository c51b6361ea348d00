//! `practice/request-without-timeout`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::known::{Known, Use, When, known_use};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/request-without-timeout",
    category: Category::Practice,
    summary: "A request waits for ever",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "go"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports requests over the network without a limit on how long they may take, where the library has none by itself: Python's `requests` and `urllib.request`, Go's default client and servers.",
        why: "A server that never answers keeps the thread, and with it whoever waits, for ever; one slow server after another stops the whole program.",
        fix: "Give a timeout with the request, or to the session or client.",
        limits: "A timeout set by an adapter or by `socket.setdefaulttimeout` is not seen; tests are left alone.",
        references: &["https://requests.readthedocs.io/en/latest/user/advanced/#timeouts"],
    },
    examples: &[
        Example::bad(
            "python",
            "import requests

def load(url):
    return requests.get(url)
           ^^^^^^^^^^^^^^^^^ timeout
",
        ),
        Example::bad(
            "python",
            "import requests

def store(url, data):
    return requests.post(url, json=data, timeout=None)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ timeout
",
        ),
        Example::good(
            "python",
            "class Spider:
    def next(self, level):
        return self.requests.get(level, [])
",
        ),
        Example::good(
            "python",
            "import requests

def load(url):
    return requests.get(url, timeout=5)
",
        ),
        Example::good(
            "python",
            "import requests

def load(url, **options):
    return requests.get(url, **options)
",
        ),
        Example::bad(
            "go",
            "package shop

import \"net/http\"

func load(address string) (*http.Response, error) {
	return http.Get(address)
	       ^^^^^^^^^^^^^^^^^ timeout
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"net/http\"

func serve(handler http.Handler) error {
	return http.ListenAndServe(\":8080\", handler)
	       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ timeout
}
",
        ),
        Example::good(
            "go",
            "package shop

import (
	\"net/http\"
	\"time\"
)

func client() *http.Client {
	return &http.Client{Timeout: 5 * time.Second}
}
",
        ),
        Example::good(
            "go",
            "package shop

func load(http Loader, address string) {
	http.Get(address)
}
",
        ),
    ],
    kinds: &[Kind::Call, Kind::Map],
    check,
};

const FOREVER: &str = "has no timeout, and waits for ever if nobody answers";

/// What sends requests without a limit, by language.
const KNOWN: ByLanguage<&[Known]> = &[
    (
        &["python"],
        &[
            (Use::Call(REQUESTS, &[When::Unset(&["timeout"])]), FOREVER),
            (Use::Call(REQUESTS, &[When::Set("timeout", &["None"])]), FOREVER),
            (
                Use::Call(
                    &["httpx.get", "httpx.post", "httpx.Client", "httpx.AsyncClient"],
                    &[When::Set("timeout", &["None"])],
                ),
                FOREVER,
            ),
            (
                Use::Call(
                    &["urllib.request.urlopen"],
                    &[When::Unset(&["timeout"]), When::Count(1)],
                ),
                FOREVER,
            ),
        ],
    ),
    (
        &["go"],
        &[(
            Use::Call(
                &[
                    "net.http.Get",
                    "net.http.Post",
                    "net.http.PostForm",
                    "net.http.Head",
                    "net.http.ListenAndServe",
                    "net.http.ListenAndServeTLS",
                    "net.http.Serve",
                ],
                &[],
            ),
            FOREVER,
        )],
    ),
];
/// Functions of `requests` that send.
const REQUESTS: &[&str] = &[
    "requests.get",
    "requests.post",
    "requests.put",
    "requests.patch",
    "requests.delete",
    "requests.head",
    "requests.options",
    "requests.request",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let Some(says) = known_use(context, id, KNOWN) else { return };
    if context.is_test_code(id) {
        return;
    }
    let shown = context.excerpt(id);
    context
        .report(id, format!("`{shown}` {says}"))
        .because("The library sets no limit by itself.")
        .emit();
}
