//! `perf/request-in-loop`.

use crate::facts::loops;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::repeated_calls::{is_over_elements, known_call};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/request-in-loop",
    category: Category::Perf,
    summary: "A loop sends one request after another, each for another element",
    severity: Severity::Information,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports HTTP requests that a loop sends one by one, by calls that wait for the answer, where they can be told by their path: `requests.get`, `urllib.request.urlopen`, `reqwest::blocking::get`, `http.Get`, `URL.openStream`.",
        why: "n rounds wait for n round trips, one after another, and most of these calls open a connection of their own each time.",
        fix: "Ask for many at once if the server can; keep one client or session for all, so that connections are used again; send several requests side by side.",
        limits: "Methods of clients and sessions, whose type is not known, are not seen, nor are loops that end when something happens (pages, attempts), nor tests. Requests awaited in a loop are reported by perf/sequential-await-in-loop.",
        references: &["https://requests.readthedocs.io/en/latest/user/advanced/#session-objects"],
    },
    examples: &[
        Example::bad(
            "python",
            "import requests

def load(ids):
    for id in ids:
        show(requests.get(f\"https://shop.example/items/{id}\").json())
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one request for each round
",
        ),
        Example::bad(
            "python",
            "from urllib.request import urlopen

def load(urls):
    return [urlopen(url).read() for url in urls]
            ^^^^^^^^^^^^ one request
",
        ),
        Example::good(
            "python",
            "import requests

def load(ids):
    return requests.get(\"https://shop.example/items\", params={\"ids\": ids}).json()
",
        ),
        Example::good(
            "python",
            "import requests

def load(url):
    for attempt in range(retries):
        response = requests.get(url, timeout=attempt)
        if response.ok:
            return response
",
        ),
        Example::bad(
            "javascript",
            "import axios from 'axios';

function load(ids) {
  for (const id of ids) {
    axios.get(`/items/${id}`).then(show);
    ^^^^^^^^^^^^^^^^^^^^^^^^^ one request for each round
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function load(ids) {
  ids.forEach((id) => {
    fetch(`/items/${id}`).then(show);
    ^^^^^^^^^^^^^^^^^^^^^ one request
  });
}
",
        ),
        Example::good(
            "javascript",
            "function load(ids) {
  return fetch('/items?ids=' + ids.join(','));
}
",
        ),
        Example::good(
            "javascript",
            "async function load(ids) {
  return Promise.all(ids.map((id) => fetch(`/items/${id}`)));
}
",
        ),
        Example::bad(
            "typescript",
            "import axios from 'axios';

function load(ids: number[]) {
  for (const id of ids) {
    axios.get(`/items/${id}`).then(show);
    ^^^^^^^^^^^^^^^^^^^^^^^^^ one request for each round
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function load(ids: number[]) {
  ids.forEach((id) => {
    fetch(`/items/${id}`).then(show);
    ^^^^^^^^^^^^^^^^^^^^^ one request
  });
}
",
        ),
        Example::good(
            "typescript",
            "function load(ids: number[]) {
  return fetch('/items?ids=' + ids.join(','));
}
",
        ),
        Example::good(
            "typescript",
            "async function load(ids: number[]) {
  return Promise.all(ids.map((id) => fetch(`/items/${id}`)));
}
",
        ),
        Example::bad(
            "rust",
            "fn load(urls: &[String]) {
    for url in urls {
        show(reqwest::blocking::get(url));
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^ one request for each round
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn load(urls: &[String]) -> Vec<Response> {
    urls.iter().map(|url| ureq::get(url).call()).collect()
                          ^^^^^^^^^^^^^^ one request
}
",
        ),
        Example::good(
            "rust",
            "fn load(url: &str) {
    show(reqwest::blocking::get(url));
}
",
        ),
        Example::good(
            "rust",
            "fn load(client: &Client, urls: &[String]) {
    for url in urls {
        show(client.get(url));
    }
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"net/http\"

func load(urls []string) {
	for _, url := range urls {
		response, _ := http.Get(url)
                 ^^^^^^^^^^^^^ one request for each round
		show(response)
	}
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"net/http\"

func send(lines []string) {
	for _, line := range lines {
		http.Post(address, \"text/plain\", read(line))
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one request
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"net/http\"

func load(urls []string) {
	for _, url := range urls {
		go func() { show(http.Get(url)) }()
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"net/http\"

func load(url string) {
	show(http.Get(url))
}
",
        ),
        Example::bad(
            "java",
            "import java.net.URL;

class Shop {
    void load(List<String> paths) throws Exception {
        for (String path : paths) {
            show(new URL(path).openStream());
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^ one request for each round
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load(List<String> ids) {
        for (String id : ids) {
            show(restTemplate.getForObject(\"/items/\" + id, Item.class));
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one request
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load(String ids) {
        show(restTemplate.getForObject(\"/items?ids=\" + ids, Item[].class));
    }
}
",
        ),
        Example::good(
            "java",
            "import java.net.URL;

class Shop {
    void load(List<String> paths) throws Exception {
        for (String path : paths) {
            add(new URL(path));
        }
    }
}
",
        ),
        Example::bad(
            "c",
            "void load(CURL *curl, const char **urls, int count) {
    for (int i = 0; i < count; i++) {
        CURL *one = prepare(curl, urls[i]);
        curl_easy_perform(one);
        ^^^^^^^^^^^^^^^^^^^^^^ one request for each round
    }
}
",
        ),
        Example::bad(
            "c",
            "void load(struct request *requests, int count) {
    for (int i = 0; i < count; i++) {
        curl_easy_perform(requests[i].handle);
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one request
    }
}
",
        ),
        Example::good(
            "c",
            "void load(CURL *curl) {
    curl_easy_perform(curl);
}
",
        ),
        Example::good(
            "c",
            "void load(struct transfer *first) {
    for (struct transfer *one = first; one;) {
        if (curl_easy_perform(one->handle)) continue;
        one = one->next;
    }
}
",
        ),
        Example::good(
            "c",
            "void load(CURLM *many, CURL **handles, int count) {
    for (int i = 0; i < count; i++) {
        curl_multi_add_handle(many, handles[i]);
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void load(CURL *curl, const char **urls, int count) {
    for (int i = 0; i < count; i++) {
        CURL *one = prepare(curl, urls[i]);
        curl_easy_perform(one);
        ^^^^^^^^^^^^^^^^^^^^^^ one request for each round
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void load(struct request *requests, int count) {
    for (int i = 0; i < count; i++) {
        curl_easy_perform(requests[i].handle);
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one request
    }
}
",
        ),
        Example::good(
            "cpp",
            "void load(CURL *curl) {
    curl_easy_perform(curl);
}
",
        ),
        Example::good(
            "cpp",
            "void load(CURLM *many, CURL **handles, int count) {
    for (int i = 0; i < count; i++) {
        curl_multi_add_handle(many, handles[i]);
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Calls that send a request, by language.
const REQUESTS: ByLanguage<&[(&str, ())]> = &[
    (
        &["python"],
        &[
            ("requests.get", ()),
            ("requests.post", ()),
            ("requests.put", ()),
            ("requests.patch", ()),
            ("requests.delete", ()),
            ("requests.head", ()),
            ("requests.request", ()),
            ("httpx.get", ()),
            ("httpx.post", ()),
            ("httpx.put", ()),
            ("httpx.patch", ()),
            ("httpx.delete", ()),
            ("httpx.request", ()),
            ("urllib.request.urlopen", ()),
            ("urllib.request.urlretrieve", ()),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            ("fetch", ()),
            ("node-fetch", ()),
            ("axios.get", ()),
            ("axios.post", ()),
            ("axios.put", ()),
            ("axios.patch", ()),
            ("axios.delete", ()),
            ("axios.request", ()),
            ("axios", ()),
            ("got", ()),
            ("got.get", ()),
            ("got.post", ()),
            ("ky.get", ()),
            ("ky.post", ()),
        ],
    ),
    (
        &["rust"],
        &[
            ("reqwest.get", ()),
            ("reqwest.blocking.get", ()),
            ("ureq.get", ()),
            ("ureq.post", ()),
            ("ureq.put", ()),
            ("minreq.get", ()),
            ("minreq.post", ()),
        ],
    ),
    (
        &["go"],
        &[
            ("net.http.Get", ()),
            ("net.http.Post", ()),
            ("net.http.PostForm", ()),
            ("net.http.Head", ()),
        ],
    ),
    (&["c", "cpp"], &[("curl_easy_perform", ())]),
];

/// Methods that send a request, with the start of their receiver's text, in lower case.
const METHODS: ByLanguage<&[(&str, &str)]> = &[(
    &["java"],
    &[
        ("openStream", "new url("),
        ("getForObject", "resttemplate"),
        ("getForEntity", "resttemplate"),
        ("postForObject", "resttemplate"),
        ("postForEntity", "resttemplate"),
        ("exchange", "resttemplate"),
        ("send", "httpclient"),
        ("getForObject", "rest"),
        ("getForEntity", "rest"),
        ("postForObject", "rest"),
    ],
)];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    // `out.push(await fetch(url))`: the rule about awaits in loops says more.
    let around = tree.node(id).parent;
    let is_collected =
        tree.kind(around) == Kind::Await && tree.kind(tree.node(around).parent) == Kind::Call;
    if !is_request(context, id) || is_collected {
        return;
    }
    let bindings = &context.facts.bindings;
    let busy = context.busy_loops(id);
    let Some(loop_node) = busy.into_iter().find(|it| {
        is_over_elements(context, *it)
            && loops::depends_on_loop(tree, bindings, id, *it)
            && !loops::is_retry(tree, *it)
    }) else {
        return;
    };
    // What is sent side by side and gathered is sent well: `Promise.all(ids.map(fetch))`.
    let is_gathered = tree.kind(loop_node) == Kind::Call
        && tree.kind(tree.node(loop_node).parent) != Kind::ExpressionStatement
        && context.in_language(&[(&["javascript", "typescript"], ())]).is_some();
    let mut around = tree.ancestors(id).take_while(|it| *it != loop_node);
    if is_gathered || around.any(|it| tree.kind(it) == Kind::Spawn) || context.is_test_code(id) {
        return;
    }
    let call = context.excerpt(id);
    context
        .report(
            id,
            format!("`{call}` sends one request for each round: n round trips in this loop"),
        )
        .related(loops::head(tree, loop_node), "the loop")
        .because(format!("`{call}` asks a server over the network."))
        .because("Its arguments differ from round to round: each element has a request of its own.")
        .emit();
}

fn is_request(context: &Context<'_>, id: NodeId) -> bool {
    let table = context.in_language(REQUESTS);
    if table.is_some_and(|table| known_call(context, id, table).is_some()) {
        return true;
    }
    let Some(methods) = context.in_language(METHODS) else { return false };
    context.method(id).is_some_and(|(receiver, method)| {
        let text = context.text(receiver);
        methods.iter().any(|(known, start)| {
            *known == method
                && text.get(..start.len()).is_some_and(|it| it.eq_ignore_ascii_case(start))
        })
    })
}
