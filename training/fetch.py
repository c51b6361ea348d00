#!/usr/bin/env python3
"""Downloads the packages of corpus.tsv and keeps their source files, for `dataset build`.

Each package comes from its registry through that registry's ordinary client, in the version and
with the checksum that corpus.lock records; a package that the lock does not know yet is fetched in
its newest version, and recorded. What cannot be had is reported and left out. A run that was
interrupted goes on where it stopped.

    fetch.py [--only REGISTRY] [--names NAME …] [--out target/corpus]
"""

import argparse
import contextlib
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
EXTENSIONS = {
    "python": {".py"},
    "javascript": {".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"},
    "typescript": {".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"},
    "rust": {".rs"},
    "go": {".go"},
    "java": {".java"},
    "c": {".c", ".h"},
    "cpp": {".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx", ".h", ".c"},
}
# Larger files are tables and bundles.
LARGEST_FILE = 300_000
GENERATED = (".min.js", "_pb2.py", "_pb2_grpc.py", ".pb.go", ".d.ts", ".d.mts", ".d.cts", ".bundle.js")


class Failure(Exception):
    """A package that cannot be had, and why."""


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, **options)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise Failure(lines[-1] if lines else f"{command[0]} failed")
    return done.stdout


def pypi(name, version, folder):
    wanted = f"{name}=={version}" if version else name
    run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:",
         "--dest", str(folder), wanted])
    archives = sorted(folder.iterdir())
    return archives, archives[0].name.split("-")[1]


def npm(name, version, folder):
    said = run(["npm", "pack", "--json", "--ignore-scripts", f"{name}@{version or 'latest'}"], cwd=folder)
    row = json.loads(said)[0]
    return sorted(folder.glob("*.tgz")), row["version"]


def crates(name, version, folder):
    wanted = f"={version}" if version else "*"
    manifest = f'[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n[dependencies]\n"{name}" = "{wanted}"\n'
    (folder / "src").mkdir()
    (folder / "src/lib.rs").touch()
    (folder / "Cargo.toml").write_text(manifest)
    run(["cargo", "fetch", "--quiet"], cwd=folder)
    # The lock file knows programs, too, which are no dependencies for `cargo metadata`.
    locked = re.search(rf'name = "{re.escape(name)}"\nversion = "([^"]+)"', (folder / "Cargo.lock").read_text())
    if not locked:
        raise Failure("the registry has no such crate")
    home = pathlib.Path(os.environ.get("CARGO_HOME") or pathlib.Path.home() / ".cargo")
    return sorted(home.glob(f"registry/cache/*/{name}-{locked[1]}.crate"))[:1], locked[1]


def apt_options(out):
    """The machine's own Debian archive, with its sources, in lists kept apart from the machine's."""
    root = out / ".apt"
    for part in ("lists/partial", "cache/archives/partial"):
        (root / part).mkdir(parents=True, exist_ok=True)
    sources = root / "sources.list"
    options = [f"-oDir::Etc::sourcelist={sources}", "-oDir::Etc::sourceparts=-",
               f"-oDir::State::lists={root / 'lists'}", f"-oDir::Cache={root / 'cache'}"]
    if not sources.exists():
        targets = ("indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)", "Created-By: Packages")
        known = {tuple(line.split()) for line in run(["apt-get", *targets]).splitlines()}
        lists = [f"{kind} {row[0]} {row[1]} main" for row in sorted(known) if row[2:] == ("main",) and "-" not in row[1]
                 for kind in ("deb", "deb-src") if f"{row[0]}".rstrip("/").endswith("/debian")]
        sources.write_text("\n".join(lists) + "\n")
        run(["apt-get", *options, "update"])
    return options


def debian(name, version, folder, options):
    wanted = f"{name}={version}" if version else name
    run(["apt-get", *options, "download", wanted], cwd=folder)
    archives = sorted(folder.glob("*.deb"))
    return archives, run(["dpkg-deb", "--field", str(archives[0]), "Version"]).strip()


def debian_source(name, version, folder, options):
    wanted = f"{name}={version}" if version else name
    # Debian's own changes are not wanted.
    for part in ("--dsc-only", "--tar-only"):
        run(["apt-get", *options, "source", "--download-only", part, wanted], cwd=folder)
    description = next(folder.glob("*.dsc")).read_text(errors="replace")
    fields = [line.split(": ", 1)[1] for line in description.splitlines() if line.startswith("Version: ")]
    archives = sorted(it for it in folder.iterdir()
                      if ".tar." in it.name and ".debian." not in it.name and not it.name.endswith(".asc"))
    return archives, fields[0]


