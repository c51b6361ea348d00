//! `omnistack-server client`: who may ask for tokens.

use std::io::{Read, Write};
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::managing::{Deed, Format, Log, ManageError, Settings, date, projects, wait};
use crate::access::Role;
use crate::auth;
use crate::auth::clients::{Client, ClientError, Clients, LONGEST_SECRET, new_secret};
use crate::configuration::{ClientsIn, Configuration};
use crate::store::{Memory, Signals, Store};

/// Adds, lists, disables and removes clients
#[derive(Clone, Debug, clap::Args)]
pub struct ClientArgs {
    #[command(subcommand)]
    command: ClientCommand,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum ClientCommand {
    /// Adds a client, and prints its secret, which is not shown again
    Add(Add),
    /// Lists the clients
    List {
        #[command(flatten)]
        settings: Settings,
        /// How to print them
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Gives a client another secret, and prints it; the old one is not taken any more
    ///
    /// What was given for the old one is over: sessions at once, and access tokens as soon as servers
    /// have looked, which takes a few seconds (`auth.revocations_every`).
    Secret(Renew),
    /// Takes a client's tokens away: it gets no new ones, and servers stop taking those it has
    Disable(Named),
    /// Lets a client that was disabled ask again
    Enable(Named),
    /// Removes a client: it gets no new tokens, and servers stop taking those it has
    Remove(Named),
}

#[derive(Clone, Debug, clap::Args)]
struct Named {
    /// The client
    name: String,
    #[command(flatten)]
    settings: Settings,
}

/// Where the secret comes from, and goes to.
#[derive(Clone, Debug, clap::Args)]
struct Secret {
    /// Takes the secret from standard input rather than making one
    #[arg(long)]
    secret_stdin: bool,
    /// How to print the secret
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Debug, clap::Args)]
struct Renew {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    secret: Secret,
}

#[derive(Clone, Debug, clap::Args)]
struct Add {
    #[command(flatten)]
    named: Named,
    /// What it may do
    #[arg(long, value_enum, default_value = "developer")]
    role: Role,
    /// A project that its tokens are limited to; may be repeated
    #[arg(long = "project", value_name = "PROJECT")]
    projects: Vec<String>,
    #[command(flatten)]
    secret: Secret,
}

/// Runs it.
///
/// # Errors
/// [`ManageError`] when settings or clients cannot be used, or a name or secret cannot be one.
pub fn run(args: &ClientArgs) -> Result<(), ManageError> {
    wait(async {
        match &args.command {
            ClientCommand::Add(add) => run_add(add).await,
            ClientCommand::List { settings, format } => {
                list(&open(&settings.read()?).await?, *format).await
            }
            ClientCommand::Secret(renew) => run_renew(renew).await,
            ClientCommand::Disable(named) => {
                let (clients, log) = named.open().await?;
                named.change("client.disable", &log, clients.disable(&named.name, true)).await
            }
            ClientCommand::Enable(named) => {
                let (clients, log) = named.open().await?;
                named.change("client.enable", &log, clients.disable(&named.name, false)).await
            }
            ClientCommand::Remove(named) => {
                let (clients, log) = named.open().await?;
                named.change("client.remove", &log, clients.remove(&named.name)).await
            }
        }
    })
}

impl Named {
    async fn open(&self) -> Result<(Clients, Log), ManageError> {
        let configuration = self.settings.read()?;
        Ok((open(&configuration).await?, Log::open(&configuration)?))
    }

