//! A token that a program prints, such as a password manager's: run without a shell, so that nothing
//! in its words means more than it says.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::Command;

use super::{MOST_BYTES, TokenError};

/// What a program prints.
pub(super) async fn output(words: &[String], limit: Duration) -> Result<String, TokenError> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(TokenError::None("the command is empty".to_owned()));
    };
    let wrong = |why: String| TokenError::None(format!("the command `{program}` {why}"));
    let run = async {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            // What it complains of may hold secrets.
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| wrong(format!("cannot be run: {error}")))?;
        let mut text = String::new();
        if let Some(output) = child.stdout.take() {
            let read = output.take(MOST_BYTES + 1).read_to_string(&mut text).await;
            read.map_err(|error| wrong(format!("prints no text: {error}")))?;
        }
        if text.len() as u64 > MOST_BYTES {
            return Err(wrong("prints more than a token".to_owned()));
        }
        let status = child.wait().await.map_err(|error| wrong(format!("failed: {error}")))?;
        if !status.success() {
            return Err(wrong(format!("failed ({status})")));
        }
        Ok(text)
    };
    let ended = tokio::time::timeout(limit, run).await;
    ended.unwrap_or_else(|_| Err(wrong(format!("took longer than {} s", limit.as_secs()))))
}
