//! `security/sql-built-from-text`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/sql-built-from-text",
    category: Category::Security,
    summary: "A database query is put together from text",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "rust", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports queries that are put together by concatenation, interpolation or formatting from something that is not constant, and handed to a database.",
        why: "Whoever controls a part of the text controls the query: it can read, change or delete what it likes.",
        fix: "Write placeholders into the query, and hand the values over beside it.",
        limits: "A text counts as a query by its first words. Where the parts come from is not followed beyond the function: names of tables that the program itself chose are reported, too.",
        references: &["https://cwe.mitre.org/data/definitions/89.html", "https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html"],
    },
    examples: &[
        Example::bad("python", "def find(cursor, name):
    cursor.execute(\"SELECT * FROM users WHERE name = '\" + name + \"'\")
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is put together from text
"),
        Example::bad("python", "def find(cursor, name):
    cursor.execute(f\"SELECT * FROM users WHERE name = '{name}'\")
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is put together from text
"),
        Example::bad("python", "def find(cursor, name):
    query = \"DELETE FROM users WHERE name = '%s'\" % name
    cursor.execute(query)
                   ^^^^^ is put together from text
"),
        Example::good("python", "def find(cursor, name):
    cursor.execute(\"SELECT * FROM users WHERE name = %s\", (name,))
"),
        Example::good("python", "TABLE = \"users\"


def find(cursor, words):
    cursor.execute(\"SELECT * FROM users \" + \"WHERE name = 'x'\")
    print(f\"SELECT {words}\")
"),
        Example::bad("javascript", "function find(connection, name) {
  return connection.query(`SELECT * FROM users WHERE name = '${name}'`);
                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is put together from text
}
"),
        Example::bad("javascript", "function find(db, name) {
  return db.execute(\"SELECT * FROM users WHERE name = '\" + name + \"'\");
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is put together from text
}
"),
        Example::good("javascript", "function find(connection, name) {
  return connection.query('SELECT * FROM users WHERE name = ?', [name]);
}
"),
        Example::good("javascript", "function find(page, name) {
  return page.query('#' + name);
}
"),
        Example::bad("typescript", "function find(connection, name) {
  return connection.query(`SELECT * FROM users WHERE name = '${name}'`);
                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is put together from text
}
"),
        Example::bad("typescript", "function find(db, name) {
  return db.execute(\"SELECT * FROM users WHERE name = '\" + name + \"'\");
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is put together from text
}
"),
        Example::good("typescript", "function find(connection, name) {
  return connection.query('SELECT * FROM users WHERE name = ?', [name]);
}
"),
        Example::good("typescript", "function find(page, name) {
  return page.query('#' + name);
}
"),
        Example::bad("go", "package shop

func find(db *sql.DB, name string) {
	db.Query(\"SELECT * FROM users WHERE name = '\" + name + \"'\")
	         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is put together from text
}
"),
        Example::bad("go", "package shop

import \"fmt\"

func find(db *sql.DB, name string) {
	db.Exec(fmt.Sprintf(\"DELETE FROM users WHERE name = '%s'\", name))
	        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is put together from text
}
"),
        Example::good("go", "package shop

func find(db *sql.DB, name string) {
	db.Query(\"SELECT * FROM users WHERE name = ?\", name)
}
"),
        Example::good("go", "package shop

func find(page Page, name string) {
	page.Query(\"name=\" + name)
}
"),
        Example::bad("java", "class Shop {
    void find(Statement statement, String name) {
        statement.executeQuery(\"SELECT * FROM users WHERE name = '\" + name + \"'\");
                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is put together from text
    }
}
"),
        Example::bad("java", "class Shop {
    void find(Statement statement, String name) {
        String query = \"DELETE FROM users WHERE name = '\" + name + \"'\";
        statement.execute(query);
                          ^^^^^ is put together from text
    }
}
"),
        Example::good("java", "class Shop {
    void find(PreparedStatement statement, String name) {
        statement.setString(1, name);
        statement.executeQuery();
    }
}
"),
        Example::good("java", "class Shop {
    void find(Statement statement) {
        statement.executeQuery(\"SELECT * \" + \"FROM users\");
    }
}
"),
        Example::bad("rust", "fn find(connection: &Connection, name: &str) {
    connection.execute(&format!(\"DELETE FROM users WHERE name = '{name}'\"), []);
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is put together from text
}
"),
        Example::bad("rust", "fn find(connection: &Connection, name: &str) {
    connection.query(&format!(\"SELECT * FROM users WHERE name = '{}'\", name));
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is put together from text
}
"),
        Example::good("rust", "fn find(connection: &Connection, name: &str) {
    connection.execute(\"DELETE FROM users WHERE name = ?1\", [name]);
}
"),
        Example::good("rust", "fn find(page: &Page, name: &str) {
    page.query(&format!(\"#{name}\"));
}
"),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Methods that hand a query to a database.
const QUERIES: &[&str] = &[
    "execute",
    "executemany",
    "executescript",
    "query",
    "raw",
    "exec",
    "run",
    "all",
    "get",
    "executeQuery",
    "executeUpdate",
    "executeLargeUpdate",
    "prepareStatement",
    "createQuery",
    "createNativeQuery",
    "Query",
    "QueryRow",
    "QueryContext",
    "QueryRowContext",
    "Exec",
    "ExecContext",
    "Prepare",
    "read_sql",
    "read_sql_query",
    "text",
    "queryForObject",
    "fetch_all",
    "fetch_one",
    "query_row",
    "prepare",
    "batch_execute",
    "$queryRawUnsafe",
    "$executeRawUnsafe",
];

/// How statements of SQL start.
const STARTS: &[&str] = &[
    "select ",
    "insert into ",
    "update ",
    "delete from ",
    "drop table ",
    "create table ",
    "alter table ",
    "truncate ",
    "with ",
    "replace into ",
    "merge into ",
    "exec ",
    "call ",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    if !QUERIES.contains(&tree.name(callee)) {
        return;
    }
    let Some(argument) = tree.child(id, Role::Argument) else { return };
    let Some(text) = built(context, argument) else { return };
    if context.is_in_test(id) {
        return;
    }
    let name = tree.name(callee).to_owned();
    context
        .report(argument, format!("this query is put together from text before `{name}` gets it"))
        .related(text, "put together here")
        .because("A part of the query is not constant, and becomes a part of the statement.")
        .emit();
}

/// Words of names of tables, columns and quoted names, which cannot be handed over beside a query.
const STRUCTURE: &[&str] = &[
    "table",
    "column",
    "schema",
    "quote",
    "ident",
    "escape",
    "clause",
    "field",
    "sql",
    "func",
    "operator",
    "database",
    "dialect",
    "where",
    "order",
    "placeholder",
    "marks",
    "_meta",
    "ops",
];

/// Whether a part, or what it is a part of, names a part of the database.
fn is_structure(tree: &Tree, id: NodeId) -> bool {
    let mut around = std::iter::once(id).chain(tree.ancestors(id)).take(4);
    around.any(|it| {
        let name = match tree.kind(it) {
            Kind::Call => tree.child(it, Role::Callee).map_or("", |it| tree.name(it)),
            Kind::Name | Kind::Member => tree.name(it),
            _ => return false,
        };
        let name = name.to_ascii_lowercase();
        STRUCTURE.iter().any(|known| name.contains(known))
    })
}

/// Where a query is put together from parts of which one is not constant.
fn built(context: &Context<'_>, value: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let mut at = value;
    // A variable that is set once, by the text.
    for _ in 0..3 {
        match tree.kind(at) {
            Kind::Name => {
                let bindings = &context.facts.bindings;
                let mut definitions = bindings.definitions(bindings.resolve(at)?);
                let (only, None) = (definitions.next()?, definitions.next()) else { return None };
                at = tree.child(tree.node(only).parent, Role::Value)?;
            }
            Kind::Reference => at = tree.children(at).last()?,
            _ => break,
        }
    }
    let parts: Vec<NodeId> = std::iter::once(at).chain(tree.descendants(at)).collect();
    let first = parts.iter().find(|it| matches!(tree.kind(**it), Kind::String | Kind::Template))?;
    let text = tree
        .text(*first)
        .trim_start_matches(|it: char| !it.is_alphabetic() || it == 'f' || it == 'r');
    let start = text.get(..text.len().min(16)).unwrap_or(text).to_ascii_lowercase();
    if !STARTS.iter().any(|known| start.starts_with(known)) {
        return None;
    }
    let is_open = |it: NodeId| match tree.kind(it) {
        // A constant of the program, or what names a part of the database.
        Kind::Name | Kind::Member => {
            tree.name(it).contains(char::is_lowercase)
                && context.environment.entry(tree.name(it)).is_none()
                && tree.role(it) != Role::Callee
                && !is_structure(tree, it)
        }
        Kind::Call => !is_structure(tree, it),
        _ => false,
    };
    let is_built = match tree.kind(at) {
        Kind::Binary => {
            matches!(tree.node(at).operator, Operator::Add | Operator::Remainder)
                && parts.iter().skip(1).any(|it| is_open(*it))
        }
        Kind::Template => parts.iter().skip(1).any(|it| is_open(*it)),
        // `format!("…", name)`, `"…".format(name)`, `fmt.Sprintf("…", name)`
        Kind::Macro => tree.name(at) == "format" && parts.iter().skip(1).any(|it| is_open(*it)),
        Kind::Call => {
            let called = tree.child(at, Role::Callee).map_or("", |it| tree.name(it));
            matches!(called, "format" | "Sprintf" | "formatted")
                && tree.children_with(at, Role::Argument).any(|it| !tree.kind(it).is_literal())
        }
        _ => false,
    };
    is_built.then_some(at)
}
