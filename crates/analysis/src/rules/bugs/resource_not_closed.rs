//! `bug/resource-not-closed`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/resource-not-closed",
    category: Category::Bug,
    summary: "A resource that some way leaves open",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a file, socket or the like that a function opens and that is still open on some way to its end.",
        why: "What is open stays so until the garbage collector comes by, or for good: files keep their contents in buffers and their handles from others, and a long-running program runs out of them.",
        fix: "Open it in a scope that closes it (`with`, `try (…)`), or close it on every way.",
        limits: "A resource that is returned, stored, or handed to another function is that one's business. Ways by an exception alone are not reported.",
        references: &["https://cwe.mitre.org/data/definitions/772.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def load(path):
    file = open(path)
           ^^^^^^^^^^ what `
    return file.read()
",
        ),
        Example::bad(
            "python",
            "def load(path):
    file = open(path)
           ^^^^^^^^^^ what `
    if not path:
        return None
    text = file.read()
    file.close()
    return text
",
        ),
        Example::good(
            "python",
            "def load(path):
    with open(path) as file:
        return file.read()
",
        ),
        Example::good(
            "python",
            "def load(path):
    file = open(path)
    return parse(file)
",
        ),
        Example::good(
            "python",
            "def load(path):
    file = open(path)
    try:
        return file.read()
    finally:
        file.close()
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int load(String path) throws IOException {
        FileReader reader = new FileReader(path);
                            ^^^^^^^^^^^^^^^^^^^^ what `
        return reader.read();
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int load(String path, boolean dry) throws IOException {
        FileInputStream in = new FileInputStream(path);
                             ^^^^^^^^^^^^^^^^^^^^^^^^^ what `
        if (dry) return 0;
        int first = in.read();
        in.close();
        return first;
    }
}
",
        ),
        Example::good(
            "java",
            "import java.io.RandomAccessFile;

class Store {
    void open(String path) throws Exception {
        if (channel == null) {
            RandomAccessFile file = new RandomAccessFile(path, \"rw\");
            channel = file.getChannel();
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int load(String path) throws IOException {
        try (FileReader reader = new FileReader(path)) {
            return reader.read();
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Reader load(String path) throws IOException {
        FileReader reader = new FileReader(path);
        return new BufferedReader(reader);
    }
}
",
        ),
        Example::bad(
            "go",
            "package shop

func size(path string) (int64, error) {
	file, err := os.Open(path)
	             ^^^^^^^^^^^^^ is never closed
	if err != nil {
		return 0, err
	}
	info, err := file.Stat()
	return info.Size(), err
}
",
        ),
        Example::bad(
            "go",
            "package shop

func size(path string) int {
	file, err := os.Create(path)
	             ^^^^^^^^^^^^^^^ on others left open
	if err != nil {
		return 0
	}
	if file.Name() == path {
		return 1
	}
	file.Close()
	return 2
}
",
        ),
        Example::good(
            "go",
            "package shop

func size(path string) (int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	info, err := file.Stat()
	return info.Size(), err
}
",
        ),
        Example::good(
            "go",
            "package shop

func open(path string) (*os.File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return file, nil
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let Some(leak) = context.resources().leak(id).copied().filter(|leak| !leak.by_exception) else {
        return;
    };
    // A flag may tell the `finally` whether there is something to close.
    let tree = context.tree;
    let in_finally = leak
        .closed_elsewhere
        .is_some_and(|closed| tree.ancestors(closed).any(|it| tree.kind(it) == Kind::Finally));
    if in_finally || context.is_in_test(id) {
        return;
    }
    let call = context.excerpt(id);
    let message = match leak.closed_elsewhere {
        Some(_) => format!("what `{call}` opens is closed on some ways, and on others left open"),
        None => format!("what `{call}` opens is never closed"),
    };
    let mut report = context.report(id, message).because(
        "It is neither closed, returned nor handed to anybody on some way to the function's end.",
    );
    if let Some(closed) = leak.closed_elsewhere {
        report = report.related(closed, "one way closes it here");
    }
    report.emit();
}
