//! `omnistack-server token`: access tokens for operators, made where the keys are.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use humantime_serde::re::humantime;

use super::managing::{Deed, Log, ManageError, Settings, wait};
use crate::access::Role;
use crate::auth::Auth;
use crate::store::{Memory, Store};

/// Issues access tokens
#[derive(Clone, Debug, clap::Args)]
pub struct TokenArgs {
    #[command(subcommand)]
    command: TokenCommand,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum TokenCommand {
    /// Prints an access token for a client
    ///
    /// It is signed with the key in the folder of `auth.keys`, without a server being asked: whoever
    /// may read that folder is trusted. A client that is known gives its role and projects; any other
    /// name needs `--role`.
    Issue(Issue),
}

#[derive(Clone, Debug, clap::Args)]
struct Issue {
    /// Whose token it is
    #[arg(long, value_name = "NAME")]
    client: String,
    /// What it may do; the client's own role if left out
    #[arg(long, value_enum)]
    role: Option<Role>,
    /// A project that the token is limited to; may be repeated
    #[arg(long = "project", value_name = "PROJECT")]
    projects: Vec<String>,
    /// How long it is good, such as `1h`; as long as `auth.access_token` says if left out
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    lifetime: Option<Duration>,
    #[command(flatten)]
    settings: Settings,
}

/// Runs it.
///
/// # Errors
/// [`ManageError`] when settings, keys or clients cannot be used, or the client cannot be one.
pub fn run(args: &TokenArgs) -> Result<(), ManageError> {
    let TokenCommand::Issue(issue) = &args.command;
    wait(run_issue(issue))
}

async fn run_issue(issue: &Issue) -> Result<(), ManageError> {
    let configuration = issue.settings.read()?;
    let clients = super::client::open(&configuration).await?;
    let known = clients.find(&issue.client).await?;
    if known.as_ref().is_some_and(|it| it.disabled) {
        return Err(ManageError::Refused(issue.client.clone()));
    }
    let wanted = (!issue.projects.is_empty()).then(|| issue.projects.clone());
    let (role, projects, issued) = if let Some(client) = known {
        let issued = client.gives_at();
        (issue.role.unwrap_or(client.role), wanted.or(client.projects), issued)
    } else {
        let unknown = || ManageError::UnknownClient(issue.client.clone());
        (issue.role.ok_or_else(unknown)?, wanted, 0)
    };
    let usual = configuration.auth.access_token;
    let lifetime = issue.lifetime.unwrap_or(usual);
    let log = Log::open(&configuration)?;
    let auth = Auth::for_issuing(&configuration, Arc::new(Store::Memory(Memory::default())))?;
    let how = format!("role {}, {}", role.name(), humantime::format_duration(lifetime));
    let deed = Deed { action: "token.issue", what: Some(&issue.client), how: Some(&how) };
    let work = async { Ok(auth.issue_at(issued, &issue.client, role, projects, lifetime)?) };
    let issued = log.of(deed, work, |_| None).await?;
    if lifetime > usual {
        let mut notes = std::io::stderr().lock();
        writeln!(
            notes,
            "note: it is good for longer than auth.access_token: a rotation of keys may end it early"
        )?;
    }
    Ok(writeln!(std::io::stdout().lock(), "{}", issued.token)?)
}
