//! `security/request-forgery`.

use crate::facts::outside::Sender;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::known::calls;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/request-forgery",
    category: Category::Security,
    summary: "A client's request names the server that is asked",
    severity: Severity::Error,
    confidence: 0.88,
    languages: &["python", "javascript", "typescript", "rust", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports requests sent to an address that a client's request gives, as a whole or from its host on.",
        why: "The client can have the server ask what only the server can reach: other machines of the network, the cloud's metadata service with its credentials.",
        fix: "Take the host from a list, and only parts of the path or query from the request.",
        limits: "Only what one function shows is followed.",
        references: &["https://owasp.org/www-community/attacks/Server_Side_Request_Forgery"],
    },
    examples: &[
        Example::bad(
            "python",
            "import requests
from flask import request

def load():
    return requests.get(request.args[\"url\"], timeout=3)
                        ^^^^^^^^^^^^^^^^^^^ which server is asked
",
        ),
        Example::bad(
            "python",
            "import urllib.request
from flask import request

def load():
    address = request.form.get(\"address\")
    return urllib.request.urlopen(address)
                                  ^^^^^^^ which server is asked
",
        ),
        Example::good(
            "python",
            "import requests
from flask import request

def load():
    return requests.get(\"https://shop.example.org/\" + request.args[\"name\"], timeout=3)
",
        ),
        Example::good(
            "python",
            "import requests

def load(url):
    return requests.get(url, timeout=3)
",
        ),
        Example::bad(
            "javascript",
            "app.get('/load', async (req, res) => {
  const answer = await fetch(req.query.url);
                             ^^^^^^^^^^^^^ which server is asked
  res.json(answer);
});
",
        ),
        Example::bad(
            "javascript",
            "const axios = require('axios');
app.post('/load', async (req, res) => {
  await axios.get(`https://${req.body.host}/rows`);
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ which server is asked
});
",
        ),
        Example::good(
            "javascript",
            "app.get('/load', async (req, res) => {
  const answer = await fetch('https://shop.example.org/' + req.query.name);
  res.json(answer);
});
",
        ),
        Example::good(
            "javascript",
            "async function load(url) {
  return fetch(url);
}
",
        ),
        Example::bad(
            "typescript",
            "app.get('/load', async (req, res) => {
  const answer = await fetch(req.query.url);
                             ^^^^^^^^^^^^^ which server is asked
  res.json(answer);
});
",
        ),
        Example::bad(
            "typescript",
            "const axios = require('axios');
app.post('/load', async (req, res) => {
  await axios.get(`https://${req.body.host}/rows`);
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ which server is asked
});
",
        ),
        Example::good(
            "typescript",
            "app.get('/load', async (req, res) => {
  const answer = await fetch('https://shop.example.org/' + req.query.name);
  res.json(answer);
});
",
        ),
        Example::good(
            "typescript",
            "async function load(url) {
  return fetch(url);
}
",
        ),
        Example::bad(
            "rust",
            "async fn load(query: web::Query<Load>) -> String {
    reqwest::get(&query.url).await
                 ^^^^^^^^^^ which server is asked
}
",
        ),
        Example::bad(
            "rust",
            "async fn load(Json(body): Json<Load>) -> String {
    reqwest::get(body.url).await
                 ^^^^^^^^ which server is asked
}
",
        ),
        Example::good(
            "rust",
            "async fn load(query: web::Query<Load>) -> String {
    reqwest::get(format!(\"https://shop.example.org/{}\", query.name)).await
}
",
        ),
        Example::good(
            "rust",
            "async fn load(url: &str) -> String {
    reqwest::get(url).await
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"net/http\"

func load(w http.ResponseWriter, r *http.Request) {
	http.Get(r.FormValue(\"url\"))
	         ^^^^^^^^^^^^^^^^^^ which server is asked
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"net/http\"

func load(w http.ResponseWriter, r *http.Request) {
	address := r.URL.Query().Get(\"address\")
	http.Post(address, \"text/plain\", nil)
	          ^^^^^^^ which server is asked
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"net/http\"

func load(w http.ResponseWriter, r *http.Request) {
	http.Get(\"https://shop.example.org/\" + r.FormValue(\"name\"))
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"net/http\"

func load(address string) {
	http.Get(address)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load(HttpServletRequest request) throws IOException {
        new URL(request.getParameter(\"url\")).openStream();
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^ which server is asked
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    @GetMapping(\"/load\")
    String load(@RequestParam String url) {
        return new RestTemplate().getForObject(url, String.class);
                                               ^^^ which server is asked
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load(HttpServletRequest request) throws IOException {
        new URL(\"https://shop.example.org/\" + request.getParameter(\"name\")).openStream();
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load(String url) throws IOException {
        new URL(url).openStream();
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Calls that ask a server, by language: the address is the first argument, or the second after a
/// method.
const ASKING: ByLanguage<&[&str]> = &[
    (
        &["python"],
        &[
            "requests.get",
            "requests.post",
            "requests.put",
            "requests.delete",
            "requests.head",
            "requests.patch",
            "requests.request",
            "httpx.get",
            "httpx.post",
            "urllib.request.urlopen",
            "urllib.request.Request",
            "urllib.request.urlretrieve",
            "session.get",
            "session.post",
            "client.get",
            "client.post",
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            "fetch",
            "axios",
            "axios.get",
            "axios.post",
            "axios.request",
            "axios.put",
            "got",
            "got.get",
            "request",
            "request.get",
            "needle.get",
            "superagent.get",
            "http.get",
            "https.get",
            "http.request",
            "https.request",
        ],
    ),
    (
        &["rust"],
        &[
            "reqwest.get",
            "reqwest::get",
            "client.get",
            "client.post",
            "reqwest.blocking.get",
            "ureq.get",
        ],
    ),
    (
        &["go"],
        &[
            "net.http.Get",
            "net.http.Post",
            "net.http.Head",
            "net.http.PostForm",
            "net.http.NewRequest",
            "client.Get",
        ],
    ),
    (
        &["java"],
        &[
            "URL",
            "URI.create",
            ".getForObject",
            ".getForEntity",
            ".postForObject",
            ".exchange",
            "HttpGet",
            "HttpPost",
            "Jsoup.connect",
        ],
    ),
];
/// What an address may start with before the part that names the server.
const SCHEMES: &[&str] = &["", "http://", "https://", "//", "ftp://"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let Some(asking) = context.in_language(ASKING) else { return };
    if !calls(context, id, asking) || context.is_in_test(id) {
        return;
    }
    let tree = context.tree;
    let given = context.arguments(id);
    let found =
        given.iter().take(2).filter(|it| !tree.kind(**it).is_literal()).find_map(|target| {
            if matches!(tree.kind(*target), Kind::Map | Kind::Lambda | Kind::Argument) {
                return None;
            }
            let built = context.texts().take_apart(*target);
            let first = built.holes.first().filter(|hole| SCHEMES.contains(&built.before(hole)))?;
            let origin = context.origin(first.node).filter(|it| it.sender == Sender::Client)?;
            (!context.texts().is_harmless(first.node) && !origin.is_segment)
                .then_some((*target, origin))
        });
    let Some((target, origin)) = found else { return };
    let shown = context.excerpt(target);
    context
        .report(target, format!("the client's request decides by `{shown}` which server is asked"))
        .related(origin.source, "comes from a client's request")
        .because("The address is the client's from its host on.")
        .emit();
}
