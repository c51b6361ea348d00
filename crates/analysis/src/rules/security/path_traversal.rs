//! `security/path-traversal`.

use crate::facts::outside::Sender;
use crate::facts::paths::ends_in;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/path-traversal",
    category: Category::Security,
    summary: "A client's request names a file",
    severity: Severity::Error,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports files that are opened, sent or removed under a path that a client's request decides.",
        why: "`../../etc/passwd` leads out of the folder that was meant, and an absolute path starts anew: a client reads or writes whatever the program may.",
        fix: "Take the last part of the path only (`basename`), look the name up among the known ones, or resolve the path and test that it still lies in the folder.",
        limits: "Requests are known by the usual frameworks' names, and followed within one function; a test of the value by a call or a set counts as making sure. Files named on the command line are left alone.",
        references: &["https://cwe.mitre.org/data/definitions/22.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "from flask import request

def load():
    name = request.args['name']
    return open('/srv/files/' + name)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^ client's request decides
",
        ),
        Example::bad(
            "python",
            "import os

@app.get('/files/{name:path}')
def load(name: str):
    with open(os.path.join('/srv', name)) as file:
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ client's request decides
        return file.read()
",
        ),
        Example::good(
            "python",
            "import os
from flask import request

def load():
    name = os.path.basename(request.args['name'])
    return open('/srv/files/' + name)
",
        ),
        Example::good(
            "python",
            "from flask import request

def load():
    name = request.args['name']
    if name not in KNOWN:
        return None
    return open('/srv/files/' + name)
",
        ),
        Example::good(
            "python",
            "import sys

def load():
    return open(sys.argv[1])
",
        ),
        Example::good(
            "python",
            "@app.get('/files/{name}')
def load(name: str):
    return open('/srv/files/' + name)
",
        ),
        Example::good(
            "python",
            "from flask import request

def load(files):
    file = files.get(request.args['name'])
    return open(file)
",
        ),
        Example::bad(
            "javascript",
            "const fs = require('fs');
const path = require('path');

function load(req, res) {
  fs.readFile(path.join('/srv', req.params.name), done);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ client's request decides
}
",
        ),
        Example::bad(
            "javascript",
            "const fs = require('fs');
const path = require('path');

function load(req, res) {
  const { name } = req.query;
  res.sendFile(`/srv/files/${name}`);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ client's request decides
}
",
        ),
        Example::good(
            "javascript",
            "const fs = require('fs');
const path = require('path');

function load(req, res) {
  fs.readFile(path.join('/srv', path.basename(req.params.name)), done);
}
",
        ),
        Example::good(
            "javascript",
            "const fs = require('fs');
const path = require('path');

function load(req, res) {
  const file = path.resolve('/srv', req.query.name);
  if (!file.startsWith('/srv/')) return;
  fs.readFile(file, done);
}
",
        ),
        Example::good(
            "javascript",
            "const fs = require('fs');
const path = require('path');

function load(req, res) {
  res.sendFile(req.params.name, { root: '/srv' });
}
",
        ),
        Example::bad(
            "typescript",
            "import fs from 'fs';
import path from 'path';

function load(req: Request, res: Response) {
  fs.readFile(path.join('/srv', req.params.name), done);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ client's request decides
}
",
        ),
        Example::bad(
            "typescript",
            "import fs from 'fs';
import path from 'path';

function load(req: Request, res: Response) {
  const { name } = req.query;
  res.sendFile(`/srv/files/${name}`);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ client's request decides
}
",
        ),
        Example::good(
            "typescript",
            "import fs from 'fs';
import path from 'path';

function load(req: Request, res: Response) {
  fs.readFile(path.join('/srv', path.basename(req.params.name)), done);
}
",
        ),
        Example::good(
            "typescript",
            "import fs from 'fs';
import path from 'path';

function load(req: Request, res: Response) {
  const file = path.resolve('/srv', req.query.name);
  if (!file.startsWith('/srv/')) return;
  fs.readFile(file, done);
}
",
        ),
        Example::good(
            "typescript",
            "import fs from 'fs';
import path from 'path';

function load(req: Request, res: Response) {
  res.sendFile(req.params.name, { root: '/srv' });
}
",
        ),
        Example::bad(
            "rust",
            "fn load(Path(name): Path<String>) {
    let text = std::fs::read(format!(\"/srv/{}\", name));
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ client's request decides
}
",
        ),
        Example::bad(
            "rust",
            "use std::fs::File;

fn load(query: web::Query<String>) {
    let file = File::open(query.into_inner());
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ client's request decides
}
",
        ),
        Example::good(
            "rust",
            "fn load(Path(name): Path<String>) {
    let name = std::path::Path::new(&name).file_name().unwrap();
    let text = std::fs::read(name);
}
",
        ),
        Example::good(
            "rust",
            "fn load(path: &std::path::Path) {
    let text = std::fs::read(path);
}
",
        ),
        Example::bad(
            "go",
            "package shop

func load(r *http.Request) {
	name := r.URL.Query().Get(\"name\")
	os.ReadFile(\"/srv/\" + name)
	^^^^^^^^^^^^^^^^^^^^^^^^^^^ client's request decides
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"path/filepath\"

func load(r *http.Request) {
	file, err := os.Open(filepath.Join(root, r.FormValue(\"name\")))
	             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ client's request decides
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"path/filepath\"

func load(r *http.Request) {
	name := filepath.Base(r.URL.Query().Get(\"name\"))
	os.ReadFile(\"/srv/\" + name)
}
",
        ),
        Example::good(
            "go",
            "package shop

func load() {
	os.ReadFile(os.Args[1])
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load(HttpServletRequest request) throws Exception {
        String name = request.getParameter(\"name\");
        File file = new File(\"/srv/\" + name);
                    ^^^^^^^^^^^^^^^^^^^^^^^^ client's request decides
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load(@RequestParam String name) throws Exception {
        byte[] text = Files.readAllBytes(Paths.get(\"/srv\", name));
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ client's request decides
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load(HttpServletRequest request) throws Exception {
        String name = FilenameUtils.getBaseName(request.getParameter(\"name\"));
        File file = new File(\"/srv/\" + name);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load(String name) throws Exception {
        File file = new File(\"/srv/\" + name);
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Calls that are given the path of a file, by path or, after a dot, by method.
const SINKS: ByLanguage<&[&str]> = &[
    (
        &["python"],
        &[
            "open",
            "io.open",
            "os.open",
            "os.remove",
            "os.unlink",
            "os.listdir",
            "shutil.rmtree",
            "shutil.copyfile",
            "flask.send_file",
            "send_file",
            "aiofiles.open",
            "codecs.open",
            "FileResponse",
            "starlette.responses.FileResponse",
            "fastapi.responses.FileResponse",
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            "fs.readFile",
            "fs.readFileSync",
            "fs.createReadStream",
            "fs.createWriteStream",
            "fs.writeFile",
            "fs.writeFileSync",
            "fs.unlink",
            "fs.unlinkSync",
            "fs.readdir",
            "fs.readdirSync",
            "fs.open",
            "fs.openSync",
            "fs.appendFile",
            "fs.rm",
            "fs.rmSync",
            "fs.promises.readFile",
            "fs.promises.writeFile",
            "fs.promises.unlink",
            "fs/promises.readFile",
            "fs/promises.writeFile",
            "res.sendFile",
            "res.download",
            "response.sendFile",
            "response.download",
        ],
    ),
    (
        &["rust"],
        &[
            "std.fs.read",
            "std.fs.read_to_string",
            "std.fs.write",
            "std.fs.remove_file",
            "std.fs.File.open",
            "std.fs.File.create",
            "tokio.fs.read",
            "tokio.fs.read_to_string",
            "tokio.fs.write",
            "tokio.fs.File.open",
            "tokio.fs.File.create",
            "fs.read",
            "fs.read_to_string",
            "fs.write",
            "File.open",
            "File.create",
            "NamedFile.open",
            "actix_files.NamedFile.open",
        ],
    ),
    (
        &["go"],
        &[
            "os.Open",
            "os.OpenFile",
            "os.ReadFile",
            "os.Create",
            "os.WriteFile",
            "os.Remove",
            "os.RemoveAll",
            "os.ReadDir",
            "io.ioutil.ReadFile",
            "io.ioutil.WriteFile",
            "io.ioutil.ReadDir",
        ],
    ),
    (
        &["java"],
        &[
            "File",
            "FileInputStream",
            "FileOutputStream",
            "FileReader",
            "FileWriter",
            "RandomAccessFile",
            "Files.readAllBytes",
            "Files.readString",
            "Files.newInputStream",
            "Files.newBufferedReader",
            "Files.lines",
            "Files.write",
            "Files.writeString",
            "Files.delete",
            "Files.newOutputStream",
            "Files.readAllLines",
        ],
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    if !is_sink(context, callee) || context.is_in_test(id) {
        return;
    }
    let arguments = context.arguments(id);
    // Express keeps within the root it is given.
    let has_root =
        arguments.iter().any(|it| tree.kind(*it) == Kind::Map && tree.text(*it).contains("root"));
    let is_constructor = tree.name(callee) == "File";
    let paths = arguments.iter().take(if is_constructor { 2 } else { 1 });
    let found = paths.filter(|_| !has_root).find_map(|path| {
        let origin = context.origin(*path)?;
        (origin.sender == Sender::Client
            && !origin.is_segment
            && !is_canonical(context, origin.source))
        .then_some((*path, origin))
    });
    let Some((path, origin)) = found else { return };
    let (path, source) = (context.excerpt(path), context.excerpt(origin.source));
    context
        .report(id, format!("A client's request decides which file `{path}` is"))
        .related(origin.source, "comes from a client's request")
        .because(format!(
            "`{source}` comes from a client's request, and nothing seen here keeps `..` out of it."
        ))
        .emit();
}

/// Whether a server has taken `..` out of what comes in there: the path of the request itself.
fn is_canonical(context: &Context<'_>, source: NodeId) -> bool {
    let tree = context.tree;
    let named = tree.child(source, Role::Callee).unwrap_or(source);
    let around = tree.node(source).parent;
    let is_query = tree.kind(around) == Kind::Member && tree.name(around) == "Query";
    matches!(tree.name(named), "getPathInfo" | "getServletPath" | "URL") && !is_query
}

fn is_sink(context: &Context<'_>, callee: NodeId) -> bool {
    let tree = context.tree;
    let name = tree.name(callee);
    let Some(sinks) = context.in_language(SINKS) else { return false };
    if !sinks.iter().any(|path| ends_in(path, name)) {
        return false;
    }
    // What is written may be a class that an import names in full, or a response's method.
    let written = tree.text(callee);
    let path = context.paths().of(callee);
    sinks.iter().any(|known| {
        *known == written && known.contains('.')
            || path.as_deref().is_some_and(|path| {
                let is_class = known.starts_with(char::is_uppercase);
                let before = path.strip_suffix(known);
                before.is_some_and(|it| it.is_empty() || is_class && it.ends_with('.'))
            })
    })
}
