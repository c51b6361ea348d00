//! `bug/swapped-arguments`.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use crate::facts::arguments::{last_word, plain};
use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Role, Tree};
use crate::rules::signatures;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/swapped-arguments",
    category: Category::Bug,
    summary: "Two arguments stand in each other's place",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports calls of a function of the same file, or of another file of the workspace, in which two arguments bear the names of each other's parameters.",
        why: "The compiler does not mind if both have one type, and neither does the reader: the names say what was meant, and they cross.",
        fix: "Swap the two arguments.",
        limits: "A function of another file is known where it is imported, and a method where its class is known; what several could be meant is left alone. Names must match exactly, apart from capitals and underscores, and be longer than two letters. Functions whose name says that they turn, flip, swap, mirror or compare are left alone, and so are callers of that kind, and those that make the same call in the right order as well.",
        references: &["https://doi.org/10.1145/3133928"],
    },
    examples: &[
        Example::fixed(
            "python",
            "def draw(width, height):
    pass


def show(width, height, depth):
    draw(height, width)
    ^^^^^^^^^^^^^^^^^^^ seem swapped
",
            "def draw(width, height):
    pass


def show(width, height, depth):
    draw(width, height)
",
        ),
        Example::fixed(
            "python",
            "def draw(x, width, height):
    pass


def show(width, height, depth):
    draw(depth, height, width)
    ^^^^^^^^^^^^^^^^^^^^^^^^^^ seem swapped
",
            "def draw(x, width, height):
    pass


def show(width, height, depth):
    draw(depth, width, height)
",
        ),
        Example::good(
            "python",
            "def draw(width, height):
    pass


def show(width, height, depth):
    draw(width, height)
",
        ),
        Example::good(
            "python",
            "def draw(left, right):
    pass


def show(width, height, depth):
    draw(height, width)
",
        ),
        Example::fixed(
            "javascript",
            "function draw(width, height) {}

function show(width, height, depth) {
  draw(height, width);
  ^^^^^^^^^^^^^^^^^^^ seem swapped
}
",
            "function draw(width, height) {}

function show(width, height, depth) {
  draw(width, height);
}
",
        ),
        Example::fixed(
            "javascript",
            "function draw(x, width, height) {}

function show(width, height, depth) {
  draw(depth, height, width);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^ seem swapped
}
",
            "function draw(x, width, height) {}

function show(width, height, depth) {
  draw(depth, width, height);
}
",
        ),
        Example::good(
            "javascript",
            "function draw(width, height) {}

function show(width, height, depth) {
  draw(width, height);
}
",
        ),
        Example::good(
            "javascript",
            "function draw(left, right) {}

function show(width, height, depth) {
  draw(height, width);
}
",
        ),
        Example::fixed(
            "typescript",
            "function draw(width: number, height: number): void {}

function show(width: number, height: number, depth: number) {
  draw(height, width);
  ^^^^^^^^^^^^^^^^^^^ seem swapped
}
",
            "function draw(width: number, height: number): void {}

function show(width: number, height: number, depth: number) {
  draw(width, height);
}
",
        ),
        Example::fixed(
            "typescript",
            "function draw(x: number, width: number, height: number): void {}

function show(width: number, height: number, depth: number) {
  draw(depth, height, width);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^ seem swapped
}
",
            "function draw(x: number, width: number, height: number): void {}

function show(width: number, height: number, depth: number) {
  draw(depth, width, height);
}
",
        ),
        Example::good(
            "typescript",
            "function draw(width: number, height: number): void {}

function show(width: number, height: number, depth: number) {
  draw(width, height);
}
",
        ),
        Example::good(
            "typescript",
            "function draw(left: number, right: number): void {}

function show(width: number, height: number, depth: number) {
  draw(height, width);
}
",
        ),
        Example::fixed(
            "rust",
            "fn draw(width: u32, height: u32) {}

fn show(width: u32, height: u32, depth: u32) {
    draw(height, width);
    ^^^^^^^^^^^^^^^^^^^ seem swapped
}
",
            "fn draw(width: u32, height: u32) {}

fn show(width: u32, height: u32, depth: u32) {
    draw(width, height);
}
",
        ),
        Example::fixed(
            "rust",
            "fn draw(x: u32, width: u32, height: u32) {}

fn show(width: u32, height: u32, depth: u32) {
    draw(depth, height, width);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^ seem swapped
}
",
            "fn draw(x: u32, width: u32, height: u32) {}

fn show(width: u32, height: u32, depth: u32) {
    draw(depth, width, height);
}
",
        ),
        Example::good(
            "rust",
            "fn draw(width: u32, height: u32) {}

fn show(width: u32, height: u32, depth: u32) {
    draw(width, height);
}
",
        ),
        Example::good(
            "rust",
            "fn draw(left: u32, right: u32) {}

fn show(width: u32, height: u32, depth: u32) {
    draw(height, width);
}
",
        ),
        Example::fixed(
            "go",
            "package shop

func draw(width, height int) {}

func show(width, height, depth int) {
	draw(height, width)
	^^^^^^^^^^^^^^^^^^^ seem swapped
}
",
            "package shop

func draw(width, height int) {}

func show(width, height, depth int) {
	draw(width, height)
}
",
        ),
        Example::fixed(
            "go",
            "package shop

func draw(x, width, height int) {}

func show(width, height, depth int) {
	draw(depth, height, width)
	^^^^^^^^^^^^^^^^^^^^^^^^^^ seem swapped
}
",
            "package shop

func draw(x, width, height int) {}

func show(width, height, depth int) {
	draw(depth, width, height)
}
",
        ),
        Example::good(
            "go",
            "package shop

func draw(width, height int) {}

func show(width, height, depth int) {
	draw(width, height)
}
",
        ),
        Example::good(
            "go",
            "package shop

func draw(left, right int) {}

func show(width, height, depth int) {
	draw(height, width)
}
",
        ),
        Example::fixed(
            "java",
            "class Shop {
    void draw(int width, int height) {}

    void show(int width, int height, int depth) {
        draw(height, width);
        ^^^^^^^^^^^^^^^^^^^ seem swapped
    }
}
",
            "class Shop {
    void draw(int width, int height) {}

    void show(int width, int height, int depth) {
        draw(width, height);
    }
}
",
        ),
        Example::fixed(
            "java",
            "class Shop {
    void draw(int x, int width, int height) {}

    void show(int width, int height, int depth) {
        draw(depth, height, width);
        ^^^^^^^^^^^^^^^^^^^^^^^^^^ seem swapped
    }
}
",
            "class Shop {
    void draw(int x, int width, int height) {}

    void show(int width, int height, int depth) {
        draw(depth, width, height);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void draw(int width, int height) {}

    void show(int width, int height, int depth) {
        draw(width, height);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void draw(int left, int right) {}

    void show(int width, int height, int depth) {
        draw(height, width);
    }
}
",
        ),
        Example::fixed(
            "c",
            "void draw(int width, int height) {}

void show(int width, int height, int depth) {
    draw(height, width);
    ^^^^^^^^^^^^^^^^^^^ seem swapped
}
",
            "void draw(int width, int height) {}

void show(int width, int height, int depth) {
    draw(width, height);
}
",
        ),
        Example::fixed(
            "c",
            "void draw(int x, int width, int height) {}

void show(int width, int height, int depth) {
    draw(depth, height, width);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^ seem swapped
}
",
            "void draw(int x, int width, int height) {}

void show(int width, int height, int depth) {
    draw(depth, width, height);
}
",
        ),
        Example::good(
            "c",
            "void draw(int width, int height) {}

void show(int width, int height, int depth) {
    draw(width, height);
}
",
        ),
        Example::good(
            "c",
            "void draw(int left, int right) {}

void show(int width, int height, int depth) {
    draw(height, width);
}
",
        ),
        Example::fixed(
            "cpp",
            "void draw(int width, int height) {}

void show(int width, int height, int depth) {
    draw(height, width);
    ^^^^^^^^^^^^^^^^^^^ seem swapped
}
",
            "void draw(int width, int height) {}

void show(int width, int height, int depth) {
    draw(width, height);
}
",
        ),
        Example::fixed(
            "cpp",
            "void draw(int x, int width, int height) {}

void show(int width, int height, int depth) {
    draw(depth, height, width);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^ seem swapped
}
",
            "void draw(int x, int width, int height) {}

void show(int width, int height, int depth) {
    draw(depth, width, height);
}
",
        ),
        Example::good(
            "cpp",
            "void draw(int width, int height) {}

void show(int width, int height, int depth) {
    draw(width, height);
}
",
        ),
        Example::good(
            "cpp",
            "void draw(int left, int right) {}

void show(int width, int height, int depth) {
    draw(height, width);
}
",
        ),
        Example::fixed(
            "python",
            "class Shop:
    def draw(self, width, height):
        pass

    def show(self, box):
        self.draw(box.height, box.width)
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ seem swapped
",
            "class Shop:
    def draw(self, width, height):
        pass

    def show(self, box):
        self.draw(box.width, box.height)
",
        ),
        Example::good(
            "c",
            "void rehash(struct table *table, int old_size, int new_size) {}

void resize(struct table *table, int old_size, int new_size) {
    rehash(table, old_size, new_size);
    if (!grow(table, new_size)) rehash(table, new_size, old_size);
}
",
        ),
        Example::good(
            "python",
            "def draw(width, height):
    pass


def rotate(width, height):
    draw(height, width)
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Parts of names of functions that hand things over the other way round on purpose.
const TURNING: &[&str] = &[
    "swap",
    "rotat",
    "transpos",
    "revers",
    "flip",
    "mirror",
    "invert",
    "turn",
    "compare",
    "cmp",
    "exchange",
    "convert",
    "opposite",
    "sort",
    "less",
    "symmetric",
    "portrait",
    "landscape",
    "back",
];

/// How many of a call's arguments are looked at.
const MOST_ARGUMENTS: usize = 12;

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let arguments = tree.children_with(id, Role::Argument).take(MOST_ARGUMENTS);
    let arguments: Vec<NodeId> = arguments.collect();
    if arguments.len() < 2 || arguments.iter().any(|it| is_special(tree, *it)) {
        return;
    }
    let Some(signature) = signatures::of_callee(context, id) else { return };
    let callee = tree.child(id, Role::Callee).map_or("", |it| tree.name(it));
    let function = tree.enclosing_function(id);
    // One that calls itself may well take turns.
    let is_recursive = tree.name(function) == callee;
    if is_recursive
        || is_turning(callee)
        || is_turning(tree.name(function))
        || context.is_in_test(id)
    {
        return;
    }
    let names: Vec<String> = arguments.iter().map(|it| plain(last_word(tree, *it))).collect();
    let parameters: Vec<String> = signature.parameters.iter().map(|it| plain(it)).collect();
    let Some((one, other)) = crossing(&names, &parameters) else { return };
    let pair = arguments.get(one).copied().zip(arguments.get(other).copied());
    let Some((first, second)) = pair else { return };
    // The end of one thing may well be the start of another.
    let [owner, other_owner] = [first, second].map(|it| tree.child(it, Role::Receiver));
    let is_one_thing = match (owner, other_owner) {
        (Some(owner), Some(other)) => tree.is_same(owner, other),
        (None, None) => true,
        _ => false,
    };
    if !is_one_thing || hands_over_straight(context, id, (one, other), [first, second]) {
        return;
    }
    let (first_text, second_text) =
        (context.text(first).to_owned(), context.text(second).to_owned());
    let wanted: Vec<&str> = signature.parameters.iter().map(|it| &**it).collect();
    let wanted = wanted.join(", ");
    let place = signatures::place_of_callee(context, id);
    let callee = callee.to_owned();
    context
        .report(
            id,
            format!("`{first_text}` and `{second_text}` seem swapped: `{callee}` takes ({wanted})"),
        )
        .because(format!(
            "Each of the two arguments bears the name of the other's parameter{place}."
        ))
        .elsewhere(id, format!("`{callee}` is declared here"))
        .fix(
            "swap the two arguments",
            Safety::Unsafe,
            vec![(tree.span(first), second_text), (tree.span(second), first_text)],
        )
        .emit();
}

