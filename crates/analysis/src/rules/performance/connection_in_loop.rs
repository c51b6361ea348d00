//! `perf/connection-in-loop`.

use crate::facts::loops;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::repeated_calls::{known_call, same_each_round};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/connection-in-loop",
    category: Category::Perf,
    summary: "Each round of a loop connects to the same server anew",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a connection, a client or a session that a loop opens in each round with arguments that the loop does not change.",
        why: "To connect costs several round trips: the connection, encryption, authentication. n rounds pay them n times; a client thrown away also throws away its pool of open connections.",
        fix: "Connect once before the loop and use the connection in it.",
        limits: "Only well-known clients are seen. Loops that try again until it works, connections that are kept, one for each round, and tests are left alone.",
        references: &["https://requests.readthedocs.io/en/latest/user/advanced/#session-objects"],
    },
    examples: &[
        Example::bad(
            "python",
            "import sqlite3

def store(rows):
    for row in rows:
        connection = sqlite3.connect(\"shop.db\")
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^ connects anew in each round
        connection.execute(\"insert into row values (?)\", row)
",
        ),
        Example::bad(
            "python",
            "import requests

def load(urls):
    for url in urls:
        with requests.Session() as session:
             ^^^^^^^^^^^^^^^^^^ to the same end
            show(session.get(url))
",
        ),
        Example::good(
            "python",
            "import sqlite3

def store(rows):
    connection = sqlite3.connect(\"shop.db\")
    for row in rows:
        connection.execute(\"insert into row values (?)\", row)
",
        ),
        Example::good(
            "python",
            "import sqlite3

def merge(paths):
    for path in paths:
        connection = sqlite3.connect(path)
        copy(connection)
",
        ),
        Example::bad(
            "javascript",
            "import mysql from 'mysql2/promise';

async function store(rows) {
  for (const row of rows) {
    const connection = await mysql.createConnection(settings);
                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ connects anew in each round
    await connection.query('insert into row values (?)', row);
  }
}
",
        ),
        Example::bad(
            "javascript",
            "import { PrismaClient } from '@prisma/client';

function names(ids) {
  return ids.map((id) => {
    const client = new PrismaClient();
                   ^^^^^^^^^^^^^^^^^^ connects anew
    return client.user.findUnique({ where: { id } });
  });
}
",
        ),
        Example::good(
            "javascript",
            "import { PrismaClient } from '@prisma/client';

const client = new PrismaClient();
function names(ids) {
  return ids.map((id) => client.user.findUnique({ where: { id } }));
}
",
        ),
        Example::good(
            "javascript",
            "import mysql from 'mysql2/promise';

async function copy(hosts) {
  for (const host of hosts) {
    const connection = await mysql.createConnection({ host });
    await dump(connection);
  }
}
",
        ),
        Example::bad(
            "typescript",
            "import mysql from 'mysql2/promise';

async function store(rows: Row[]) {
  for (const row of rows) {
    const connection = await mysql.createConnection(settings);
                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ connects anew in each round
    await connection.query('insert into row values (?)', row);
  }
}
",
        ),
        Example::bad(
            "typescript",
            "import { PrismaClient } from '@prisma/client';

function names(ids: number[]) {
  return ids.map((id) => {
    const client = new PrismaClient();
                   ^^^^^^^^^^^^^^^^^^ connects anew
    return client.user.findUnique({ where: { id } });
  });
}
",
        ),
        Example::good(
            "typescript",
            "import { PrismaClient } from '@prisma/client';

const client = new PrismaClient();
function names(ids: number[]) {
  return ids.map((id) => client.user.findUnique({ where: { id } }));
}
",
        ),
        Example::good(
            "typescript",
            "import mysql from 'mysql2/promise';

async function copy(hosts: string[]) {
  for (const host of hosts) {
    const connection = await mysql.createConnection({ host });
    await dump(connection);
  }
}
",
        ),
        Example::bad(
            "rust",
            "fn load(urls: &[String]) {
    for url in urls {
        let client = reqwest::blocking::Client::new();
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ connects anew in each round
        show(client.get(url).send());
    }
}
",
        ),
        Example::bad(
            "rust",
            "use rusqlite::Connection;

fn store(rows: &[Row]) {
    for row in rows {
        let connection = Connection::open(\"shop.db\").unwrap();
                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ connects anew
        insert(&connection, row);
    }
}
",
        ),
        Example::good(
            "rust",
            "fn load(urls: &[String]) {
    let client = reqwest::blocking::Client::new();
    for url in urls {
        show(client.get(url).send());
    }
}
",
        ),
        Example::good(
            "rust",
            "use std::net::TcpStream;

fn ping(hosts: &[String]) {
    for host in hosts {
        let stream = TcpStream::connect(host);
        show(stream);
    }
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"database/sql\"

func store(rows []Row, source string) error {
	for _, row := range rows {
		db, err := sql.Open(\"mysql\", source)
             ^^^^^^^^^^^^^^^^^^^^^^^^^ connects anew in each round
		if err != nil {
			return err
		}
		insert(db, row)
		db.Close()
	}
	return nil
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"net\"

func send(lines []string) {
	for _, line := range lines {
		connection, _ := net.Dial(\"tcp\", \"localhost:9000\")
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ connects anew
		write(connection, line)
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"net\"

func send(lines []string) {
	connection, _ := net.Dial(\"tcp\", \"localhost:9000\")
	for _, line := range lines {
		write(connection, line)
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"net\"

func ping(hosts []string) {
	for _, host := range hosts {
		connection, _ := net.Dial(\"tcp\", host)
		write(connection, \"ping\")
	}
}
",
        ),
        Example::bad(
            "java",
            "import java.sql.*;

class Shop {
    void store(List<Row> rows) throws SQLException {
        for (Row row : rows) {
            Connection connection = DriverManager.getConnection(url);
                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ connects anew in each round
            insert(connection, row);
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "import java.net.http.HttpClient;

class Shop {
    void load(List<String> urls) {
        for (String url : urls) {
            HttpClient client = HttpClient.newHttpClient();
                                ^^^^^^^^^^^^^^^^^^^^^^^^^^ connects anew
            show(client, url);
        }
    }
}
",
        ),
        Example::good(
            "java",
            "import java.net.http.HttpClient;

class Shop {
    void load(List<String> urls) {
        HttpClient client = HttpClient.newHttpClient();
        for (String url : urls) show(client, url);
    }
}
",
        ),
        Example::good(
            "java",
            "import java.net.Socket;

class Shop {
    void ping(List<String> hosts) throws Exception {
        for (String host : hosts) {
            Socket socket = new Socket(host, 80);
            socket.close();
        }
    }
}
",
        ),
        Example::bad(
            "c",
            "void load(const char **urls, int count) {
    for (int i = 0; i < count; i++) {
        CURL *curl = curl_easy_init();
                     ^^^^^^^^^^^^^^^^ connects anew in each round
        fetch(curl, urls[i]);
        curl_easy_cleanup(curl);
    }
}
",
        ),
        Example::bad(
            "c",
            "void store(struct row *rows, int count, const char *where) {
    for (int i = 0; i < count; i++) {
        PGconn *connection = PQconnectdb(where);
                             ^^^^^^^^^^^^^^^^^^ connects anew
        insert(connection, &rows[i]);
        PQfinish(connection);
    }
}
",
        ),
        Example::good(
            "c",
            "void load(const char **urls, int count) {
    CURL *curl = curl_easy_init();
    for (int i = 0; i < count; i++) {
        fetch(curl, urls[i]);
    }
}
",
        ),
        Example::good(
            "c",
            "void ping(const char **hosts, int count) {
    for (int i = 0; i < count; i++) {
        PGconn *connection = PQconnectdb(hosts[i]);
        PQfinish(connection);
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void load(const char **urls, int count) {
    for (int i = 0; i < count; i++) {
        CURL *curl = curl_easy_init();
                     ^^^^^^^^^^^^^^^^ connects anew in each round
        fetch(curl, urls[i]);
        curl_easy_cleanup(curl);
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void store(struct row *rows, int count, const char *where) {
    for (int i = 0; i < count; i++) {
        PGconn *connection = PQconnectdb(where);
                             ^^^^^^^^^^^^^^^^^^ connects anew
        insert(connection, &rows[i]);
        PQfinish(connection);
    }
}
",
        ),
        Example::good(
            "cpp",
            "void load(const char **urls, int count) {
    CURL *curl = curl_easy_init();
    for (int i = 0; i < count; i++) {
        fetch(curl, urls[i]);
    }
}
",
        ),
        Example::good(
            "cpp",
            "void ping(const char **hosts, int count) {
    for (int i = 0; i < count; i++) {
        PGconn *connection = PQconnectdb(hosts[i]);
        PQfinish(connection);
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Calls that connect, or make a client that will, by language.
const CONNECTS: ByLanguage<&[(&str, ())]> = &[
    (
        &["python"],
        &[
            ("sqlite3.connect", ()),
            ("psycopg2.connect", ()),
            ("psycopg.connect", ()),
            ("pymysql.connect", ()),
            ("MySQLdb.connect", ()),
            ("mysql.connector.connect", ()),
            ("cx_Oracle.connect", ()),
            ("oracledb.connect", ()),
            ("pyodbc.connect", ()),
            ("asyncpg.connect", ()),
            ("aiosqlite.connect", ()),
            ("sqlalchemy.create_engine", ()),
            ("redis.Redis", ()),
            ("redis.StrictRedis", ()),
            ("redis.from_url", ()),
            ("pymongo.MongoClient", ()),
            ("boto3.client", ()),
            ("boto3.resource", ()),
            ("boto3.Session", ()),
            ("requests.Session", ()),
            ("requests.session", ()),
            ("httpx.Client", ()),
            ("httpx.AsyncClient", ()),
            ("aiohttp.ClientSession", ()),
            ("smtplib.SMTP", ()),
            ("smtplib.SMTP_SSL", ()),
            ("ftplib.FTP", ()),
            ("socket.create_connection", ()),
            ("grpc.insecure_channel", ()),
            ("grpc.secure_channel", ()),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            ("@prisma/client.PrismaClient", ()),
            ("mongoose.connect", ()),
            ("mongoose.createConnection", ()),
            ("mongodb.MongoClient", ()),
            ("mongodb.MongoClient.connect", ()),
            ("mysql.createConnection", ()),
            ("mysql.createPool", ()),
            ("mysql2.createConnection", ()),
            ("mysql2.createPool", ()),
            ("mysql2/promise.createConnection", ()),
            ("mysql2/promise.createPool", ()),
            ("pg.Client", ()),
            ("pg.Pool", ()),
            ("redis.createClient", ()),
            ("ioredis.Redis", ()),
            ("nodemailer.createTransport", ()),
            ("net.connect", ()),
            ("net.createConnection", ()),
        ],
    ),
    (
        &["rust"],
        &[
            ("reqwest.Client.new", ()),
            ("reqwest.blocking.Client.new", ()),
            ("ureq.Agent.new", ()),
            ("ureq.agent", ()),
            ("rusqlite.Connection.open", ()),
            ("postgres.Client.connect", ()),
            ("tokio_postgres.connect", ()),
            ("redis.Client.open", ()),
            ("mongodb.Client.with_uri_str", ()),
            ("std.net.TcpStream.connect", ()),
            ("tokio.net.TcpStream.connect", ()),
            ("sqlx.PgPool.connect", ()),
            ("sqlx.MySqlPool.connect", ()),
            ("sqlx.SqlitePool.connect", ()),
        ],
    ),
    (
        &["go"],
        &[
            ("database.sql.Open", ()),
            ("net.Dial", ()),
            ("net.DialTimeout", ()),
            ("crypto.tls.Dial", ()),
            ("google.golang.org.grpc.Dial", ()),
            ("google.golang.org.grpc.NewClient", ()),
            ("go.mongodb.org.mongo-driver.mongo.Connect", ()),
            ("github.com.redis.go-redis.v9.NewClient", ()),
            ("github.com.jmoiron.sqlx.Connect", ()),
            ("github.com.jmoiron.sqlx.Open", ()),
            ("github.com.jackc.pgx.v5.Connect", ()),
            ("gorm.io.gorm.Open", ()),
            ("net.smtp.Dial", ()),
        ],
    ),
    (
        &["java"],
        &[
            ("java.sql.DriverManager.getConnection", ()),
            ("java.net.http.HttpClient.newHttpClient", ()),
            ("java.net.http.HttpClient.newBuilder", ()),
            ("okhttp3.OkHttpClient", ()),
            ("org.apache.http.impl.client.HttpClients.createDefault", ()),
            ("org.springframework.web.client.RestTemplate", ()),
            ("java.net.Socket", ()),
            ("redis.clients.jedis.Jedis", ()),
            ("com.mongodb.client.MongoClients.create", ()),
        ],
    ),
    (
        &["c", "cpp"],
        &[
            ("curl_easy_init", ()),
            ("sqlite3_open", ()),
            ("sqlite3_open_v2", ()),
            ("mysql_real_connect", ()),
            ("PQconnectdb", ()),
            ("redisConnect", ()),
        ],
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(table) = context.in_language(CONNECTS) else { return };
    let Some((path, ())) = known_call(context, id, table) else { return };
    let Some(loop_node) = same_each_round(context, id) else { return };
    if context.is_test_code(id) {
        return;
    }
    let call = context.excerpt(id);
    let shown = path.replace('.', context.knowledge().path_separator);
    context
        .report(
            id,
            format!(
                "`{call}` connects anew in each round, to the same end: n rounds, n connections"
            ),
        )
        .related(loops::head(tree, loop_node), "the loop")
        .because(format!(
            "`{shown}` opens a connection, or makes a client with connections of its own."
        ))
        .because("The loop changes none of its arguments, so that one made before the loop does.")
        .emit();
}
