//! A language server as a process, driven as an editor drives it: messages out, messages in with the
//! moment at which they came, requests of the server answered meanwhile.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::project::{Failure, processor_time, read, start_failure};

/// Longer than any server takes that still works.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

/// A message and when it was read.
#[derive(Debug)]
pub(crate) struct Arrival {
    /// When.
    pub(crate) at: Instant,
    /// The message.
    pub(crate) message: Value,
}

impl Arrival {
    /// The diagnostics of a document from this version on, if that is what it brings.
    pub(crate) fn diagnostics(&self, uri: &str, version: i64) -> Option<&Vec<Value>> {
        let params = self.message.get("params")?;
        let is_it = self.message.get("method")? == "textDocument/publishDiagnostics"
            && params.get("uri")? == uri
            && params.get("version").and_then(Value::as_i64).is_none_or(|it| it >= version);
        params.get("diagnostics")?.as_array().filter(|_| is_it)
    }
}

/// A running server.
#[derive(Debug)]
pub(crate) struct LanguageServer {
    child: Child,
    input: Option<ChildStdin>,
    incoming: Receiver<Arrival>,
    started: Instant,
    next_id: i64,
    /// Versions of documents rise over the whole session, so that one opened again goes on where it
    /// was: what is still said of its earlier text can be told from what is said of the new one.
    last_version: i64,
    /// The newest version published of each document, with its diagnostics until they are taken.
    published: HashMap<String, (i64, Option<Vec<Value>>)>,
    /// Publications of a version older than one published before.
    backwards: usize,
}

