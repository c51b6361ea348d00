//! What a client is made with: where the servers are, and how it comes by a token.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use url::{Host, Url};

use crate::error::SetupError;

/// An address that a token may be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(Url);

/// What a client is made with. It has no `Debug`, so that no secret gets into a log.
#[derive(Clone)]
pub struct Settings {
    /// The servers; any of them will do.
    pub endpoints: Vec<Endpoint>,
    /// How to come by a token.
    pub token: TokenSource,
    /// The model to ask; the server's default if none is named.
    pub model: Option<String>,
    /// How long a call for one function may take, with all its tries.
    pub deadline: Duration,
    /// Files of certificates (PEM) to trust beside the system's.
    pub roots: Vec<PathBuf>,
    /// A certificate (PEM, with those it rests on) to show to the server, and the file of its key.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// What the requests say of the program that makes them.
    pub agent: String,
    /// How soon it gives up, and tries again.
    pub pace: Pace,
}

/// How to come by a token.
#[derive(Clone, Default)]
pub enum TokenSource {
    /// There is none.
    #[default]
    Nowhere,
    /// This one.
    Fixed(SecretString),
    /// What a file holds, read again when it changes.
    File(PathBuf),
    /// What a program prints. It is run without a shell.
    Command(Vec<String>),
    /// What the server gives for a client's id and secret.
    Credentials {
        /// The id.
        id: String,
        /// The secret.
        secret: SecretString,
    },
}

/// How soon a client gives up, and tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Tries of a call, in all.
    pub tries: u32,
    /// The longest wait before the second try; each further one may wait twice as long.
    pub backoff: Duration,
    /// So many failures in a row, and an endpoint is left alone.
    pub failures: u32,
    /// For so long, at first; twice as long after each failure that follows.
    pub open: Duration,
    /// And never longer.
    pub open_most: Duration,
    /// How much longer a call may take for each further function.
    pub per_unit: Duration,
    /// How long a command may take to print a token.
    pub command: Duration,
    /// How long a token that was refused is not tried again.
    pub refused: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            tries: 3,
            backoff: Duration::from_millis(40),
            failures: 5,
            open: Duration::from_secs(5),
            open_most: Duration::from_mins(1),
            per_unit: Duration::from_millis(10),
            command: Duration::from_secs(20),
            refused: Duration::from_mins(1),
        }
    }
}

/// An endpoint's address, if a token may be sent there: over https, or to this machine itself.
///
/// # Errors
/// It is no address, or one that no token may be sent to.
pub fn endpoint(text: &str) -> Result<Endpoint, SetupError> {
    let wrong = |why| SetupError::Endpoint { endpoint: text.to_owned(), why };
    let mut url = Url::parse(text.trim())
        .map_err(|_| wrong("it is no address, such as https://omnistack.example.org"))?;
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if !url.username().is_empty() || url.password().is_some() {
        // The address is not repeated, since it holds a password.
        let why = "an address holds no user and no password";
        return Err(SetupError::Endpoint { endpoint: "…".to_owned(), why });
    }
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback) {
        return Err(wrong("a token goes over https only, but to this machine itself"));
    }
    url.set_query(None);
    url.set_fragment(None);
    Ok(Endpoint(url))
}

impl Endpoint {
    /// The address of a route, such as `v1/predict`.
    pub(crate) fn route(&self, route: &str) -> Url {
        let mut url = self.0.clone();
        let path = format!("{}/{route}", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url
    }

    /// Whether what goes there is encrypted.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn tokens_go_over_https_or_stay_on_this_machine() {
        for good in
            ["https://a.example/x/", "http://127.0.0.1:8080", "http://localhost/", "http://[::1]:1"]
        {
            assert!(endpoint(good).is_ok(), "{good}");
        }
        let bad = [
            "http://a.example",
            "ftp://127.0.0.1",
            "a.example",
            "",
            "https://me:secret@a.example",
            "http://127.0.0.1.example",
            "http://localhost.example",
            "file:///etc/passwd",
        ];
        for bad in bad {
            let error = endpoint(bad).unwrap_err();
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[test]
    fn routes_follow_the_path_of_the_address() {
        let route = |text| endpoint(text).unwrap().route("v1/predict").to_string();
        assert_eq!(route("https://a.example"), "https://a.example/v1/predict");
        assert_eq!(route("https://a.example/team/?x=1#y"), "https://a.example/team/v1/predict");
        assert_eq!(endpoint(" https://a.example/ ").unwrap().to_string(), "https://a.example");
    }
}
