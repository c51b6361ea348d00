//! Paths of the workspace's files: `/` between parts, and nothing in them that leads up.

/// A path as the index keeps it.
pub fn normal(path: &str) -> String {
    let path = path.replace('\\', "/");
    let is_absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|it| *it != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if is_absolute { format!("/{joined}") } else { joined }
}

/// The folder of a path; empty at the top.
pub(super) fn folder(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((folder, _)) => folder,
        None => "",
    }
}

/// The last part of a path.
pub(super) fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The last part of a path without its extension.
pub(super) fn stem(path: &str) -> &str {
    let last = last(path);
    last.rsplit_once('.').map_or(last, |(stem, _)| stem)
}

/// Whether the file is a header of C or C++.
pub(super) fn is_header(path: &str) -> bool {
    let extension = last(path).rsplit_once('.').map_or("", |(_, extension)| extension);
    extension.starts_with('h')
}

/// A path below a folder.
pub(super) fn join(folder: &str, path: &str) -> String {
    match folder {
        "" => normal(path),
        folder => normal(&format!("{folder}/{path}")),
    }
}

/// Whether a path lies in a folder or below it.
pub(super) fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || folder.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_normal() {
        assert_eq!(normal("./a/../b//c.py"), "b/c.py");
        assert_eq!(normal("../a"), "../a");
        assert_eq!(normal("/a/./b"), "/a/b");
        assert_eq!(join("a/b", "../c.ts"), "a/c.ts");
        assert_eq!((folder("a/b.py"), folder("b.py"), folder("/b.py")), ("a", "", "/"));
        assert!(is_below("a/b", "a") && !is_below("ab", "a") && is_below("a", ""));
    }
}
