#!/usr/bin/env python3
"""Writes what `omnistack-lsp model evaluate` prints into the marked places of the model card.

    card.py --injected injected.jsonl --fixes fixes.jsonl --clean clean.jsonl

A place begins with `<!-- table: NAME -->` and ends with `<!-- end -->`; NAME is one of these files', or
`clean-changed` for the thresholds of changed code.
"""

import argparse
import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).resolve().parent


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--binary", type=pathlib.Path, default=HERE.parent / "target/release/omnistack-lsp")
    options.add_argument("--card", type=pathlib.Path, default=HERE.parent / "docs/model-card.md")
    for name in ("injected", "fixes", "clean"):
        options.add_argument(f"--{name}", type=pathlib.Path, required=True)
    options = options.parse_args()
    commands = {
        "injected": ["--pairs", options.injected],
        "fixes": ["--pairs", options.fixes],
        "clean": ["--clean", options.clean],
        "clean-changed": ["--changed", "--clean", options.clean],
    }
    card = options.card.read_text()
    for name, arguments in commands.items():
        command = [options.binary, "model", "evaluate", *arguments]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        # The first line names the model and the file, which is wherever it was made.
        table = printed.split("\n", 1)[1].strip()
        begin, end = re.escape(f"<!-- table: {name} -->"), re.escape("<!-- end -->")
        card, count = re.subn(f"({begin}\n).*?({end})", lambda mark: f"{mark[1]}\n{table}\n\n{mark[2]}", card, flags=re.DOTALL)
        if count != 1:
            raise SystemExit(f"{options.card} has no place for the table `{name}`")
    options.card.write_text(card)


if __name__ == "__main__":
    main()
