//! `security/archive-extraction`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/archive-extraction",
    category: Category::Security,
    summary: "An archive says where its files go",
    severity: Severity::Warning,
    confidence: 0.8,
    languages: &["python", "javascript", "typescript", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports archives that are unpacked with the paths that stand in them, without a look at these.",
        why: "A name such as `../../etc/cron.d/job` or a link in the archive writes outside of the folder.",
        fix: "Python 3.12: `extractall(folder, filter=\"data\")`; elsewhere resolve each path, and check that it starts with the folder's.",
        limits: "Archives that the program made itself are harmless; a check in another function is not seen.",
        references: &["https://security.snyk.io/research/zip-slip-vulnerability"],
    },
    examples: &[
        Example::bad(
            "python",
            "import tarfile

def unpack(path):
    with tarfile.open(path) as archive:
        archive.extractall(\"/srv/shop\")
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ outside of the folder
",
        ),
        Example::bad(
            "python",
            "import shutil

def unpack(path):
    shutil.unpack_archive(path, \"/srv/shop\")
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ outside of the folder
",
        ),
        Example::good(
            "python",
            "import tarfile

def unpack(path):
    with tarfile.open(path) as archive:
        archive.extractall(\"/srv/shop\", filter=\"data\")
",
        ),
        Example::good(
            "python",
            "def unpack(box):
    return box.extract()
",
        ),
        Example::bad(
            "javascript",
            "archive.on('entry', (entry) => {
  entry.pipe(fs.createWriteStream(path.join(folder, entry.path)));
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ outside of the folder
});
",
        ),
        Example::bad(
            "javascript",
            "for (const entry of zip.getEntries()) {
  fs.writeFileSync(path.join(folder, entry.entryName), entry.getData());
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ outside of the folder
}
",
        ),
        Example::good(
            "javascript",
            "for (const entry of zip.getEntries()) {
  const target = path.join(folder, entry.entryName);
  if (!target.startsWith(folder)) throw new Error('outside');
  fs.writeFileSync(target, entry.getData());
}
",
        ),
        Example::good(
            "javascript",
            "fs.writeFileSync(path.join(folder, name), data);
",
        ),
        Example::bad(
            "typescript",
            "archive.on('entry', (entry) => {
  entry.pipe(fs.createWriteStream(path.join(folder, entry.path)));
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ outside of the folder
});
",
        ),
        Example::bad(
            "typescript",
            "for (const entry of zip.getEntries()) {
  fs.writeFileSync(path.join(folder, entry.entryName), entry.getData());
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ outside of the folder
}
",
        ),
        Example::good(
            "typescript",
            "for (const entry of zip.getEntries()) {
  const target = path.join(folder, entry.entryName);
  if (!target.startsWith(folder)) throw new Error('outside');
  fs.writeFileSync(target, entry.getData());
}
",
        ),
        Example::good(
            "typescript",
            "fs.writeFileSync(path.join(folder, name), data);
",
        ),
        Example::bad(
            "go",
            "package shop

import (
	\"archive/zip\"
	\"os\"
	\"path/filepath\"
)

func unpack(archive *zip.Reader) {
	for _, file := range archive.File {
		os.Create(filepath.Join(\"/srv\", file.Name))
		          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ outside of the folder
	}
}
",
        ),
        Example::bad(
            "go",
            "package shop

import (
	\"archive/tar\"
	\"os\"
	\"path/filepath\"
)

func unpack(archive *tar.Reader, folder string) {
	header, _ := archive.Next()
	os.MkdirAll(filepath.Join(folder, header.Name), 0755)
	            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ outside of the folder
}
",
        ),
        Example::good(
            "go",
            "package shop

import (
	\"archive/zip\"
	\"path/filepath\"
	\"strings\"
)

func unpack(archive *zip.Reader, folder string) {
	for _, file := range archive.File {
		target := filepath.Join(folder, file.Name)
		if !strings.HasPrefix(target, folder) {
			return
		}
		write(target)
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"path/filepath\"

func find(folder string, file File) string {
	return filepath.Join(folder, file.Title)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void unpack(ZipEntry entry, File folder) throws IOException {
        new FileOutputStream(new File(folder, entry.getName()));
                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ outside of the folder
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void unpack(ZipInputStream input, Path folder) throws IOException {
        ZipEntry entry = input.getNextEntry();
        Path target = folder.resolve(entry.getName());
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ outside of the folder
        Files.copy(input, target);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void unpack(ZipEntry entry, Path folder) throws IOException {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) throw new IOException();
        write(target);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    File find(File folder, Row row) {
        return new File(folder, row.getName());
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Words of a look at the path.
const CHECKS: &[&str] = &[
    "startswith",
    "hasprefix",
    "islocal",
    "is_relative_to",
    "commonpath",
    "commonprefix",
    "realpath",
    "securejoin",
    "getcanonicalpath",
    "filter=",
    "indexof('..",
    "includes('..",
    "contains(\"..",
    "sanitize",
    "safe",
    "filepath.rel",
    "path.relative",
    "valid",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_unpacking = if context.in_language(&[(&["python"], ())]).is_some() {
        unpacks(context, id)
    } else {
        joins_entry(context, id)
    };
    if !is_unpacking || context.is_in_test(id) {
        return;
    }
    let around = tree.text(tree.enclosing_function(id)).to_ascii_lowercase();
    if CHECKS.iter().any(|word| around.contains(word)) {
        return;
    }
    let shown = context.excerpt(id);
    context
        .report(id, format!("by `{shown}` an archive may write outside of the folder"))
        .because("The path stands in the archive, and nothing in this function looks at it.")
        .emit();
}

/// `archive.extractall()` of Python's archives.
fn unpacks(context: &Context<'_>, id: NodeId) -> bool {
    if context.called(id).as_deref() == Some("shutil.unpack_archive") {
        return true;
    }
    let Some((receiver, "extractall")) = context.method(id) else { return false };
    // Zip files take `..` out of their names by themselves, tar files do not.
    let text = context.text(context.tree.enclosing_function(id));
    let is_zip = context.text(receiver).to_ascii_lowercase().contains("zip");
    (text.contains("tarfile") || text.contains("tar")) && !is_zip
}

/// A path joined of a folder and an entry's name.
fn joins_entry(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let name = tree.child(id, Role::Callee).map_or("", |it| tree.name(it));
    if !matches!(name, "join" | "Join" | "File" | "resolve") {
        return false;
    }
    let is_entry = |text: &str| {
        let lower = text.to_ascii_lowercase();
        let (holder, member) = lower.rsplit_once('.').unwrap_or(("", ""));
        let named = matches!(member, "name" | "path" | "getname()" | "entryname" | "filename");
        let holder = holder.rsplit('.').next().unwrap_or("");
        named
            && (holder.contains("entry")
                || matches!(holder, "header" | "hdr" | "zf" | "zipfile")
                || matches!(holder, "f" | "file") && is_archive(context, id))
    };
    context.arguments(id).into_iter().any(|it| is_entry(context.text(it)))
}

/// Whether the function handles archives.
fn is_archive(context: &Context<'_>, id: NodeId) -> bool {
    let text = context.text(context.tree.enclosing_function(id)).to_ascii_lowercase();
    text.contains("zip.") || text.contains("tar.")
}
