//! `perf/eager-logging`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/eager-logging",
    category: Category::Perf,
    summary: "A message is put together though nobody may want it",
    severity: Severity::Information,
    confidence: 0.9,
    languages: &["python", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports messages for debugging that are put together before the logger can tell whether they are wanted: `log.debug(f\"…\")`, `log.debug(\"…\" + value)`, `log.debug(\"…\".format(…))`, `log.debug(\"…\" % …)`, `logger.debug(\"…\" + value)` in Java, `slog.Debug(fmt.Sprintf(…))` in Go.",
        why: "Debug messages are usually off: each call still formats its values, O(length) and an allocation, and drops the text.",
        fix: "Hand over the parts: `log.debug(\"… %s\", value)`, `logger.debug(\"… {}\", value)`, `slog.Debug(\"…\", \"key\", value)`.",
        limits: "Calls within a test for the level are left alone, as are messages made of constants.",
        references: &["https://docs.python.org/3/howto/logging.html#optimization"],
    },
    examples: &[
        Example::bad(
            "python",
            "import logging
log = logging.getLogger(__name__)

def load(path):
    log.debug(f\"loading {path}\")
              ^^^^^^^^^^^^^^^^^ is formatted even if debug messages are off
",
        ),
        Example::bad(
            "python",
            "import logging

def load(path):
    logging.debug(\"loading %s\" % path)
                  ^^^^^^^^^^^^^^^^^^^ is formatted even if debug
",
        ),
        Example::good(
            "python",
            "import logging
log = logging.getLogger(__name__)

def load(path):
    log.debug(\"loading %s\", path)
",
        ),
        Example::good(
            "python",
            "import logging
log = logging.getLogger(__name__)

def load(path):
    if log.isEnabledFor(logging.DEBUG):
        log.debug(f\"loading {path}\")
",
        ),
        Example::bad(
            "go",
            "package shop

import (
	\"fmt\"
	\"log/slog\"
)

func load(path string) {
	slog.Debug(fmt.Sprintf(\"loading %s\", path))
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is formatted even if debug
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"fmt\"

func load(logger *slog.Logger, path string) {
	logger.Debug(fmt.Sprintf(\"loading %s\", path))
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is formatted even if debug
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"log/slog\"

func load(path string) {
	slog.Debug(\"loading\", \"path\", path)
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"fmt\"

func show(path string) {
	fmt.Println(fmt.Sprintf(\"loading %s\", path))
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load(Path path) {
        logger.debug(\"loading \" + path);
                     ^^^^^^^^^^^^^^^^^ is formatted even if debug
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load(Path path) {
        LOG.trace(String.format(\"loading %s\", path));
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is formatted even if trace
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load(Path path) {
        logger.debug(\"loading {}\", path);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load(Path path) {
        if (logger.isDebugEnabled()) {
            logger.debug(\"loading \" + path);
        }
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
    let Some((logger, level)) = context.method(id) else { return };
    if !matches!(level, "debug" | "trace" | "finest" | "Debug" | "Trace") {
        return;
    }
    let name = tree.name(logger).to_ascii_lowercase();
    if !matches!(name.trim_start_matches('_'), "log" | "logger" | "logging" | "slog")
        && !name.ends_with("_logger")
    {
        return;
    }
    let Some(message) = context.arguments(id).first().copied() else { return };
    if !is_put_together(context, message) || is_guarded(context, id) {
        return;
    }
    let (shown, level) = (context.excerpt(message), level.to_ascii_lowercase());
    context
        .report(message, format!("`{shown}` is formatted even if {level} messages are off: O(length) and an allocation for nothing"))
        .because("Arguments are computed before the call, and only the logger knows whether the message is wanted.")
        .emit();
}

/// Whether a message is computed of parts that are no constants.
fn is_put_together(context: &Context<'_>, message: NodeId) -> bool {
    let tree = context.tree;
    let has_part =
        || tree.descendants(message).any(|it| matches!(tree.kind(it), Kind::Name | Kind::Call));
    match tree.kind(message) {
        Kind::Template => has_part(),
        Kind::Binary => {
            let is_text = |it: NodeId| matches!(tree.kind(it), Kind::String | Kind::Template);
            let starts =
                [Role::Left, Role::Right].into_iter().filter_map(|role| tree.child(message, role));
            // `"a" + b + "c"` nests to the left.
            matches!(tree.node(message).operator, Operator::Add | Operator::Remainder)
                && (starts.clone().any(is_text) || tree.descendants(message).any(is_text))
                && has_constant_free_part(context, message)
        }
        Kind::Call => match context.method(message) {
            Some((text, "format")) => {
                tree.kind(text) == Kind::String || context.text(text) == "String"
            }
            Some((_, "Sprintf")) => true,
            _ => false,
        },
        _ => false,
    }
}

/// Whether a part is a variable: constants in capitals are put together by the compiler.
fn has_constant_free_part(context: &Context<'_>, message: NodeId) -> bool {
    let tree = context.tree;
    tree.descendants(message).any(|it| {
        matches!(tree.kind(it), Kind::Name | Kind::Call)
            && tree.name(it).contains(|it: char| it.is_lowercase())
            || tree.kind(it) == Kind::Call
    })
}

/// Whether the call stands in a branch that asks for something of a logger, a level or debugging.
fn is_guarded(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let conditions = tree.ancestors(id).filter_map(|it| tree.child(it, Role::Condition));
    let words = ["debug", "enabled", "level", "trace", "verbos"];
    conditions
        .map(|it| tree.text(it).to_ascii_lowercase())
        .any(|it| words.iter().any(|word| it.contains(word)))
        || tree.ancestors(id).any(|it| matches!(tree.kind(it), Kind::Catch))
}
