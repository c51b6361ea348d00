//! `practice/swallowed-exception`.

use crate::facts::control_flow::is_in_test;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/swallowed-exception",
    category: Category::Practice,
    summary: "A handler catches every error and does nothing with it",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "rust", "java", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports handlers without a statement or comment that catch everything: \
               `except Exception: pass`, `catch {}`, `Err(_) => {}`.",
        why: "Whatever goes wrong there, be it a mistyped name or a full disk, leaves no trace. \
              The program goes on with wrong data, and whoever looks for the reason finds none.",
        fix: "Catch the error you expect, and handle or log the rest. If nothing needs to be done, \
              say why in a comment.",
        limits: "Handlers around imports, around calls that only clean up (`close`, `unlink`, \
                 `cancel` …), in finalizers and in tests are not reported, nor are those around a \
                 `return` or an assignment for which other code stands in, nor those whose \
                 variable is named as unused (`_error`, `ignored`).",
        references: &["https://cwe.mitre.org/data/definitions/390.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def save(path, data):
    try:
        path.write_text(data)
    except Exception:
    ^^^^^^^^^^^^^^^^^ `Exception` is swallowed: whatever goes wrong leaves no trace
        pass
",
        ),
        Example::bad(
            "python",
            "def poll(device):
    try:
        device.update()
    except:
    ^^^^^^^ every exception is swallowed
        ...
",
        ),
        Example::good(
            "python",
            "def save(path, data):
    try:
        path.write_text(data)
    except FileNotFoundError:
        pass
",
        ),
        Example::good(
            "python",
            "def notify(listener):
    try:
        listener.changed()
    except Exception:
        pass  # a listener must not stop the others
",
        ),
        Example::good(
            "python",
            "def stop(connection):
    try:
        connection.close()
    except Exception:
        pass
",
        ),
        Example::bad(
            "javascript",
            "function save(key, value) {
  try {
    store.write(key, value);
  } catch (error) {}
    ^^^^^^^^^^^^^^^^ `error` is swallowed
}
",
        ),
        Example::bad(
            "javascript",
            "async function sync() {
  try {
    await upload();
  } catch {
    ^^^^^ every exception is swallowed
  }
}
",
        ),
        Example::good(
            "javascript",
            "function version() {
  let version;
  try {
    version = read('VERSION');
  } catch {}
  return version ?? 'unknown';
}
",
        ),
        Example::good(
            "javascript",
            "function save(key, value) {
  try {
    store.write(key, value);
  } catch (error) {
    // Private windows have no storage.
  }
}
",
        ),
        Example::good(
            "javascript",
            "function parse(text) {
  try {
    return JSON.parse(text);
  } catch {}
  return null;
}
",
        ),
        Example::bad(
            "typescript",
            "function apply(change: Change): void {
  try {
    change.apply();
  } catch (e: unknown) {}
    ^^^^^^^^^^^^^^^^^^^^^ `e` is swallowed
}
",
        ),
        Example::bad(
            "typescript",
            "const load = async (path: string): Promise<void> => {
  try { register(await read(path)); } catch { ; }
                                      ^^^^^^^^^^^ swallowed
};
",
        ),
        Example::good(
            "typescript",
            "function apply(change: Change): void {
  try {
    change.apply();
  } catch (e: unknown) {
    log(e);
  }
}
",
        ),
        Example::good(
            "typescript",
            "function stop(timer: Timer): void {
  try { timer.cancel(); } catch (e) {}
}
",
        ),
        Example::bad(
            "rust",
            "fn save(path: &Path, text: &str) {
    if let Err(_) = std::fs::write(path, text) {}
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is swallowed
}
",
        ),
        Example::bad(
            "rust",
            "fn sync(remote: &Remote) {
    match remote.upload() {
        Ok(()) => log(\"done\"),
        Err(_) => {}
        ^^^^^^^^^^^^ the error of `remote.upload()` is swallowed
    }
}
",
        ),
        Example::good(
            "rust",
            "fn sync(remote: &Remote) {
    match remote.upload() {
        Ok(()) => log(\"done\"),
        // Tried again at the next tick.
        Err(_) => {}
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn store(row: &Row, log: &Log) {
    if let Err(error) = save(row) {}
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the error of `save(row)` is swallowed
    log.flush();
}
",
        ),
        Example::good(
            "rust",
            "fn sync(remote: &Remote) {
    if let Err(error) = remote.upload() {
        log(error);
    }
}
",
        ),
        Example::bad(
            "java",
            "class Store {
    void save(Order order) {
        try {
            database.insert(order);
        } catch (Exception e) {
          ^^^^^^^^^^^^^^^^^^^ `Exception` is swallowed
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Sync {
    void upload(Remote remote) {
        try {
            remote.upload();
        } catch (IOException | RuntimeException e) {}
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `RuntimeException` is swallowed
    }
}
",
        ),
        Example::good(
            "java",
            "class Store {
    void save(Order order) {
        try {
            database.insert(order);
        } catch (DuplicateKeyException e) {
        } catch (Exception e) {
            log.warn(\"not saved\", e);
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Pool {
    void release(Connection connection) {
        try {
            connection.close();
        } catch (Exception ignored) {
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Settings {
    int port(String text) {
        try {
            return Integer.parseInt(text);
        } catch (RuntimeException e) {
        }
        return 8080;
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void save(const Store& store) {
  try {
    store.write();
  } catch (...) {
    ^^^^^^^^^^^ every exception is swallowed
  }
}
",
        ),
        Example::bad(
            "cpp",
            "void sync(Remote& remote) {
  try { remote.upload(); } catch (...) { ; }
                           ^^^^^^^^^^^^^^^^^ every exception is swallowed
}
",
        ),
        Example::good(
            "cpp",
            "void save(const Store& store) {
  try {
    store.write();
  } catch (const NotFound&) {
  } catch (...) {
    // Tried again at the next tick.
  }
}
",
        ),
        Example::good(
            "cpp",
            "Session::~Session() {
  try { close(); } catch (...) {}
}
",
        ),
    ],
    kinds: &[Kind::Catch, Kind::If, Kind::Case],
    check,
};

/// Functions that only clean up: when they fail, there is nothing left to do.
const CLEANING: &str = "close unlink remove rmtree rmdir delete drop kill terminate cancel abort \
    disconnect shutdown cleanup clear destroy dispose stop quit end release detach rollback \
    unsubscribe revoke flush join wait";

/// Functions that run when an object goes away, where nobody could handle an error.
const FINALIZERS: &[&str] = &["__del__", "drop", "__exit__", "__aexit__", "finalize"];

fn check(context: &mut Context<'_>, id: NodeId) {
    match context.tree.kind(id) {
        Kind::Catch => check_handler(context, id),
        Kind::If => check_condition(context, id),
        _ => check_arm(context, id),
    }
}

fn check_handler(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(body) = tree.child(id, Role::Body) else { return };
    let Some(caught) = caught(context, id) else { return };
    if !is_empty(context, body) || has_comment_near(context, id) || is_in_finalizer(context, id) {
        return;
    }
    let attempt = tree.node(id).parent;
    let Some(tried) = tree.child(attempt, Role::Body) else { return };
    // What follows when all went well makes the handler the other branch.
    let has_else = tree.child(attempt, Role::Else).is_some();
    if has_else || only_cleans_up(context, tried) || is_in_test(tree, id) {
        return;
    }
    // `try { return x() } catch {}` and `x = 1; try { x = y() } catch {}` are how one says "or
    // else", unless the handler could have named what it catches and does not.
    let could_name = !context.knowledge().catch_all.is_empty();
    let names = tree.child(id, Role::Pattern).is_some();
    if (names || !could_name) && gives_value(context, attempt, tried) {
        return;
    }
    if says_unused(context, id) || is_machine_made(context, id) {
        return;
    }
    let span = head(context, id, body);
    context
        .report(id, format!("{caught} is swallowed: whatever goes wrong leaves no trace"))
        .span(span)
        .related(tried, "what goes wrong here is not noticed")
        .because("The handler catches every exception, also those nobody thought of.")
        .because("Its body holds neither a statement nor a comment that says why.")
        .emit();
}

/// Whether the name of what is caught says that nobody needs it: `_error`, `ignored`.
fn says_unused(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    tree.child(id, Role::Target).is_some_and(|target| {
        let name = tree.text(target).to_lowercase();
        name.starts_with('_')
            || name.contains("ignore")
            || name.contains("unused")
            || name.contains("expected")
    })
}

/// Whether the handler stands on a line longer than anybody writes.
fn is_machine_made(context: &Context<'_>, id: NodeId) -> bool {
    let source = context.tree.source();
    let start = context.tree.span(id).start as usize;
    let before = source.get(..start).and_then(|it| it.rsplit('\n').next()).map_or(0, str::len);
    let after = source.get(start..).and_then(|it| it.lines().next()).map_or(0, str::len);
    before + after > 300
}

/// The handler up to its body, or all of it where the body stands on the same line.
fn head(context: &Context<'_>, id: NodeId, body: NodeId) -> Span {
    let tree = context.tree;
    let (handler, body) = (tree.span(id), tree.span(body));
    if !tree.text(id).trim_end().contains('\n') {
        return handler;
    }
    let before = Span::new(handler.start, body.start.max(handler.start));
    let length = before.of(tree.source()).trim_end().len() as u32;
    Span::new(handler.start, handler.start + length)
}

/// What the handler catches, in words, if that is everything or nearly.
fn caught(context: &Context<'_>, id: NodeId) -> Option<String> {
    let tree = context.tree;
    let Some(pattern) = tree.child(id, Role::Pattern) else {
        return Some(match tree.child(id, Role::Target) {
            Some(target) => format!("`{}`", context.excerpt(target)),
            None => "every exception".to_owned(),
        });
    };
    let known = context.knowledge().catch_all;
    let mut names = tree.descendants(pattern).chain([pattern]);
    let wide = names.find(|it| {
        tree.kind(*it) == Kind::Name
            && tree.role(*it) != Role::Target
            && known.contains(&tree.name(*it))
    })?;
    Some(format!("`{}`", tree.name(wide)))
}

/// `if let Err(_) = attempt() {}`
fn check_condition(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(condition) = tree.child(id, Role::Condition) else { return };
    if tree.kind(condition) != Kind::LetCondition || tree.child(id, Role::Else).is_some() {
        return;
    }
    let (Some(pattern), Some(then), Some(value)) = (
        tree.child(condition, Role::Target),
        tree.child(id, Role::Then),
        tree.child(condition, Role::Value),
    ) else {
        return;
    };
    if is_any_error(context, pattern) && is_empty(context, then) {
        report_error(context, id, value);
    }
}

/// `Err(_) => {}`
fn check_arm(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let (Some(pattern), Some(body)) = (tree.child(id, Role::Pattern), tree.child(id, Role::Body))
    else {
        return;
    };
    let Some(subject) = tree.child(tree.node(id).parent, Role::Subject) else { return };
    let is_guarded = tree.child(id, Role::Guard).is_some();
    // Other arms that look at errors have picked those that matter; where success panics, the
    // error is what should come.
    let mut arms = tree.children(tree.node(id).parent).filter(|it| *it != id);
    let picks = arms.any(|it| {
        let panics = tree.child(it, Role::Body).is_some_and(|body| {
            tree.kind(body) == Kind::Macro && matches!(tree.name(body), "panic" | "unreachable")
        });
        panics || tree.child(it, Role::Pattern).is_some_and(|it| tree.text(it).contains("Err"))
    });
    if !is_guarded && !picks && is_any_error(context, pattern) && is_empty(context, body) {
        report_error(context, id, subject);
    }
}

fn report_error(context: &mut Context<'_>, id: NodeId, attempt: NodeId) {
    if has_comment_near(context, id)
        || is_in_finalizer(context, id)
        || is_in_test(context.tree, id)
        || is_cleaning(context, attempt)
        || may_well_fail(context, attempt)
    {
        return;
    }
    let attempt_text = context.excerpt(attempt);
    context
        .report(id, format!("the error of `{attempt_text}` is swallowed: it leaves no trace"))
        .related(attempt, "what goes wrong here is not noticed")
        .because("The pattern takes any error, and throws away what it says.")
        .because("What follows is empty, without a comment that says why.")
        .emit();
}

/// Whether the attempt is named as one that may come to nothing: `try_lock`, `recv_timeout`.
fn may_well_fail(context: &Context<'_>, attempt: NodeId) -> bool {
    let tree = context.tree;
    let callee = tree.child(attempt, Role::Callee);
    let name = callee.map_or("", |callee| tree.name(callee));
    name.starts_with("try_") || name.contains("timeout")
}

/// Whether the pattern is `Err(_)` or `Err(name)`.
fn is_any_error(context: &Context<'_>, pattern: NodeId) -> bool {
    let tree = context.tree;
    let mut parts = tree.children(pattern);
    let (Some(variant), rest) = (parts.next(), parts.next()) else { return false };
    let is_wild = rest.is_none_or(|it| tree.kind(it) == Kind::Name);
    tree.kind(pattern) == Kind::Pattern && tree.text(variant) == "Err" && is_wild
}

fn is_empty(context: &Context<'_>, body: NodeId) -> bool {
    let tree = context.tree;
    if tree.kind(body) == Kind::Tuple {
        return tree.children(body).next().is_none();
    }
    tree.kind(body) == Kind::Block
        && tree.children(body).all(|it| match tree.kind(it) {
            Kind::Empty => tree.children(it).next().is_none() && tree.text(it) != "debugger;",
            Kind::ExpressionStatement => tree.text(it).trim_end_matches(';') == "...",
            _ => false,
        })
}

/// Whether a comment stands in the handler, behind it on its last line, or on a line of its own
/// right before it.
fn has_comment_near(context: &Context<'_>, id: NodeId) -> bool {
    let span = context.tree.span(id);
    let source = context.tree.source();
    let (before, after) = (source.get(..span.start as usize), source.get(span.end as usize..));
    let rest_of_line = after.and_then(|it| it.lines().next()).map_or(0, str::len) as u32;
    // From the start of the line before the handler's own.
    let mut lines = before.unwrap_or("").rsplitn(3, '\n').map(|line| line.len() as u32 + 1);
    let back = lines.next().unwrap_or(0) + lines.next().unwrap_or(0);
    let around = Span::new(span.start.saturating_sub(back), span.end + rest_of_line);
    context.comments.iter().any(|it| it.start >= around.start && it.start <= around.end)
}

fn is_in_finalizer(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let mut functions = tree.ancestors(id).filter(|it| tree.kind(*it).is_function());
    functions.any(|it| {
        let name = tree.name(it);
        FINALIZERS.contains(&name) || name.starts_with('~') || is_cleaning_name(name)
    })
}

/// Whether all a block does is import, or call what cleans up.
fn only_cleans_up(context: &Context<'_>, block: NodeId) -> bool {
    let tree = context.tree;
    tree.children(block).all(|statement| match tree.kind(statement) {
        Kind::Import | Kind::Empty | Kind::Delete => true,
        Kind::Assign => tree.child(statement, Role::Value).is_some_and(|value| {
            let callee = tree.child(value, Role::Callee);
            callee.is_some_and(|callee| tree.name(callee).contains("import"))
        }),
        Kind::If => [Role::Then, Role::Else]
            .iter()
            .filter_map(|role| tree.child(statement, *role))
            .all(|branch| tree.kind(branch) != Kind::Block || only_cleans_up(context, branch)),
        _ => is_cleaning(context, statement),
    })
}

/// Whether the statement or expression is a call of what cleans up.
fn is_cleaning(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let mut at = id;
    while matches!(tree.kind(at), Kind::ExpressionStatement | Kind::Await | Kind::Propagate) {
        let Some(inner) = tree.children(at).next() else { return false };
        at = inner;
    }
    let callee = (tree.kind(at) == Kind::Call).then(|| tree.child(at, Role::Callee)).flatten();
    callee.is_some_and(|callee| is_cleaning_name(tree.name(callee)))
}

/// `close`, `close_all`, `mysql_drop_db`, `removeListener`, `unlinkSync`
fn is_cleaning_name(name: &str) -> bool {
    let begins =
        |word: &str| name.strip_prefix(word).is_some_and(|it| it.starts_with(char::is_uppercase));
    let mut cleaning = CLEANING.split_whitespace();
    cleaning.any(|word| begins(word) || name.split('_').any(|part| part == word))
}

/// Whether what is tried ends by giving a value for which there is another one when it fails: it
/// returns (where handlers can name what they catch, more code must follow), or it fills a variable
/// that is also seen outside.
fn gives_value(context: &Context<'_>, attempt: NodeId, tried: NodeId) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let Some(mut last) = tree.children(tried).last() else { return false };
    // `try { if (known) { x = y() } } catch {}`
    while matches!(tree.kind(last), Kind::If | Kind::Block) {
        let inner = match tree.kind(last) {
            Kind::If => tree.child(last, Role::Then),
            _ => tree.children(last).last(),
        };
        let Some(inner) = inner else { return false };
        last = inner;
    }
    let could_name = !context.knowledge().catch_all.is_empty();
    match tree.kind(last) {
        Kind::Return => {
            !could_name
                || tree.children(tree.node(attempt).parent).last().is_some_and(|it| it > attempt)
        }
        Kind::Assign | Kind::Declare => tree
            .child(last, Role::Target)
            .and_then(|target| bindings.resolve(target))
            .is_some_and(|binding| {
                bindings.occurrences(binding).iter().any(|it| !tree.is_within(*it, tried))
            }),
        _ => false,
    }
}