/// Whether the same function calls the same one with the two the other way round, too: it then
/// knows both orders, and does with one what it undoes with the other.
fn hands_over_straight(
    context: &Context<'_>,
    call: NodeId,
    places: (usize, usize),
    [first, second]: [NodeId; 2],
) -> bool {
    let tree = context.tree;
    let known = context.memo.handovers(|| {
        let calls = tree.descendants(NodeId::ROOT).filter(|it| tree.kind(*it) == Kind::Call);
        calls.flat_map(|it| pairs_of(tree, it)).collect()
    });
    handover(tree, call, places, [second, first]).is_some_and(|it| known.contains(&it))
}

/// The pairs of arguments of a call that have names.
fn pairs_of(tree: &Tree, call: NodeId) -> Vec<u64> {
    let arguments = tree.children_with(call, Role::Argument).take(MOST_ARGUMENTS).enumerate();
    let named: Vec<_> = arguments.filter(|(_, it)| !last_word(tree, *it).is_empty()).collect();
    let pairs = named
        .iter()
        .enumerate()
        .flat_map(|(at, first)| named.iter().skip(at + 1).map(move |second| (first, second)));
    pairs
        .filter_map(|((one, first), (other, second))| {
            handover(tree, call, (*one, *other), [*first, *second])
        })
        .collect()
}

