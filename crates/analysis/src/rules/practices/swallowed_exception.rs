//! `practice/swallowed-exception`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/swallowed-exception",
    category: Category::Practice,
    summary: "An error is caught and nothing is done about it",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "rust"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports handlers that catch every error and do nothing, without a comment that says \
               why.",
        why: "Whatever goes wrong in the block vanishes without a trace, also errors nobody \
              thought of: misspelt names, full disks, a cancelled task.",
        fix: "Handle the error, log it, let it pass, or catch only the kind you expect. If nothing \
              is to be done, say why in a comment.",
        limits: "Handlers of particular exceptions are not reported, nor handlers around code that \
                 only cleans up or imports.",
        references: &["https://cwe.mitre.org/data/definitions/390.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def load(path):
    try:
        return parse(path)
    except Exception:
    ^^^^^^^^^^^^^^^^^ every error in the block is swallowed
        pass
",
        ),
        Example::bad(
            "python",
            "def send(queue, item):
    try:
        queue.put(item)
    except:
    ^^^^^^^ every error in the block is swallowed
        ...
",
        ),
        Example::good(
            "python",
            "def load(path):
    try:
        return parse(path)
    except FileNotFoundError:
        pass
",
        ),
        Example::good(
            "python",
            "def stop(worker):
    try:
        worker.close()
    except Exception:
        pass
    try:
        worker.flush()
    except Exception:
        # The peer is gone; there is nobody to tell.
        pass
",
        ),
        Example::bad(
            "javascript",
            "function load(text) {
  try {
    return JSON.parse(text);
  } catch (error) {}
    ^^^^^^^^^^^^^^^^ every error in the block is swallowed
}
",
        ),
        Example::bad(
            "javascript",
            "async function save(row) {
  try {
    await store(row);
  } catch {
    ^^^^^ every error in the block is swallowed
  }
}
",
        ),
        Example::good(
            "javascript",
            "function load(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return null;
  }
}
",
        ),
        Example::good(
            "javascript",
            "function probe(storage) {
  try {
    storage.setItem('probe', '1');
  } catch {
    // Storage may be full or forbidden; both are fine.
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function load(text: string): Config | undefined {
  try {
    return parse(text);
  } catch (error: unknown) {
    ^^^^^^^^^^^^^^^^^^^^^^ every error in the block is swallowed
  }
}
",
        ),
        Example::bad(
            "typescript",
            "async function track(event: Event): Promise<void> {
  try { await send(event); } catch {}
                             ^^^^^^^^ every error in the block is swallowed
}
",
        ),
        Example::good(
            "typescript",
            "function f(): number { try { return g(); } catch (e) { return 0; } }\n",
        ),
        Example::good("typescript", "function f(s: Socket) { try { s.close(); } catch {} }\n"),
        Example::bad(
            "rust",
            "fn save(row: &Row) {
    if let Err(_) = store(row) {}
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the error of `store(row)` is swallowed
}
",
        ),
        Example::bad(
            "rust",
            "fn save(row: &Row, log: &Log) {
    if let Err(error) = store(row) {
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the error of `store(row)` is swallowed
    }
    log.flush();
}
",
        ),
        Example::good(
            "rust",
            "fn save(row: &Row) {
    if let Err(error) = store(row) {
        warn(error);
    }
}
",
        ),
        Example::good(
            "rust",
            "fn stop(worker: &Worker) {
    if let Err(_) = worker.flush() {
        // The peer is gone; there is nobody to tell.
    }
}
",
        ),
    ],
    kinds: &[Kind::Catch, Kind::If],
    check,
};

/// Exceptions that stand for all of them.
const EVERYTHING: &[&str] = &["Exception", "BaseException"];

