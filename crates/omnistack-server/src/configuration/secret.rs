//! Secrets: from a variable of the environment or from a file, never from settings, and never shown.

use std::path::Path;

use secrecy::SecretString;

/// The address of Redis.
pub const REDIS_URL: &str = "OMNISTACK_REDIS_URL";
/// The keys that values in the store are sealed with.
pub const STORE_KEYS: &str = "OMNISTACK_STORE_KEYS";

/// A secret that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the secret in {file} cannot be read: {problem}")]
pub struct SecretError {
    file: String,
    problem: std::io::Error,
}

/// The secret of a variable, or else of a file; nothing if neither is named.
///
/// # Errors
/// [`SecretError`] when the file cannot be read.
pub fn read(variable: &str, file: Option<&Path>) -> Result<Option<SecretString>, SecretError> {
    let value = std::env::var(variable).ok().filter(|it| !it.is_empty());
    if let Some(value) = value {
        return Ok(Some(value.into()));
    }
    let Some(file) = file else { return Ok(None) };
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(text.trim().into())),
        Err(problem) => Err(SecretError { file: file.display().to_string(), problem }),
    }
}
