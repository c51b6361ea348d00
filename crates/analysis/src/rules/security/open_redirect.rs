//! `security/open-redirect`.

use crate::facts::outside::Sender;
use crate::facts::paths::ends_in;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/open-redirect",
    category: Category::Security,
    summary: "A client's request decides where it is redirected to",
    severity: Severity::Warning,
    confidence: 0.87,
    languages: &["python", "javascript", "typescript", "rust", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports redirects whose address starts with what a parameter of the request says.",
        why: "A link to your site then leads to any other: people trust the name they see first, and give their password to the second. An address such as `javascript:` may even run code.",
        fix: "Redirect to paths of your own only: look the target up in a table, or test that it starts with one slash, not two.",
        limits: "Requests are known by the usual frameworks' names, and followed within one function; a test of the value by a call or a set counts as making sure. Addresses whose start is fixed are left alone, and so is the request's own path.",
        references: &[
            "https://cwe.mitre.org/data/definitions/601.html",
            "https://cheatsheetseries.owasp.org/cheatsheets/Unvalidated_Redirects_and_Forwards_Cheat_Sheet.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "from flask import redirect, request

def leave():
    return redirect(request.args.get(\"next\"))
                    ^^^^^^^^^^^^^^^^^^^^^^^^ decides where
",
        ),
        Example::bad(
            "python",
            "from django.http import HttpResponseRedirect

def leave(request):
    target = request.GET[\"next\"]
    return HttpResponseRedirect(target)
                                ^^^^^^ decides where
",
        ),
        Example::good(
            "python",
            "from flask import redirect, request

def leave():
    target = request.args.get(\"next\")
    if not is_safe_url(target):
        target = \"/\"
    return redirect(target)
",
        ),
        Example::good(
            "python",
            "from flask import redirect, request

def leave():
    return redirect(\"/users/\" + request.args[\"name\"])
",
        ),
        Example::good(
            "python",
            "from django.shortcuts import redirect

def leave(request):
    return redirect(\"profile\", request.GET[\"name\"])
",
        ),
        Example::bad(
            "javascript",
            "function leave(req, res) {
  res.redirect(req.query.next);
               ^^^^^^^^^^^^^^ decides where
}
",
        ),
        Example::bad(
            "javascript",
            "app.get('/leave', (req, res) => {
  const target = req.body.target;
  res.redirect(302, target);
                    ^^^^^^ decides where
});
",
        ),
        Example::good(
            "javascript",
            "function leave(req, res) {
  res.redirect('/users/' + req.params.name);
}
",
        ),
        Example::good(
            "javascript",
            "function leave(req, res) {
  const target = req.query.next;
  if (target.startsWith('/') && !target.startsWith('//')) {
    res.redirect(target);
  }
}
",
        ),
        Example::bad(
            "rust",
            "use axum::extract::Query;
use axum::response::Redirect;

async fn leave(query: Query<Leave>) -> Redirect {
    Redirect::to(&query.next)
                 ^^^^^^^^^^^ decides where
}
",
        ),
        Example::bad(
            "rust",
            "use axum::extract::Query;
use axum::response::Redirect;

async fn leave(Query(query): Query<Leave>) -> Redirect {
    let next = query.next.clone();
    Redirect::temporary(&next)
                        ^^^^^ decides where
}
",
        ),
        Example::good(
            "rust",
            "use axum::extract::Query;
use axum::response::Redirect;

async fn leave(query: Query<Leave>) -> Redirect {
    Redirect::to(&format!(\"/users/{}\", query.name))
}
",
        ),
        Example::good(
            "rust",
            "use axum::response::Redirect;

async fn leave(settings: Settings) -> Redirect {
    Redirect::to(&settings.home)
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"net/http\"

func leave(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, r.FormValue(\"next\"), http.StatusFound)
	                    ^^^^^^^^^^^^^^^^^^^ decides where
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"net/http\"

func leave(w http.ResponseWriter, r *http.Request) {
	next := r.URL.Query().Get(\"next\")
	http.Redirect(w, r, next, 302)
	                    ^^^^ decides where
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"net/http\"

func leave(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, r.URL.Path+\"/\", http.StatusMovedPermanently)
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"net/http\"

func leave(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, \"https://shop.example\"+r.RequestURI, http.StatusFound)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void leave(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.sendRedirect(request.getParameter(\"next\"));
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ decides where
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    View leave(@RequestParam String next) {
        return new RedirectView(next);
                                ^^^^ decides where
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void leave(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.sendRedirect(request.getContextPath() + \"/login\");
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void leave(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.sendRedirect(\"/find?word=\" + request.getParameter(\"word\"));
    }
}
",
        ),
        Example::bad(
            "typescript",
            "function leave(req, res) {
  res.redirect(req.query.next);
               ^^^^^^^^^^^^^^ decides where
}
",
        ),
        Example::bad(
            "typescript",
            "app.get('/leave', (req, res) => {
  const target = req.body.target;
  res.redirect(302, target);
                    ^^^^^^ decides where
});
",
        ),
        Example::good(
            "typescript",
            "function leave(req, res) {
  res.redirect('/users/' + req.params.name);
}
",
        ),
        Example::good(
            "typescript",
            "function leave(req, res) {
  const target = req.query.next;
  if (target.startsWith('/') && !target.startsWith('//')) {
    res.redirect(target);
  }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Calls that redirect, by path, or by the text of the callee; each with the argument that may be
/// the address.
const SINKS: ByLanguage<&[(&str, &[usize])]> = &[
    (
        &["python"],
        &[
            ("flask.redirect", &[0]),
            ("django.shortcuts.redirect", &[0]),
            ("django.http.HttpResponseRedirect", &[0]),
            ("django.http.HttpResponsePermanentRedirect", &[0]),
            ("fastapi.responses.RedirectResponse", &[0]),
            ("starlette.responses.RedirectResponse", &[0]),
            ("werkzeug.utils.redirect", &[0]),
            ("self.redirect", &[0]),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            ("res.redirect", &[0, 1]),
            ("response.redirect", &[0, 1]),
            ("reply.redirect", &[0, 1]),
            ("ctx.redirect", &[0]),
            ("ctx.response.redirect", &[0]),
        ],
    ),
    (
        &["rust"],
        &[
            ("axum.response.Redirect.to", &[0]),
            ("axum.response.Redirect.temporary", &[0]),
            ("axum.response.Redirect.permanent", &[0]),
            ("rocket.response.Redirect.to", &[0]),
            ("rocket.response.Redirect.temporary", &[0]),
        ],
    ),
    (&["go"], &[("net.http.Redirect", &[2]), ("c.Redirect", &[1]), ("ctx.Redirect", &[0, 1])]),
    (
        &["java"],
        &[
            ("response.sendRedirect", &[0]),
            ("resp.sendRedirect", &[0]),
            ("res.sendRedirect", &[0]),
            ("RedirectView", &[0]),
            ("org.springframework.web.servlet.view.RedirectView", &[0]),
        ],
    ),
];
/// Members of a request that say where it went, or what the browser itself adds: nobody can put
/// another site's address there by a link.
const OWN_ADDRESS: &[&str] = &[
    "URL",
    "RequestURI",
    "getRequestURI",
    "getRequestURL",
    "getPathInfo",
    "getQueryString",
    "getHeader",
    "getHeaders",
    "getCookies",
    "Cookie",
    "GetHeader",
    "headers",
    "cookies",
    "COOKIES",
    "rel_url",
    "query_string",
    "files",
    "FILES",
];
/// What an address may start with before the part that names the site.
const SCHEMES: &[&str] = &["", "http://", "https://", "//"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    let Some(places) = places(context, callee) else { return };
    if context.is_in_test(id) {
        return;
    }
    let arguments = context.arguments(id);
    let given = places.iter().filter_map(|at| arguments.get(*at).copied());
    let found = given.filter(|it| !tree.kind(*it).is_literal()).find_map(|target| {
        let built = context.texts().take_apart(target);
        let first = built.holes.first().filter(|hole| SCHEMES.contains(&built.before(hole)))?;
        let origin = context.origin(first.node).filter(|_| context.origin(target).is_some())?;
        let is_outside = origin.sender == Sender::Client && !is_own_address(context, origin.source);
        (is_outside && !context.texts().is_harmless(first.node)).then_some((target, origin))
    });
    let Some((target, origin)) = found else { return };
    let (shown, source) = (context.excerpt(target), context.excerpt(origin.source));
    context
        .report(target, format!("the client's request decides where `{shown}` leads"))
        .related(origin.source, "comes from a client's request")
        .because(format!(
            "`{source}` comes from the request, and a link can hold any address there."
        ))
        .emit();
}

/// The arguments of a redirecting call that may be the address.
fn places(context: &Context<'_>, callee: NodeId) -> Option<&'static [usize]> {
    let tree = context.tree;
    let sinks = context.in_language(SINKS)?;
    let name = tree.name(callee);
    if !sinks.iter().any(|(path, _)| ends_in(path, name)) {
        return None;
    }
    let written = tree.text(callee);
    let path = context.paths().of(callee);
    let is =
        |known: &str| known == written && known.contains('.') || path.as_deref() == Some(known);
    sinks.iter().find(|(known, _)| is(known)).map(|(_, places)| *places)
}

/// Whether a part of a request is its own address; a query in it is not.
fn is_own_address(context: &Context<'_>, source: NodeId) -> bool {
    let tree = context.tree;
    let named = tree.child(source, Role::Callee).unwrap_or(source);
    let around = tree.node(source).parent;
    let is_query = tree.kind(around) == Kind::Member && tree.name(around) == "Query";
    // A part of a route's path ends at the next slash.
    let is_route = tree.name(named) == "params" || tree.kind(named) == Kind::Parameter;
    OWN_ADDRESS.contains(&tree.name(named)) && !is_query || is_route
}
