//! `security/all-interfaces`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/all-interfaces",
    category: Category::Security,
    summary: "A server listens on every interface",
    severity: Severity::Information,
    confidence: 0.8,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports servers that are bound to `0.0.0.0` (or `::`, or no address at all), and so to every network the machine is in.",
        why: "What was meant for one machine or one network is open to all, often without a password.",
        fix: "Bind to the address that the clients use, or `127.0.0.1`; take it from the configuration.",
        limits: "In a container this is usual and right; tests are left alone.",
        references: &["https://cwe.mitre.org/data/definitions/605.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def serve(sock):
    sock.bind((\"0.0.0.0\", 8080))
               ^^^^^^^^^ every interface
",
        ),
        Example::bad(
            "python",
            "def serve(app):
    app.run(host=\"0.0.0.0\")
                 ^^^^^^^^^ every interface
",
        ),
        Example::good(
            "python",
            "def serve(sock):
    sock.bind((\"127.0.0.1\", 8080))
",
        ),
        Example::good(
            "python",
            "VERSION = \"0.0.0\"
",
        ),
        Example::bad(
            "javascript",
            "server.listen(8080, '0.0.0.0');
                    ^^^^^^^^^ every interface
",
        ),
        Example::bad(
            "javascript",
            "const options = { port: 80, host: '0.0.0.0' };
                                  ^^^^^^^^^ every interface
",
        ),
        Example::good(
            "javascript",
            "server.listen(8080, '127.0.0.1');
",
        ),
        Example::good(
            "javascript",
            "if (address === '0.0.0.0') explain();
",
        ),
        Example::bad(
            "typescript",
            "server.listen(8080, '0.0.0.0');
                    ^^^^^^^^^ every interface
",
        ),
        Example::bad(
            "typescript",
            "const options = { port: 80, host: '0.0.0.0' };
                                  ^^^^^^^^^ every interface
",
        ),
        Example::good(
            "typescript",
            "server.listen(8080, '127.0.0.1');
",
        ),
        Example::good(
            "typescript",
            "if (address === '0.0.0.0') explain();
",
        ),
        Example::bad(
            "rust",
            "fn serve() -> Result<TcpListener> {
    TcpListener::bind(\"0.0.0.0:8080\")
                      ^^^^^^^^^^^^^^ every interface
}
",
        ),
        Example::bad(
            "rust",
            "async fn serve(server: Server) {
    server.bind(\"[::]:80\").await;
                ^^^^^^^^^ every interface
}
",
        ),
        Example::good(
            "rust",
            "fn serve() -> Result<TcpListener> {
    TcpListener::bind(\"127.0.0.1:8080\")
}
",
        ),
        Example::good(
            "rust",
            "fn version() -> &'static str {
    \"0.0.0\"
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"net\"

func serve() (net.Listener, error) {
	return net.Listen(\"tcp\", \"0.0.0.0:8080\")
	                         ^^^^^^^^^^^^^^ every interface
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"net\"

func serve() (net.Listener, error) {
	return net.Listen(\"tcp\", \":8080\")
	                         ^^^^^^^ every interface
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"net\"

func serve() (net.Listener, error) {
	return net.Listen(\"tcp\", \"127.0.0.1:8080\")
}
",
        ),
        Example::good(
            "go",
            "package shop

func show() string {
	return label(\":8080\")
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void serve() throws Exception {
        new ServerSocket(80, 50, InetAddress.getByName(\"0.0.0.0\"));
                                                       ^^^^^^^^^ every interface
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void serve(Server server) {
        server.setHost(\"0.0.0.0\");
                       ^^^^^^^^^ every interface
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void serve() throws Exception {
        new ServerSocket(80, 50, InetAddress.getByName(\"127.0.0.1\"));
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    String version() {
        return \"0.0.0\";
    }
}
",
        ),
        Example::bad(
            "c",
            "void serve(struct sockaddr_in *address) {
    address->sin_addr.s_addr = INADDR_ANY;
                               ^^^^^^^^^^ every interface
}
",
        ),
        Example::bad(
            "c",
            "void serve(struct sockaddr_in *address) {
    address->sin_addr.s_addr = inet_addr(\"0.0.0.0\");
                                         ^^^^^^^^^ every interface
}
",
        ),
        Example::good(
            "c",
            "void serve(struct sockaddr_in *address) {
    address->sin_addr.s_addr = INADDR_LOOPBACK;
}
",
        ),
        Example::good(
            "c",
            "int is_any(struct sockaddr_in *address) {
    return address->sin_addr.s_addr == INADDR_ANY;
}
",
        ),
        Example::bad(
            "cpp",
            "void serve(struct sockaddr_in *address) {
    address->sin_addr.s_addr = INADDR_ANY;
                               ^^^^^^^^^^ every interface
}
",
        ),
        Example::bad(
            "cpp",
            "void serve(struct sockaddr_in *address) {
    address->sin_addr.s_addr = inet_addr(\"0.0.0.0\");
                                         ^^^^^^^^^ every interface
}
",
        ),
        Example::good(
            "cpp",
            "void serve(struct sockaddr_in *address) {
    address->sin_addr.s_addr = INADDR_LOOPBACK;
}
",
        ),
        Example::good(
            "cpp",
            "int is_any(struct sockaddr_in *address) {
    return address->sin_addr.s_addr == INADDR_ANY;
}
",
        ),
    ],
    kinds: &[Kind::String, Kind::Name],
    check,
};

/// Functions that are given an address to listen at, with a port behind it.
const LISTENING: &[&str] =
    &["Listen", "ListenAndServe", "ListenAndServeTLS", "ListenPacket", "Run"];

fn check(context: &mut Context<'_>, id: NodeId) {
    if !is_everywhere(context, id) || !is_bound(context, id) || context.is_in_test(id) {
        return;
    }
    let shown = context.excerpt(id);
    context
        .report(id, format!("`{shown}` opens the server on every interface of the machine"))
        .because("The address stands for all networks that the machine is in.")
        .emit();
}

fn is_everywhere(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    if tree.kind(id) == Kind::Name {
        return tree.name(id) == "INADDR_ANY" && tree.role(id) == Role::Value;
    }
    let text = context.text(id).trim_matches(['"', '\'', '`', 'f', 'b', 'r']);
    let host = match text.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|it| it.is_ascii_digit()) && !port.is_empty() => {
            host
        }
        _ => text,
    };
    match host {
        "0.0.0.0" | "::" | "[::]" => true,
        "" if text.len() > 1 => {
            let callee = tree.child(tree.node(id).parent, Role::Callee);
            callee.is_some_and(|it| {
                LISTENING.contains(&tree.name(it)) && tree.kind(it) == Kind::Member
            })
        }
        "" => {
            // `sock.bind(("", port))`
            let pair = tree.node(id).parent;
            let callee = tree.child(tree.node(pair).parent, Role::Callee);
            tree.kind(pair) == Kind::Tuple
                && tree.children(pair).next() == Some(id)
                && callee.is_some_and(|it| tree.name(it) == "bind")
        }
        _ => false,
    }
}

/// Whether the address is handed to something, rather than compared with.
fn is_bound(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let parent = tree.node(id).parent;
    let around = if tree.kind(parent) == Kind::Tuple { tree.node(parent).parent } else { parent };
    match tree.kind(around) {
        Kind::Call => {
            let callee = tree.child(around, Role::Callee).map_or("", |it| tree.name(it));
            let lower = callee.to_ascii_lowercase();
            !["equals", "contains", "startswith", "replace", "print", "log", "add_argument"]
                .iter()
                .any(|it| lower.starts_with(it))
        }
        Kind::Argument | Kind::Pair | Kind::Assign | Kind::Declare | Kind::Parameter => {
            tree.role(id) != Role::Key
        }
        _ => false,
    }
}
