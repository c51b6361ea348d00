//! Where values come from, and what a text is made of, seen from outside.
//!
//! A source calls `client(…)`, `user(…)` and `own(…)` with a value whose sender is that; `built(…)`
//! with a text and the shape that is expected of it.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod valid_units;

use analysis::facts::built_text::{Texts, content};
use analysis::facts::outside::{Origins, Sender};
use analysis::facts::paths::Paths;
use analysis::facts::types::Types;
use analysis::facts::{Environment, Facts, Memo};
use analysis::ir::{Kind, NodeId, Role, Tree};
use analysis::languages::Language;

use valid_units::valid_units;

fn each_call(
    language: &str,
    source: &str,
    mut look: impl FnMut(&Tree, &Texts<'_>, &str, &[NodeId]),
) {
    let language = Language::from_id(language).unwrap();
    for (_, lowered) in valid_units(language, source) {
        let tree = &lowered.tree;
        let facts = Facts::compute(tree, language);
        let (environment, memo) = (Environment::default(), Memo::default());
        let bindings = &facts.bindings;
        let paths = Paths { tree, bindings, environment: Some(&environment) };
        let knowledge = language.spec().knowledge;
        let origins = Origins { tree, bindings, paths, knowledge, memo: &memo };
        let types = Types { tree, bindings, paths, language, memo: Some(&memo) };
        let texts = Texts { origins, types };
        for call in tree.ids().filter(|it| tree.kind(*it) == Kind::Call) {
            let Some(callee) = tree.child(call, Role::Callee) else { continue };
            let arguments: Vec<NodeId> = tree.children_with(call, Role::Argument).collect();
            look(tree, &texts, tree.text(callee), &arguments);
        }
    }
}

fn check_senders(language: &str, source: &str) {
    let mut calls = 0;
    each_call(language, source, |tree, texts, name, arguments| {
        let expected = match name {
            "client" => Some(Sender::Client),
            "user" => Some(Sender::User),
            "own" => None,
            _ => return,
        };
        let found = texts.origins.of(arguments[0]).map(|it| it.sender);
        assert_eq!(found, expected, "{} in {source}", tree.text(arguments[0]));
        calls += 1;
    });
    assert!(calls > 0, "{source}");
}

#[test]
fn values_are_followed_to_where_they_come_in() {
    check_senders(
        "python",
        "def load(request, table, name):
    word = request.GET['word'].strip()
    line = 'a' + word
    client(line)
    client(f'{line}!')
    own(name)
    own(table.get(word))
    own(count(word))
    own(word == 'a')
",
    );
    check_senders(
        "javascript",
        "function load(req, res) {
  const { word } = req.query;
  client(`a ${word}`);
  client(req.body.text);
  user(process.argv[2]);
  own(res.body);
  const sent = makeRequest();
  own(sent.query);
}",
    );
    check_senders(
        "go",
        "package shop
func load(r *http.Request) {
	word := r.FormValue(\"word\")
	client(strings.TrimSpace(word))
	own(r.Context())
}",
    );
    check_senders(
        "java",
        "class Shop {
  void load(@RequestParam String word, String other, HttpServletRequest request) {
    client(word.trim());
    client(request.getParameter(\"word\"));
    own(other);
  }
}",
    );
    check_senders(
        "rust",
        "async fn load(query: Query<Words>, other: String) {
    client(&query.word);
    own(&other);
}",
    );
    check_senders(
        "c",
        "int main(int argc, char **argv) {
    char line[80];
    char kept[80];
    fgets(line, sizeof line, stdin);
    user(line);
    user(argv[1]);
    own(kept);
}",
    );
}

#[test]
fn what_is_looked_at_first_is_not_from_outside_any_more() {
    check_senders(
        "python",
        "def load(request):
    word = request.GET['word']
    if word not in WORDS:
        return
    own('a' + word)

def look(request):
    word = escape(request.GET['word'])
    own(word)

def keep(request):
    word = request.GET['word']
    if not is_valid(word):
        return
    own(word)

def mend(request):
    word = request.GET['word']
    word = mended(word)
    own(word)
",
    );
}

/// What a text is made of: its fixed parts, with `{…}` for each value.
fn shape(texts: &Texts<'_>, tree: &Tree, text: NodeId) -> String {
    let built = texts.take_apart(text);
    let mut shape = String::new();
    let mut from = 0;
    for hole in &built.holes {
        shape.push_str(&built.fixed[from..hole.at]);
        shape.extend(["{", tree.text(hole.node), "}"]);
        from = hole.at;
    }
    shape + &built.fixed[from..]
}

fn check_shapes(language: &str, source: &str) {
    let mut calls = 0;
    each_call(language, source, |tree, texts, name, arguments| {
        if name == "built" {
            let expected = content(tree.text(arguments[1]));
            assert_eq!(shape(texts, tree, arguments[0]), expected, "in {source}");
            calls += 1;
        }
    });
    assert!(calls > 0, "{source}");
}

#[test]
fn texts_come_apart_however_they_were_put_together() {
    check_shapes(
        "python",
        "def load(name, size):
    built('a ' + name + ' b', 'a {name} b')
    built(f'a {name!r:>10} b', 'a {name} b')
    built('a %s b %d' % (name, size), 'a {name} b 0')
    built('a {} b {last}'.format(name, last=size), 'a {name} b {size}')
    text = 'a '
    text += name
    built(text, 'a {name}')
",
    );
    check_shapes(
        "javascript",
        "function load(name) {
  const text = `a ${name} b`;
  built(text, 'a {name} b');
  built('a '.concat(name), 'a {name}');
}",
    );
    check_shapes(
        "go",
        "package shop
func load(name string) {
	built(fmt.Sprintf(\"a %s b %d\", name, 1), \"a {name} b 0\")
}",
    );
    check_shapes(
        "rust",
        "fn load(name: &str) { built(&format!(\"a {} b\", name), \"a {name} b\"); }",
    );
    check_shapes(
        "c",
        "void load(char *name) {
    char line[80];
    snprintf(line, sizeof line, \"a %s b\", name);
    built(line, \"a {name} b\");
}",
    );
}
