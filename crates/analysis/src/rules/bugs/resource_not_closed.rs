//! `bug/resource-not-closed`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/resource-not-closed",
    category: Category::Bug,
    summary: "A resource that some way leaves open",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a file, socket or the like that a function opens and that is still open on some way to its end.",
        why: "What is open stays so until the garbage collector comes by, or for good: files keep their contents in buffers and their handles from others, and a long-running program runs out of them.",
        fix: "Open it in a scope that closes it (`with`, `try (…)`), or close it on every way.",
        limits: "A resource that is returned, stored, or handed to another function is that one's business. Ways by an exception alone are not reported, nor is what `main` leaves to the end of the process.",
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
            "import contextlib
import zipfile


def names(path):
    archive = zipfile.ZipFile(path)
    with contextlib.closing(archive):
        return archive.namelist()
",
        ),
        Example::good(
            "python",
            "def load(path):
    file = open(path)
    if path:
        file.close()
        return 2
    file.close()
    return 0
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
        Example::bad(
            "c",
            "int first(const char *path) {
    FILE *file = fopen(path, \"r\");
                 ^^^^^^^^^^^^^^^^ is closed on some ways
    if (!file)
        return -1;
    if (fgetc(file) == '#')
        return 0;
    fclose(file);
    return 1;
}
",
        ),
        Example::bad(
            "c",
            "int list(const char *path, int most) {
    DIR *folder;
    if ((folder = opendir(path)) == NULL)
                  ^^^^^^^^^^^^^ is closed on some ways
        return -1;
    while (readdir(folder) != NULL)
        if (most-- == 0)
            return 0;
    closedir(folder);
    return 1;
}
",
        ),
        Example::good(
            "c",
            "void report(const char *path, const char *line) {
    int opened = 0;
    FILE *out;
    if (strcmp(path, \"-\")) {
        out = fopen(path, \"w\");
        opened = 1;
    } else
        out = stdout;
    if (!out)
        return;
    fputs(line, out);
    if (opened)
        fclose(out);
}
",
        ),
        Example::good(
            "c",
            "int load(const char *path) {
    FILE *file = fopen(path, \"r\");
    if (!file)
        return 1;
    if (ready()) {
        fclose(file);
        return 2;
    }
    fclose(file);
    return 0;
}
",
        ),
        Example::good(
            "c",
            "#ifdef __linux__
int first(const char *path) {
    FILE *file = fopen(path, \"r\");
    int letter;
    if (!file)
        return -1;
    letter = fgetc(file);
    fclose(file);
    return letter;
}
#endif
",
        ),
        Example::good(
            "c",
            "int first(const char *path) {
    FILE *file = fopen(path, \"r\");
    int letter;
    if (!file)
        return -1;
    letter = fgetc(file);
    fclose(file);
    return letter;
}
",
        ),
        Example::good(
            "c",
            "FILE *log_file(const char *path) {
    FILE *file;
    if ((file = fopen(path, \"a\")) == NULL)
        return NULL;
    setvbuf(file, NULL, _IONBF, 0);
    return file;
}
",
        ),
        Example::bad(
            "cpp",
            "int first(const char *path) {
    FILE *file = fopen(path, \"r\");
                 ^^^^^^^^^^^^^^^^ is closed on some ways
    if (!file)
        return -1;
    if (fgetc(file) == '#')
        return 0;
    fclose(file);
    return 1;
}
",
        ),
        Example::bad(
            "cpp",
            "int list(const char *path, int most) {
    DIR *folder;
    if ((folder = opendir(path)) == NULL)
                  ^^^^^^^^^^^^^ is closed on some ways
        return -1;
    while (readdir(folder) != NULL)
        if (most-- == 0)
            return 0;
    closedir(folder);
    return 1;
}
",
        ),
        Example::good(
            "cpp",
            "int first(const char *path) {
    FILE *file = fopen(path, \"r\");
    int letter;
    if (!file)
        return -1;
    letter = fgetc(file);
    fclose(file);
    return letter;
}
",
        ),
        Example::good(
            "cpp",
            "FILE *log_file(const char *path) {
    FILE *file;
    if ((file = fopen(path, \"a\")) == NULL)
        return NULL;
    setvbuf(file, NULL, _IONBF, 0);
    return file;
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Languages in which the end of `main` closes what is open.
const ENDS_WITH_MAIN: ByLanguage<()> = &[(&["c", "cpp"], ())];

fn check(context: &mut Context<'_>, id: NodeId) {
    let Some(leak) = context.resources().leak(id).copied().filter(|leak| !leak.by_exception) else {
        return;
    };
    // A flag may tell the `finally` whether there is something to close.
    let tree = context.tree;
    let in_finally = leak
        .closed_elsewhere
        .is_some_and(|closed| tree.ancestors(closed).any(|it| tree.kind(it) == Kind::Finally));
    // What the build leaves out opens or closes nothing.
    let is_conditional =
        |it: NodeId| tree.ancestors(it).any(|it| tree.flags(it).has(Flags::CONDITIONAL));
    if is_conditional(id) || leak.closed_elsewhere.is_some_and(is_conditional) {
        return;
    }
    let by_flag = leak.closed_elsewhere.is_some_and(|closed| closes_by_flag(context, closed));
    if in_finally || by_flag || context.is_in_test(id) {
        return;
    }
    let call = context.excerpt(id);
    let function = tree.enclosing_function(id);
    if context.in_language(ENDS_WITH_MAIN).is_some() && tree.name(function) == "main" {
        return;
    }
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

/// Whether all that an `if` does is to close: its condition, if it asks for more than whether there is
/// something, knows when: `if (opened) fclose(file);`
fn closes_by_flag(context: &Context<'_>, closed: NodeId) -> bool {
    let tree = context.tree;
    let statement = tree.enclosing_statement(closed);
    let Some(mut around) = tree.parent(statement) else { return false };
    if tree.kind(around) == Kind::Block {
        if tree.children(around).count() > 1 {
            return false;
        }
        around = tree.node(around).parent;
    }
    let Some(condition) = tree.child(around, Role::Condition) else { return false };
    let name = tree.node(closed).symbol;
    let mut names = tree.descendants(condition).chain([condition]);
    tree.kind(around) == Kind::If
        && tree.child(around, Role::Else).is_none()
        && names.any(|it| tree.kind(it) == Kind::Name && tree.node(it).symbol != name)
}
