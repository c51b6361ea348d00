"""Prints, for every function of the given files, how CPython's own symbol table classifies names.

One line a function: path, line of its `def`, name, then `symbol=kind` with kind local, free or
global, separated by tabs. Comprehensions and lambdas are left out.
"""

import symtable
import sys


def kind(symbol):
    if symbol.is_free():
        return "free"
    if symbol.is_global():
        return "global"
    return "local"


def walk(table, path, out):
    for child in table.get_children():
        if child.get_type() == "function" and child.get_name().isidentifier() and child.get_name() not in (
            "lambda", "listcomp", "dictcomp", "setcomp", "genexpr",
        ):
            names = [s for s in child.get_symbols() if s.get_name().isidentifier() and s.get_name() != "__class__"]
            cells = [f"{s.get_name()}={kind(s)}" for s in names]
            out.write("\t".join([path, str(child.get_lineno()), child.get_name(), *cells]) + "\n")
        walk(child, path, out)


def main():
    out = open(1, "w", encoding="utf-8", newline="\n", closefd=False)
    for path in sys.stdin.read().splitlines():
        try:
            with open(path, encoding="utf-8") as file:
                source = file.read()
            walk(symtable.symtable(source, path, "exec"), path, out)
        except (SyntaxError, UnicodeDecodeError, ValueError, RecursionError):
            continue


main()
