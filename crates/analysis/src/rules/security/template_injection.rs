//! `security/template-injection`.

use crate::facts::outside::Sender;
use crate::facts::paths::ends_in;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/template-injection",
    category: Category::Security,
    summary: "A client's request becomes a template",
    severity: Severity::Error,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports templates that are compiled or rendered from text with a part of a request in it.",
        why: "A template is a program: `{{ … }}` in it reaches the objects it is given, their classes, and with many engines the whole of the machine.",
        fix: "Write the template yourself, and hand the request's parts over as its values.",
        limits: "Requests are known by the usual frameworks' names, and followed within one function; a test of the value by a call or a set counts as making sure.",
        references: &["https://cwe.mitre.org/data/definitions/1336.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "from flask import render_template_string, request

def greet():
    return render_template_string(\"<h1>Hello \" + request.args[\"name\"])
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is a template
",
        ),
        Example::bad(
            "python",
            "from flask import request
from jinja2 import Template

def greet():
    page = f\"Hello {request.form['name']}\"
    return Template(page).render()
                    ^^^^ is a template
",
        ),
        Example::good(
            "python",
            "from flask import render_template_string, request

def greet():
    return render_template_string(\"<h1>Hello {{ name }}\", name=request.args[\"name\"])
",
        ),
        Example::good(
            "python",
            "from jinja2 import Template

def greet(path):
    return Template(path.read_text()).render()
",
        ),
        Example::bad(
            "javascript",
            "const ejs = require('ejs');

function greet(req, res) {
  res.send(ejs.render(`<h1>Hello ${req.query.name}`));
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is a template
}
",
        ),
        Example::bad(
            "javascript",
            "import Handlebars from 'handlebars';

function greet(req, res) {
  const page = 'Hello ' + req.body.name;
  res.send(Handlebars.compile(page)({}));
                              ^^^^ is a template
}
",
        ),
        Example::good(
            "javascript",
            "const ejs = require('ejs');

function greet(req, res) {
  res.send(ejs.render('<h1>Hello <%= name %>', { name: req.query.name }));
}
",
        ),
        Example::good(
            "javascript",
            "function greet(req, res) {
  res.render('greet', { name: req.query.name });
}
",
        ),
        Example::bad(
            "go",
            "package shop

import (
	\"html/template\"
	\"net/http\"
)

func greet(w http.ResponseWriter, r *http.Request) {
	page, err := template.New(\"page\").Parse(\"Hello \" + r.FormValue(\"name\"))
	                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is a template
}
",
        ),
        Example::bad(
            "go",
            "package shop

import (
	\"fmt\"
	\"net/http\"
	\"text/template\"
)

func greet(w http.ResponseWriter, r *http.Request) {
	text := fmt.Sprintf(\"Hello %s\", r.URL.Query().Get(\"name\"))
	page := template.Must(template.New(\"page\").Parse(text))
	                                                 ^^^^ is a template
}
",
        ),
        Example::good(
            "go",
            "package shop

import (
	\"html/template\"
	\"net/http\"
)

func greet(w http.ResponseWriter, r *http.Request) {
	page, err := template.New(\"page\").Parse(\"Hello {{.}}\")
	page.Execute(w, r.FormValue(\"name\"))
}
",
        ),
        Example::good(
            "go",
            "package shop

import (
	\"net/http\"
	\"net/url\"
)

func greet(w http.ResponseWriter, r *http.Request) {
	address, err := url.Parse(r.FormValue(\"name\"))
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void greet(HttpServletRequest request) {
        String page = \"Hello \" + request.getParameter(\"name\");
        Velocity.evaluate(context, writer, \"page\", page);
                                                   ^^^^ is a template
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    Object greet(@RequestParam String sum) {
        return new SpelExpressionParser().parseExpression(sum).getValue();
                                                          ^^^ is a template
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void greet(HttpServletRequest request) {
        context.put(\"name\", request.getParameter(\"name\"));
        Velocity.evaluate(context, writer, \"page\", \"Hello $name\");
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Object greet(String sum) {
        return new SpelExpressionParser().parseExpression(sum).getValue();
    }
}
",
        ),
        Example::bad(
            "typescript",
            "const ejs = require('ejs');

function greet(req, res) {
  res.send(ejs.render(`<h1>Hello ${req.query.name}`));
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is a template
}
",
        ),
        Example::bad(
            "typescript",
            "import Handlebars from 'handlebars';

function greet(req, res) {
  const page = 'Hello ' + req.body.name;
  res.send(Handlebars.compile(page)({}));
                              ^^^^ is a template
}
",
        ),
        Example::good(
            "typescript",
            "const ejs = require('ejs');

function greet(req, res) {
  res.send(ejs.render('<h1>Hello <%= name %>', { name: req.query.name }));
}
",
        ),
        Example::good(
            "typescript",
            "function greet(req, res) {
  res.render('greet', { name: req.query.name });
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Calls that make a template of a text, by path; each with the number of the argument.
const SINKS: ByLanguage<&[(&str, usize)]> = &[
    (
        &["python"],
        &[
            ("flask.render_template_string", 0),
            ("flask.templating.render_template_string", 0),
            ("jinja2.Template", 0),
            ("mako.template.Template", 0),
            ("django.template.Template", 0),
            ("tornado.template.Template", 0),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            ("ejs.render", 0),
            ("ejs.compile", 0),
            ("pug.render", 0),
            ("pug.compile", 0),
            ("handlebars.compile", 0),
            ("Handlebars.compile", 0),
            ("lodash.template", 0),
            ("_.template", 0),
            ("nunjucks.renderString", 0),
            ("nunjucks.compile", 0),
            ("mustache.render", 0),
            ("Mustache.render", 0),
            ("doT.template", 0),
        ],
    ),
    (&["java"], &[("Velocity.evaluate", 3), ("org.apache.velocity.app.Velocity.evaluate", 3)]),
];
/// Methods that make a template of their first argument, each with what their receiver is made by.
const MAKERS: ByLanguage<&[(&str, &[&str])]> = &[
    (&["go"], &[("Parse", &["html.template.New", "text.template.New"])]),
    (
        &["java"],
        &[(
            "parseExpression",
            &[
                "SpelExpressionParser",
                "org.springframework.expression.spel.standard.SpelExpressionParser",
            ],
        )],
    ),
    (&["python"], &[("from_string", &["jinja2.Environment"])]),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(template) = template_of(context, id) else { return };
    if tree.kind(template).is_literal() || context.is_in_test(id) {
        return;
    }
    let Some(origin) = context.origin(template).filter(|it| it.sender == Sender::Client) else {
        return;
    };
    let (shown, source) = (context.excerpt(template), context.excerpt(origin.source));
    context
        .report(template, format!("`{shown}` is a template that a client's request writes"))
        .related(origin.source, "comes from a client's request")
        .because(format!("`{source}` comes from a client's request, and a template is a program."))
        .emit();
}

/// The text that a call makes a template of.
fn template_of(context: &Context<'_>, id: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let callee = tree.child(id, Role::Callee)?;
    let name = tree.name(callee);
    let argument = |at: usize| tree.children_with(id, Role::Argument).nth(at);
    // `template.New("…").Parse(text)`, `new SpelExpressionParser().parseExpression(text)`
    let makers = context.in_language(MAKERS).copied().unwrap_or_default();
    if let Some((_, makers)) = makers.iter().find(|(method, _)| *method == name) {
        let made = tree.child(callee, Role::Receiver)?;
        let path = context.called(made)?;
        return argument(0).filter(|_| makers.contains(&&*path));
    }
    let sinks = context.in_language(SINKS)?;
    if !sinks.iter().any(|(path, _)| ends_in(path, name)) {
        return None;
    }
    // A default import may stand for the package itself.
    let path = context.paths().of(callee)?.replacen(".default.", ".", 1);
    let (_, at) = sinks.iter().find(|(known, _)| *known == path)?;
    argument(*at)
}
