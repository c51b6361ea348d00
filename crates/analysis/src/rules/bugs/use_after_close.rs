//! `bug/use-after-close`.

use crate::facts::control_flow::is_probe;
use crate::facts::resources::Trouble;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/use-after-close",
    category: Category::Bug,
    summary: "A resource is used after it was closed",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["python", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a method called on a file, connection or the like that was closed before, on every way that leads there.",
        why: "The call fails: there is nothing left to read from or write to.",
        fix: "Close the resource after its last use; best in a scope that closes it.",
        limits: "Only resources that the same function opens are followed.",
        references: &["https://cwe.mitre.org/data/definitions/672.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def load(path):
    file = open(path)
    file.close()
    return file.read()
           ^^^^ was closed before this
",
        ),
        Example::bad(
            "python",
            "def load(path):
    connection = sqlite3.connect(path)
    rows = connection.execute('select 1')
    connection.close()
    connection.commit()
    ^^^^^^^^^^ was closed before this
    return rows
",
        ),
        Example::good(
            "python",
            "def load(path):
    file = open(path)
    text = file.read()
    file.close()
    return text
",
        ),
        Example::good(
            "python",
            "def load(path):
    file = open(path)
    if path:
        file.close()
        file = open(path + '.new')
    text = file.read()
    file.close()
    return text
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int load(String path) throws IOException {
        FileReader reader = new FileReader(path);
        reader.close();
        return reader.read();
               ^^^^^^ was closed before this
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void save(String path) throws IOException {
        FileWriter writer = new FileWriter(path);
        writer.write(\"a\");
        writer.close();
        writer.write(\"b\");
        ^^^^^^ was closed before this
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int load(String path) throws IOException {
        FileReader reader = new FileReader(path);
        int first = reader.read();
        reader.close();
        return first;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void save(String path) throws IOException {
        FileWriter writer = new FileWriter(path);
        writer.close();
        writer = new FileWriter(path);
        writer.write(\"b\");
        writer.close();
    }
}
",
        ),
        Example::bad(
            "go",
            "package shop

func load(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	file.Close()
	_, err = file.Stat()
	         ^^^^ was closed before this
	return err
}
",
        ),
        Example::bad(
            "go",
            "package shop

func wait(end chan int) {
	ticker := time.NewTicker(1)
	ticker.Stop()
	ticker.Reset(2)
	^^^^^^ was closed before this
	<-end
}
",
        ),
        Example::good(
            "go",
            "package shop

func load(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = file.Stat()
	return err
}
",
        ),
        Example::good(
            "go",
            "package shop

func load(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	_, err = file.Stat()
	file.Close()
	return err
}
",
        ),
    ],
    kinds: &[Kind::Name],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let Some(Trouble::UsedAfterClose { closed }) = context.resources().trouble(id) else { return };
    let tree = context.tree;
    if is_probe(tree, tree.enclosing_statement(id)) || is_question(context, id) {
        return;
    }
    let name = context.excerpt(id);
    context
        .report(id, format!("`{name}` was closed before this"))
        .related(closed, "closed here")
        .because(format!("Every way to this place closes `{name}` first."))
        .emit();
}

/// Whether the call only asks for the resource's state.
fn is_question(context: &Context<'_>, id: NodeId) -> bool {
    let name = context.tree.name(context.tree.node(id).parent);
    name.to_ascii_lowercase().contains("close")
        || name.starts_with("is")
        || matches!(name, "Name" | "Addr" | "String")
}
