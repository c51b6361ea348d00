//! `bug/ignored-error`.

use crate::findings::{Category, Severity};
use crate::ir::{Access, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/ignored-error",
    category: Category::Bug,
    summary: "An error is assigned and never looked at",
    severity: Severity::Error,
    confidence: 0.94,
    languages: &["go"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports an assignment to an error variable whose value nobody reads: the next error replaces it, or the function ends.",
        why: "When the call fails, the program goes on with a result that is not there. The compiler does not see it, since the variable is used elsewhere.",
        fix: "Test the error after the call, return it, or write `_` to say that it does not matter.",
        limits: "Variables named `err` or with `err` at one end of their name count as errors. Named results and variables that closures mention are not followed.",
        references: &["https://staticcheck.dev/docs/checks/#SA4006"],
    },
    examples: &[
        Example::bad(
            "go",
            "package shop

func load(path string) (string, error) {
	file, err := open(path)
	      ^^^ nobody looks at the `err` that `open(path)` gives
	text, err := read(file)
	if err != nil {
		return \"\", err
	}
	return text, nil
}
",
        ),
        Example::bad(
            "go",
            "package shop

func (s *Shop) save(order Order) error {
	err := s.check(order)
	if err != nil {
		return err
	}
	err = s.write(order)
	^^^ nobody looks at the `err` that `s.write(order)` gives
	return nil
}
",
        ),
        Example::good(
            "go",
            "package shop

func load(path string) (string, error) {
	file, err := open(path)
	if err != nil {
		return \"\", err
	}
	text, err := read(file)
	return text, err
}
",
        ),
        Example::good(
            "go",
            "package shop

func load(path string) (text string, err error) {
	for i := 0; i < 3; i++ {
		text, err = read(path)
		if err == nil {
			break
		}
	}
	return
}
",
        ),
    ],
    kinds: &[Kind::Name],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let node = tree.node(id);
    if !matches!(node.access, Access::Write | Access::Declare) || !is_error(tree.name(id)) {
        return;
    }
    let target = if node.role == Role::Element { node.parent } else { id };
    let definition = tree.node(target).parent;
    let value = tree.child(definition, Role::Value).filter(|it| tree.kind(*it) == Kind::Call);
    let Some(value) = value.filter(|_| context.liveness().is_dead(id)) else { return };
    if context.is_in_test(id) {
        return;
    }
    let (name, call) = (context.excerpt(id), context.excerpt(value));
    context
        .report(id, format!("nobody looks at the `{name}` that `{call}` gives"))
        .because(format!("No way from here reads `{name}` before it is assigned again."))
        .emit();
}

fn is_error(name: &str) -> bool {
    name == "err" || name.ends_with("Err") || name.starts_with("err") && name.len() <= 4
}
