//! `bug/shadowed-error`.

use crate::facts::BindingId;
use crate::facts::control_flow::never_returns;
use crate::findings::{Category, Severity};
use crate::ir::{Access, Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/shadowed-error",
    category: Category::Bug,
    summary: "An error is kept in an inner variable, and the outer one of that name is looked at",
    severity: Severity::Error,
    confidence: 0.9,
    languages: &["javascript", "typescript", "go", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a declaration of an error variable (`err`, `error`, `ret`, `status`) in an inner block that hides one of the same name, whose value is read after the block, though only the inner one has got the error.",
        why: "`data, err := read()` in a block makes a new `err`. The outer one stays as it was, and the function returns success.",
        fix: "Assign to the outer variable: `data, err = read()`, with `var data` before it.",
        limits: "Reported where the outer variable holds nothing, or what was tested before, and the inner error neither leaves the block nor makes the code leave.",
        references: &["https://go.dev/doc/faq#closures_and_goroutines"],
    },
    examples: &[
        Example::bad(
            "go",
            r#"package store

func load(path string) error {
	var err error
	if path != "" {
		data, err := read(path)
		      ^^^ hides the `err`
		if err != nil {
			log.Println(err)
		}
		use(data)
	}
	return err
}
"#,
        ),
        Example::bad(
            "go",
            "package store

func copyAll(source Source) (err error) {
	for {
		item, err := source.Next()
		      ^^^ hides the `err`
		if err != nil {
			break
		}
		use(item)
	}
	return err
}
",
        ),
        Example::good(
            "go",
            r#"package store

func compact(path string) error {
	var err error
	if path == "" {
		for _, name := range names() {
			count, err := write(name)
			if err != nil {
				log.Println(err)
			}
			note(count)
		}
		return nil
	}
	return err
}
"#,
        ),
        Example::good(
            "go",
            r#"package store

func load(path string) error {
	var err error
	if path != "" {
		data, err := read(path)
		if err != nil {
			return err
		}
		use(data)
	}
	return err
}
"#,
        ),
        Example::good(
            "go",
            "package store

func load(path string) error {
	first, err := open(path)
	if first != nil {
		if err := first.Check(); err != nil {
			first.Drop()
		}
	}
	return err
}
",
        ),
        Example::bad(
            "javascript",
            "function check(input) {
  let error = null;
  if (input) {
    const error = validate(input);
          ^^^^^ hides the `error`
    if (error) console.warn(error);
  }
  return error;
}
",
        ),
        Example::bad(
            "typescript",
            "function check(input) {
  let error = null;
  if (input) {
    const error = validate(input);
          ^^^^^ hides the `error`
    if (error) console.warn(error);
  }
  return error;
}
",
        ),
        Example::bad(
            "javascript",
            "function parse(lines) {
  let err;
  for (const line of lines) {
    const err = read(line);
          ^^^ hides the `err`
    if (err) break;
  }
  return err;
}
",
        ),
        Example::bad(
            "typescript",
            "function parse(lines) {
  let err;
  for (const line of lines) {
    const err = read(line);
          ^^^ hides the `err`
    if (err) break;
  }
  return err;
}
",
        ),
        Example::good(
            "javascript",
            "function check(input) {
  let error = null;
  if (input) {
    error = validate(input);
  }
  return error;
}
",
        ),
        Example::good(
            "typescript",
            "function check(input) {
  let error = null;
  if (input) {
    error = validate(input);
  }
  return error;
}
",
        ),
        Example::good(
            "javascript",
            "function check(input) {
  let error = null;
  if (input) {
    const error = validate(input);
    if (error) return error;
  }
  return error;
}
",
        ),
        Example::good(
            "typescript",
            "function check(input) {
  let error = null;
  if (input) {
    const error = validate(input);
    if (error) return error;
  }
  return error;
}
",
        ),
        Example::bad(
            "c",
            "int load(int fd) {
    int ret = 0;
    if (fd > 0) {
        int ret = fill(fd);
            ^^^ hides the `ret`
        if (ret)
            report(ret);
    }
    return ret;
}
",
        ),
        Example::bad(
            "cpp",
            "int load(int fd) {
    int ret = 0;
    if (fd > 0) {
        int ret = fill(fd);
            ^^^ hides the `ret`
        if (ret)
            report(ret);
    }
    return ret;
}
",
        ),
        Example::bad(
            "c",
            "int load_all(int count) {
    int err = 0;
    for (int i = 0; i < count; i++) {
        int err = fill(i);
            ^^^ hides the `err`
        if (err < 0)
            break;
    }
    return err;
}
",
        ),
        Example::bad(
            "cpp",
            "int load_all(int count) {
    int err = 0;
    for (int i = 0; i < count; i++) {
        int err = fill(i);
            ^^^ hides the `err`
        if (err < 0)
            break;
    }
    return err;
}
",
        ),
        Example::good(
            "c",
            "int load(int fd) {
    int ret = 0;
    if (fd > 0) {
        ret = fill(fd);
    }
    return ret;
}
",
        ),
        Example::good(
            "cpp",
            "int load(int fd) {
    int ret = 0;
    if (fd > 0) {
        ret = fill(fd);
    }
    return ret;
}
",
        ),
        Example::good(
            "c",
            "int load(int fd) {
    int ret = 0;
    if (fd > 0) {
        int ret = fill(fd);
        if (ret)
            return ret;
    }
    return ret;
}
",
        ),
        Example::good(
            "cpp",
            "int load(int fd) {
    int ret = 0;
    if (fd > 0) {
        int ret = fill(fd);
        if (ret)
            return ret;
    }
    return ret;
}
",
        ),
    ],
    kinds: &[Kind::Declare],
    check,
};

