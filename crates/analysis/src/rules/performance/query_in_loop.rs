//! `perf/query-in-loop`.

use crate::facts::loops;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role, Tree};
use crate::rules::repeated_calls::is_over_elements;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/query-in-loop",
    category: Category::Perf,
    summary: "A loop asks the database once for each element",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "rust", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports queries that a loop sends one by one, each for another element: Django's and SQLAlchemy's, Prisma's, Mongoose's and Sequelize's, sqlx's, `database/sql`'s, JDBC's and repositories', and cursors of databases.",
        why: "n elements cost n round trips to the server (n + 1 with the query for the elements): each waits for the network, though one query could answer for all.",
        fix: "Ask for all at once (`WHERE id IN (…)`, a join, `select_related`, `include`), or send many rows in one statement (`executemany`, a batch).",
        limits: "A query is known by its method's name and its receiver's. Statements whose text changes with each round (`DROP TABLE …`), prepared statements, and loops over batches or pages are left alone.",
        references: &["https://docs.djangoproject.com/en/stable/topics/db/optimization/"],
    },
    examples: &[
        Example::bad(
            "python",
            "def total(cursor, users):
    for user in users:
        cursor.execute(\"select sum(price) from orders where user = %s\", (user.id,))
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one round trip for each round
        show(cursor.fetchone())
",
        ),
        Example::bad(
            "python",
            "def names(orders):
    return [Customer.objects.get(id=order.customer_id).name for order in orders]
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one round trip
",
        ),
        Example::good(
            "python",
            "def total(cursor, users):
    cursor.execute(\"select user, sum(price) from orders where user = any(%s)\", (users,))
    for row in cursor:
        show(row)
",
        ),
        Example::good(
            "python",
            "def clear(cursor, tables):
    for table in tables:
        cursor.execute(f\"drop table {table}\")
",
        ),
        Example::bad(
            "javascript",
            "async function names(orders) {
  for (const order of orders) {
    const user = await prisma.user.findUnique({ where: { id: order.userId } });
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one round trip for each round
    show(user);
  }
}
",
        ),
        Example::bad(
            "javascript",
            "async function names(ids) {
  return Promise.all(ids.map((id) => User.findById(id)));
                                     ^^^^^^^^^^^^^^^^^ one round trip
}
",
        ),
        Example::good(
            "javascript",
            "async function names(ids) {
  return prisma.user.findMany({ where: { id: { in: ids } } });
}
",
        ),
        Example::good(
            "javascript",
            "function names(ids, db) {
  return ids.map((id) => db.get(id));
}
",
        ),
        Example::bad(
            "typescript",
            "async function names(orders: Order[]) {
  for (const order of orders) {
    const user = await prisma.user.findUnique({ where: { id: order.userId } });
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one round trip for each round
    show(user);
  }
}
",
        ),
        Example::bad(
            "typescript",
            "async function names(ids: string[]) {
  return Promise.all(ids.map((id) => User.findById(id)));
                                     ^^^^^^^^^^^^^^^^^ one round trip
}
",
        ),
        Example::good(
            "typescript",
            "async function names(ids: string[]) {
  return prisma.user.findMany({ where: { id: { in: ids } } });
}
",
        ),
        Example::good(
            "typescript",
            "function names(ids: string[], db: Map<string, Row>) {
  return ids.map((id) => db.get(id));
}
",
        ),
        Example::bad(
            "rust",
            "fn names(connection: &Connection, ids: &[u32]) {
    for id in ids {
        let name = connection.query_row(\"select name from user where id = ?1\", [id], get);
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one round trip for each round
        show(name);
    }
}
",
        ),
        Example::bad(
            "rust",
            "async fn names(pool: &PgPool, ids: &[i64]) {
    for id in ids {
        let row = sqlx::query(\"select name from user where id = $1\").bind(id).fetch_one(pool).await;
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one round trip
        show(row);
    }
}
",
        ),
        Example::good(
            "rust",
            "async fn names(pool: &PgPool, ids: &[i64]) {
    let rows = sqlx::query(\"select name from user where id = any($1)\").bind(ids).fetch_all(pool).await;
    for row in rows {
        show(row);
    }
}
",
        ),
        Example::good(
            "rust",
            "fn run(connection: &Connection, scripts: &[String]) {
    for script in scripts {
        connection.execute(script, []);
    }
}
",
        ),
        Example::bad(
            "go",
            "package shop

func names(db *sql.DB, ids []int) {
	for _, id := range ids {
		row := db.QueryRow(\"select name from user where id = ?\", id)
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one round trip for each round
		show(row)
	}
}
",
        ),
        Example::bad(
            "go",
            "package shop

func (s *Store) save(ctx context.Context, rows []Row) {
	for _, row := range rows {
		s.db.ExecContext(ctx, \"insert into row values (?)\", row.ID)
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one round trip
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func names(db *sql.DB, ids []int) {
	rows, _ := db.Query(\"select name from user where id = any(?)\", ids)
	for rows.Next() {
		show(rows)
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func migrate(db *sql.DB, steps []string) {
	for _, step := range steps {
		db.Exec(step)
	}
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void names(List<Order> orders) {
        for (Order order : orders) {
            show(userRepository.findById(order.getUserId()));
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one round trip for each round
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void store(List<Row> rows) {
        rows.forEach(row -> jdbcTemplate.update(\"insert into row values (?)\", row.id()));
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one round trip
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void names(List<Long> ids) {
        for (User user : userRepository.findAllById(ids)) show(user);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void store(PreparedStatement statement, List<Row> rows) throws Exception {
        for (Row row : rows) {
            statement.setLong(1, row.id());
            statement.addBatch();
        }
        statement.executeBatch();
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// How a language's libraries send queries.
#[derive(Debug)]
struct Queries {
    /// Methods that send a statement's text, their first argument (after a context), on receivers
    /// named like a database.
    statements: &'static [&'static str],
    /// Methods that only queries have, whatever they are called on.
    sure: &'static [&'static str],
    /// Methods of models and repositories: by what a receiver in the chain is, or ends in.
    models: &'static [(&'static str, &'static [&'static str])],
}

/// Names of what sends statements, or their ends.
const DATABASES: &[&str] = &[
    "db",
    "database",
    "conn",
    "connection",
    "cursor",
    "cur",
    "client",
    "pool",
    "tx",
    "transaction",
    "jdbctemplate",
    "session",
    "jdbc",
];

const QUERIES: ByLanguage<Queries> = &[
    (
        &["python"],
        Queries {
            statements: &["execute", "fetch", "fetchrow", "fetchval", "scalar", "scalars"],
            sure: &["fetchval", "fetchrow"],
            models: &[
                (
                    "objects",
                    &["get", "filter", "create", "exclude", "get_or_create", "update_or_create"],
                ),
                ("session", &["query"]),
            ],
        },
    ),
    (
        &["javascript", "typescript"],
        Queries {
            statements: &["query", "execute", "raw"],
            sure: &[
                "findByPk",
                "findById",
                "findByIdAndUpdate",
                "findByIdAndDelete",
                "findOneAndUpdate",
                "findOneBy",
                "findUnique",
                "findUniqueOrThrow",
                "findFirst",
                "findFirstOrThrow",
                "findOneAndDelete",
                "findOrCreate",
                "insertOne",
                "updateOne",
                "deleteOne",
                "countDocuments",
            ],
            models: &[
                ("prisma", &["findMany", "create", "update", "upsert", "delete", "count"]),
                ("Repository", &["findOne", "save", "update", "delete", "findBy", "find"]),
                ("repository", &["findOne", "save", "update", "delete", "findBy", "find"]),
                ("repo", &["findOne", "save", "update", "delete", "findBy", "find"]),
                ("Repo", &["findOne", "save", "update", "delete", "findBy", "find"]),
                ("collection", &["findOne", "find"]),
                ("Model", &["findOne", "create", "update", "destroy"]),
            ],
        },
    ),
    (
        &["rust"],
        Queries {
            statements: &["execute", "query", "query_row", "query_map", "query_one", "query_opt"],
            sure: &["fetch_one", "fetch_all", "fetch_optional"],
            models: &[],
        },
    ),
    (
        &["go"],
        Queries {
            statements: &[
                "Query",
                "QueryRow",
                "QueryContext",
                "QueryRowContext",
                "Exec",
                "ExecContext",
                "Queryx",
                "NamedExec",
                "Raw",
            ],
            sure: &[],
            models: &[
                ("db", &["First", "Find", "Take", "Create", "Save", "Delete", "Updates", "Update"]),
                ("DB", &["First", "Find", "Take", "Create", "Save", "Delete", "Updates", "Update"]),
                ("tx", &["First", "Find", "Take", "Create", "Save", "Delete", "Updates", "Update"]),
            ],
        },
    ),
    (
        &["java"],
        Queries {
            statements: &[
                "executeQuery",
                "executeUpdate",
                "query",
                "queryForObject",
                "queryForList",
                "update",
            ],
            sure: &[],
            models: &[
                (
                    "repository",
                    &["findById", "findOne", "save", "deleteById", "existsById", "getById"],
                ),
                ("repo", &["findById", "findOne", "save", "deleteById", "existsById", "getById"]),
                ("Repo", &["findById", "findOne", "save", "deleteById", "existsById", "getById"]),
                (
                    "Repository",
                    &["findById", "findOne", "save", "deleteById", "existsById", "getById"],
                ),
                ("Dao", &["findById", "find", "get", "save", "insert", "update", "delete"]),
                (
                    "entityManager",
                    &["find", "persist", "merge", "createQuery", "createNativeQuery"],
                ),
                ("em", &["find", "persist", "merge", "createQuery", "createNativeQuery"]),
            ],
        },
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(queries) = context.in_language(QUERIES) else { return };
    let Some((receiver, method)) = context.method(id) else { return };
    let is_listed = queries.statements.contains(&method)
        || queries.sure.contains(&method)
        || queries.models.iter().any(|(_, methods)| methods.contains(&method));
    if !is_listed {
        return;
    }
    let bindings = &context.facts.bindings;
    let busy = context.busy_loops(id);
    let Some(loop_node) = busy.into_iter().find(|it| {
        is_over_elements(context, *it)
            && loops::depends_on_loop(tree, bindings, whole_chain(tree, id), *it)
            && !loops::is_retry(tree, *it)
            && !runs_over_batches(context, *it)
    }) else {
        return;
    };
    let is_query = queries.sure.contains(&method)
        || is_model(context, receiver, method, queries)
        || (queries.statements.contains(&method)
            && is_database(context, receiver)
            && !loops::depends_on_loop(tree, bindings, receiver, loop_node)
            && sends_one_text(context, id, loop_node));
    if !is_query || context.is_in_test(id) {
        return;
    }
    let call = context.excerpt(id);
    context
        .report(id, format!("`{call}` asks the database in each round: one round trip for each round, n in all"))
        .related(loops::head(tree, loop_node), "the loop")
        .because(format!("By its name and its receiver's, `{method}` sends a query and waits for the answer."))
        .because("Its arguments differ from round to round, so that one query for all of them could answer.")
        .emit();
}

/// The call at the end of a chain that starts with a call: `session.query(User).filter(…).first()`.
fn whole_chain(tree: &Tree, call: NodeId) -> NodeId {
    let mut at = call;
    loop {
        let member = tree.node(at).parent;
        let next = tree.node(member).parent;
        let goes_on = tree.kind(member) == Kind::Member
            && tree.role(at) == Role::Receiver
            && tree.kind(next) == Kind::Call
            && tree.role(member) == Role::Callee;
        if !goes_on {
            return at;
        }
        at = next;
    }
}

/// Whether a receiver is named like a database, a connection or the like.
fn is_database(context: &Context<'_>, receiver: NodeId) -> bool {
    let name = context.tree.name(receiver).trim_start_matches(['_', '$']).to_ascii_lowercase();
    let is_plain = matches!(context.tree.kind(receiver), Kind::Name | Kind::Member);
    is_plain && DATABASES.iter().any(|it| name == *it || name.ends_with(&format!("_{it}")))
}

/// Whether the receiver, or what it comes from, is a model or repository with such a method.
fn is_model(context: &Context<'_>, receiver: NodeId, method: &str, queries: &Queries) -> bool {
    let tree = context.tree;
    let mut at = Some(receiver);
    while let Some(node) = at {
        let name = tree.name(node);
        let known = queries.models.iter().find(|(model, _)| {
            let is_end = model.starts_with(char::is_uppercase) && name.ends_with(model);
            is_end || name == *model
        });
        if known.is_some_and(|(_, methods)| methods.contains(&method)) {
            return true;
        }
        at = tree.child(node, Role::Receiver);
    }
    false
}

/// Whether the statement is the same in each round, or one that asks or changes rows: other
/// statements cannot be put together.
fn sends_one_text(context: &Context<'_>, call: NodeId, loop_node: NodeId) -> bool {
    let tree = context.tree;
    let is_text = |it: &NodeId| {
        matches!(
            tree.kind(*it),
            Kind::String | Kind::Template | Kind::Binary | Kind::Name | Kind::Call | Kind::Member
        )
    };
    // Go's context comes first.
    let arguments = context.arguments(call);
    let Some(text) =
        arguments.iter().copied().filter(is_text).find(|it| {
            !matches!(context.text(*it), "ctx" | "context.Background()" | "context.TODO()")
        })
    else {
        return false;
    };
    if !loops::depends_on_loop(tree, &context.facts.bindings, text, loop_node) {
        return arguments.len() > 1;
    }
    let start = context.text(text).trim_start_matches(|it: char| !it.is_alphabetic() || it == 'f');
    let verb =
        start.split(|it: char| !it.is_alphabetic()).next().unwrap_or("").to_ascii_lowercase();
    matches!(verb.as_str(), "select" | "insert" | "update" | "delete")
        && matches!(tree.kind(text), Kind::Template | Kind::Binary)
}

/// Whether the loop takes several elements at a time.
fn runs_over_batches(context: &Context<'_>, loop_node: NodeId) -> bool {
    let tree = context.tree;
    let head = context.text(loops::head(tree, loop_node)).to_ascii_lowercase();
    let target = tree.child(loop_node, Role::Target).map_or("", |it| context.text(it));
    ["batch", "chunk", "page"].iter().any(|it| head.contains(it) || target.contains(it))
}
