//! `perf/endl-flush`.

use crate::facts::loops;
use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/endl-flush",
    category: Category::Perf,
    summary: "`std::endl` writes the buffer out in each round of a loop",
    severity: Severity::Information,
    confidence: 0.9,
    languages: &["cpp"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `std::endl` (and `std::flush`) written to a stream in a loop.",
        why: "It does not only end the line, but also hands all that is buffered to the system: one system call for each round, n in all, where a full buffer takes thousands of lines.",
        fix: "Write `'\\\\n'`, and flush once after the loop if someone waits for it.",
        limits: "`std::cerr` and `std::clog`, where a message should be seen at once, are left alone.",
        references: &["https://clang.llvm.org/extra/clang-tidy/checks/performance/avoid-endl.html"],
    },
    examples: &[
        Example::fixed(
            "cpp",
            "void show(const std::vector<int>& items) {
    for (int item : items) {
        std::cout << item << std::endl;
                             ^^^^^^^^^ one system call for each round
    }
}
",
            "void show(const std::vector<int>& items) {
    for (int item : items) {
        std::cout << item << '\\n';
    }
}
",
        ),
        Example::fixed(
            "cpp",
            "void write(std::ofstream& file, int count) {
    for (int i = 0; i < count; ++i) file << i << std::endl;
                                                 ^^^^^^^^^ one system call
}
",
            "void write(std::ofstream& file, int count) {
    for (int i = 0; i < count; ++i) file << i << '\\n';
}
",
        ),
        Example::good(
            "cpp",
            "std::string list(const std::vector<std::string>& names) {
    std::ostringstream text;
    for (const auto& name : names) {
        text << name << std::endl;
    }
    return text.str();
}
",
        ),
        Example::good(
            "cpp",
            "void show(const std::vector<int>& items) {
    for (int item : items) {
        std::cout << item << '\\n';
    }
    std::cout << std::endl;
}
",
        ),
        Example::good(
            "cpp",
            "void warn(const std::vector<int>& items) {
    for (int item : items) std::cerr << item << std::endl;
}
",
        ),
    ],
    kinds: &[Kind::Binary],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if tree.node(id).operator != Operator::ShiftLeft {
        return;
    }
    let Some(right) = tree.child(id, Role::Right) else { return };
    if !matches!(context.text(right), "std::endl" | "endl" | "std::flush") {
        return;
    }
    let mut stream = id;
    while let Some(left) = tree.child(stream, Role::Left) {
        stream = left;
    }
    let name = tree.name(stream);
    // A check writes where it fails only.
    let is_check = context.text(stream).contains("CHECK") || context.text(stream).contains("FAIL");
    if is_check || name.contains("err") || name.contains("log") || context.is_in_test(id) {
        return;
    }
    if is_memory(context, stream) {
        return;
    }
    let Some(loop_node) = context.busy_loops(id).into_iter().next() else { return };
    let (shown, stream) = (context.excerpt(right), context.excerpt(stream));
    let span = tree.span(right);
    let report = context
        .report(right, format!("`{shown}` hands the buffer of `{stream}` to the system: one system call for each round"))
        .related(loops::head(tree, loop_node), "the loop")
        .because("A stream gathers what is written and hands it on when its buffer is full, unless it is flushed.");
    if shown.ends_with("endl") {
        report.fix("Only end the line", Safety::Unsafe, vec![(span, "'\\n'".to_owned())]).emit();
    } else {
        report.emit();
    }
}

/// Whether a stream is a variable that writes to no file: a text, or a class of the program's own.
fn is_memory(context: &Context<'_>, stream: NodeId) -> bool {
    const WRITING: &[&str] = &["ostream", "ofstream", "fstream", "iostream", "auto"];
    let Some(declared) = context.types().declared(stream) else { return false };
    let words = context.text(declared).split(|it: char| !it.is_alphanumeric() && it != '_');
    let is_writing = words.into_iter().any(|it| WRITING.contains(&it.trim_start_matches("basic_")));
    !is_writing
}
