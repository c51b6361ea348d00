//! A rule that keeps failing is turned off, and the user is told once.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use analysis::engine::{CheckedUnit, UnitCache};
use analysis::rules::{self, Panicked};
use omnistack_lsp::predictions::Predictions;
use omnistack_lsp::server::cache::{PANIC_LIMIT, SharedCache};
use omnistack_lsp::server::pool::Pool;
use omnistack_lsp::server::state::{Analysed, Client, Command, Opening, SettingsClient, start};
use omnistack_lsp::server::status::Condition;

#[derive(Debug)]
enum Heard {
    Published(usize),
    Shown(String),
}

struct Listener(Sender<Heard>);

impl SettingsClient for Listener {}

impl Client for Listener {
    fn publish(&self, _: &Arc<str>, analysed: Option<&Arc<Analysed>>) {
        let findings = analysed.map_or(0, |analysed| analysed.analysis.findings.len());
        self.0.send(Heard::Published(findings)).unwrap();
    }

    fn refresh(&self) {}

    fn show(&self, message: &str) {
        self.0.send(Heard::Shown(message.to_owned())).unwrap();
    }

    fn log(&self, _: &str) {}

    fn glances(&self, _: bool, _: bool) {}
    fn condition(&self, _: &Condition) {}
    fn watch(&self) {}

    fn progress(&self, _: Option<(usize, usize)>) {}

    fn checking(&self, _: Option<(usize, usize)>) {}

    fn uri_of(&self, _: &Path) -> Option<Arc<str>> {
        None
    }

    fn load(&self) -> (usize, u64) {
        (0, 0)
    }
}

#[test]
fn a_rule_that_keeps_failing_is_turned_off_and_the_user_told_once() {
    let (sender, heard) = channel();
    let cache = Arc::new(SharedCache::new(1 << 20));
    let (pool, predictions) = (Pool::new(1).unwrap(), Arc::new(Predictions::new(None, 0)));
    let documents =
        start(Arc::new(Listener(sender)), Arc::clone(&cache), pool, predictions).unwrap();
    let rule = rules::all().iter().position(|rule| rule.id == "bug/self-comparison").unwrap();
    let uri: Arc<str> = "file:///x.py".into();
    let open = |version| {
        Command::Open(Opening {
            uri: Arc::clone(&uri),
            path: None,
            is_view: false,
            language: "python".to_owned(),
            version: Some(version),
            text: "def f(a):\n    return a == a\n".to_owned(),
        })
    };
    let next = || heard.recv_timeout(Duration::from_mins(1)).unwrap();

    for key in 0..PANIC_LIMIT {
        let panic = Panicked { rule, message: "oh".to_owned() };
        let unit = CheckedUnit { findings: Vec::new(), panics: vec![panic] };
        cache.insert_checked(u128::from(key), Arc::new(unit));
    }
    documents.send(open(1)).unwrap();
    let first = next();
    assert!(matches!(first, Heard::Published(1)), "{first:?}");
    let Heard::Shown(message) = next() else { panic!("the user was not told") };
    assert!(message.contains("bug/self-comparison"), "{message}");
    // What is open is analysed again without the rule, and nobody is told again.
    let again = next();
    assert!(matches!(again, Heard::Published(0)), "{again:?}");
    documents.send(open(2)).unwrap();
    let again = next();
    assert!(matches!(again, Heard::Published(0)), "{again:?}");
    documents.send(Command::Stop).unwrap();
}
