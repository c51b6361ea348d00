"""Compares our metrics with those of the tools that people know, function by function.

compare.py OURS LIST: `OURS` is what `omnistack-lsp context --format json` printed, `LIST` holds the
files to look at, one a line. Prints JSON: for each tool and language how many functions both found,
how many numbers are equal, and some that are not. Files are given to the tools one by one, and what
a tool cannot read is left out.
"""

import ast
import collections
import json
import re
import sys
import warnings

import complexipy
import lizard
from radon.complexity import cc_visit

SHOWN = 2000


def last(name):
    return name.replace("::", ".").split(".")[-1].strip("~")


def lizard_functions(path, _text):
    found = lizard.analyze_file(path).function_list
    return [(f.name, f.start_line, f.end_line, f.cyclomatic_complexity) for f in found]


def radon_functions(_path, text):
    found = []
    open_ = list(cc_visit(text, no_assert=True))
    while open_:
        block = open_.pop()
        if hasattr(block, "methods"):
            # Its methods stand beside it; those of the classes inside do not.
            for inner in block.inner_classes:
                open_.append(inner)
                open_.extend(inner.methods)
        else:
            found.append((block.name, block.lineno, block.endline, block.complexity))
            open_.extend(block.closures)
    return found


def complexipy_functions(path, _text):
    found = complexipy.file_complexity(path).functions
    return [(f.name, f.line_start, f.line_end, f.complexity) for f in found]


TOOLS = {
    "lizard": (lizard_functions, "cyclomatic", None),
    "radon": (radon_functions, "cyclomatic", "python"),
    "complexipy": (complexipy_functions, "cognitive", "python"),
}


def match(ours, name, start, end):
    """Ours that is the tool's: it starts there, or has its name and starts nearby."""
    named = [f for f in ours if last(f["name"]) == last(name) and abs(f["line"] - start) <= 12]
    named = [f for f in named if f["line"] <= start <= f["end_line"] or f["line"] - start <= 12]
    if named:
        return min(named, key=lambda f: (abs(f["line"] - start), abs(f["end_line"] - end)))
    same = [f for f in ours if f["line"] == start and f["end_line"] == end]
    return same[0] if len(same) == 1 else None


def in_assertions(text):
    """For each line in which a function starts, the decisions in its assertions."""
    found = collections.Counter()
    open_ = [(ast.parse(text), 0, False)]
    while open_:
        node, function, is_asserted = open_.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            function = node.lineno
        is_asserted = is_asserted or isinstance(node, ast.Assert)
        if is_asserted:
            if isinstance(node, ast.BoolOp):
                found[function] += len(node.values) - 1
            elif isinstance(node, ast.IfExp):
                found[function] += 1
            elif isinstance(node, ast.comprehension):
                found[function] += 1 + len(node.ifs)
        open_.extend((child, function, is_asserted) for child in ast.iter_child_nodes(node))
    return found


def otherwise(tool, language, found, text):
    """What a tool is known to count otherwise in a function, to be added to ours."""
    uncounted = found["decisions"]["uncounted"]
    if tool == "radon":
        return uncounted["completions"] - in_assertions(text)[found["line"]]
    if tool != "lizard":
        return 0
    if language == "python":
        return uncounted["finals"] + uncounted["default_cases"]
    body = "\n".join(text.splitlines()[found["line"] - 1 : found["end_line"]])
    if language in ("c", "cpp"):
        return -len(re.findall(r"^\s*#\s*ifndef\b", body, re.M))
    if language == "rust":
        body = re.sub(r"//.*", "", body)
        return (
            len(re.findall(r"\bwhere\b", body))
            + len(re.findall(r"\?\s*Sized\b", body))
            + len(re.findall(r"(?:[(,=]|\bmove|\breturn)\s*\|\|", body))
        )
    return 0


def main():
    warnings.simplefilter("ignore")
    with open(sys.argv[1], encoding="utf-8") as file:
        functions = json.load(file)["functions"]
    with open(sys.argv[2], encoding="utf-8") as file:
        paths = file.read().splitlines()
    by_path = collections.defaultdict(list)
    for function in functions:
        by_path[function["path"]].append(function)
    counts = collections.Counter()
    differ = []
    for path in paths:
        ours = by_path.get(path)
        if not ours:
            continue
        language = ours[0]["language"]
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        for tool, (functions_of, metric, only) in TOOLS.items():
            if only not in (None, language):
                continue
            try:
                theirs = functions_of(path, text)
            except Exception:  # A tool's own failure is no difference.
                counts[tool, language, "unreadable"] += 1
                continue
            lines = collections.Counter(start for _, start, _, _ in theirs)
            taken = set()
            for name, start, end, number in theirs:
                found = match(ours, name, start, end)
                # Several in a line cannot be told apart.
                if found is None or lines[start] > 1 or id(found) in taken:
                    counts[tool, language, "alone"] += 1
                    continue
                taken.add(id(found))
                counts[tool, language, "both"] += 1
                if found[metric] == number:
                    counts[tool, language, "equal"] += 1
                else:
                    counts[tool, language, "off by one"] += abs(found[metric] - number) == 1
                    known = otherwise(tool, language, found, text)
                    if found[metric] + known == number:
                        counts[tool, language, "explained"] += 1
                        continue
                    differ.append(
                        {
                            "tool": tool,
                            "language": language,
                            "path": path,
                            "line": start,
                            "name": name,
                            "theirs": number,
                            "ours": found[metric],
                            "decisions": found["decisions"],
                        }
                    )
    rows = collections.defaultdict(dict)
    for (tool, language, what), count in counts.items():
        rows[tool, language][what] = count
    table = [{"tool": t, "language": l, **what} for (t, l), what in sorted(rows.items())]
    json.dump({"table": table, "differ": differ}, sys.stdout)


main()
