//! `security/sql-built-from-text`.

use std::cmp::Reverse;

use crate::facts::built_text::BuiltText;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/sql-built-from-text",
    category: Category::Security,
    summary: "A value is put into the text of a query",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports SQL that is put together with a value in it: one that stands where a placeholder could, or one that somebody outside decides.",
        why: "Whoever writes the value can end the text it stands in and go on with a query of their own: read, change or drop every table. Even an honest `O'Neil` breaks it.",
        fix: "Put a placeholder (`?`, `%s`, `$1`) there, and hand the value over beside the query. Names of tables and columns cannot be placeholders: take them from a fixed set.",
        limits: "Names of tables and columns are only reported when they come from outside. Numbers, constants, and what a function escapes or quotes are left alone; values are followed within one function. Tests are left alone.",
        references: &["https://cwe.mitre.org/data/definitions/89.html"],
    },
    examples: &[
        Example::bad("python", "def load(cursor, name):
    cursor.execute(\"SELECT * FROM users WHERE name = '\" + name + \"'\")
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ becomes a part of
"),
        Example::bad("python", "def load(cursor, name):
    query = f\"DELETE FROM users WHERE name = '{name}'\"
    cursor.execute(query)
                   ^^^^^ becomes a part of
"),
        Example::bad("python", "from flask import request

def load(db):
    column = request.args.get('sort')
    return db.execute('SELECT * FROM users ORDER BY %s' % column)
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ becomes a part of
"),
        Example::good("python", "def load(cursor, name):
    cursor.execute('SELECT * FROM users WHERE name = %s', (name,))
"),
        Example::good("python", "def load(cursor, names):
    marks = ', '.join('?' for _ in names)
    cursor.execute(f'SELECT * FROM users WHERE name IN ({marks})', names)
"),
        Example::good("python", "TABLE = 'users'

def load(cursor, key):
    cursor.execute(f'SELECT * FROM {TABLE} WHERE id = {int(key)}')
"),
        Example::bad("javascript", "function load(db, name) {
  return db.query(\"SELECT * FROM users WHERE name = '\" + name + \"'\");
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ becomes a part of
}
"),
        Example::bad("javascript", "function load(db, req) {
  const sql = `SELECT * FROM users WHERE id = ${req.params.id}`;
  db.all(sql, done);
         ^^^ becomes a part of
}
"),
        Example::good("javascript", "function load(db, name) {
  return db.query('SELECT * FROM users WHERE name = $1', [name]);
}
"),
        Example::good("javascript", "function load(db, table, limit) {
  return db.query(`SELECT * FROM ${table} LIMIT ${Number(limit)}`);
}
"),
        Example::good(
            "javascript",
            "function load(db, names) {
  const holders = names.map(() => '?').join(', ');
  return db.query(`SELECT * FROM users WHERE kind = '${KIND}' ${onlyOf(names)} AND name IN (${holders})`, names);
}
",
        ),
        Example::bad("typescript", "function load(db: Pool, name: string) {
  return db.query(\"SELECT * FROM users WHERE name = '\" + name + \"'\");
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ becomes a part of
}
"),
        Example::bad("typescript", "function load(db: Pool, req: Request) {
  const sql = `SELECT * FROM users WHERE id = ${req.params.id}`;
  db.all(sql, done);
         ^^^ becomes a part of
}
"),
        Example::good("typescript", "function load(db: Pool, name: string) {
  return db.query('SELECT * FROM users WHERE name = $1', [name]);
}
"),
        Example::good("typescript", "function load(db: Pool, table: string, limit: string) {
  return db.query(`SELECT * FROM ${table} LIMIT ${Number(limit)}`);
}
"),
        Example::bad("rust", "fn load(connection: &Connection, name: &str) {
    let query = format!(\"SELECT * FROM users WHERE name = '{}'\", name);
    connection.execute(&query, []).ok();
                       ^^^^^^ becomes a part of
}
"),
        Example::bad("rust", "fn load(name: &str) {
    sqlx::query(&format!(\"DELETE FROM users WHERE name = '{name}'\"));
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ becomes a part of
}
"),
        Example::good("rust", "fn load(connection: &Connection, name: &str) {
    connection.execute(\"DELETE FROM users WHERE name = ?1\", [name]).ok();
}
"),
        Example::good("rust", "fn load(connection: &Connection, table: &str, id: &str) {
    connection.execute(&format!(\"DELETE FROM {table} WHERE id = ?1\"), [id]).ok();
}
"),
        Example::bad("go", "package shop

func load(db *sql.DB, name string) {
	db.Query(fmt.Sprintf(\"SELECT * FROM users WHERE name = '%s'\", name))
	         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ becomes a part of
}
"),
        Example::bad("go", "package shop

func load(db *sql.DB, r *http.Request) {
	query := \"SELECT * FROM users WHERE id = \" + r.FormValue(\"id\")
	db.QueryRow(query)
	            ^^^^^ becomes a part of
}
"),
        Example::good("go", "package shop

func load(db *sql.DB, name string) {
	db.Query(\"SELECT * FROM users WHERE name = $1\", name)
}
"),
        Example::good("go", "package shop

func load(db *sql.DB, id int) {
	db.Query(fmt.Sprintf(\"SELECT * FROM users WHERE id = %d\", id))
}
"),
        Example::bad("java", "class Shop {
    void load(Statement statement, String name) throws Exception {
        statement.executeQuery(\"SELECT * FROM users WHERE name = '\" + name + \"'\");
                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ becomes a part of
    }
}
"),
        Example::bad("java", "class Shop {
    void load(Statement statement, HttpServletRequest request) throws Exception {
        String id = request.getParameter(\"id\");
        String sql = String.format(\"DELETE FROM users WHERE id = %s\", id);
        statement.execute(sql);
                          ^^^ becomes a part of
    }
}
"),
        Example::good("java", "class Shop {
    void load(Connection connection, String name) throws Exception {
        PreparedStatement query = connection.prepareStatement(\"SELECT * FROM users WHERE name = ?\");
        query.setString(1, name);
    }
}
"),
        Example::good("java", "class Shop {
    void load(Statement statement, int id) throws Exception {
        statement.executeQuery(\"SELECT * FROM users WHERE id = \" + id);
    }
}
"),
        Example::bad("c", "void load(sqlite3 *db, const char *name) {
    char query[200];
    snprintf(query, sizeof query, \"SELECT * FROM users WHERE name = '%s'\", name);
    sqlite3_exec(db, query, 0, 0, 0);
                     ^^^^^ becomes a part of
}
"),
        Example::good("c", "void load(sqlite3 *db, int id) {
    char query[200];
    snprintf(query, sizeof query, \"SELECT * FROM users WHERE id = %d\", id);
    sqlite3_exec(db, query, 0, 0, 0);
}
"),
        Example::good("c", "void load(sqlite3 *db, sqlite3_stmt **out) {
    sqlite3_prepare_v2(db, \"SELECT * FROM users WHERE name = ?\", -1, out, 0);
}
"),
        Example::bad("cpp", "void load(sqlite3 *db, const char *name) {
    char query[200];
    snprintf(query, sizeof query, \"SELECT * FROM users WHERE name = '%s'\", name);
    sqlite3_exec(db, query, 0, 0, 0);
                     ^^^^^ becomes a part of
}
"),
        Example::good("cpp", "void load(sqlite3 *db, int id) {
    char query[200];
    snprintf(query, sizeof query, \"SELECT * FROM users WHERE id = %d\", id);
    sqlite3_exec(db, query, 0, 0, 0);
}
"),
        Example::good("cpp", "void load(sqlite3 *db, sqlite3_stmt **out) {
    sqlite3_prepare_v2(db, \"SELECT * FROM users WHERE name = ?\", -1, out, 0);
}
"),
        Example::bad("c", "void load(MYSQL *db) {
    char query[200];
    sprintf(query, \"DELETE FROM users WHERE name = '%s'\", getenv(\"NAME\"));
    mysql_query(db, query);
                    ^^^^^ becomes a part of
}
"),
        Example::bad("cpp", "void load(MYSQL *db, const std::string &name) {
    std::string query = \"DELETE FROM users WHERE name = '\" + name + \"'\";
    mysql_query(db, query.c_str());
                    ^^^^^^^^^^^^^ becomes a part of
}
"),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Calls that are given a query, by language.
const SINKS: ByLanguage<&[&str]> = &[
    (
        &["python"],
        &[
            "execute",
            "executemany",
            "executescript",
            "execute_sql",
            "raw",
            "RawSQL",
            "read_sql",
            "read_sql_query",
            "fetch",
            "fetchrow",
            "fetchval",
            "fetch_all",
            "fetch_one",
            "text",
            "exec_driver_sql",
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            "query",
            "execute",
            "raw",
            "$queryRawUnsafe",
            "$executeRawUnsafe",
            "all",
            "get",
            "run",
            "each",
            "exec",
            "prepare",
            "unsafe",
            "whereRaw",
        ],
    ),
    (
        &["rust"],
        &[
            "query",
            "query_as",
            "query_scalar",
            "execute",
            "query_row",
            "prepare",
            "batch_execute",
            "sql_query",
            "query_one",
            "query_opt",
            "execute_batch",
            "query_map",
            "raw_sql",
            "simple_query",
        ],
    ),
    (
        &["go"],
        &[
            "Query",
            "QueryRow",
            "Exec",
            "QueryContext",
            "QueryRowContext",
            "ExecContext",
            "Prepare",
            "PrepareContext",
            "Raw",
            "Queryx",
            "QueryRowx",
            "Get",
            "Select",
            "MustExec",
            "NamedExec",
        ],
    ),
    (
        &["java"],
        &[
            "execute",
            "executeQuery",
            "executeUpdate",
            "executeLargeUpdate",
            "addBatch",
            "prepareStatement",
            "prepareCall",
            "createQuery",
            "createNativeQuery",
            "createSQLQuery",
            "query",
            "queryForObject",
            "queryForList",
            "queryForMap",
            "queryForRowSet",
            "update",
            "batchUpdate",
        ],
    ),
    (
        &["c", "cpp"],
        &[
            "sqlite3_exec",
            "sqlite3_prepare",
            "sqlite3_prepare_v2",
            "sqlite3_prepare_v3",
            "sqlite3_get_table",
            "mysql_query",
            "mysql_real_query",
            "PQexec",
            "PQprepare",
            "SQLExecDirect",
            "exec",
            "execute",
            "executeQuery",
            "executeUpdate",
            "prepareStatement",
        ],
    ),
];
/// How statements start, and a word that must come later.
const STATEMENTS: &[(&str, &str)] = &[
    ("select ", " from "),
    ("insert ", "into "),
    ("update ", " set "),
    ("delete ", "from "),
    ("replace ", "into "),
    ("merge ", "into "),
    ("with ", " as "),
    ("create ", ""),
    ("drop ", ""),
    ("alter ", ""),
    ("grant ", ""),
    ("from ", " where "),
];
/// Words before a value.
const BEFORE_VALUE: &[&str] =
    &["like", "ilike", "between", "and", "values", "in", "then", "else", "identified by"];

/// What comes after the name of a column, but hardly after a value.
const COMPARING: &[&str] = &[
    " =",
    "=",
    " <",
    " >",
    " !=",
    " is ",
    " in ",
    " like ",
    " IS ",
    " IN ",
    " LIKE ",
    " BETWEEN ",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    let is_sink =
        context.in_language(SINKS).is_some_and(|names| names.contains(&tree.name(callee)));
    if !is_sink || context.is_in_test(id) {
        return;
    }
    // A session or a context may come before the query.
    for query in context.arguments(id).into_iter().take(2) {
        if tree.kind(query).is_literal() {
            continue;
        }
        let built = context.texts().take_apart(query);
        if is_statement(&built.fixed) {
            return check_query(context, query, &built);
        }
    }
}

fn check_query(context: &mut Context<'_>, query: NodeId, built: &BuiltText) {
    let tree = context.tree;
    let texts = context.texts();
    let origins = context.origins();
    // What defines tables and users takes no placeholders.
    let defines = ["create", "drop", "alter", "grant"];
    let first = built.fixed.split_whitespace().next().unwrap_or("").to_ascii_lowercase();
    let takes_values = !defines.contains(&first.as_str());
    let suspects = built.holes.iter().filter(|hole| !texts.is_harmless(hole.node));
    let found = suspects.filter_map(|hole| {
        let origin = origins.of(hole.node);
        let bound = context.facts.bindings.resolve(hole.node);
        let is_vetted = bound.is_some_and(|it| origins.is_vetted(it));
        let is_value =
            !is_vetted && takes_values && stands_for_value(built.before(hole), built.after(hole));
        (origin.is_some() || is_value).then_some((hole.node, origin))
    });
    // What surely comes from outside matters most.
    let Some((hole, origin)) =
        found.max_by_key(|(hole, origin)| (origin.is_some(), Reverse(*hole)))
    else {
        return;
    };
    let value = context.excerpt(hole);
    let message = format!("`{value}` becomes a part of the query's own text");
    let is_elsewhere = !tree.is_within(hole, query);
    let mut report = context.report(query, message);
    if is_elsewhere {
        report = report.related(hole, "becomes a part of it here");
    }
    match origin {
        Some(origin) => report
            .severity(Severity::Error)
            .confidence(0.95)
            .related(origin.source, format!("comes from {}", origin.sender.as_str()))
            .because(format!("`{value}` comes from {}.", origin.sender.as_str())),
        None => report.because(format!(
            "`{value}` stands where the query takes a value: a placeholder could carry it."
        )),
    }
    .emit();
}

/// Whether a text looks like an SQL statement.
fn is_statement(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let plain = format!("{} ", words.join(" ").to_ascii_lowercase());
    STATEMENTS.iter().any(|(start, later)| {
        plain
            .strip_prefix(start)
            .is_some_and(|rest| later.is_empty() || format!(" {rest}").contains(later))
    })
}

/// Whether what stands between the two texts of a query is a value rather than a name.
fn stands_for_value(before: &str, after: &str) -> bool {
    // `{alias}.id`, `{name}(…)`
    if after.starts_with(['.', '(', '_']) || COMPARING.iter().any(|it| after.starts_with(it)) {
        return false;
    }
    let lower = before.to_ascii_lowercase();
    let bare = lower.trim_end_matches(['\'', '"', '%', ' ', '\n', '\t', '(']);
    let opened = lower.get(bare.len()..).unwrap_or("");
    // A text that was begun and ended before it.
    let quotes = opened.matches('\'').count();
    if quotes > 0 && quotes.is_multiple_of(2) {
        return false;
    }
    if bare.ends_with(['=', '<', '>']) || BEFORE_VALUE.iter().any(|word| ends_with_word(bare, word))
    {
        return true;
    }
    // A row of values, of which each but the first comes after a comma.
    let is_in_row = bare.ends_with(',') && bare.contains("values");
    is_in_row || opened.contains('\'') && after.starts_with(['\'', '%'])
}

fn ends_with_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word).is_some_and(|rest| rest.ends_with([' ', ')', '\n', '\'']))
}
