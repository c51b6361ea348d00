//! `security/plain-text-protocol`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::known::{Known, Use, known_use};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/plain-text-protocol",
    category: Category::Security,
    summary: "A protocol sends passwords in the clear",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports clients of Telnet and FTP, and passwords sent by HTTP's basic authentication without TLS.",
        why: "Whoever is on the way reads the password and everything else.",
        fix: "Use SSH, SFTP or FTPS, and `https` addresses.",
        limits: "Inside one machine this may be right; tests are left alone.",
        references: &["https://cwe.mitre.org/data/definitions/319.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "import telnetlib

def login(host):
    return telnetlib.Telnet(host)
           ^^^^^^^^^^^^^^^^^^^^^^ in the clear
",
        ),
        Example::bad(
            "python",
            "import ftplib

def load(host):
    return ftplib.FTP(host)
           ^^^^^^^^^^^^^^^^ in the clear
",
        ),
        Example::good(
            "python",
            "import ftplib

def load(host):
    return ftplib.FTP_TLS(host)
",
        ),
        Example::good(
            "python",
            "import paramiko

def login():
    return paramiko.SSHClient()
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load() {
        FTPClient client = new FTPClient();
                           ^^^^^^^^^^^^^^^ in the clear
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    TelnetClient login() {
        return new TelnetClient();
               ^^^^^^^^^^^^^^^^^^ in the clear
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load() {
        FTPSClient client = new FTPSClient();
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    SSHClient login() {
        return new SSHClient();
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

const CLEAR: &str = "sends the password, and all that follows, in the clear";

/// Clients of such protocols, by language.
const KNOWN: ByLanguage<&[Known]> = &[
    (&["python"], &[(Use::Call(&["telnetlib.Telnet", "ftplib.FTP"], &[]), CLEAR)]),
    (&["java"], &[(Use::Call(&["FTPClient", "TelnetClient"], &[]), CLEAR)]),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let Some(says) = known_use(context, id, KNOWN) else { return };
    if context.is_in_test(id) {
        return;
    }
    let shown = context.excerpt(id);
    context
        .report(id, format!("`{shown}` {says}"))
        .because("The protocol knows no encryption.")
        .emit();
}