impl LanguageServer {
    /// Starts a server.
    pub(crate) fn start(mut command: Command) -> Result<Self, Failure> {
        let started = Instant::now();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|source| start_failure(&command, source))?;
        let (sender, incoming) = channel();
        if let Some(output) = child.stdout.take() {
            std::thread::spawn(move || receive(BufReader::new(output), &sender));
        }
        let input = child.stdin.take();
        let published = HashMap::new();
        Ok(Self {
            child,
            input,
            incoming,
            started,
            next_id: 0,
            last_version: 0,
            published,
            backwards: 0,
        })
    }

    /// Initializes a session in a folder; how long after the start that was done.
    pub(crate) fn initialize(&mut self, root: &Path, options: &Value) -> Result<Duration, Failure> {
        let root = uri_of(root);
        let kinds = json!({"valueSet": ["", "quickfix", "refactor", "source", "source.fixAll"]});
        let parameters = json!({
            "processId": std::process::id(),
            "rootUri": root,
            "workspaceFolders": [{"uri": root, "name": "bench"}],
            "initializationOptions": options,
            "capabilities": {
                "general": {"positionEncodings": ["utf-16"]},
                "textDocument": {
                    "publishDiagnostics": {"relatedInformation": true, "versionSupport": true,
                        "codeDescriptionSupport": true, "dataSupport": true},
                    "hover": {"contentFormat": ["markdown"]},
                    "codeAction": {"dataSupport": true,
                        "codeActionLiteralSupport": {"codeActionKind": kinds},
                        "resolveSupport": {"properties": ["edit"]}}
                }
            }
        });
        self.request("initialize", &parameters)?;
        let taken = self.started.elapsed();
        self.notify("initialized", &json!({}))?;
        Ok(taken)
    }

    fn next_version(&mut self) -> i64 {
        self.last_version += 1;
        self.last_version
    }

    /// When it was started.
    pub(crate) fn started(&self) -> Instant {
        self.started
    }

    /// How often an older version was published after a newer one.
    pub(crate) fn backwards(&self) -> usize {
        self.backwards
    }

    /// Sends bytes as they are.
    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let failed = |source| Failure::Told(format!("the server does not listen: {source}"));
        let input = self.input.as_mut();
        let input = input.ok_or_else(|| Failure::Told("the input was closed".to_owned()))?;
        input.write_all(bytes).and_then(|()| input.flush()).map_err(failed)
    }

    /// Sends a message.
    pub(crate) fn send(&mut self, message: &Value) -> Result<(), Failure> {
        let body = message.to_string();
        self.send_bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())
    }

    /// Sends a notification.
    pub(crate) fn notify(&mut self, method: &str, parameters: &Value) -> Result<(), Failure> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": parameters}))
    }

    /// Sends a request; its number.
    pub(crate) fn ask(&mut self, method: &str, parameters: &Value) -> Result<i64, Failure> {
        self.next_id += 1;
        let id = self.next_id;
        let mut message = json!({"jsonrpc": "2.0", "id": id, "method": method});
        if let (Some(message), false) = (message.as_object_mut(), parameters.is_null()) {
            message.insert("params".to_owned(), parameters.clone());
        }
        self.send(&message)?;
        Ok(id)
    }

    /// Sends a request and waits for the answer, which may be an error; how long that took.
    pub(crate) fn request(
        &mut self,
        method: &str,
        parameters: &Value,
    ) -> Result<(Value, Duration), Failure> {
        let begin = Instant::now();
        let id = self.ask(method, parameters)?;
        let is_answer = |it: &Arrival| it.message.get("id") == Some(&json!(id));
        let Arrival { at, message } = self.wait(LIMIT, is_answer)?;
        Ok((message, at - begin))
    }

    /// Waits for a message. Others are dropped; requests among them are answered with nothing.
    pub(crate) fn wait(
        &mut self,
        limit: Duration,
        mut is_it: impl FnMut(&Arrival) -> bool,
    ) -> Result<Arrival, Failure> {
        let end = Instant::now() + limit;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let arrival = match self.incoming.recv_timeout(left) {
                Ok(arrival) => arrival,
                Err(RecvTimeoutError::Timeout) => {
                    return Err(Failure::Told(format!("the server said nothing for {limit:?}")));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Failure::Told("the server ended".to_owned()));
                }
            };
            self.note(&arrival.message)?;
            if is_it(&arrival) {
                return Ok(arrival);
            }
        }
    }

    /// Takes what has come until there is nothing for so long; the last moment something came.
    pub(crate) fn drain(&mut self, quiet: Duration) -> Result<Option<Instant>, Failure> {
        let mut last = None;
        while let Ok(arrival) = self.incoming.recv_timeout(quiet) {
            self.note(&arrival.message)?;
            last = Some(arrival.at);
        }
        Ok(last)
    }

    fn note(&mut self, message: &Value) -> Result<(), Failure> {
        let Some(method) = message.get("method").and_then(Value::as_str) else { return Ok(()) };
        let params = message.get("params");
        if let Some(id) = message.get("id") {
            let items = params.and_then(|it| it.get("items")).and_then(Value::as_array);
            let result = items.map_or(Value::Null, |items| json!(vec![Value::Null; items.len()]));
            return self.send(&json!({"jsonrpc": "2.0", "id": id, "result": result}));
        }
        if method == "textDocument/publishDiagnostics" {
            let field = |name| params.and_then(|it| it.get(name));
            let uri = field("uri").and_then(Value::as_str).unwrap_or_default();
            if let Some(version) = field("version").and_then(Value::as_i64) {
                let newest = self.published.get(uri).map_or(version, |(newest, _)| *newest);
                self.backwards += usize::from(version < newest);
                let diagnostics = field("diagnostics").and_then(Value::as_array).cloned();
                self.published.insert(uri.to_owned(), (version.max(newest), diagnostics));
            } else if let Some((_, diagnostics)) = self.published.get_mut(uri) {
                // It was closed.
                *diagnostics = None;
            }
        }
        Ok(())
    }

    /// What was published since this was last asked: the version and the diagnostics by URI.
    pub(crate) fn take_published(&mut self) -> Vec<(String, (i64, Vec<Value>))> {
        let taken = self.published.iter_mut().filter_map(|(uri, (version, diagnostics))| {
            Some((uri.clone(), (*version, diagnostics.take()?)))
        });
        taken.collect()
    }

    /// Processor time taken so far.
    pub(crate) fn processor_time(&self) -> Result<Duration, Failure> {
        // User and system time of the process itself.
        processor_time(&format!("/proc/{}/stat", self.child.id()), [11, 12])
    }

    /// Bytes in memory.
    pub(crate) fn resident_bytes(&self) -> Result<u64, Failure> {
        let text = read(Path::new(&format!("/proc/{}/status", self.child.id())))?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("");
        let kilobytes = line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap_or(0);
        Ok(kilobytes * 1024)
    }

    /// Closes the server's input.
    pub(crate) fn hang_up(&mut self) {
        self.input = None;
    }

    /// Waits until it ends by itself; nothing if it does not in time.
    pub(crate) fn ended(&mut self, limit: Duration) -> Result<Option<ExitStatus>, Failure> {
        let end = Instant::now() + limit;
        loop {
            let failed = |source| Failure::Told(format!("cannot wait for the server: {source}"));
            let status = self.child.try_wait().map_err(failed)?;
            if status.is_some() || Instant::now() > end {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Ends the session as the protocol wants it.
    pub(crate) fn stop(mut self) -> Result<(), Failure> {
        self.request("shutdown", &Value::Null)?;
        self.notify("exit", &Value::Null)?;
        self.ended(Duration::from_secs(5))?;
        Ok(())
    }
}

impl Drop for LanguageServer {
    fn drop(&mut self) {
        // Ended already, unless something went wrong.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn receive(mut output: impl BufRead, sender: &Sender<Arrival>) {
    while let Some(message) = message(&mut output) {
        let arrival = Arrival { at: Instant::now(), message };
        if sender.send(arrival).is_err() {
            return;
        }
    }
}

fn message(output: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim();
        if let Some(text) = line.strip_prefix("Content-Length:") {
            length = text.trim().parse::<usize>().ok();
        } else if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length?];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

/// An open document.
#[derive(Debug)]
pub(crate) struct OpenDocument {
    /// Its URI.
    pub(crate) uri: String,
    /// Its version.
    pub(crate) version: i64,
}

impl OpenDocument {
    /// Opens a document.
    pub(crate) fn open(
        server: &mut LanguageServer,
        path: &Path,
        language: &str,
        text: &str,
    ) -> Result<Self, Failure> {
        let uri = uri_of(path);
        let version = server.next_version();
        let document =
            json!({"uri": uri, "languageId": language, "version": version, "text": text});
        server.notify("textDocument/didOpen", &json!({"textDocument": document}))?;
        Ok(Self { uri, version })
    }

    /// Replaces what stands between two places (line and character each) by a text.
    pub(crate) fn change(
        &mut self,
        server: &mut LanguageServer,
        from: (usize, usize),
        to: (usize, usize),
        text: &str,
    ) -> Result<Instant, Failure> {
        self.version = server.next_version();
        let position = |at: (usize, usize)| json!({"line": at.0, "character": at.1});
        let range = json!({"start": position(from), "end": position(to)});
        let now = Instant::now();
        server.notify(
            "textDocument/didChange",
            &json!({"textDocument": {"uri": self.uri, "version": self.version},
                "contentChanges": [{"range": range, "text": text}]}),
        )?;
        Ok(now)
    }

    /// Waits for diagnostics of the present version.
    pub(crate) fn diagnostics(&self, server: &mut LanguageServer) -> Result<Arrival, Failure> {
        server.wait(LIMIT, |it| it.diagnostics(&self.uri, self.version).is_some())
    }

    /// Closes it.
    pub(crate) fn close(&self, server: &mut LanguageServer) -> Result<(), Failure> {
        server.notify("textDocument/didClose", &json!({"textDocument": {"uri": self.uri}}))
    }
}

/// The URI of a file; paths here need no escapes.
pub(crate) fn uri_of(path: &Path) -> String {
    format!("file://{}", path.display())
}
