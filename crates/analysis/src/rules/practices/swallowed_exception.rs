//! `practice/swallowed-exception`.

use crate::facts::cleanup::{is_cleaning, is_in_finalizer, only_cleans_up};
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::dropped_errors::{
    dropped_by, has_comment_near, is_empty, is_machine_made, may_well_fail,
};
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
               `except Exception: pass`, `catch {}`, `.catch(() => {})`, `Err(_) => {}`, \
               and statements that drop an error: `result.ok();`.",
        why: "Whatever goes wrong there, be it a mistyped name or a full disk, leaves no trace. \
              The program goes on with wrong data, and whoever looks for the reason finds none.",
        fix: "Catch the error you expect, and handle or log the rest. If nothing needs to be done, \
              say why in a comment.",
        limits: "Handlers around imports, around calls that only clean up (`close`, `unlink`, \
                 `cancel` …), in finalizers and in tests are not reported, nor are those around a \
                 `return` or an assignment for which other code stands in, nor those whose \
                 variable is named as unused (`_error`, `ignored`). A handler given to a promise is \
                 looked at where it ends a statement, and the promise is not kept for others.",
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
            "javascript",
            "async function sync(items) {
  upload(items).then(refresh).catch(() => {});
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the error of `upload(items).then(refresh)` is swallowed
}
main().catch(() => {});
^^^^^^^^^^^^^^^^^^^^^^ the error of `main()` is swallowed
",
        ),
        Example::good(
            "javascript",
            "async function sync(job) {
  upload(job).catch(noop);
  connection.close().catch(() => {});
  promisify(fs.unlink)(job.path).catch(() => {});
  import('./extra.js').then(start).catch(() => {});
  upload(job).catch(() => { /* tried again later */ });
}
",
        ),
        Example::bad(
            "typescript",
            "function save(store: Store, row: Row): void {
  void store.put(row).catch(function (error) {});
       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the error of `store.put(row)` is swallowed
}
",
        ),
        Example::good(
            "typescript",
            "function start(): Promise<void> {
  const ready = connect();
  ready.catch(() => {});
  return ready;
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
        Example::bad(
            "rust",
            "fn save(path: &Path, text: &str) {
    std::fs::write(path, text).ok();
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the error of `std::fs::write(path, text)` is swallowed
}
",
        ),
        Example::good(
            "rust",
            "fn stop(sender: Sender<()>, path: &Path) -> Option<()> {
    sender.send(()).ok();
    std::fs::remove_file(path).ok();
    dotenv::dotenv().ok();
    start().ok()
}
",
        ),
        Example::good(
            "rust",
            "#[test]
fn saves() {
    save(&path()).ok();
}
",
        ),
    ],
    kinds: &[Kind::Catch, Kind::If, Kind::Case, Kind::ExpressionStatement],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    match context.tree.kind(id) {
        Kind::Catch => check_handler(context, id),
        Kind::If => check_condition(context, id),
        Kind::Case => check_arm(context, id),
        _ => check_statement(context, id),
    }
}

fn check_handler(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(body) = tree.child(id, Role::Body) else { return };
    let Some(caught) = caught(context, id) else { return };
    if !is_empty(context, body)
        || has_comment_near(context, id)
        || is_in_finalizer(context.tree, id)
    {
        return;
    }
    let attempt = tree.node(id).parent;
    let Some(tried) = tree.child(attempt, Role::Body) else { return };
    // What follows when all went well makes the handler the other branch.
    let has_else = tree.child(attempt, Role::Else).is_some();
    if has_else || only_cleans_up(context.tree, tried) || is_test(context, id) {
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

/// `attempt().catch(() => {});`, `attempt().ok();`
fn check_statement(context: &mut Context<'_>, id: NodeId) {
    if let Some((call, attempt)) = dropped_by(context, id) {
        let is_explicit = context.tree.child(call, Role::Argument).is_none();
        report_error(context, call, attempt, is_explicit);
    }
}

fn is_test(context: &Context<'_>, id: NodeId) -> bool {
    context.is_in_test(id)
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
        report_error(context, id, value, false);
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
        report_error(context, id, subject, false);
    }
}

fn report_error(context: &mut Context<'_>, id: NodeId, attempt: NodeId, is_explicit: bool) {
    if has_comment_near(context, id)
        || is_in_finalizer(context.tree, id)
        || is_test(context, id)
        || is_cleaning(context.tree, attempt)
        || may_well_fail(context, attempt)
    {
        return;
    }
    let attempt_text = context.excerpt(attempt);
    let mut report = context
        .report(id, format!("the error of `{attempt_text}` is swallowed: it leaves no trace"))
        .related(attempt, "what goes wrong here is not noticed")
        .because("Any error is taken here, and what it says is thrown away.")
        .because("Nothing follows, nor does a comment say why.");
    // Who writes `.ok();` knows that there may be an error.
    if is_explicit {
        report = report.severity(Severity::Information).confidence(0.6);
    }
    report.emit();
}

/// Whether the pattern is `Err(_)` or `Err(name)`.
fn is_any_error(context: &Context<'_>, pattern: NodeId) -> bool {
    let tree = context.tree;
    let mut parts = tree.children(pattern);
    let (Some(variant), rest) = (parts.next(), parts.next()) else { return false };
    let is_wild = rest.is_none_or(|it| tree.kind(it) == Kind::Name);
    tree.kind(pattern) == Kind::Pattern && tree.text(variant) == "Err" && is_wild
}

/// Whether what is tried ends by giving a value for which there is another one when it fails: it
/// returns (where handlers can name what they catch, more code must follow), or it fills a variable
/// that is also seen outside.
fn gives_value(context: &Context<'_>, attempt: NodeId, tried: NodeId) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let Some(mut last) = tree.last_child(tried) else { return false };
    // `try { if (known) { x = y() } } catch {}`
    while matches!(tree.kind(last), Kind::If | Kind::Block) {
        let inner = match tree.kind(last) {
            Kind::If => tree.child(last, Role::Then),
            _ => tree.last_child(last),
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
