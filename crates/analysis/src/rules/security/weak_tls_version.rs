//! `security/weak-tls-version`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::known::{Known, Use, When, known_use};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/weak-tls-version",
    category: Category::Security,
    summary: "A connection may use a broken version of TLS",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports settings that allow or ask for SSL 2, SSL 3, TLS 1.0 or TLS 1.1.",
        why: "These versions have known attacks (POODLE, BEAST), and RFC 8996 forbids them; who sits in between can make both sides fall back to them.",
        fix: "Leave the version to the library, or ask for TLS 1.2 at least.",
        limits: "Versions chosen by a switch, or that come from a variable, are not followed, and tests are left alone.",
        references: &["https://www.rfc-editor.org/rfc/rfc8996"],
    },
    examples: &[
        Example::bad(
            "python",
            "import ssl
context = ssl.SSLContext(ssl.PROTOCOL_SSLv3)
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ broken version of TLS
",
        ),
        Example::bad(
            "python",
            "import ssl
def wrap(sock):
    return ssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_TLSv1)
                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ broken version of TLS
",
        ),
        Example::good(
            "python",
            "import ssl
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
",
        ),
        Example::good(
            "python",
            "import ssl
def wrap(context):
    context.minimum_version = ssl.TLSVersion.TLSv1_2
",
        ),
        Example::bad(
            "javascript",
            "const tls = require('tls');
tls.connect({ secureProtocol: 'SSLv3_method' });
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ broken version of TLS
",
        ),
        Example::bad(
            "javascript",
            "const server = tls.createServer({ minVersion: 'TLSv1', key });
                                  ^^^^^^^^^^^^^^^^^^^ broken version of TLS
",
        ),
        Example::good(
            "javascript",
            "const server = tls.createServer({ minVersion: 'TLSv1.2', key });
",
        ),
        Example::good(
            "javascript",
            "tls.connect({ secureProtocol: 'TLSv1_2_method' });
",
        ),
        Example::bad(
            "typescript",
            "const tls = require('tls');
tls.connect({ secureProtocol: 'SSLv3_method' });
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ broken version of TLS
",
        ),
        Example::bad(
            "typescript",
            "const server = tls.createServer({ minVersion: 'TLSv1', key });
                                  ^^^^^^^^^^^^^^^^^^^ broken version of TLS
",
        ),
        Example::good(
            "typescript",
            "const server = tls.createServer({ minVersion: 'TLSv1.2', key });
",
        ),
        Example::good(
            "typescript",
            "tls.connect({ secureProtocol: 'TLSv1_2_method' });
",
        ),
        Example::bad(
            "go",
            "package shop

import \"crypto/tls\"

var config = &tls.Config{MinVersion: tls.VersionTLS10}
                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ broken version of TLS
",
        ),
        Example::bad(
            "go",
            "package shop

import \"crypto/tls\"

func f(config *tls.Config) {
	config.MinVersion = tls.VersionSSL30
	^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ broken version of TLS
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

import \"crypto/tls\"

func f(config *tls.Config) {
	config.MinVersion = tls.VersionTLS13
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load() throws Exception {
        SSLContext context = SSLContext.getInstance(\"SSLv3\");
                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ broken version of TLS
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    SSLContext make() throws Exception {
        return SSLContext.getInstance(\"TLSv1\");
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ broken version of TLS
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    SSLContext make() throws Exception {
        return SSLContext.getInstance(\"TLSv1.2\");
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    SSLContext make() throws Exception {
        return SSLContext.getInstance(\"TLS\");
    }
}
",
        ),
        Example::bad(
            "c",
            "void setup(void) {
    SSL_CTX *context = SSL_CTX_new(SSLv3_method());
                                   ^^^^^^^^^^^^^^ broken version of TLS
    use(context);
}
",
        ),
        Example::bad(
            "c",
            "void setup(CURL *curl) {
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_SSLv3);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ broken version of TLS
}
",
        ),
        Example::good(
            "c",
            "void setup(void) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    use(context);
}
",
        ),
        Example::good(
            "c",
            "void setup(CURL *curl) {
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
}
",
        ),
        Example::bad(
            "cpp",
            "void setup(void) {
    SSL_CTX *context = SSL_CTX_new(SSLv3_method());
                                   ^^^^^^^^^^^^^^ broken version of TLS
    use(context);
}
",
        ),
        Example::bad(
            "cpp",
            "void setup(CURL *curl) {
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_SSLv3);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ broken version of TLS
}
",
        ),
        Example::good(
            "cpp",
            "void setup(void) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    use(context);
}
",
        ),
        Example::good(
            "cpp",
            "void setup(CURL *curl) {
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
}
",
        ),
    ],
    kinds: &[Kind::Call, Kind::Pair, Kind::Argument, Kind::Assign],
    check,
};

