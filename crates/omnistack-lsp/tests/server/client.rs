//! A strict, typed client for tests: over pipes within the process or over a real process's stdio.
//!
//! Every wait has a limit. When a client is dropped, it ends the session as the protocol says and
//! fails the test if the server sent a message that nobody read.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use models::model::Source;
use omnistack_lsp::server::{End, Options, serve};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tower_lsp::ls_types as lsp;

/// Longer than anything may take, even on a busy machine in a debug build.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

enum Server {
    Thread(Option<JoinHandle<End>>),
    Process(Child),
}

pub(crate) struct Client {
    input: Option<Box<dyn Write + Send>>,
    incoming: Receiver<Value>,
    unread: VecDeque<Value>,
    server: Server,
    next_id: i64,
    running: bool,
    /// Whether messages may stay unread.
    forgives: bool,
}

impl Client {
    /// A client of a server in this process that predicts nothing, not initialized yet.
    pub(crate) fn uninitialized() -> Self {
        Self::with_model(None)
    }

    /// A client of a server in this process with a model, not initialized yet.
    pub(crate) fn with_model(model: Option<Source>) -> Self {
        // Whether a client answers in time must not depend on how busy the machine is.
        Self::with_options(Options { threads: 2, model, patience: LIMIT, ..Options::default() })
    }

    /// A client of a server in this process with these options, not initialized yet.
    pub(crate) fn with_options(options: Options) -> Self {
        let (server_input, client_output) = std::io::pipe().unwrap();
        let (client_input, server_output) = std::io::pipe().unwrap();
        let server = std::thread::spawn(move || {
            serve(Box::new(server_input), Box::new(server_output), options).unwrap()
        });
        Self::over(Box::new(client_output), Box::new(client_input), Server::Thread(Some(server)))
    }

    /// A client of the real binary, with predictions off, not initialized yet.
    pub(crate) fn of_process() -> Self {
        Self::of_process_with(&[("OMNISTACK_PREDICT_ENABLED", "false")])
    }

    /// A client of the real binary with these variables, not initialized yet.
    pub(crate) fn of_process_with(variables: &[(&str, &str)]) -> Self {
        let mut server = Command::new(env!("CARGO_BIN_EXE_omnistack-lsp"))
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (input, output) = (server.stdin.take().unwrap(), server.stdout.take().unwrap());
        Self::over(Box::new(input), Box::new(output), Server::Process(server))
    }

