//! `perf/timer-in-loop`.

use crate::facts::loops;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/timer-in-loop",
    category: Category::Perf,
    summary: "Each round of a loop starts a timer that nobody stops",
    severity: Severity::Information,
    confidence: 0.85,
    languages: &["go"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `time.After` in loops, and `time.Tick`.",
        why: "Before Go 1.23 a timer stays in memory until it fires: a loop that gets a message every millisecond, with a timeout of a minute, keeps 60 000 of them. What `time.Tick` starts was never freed at all.",
        fix: "Make one timer before the loop and reset it in each round, or use `time.NewTicker` with `Stop`.",
        limits: "Loops that end with the first timeout are reported as well.",
        references: &["https://pkg.go.dev/time#After"],
    },
    examples: &[
        Example::bad(
            "go",
            "package shop

import \"time\"

func wait(jobs chan int) {
	for {
		select {
		case <-jobs:
		case <-time.After(time.Minute):
		       ^^^^^^^^^^^^^^^^^^^^^^^ timer
			return
		}
	}
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"time\"

func run() {
	for range time.Tick(time.Second) {
	          ^^^^^^^^^^^^^^^^^^^^^^ timer
		work()
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"time\"

func wait(jobs chan int) {
	select {
	case <-jobs:
	case <-time.After(time.Minute):
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"time\"

func run() {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for range ticker.C {
		work()
	}
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let path = context.called(id);
    let is_after = path.as_deref() == Some("time.After");
    let is_tick = path.as_deref() == Some("time.Tick");
    let is_main = tree.name(tree.enclosing_function(id)) == "main";
    let is_kept = is_after && loops::innermost(tree, id).is_some() || is_tick && !is_main;
    // A plain wait at the end of a round holds one timer at a time.
    let is_lone = tree.kind(tree.node(tree.node(id).parent).parent) == Kind::ExpressionStatement
        && !tree.ancestors(id).any(|it| tree.kind(it) == Kind::Case);
    if !is_kept || is_after && is_lone || context.is_test_code(id) {
        return;
    }
    let shown = context.excerpt(id);
    let what = if is_after { "starts a timer in each round" } else { "starts a timer" };
    context
        .report(id, format!("`{shown}` {what} that nobody can stop: it stays until it fires"))
        .because("The call hands out the channel alone, not the timer.")
        .emit();
}
