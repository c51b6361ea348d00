//! A daemon with metrics, and a scraper: one request over a socket, and the text it got, read
//! strictly.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Instant;

use serde_json::Value;

use crate::client::{Client, LIMIT};

/// What is asked for until it is there.
pub(crate) fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + LIMIT;
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(Instant::now() < deadline, "no {what}");
        std::thread::yield_now();
    }
}

/// The status, once it tells where metrics are.
pub(crate) fn served(client: &mut Client) -> Value {
    until("address of metrics", || {
        let status = client.request("omnistack/status", Value::Null).unwrap();
        status["telemetry"]["metrics"].is_string().then_some(status)
    })
}

/// Asks an address for a path; the response's head and body.
pub(crate) fn get(address: &str, request: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    write!(stream, "{request} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

/// The only service-discovery file in a folder, and the address it names.
pub(crate) fn announced(folder: &Path) -> (std::path::PathBuf, Value) {
    let entries = std::fs::read_dir(folder).unwrap();
    let files: Vec<_> = entries.map(|it| it.unwrap().path()).collect();
    let [file] = files.as_slice() else { panic!("{files:?}") };
    let groups = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    (file.clone(), groups)
}

/// The samples of an exposition by name and labels; fails on whatever the format does not allow.
pub(crate) fn samples(text: &str) -> BTreeMap<String, f64> {
    let mut samples = BTreeMap::new();
    let mut kinds: BTreeMap<&str, &str> = BTreeMap::new();
    let body = text.strip_suffix("# EOF\n").expect("an end");
    for line in body.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            let mut words = comment.splitn(3, ' ');
            let (what, name, rest) = (words.next(), words.next().unwrap(), words.next().unwrap());
            match what {
                Some("TYPE") => assert!(kinds.insert(name, rest).is_none(), "twice: {line}"),
                Some("HELP") => assert!(!rest.is_empty(), "{line}"),
                Some("UNIT") => assert!(name.ends_with(&format!("_{rest}")), "{line}"),
                _ => panic!("{line}"),
            }
            continue;
        }
        let (series, value) = line.rsplit_once(' ').unwrap();
        let name = series.split('{').next().unwrap();
        let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
        assert!(name.starts_with("omnistack_") && name.chars().all(is_name), "{line}");
        let endings = ["_total", "_bucket", "_sum", "_count", ""];
        let of = endings.iter().find_map(|it| kinds.get(name.strip_suffix(it)?));
        assert!(of.is_some(), "a sample without a type: {line}");
        let value: f64 = value.parse().unwrap();
        assert!(samples.insert(series.to_owned(), value).is_none(), "twice: {line}");
    }
    samples
}