/// What calls of one function share that hand the same function the same things at two places.
fn handover(
    tree: &Tree,
    call: NodeId,
    places: (usize, usize),
    [first, second]: [NodeId; 2],
) -> Option<u64> {
    let (function, callee) = (tree.enclosing_function(call), tree.child(call, Role::Callee)?);
    let shapes = [callee, first, second].map(|it| tree.shape(it));
    Some(FxBuildHasher.hash_one((function, places, shapes)))
}

/// Two places whose arguments are named as each other's parameters.
fn crossing(names: &[String], parameters: &[String]) -> Option<(usize, usize)> {
    let pairs: Vec<(&String, &String)> = names.iter().zip(parameters).collect();
    for (one, (name, parameter)) in pairs.iter().enumerate() {
        let Some(other) = pairs.iter().position(|(_, it)| it == name) else { continue };
        let crosses = pairs.get(other).is_some_and(|(back, _)| back == parameter);
        if other > one && crosses && tell_apart(name, parameter) {
            return Some((one, other));
        }
    }
    None
}

/// Whether two names say enough: not `a` and `b`, `v1` and `v2`, `left` and `right`.
fn tell_apart(one: &str, other: &str) -> bool {
    const SIDES: &[&str] = &["left", "right", "lhs", "rhs", "first", "second", "self", "other"];
    let says_something = |name: &str| name.len() > 2 && !SIDES.contains(&name);
    let stem = |name: &str| name.trim_end_matches(|it: char| it.is_ascii_digit()).to_owned();
    says_something(one) && says_something(other) && stem(one) != stem(other)
}

fn is_turning(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    TURNING.iter().any(|known| name.contains(known))
}

/// An argument that is given by name, or stands for several.
fn is_special(tree: &Tree, argument: NodeId) -> bool {
    matches!(tree.kind(argument), Kind::Argument | Kind::Spread)
}
