//! `bug/jump-in-finally`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/jump-in-finally",
    category: Category::Bug,
    summary: "A jump out of `finally` swallows exceptions",
    severity: Severity::Error,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `return`, `break` and `continue` that leave a `finally` block.",
        why: "They replace whatever was on its way out: an exception disappears without a trace, and another `return`'s value is lost.",
        fix: "Move the jump behind the whole statement, or into the `try`.",
        limits: "A jump that stays inside the `finally`, such as a `break` of a loop in it, is fine.",
        references: &["https://cwe.mitre.org/data/definitions/584.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def load(path):
    try:
        return read(path)
    finally:
        return None
        ^^^^^^^^^^^ in `finally`
",
        ),
        Example::bad(
            "python",
            "def drain(queues):
    for queue in queues:
        try:
            queue.flush()
        finally:
            continue
            ^^^^^^^^ in `finally`
",
        ),
        Example::good(
            "python",
            "def load(path):
    try:
        return read(path)
    finally:
        close(path)
",
        ),
        Example::good(
            "python",
            "def load(paths):
    try:
        work()
    finally:
        for path in paths:
            if not path:
                break
",
        ),
        Example::bad(
            "javascript",
            "function load(path) {
  try {
    return read(path);
  } finally {
    return null;
    ^^^^^^^^^^^^ in `finally`
  }
}
",
        ),
        Example::bad(
            "javascript",
            "for (const queue of queues) {
  try {
    queue.flush();
  } finally {
    break;
    ^^^^^^ in `finally`
  }
}
",
        ),
        Example::good(
            "javascript",
            "function load(path) {
  try {
    return read(path);
  } finally {
    close(path);
  }
}
",
        ),
        Example::good(
            "javascript",
            "try { run(); } finally { ids.forEach(function (id) { return free(id); }); }
",
        ),
        Example::bad(
            "typescript",
            "function load(path: string) {
  try {
    return read(path);
  } finally {
    return null;
    ^^^^^^^^^^^^ in `finally`
  }
}
",
        ),
        Example::bad(
            "typescript",
            "while (next()) {
  try {
    run();
  } finally {
    continue;
    ^^^^^^^^^ in `finally`
  }
}
",
        ),
        Example::good(
            "typescript",
            "try { run(); } finally { for (const id of ids) { if (!id) break; } }
",
        ),
        Example::good(
            "typescript",
            "function f() { try { run(); } catch { return 1; } return 2; }
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int load() {
        try {
            return read();
        } finally {
            return 0;
            ^^^^^^^^^ in `finally`
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void drain() {
        while (true) {
            try {
                flush();
            } finally {
                break;
                ^^^^^^ in `finally`
            }
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int load() {
        try {
            return read();
        } finally {
            close();
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load() {
        try {
            read();
        } finally {
            for (String id : ids) { if (id == null) continue; free(id); }
        }
    }
}
",
        ),
    ],
    kinds: &[Kind::Return, Kind::Break, Kind::Continue],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let kind = tree.kind(id);
    let is_labelled = tree.child(id, Role::Label).is_some();
    let mut found = None;
    for outer in tree.ancestors(id) {
        if tree.kind(outer).is_function() {
            return;
        }
        // The jump ends here, inside the `finally`.
        let stops = match kind {
            Kind::Break => tree.kind(outer).is_loop() || tree.flags(outer).has(Flags::BREAKABLE),
            Kind::Continue => tree.kind(outer).is_loop(),
            _ => false,
        };
        if stops && !is_labelled {
            return;
        }
        if tree.kind(outer) == Kind::Finally {
            found = Some(outer);
            break;
        }
    }
    let Some(finally) = found else { return };
    let word =
        context.text(id).split(|it: char| !it.is_alphabetic()).next().unwrap_or("").to_owned();
    context
        .report(id, format!("`{word}` in `finally` drops an exception on its way out"))
        .related(finally, "the block that runs whatever happens")
        .because("Leaving `finally` by a jump ends the exception that led there.")
        .emit();
}