/// What variables are called that say whether something went wrong.
const ERRORS: ByLanguage<&[&str]> = &[
    (&["go"], &["err", "error", "e"]),
    (&["javascript", "typescript"], &["err", "error", "failure"]),
    (&["c", "cpp"], &["err", "error", "ret", "rc", "status", "res", "result", "rv"]),
];

/// How many uses of an outer variable are looked through for one that gives it a value.
const LOOKED_AT: usize = 500;

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(known) = context.in_language(ERRORS) else { return };
    // Only statements of a block: `if err := …; err != nil` keeps its error to itself.
    if tree.role(id) != Role::Statement || tree.child(id, Role::Value).is_none() {
        return;
    }
    let Some(target) = tree.child(id, Role::Target) else { return };
    let names: Vec<NodeId> = match tree.kind(target) {
        Kind::Tuple => tree.children(target).collect(),
        _ => vec![target],
    };
    for name in names {
        if tree.kind(name) != Kind::Name || !known.contains(&tree.name(name)) {
            continue;
        }
        if let Some((outer, read)) = hidden(context, name) {
            report(context, name, outer, read);
        }
    }
}

fn report(context: &mut Context<'_>, name: NodeId, outer: NodeId, read: NodeId) {
    let text = context.excerpt(name);
    context
        .report(name, format!("this `{text}` hides the `{text}` that is read after the block"))
        .related(outer, "the outer variable")
        .related(read, "read here, without the inner one's error")
        .because("The declaration makes a new variable; the outer one keeps its value.")
        .because("The error does not leave the block.")
        .emit();
}

/// The outer variable that an inner declaration hides, and where its unchanged value is read after
/// the inner one is gone.
fn hidden(context: &Context<'_>, name: NodeId) -> Option<(NodeId, NodeId)> {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let inner = bindings.resolve(name)?;
    let binding = bindings.binding(inner)?;
    let scope = bindings.scope(binding.scope)?;
    // Few errors go unnoticed: only for them the other variables are looked through.
    if binding.declared_at != name
        || scope.node == NodeId::ROOT
        || !leaves_unnoticed(context, inner)
    {
        return None;
    }
    let (outer, declared) = outer_variable(context, inner)?;
    let end = tree.node(scope.node).subtree_end;
    // They stand in the order of the text.
    let occurrences = bindings.occurrences(outer);
    let place = |of: NodeId| occurrences.partition_point(|it| *it < of);
    let after = occurrences.get(place(end)).copied()?;
    let is_read = tree.node(after).access == Access::Read
        && tree.enclosing_function(after) == tree.enclosing_function(name);
    if !is_read || is_cut_off(context, scope.node, after) {
        return None;
    }
    // What the outer one holds at the declaration: nothing, or what was tested already.
    let before = occurrences.get(..place(name)).unwrap_or_default();
    let is_used_between = place(name) != place(end);
    let was_tested = || before.last().is_some_and(|it| is_tested_for_leaving(context, *it));
    let is_written = |it: &NodeId| {
        tree.node(*it).access != Access::Read && !is_empty_start(context, *it, declared)
    };
    let holds_nothing = was_tested() || before.len() < LOOKED_AT && !before.iter().any(is_written);
    (holds_nothing && !is_used_between).then_some((declared, after))
}

