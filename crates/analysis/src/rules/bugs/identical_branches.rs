//! `bug/identical-branches`.

use crate::facts::purity::is_same_meaning;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/identical-branches",
    category: Category::Bug,
    summary: "Both branches of a condition do the same",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `if … else` and conditional expressions whose two branches are the same \
               code.",
        why: "The condition decides nothing. Usually one branch was copied from the other and \
              never changed, so one of the cases is handled wrongly.",
        fix: "Change the branch that was to differ, or drop the condition.",
        limits: "Branches that hold a comment are not reported, since the comment tends to say \
                 why they agree; nor are empty ones.",
        references: &["https://cwe.mitre.org/data/definitions/1164.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def price(order):
    if order.is_member:
    ^^^^^^^^^^^^^^^^^^^ `order.is_member` decides nothing
        total = order.amount * 0.9
    else:
        total = order.amount * 0.9
    return total
",
        ),
        Example::bad(
            "python",
            "def side(left, width):
    return width if left else width
           ^^^^^^^^^^^^^^^^^^^^^^^^ `left` decides nothing
",
        ),
        Example::good(
            "python",
            "def price(order):
    if order.is_member:
        return order.amount * 0.9
    else:
        return order.amount
",
        ),
        Example::good(
            "python",
            "def close(handle):
    if handle.is_open:
        pass
    else:
        pass
",
        ),
        Example::bad(
            "javascript",
            "function label(item) {
  if (item.count > 1) {
  ^^^^^^^^^^^^^^^^^^^^^ decides nothing
    return item.name + 's';
  } else {
    return item.name + 's';
  }
}
",
        ),
        Example::bad(
            "javascript",
            "const size = (wide) => wide ? 12 : 12;
                       ^^^^^^^^^^^^^^ `wide` decides nothing
",
        ),
        Example::good("javascript", "const size = (wide) => wide ? 12 : 6;\n"),
        Example::good(
            "javascript",
            "function run(job) {
  if (job.fast) {
    // Fast jobs take the same path until the queue is split.
    start(job);
  } else {
    start(job);
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function sign(value: number): string {
  if (value < 0) {
  ^^^^^^^^^^^^^^^^ decides nothing
    return '-';
  } else {
    return '-';
  }
}
",
        ),
        Example::bad(
            "typescript",
            "const url = (secure: boolean): string => secure ? 'http://' : 'http://';
                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ decides nothing
",
        ),
        Example::good(
            "typescript",
            "const url = (secure: boolean): string => secure ? 'https://' : 'http://';\n",
        ),
        Example::good(
            "typescript",
            "function sign(value: number) {
  if (value < 0) {
    return '-';
  } else if (value > 0) {
    return '+';
  } else {
    return '';
  }
}
",
        ),
        Example::bad(
            "rust",
            "fn width(wide: bool, size: u32) -> u32 {
    if wide {
    ^^^^^^^^^ `wide` decides nothing
        size * 2
    } else {
        size * 2
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn log(&self, error: bool) {
    if error {
    ^^^^^^^^^^ decides nothing
        self.out.push(self.line);
    } else {
        self.out.push(self.line);
    }
}
",
        ),
        Example::good(
            "rust",
            "fn pick(first: Option<u32>, item: u32) -> u32 {
    if let Some(item) = first {
        item + 1
    } else {
        item + 1
    }
}
",
        ),
        Example::good(
            "rust",
            "fn width(wide: bool, size: u32) -> u32 {
    if wide { size * 2 } else { size }
}
",
        ),
        Example::bad(
            "go",
            "\
func price(order Order) int {
	if order.IsMember {
	^^^^^^^^^^^^^^^^^^^ `order.IsMember` decides nothing
		return order.Amount * 9 / 10
	} else {
		return order.Amount * 9 / 10
	}
}
",
        ),
        Example::bad(
            "go",
            "\
func (l *Log) write(line string, failed bool) {
	if failed {
	^^^^^^^^^^^ decides nothing
		l.out.WriteString(line)
	} else {
		l.out.WriteString(line)
	}
}
",
        ),
        Example::good(
            "go",
            "\
func price(order Order) int {
	if order.IsMember {
		return order.Amount * 9 / 10
	} else {
		return order.Amount
	}
}
",
        ),
        Example::good(
            "go",
            "\
func first(a, b chan int) {
	if a != nil {
		// The queue is drained by its only reader.
		<-b
	} else {
		<-b
	}
}
",
        ),
        Example::bad(
            "java",
            "class Price {
    int total(boolean reduced, int price) {
        if (reduced) {
        ^^^^^^^^^^^^^^ `reduced` decides nothing
            return price * 2;
        } else {
            return price * 2;
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Label {
    String of(User user) {
        return user.isKnown() ? user.name : user.name;
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ both branches are the same
    }
}
",
        ),
        Example::good(
            "java",
            "class Sign {
    int of(int x) {
        return x < 0 ? -1 : 1;
    }
}
",
        ),
        Example::good(
            "java",
            "class Casts {
    long size(Object value) {
        if (value instanceof File) {
            return ((File) value).length();
        } else {
            return ((Text) value).length();
        }
    }
}
",
        ),
        Example::bad(
            "c",
            "int price(const struct order *order) {
  if (order->is_member)
  ^^^^^^^^^^^^^^^^^^^^^ decides nothing
    return order->amount * 9 / 10;
  else
    return order->amount * 9 / 10;
}
",
        ),
        Example::bad(
            "c",
            "int width(int wide) {
  return wide ? 12 : 12;
         ^^^^^^^^^^^^^^ `wide` decides nothing
}
",
        ),
        Example::good(
            "c",
            "void run(int fast) {
  if (fast) {
#ifdef QUEUE
    start(1);
#endif
  } else {
#ifdef THREADS
    start(1);
#endif
  }
}
",
        ),
        Example::good(
            "c",
            "void run(int fast) {
  if (fast)
    // The same until the queue is split.
    start();
  else
    start();
}
",
        ),
        Example::bad(
            "cpp",
            "int width(bool wide, const Box& box) {
  if (wide) {
  ^^^^^^^^^^^ decides nothing
    return std::get<0>(box);
  } else {
    return std::get<0>(box);
  }
}
",
        ),
        Example::bad(
            "cpp",
            "const char* url(bool secure) {
  return secure ? \"http://\" : \"http://\";
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ decides nothing
}
",
        ),
        Example::good(
            "cpp",
            "int pick(bool first, const Pair& p) { return first ? std::get<0>(p) : std::get<1>(p); }
",
        ),
        Example::good(
            "cpp",
            "auto pick(bool wide, X x) { return wide ? static_cast<long>(x) : static_cast<int>(x); }
",
        ),
    ],
    kinds: &[Kind::If, Kind::Ternary],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let (Some(then), Some(otherwise)) = (tree.child(id, Role::Then), tree.child(id, Role::Else))
    else {
        return;
    };
    if is_empty(context, then) || !is_same_meaning(tree, &context.facts.bindings, then, otherwise) {
        return;
    }
    let Some(condition) = tree.child(id, Role::Condition) else { return };
    // In front of a branch without braces, too.
    if context.has_comment(Span::new(tree.span(condition).end, tree.span(id).end)) {
        return;
    }
    // Type checkers look at such tests, and the branches agree only for the moment.
    if context.text(condition).contains("version_info") {
        return;
    }
    let condition = context.excerpt(condition);
    let branch = context.excerpt(then);
    context
        .report(id, format!("`{condition}` decides nothing: both branches are the same"))
        .related(otherwise, "the same as the first branch")
        .because(format!("Both branches are `{branch}`."))
        .emit();
}

fn is_empty(context: &Context<'_>, branch: NodeId) -> bool {
    let tree = context.tree;
    tree.kind(branch) == Kind::Block && tree.children(branch).all(|it| tree.kind(it) == Kind::Empty)
}
