//! `security/cross-site-scripting`.

use crate::facts::outside::Sender;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::known::calls;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/cross-site-scripting",
    category: Category::Security,
    summary: "A client's request becomes a part of a page",
    severity: Severity::Error,
    confidence: 0.88,
    languages: &["python", "javascript", "typescript", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports what comes from a client's request and is sent back, or put into a page, as HTML without being escaped.",
        why: "A link can hold a script there: it runs in the browser of whoever follows the link, with that user's session.",
        fix: "Send it through a template that escapes, escape it (`html.escape`, `textContent`, `template.HTMLEscapeString`), or answer with JSON.",
        limits: "Only what one function shows is followed; answers whose type is not HTML are told by their texts alone.",
        references: &["https://owasp.org/www-community/attacks/xss/"],
    },
    examples: &[
        Example::bad(
            "python",
            "from flask import request, make_response

def greet():
    return make_response(\"<h1>\" + request.args[\"name\"] + \"</h1>\")
                                  ^^^^^^^^^^^^^^^^^^^^ becomes a part of the page
",
        ),
        Example::bad(
            "python",
            "from django.http import HttpResponse

def greet(request):
    return HttpResponse(\"<b>%s</b>\" % request.GET[\"name\"])
                                      ^^^^^^^^^^^^^^^^^^^ becomes a part of the page
",
        ),
        Example::good(
            "python",
            "from flask import request, make_response
from html import escape

def greet():
    return make_response(\"<h1>\" + escape(request.args[\"name\"]) + \"</h1>\")
",
        ),
        Example::good(
            "python",
            "from django.http import HttpResponse

def greet(request, name):
    return HttpResponse(\"<b>%s</b>\" % name)
",
        ),
        Example::bad(
            "javascript",
            "app.get('/', (req, res) => {
  res.send('<h1>' + req.query.name + '</h1>');
                    ^^^^^^^^^^^^^^ becomes a part of the page
});
",
        ),
        Example::bad(
            "javascript",
            "function show(element) {
  element.innerHTML = location.hash;
                      ^^^^^^^^^^^^^ becomes a part of the page
}
",
        ),
        Example::good(
            "javascript",
            "app.get('/', (req, res) => {
  res.json({ name: req.query.name });
});
",
        ),
        Example::good(
            "javascript",
            "function show(element) {
  element.textContent = location.hash;
}
",
        ),
        Example::bad(
            "typescript",
            "app.get('/', (req, res) => {
  res.send('<h1>' + req.query.name + '</h1>');
                    ^^^^^^^^^^^^^^ becomes a part of the page
});
",
        ),
        Example::bad(
            "typescript",
            "function show(element) {
  element.innerHTML = location.hash;
                      ^^^^^^^^^^^^^ becomes a part of the page
}
",
        ),
        Example::good(
            "typescript",
            "app.get('/', (req, res) => {
  res.json({ name: req.query.name });
});
",
        ),
        Example::good(
            "typescript",
            "function show(element) {
  element.textContent = location.hash;
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"net/http\"

func greet(w http.ResponseWriter, r *http.Request) {
	w.Write([]byte(\"<h1>\" + r.FormValue(\"name\") + \"</h1>\"))
	                        ^^^^^^^^^^^^^^^^^^^ becomes a part of the page
}
",
        ),
        Example::bad(
            "go",
            "package shop

import (
	\"fmt\"
	\"net/http\"
)

func greet(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, \"<h1>%s</h1>\", r.FormValue(\"name\"))
	                              ^^^^^^^^^^^^^^^^^^^ becomes a part of the page
}
",
        ),
        Example::good(
            "go",
            "package shop

import (
	\"html\"
	\"net/http\"
)

func greet(w http.ResponseWriter, r *http.Request) {
	w.Write([]byte(\"<h1>\" + html.EscapeString(r.FormValue(\"name\"))))
}
",
        ),
        Example::good(
            "go",
            "package shop

import (
	\"fmt\"
	\"os\"
)

func greet() {
	fmt.Fprintf(os.Stdout, \"<h1>%s</h1>\", name)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void greet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.getWriter().println(\"<h1>\" + request.getParameter(\"name\"));
                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ becomes a part of the page
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void greet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String name = request.getParameter(\"name\");
        response.getWriter().write(\"<b>\" + name + \"</b>\");
                                   ^^^^^^^^^^^^^^^^^^^^^ becomes a part of the page
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void greet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.getWriter().println(\"<h1>\" + escapeHtml(request.getParameter(\"name\")));
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void greet(HttpServletRequest request, PrintWriter out) {
        out.println(\"hello\");
    }
}
",
        ),
    ],
    kinds: &[Kind::Call, Kind::Assign],
    check,
};

/// Calls that send a text as HTML, with where in the arguments it starts.
const SENDING: ByLanguage<&[(&str, usize)]> = &[
    (
        &["python"],
        &[
            ("flask.make_response", 0),
            ("flask.Response", 0),
            ("django.http.HttpResponse", 0),
            ("HTMLResponse", 0),
            ("markupsafe.Markup", 0),
            ("flask.Markup", 0),
            ("django.utils.safestring.mark_safe", 0),
            ("self.write", 0),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            ("res.send", 0),
            ("res.write", 0),
            ("res.end", 0),
            ("response.send", 0),
            ("response.write", 0),
            ("reply.send", 0),
            ("document.write", 0),
            ("document.writeln", 0),
            (".insertAdjacentHTML", 1),
            (".html", 0),
        ],
    ),
    (
        &["go"],
        &[
            ("w.Write", 0),
            ("fmt.Fprintf", 1),
            ("fmt.Fprint", 1),
            ("fmt.Fprintln", 1),
            ("io.WriteString", 1),
            ("template.HTML", 0),
        ],
    ),
    (&["java"], &[(".println", 0), (".print", 0), (".write", 0), (".printf", 0), (".append", 0)]),
];
/// Members that hold HTML.
const HTML: &[&str] = &["innerHTML", "outerHTML", "srcdoc"];
/// What a page's own address says: whoever made the link decides it.
const ADDRESS: &[&str] = &[
    "location.hash",
    "location.search",
    "window.location.hash",
    "window.location.search",
    "document.location.hash",
    "document.location.search",
    "document.referrer",
    "window.name",
    "document.URL",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let sent = match tree.kind(id) {
        Kind::Assign => {
            let target = tree.child(id, Role::Target);
            let is_html = target
                .is_some_and(|it| tree.kind(it) == Kind::Member && HTML.contains(&tree.name(it)))
                && matches!(tree.node(id).operator, Operator::Assign | Operator::AddAssign);
            tree.child(id, Role::Value).filter(|_| is_html).into_iter().collect()
        }
        _ => sent_by_call(context, id),
    };
    if sent.is_empty() || context.is_in_test(id) {
        return;
    }
    let texts = context.texts();
    let found = sent.into_iter().find_map(|value| {
        let built = texts.take_apart(value);
        let is_markup =
            built.fixed.contains('<') || built.holes.len() == 1 && built.fixed.is_empty();
        let mut holes = built.holes.iter().filter(|hole| !texts.is_harmless(hole.node));
        holes.find_map(|hole| {
            let is_address = tree
                .descendants(hole.node)
                .chain([hole.node])
                .any(|it| ADDRESS.contains(&tree.text(it)));
            let origin = context.origin(hole.node).filter(|it| it.sender == Sender::Client);
            // An object that is sent becomes JSON.
            let is_text =
                is_markup && (is_address || origin.is_some() && !is_whole(context, hole.node));
            // Where it is sent, if it was put together before.
            let at = if tree.is_within(hole.node, value) { hole.node } else { value };
            is_text.then_some((at, hole.node, origin))
        })
    });
    let Some((at, value, origin)) = found else { return };
    let shown = context.excerpt(value);
    let mut report = context.report(
        at,
        format!("`{shown}` becomes a part of the page, with whatever tags the client wrote"),
    );
    if let Some(origin) = origin {
        report = report.related(origin.source, "comes from a client's request");
    }
    report.because("Nothing seen here escapes `<` and `&` in it.").emit();
}

/// Whether a value is a request's whole body, which need not be a text.
fn is_whole(context: &Context<'_>, value: NodeId) -> bool {
    matches!(
        context.tree.name(value),
        "body" | "query" | "params" | "json" | "form" | "headers" | "cookies" | "join"
    )
}

/// The arguments that a call sends to the client's browser.
fn sent_by_call(context: &Context<'_>, id: NodeId) -> Vec<NodeId> {
    let tree = context.tree;
    let known = context.in_language(SENDING);
    let sending = known.and_then(|it| it.iter().find(|(path, _)| calls(context, id, &[path])));
    let Some((path, from)) = sending else { return Vec::new() };
    let arguments = context.arguments(id);
    let first = arguments.first().map_or("", |it| context.text(*it));
    let receiver = context.method(id).map_or("", |(it, _)| tree.text(it));
    let is_response = match *path {
        "fmt.Fprintf" | "fmt.Fprint" | "fmt.Fprintln" | "io.WriteString" => {
            matches!(first, "w" | "rw" | "writer" | "res" | "resp" | "response")
        }
        ".println" | ".print" | ".write" | ".printf" | ".append" => {
            receiver.contains("getWriter()") || receiver.contains("getOutputStream()")
        }
        ".html" => receiver.starts_with('$') || receiver.starts_with("jQuery"),
        _ => true,
    };
    if !is_response {
        return Vec::new();
    }
    arguments.into_iter().skip(*from).collect()
}
