//! C's front end: what its syntax becomes in the IR, and how a file is cut into units.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod ir_dump;

use analysis::facts::Facts;
use analysis::ir::{Access, Flags, Kind, NodeId, Role, Tree};
use analysis::languages::Language;
use insta::assert_snapshot;
use ir_dump::{count_other, dump, lower_all, unit_names};

const DECLARATIONS: &str = r#"
static const char *name = "a" "b", other;
const int limit = 3;
int (*handler)(int a, void *b) = NULL;
struct item table[] = { { .a = 1, .b.c = 2 }, [3] = { 1, 2 }, [4 ... 6] = 0 };
int f(void), *g(char *text, ...);
typedef struct node { int key : 3; struct { int x, y; }; struct node *next; } node_t;
typedef void (*callback)(int code, char *text);
enum color { RED = 1, GREEN };
union both { int i; float f; };
"#;

const FUNCTIONS: &str = r"
static inline struct item *find(const struct item *p, int n, int (*cb)(int q), char *v[], ...) UNUSED {
    return p;
}
int main(void) { extern int errors; return errors; }
int old(a, b) int a; char *b; { return a; }
__attribute__((noinline)) void (helper)(int) { }
";

const STATEMENTS: &str = r"
int f(int n) {
    int i = 0, *p = &n;
    for (int a = 0, b = n; a < b; a++, --b) continue;
    for (;;) break;
    while ((i = next()) != 0) ;
    do { *p++ = n; } while (0);
    if (n) goto done; else if (i = 2) { return 1; }
    switch (n) {
        int local;
        case 1: case 'b': n = 2; break;
        default: { [[fallthrough]]; }
    }
done:
    n--;
    return n ? i : 0;
}
";

const EXPRESSIONS: &str = r"
void f(struct s *p, int a, int b) {
    a = b = p->x.y[a + 1];
    a += ~b << 2, b ^= !a && -a % 3 >= +b;
    a = (int)b + sizeof a + sizeof(struct s) + _Alignof(int) + offsetof(struct s, x);
    p = &(struct s){ .x = 1 };
    (*p).x = *p->q ? 'c' : 1.5e3f;
    a = ({ int k = 1; k; });
    a = p == NULL || true;
    __asm__ volatile (`nop` : `=r` (a) : `r` (b));
    each(p, { a++; });
}
";

const PREPROCESSOR: &str = r#"
#ifndef GUARD
#define GUARD
#include <stdio.h>
#include "own.h"
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#pragma once
int kind(int n) {
    switch (n) {
    case 1:
#ifdef FAST
        n = 2;
        break;
#elif SLOW
        return 1;
#else
        return 2;
#endif
        n = 3;
    case 2:
        break;
    }
    each(list, item) {
        use(item);
    }
    return n;
}
#endif
"#;

fn with_quotes(source: &str) -> String {
    source.replace('`', "\"")
}

fn tree(source: &str) -> Tree {
    lower_all("c", source).remove(1).1.tree
}

fn find(tree: &Tree, kind: Kind) -> Vec<NodeId> {
    tree.ids().filter(|id| tree.kind(*id) == kind).collect()
}

#[test]
fn declarations() {
    assert_snapshot!(dump("c", DECLARATIONS));
}

#[test]
fn functions_and_parameters() {
    assert_snapshot!(dump("c", FUNCTIONS));
}

#[test]
fn statements() {
    assert_snapshot!(dump("c", STATEMENTS));
}

#[test]
fn expressions() {
    assert_snapshot!(dump("c", &with_quotes(EXPRESSIONS)));
}

#[test]
fn preprocessor() {
    assert_snapshot!(dump("c", PREPROCESSOR));
}

#[test]
fn everything_has_a_kind() {
    let all = [DECLARATIONS, FUNCTIONS, STATEMENTS, EXPRESSIONS, PREPROCESSOR].concat();
    let (nodes, other) = count_other("c", &with_quotes(&all));
    assert!(nodes > 300, "{nodes}");
    assert_eq!(other, 0);
}

#[test]
fn the_table_names_only_what_the_grammar_has() {
    let language = Language::from_id("c").unwrap();
    // Rows that C++ uses too.
    let shared = ["default_value"];
    let unknown = language.lowering().unknown_names();
    assert!(unknown.iter().all(|name| shared.contains(name)), "{unknown:?}");
}

