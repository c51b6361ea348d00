//! `bug/duplicate-condition`.

use crate::facts::purity::{is_repeatable, is_same_meaning};
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/duplicate-condition",
    category: Category::Bug,
    summary: "A condition was already tested",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a condition of an `else if` chain that stands earlier in the same chain, a \
               case that stands earlier in the same switch, and `and`/`or` with the same operand \
               on both sides.",
        why: "The branch can never be taken, or the second test adds nothing: a line was copied, \
              and the name or value that was to change was not changed.",
        fix: "Test what you meant to test, or remove the branch.",
        limits: "Conditions that call something are not compared, since they may give another \
                 answer the second time.",
        references: &["https://cwe.mitre.org/data/definitions/561.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def grade(score):
    if score > 90:
        return 'A'
    elif score > 80:
        return 'B'
    elif score > 80:
         ^^^^^^^^^^ `score > 80` was already tested
        return 'C'
    return 'D'
",
        ),
        Example::bad(
            "python",
            "def is_valid(user):
    return user.name and user.name
                         ^^^^^^^^^ `user.name` stands on both sides of `and`
",
        ),
        Example::good(
            "python",
            "def parse(stream):
    if stream.next() == 'a':
        return 1
    elif stream.next() == 'a':
        return 2
    return 0
",
        ),
        Example::good(
            "python",
            "def grade(score):
    if score > 90:
        return 'A'
    elif score > 80:
        return 'B'
    return 'C'
",
        ),
        Example::bad(
            "javascript",
            "function kind(code) {
  switch (code) {
    case 200: return 'ok';
    case 404: return 'missing';
    case 404: return 'gone';
         ^^^ the case `404` stands earlier
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function move(key) {
  if (key === 'left') {
    go(-1);
  } else if (key === 'left') {
             ^^^^^^^^^^^^^^ was already tested
    go(1);
  }
}
",
        ),
        Example::good("javascript", "const ready = (a, b) => a.ready && b.ready;\n"),
        Example::good(
            "javascript",
            "function kind(code) {
  switch (code) {
    case 200: return 'ok';
    case 404: return 'missing';
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function both(a?: string, b?: string): boolean {
  return a !== undefined && a !== undefined;
                            ^^^^^^^^^^^^^^^ stands on both sides
}
",
        ),
        Example::bad(
            "typescript",
            "function width(size: Size): number {
  if (size === Size.Small) {
    return 1;
  } else if (size === Size.Large) {
    return 3;
  } else if (size === Size.Small) {
             ^^^^^^^^^^^^^^^^^^^ was already tested
    return 2;
  }
  return 0;
}
",
        ),
        Example::good("typescript", "const f = (a?: string) => a !== undefined && a !== '';\n"),
        Example::good(
            "typescript",
            "function f(x: number) { if (x > 1) { return 1; } else if (x > 0) { return 2; } return 0; }\n",
        ),
        Example::bad(
            "rust",
            "fn grade(score: u32) -> char {
    if score > 90 {
        'A'
    } else if score > 80 {
        'B'
    } else if score > 80 {
              ^^^^^^^^^^ was already tested
        'C'
    } else {
        'D'
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn both(a: &Item, b: &Item) -> bool {
    a.ready || a.ready
               ^^^^^^^ stands on both sides
}
",
        ),
        Example::good(
            "rust",
            "fn pick(queue: &mut Queue) -> u32 {
    if queue.pop() > 1 {
        1
    } else if queue.pop() > 1 {
        2
    } else {
        3
    }
}
",
        ),
        Example::good("rust", "fn both(a: &Item, b: &Item) -> bool {\n    a.ready || b.ready\n}\n"),
        Example::bad(
            "go",
            "\
func grade(score int) string {
	if score > 90 {
		return \"A\"
	} else if score > 80 {
		return \"B\"
	} else if score > 80 {
	          ^^^^^^^^^^ was already tested
		return \"C\"
	}
	return \"D\"
}
",
        ),
        Example::bad(
            "go",
            "\
func size(width int) string {
	switch {
	case width > 100:
		return \"large\"
	case width > 100:
	     ^^^^^^^^^^^ the case `width > 100` stands earlier
		return \"medium\"
	}
	return \"small\"
}
",
        ),
        Example::bad(
            "go",
            "\
func complete(user User) bool {
	return user.Name != \"\" && user.Name != \"\"
	                          ^^^^^^^^^^^^^^^ stands on both sides of `&&`
}
",
        ),
        Example::good(
            "go",
            "\
func open(path string) error {
	var err error
	if err = tryLocal(path); err == nil {
		return nil
	} else if err = tryRemote(path); err == nil {
		return nil
	}
	return err
}
",
        ),
        Example::good(
            "go",
            "\
func next(queue *Queue) int {
	switch {
	case queue.Pop() > 1:
		return 1
	case queue.Pop() > 1:
		return 2
	}
	return 3
}
",
        ),
        Example::good(
            "go",
            "\
func wait(first, second chan int) {
	select {
	case <-first:
	case <-second:
	}
}
",
        ),
        Example::bad(
            "java",
            "class Level {
    String name(int level) {
        if (level == 1) {
            return \"low\";
        } else if (level == 1) {
                   ^^^^^^^^^^ `level == 1` was already tested
            return \"high\";
        }
        return \"none\";
    }
}
",
        ),
        Example::bad(
            "java",
            "class Range {
    boolean isValid(Range other) {
        return other.start != null && other.start != null;
                                      ^^^^^^^^^^^^^^^^^^^ stands on both sides of `&&`
    }
}
",
        ),
        Example::good(
            "java",
            "class Shapes {
    double area(Object shape) {
        if (shape instanceof Circle circle) {
            return circle.area();
        } else if (shape instanceof Square square) {
            return square.area();
        }
        return 0;
    }
}
",
        ),
        Example::good(
            "java",
            "class Tokens {
    boolean isPair(Lexer lexer) {
        return lexer.next() && lexer.next();
    }
}
",
        ),
        Example::bad(
            "c",
            "char grade(int score) {
  if (score > 90)
    return 'A';
  else if (score > 80)
    return 'B';
  else if (score > 80)
           ^^^^^^^^^^ `score > 80` was already tested
    return 'C';
  return 'D';
}
",
        ),
        Example::bad(
            "c",
            "int both(const struct item *a, const struct item *b) {
  return a->ready && a->ready;
                     ^^^^^^^^ stands on both sides
}
",
        ),
        Example::good(
            "c",
            "int is_blank(int c) {
  switch (c) {
#ifdef WIDE
  case 0x20:
  case 0x2028: return 1;
#else
  case 0x20: return 1;
#endif
  }
  return 0;
}
",
        ),
        Example::good(
            "c",
            "int same(FILE *f) { return getc(f) == 1 || getc(f) == 1; }
",
        ),
        Example::bad(
            "cpp",
            "bool both(const Item& a, const Item& b) {
  return a.ready or a.ready;
                    ^^^^^^^ stands on both sides of `or`
}
",
        ),
        Example::bad(
            "cpp",
            "int width(Size size) {
  if (size == Size::Small) {
    return 1;
  } else if (size == Size::Large) {
    return 3;
  } else if (size == Size::Small) {
             ^^^^^^^^^^^^^^^^^^^ was already tested
    return 2;
  }
  return 0;
}
",
        ),
        Example::good(
            "cpp",
            "bool both(const Item& a, const Item& b) { return a.ready && b.ready; }
",
        ),
        Example::good(
            "cpp",
            "constexpr bool any = is_a<int>::value || is_a<long>::value;
",
        ),
    ],
    kinds: &[Kind::If, Kind::Switch, Kind::Logical],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    match context.tree.kind(id) {
        Kind::If => check_chain(context, id),
        Kind::Switch => check_cases(context, id),
        _ => check_operands(context, id),
    }
}

