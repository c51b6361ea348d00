//! `bug/inverted-error-check`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/inverted-error-check",
    category: Category::Bug,
    summary: "An error is returned where there is none",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["go"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports a branch for `err == nil` that returns this `err`, and a branch for `err != nil` that returns nil for the error of a function whose only result it is.",
        why: "The branch reports success as a failure that is nil, or a failure as success: the comparison stands the wrong way round, or the wrong value is returned.",
        fix: "Turn the comparison round, or return the error.",
        limits: "Branches with a comment are left alone, since they may say why the error does not matter.",
        references: &["https://pkg.go.dev/github.com/gostaticanalysis/nilerr"],
    },
    examples: &[
        Example::bad(
            "go",
            "func f() error {
	err := g()
	if err == nil {
		return err
		       ^^^
	}
	return nil
}
",
        ),
        Example::bad(
            "go",
            "func f() error {
	err := g()
	if err != nil {
		return nil
		       ^^^
	}
	return nil
}
",
        ),
        Example::good(
            "go",
            "func f() error {
	err := g()
	if err != nil {
		return err
	}
	return nil
}
",
        ),
        Example::good(
            "go",
            "func f() error {
	if err := g(); err != nil {
		// The cache is only there for speed.
		return nil
	}
	return h()
}
",
        ),
    ],
    kinds: &[Kind::If],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let parts = [Role::Condition, Role::Then].map(|role| tree.child(id, role));
    let [Some(condition), Some(then)] = parts else { return };
    let sides = [Role::Left, Role::Right].map(|role| tree.child(condition, role));
    let [Some(left), Some(right)] = sides else { return };
    if tree.kind(condition) != Kind::Compare
        || tree.kind(left) != Kind::Name
        || !tree.name(left).starts_with("err")
        || tree.kind(right) != Kind::Null
        || context.has_comment(tree.span(id))
    {
        return;
    }
    let mut statements = tree.children(then);
    let (Some(only), None) = (statements.next(), statements.next()) else { return };
    let Some(value) = tree.child(only, Role::Value).filter(|_| tree.kind(only) == Kind::Return)
    else {
        return;
    };
    let said = match tree.node(condition).operator {
        Operator::Equal if tree.kind(value) == Kind::Name => {
            if bindings.resolve(value).is_none()
                || bindings.resolve(value) != bindings.resolve(left)
            {
                return;
            }
            "the error that is returned here is nil, by the test above"
        }
        Operator::NotEqual if tree.kind(value) == Kind::Null => {
            let function = tree.enclosing_function(id);
            let head_end = tree.child(function, Role::Body).map_or(0, |it| tree.span(it).start);
            let start = tree.span(function).start;
            let head = tree.source().get(start as usize..head_end as usize).unwrap_or("");
            if !head.trim_end().ends_with(") error") {
                return;
            }
            "there is an error, by the test above, and success is returned"
        }
        _ => return,
    };
    context.report(value, said).because("The branch has no other statement.").emit();
}