#[test]
fn functions_are_units_wherever_the_preprocessor_puts_them() {
    let source = r#"
#if A
int one(void) { return 1; }
#else
int *two(void) { return 0; }
#endif
extern "C" { int (three)(void) { return 3; } }
int (*four(void))(int) { return 0; }
struct s { int (*member)(void); };
"#;
    assert_eq!(unit_names("c", source), ["one", "two", "three", "four"]);
}

#[test]
fn every_declarator_declares_its_name_and_has_its_value() {
    let tree = tree("void f(int n) { int a = 1, *b = &n, c[2] = {0}, (*d)(int x) = g; }");
    let declared: Vec<_> = find(&tree, Kind::Declare)
        .into_iter()
        .map(|it| {
            let target = tree.child(it, Role::Target).unwrap();
            assert_eq!(tree.node(target).access, Access::Declare);
            assert_eq!(tree.role(it), Role::Statement);
            (tree.name(target), tree.text(tree.child(it, Role::Value).unwrap()))
        })
        .collect();
    assert_eq!(declared, [("a", "1"), ("b", "&n"), ("c", "{0}"), ("d", "g")]);
}

#[test]
fn names_resolve_to_their_blocks() {
    let source = "int f(int n) { int i = n; { int i = 2; use(i); } return i; }";
    let tree = tree(source);
    let facts = Facts::compute(&tree, Language::from_id("c").unwrap());
    let lines: Vec<_> = find(&tree, Kind::Name)
        .into_iter()
        .filter(|it| tree.name(*it) == "i")
        .map(|it| facts.bindings.resolve(it).unwrap())
        .collect();
    assert!(lines[0] == lines[3] && lines[1] == lines[2] && lines[0] != lines[1]);
}

#[test]
fn what_the_build_may_leave_out_is_flagged_and_equals_nothing() {
    let tree = tree("void f(void) {\n#if A\nrun();\n#else\nrun();\n#endif\nrun();\n}");
    let statements = find(&tree, Kind::ExpressionStatement);
    let flags: Vec<_> =
        statements.iter().map(|it| tree.flags(*it).has(Flags::CONDITIONAL)).collect();
    assert_eq!(flags, [true, true, false]);
    assert!(!tree.is_same(statements[0], statements[1]));
}

#[test]
fn a_case_holds_what_stands_up_to_the_next() {
    let source = "int f(int n) { switch (n) { case 1: n = 2;\n#if A\nbreak; case 2:\n#endif\nn = 3; } return n; }";
    let tree = tree(source);
    let cases = find(&tree, Kind::Case);
    let texts: Vec<Vec<&str>> =
        cases.iter().map(|it| tree.children(*it).map(|child| tree.text(child)).collect()).collect();
    assert_eq!(texts, [vec!["1", "n = 2", "break;"], vec!["2", "n = 3"]]);
}

#[test]
fn deep_nesting_does_not_overflow() {
    let depth = 10_000;
    let sources = [
        format!("int x = {}1{};", "(".repeat(depth), ")".repeat(depth)),
        format!("int x[] = {}1{};", "{".repeat(depth), "}".repeat(depth)),
        format!("int {}x{};", "(*".repeat(depth), ")".repeat(depth)),
        format!("int {}f{}(void) {{ }}", "(*".repeat(depth), ")".repeat(depth)),
        format!("void f(void) {{ {} }}", "if (a) b(); else ".repeat(depth)),
        format!("{}int f(void) {{ }}\n{}", "#if A\n".repeat(depth), "#endif\n".repeat(depth)),
        format!("int x = {}1;", "a, ".repeat(depth)),
    ];
    for source in sources {
        let nodes: usize =
            lower_all("c", &source).iter().map(|(_, lowered)| lowered.tree.len()).sum();
        assert!(nodes > 1);
    }
}

#[test]
fn broken_code_lowers() {
    let source = [DECLARATIONS, FUNCTIONS, STATEMENTS, EXPRESSIONS, PREPROCESSOR].concat();
    // Cut off anywhere, and with a part missing.
    for end in (0..source.len()).step_by(11) {
        let broken = format!("{}{}", &source[..end], &source[(end + 9).min(source.len())..]);
        for (_, lowered) in lower_all("c", &source[..end]).iter().chain(&lower_all("c", &broken)) {
            assert!(!lowered.tree.is_empty());
        }
    }
}