    fn over(input: Box<dyn Write + Send>, output: Box<dyn Read + Send>, server: Server) -> Self {
        let (sender, incoming) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read_message(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let unread = VecDeque::new();
        Self {
            input: Some(input),
            incoming,
            unread,
            server,
            next_id: 0,
            running: false,
            forgives: false,
        }
    }

    /// A client in the middle of a session, with what most editors can do.
    pub(crate) fn started() -> Self {
        Self::started_with(json!({}))
    }

    /// As [`Self::started`], with more capabilities merged in.
    pub(crate) fn started_with(capabilities: Value) -> Self {
        let mut client = Self::uninitialized();
        client.initialize(capabilities, &Value::Null);
        client
    }

    /// Initializes the session; returns the server's answer.
    pub(crate) fn initialize(&mut self, capabilities: Value, options: &Value) -> Value {
        let mut all = usual_capabilities();
        merge(&mut all, capabilities);
        let params = json!({"processId": null, "rootUri": null, "capabilities": all,
            "initializationOptions": options});
        let result = self.request("initialize", params).expect("an initialize result");
        self.notify("initialized", json!({}));
        self.running = true;
        result
    }

    /// Initializes a session in folders, which are not read; settings are not waited for.
    pub(crate) fn initialize_in_folders(
        &mut self,
        folders: &[&Path],
        capabilities: Value,
        options: &Value,
    ) {
        let mut all = usual_capabilities();
        merge(&mut all, capabilities);
        let one = |folder: &&Path| json!({"uri": lsp::Uri::from_file_path(folder).unwrap(), "name": "a folder"});
        let folders: Vec<Value> = folders.iter().map(one).collect();
        let params = json!({"processId": null, "capabilities": all, "rootUri": null,
            "workspaceFolders": folders, "initializationOptions": options});
        self.request("initialize", params).expect("an initialize result");
        self.notify("initialized", json!({}));
        self.running = true;
    }

    /// Initializes a session in a folder and waits until its files are read.
    pub(crate) fn initialize_in(&mut self, folder: &Path, mut capabilities: Value) {
        merge(&mut capabilities, json!({"window": {"workDoneProgress": true}}));
        let mut all = usual_capabilities();
        merge(&mut all, capabilities);
        let uri = lsp::Uri::from_file_path(folder).unwrap();
        let params = json!({"processId": null, "capabilities": all, "rootUri": uri});
        self.request("initialize", params).expect("an initialize result");
        self.notify("initialized", json!({}));
        self.running = true;
        self.wait_for(|message| message["method"] == "window/workDoneProgress/create");
        let begin = self.wait_for_notification("$/progress");
        assert_eq!(begin["value"]["kind"], "begin");
        while self.wait_for_notification("$/progress")["value"]["kind"] != "end" {}
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    pub(crate) fn send(&mut self, message: &Value) {
        self.raw(&frame(&message.to_string()));
    }

    pub(crate) fn notify(&mut self, method: &str, params: impl Serialize) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request and returns its id.
    pub(crate) fn ask(&mut self, method: &str, params: impl Serialize) -> Value {
        self.next_id += 1;
        let id = self.next_id;
        let params = serde_json::to_value(params).unwrap();
        let mut message = json!({"jsonrpc": "2.0", "id": id, "method": method});
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(&message);
        json!(id)
    }

    /// The response to the request with that id: its result, or its error's code.
    pub(crate) fn answer(&mut self, id: &Value) -> Result<Value, i64> {
        let is_response = |message: &Value| message.get("method").is_none() && &message["id"] == id;
        let mut response = self.wait_for(is_response);
        match response.get("error") {
            Some(error) => Err(error["code"].as_i64().unwrap()),
            None => Ok(response["result"].take()),
        }
    }

    /// The code and the message of the error that a request is answered with.
    pub(crate) fn refusal(&mut self, method: &str, params: impl Serialize) -> (i64, String) {
        let id = self.ask(method, params);
        let mut response = self.wait_for(|it| it.get("method").is_none() && it["id"] == id);
        let error = response["error"].take();
        (error["code"].as_i64().unwrap(), error["message"].as_str().unwrap().to_owned())
    }

    pub(crate) fn request(&mut self, method: &str, params: impl Serialize) -> Result<Value, i64> {
        let id = self.ask(method, params);
        self.answer(&id)
    }

    /// A request with the types of the protocol.
    pub(crate) fn call<R: lsp::request::Request>(&mut self, params: Value) -> R::Result
    where
        R::Params: DeserializeOwned + Serialize,
    {
        let params: R::Params = serde_json::from_value(params).unwrap();
        serde_json::from_value(self.request(R::METHOD, params).unwrap()).unwrap()
    }

    /// The next unread message that fits.
    pub(crate) fn wait_for(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.unread.iter().position(&fits) {
            return self.unread.remove(at).unwrap();
        }
        let deadline = Instant::now() + LIMIT;
        loop {
            match self.incoming.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(message) if fits(&message) => return message,
                Ok(message) => self.unread.push_back(message),
                Err(error) => panic!("no such message ({error}); unread: {:?}", self.unread),
            }
        }
    }

    pub(crate) fn wait_for_notification(&mut self, method: &str) -> Value {
        self.wait_for(|message| message["method"] == method)["params"].take()
    }

    pub(crate) fn open(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Replaces a range, given as line and column twice.
    pub(crate) fn change(&mut self, uri: &str, version: i32, range: [i64; 4], text: &str) {
        let [line, column, end_line, end_column] = range;
        let range = json!({"start": {"line": line, "character": column},
            "end": {"line": end_line, "character": end_column}});
        self.notify(
            "textDocument/didChange",
            json!({"textDocument": {"uri": uri, "version": version},
                "contentChanges": [{"range": range, "text": text}]}),
        );
    }

    pub(crate) fn close(&mut self, uri: &str) {
        self.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }

    /// The next diagnostics published for `uri`.
    pub(crate) fn publication(&mut self, uri: &str) -> lsp::PublishDiagnosticsParams {
        let is_publication = |message: &Value| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
        };
        let mut message = self.wait_for(is_publication);
        serde_json::from_value(message["params"].take()).unwrap()
    }

    /// The diagnostics of a version. Earlier versions may be published before it or left out, but
    /// never after a later one.
    pub(crate) fn diagnostics(&mut self, uri: &str, version: i32) -> Vec<lsp::Diagnostic> {
        let mut last = i32::MIN;
        loop {
            let publication = self.publication(uri);
            let found = publication.version.expect("a version");
            assert!(found >= last && found <= version, "version {found} after {last}");
            last = found;
            if found == version {
                return publication.diagnostics;
            }
        }
    }

    /// From now on the server may say more than the test reads.
    pub(crate) fn may_say_more(&mut self) {
        self.forgives = true;
    }

    /// Opens a document and returns its diagnostics.
    pub(crate) fn check(&mut self, uri: &str, language: &str, text: &str) -> Vec<lsp::Diagnostic> {
        self.open(uri, language, text);
        self.diagnostics(uri, 1)
    }

    /// Whether the session goes on: an unknown request is answered as such.
    pub(crate) fn assert_alive(&mut self) {
        assert_eq!(self.request("test/ping", json!({})), Err(-32601));
    }

    /// Closes the server's input.
    pub(crate) fn hang_up(&mut self) {
        self.input = None;
        self.running = false;
    }

    /// The id of the server's process.
    #[allow(dead_code, reason = "not all that share this client ask")]
    pub(crate) fn process_id(&self) -> u32 {
        match &self.server {
            Server::Process(child) => child.id(),
            Server::Thread(_) => std::process::id(),
        }
    }

    /// How the server in this process ended.
    pub(crate) fn end(&mut self) -> End {
        self.running = false;
        match &mut self.server {
            Server::Thread(thread) => thread.take().unwrap().join().unwrap(),
            Server::Process(_) => panic!("a process ends with a status"),
        }
    }

    /// The status the process ends with, within `limit`.
    pub(crate) fn status(&mut self, limit: Duration) -> ExitStatus {
        self.running = false;
        // The end of its output announces the end of the process.
        let deadline = Instant::now() + limit;
        loop {
            match self.incoming.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(message) => self.unread.push_back(message),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("the process did not end"),
            }
        }
        match &mut self.server {
            Server::Process(child) => child.wait().unwrap(),
            Server::Thread(_) => panic!("this server is no process"),
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if std::thread::panicking() {
            if let Server::Process(child) = &mut self.server {
                let _ = child.kill();
                let _ = child.wait();
            }
            return;
        }
        if self.running {
            assert_eq!(self.request("shutdown", Value::Null), Ok(Value::Null));
            self.notify("exit", Value::Null);
        }
        self.input = None;
        loop {
            match self.incoming.recv_timeout(LIMIT) {
                Ok(message) => self.unread.push_back(message),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("the server did not end"),
            }
        }
        if let Server::Process(child) = &mut self.server {
            child.wait().unwrap();
        }
        assert!(self.forgives || self.unread.is_empty(), "unread messages: {:#?}", self.unread);
    }
}

/// A message with its header.
pub(crate) fn frame(body: &str) -> Vec<u8> {
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn read_message(output: &mut impl BufRead) -> Option<Value> {
    let mut header = String::new();
    if output.read_line(&mut header).ok()? == 0 {
        return None;
    }
    let length = header.strip_prefix("Content-Length: ").expect("exactly one header").trim_end();
    let mut empty = String::new();
    output.read_line(&mut empty).ok()?;
    assert_eq!(empty, "\r\n");
    let mut body = vec![0; length.parse().unwrap()];
    output.read_exact(&mut body).ok()?;
    let message: Value = serde_json::from_slice(&body).expect("valid JSON");
    assert_eq!(message["jsonrpc"], "2.0");
    Some(message)
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

fn usual_capabilities() -> Value {
    json!({
        "general": {"positionEncodings": ["utf-16"]},
        "workspace": {"workspaceEdit": {"documentChanges": true}},
        "textDocument": {
            "publishDiagnostics": {"relatedInformation": true, "versionSupport": true,
                "codeDescriptionSupport": true, "dataSupport": true,
                "tagSupport": {"valueSet": [1, 2]}},
            "hover": {"contentFormat": ["markdown", "plaintext"]},
            "codeAction": {"isPreferredSupport": true,
                "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix"]}}}
        }
    })
}