/// Methods that clean up: what fails there is rarely worth a word.
const CLEANING: &[&str] = &[
    "close",
    "unlink",
    "remove",
    "rmdir",
    "rmtree",
    "kill",
    "terminate",
    "cancel",
    "disconnect",
    "shutdown",
    "stop",
    "destroy",
    "abort",
    "dispose",
    "release",
    "unsubscribe",
    "unref",
    "end",
    "removeListener",
    "removeEventListener",
    "removeItem",
    "unlinkSync",
    "rmSync",
    "del",
    "quit",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    if context.tree.kind(id) == Kind::Catch {
        check_handler(context, id);
    } else {
        check_if(context, id);
    }
}

fn check_handler(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(body) = tree.child(id, Role::Body) else { return };
    if !is_empty(tree, body) || context.has_comment(tree.span(id)) || !catches_everything(tree, id)
    {
        return;
    }
    let Some(attempt) = tree.parent(id) else { return };
    let tried = tree.child(attempt, Role::Body);
    if tried.is_some_and(|tried| only_cleans_up(tree, tried)) || is_followed_by_comment(context, id)
    {
        return;
    }
    let head = tree.text(id).split(['\n', '{']).next().unwrap_or("").trim_end().len();
    let span = tree.span(id);
    let is_one_line = !tree.text(id).contains('\n');
    let end = if is_one_line { span.end } else { span.start + head as u32 };
    let span = crate::text::Span::new(span.start, end);
    context
        .report(id, "every error in the block is swallowed")
        .span(span)
        .because("The handler catches every error, does nothing, and no comment says why.")
        .emit();
}

/// A comment on the line of the handler, or right below its last statement, belongs to it.
fn is_followed_by_comment(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let end = tree.span(id).end as usize;
    let rest = tree.source().get(end..).unwrap_or("");
    let comment = context.language.spec().line_comment;
    rest.split('\n').next().is_some_and(|line| line.contains(comment))
        || rest.trim_start().starts_with(comment)
            && rest.trim_start_matches([' ', '\t']).starts_with('\n')
}

fn check_if(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let (Some(condition), Some(then)) =
        (tree.child(id, Role::Condition), tree.child(id, Role::Then))
    else {
        return;
    };
    if tree.kind(condition) != Kind::LetCondition || tree.child(id, Role::Else).is_some() {
        return;
    }
    let is_error =
        tree.child(condition, Role::Target).is_some_and(|it| tree.text(it).starts_with("Err("));
    let Some(value) = tree.child(condition, Role::Value).filter(|_| is_error) else { return };
    if !is_empty(tree, then) || context.has_comment(tree.span(then)) {
        return;
    }
    let text = context.excerpt(value);
    let span = tree.span(id);
    let head = tree.text(id).split('\n').next().unwrap_or("").trim_end().len();
    context
        .report(id, format!("the error of `{text}` is swallowed"))
        .span(crate::text::Span::new(span.start, span.start + head as u32))
        .because("The error is matched, nothing is done with it, and no comment says why.")
        .emit();
}

fn is_empty(tree: &Tree, block: NodeId) -> bool {
    tree.children(block).all(|it| match tree.kind(it) {
        Kind::Empty => true,
        Kind::ExpressionStatement => tree.text(it) == "...",
        _ => false,
    })
}

fn catches_everything(tree: &Tree, handler: NodeId) -> bool {
    let Some(pattern) = tree.child(handler, Role::Pattern) else { return true };
    let named = |it| matches!(tree.kind(it), Kind::Name) && EVERYTHING.contains(&tree.name(it));
    let bound = |it| tree.role(it) == Role::Target;
    tree.descendants(pattern).chain([pattern]).any(|it| named(it) && !bound(it))
}

/// Whether all that is tried is to import something, or to clean up.
fn only_cleans_up(tree: &Tree, block: NodeId) -> bool {
    tree.children(block).all(|statement| {
        let mut inside = tree.descendants(statement).chain([statement]);
        let call = inside.find(|it| tree.kind(*it) == Kind::Call);
        let callee = call.and_then(|call| tree.child(call, Role::Callee));
        tree.kind(statement) == Kind::Import
            || callee.is_some_and(|callee| CLEANING.contains(&tree.name(callee)))
    })
}