def members(archive):
    """The files of an archive, as (path, read)."""
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as opened:
            for entry in opened.infolist():
                if not entry.is_dir():
                    yield entry.filename, entry.file_size, lambda entry=entry: opened.read(entry)
    elif archive.suffix == ".deb":
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE) as process:
            with tarfile.open(fileobj=process.stdout, mode="r|") as opened:
                yield from tar_members(opened)
    else:
        with tarfile.open(archive, mode="r|*") as opened:
            yield from tar_members(opened)


def tar_members(opened):
    for entry in opened:
        if entry.isfile():
            yield entry.name, entry.size, lambda entry=entry: opened.extractfile(entry).read()


def keep_sources(archive, language, folder):
    kept = 0
    for name, size, read in members(archive):
        path = pathlib.PurePosixPath(name)
        if path.suffix.lower() not in EXTENSIONS[language] or size > LARGEST_FILE or name.endswith(GENERATED):
            continue
        if path.is_absolute():
            path = path.relative_to("/")
        if ".." in path.parts or any(part in ("node_modules", "third_party", "vendor", "deps") for part in path.parts):
            continue
        target = folder / path
        with contextlib.suppress(OSError):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(read())
            kept += 1
    return kept


def read_lock(path):
    rows = {}
    if path.exists():
        for line in path.read_text().splitlines():
            if line and not line.startswith("#"):
                registry, name, version, checksum = line.split("\t")
                rows[registry, name] = (version, checksum)
    return rows


def write_lock(path, rows):
    lines = ["# Versions and SHA-256 checksums of the packages of corpus.tsv; written by fetch.py."]
    lines += ["\t".join((*key, *rows[key])) for key in sorted(rows)]
    path.write_text("\n".join(lines) + "\n")


def fetch(registry, name, language, locked, out):
    version = locked[0] if locked else None
    folder = pathlib.Path(tempfile.mkdtemp(dir=out))
    try:
        if registry in ("debian", "debian-source"):
            get = debian if registry == "debian" else debian_source
            archives, version = get(name, version, folder, apt_options(out))
        else:
            archives, version = {"pypi": pypi, "npm": npm, "crates": crates}[registry](name, version, folder)
        if not archives:
            raise Failure("the registry gave no archive")
        checksum = hashlib.sha256()
        for archive in archives:
            checksum.update(archive.read_bytes())
        # Wheels differ from machine to machine; their checksum holds for the machine's kind.
        if locked and locked[1] != checksum.hexdigest():
            raise Failure("the checksum is not the recorded one")
        sources = folder / "sources"
        kept = sum(keep_sources(archive, language, sources) for archive in archives)
        if not kept:
            raise Failure("there are no sources in it")
        target = out / registry / name.replace("/", "__")
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            shutil.rmtree(target)
        os.replace(sources, target)
        return version, checksum.hexdigest(), kept
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--out", type=pathlib.Path, default=HERE.parent / "target/corpus")
    options.add_argument("--only", help="only this registry")
    options.add_argument("--names", nargs="+", help="only these packages")
    options = options.parse_args()
    out = options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    lock_path = HERE / "corpus.lock"
    missing = 0
    for line in (HERE / "corpus.tsv").read_text().splitlines():
        if line.startswith("#"):
            continue
        _, language, registry, name, _ = line.split("\t")
        if options.only and registry != options.only or options.names and name not in options.names:
            continue
        lock = read_lock(lock_path)
        if (out / registry / name.replace("/", "__")).exists() and (registry, name) in lock:
            continue
        try:
            version, checksum, kept = fetch(registry, name, language, lock.get((registry, name)), out)
        except (Failure, subprocess.TimeoutExpired, OSError, tarfile.TarError, zipfile.BadZipFile, StopIteration) as failure:
            print(f"{registry} {name}: {failure}", file=sys.stderr, flush=True)
            missing += 1
            continue
        lock = read_lock(lock_path)
        lock[registry, name] = (version, checksum)
        write_lock(lock_path, lock)
        print(f"{registry} {name} {version}: {kept} files", flush=True)
    print(f"{missing} packages could not be had")


if __name__ == "__main__":
    main()
