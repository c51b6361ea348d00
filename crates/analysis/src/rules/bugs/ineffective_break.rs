//! `bug/ineffective-break`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/ineffective-break",
    category: Category::Bug,
    summary: "A break leaves a select or switch, not the loop around it",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["go"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports an unlabelled `break` as the last statement of a case of a `select` or `switch` that stands in a loop without an end.",
        why: "The case ends there anyway, so the `break` does nothing. Whoever wrote it probably meant to leave the loop, which goes on.",
        fix: "Give the loop a label and break to it, or return.",
        limits: "Only loops without a condition are looked at, and only a `break` that its case would end with anyway.",
        references: &["https://staticcheck.dev/docs/checks/#SA4011"],
    },
    examples: &[
        Example::bad(
            "go",
            "func f(c chan int) {
	for {
		select {
		case <-c:
			break
			^^^^^
		}
	}
}
",
        ),
        Example::bad(
            "go",
            "func f(c chan int) {
	for {
		switch next() {
		case 1:
			work()
		case 2:
			log()
			break
			^^^^^
		}
	}
}
",
        ),
        Example::good(
            "go",
            "func f(c chan int) {
loop:
	for {
		select {
		case <-c:
			break loop
		}
	}
}
",
        ),
        Example::good(
            "go",
            "func f(c chan int) {
	for {
		if next() == 1 {
			break
		}
	}
}
",
        ),
    ],
    kinds: &[Kind::Break],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let case = tree.node(id).parent;
    let is_last = tree.last_child(case) == Some(id);
    let switch = tree.node(case).parent;
    if tree.kind(case) != Kind::Case || !is_last || tree.children(id).next().is_some() {
        return;
    }
    let around =
        tree.ancestors(switch).find(|it| tree.kind(*it).is_loop() || tree.kind(*it).is_function());
    let Some(around) = around.filter(|it| tree.kind(*it) == Kind::Infinite) else { return };
    context
        .report(id, "this leaves the case, which ends here anyway, and not the loop around it")
        .related(around, "the loop that goes on")
        .because("A `break` without a label leaves the innermost `for`, `switch` or `select`.")
        .emit();
}