/// The variable of the same name and function that the inner one hides.
fn outer_variable(context: &Context<'_>, inner: BindingId) -> Option<(BindingId, NodeId)> {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let hiding = bindings.binding(inner)?;
    let function = bindings.scope(hiding.scope)?.function;
    let mut at = bindings.scope(hiding.scope)?.parent;
    let declarations = context.memo.declarations(|| {
        // Of several in one scope, the first.
        bindings.iter().rev().map(|(id, it)| ((it.scope, it.symbol), id)).collect()
    });
    loop {
        let found = declarations.get(&(at, hiding.symbol)).copied();
        let found = found.and_then(|id| Some((id, bindings.binding(id)?)));
        let found = found.filter(|(_, it)| it.declared_at < hiding.declared_at);
        if let Some((id, found)) = found {
            let holder = tree.kind(tree.node(found.declared_at).parent);
            // A plain parameter has a value of the caller's; a named result has none.
            let is_result = tree.role(tree.node(found.declared_at).parent) == Role::Type;
            let is_variable = matches!(holder, Kind::Declare | Kind::Tuple) || is_result;
            return is_variable.then_some((id, found.declared_at));
        }
        let scope = bindings.scope(at)?;
        if at == function || scope.parent == at || scope.function != function {
            return None;
        }
        at = scope.parent;
    }
}

/// Whether a name declares the outer variable with nothing in it: `var err error`, `= nil`, `= 0`.
fn is_empty_start(context: &Context<'_>, name: NodeId, declared: NodeId) -> bool {
    let tree = context.tree;
    if name != declared {
        return false;
    }
    let declaration = tree.node(name).parent;
    match tree.child(declaration, Role::Value) {
        None => tree.kind(declaration) != Kind::Tuple,
        Some(value) => {
            tree.kind(value) == Kind::Null || matches!(context.text(value), "0" | "undefined")
        }
    }
}

/// Whether a read stands in a condition under which the code leaves: afterwards there is no error.
fn is_tested_for_leaving(context: &Context<'_>, read: NodeId) -> bool {
    let tree = context.tree;
    tree.ancestors(read).take_while(|it| tree.kind(*it) != Kind::Block).any(|it| {
        tree.kind(it) == Kind::Return
            || tree.kind(it) == Kind::If
                && tree.child(it, Role::Then).is_some_and(|then| leaves(context, then))
    })
}

/// Whether no way leads from a block to what stands after it: a block around it ends by leaving.
fn is_cut_off(context: &Context<'_>, block: NodeId, after: NodeId) -> bool {
    let tree = context.tree;
    let around = std::iter::once(block).chain(tree.ancestors(block));
    let mut blocks = around.take_while(|it| !tree.is_within(after, *it));
    blocks.any(|it| {
        let last = tree.last_child(it).filter(|_| tree.kind(it) == Kind::Block);
        last.is_some_and(|last| leaves_itself(context, last))
    })
}

/// Whether a statement leaves the function, or the round of the loop.
fn leaves_itself(context: &Context<'_>, statement: NodeId) -> bool {
    let tree = context.tree;
    match tree.kind(statement) {
        Kind::Return | Kind::Raise | Kind::Goto | Kind::Continue => true,
        Kind::ExpressionStatement => tree.children(statement).any(|it| leaves_itself(context, it)),
        Kind::Call | Kind::Macro => never_returns(&context.paths(), context.knowledge(), statement),
        _ => false,
    }
}

/// Whether the inner error neither leaves its block nor makes the code leave the function: it is
/// only tested, or written to a log.
fn leaves_unnoticed(context: &Context<'_>, inner: BindingId) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let mut reads = bindings.uses(tree, inner).peekable();
    reads.peek().is_some()
        && reads.all(|read| {
            let mut around = tree.ancestors(read).take_while(|it| tree.kind(*it) != Kind::Block);
            around.all(|it| match tree.kind(it) {
                Kind::If => tree.child(it, Role::Then).is_none_or(|then| !leaves(context, then)),
                Kind::Call => is_log(context, it),
                Kind::Compare
                | Kind::Logical
                | Kind::Unary
                | Kind::ExpressionStatement
                | Kind::Member => true,
                _ => false,
            })
        })
}

/// Whether a call only tells of the error.
fn is_log(context: &Context<'_>, call: NodeId) -> bool {
    let tree = context.tree;
    let Some(callee) = tree.child(call, Role::Callee) else { return false };
    let text = context.text(callee).to_ascii_lowercase();
    ["log", "print", "warn", "report", "debug", "error", "info"].iter().any(|it| text.contains(it))
        && !["fatal", "panic", "errors"].iter().any(|it| text.contains(it))
}

/// Whether something in the code leaves the function.
fn leaves(context: &Context<'_>, code: NodeId) -> bool {
    context.tree.descendants(code).chain([code]).any(|it| leaves_itself(context, it))
}
