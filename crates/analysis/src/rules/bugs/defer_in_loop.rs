//! `bug/defer-in-loop`.

use crate::facts::loops::{innermost, runs_rarely};
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/defer-in-loop",
    category: Category::Bug,
    summary: "A deferred call that waits for the function's end, not the round's",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["go"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `defer` in a loop, outside of any function literal in it.",
        why: "Deferred calls run when the function returns, not at the end of the round. Files stay open, locks stay held and memory stays taken until all rounds are over; a lock taken again in the next round never comes.",
        fix: "Move the round's work into a function of its own, or make the call at the end of the round.",
        limits: "A `defer` after which the function returns is left alone, and so are tests, and what only undoes the rounds when the function fails.",
        references: &["https://go.dev/ref/spec#Defer_statements"],
    },
    examples: &[
        Example::bad(
            "go",
            "package shop

func load(paths []string) error {
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		^^^^^^^^^^^^^^^^^^ waits for the end of the function
		read(file)
	}
	return nil
}
",
        ),
        Example::bad(
            "go",
            "package shop

func count(rooms []*Room) {
	for i := 0; i < len(rooms); i++ {
		rooms[i].mutex.Lock()
		defer rooms[i].mutex.Unlock()
		^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ waits for the end of the function
		rooms[i].count++
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func load(paths []string) {
	for _, path := range paths {
		func() {
			file, _ := os.Open(path)
			defer file.Close()
			read(file)
		}()
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func listen(addresses []string) (err error) {
	for _, address := range addresses {
		listener := open(address)
		defer func() {
			if err == nil {
				return
			}
			listener.Close()
		}()
	}
	return serve()
}
",
        ),
        Example::good(
            "go",
            "package shop

func first(paths []string) string {
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			continue
		}
		defer file.Close()
		return read(file)
	}
	return \"\"
}
",
        ),
    ],
    kinds: &[Kind::Defer],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(around) = innermost(tree, id).filter(|it| tree.kind(*it).is_loop()) else { return };
    if runs_rarely(tree, id, around) || context.is_in_test(id) || undoes_on_error(tree, id) {
        return;
    }
    let text = context.excerpt(id);
    context
        .report(id, format!("`{text}` waits for the end of the function, not of the round"))
        .because("Each round of the loop adds one more call that runs when the function returns.")
        .emit();
}

/// Whether what is put off begins by asking for an error, and so is there to undo all rounds when the
/// function fails: `defer func() { if err == nil { return } … }()`.
fn undoes_on_error(tree: &Tree, id: NodeId) -> bool {
    let Some(function) = tree.descendants(id).find(|it| tree.kind(*it) == Kind::Lambda) else {
        return false;
    };
    let first = tree.child(function, Role::Body).and_then(|body| tree.children(body).next());
    let condition = first
        .filter(|it| tree.kind(*it) == Kind::If)
        .and_then(|it| tree.child(it, Role::Condition));
    condition.is_some_and(|condition| {
        let mut sides = tree.children(condition);
        tree.kind(condition) == Kind::Compare
            && sides.any(|it| tree.name(it).to_ascii_lowercase().starts_with("err"))
    })
}
