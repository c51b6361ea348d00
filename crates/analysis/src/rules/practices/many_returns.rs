//! `practice/many-returns`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/many-returns",
    category: Category::Practice,
    summary: "A function returns in many places",
    severity: Severity::Hint,
    confidence: 0.8,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports functions with more than six `return` statements.",
        why: "What holds at the end, and what was cleaned up, has to be thought through for each of them.",
        fix: "Take parts out into functions of their own, or look the result up in a table.",
        limits: "A chain of guards at the start is counted as well.",
        references: &["https://docs.astral.sh/ruff/rules/too-many-return-statements/"],
    },
    examples: &[
        Example::bad(
            "python",
            "def name(a):
^^^^^^^^^^^^ places
    if a == 1: return \"a\"
    if a == 2: return \"b\"
    if a == 3: return \"c\"
    if a == 4: return \"d\"
    if a == 5: return \"e\"
    if a == 6: return \"f\"
    return \"g\"
",
        ),
        Example::bad(
            "python",
            "def name(a, b):
^^^^^^^^^^^^^^^ places
    if b:
        if a == 1: return \"a\"
        if a == 2: return \"b\"
        if a == 3: return \"c\"
        if a == 4: return \"d\"
    else:
        if a == 5: return \"e\"
        if a == 6: return \"f\"
        return \"h\"
    return \"g\"
",
        ),
        Example::good(
            "python",
            "def name(a):
    if a == 1: return \"a\"
    return \"g\"
",
        ),
        Example::good(
            "python",
            "def name(a):
    return NAMES.get(a)
",
        ),
        Example::bad(
            "javascript",
            "function name(a) {
^^^^^^^^^^^^^^^^^^ places
    if (a == 1) return 1;
    if (a == 2) return 2;
    if (a == 3) return 3;
    if (a == 4) return 4;
    if (a == 5) return 5;
    if (a == 6) return 6;
    return 0;
}
",
        ),
        Example::bad(
            "javascript",
            "function other(a) {
^^^^^^^^^^^^^^^^^^^ places
    if (a == 1) return 1;
    if (a == 2) return 2;
    if (a == 3) return 3;
    if (a == 4) return 4;
    if (a == 5) return 5;
    if (a == 6) return 6;
    if (a == 7) return 7;
    if (a == 8) return 8;
    return 0;
}
",
        ),
        Example::good(
            "javascript",
            "function name(a) {
    if (a == 1) return 1;
    return 0;
}
",
        ),
        Example::good(
            "javascript",
            "function name(a) {
    if (a == 1) return 1;
    if (a == 2) return 2;
    if (a == 3) return 3;
    return 0;
}
",
        ),
        Example::bad(
            "typescript",
            "function name(a) {
^^^^^^^^^^^^^^^^^^ places
    if (a == 1) return 1;
    if (a == 2) return 2;
    if (a == 3) return 3;
    if (a == 4) return 4;
    if (a == 5) return 5;
    if (a == 6) return 6;
    return 0;
}
",
        ),
        Example::bad(
            "typescript",
            "function other(a) {
^^^^^^^^^^^^^^^^^^^ places
    if (a == 1) return 1;
    if (a == 2) return 2;
    if (a == 3) return 3;
    if (a == 4) return 4;
    if (a == 5) return 5;
    if (a == 6) return 6;
    if (a == 7) return 7;
    if (a == 8) return 8;
    return 0;
}
",
        ),
        Example::good(
            "typescript",
            "function name(a) {
    if (a == 1) return 1;
    return 0;
}
",
        ),
        Example::good(
            "typescript",
            "function name(a) {
    if (a == 1) return 1;
    if (a == 2) return 2;
    if (a == 3) return 3;
    return 0;
}
",
        ),
        Example::bad(
            "rust",
            "fn name(a: i32) -> i32 {
^^^^^^^^^^^^^^^^^^^^^^^^ places
    if a == 1 { return 1; }
    if a == 2 { return 2; }
    if a == 3 { return 3; }
    if a == 4 { return 4; }
    if a == 5 { return 5; }
    if a == 6 { return 6; }
    return 0;
}
",
        ),
        Example::bad(
            "rust",
            "fn other(a: i32) -> i32 {
^^^^^^^^^^^^^^^^^^^^^^^^^ places
    if a == 1 { return 1; }
    if a == 2 { return 2; }
    if a == 3 { return 3; }
    if a == 4 { return 4; }
    if a == 5 { return 5; }
    if a == 6 { return 6; }
    if a == 7 { return 7; }
    if a == 8 { return 8; }
    return 0;
}
",
        ),
        Example::good(
            "rust",
            "fn name(a: i32) -> i32 {
    if a == 1 { return 1; }
    return 0;
}
",
        ),
        Example::good(
            "rust",
            "fn name(a: i32) -> i32 {
    if a == 1 { return 1; }
    if a == 2 { return 2; }
    if a == 3 { return 3; }
    return 0;
}
",
        ),
        Example::bad(
            "go",
            "package shop

func name(a int) int {
^^^^^^^^^^^^^^^^^^^^^^ places
	if a == 1 {
		return 1
	}
	if a == 2 {
		return 2
	}
	if a == 3 {
		return 3
	}
	if a == 4 {
		return 4
	}
	if a == 5 {
		return 5
	}
	if a == 6 {
		return 6
	}
	return 0
}
",
        ),
        Example::bad(
            "go",
            "package shop

func other(a int) int {
^^^^^^^^^^^^^^^^^^^^^^^ places
	if a == 1 {
		return 1
	}
	if a == 2 {
		return 2
	}
	if a == 3 {
		return 3
	}
	if a == 4 {
		return 4
	}
	if a == 5 {
		return 5
	}
	if a == 6 {
		return 6
	}
	if a == 7 {
		return 7
	}
	if a == 8 {
		return 8
	}
	return 0
}
",
        ),
        Example::good(
            "go",
            "package shop

func name(a int) int {
	if a == 1 {
		return 1
	}
	return 0
}
",
        ),
        Example::good(
            "go",
            "package shop

func name(a int) int {
	if a == 1 {
		return 1
	}
	if a == 2 {
		return 2
	}
	if a == 3 {
		return 3
	}
	return 0
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int name(int a) {
    ^^^^^^^^^^^^^^^^^ places
        if (a == 1) return 1;
        if (a == 2) return 2;
        if (a == 3) return 3;
        if (a == 4) return 4;
        if (a == 5) return 5;
        if (a == 6) return 6;
        return 0;
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int other(int a) {
    ^^^^^^^^^^^^^^^^^^ places
        if (a == 1) return 1;
        if (a == 2) return 2;
        if (a == 3) return 3;
        if (a == 4) return 4;
        if (a == 5) return 5;
        if (a == 6) return 6;
        if (a == 7) return 7;
        if (a == 8) return 8;
        return 0;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int name(int a) {
        if (a == 1) return 1;
        return 0;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int name(int a) {
        if (a == 1) return 1;
        if (a == 2) return 2;
        if (a == 3) return 3;
        return 0;
    }
}
",
        ),
        Example::bad(
            "c",
            "int name(int a) {
^^^^^^^^^^^^^^^^^ places
    if (a == 1) return 1;
    if (a == 2) return 2;
    if (a == 3) return 3;
    if (a == 4) return 4;
    if (a == 5) return 5;
    if (a == 6) return 6;
    return 0;
}
",
        ),
        Example::bad(
            "c",
            "int other(int a) {
^^^^^^^^^^^^^^^^^^ places
    if (a == 1) return 1;
    if (a == 2) return 2;
    if (a == 3) return 3;
    if (a == 4) return 4;
    if (a == 5) return 5;
    if (a == 6) return 6;
    if (a == 7) return 7;
    if (a == 8) return 8;
    return 0;
}
",
        ),
        Example::good(
            "c",
            "int name(int a) {
    if (a == 1) return 1;
    return 0;
}
",
        ),
        Example::good(
            "c",
            "int name(int a) {
    if (a == 1) return 1;
    if (a == 2) return 2;
    if (a == 3) return 3;
    return 0;
}
",
        ),
        Example::bad(
            "cpp",
            "int name(int a) {
^^^^^^^^^^^^^^^^^ places
    if (a == 1) return 1;
    if (a == 2) return 2;
    if (a == 3) return 3;
    if (a == 4) return 4;
    if (a == 5) return 5;
    if (a == 6) return 6;
    return 0;
}
",
        ),
        Example::bad(
            "cpp",
            "int other(int a) {
^^^^^^^^^^^^^^^^^^ places
    if (a == 1) return 1;
    if (a == 2) return 2;
    if (a == 3) return 3;
    if (a == 4) return 4;
    if (a == 5) return 5;
    if (a == 6) return 6;
    if (a == 7) return 7;
    if (a == 8) return 8;
    return 0;
}
",
        ),
        Example::good(
            "cpp",
            "int name(int a) {
    if (a == 1) return 1;
    return 0;
}
",
        ),
        Example::good(
            "cpp",
            "int name(int a) {
    if (a == 1) return 1;
    if (a == 2) return 2;
    if (a == 3) return 3;
    return 0;
}
",
        ),
    ],
    kinds: &[Kind::Function],
    check,
};

/// The most returns that are not many yet.
const MOST: usize = 6;

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(body) = tree.child(id, Role::Body).filter(|_| !tree.flags(id).has(Flags::STUB)) else {
        return;
    };
    let returns = tree.descendants(body).filter(|it| tree.kind(*it) == Kind::Return);
    let count = returns.filter(|it| tree.enclosing_function(*it) == id).count();
    if count <= MOST || context.is_test_code(id) {
        return;
    }
    let name = tree.name(id);
    let mut span = tree.span(id);
    let first = tree.text(id).lines().next().unwrap_or("");
    span.end = span.start + first.trim_end().len() as u32;
    context
        .report(id, format!("`{name}` returns in {count} places"))
        .span(span)
        .because(format!("More than {MOST} are hard to keep in mind."))
        .emit();
}
