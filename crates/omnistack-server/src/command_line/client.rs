//! `omnistack-server client`: who may ask for tokens.

use std::io::{Read, Write};
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::managing::{Format, ManageError, Settings, date, projects, wait};
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
    /// Takes a client's tokens away: it gets no new ones, and servers stop taking those it has
    Disable(Named),
    /// Lets a client that was disabled ask again
    Enable(Named),
    /// Removes a client: it gets no new tokens, and those it has last until they are over
    Remove(Named),
}

#[derive(Clone, Debug, clap::Args)]
struct Named {
    /// The client
    name: String,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Clone, Debug, clap::Args)]
struct Add {
    /// Its name
    name: String,
    /// What it may do
    #[arg(long, value_enum, default_value = "developer")]
    role: Role,
    /// A project that its tokens are limited to; may be repeated
    #[arg(long = "project", value_name = "PROJECT")]
    projects: Vec<String>,
    /// Takes the secret from standard input rather than making one
    #[arg(long)]
    secret_stdin: bool,
    /// How to print the secret
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    settings: Settings,
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
            ClientCommand::Disable(named) => {
                Ok(named.clients().await?.disable(&named.name, true).await?)
            }
            ClientCommand::Enable(named) => {
                Ok(named.clients().await?.disable(&named.name, false).await?)
            }
            ClientCommand::Remove(named) => Ok(named.clients().await?.remove(&named.name).await?),
        }
    })
}

impl Named {
    async fn clients(&self) -> Result<Clients, ManageError> {
        open(&self.settings.read()?).await
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
    let clients = open(&add.settings.read()?).await?;
    let secret = if add.secret_stdin { given()? } else { new_secret()? };
    let projects = (!add.projects.is_empty()).then(|| add.projects.clone());
    let client = Client::new(&secret, add.role, projects.clone())?;
    clients.add(&add.name, client).await?;
    let mut out = std::io::stdout().lock();
    match add.format {
        Format::Json => {
            let mut answer = json!({ "client": add.name, "role": add.role, "projects": projects });
            if let (false, Some(fields)) = (add.secret_stdin, answer.as_object_mut()) {
                fields.insert("secret".to_owned(), secret.expose_secret().into());
            }
            writeln!(out, "{answer}")?;
        }
        Format::Text if add.secret_stdin => {}
        Format::Text => {
            // The note is apart, so that the secret alone can be piped on.
            writeln!(
                std::io::stderr().lock(),
                "Client {} was added, with the role {}. Its secret, which is not shown again:",
                add.name,
                add.role.name()
            )?;
            writeln!(out, "{}", secret.expose_secret())?;
        }
    }
    Ok(())
}

/// The secret on standard input, without the end of its line.
fn given() -> Result<SecretString, ManageError> {
    let mut text = String::new();
    std::io::stdin().lock().take(LONGEST_SECRET as u64 + 2).read_to_string(&mut text)?;
    let text = SecretString::from(text);
    Ok(SecretString::from(text.expose_secret().trim_end_matches(['\r', '\n'])))
}

async fn list(clients: &Clients, format: Format) -> Result<(), ManageError> {
    let all = clients.all().await?;
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