/// Compares a link of an `else if` chain with the links before it.
fn check_chain(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(condition) = tree.child(id, Role::Condition) else { return };
    // What an initialiser does may change the outcome.
    let is_prepared = |link| tree.child(link, Role::Initializer).is_some();
    if tree.role(id) != Role::Else || !is_repeatable(tree, condition) || is_prepared(id) {
        return;
    }
    let mut link = id;
    while tree.role(link) == Role::Else
        && let Some(before) = previous_link(context, link)
    {
        link = before;
        let Some(earlier) = tree.child(link, Role::Condition) else { return };
        if is_same_meaning(tree, &context.facts.bindings, earlier, condition) {
            let text = context.excerpt(condition);
            context
                .report(condition, format!("`{text}` was already tested: this branch never runs"))
                .related(earlier, "tested here first")
                .because("An earlier branch of the same chain has the same condition, and nothing between the two tests can change it.")
                .emit();
            return;
        }
        // What an earlier condition does may change the outcome of a later one.
        if !is_repeatable(tree, earlier) || is_prepared(link) {
            return;
        }
    }
}

/// The `if` whose else branch is this link, directly or as the only statement of a block.
fn previous_link(context: &Context<'_>, link: NodeId) -> Option<NodeId> {
    let parent = context.tree.parent(link)?;
    (context.tree.kind(parent) == Kind::If).then_some(parent)
}

