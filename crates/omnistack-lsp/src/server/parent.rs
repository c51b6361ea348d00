//! Whether the process that started the daemon still lives.
//!
//! An editor that crashes may leave our input open, for instance in a child of its own. On Linux
//! the parent's entry in `/proc` is looked at; elsewhere there is no way without unsafe code, and
//! only the end of the input tells.

/// A process, recognised by its id and the time it started, so that a successor with the same id is
/// not taken for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    id: u32,
    started: u64,
}

impl Parent {
    /// The running process with that id. Nothing when it cannot be seen: another system, or an id
    /// from outside our container.
    pub fn find(id: u32) -> Option<Self> {
        started(id).map(|started| Self { id, started })
    }

    /// Whether it still runs.
    pub fn is_alive(self) -> bool {
        started(self.id) == Some(self.started)
    }
}

/// When a process started, unless it has ended.
fn started(id: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name, in parentheses, may hold anything; the state follows it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        return None;
    }
    // Field 22 of the whole line, of which the state was the third.
    fields.nth(18)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_lives() {
        if std::path::Path::new("/proc/self/stat").exists() {
            assert!(Parent::find(std::process::id()).is_some_and(Parent::is_alive));
        }
        assert_eq!(Parent::find(u32::MAX), None);
    }
}
