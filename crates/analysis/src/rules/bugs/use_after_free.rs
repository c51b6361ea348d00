//! `bug/use-after-free`.

use rustc_hash::FxHashSet;

use crate::facts::spent::Spent;
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/use-after-free",
    category: Category::Bug,
    summary: "Memory or a file is used after it was released",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a pointer that is followed, handed on or released again after `free`, `delete`, `fclose` or the like released what it points to, on every way that leads there.",
        why: "What lies there belongs to somebody else by then: the program reads rubbish, corrupts memory, or opens a way for an attacker.",
        fix: "Use the pointer before it is released, or give it a new value afterwards. In a loop over a list, keep the next element in a variable first.",
        limits: "One function and its own variables are followed; members (`list->head`) are not.",
        references: &[
            "https://cwe.mitre.org/data/definitions/416.html",
            "https://cwe.mitre.org/data/definitions/415.html",
        ],
    },
    examples: &[
        Example::bad(
            "c",
            "void drop(struct list *list) {
    struct node *node = list->head;
    while (node) {
        free(node);
        node = node->next;
               ^^^^ is used after it was released
    }
}
",
        ),
        Example::bad(
            "c",
            "int load(const char *path) {
    char *buffer = malloc(64);
    if (!read_into(buffer, path)) {
        free(buffer);
        free(buffer);
             ^^^^^^ is released twice
        return -1;
    }
    free(buffer);
    return 0;
}
",
        ),
        Example::bad(
            "c",
            "void save(const char *path, const char *text) {
    FILE *file = fopen(path, \"w\");
    fclose(file);
    fputs(text, file);
                ^^^^ is used after it was released
}
",
        ),
        Example::good(
            "c",
            "void drop(struct list *list) {
    struct node *node = list->head;
    while (node) {
        struct node *next = node->next;
        free(node);
        node = next;
    }
}
",
        ),
        Example::good(
            "c",
            "int load(char *buffer, int failed) {
    if (failed) {
        free(buffer);
        return -1;
    }
    use(buffer);
    free(buffer);
    buffer = NULL;
    return buffer == NULL;
}
",
        ),
        Example::good(
            "c",
            "void grow(char *old, char *fresh) {
    free(old);
    log_line(\"released %p\", old);
    if (old == fresh) return;
    RENEW(old);
}
",
        ),
        Example::bad(
            "cpp",
            "int size(Node *node) {
    delete node;
    return node->size();
           ^^^^ is used after it was released
}
",
        ),
        Example::bad(
            "cpp",
            "void clear(Buffer *first, Buffer *second) {
    delete first;
    delete first;
           ^^^^^ is released twice
}
",
        ),
        Example::good(
            "cpp",
            "int size(Node *node) {
    int size = node->size();
    delete node;
    node = nullptr;
    return size;
}
",
        ),
        Example::good(
            "cpp",
            "void clear(Buffer *first, bool all) {
    if (all) delete first;
    if (!all) first->clear();
}
",
        ),
    ],
    kinds: &[Kind::Function],
    check,
};

/// Functions that release what their first argument points to.
const RELEASING: &[&str] = &["free", "g_free", "fclose", "closedir", "pclose", "freeaddrinfo"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if id != NodeId::ROOT {
        return;
    }
    let releases: FxHashSet<NodeId> = tree.ids().filter_map(|it| released(context, it)).collect();
    if releases.is_empty() {
        return;
    }
    let renews = FxHashSet::default();
    let bindings = &context.facts.bindings;
    let spent = Spent::compute(context.graph(), tree, bindings, &releases, &renews);
    let mut told = FxHashSet::default();
    for (read, release) in spent.reads() {
        let Some(message) = trouble(context, read, releases.contains(&read)) else { continue };
        // One finding for each release is enough.
        if told.insert(release) {
            context
                .report(read, message)
                .related(release, "released here")
                .because("Every way to this place releases it first.")
                .emit();
        }
    }
}

/// The name that a node releases: the argument of `free`, the operand of `delete`.
fn released(context: &Context<'_>, id: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let released = match tree.kind(id) {
        Kind::Call => {
            let callee = tree.child(id, Role::Callee)?;
            let is_known = tree.kind(callee) == Kind::Name
                && RELEASING.contains(&tree.name(callee))
                && context.facts.bindings.resolve(callee).is_none();
            tree.child(id, Role::Argument).filter(|_| is_known)?
        }
        Kind::Delete => tree.child(id, Role::Value)?,
        _ => return None,
    };
    let is_sure = !tree.flags(tree.enclosing_statement(id)).has(Flags::CONDITIONAL);
    (is_sure && tree.kind(released) == Kind::Name).then_some(released)
}

/// What is wrong with a mention of a released pointer, if anything.
fn trouble(context: &Context<'_>, read: NodeId, is_release: bool) -> Option<String> {
    let tree = context.tree;
    let name = context.excerpt(read);
    if is_release {
        return Some(format!("`{name}` is released twice"));
    }
    let node = tree.node(read);
    let is_used = match (tree.kind(node.parent), node.role) {
        (Kind::Member | Kind::Index, Role::Receiver) => !is_address(tree, node.parent),
        (Kind::Dereference, _) => true,
        (Kind::Call, Role::Argument) => {
            // A macro may give it a new value, and output may show the address itself.
            let callee = tree.child(node.parent, Role::Callee)?;
            let name = tree.name(callee);
            name.contains(char::is_lowercase) && !name.contains("print") && !name.contains("log")
        }
        _ => false,
    };
    is_used.then(|| format!("`{name}` is used after it was released"))
}

/// Whether only the address of a member is taken.
fn is_address(tree: &Tree, member: NodeId) -> bool {
    tree.kind(tree.node(member).parent) == Kind::Reference
}
