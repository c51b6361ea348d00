//! `security/disabled-certificate-check`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/disabled-certificate-check",
    category: Category::Security,
    summary: "A TLS connection that trusts everybody",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports settings that turn off the check of the other side's certificate or name.",
        why: "Whoever sits between the two can read and change everything: the encryption protects from nobody.",
        fix: "Leave the check on. For a private authority, tell the client its certificate.",
        limits: "Settings that come from a variable are not followed, and tests are left alone.",
        references: &["https://cwe.mitre.org/data/definitions/295.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "import requests

def load(url):
    return requests.get(url, verify=False)
                             ^^^^^^^^^^^^ turns off the check
",
        ),
        Example::bad(
            "python",
            "import ssl

context = ssl._create_unverified_context()
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ turns off the check
",
        ),
        Example::good(
            "python",
            "import requests

def load(url):
    return requests.get(url, verify='/etc/ca.pem')
",
        ),
        Example::good(
            "python",
            "def load(url, check):
    return check(url, strict=False)
",
        ),
        Example::bad(
            "javascript",
            "https.request({ host, rejectUnauthorized: false }, done);
                      ^^^^^^^^^^^^^^^^^^^^^^^^^ turns off the check
",
        ),
        Example::bad(
            "javascript",
            "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ turns off the check
",
        ),
        Example::good(
            "javascript",
            "https.request({ host, rejectUnauthorized: true }, done);
",
        ),
        Example::good(
            "javascript",
            "https.request({ host, ca: roots }, done);
",
        ),
        Example::bad(
            "typescript",
            "const agent = new https.Agent({ rejectUnauthorized: false });
                                ^^^^^^^^^^^^^^^^^^^^^^^^^ turns off the check
",
        ),
        Example::bad(
            "typescript",
            "process.env.NODE_TLS_REJECT_UNAUTHORIZED = \"0\";
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ turns off the check
",
        ),
        Example::good(
            "typescript",
            "const agent = new https.Agent({ rejectUnauthorized: true });
",
        ),
        Example::good(
            "typescript",
            "const agent = new https.Agent({ keepAlive: false });
",
        ),
        Example::bad(
            "rust",
            "fn client() -> Client {
    Client::builder().danger_accept_invalid_certs(true).build().unwrap()
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ turns off the check
}
",
        ),
        Example::bad(
            "rust",
            "fn client(builder: Builder) -> Builder {
    builder.danger_accept_invalid_hostnames(true)
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ turns off the check
}
",
        ),
        Example::good(
            "rust",
            "fn client() -> Client {
    Client::builder().https_only(true).build().unwrap()
}
",
        ),
        Example::good(
            "rust",
            "fn client(builder: Builder) -> Builder {
    builder.danger_accept_invalid_certs(false)
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"crypto/tls\"

var config = &tls.Config{InsecureSkipVerify: true}
                         ^^^^^^^^^^^^^^^^^^^^^^^^ turns off the check
",
        ),
        Example::bad(
            "go",
            "package shop

func f(config *tls.Config) {
	config.InsecureSkipVerify = true
	^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ turns off the check
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"crypto/tls\"

var config = &tls.Config{MinVersion: tls.VersionTLS12}
",
        ),
        Example::good(
            "go",
            "package shop

func f(config *tls.Config) {
	config.InsecureSkipVerify = false
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void open(HttpsURLConnection connection) {
        connection.setHostnameVerifier((host, session) -> true);
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ turns off the check
    }
}
",
        ),
        Example::bad(
            "java",
            "class TrustAll implements X509TrustManager {
    public void checkServerTrusted(X509Certificate[] chain, String kind) {}
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ turns off the check
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void open(HttpsURLConnection connection) {
        connection.setHostnameVerifier((host, session) -> host.equals(SERVER));
    }
}
",
        ),
        Example::good(
            "java",
            "class Trust implements X509TrustManager {
    public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        inner.checkServerTrusted(chain, kind);
    }
}
",
        ),
        Example::bad(
            "c",
            "void setup(CURL *curl) {
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ turns off the check
}
",
        ),
        Example::bad(
            "c",
            "void setup(CURL *curl) {
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ turns off the check
}
",
        ),
        Example::good(
            "c",
            "SSL_CTX *serve(void) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    return context;
}
",
        ),
        Example::good(
            "c",
            "void ask(SSL *ssl) {
    SSL_set_verify(ssl, SSL_VERIFY_NONE, check_certificate);
}
",
        ),
        Example::good(
            "c",
            "void setup(CURL *curl) {
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
}
",
        ),
        Example::good(
            "c",
            "void setup(CURL *curl) {
    curl_easy_setopt(curl, CURLOPT_VERBOSE, 0L);
}
",
        ),
        Example::bad(
            "cpp",
            "void setup(CURL *curl) {
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ turns off the check
}
",
        ),
        Example::bad(
            "cpp",
            "void setup(CURL *curl) {
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ turns off the check
}
",
        ),
        Example::good(
            "cpp",
            "void ask(SSL *ssl) {
    SSL_set_verify(ssl, SSL_VERIFY_NONE, check_certificate);
}
",
        ),
        Example::good(
            "cpp",
            "void setup(CURL *curl) {
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
}
",
        ),
        Example::good(
            "cpp",
            "void setup(CURL *curl) {
    curl_easy_setopt(curl, CURLOPT_VERBOSE, 0L);
}
",
        ),
    ],
    kinds: &[Kind::Argument, Kind::Pair, Kind::Assign, Kind::Call, Kind::Function],
    check,
};

