//! `omnistack-server keys`: the keys that sign tokens.

use std::io::Write;
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::json;

use super::managing::{Deed, Format, Log, ManageError, Settings, date, wait};
use crate::auth::keys::{Keys, Use};
use crate::configuration::Configuration;

/// Lists and rotates the keys that sign tokens
#[derive(Clone, Debug, clap::Args)]
pub struct KeysArgs {
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum KeysCommand {
    /// Lists the keys, the newest first
    List {
        #[command(flatten)]
        settings: Settings,
        /// How to print them
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Makes a new key, which replaces the one that signs
    ///
    /// The old key verifies until the last token that it signed is over, and is removed then. To stop
    /// trusting a key at once, remove its file.
    Rotate {
        #[command(flatten)]
        settings: Settings,
    },
}

/// Runs it.
///
/// # Errors
/// [`ManageError`] when settings or keys cannot be used.
pub fn run(args: &KeysArgs) -> Result<(), ManageError> {
    let mut out = std::io::stdout().lock();
    match &args.command {
        KeysCommand::List { settings, format } => {
            list(&mut out, &Keys::look(&settings.read()?.auth)?, *format)
        }
        KeysCommand::Rotate { settings } => {
            let settings = settings.read()?;
            let log = Log::open(&settings)?;
            let deed = Deed { action: "keys.rotate", what: None, how: None };
            let kid = wait(log.of(deed, async { rotate(&settings) }, |kid| Some(kid.to_string())))?;
            Ok(writeln!(out, "{kid}")?)
        }
    }
}

/// Makes the next key; the first one if there is none. Returns its id.
fn rotate(settings: &Configuration) -> Result<Arc<str>, ManageError> {
    let had_one = Keys::look(&settings.auth).is_ok_and(|it| it.current().signer().is_some());
    let keys = Keys::open(&settings.auth)?;
    // The first one is made by opening the folder.
    let first = keys.current().signer().map(|it| Arc::clone(&it.kid));
    match first.filter(|_| !had_one) {
        Some(kid) => Ok(kid),
        None => Ok(keys.rotate()?),
    }
}

fn list(out: &mut impl Write, keys: &Keys, format: Format) -> Result<(), ManageError> {
    let name = |what: Use| match what {
        Use::Signs => "signs",
        Use::Waits => "signs soon",
        Use::Verifies => "verifies",
        Use::Over => "over",
    };
    let rows = keys.list();
    match format {
        Format::Json => {
            let row = |(key, what): &(Arc<crate::auth::key::Key>, Use)| {
                json!({
                    "kid": *key.kid,
                    "algorithm": key.public.alg,
                    "created": date(key.created),
                    "use": name(*what),
                })
            };
            let rows: Vec<_> = rows.iter().map(row).collect();
            writeln!(out, "{}", json!(rows))?;
        }
        Format::Text => {
            for (key, what) in &rows {
                let days = key.age(SystemTime::now()).as_secs() / (24 * 60 * 60);
                writeln!(
                    out,
                    "{:<10}  {:<6}  {}  {days} days  {}",
                    name(*what),
                    key.public.alg,
                    date(key.created),
                    key.kid
                )?;
            }
        }
    }
    Ok(())
}