/// Longer switches are tables; comparing all pairs would take too long.
const MOST_CASES: usize = 512;

fn check_cases(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let cases = tree.descendants(id).filter(|it| {
        tree.kind(*it) == Kind::Case
            && tree.ancestors(*it).find(|it| tree.kind(*it) == Kind::Switch) == Some(id)
    });
    // Without a subject, the cases are conditions, tested one after the other.
    let has_subject = tree.child(id, Role::Subject).is_some();
    let mut seen: Vec<NodeId> = Vec::new();
    for case in cases {
        let guarded = tree.child(case, Role::Guard).is_some();
        for pattern in tree.children_with(case, Role::Pattern) {
            let is_condition = !has_subject && is_repeatable(tree, pattern);
            if !has_subject && !is_condition {
                seen.clear();
            }
            let counts = is_constant(context, pattern) || is_condition;
            let flags = tree.flags(case);
            // The build takes one of several alternatives.
            let is_optional = flags.has(Flags::DEFAULT) || flags.has(Flags::CONDITIONAL);
            if !counts || guarded || is_optional {
                continue;
            }
            let is_same =
                |it: &NodeId| is_same_meaning(tree, &context.facts.bindings, *it, pattern);
            if let Some(earlier) = seen.iter().copied().find(is_same) {
                let text = context.excerpt(pattern);
                context
                    .report(
                        pattern,
                        format!("the case `{text}` stands earlier: this one never runs"),
                    )
                    .related(earlier, "the first case with this value")
                    .because("Two cases of one switch have the same value or condition.")
                    .emit();
            } else if seen.len() < MOST_CASES {
                seen.push(pattern);
            }
        }
    }
}

/// Whether a pattern is a literal, possibly signed.
fn is_constant(context: &Context<'_>, pattern: NodeId) -> bool {
    let tree = context.tree;
    let literal = |id| tree.kind(id).is_literal() || tree.kind(id) == Kind::Operator;
    literal(pattern)
        || (matches!(tree.kind(pattern), Kind::Pattern | Kind::Unary)
            && tree.children(pattern).count() > 0
            && tree.descendants(pattern).all(literal))
}

fn check_operands(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let (Some(left), Some(right)) = (tree.child(id, Role::Left), tree.child(id, Role::Right))
    else {
        return;
    };
    // `a && b && b` nests to the left.
    let nested = (tree.kind(left) == Kind::Logical
        && tree.node(left).operator == tree.node(id).operator)
        .then(|| tree.child(left, Role::Right))
        .flatten();
    let same = [Some(left), nested].into_iter().flatten().find(|it| {
        tree.is_same(*it, right) && is_repeatable(tree, *it) && !tree.kind(*it).is_literal()
    });
    let Some(same) = same else { return };
    let text = context.excerpt(right);
    let operator = tree.child(id, Role::Operator).map_or("", |it| context.text(it));
    let message = format!("`{text}` stands on both sides of `{operator}`");
    context
        .report(right, message)
        .related(same, "the same operand")
        .because("An operand that is the same on both sides adds nothing to the outcome.")
        .emit();
}