/// Names of settings, with the values that turn the check off.
const SETTINGS: &[(&str, &[&str])] = &[
    ("verify", &["False"]),
    ("verify_ssl", &["False"]),
    ("ssl_verify", &["False"]),
    ("check_hostname", &["False"]),
    ("verify_mode", &["ssl.CERT_NONE", "CERT_NONE"]),
    ("cert_reqs", &["ssl.CERT_NONE", "CERT_NONE", "'CERT_NONE'", "\"CERT_NONE\""]),
    ("ssl", &["False"]),
    ("_create_default_https_context", &["ssl._create_unverified_context"]),
    ("strictSSL", &["false"]),
    ("rejectUnauthorized", &["false"]),
    ("NODE_TLS_REJECT_UNAUTHORIZED", &["'0'", "\"0\"", "0"]),
    ("InsecureSkipVerify", &["true"]),
];
/// Calls that turn it off by themselves, or by the argument behind.
const CALLS: &[(&str, &str)] = &[
    ("_create_unverified_context", ""),
    ("danger_accept_invalid_certs", "true"),
    ("danger_accept_invalid_hostnames", "true"),
    // `set_verify` of OpenSSL's builders, and what other libraries call it.
    ("set_verify", "SslVerifyMode::NONE"),
    ("set_verify_mode", "boost::asio::ssl::verify_none"),
    ("set_verify_mode", "asio::ssl::verify_none"),
    ("set_verify_mode", "ssl::verify_none"),
    ("setHostnameVerifier", "NoopHostnameVerifier.INSTANCE"),
    ("setSSLHostnameVerifier", "NoopHostnameVerifier.INSTANCE"),
    ("hostnameVerifier", "NoopHostnameVerifier.INSTANCE"),
    ("CURLOPT_SSL_VERIFYPEER", "0"),
    ("CURLOPT_SSL_VERIFYHOST", "0"),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_off = match tree.kind(id) {
        Kind::Call => is_off_call(context, id) || trusts_every_name(context, id),
        Kind::Function => trusts_every_certificate(context, id),
        _ => is_off_setting(context, id),
    };
    if !is_off || context.is_in_test(id) {
        return;
    }
    let setting = context.excerpt(id);
    context
        .report(id, format!("`{setting}` turns off the check of the other side's certificate"))
        .because("Without it, anybody in between can pose as the server.")
        .emit();
}

fn is_off_setting(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let Some(value) = tree.child(id, Role::Value) else { return false };
    let named = match tree.kind(id) {
        Kind::Pair => tree.child(id, Role::Key),
        Kind::Assign => tree.child(id, Role::Target).filter(|it| tree.kind(*it) == Kind::Member),
        _ => tree.child(id, Role::Attribute).or_else(|| tree.children(id).next()),
    };
    let Some(named) = named else { return false };
    let name = match tree.kind(named) {
        Kind::Member => tree.name(named),
        _ => context.text(named).trim_matches(['\'', '"']),
    };
    let known = SETTINGS.iter().find(|(known, _)| *known == name);
    known.is_some_and(|(_, off)| off.contains(&context.text(value)))
}

fn is_off_call(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let callee = tree.child(id, Role::Callee).map_or("", |it| tree.name(it));
    let arguments: Vec<&str> =
        tree.children_with(id, Role::Argument).map(|it| context.text(it)).collect();
    CALLS.iter().any(|(name, argument)| match arguments.as_slice() {
        _ if *name == callee && argument.is_empty() => true,
        [only] => *name == callee && only == argument,
        // With a function that checks, OpenSSL asks that; a server need not know its clients.
        [_, "SSL_VERIFY_NONE", rest @ ..] => {
            callee.starts_with("SSL_")
                && rest.iter().all(|it| matches!(*it, "NULL" | "nullptr" | "0"))
                && !is_server(context, id)
        }
        [_, option, value] => option == name && value.trim_end_matches(['L', 'l']) == *argument,
        _ => false,
    })
}

/// Whether the function around a call is the server's side of a connection.
fn is_server(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let function = tree.enclosing_function(id);
    tree.descendants(function).filter(|it| tree.kind(*it) == Kind::Name).any(|it| {
        let name = tree.name(it);
        name.contains("SSL_accept")
            || name == "SSL_set_accept_state"
            || name.ends_with("_server_method")
    }) || tree.name(function).to_lowercase().contains("server")
}

/// `connection.setHostnameVerifier((host, session) -> true)`
fn trusts_every_name(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let Some((_, method)) = context.method(id) else { return false };
    let [verifier] = *context.arguments(id).as_slice() else { return false };
    let is_setter = method.to_ascii_lowercase().ends_with("hostnameverifier");
    let body = tree.child(verifier, Role::Body).filter(|_| tree.kind(verifier) == Kind::Lambda);
    is_setter && body.is_some_and(|it| context.text(it) == "true")
}

/// A method that is to refuse certificates, and refuses none.
fn trusts_every_certificate(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let is_check = matches!(tree.name(id), "checkServerTrusted" | "checkClientTrusted");
    let body = tree.child(id, Role::Body).filter(|_| is_check);
    body.is_some_and(|it| tree.kind(it) == Kind::Block && tree.children(it).next().is_none())
        && !tree.flags(id).has(crate::ir::Flags::STUB)
}