const OLD: &str = "allows a broken version of TLS";

/// What allows an old version, by language.
const KNOWN: ByLanguage<&[Known]> = &[
    (
        &["python"],
        &[
            (Use::Call(&["SSLContext", "SSL.Context"], &[When::Argument(0, VERSIONS)]), OLD),
            (Use::Setting(&["ssl_version", "method", "minimum_version"], VERSIONS), OLD),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[(Use::Setting(&["secureProtocol", "minVersion", "maxVersion"], VERSIONS), OLD)],
    ),
    (&["go"], &[(Use::Setting(&["MinVersion", "MaxVersion"], VERSIONS), OLD)]),
    (&["java"], &[(Use::Call(&["SSLContext.getInstance"], &[When::Argument(0, VERSIONS)]), OLD)]),
    (
        &["c", "cpp"],
        &[
            (
                Use::Call(
                    &[
                        "SSLv2_method",
                        "SSLv3_method",
                        "SSLv3_client_method",
                        "SSLv3_server_method",
                        "TLSv1_method",
                        "TLSv1_client_method",
                        "TLSv1_server_method",
                        "TLSv1_1_method",
                        "TLSv1_1_client_method",
                        "TLSv1_1_server_method",
                    ],
                    &[],
                ),
                OLD,
            ),
            (Use::Call(&["curl_easy_setopt"], &[When::Argument(2, VERSIONS)]), OLD),
        ],
    ),
];
/// How the versions are written.
const VERSIONS: &[&str] = &[
    "SSLv2",
    "SSLv3",
    "SSL",
    "TLSv1",
    "TLSv1.0",
    "TLSv1.1",
    "*.PROTOCOL_SSLv2",
    "*.PROTOCOL_SSLv3",
    "*.PROTOCOL_TLSv1",
    "*.PROTOCOL_TLSv1_1",
    "*.SSLv2_METHOD",
    "*.SSLv3_METHOD",
    "*.TLSv1_METHOD",
    "*.TLSVersion.SSLv3",
    "*.TLSVersion.TLSv1",
    "*.TLSVersion.TLSv1_1",
    "SSLv2_method",
    "SSLv3_method",
    "TLSv1_method",
    "TLSv1_1_method",
    "*.VersionSSL30",
    "*.VersionTLS10",
    "*.VersionTLS11",
    "CURL_SSLVERSION_SSLv2",
    "CURL_SSLVERSION_SSLv3",
    "CURL_SSLVERSION_TLSv1_0",
    "CURL_SSLVERSION_TLSv1_1",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let Some(says) = known_use(context, id, KNOWN) else { return };
    // Where a switch asks for each version in turn, somebody else chooses.
    let is_chosen = context.tree.ancestors(id).any(|it| context.tree.kind(it) == Kind::Case);
    if is_chosen || context.is_in_test(id) {
        return;
    }
    let shown = context.excerpt(id);
    context
        .report(id, format!("`{shown}` {says}"))
        .because("All versions before TLS 1.2 have known attacks.")
        .emit();
}
