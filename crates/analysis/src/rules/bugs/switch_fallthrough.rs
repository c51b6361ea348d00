//! `bug/switch-fallthrough`.

use crate::facts::control_flow::never_returns;
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::returns::is_ending_call;
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/switch-fallthrough",
    category: Category::Bug,
    summary: "A case runs on into the next",
    severity: Severity::Warning,
    confidence: 0.8,
    languages: &["javascript", "typescript", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports cases that hold statements, do not end in `break`, `return` or the like, and so go on into the statements of the next case.",
        why: "A forgotten `break` runs the code of another case, too.",
        fix: "End the case, or say in a comment that it falls through.",
        limits: "A comment with the word `fall` between the two cases, an attribute `[[fallthrough]]`, and cases without statements of their own say that it is meant.",
        references: &[
            "https://eslint.org/docs/latest/rules/no-fallthrough",
            "https://cwe.mitre.org/data/definitions/484.html",
        ],
    },
    examples: &[
        Example::bad(
            "javascript",
            "function check(a) {
  switch (a) {
  case 1:
  ^^^^^^^ runs on into the next case
    pay();
  case 2:
    ship();
    break;
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function check(a) {
  switch (a) {
  case 1:
  ^^^^^^^ runs on into the next case
    if (late()) {
      break;
    }
    pay();
  default:
    ship();
  }
}
",
        ),
        Example::good(
            "javascript",
            "function check(a) {
  switch (a) {
  case 1:
  case 2:
    pay();
    break;
  default:
    ship();
  }
}
",
        ),
        Example::good(
            "javascript",
            "function check(a) {
  switch (a) {
  case 1:
    pay();
    // falls through
  default:
    ship();
  }
}
",
        ),
        Example::good(
            "javascript",
            "function check(a) {
  switch (a) {
  case 1:
    if (late()) {
      return;
    } else {
      break;
    }
  case 2: {
    pay();
    break;
  }
  default:
    ship();
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number) {
  switch (a) {
  case 1:
  ^^^^^^^ runs on into the next case
    pay();
  case 2:
    ship();
    break;
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number) {
  switch (a) {
  case 1:
  ^^^^^^^ runs on into the next case
    if (late()) {
      break;
    }
    pay();
  default:
    ship();
  }
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number) {
  switch (a) {
  case 1:
  case 2:
    pay();
    break;
  default:
    ship();
  }
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number) {
  switch (a) {
  case 1:
    pay();
    // falls through
  default:
    ship();
  }
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number) {
  switch (a) {
  case 1:
    if (late()) {
      return;
    } else {
      break;
    }
  case 2: {
    pay();
    break;
  }
  default:
    ship();
  }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(int a) {
        switch (a) {
        case 1:
        ^^^^^^^ runs on into the next case
            pay();
        case 2:
            ship();
            break;
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(int a) {
        switch (a) {
        case 1:
        ^^^^^^^ runs on into the next case
            if (late()) {
                break;
            }
            pay();
        default:
            ship();
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a) {
        switch (a) {
        case 1:
        case 2:
            pay();
            break;
        default:
            ship();
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a) {
        switch (a) {
        case 1:
            pay();
            // falls through
        default:
            ship();
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a) {
        switch (a) {
        case 1:
            if (late()) {
                return;
            } else {
                break;
            }
        case 2: {
            pay();
            break;
        }
        default:
            ship();
        }
    }
}
",
        ),
        Example::bad(
            "c",
            "void check(int a) {
    switch (a) {
    case 1:
    ^^^^^^^ runs on into the next case
        pay();
    case 2:
        ship();
        break;
    }
}
",
        ),
        Example::bad(
            "c",
            "void check(int a) {
    switch (a) {
    case 1:
    ^^^^^^^ runs on into the next case
        if (late()) {
            break;
        }
        pay();
    default:
        ship();
    }
}
",
        ),
        Example::good(
            "c",
            "void check(int a) {
    switch (a) {
    case 1:
    case 2:
        pay();
        break;
    default:
        ship();
    }
}
",
        ),
        Example::good(
            "c",
            "void check(int a) {
    switch (a) {
    case 1:
        pay();
        // falls through
    default:
        ship();
    }
}
",
        ),
        Example::good(
            "c",
            "void check(int a) {
    switch (a) {
    case 1:
        if (late()) {
            return;
        } else {
            break;
        }
    case 2: {
        pay();
        break;
    }
    default:
        ship();
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void check(int a) {
    switch (a) {
    case 1:
    ^^^^^^^ runs on into the next case
        pay();
    case 2:
        ship();
        break;
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void check(int a) {
    switch (a) {
    case 1:
    ^^^^^^^ runs on into the next case
        if (late()) {
            break;
        }
        pay();
    default:
        ship();
    }
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a) {
    switch (a) {
    case 1:
    case 2:
        pay();
        break;
    default:
        ship();
    }
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a) {
    switch (a) {
    case 1:
        pay();
        // falls through
    default:
        ship();
    }
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a) {
    switch (a) {
    case 1:
        if (late()) {
            return;
        } else {
            break;
        }
    case 2: {
        pay();
        break;
    }
    default:
        ship();
    }
}
",
        ),
    ],
    kinds: &[Kind::Switch],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if !tree.flags(id).has(Flags::FALLS_THROUGH) {
        return;
    }
    let mut cases = tree.children(id).filter(|it| tree.kind(*it) == Kind::Case).peekable();
    while let Some(case) = cases.next() {
        let Some(next) = cases.peek() else { return };
        let body = tree.children(case).filter(|it| tree.role(*it) == Role::Statement);
        let Some(last) = body.last() else { continue };
        // `case 1 -> …` falls nowhere.
        if tree.child(case, Role::Body).is_some() || leaves(context, last) {
            continue;
        }
        let (from, to) = (tree.span(last).start, tree.span(*next).start);
        let between = tree.source().get(from as usize..to as usize).unwrap_or("");
        let lower = between.to_ascii_lowercase();
        let is_said = ["fall", "no break", "through"].iter().any(|word| lower.contains(word));
        if is_said || tree.flags(last).has(Flags::CONDITIONAL) {
            continue;
        }
        report(context, case, *next);
    }
}

fn report(context: &mut Context<'_>, case: NodeId, next: NodeId) {
    let tree = context.tree;
    let span = tree.span(case);
    let text = context.text(case);
    let length = text.find(':').map_or(text.len(), |at| at + 1);
    let head = text.get(..length).unwrap_or(text);
    context
        .report(case, format!("`{}` runs on into the next case", head.trim_end_matches(':')))
        .span(Span::new(span.start, span.start + length as u32))
        .related(next, "and goes on here")
        .because("Its last statement does not leave the switch.")
        .emit();
}

/// Whether control does not come to the end of a statement, as far as its form tells.
fn leaves(context: &Context<'_>, statement: NodeId) -> bool {
    let tree = context.tree;
    let mut open = vec![statement];
    while let Some(at) = open.pop() {
        match tree.kind(at) {
            Kind::Break
            | Kind::Return
            | Kind::Raise
            | Kind::Continue
            | Kind::Goto
            | Kind::Fallthrough
            | Kind::Infinite
            // What the form does not tell.
            | Kind::Switch
            | Kind::Other
            | Kind::Error
            | Kind::Macro => {}
            Kind::Block | Kind::Case | Kind::Label => match tree.last_child(at) {
                Some(last) => open.push(last),
                None => return false,
            },
            Kind::If => {
                let parts = [Role::Then, Role::Else].map(|role| tree.child(at, role));
                let [Some(then), Some(otherwise)] = parts else { return false };
                open.extend([then, otherwise]);
            }
            Kind::Try => {
                open.extend(tree.children(at).filter(|it| {
                    matches!(tree.role(*it), Role::Body | Role::Handler)
                }));
            }
            Kind::Catch => open.extend(tree.child(at, Role::Body)),
            Kind::ExpressionStatement => {
                let Some(call) = tree.children(at).next() else { return false };
                let is_call = tree.kind(call) == Kind::Call;
                let name = tree.child(call, Role::Callee).map_or("", |it| tree.name(it));
                // Something in capitals may well be a macro that jumps.
                let is_macro = name.len() > 1 && !name.contains(char::is_lowercase);
                let ends = never_returns(&context.paths(), context.knowledge(), call);
                let ends = ends || name.contains("return") || is_ending_call(tree, call);
                if !is_call || !(is_macro || ends) {
                    return false;
                }
            }
            _ => return false,
        }
    }
    true
}