    async fn change(
        &self,
        action: &str,
        log: &Log,
        work: impl Future<Output = Result<(), ClientError>>,
    ) -> Result<(), ManageError> {
        let deed = Deed { action, what: Some(&self.name), how: None };
        log.of(deed, async { Ok(work.await?) }, |()| None).await
    }
}

/// The clients of the settings.
pub(super) async fn open(configuration: &Configuration) -> Result<Clients, ManageError> {
    let store = match configuration.auth.clients_in {
        ClientsIn::File => Store::Memory(Memory::default()),
        ClientsIn::Redis => Store::open(&configuration.redis, Signals::default()).await?,
    };
    Ok(auth::clients_of(&configuration.auth, Arc::new(store))?)
}

async fn run_add(add: &Add) -> Result<(), ManageError> {
    let (clients, log) = add.named.open().await?;
    let (name, secret) = (&add.named.name, add.secret.get()?);
    let projects = (!add.projects.is_empty()).then(|| add.projects.clone());
    let client = Client::new(&secret, add.role, projects.clone())?;
    let deed = Deed { action: "client.add", what: Some(name), how: Some(add.role.name()) };
    log.of(deed, async { Ok(clients.add(name, client).await?) }, |()| None).await?;
    let answer = json!({ "client": name, "role": add.role, "projects": projects });
    let note = format!("Client {name} was added, with the role {}.", add.role.name());
    add.secret.tell(&secret, &note, answer)
}

async fn run_renew(renew: &Renew) -> Result<(), ManageError> {
    let (clients, log) = renew.named.open().await?;
    let (name, secret) = (&renew.named.name, renew.secret.get()?);
    renew.named.change("client.secret", &log, clients.renew(name, &secret)).await?;
    let note = format!("Client {name} has another secret.");
    renew.secret.tell(&secret, &note, json!({ "client": name }))
}

impl Secret {
    fn get(&self) -> Result<SecretString, ManageError> {
        if self.secret_stdin { given() } else { Ok(new_secret()?) }
    }

    /// Prints the secret once, unless whoever runs this knows it already.
    fn tell(
        &self,
        secret: &SecretString,
        note: &str,
        mut answer: serde_json::Value,
    ) -> Result<(), ManageError> {
        let mut out = std::io::stdout().lock();
        match self.format {
            Format::Json => {
                if let (false, Some(fields)) = (self.secret_stdin, answer.as_object_mut()) {
                    fields.insert("secret".to_owned(), secret.expose_secret().into());
                }
                writeln!(out, "{answer}")?;
            }
            Format::Text => {
                // The note is apart, so that the secret alone can be piped on.
                let mut notes = std::io::stderr().lock();
                if self.secret_stdin {
                    writeln!(notes, "{note}")?;
                } else {
                    writeln!(notes, "{note} Its secret, which is not shown again:")?;
                    writeln!(out, "{}", secret.expose_secret())?;
                }
            }
        }
        Ok(())
    }
}

/// The secret on standard input, without the end of its line.
fn given() -> Result<SecretString, ManageError> {
    let mut text = String::new();
    std::io::stdin().lock().take(LONGEST_SECRET as u64 + 2).read_to_string(&mut text)?;
    let text = SecretString::from(text);
    Ok(SecretString::from(text.expose_secret().trim_end_matches(['\r', '\n'])))
}

async fn list(clients: &Clients, format: Format) -> Result<(), ManageError> {
    let mut all = clients.all().await?;
    all.retain(|_, client| !client.removed);
    let mut out = std::io::stdout().lock();
    match format {
        Format::Json => {
            let rows = all.iter().map(|(name, client)| {
                json!({
                    "client": name,
                    "role": client.role,
                    "projects": client.projects,
                    "disabled": client.disabled,
                    "created": date(client.created),
                })
            });
            writeln!(out, "{}", json!(rows.collect::<Vec<_>>()))?;
        }
        Format::Text => {
            let longest = all.keys().map(String::len).max().unwrap_or_default();
            for (name, client) in &all {
                writeln!(
                    out,
                    "{name:<longest$}  {:<9}  {}  {}{}",
                    client.role.name(),
                    date(client.created),
                    projects(client.projects.as_deref()),
                    if client.disabled { "  disabled" } else { "" }
                )?;
            }
        }
    }
    Ok(())
}

impl From<crate::store::Unavailable> for ManageError {
    fn from(error: crate::store::Unavailable) -> Self {
        Self::Client(ClientError::Store(error))
    }
}
