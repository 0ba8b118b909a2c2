#!/usr/bin/env python3
"""Measures how the cost of reading grows with the size of a file, on shapes that are hard to read.

usage: growth.py AIMSGATE [WORD...]

AIMSGATE must be a release build. Each reader reads each of its shapes in growing sizes, up to the
largest file that it takes, in processor seconds of the whole program without those of a tiny file.
The exponent is that of the line through the logarithms of the sizes that cost enough to be
measured. With words only the shapes whose name holds one of them are measured.
Exits 1 where an exponent is above 1.1, or a file of 1 MB costs more than two seconds or 256 MB.
"""

import math
import os
import pathlib
import sys
import tempfile

LIMIT, SECONDS, MEMORY = 1.1, 2.0, 256 << 20
# What costs less than this is measured too coarsely for a line to go through it.
LEAST = 0.1
DOCUMENT = (10_000, 2_000_000)
CODE = (10_000, 8_000_000)


def nested(begin, end="", deepest=10**9):
    return lambda size: (begin * min(deepest, size // len(begin + end))) + end


def numbered(text, before="", after=""):
    """A text again and again, each time with a number of its own."""

    def write(size):
        each = len(text.replace("%", "100000"))
        return before + "".join(text.replace("%", str(at)) for at in range(size // each)) + after

    return write


def beside(text, before="", after=""):
    return lambda size: before + text * (size // len(text)) + after


# For each file name its shapes: a name, and what writes one of a size.
SHAPES = {
    "a.md": {
        "open-tags": beside("<a "),
        "open-elements": beside("<div><b>"),
        "hidden-elements": beside('<span style="display:none">'),
        "closed-elements": beside('<i style="color:#fff">a</i> '),
        "comments": beside("<!-- "),
        "brackets": beside("["),
        "links": beside("[a]("),
        "whole-links": beside("[a](b.md) "),
        "emphasis": beside("*a_ "),
        "bold": beside("**a"),
        "ticks": numbered("`%"),
        "ticks-longer": lambda size: "".join("`" * n + "a" for n in range(1, int((2 * size) ** 0.5))),
        "quotes": beside("> "),
        "nested-lists": lambda size: "".join(" " * n + "- a\n" for n in range(int((2 * size) ** 0.5))),
        "items": beside("- a\n"),
        "labels": beside("**Owner:** ana\n\n", "# Model card\n\n"),
        "labels-in-one": beside("**Owner:** ana\n", "# Model card\n\n"),
        "headings": beside("## Limitations\n\nFew.\n\n", "# Model card\n\n"),
        "other-headings": numbered("## Part %\n\nSome words.\n\n", "# Model card\n\n"),
        "bare-words": beside("Limitations\n\n"),
        "rows": beside("| Owner | ana |\n", "| a | b |\n|---|---|\n"),
        "columns": lambda size: "|a" * (size // 8) + "|\n" + "|-" * (size // 8) + "|\n" + "|b" * (size // 8) + "|\n",
        "tables": beside("| a | b |\n|---|---|\n| Owner | ana |\n\n"),
        "html-rows": beside("<tr><td>Owner</td><td>ana</td></tr>\n", "<table>\n"),
        "html-cells": beside("<td>", "<table><tr>"),
        "definitions": numbered("[a%]: b\n[a%]\n\n"),
        "notes": numbered("a[^%]\n\n[^%]: b\n\n"),
        "questions": beside("What is it? "),
        "one-line": beside("word "),
        "one-word": beside("a"),
        "formulas": beside("$\\color{white}{a}$ "),
        "entities": beside("&lt;"),
        "struck": beside("~~a "),
        "code-fences": beside("```\na\n```\n"),
        "unseen": beside("\u200b"),
        "han": beside("限制"),
        "front-matter": numbered("a%: b\n", "---\n", "---\n"),
    },
    "a.json": {
        "nested": nested("["),
        "items": beside("1,", "[", "1]"),
        "keys": numbered('"k%":1,', "{", '"a":1}'),
        "texts": beside('"abc",', "[", '"a"]'),
        "one-text": beside("a", '"', '"'),
        "escapes": beside("\\u00e9", '"', '"'),
        "no-comma": beside('"a" ', "["),
    },
    "a.yaml": {
        "nested": nested("- "),
        "flow": nested("["),
        "keys": numbered("k%: v\n"),
        "items": beside("- a\n"),
        "anchors": numbered("- &a% b\n"),
        "aliases": beside("- *a\n", "- &a b\n"),
        "plain": beside("word "),
        "comments": beside("# a\n"),
        "quoted": beside('"a" '),
        "block": beside("  a\n", "a: |\n"),
        "questions": beside("? a\n"),
        "documents": beside("---\na\n"),
        "flow-items": beside("a, ", "[", "a]"),
    },
    "a.toml": {
        "keys": numbered("k% = 1\n"),
        "tables": numbered("[t%]\na = 1\n"),
        "lists-of-tables": beside("[[t]]\na = 1\n"),
        "inline": beside("{a = 1},", "a = [", "]"),
        "nested": nested("{a ="),
        "dotted": numbered("a.b.k% = 1\n"),
        "one-key": beside("a.", "", "a = 1"),
        "items": beside("1,", "a = [", "]"),
    },
    "a.csv": {
        "quotes": beside('"a"b,', "a,b\n", "\n"),
        "open-quote": beside("a,b\n", '"'),
        "columns": lambda size: "a," * (size // 4) + "\n" + "b," * (size // 4) + "\n",
        "rows": beside("a,b\n"),
        "empty": beside("\n", "a,b\n"),
        "doubled": beside('""', 'a,b\n"', '"\n'),
        "one-field": beside("a ", "a,b\n"),
    },
    "a.rst": {
        "headings": beside("Limitations\n===========\n\nFew.\n\n"),
        "directives": beside(".. note:: a\n\n"),
        "fields": beside(":Owner: ana\n"),
        "lines": beside("=\n"),
        "one-line": beside("="),
        "nested": lambda size: "".join(" " * n + "a\n" for n in range(int((2 * size) ** 0.5))),
        "marks": beside("*a `b "),
        "rows": beside("== ==\na  b\n== ==\n"),
        "grid": beside("+---+---+\n| a | b |\n"),
        "targets": numbered(".. _a%: b\n"),
    },
    "a.adoc": {
        "headings": beside("== Limitations\n\nFew.\n\n"),
        "attributes": numbered(":a%: b\n"),
        "rows": beside("|a |b\n", "|===\n", "|===\n"),
        "tables": beside("|===\n|a |b\n|===\n"),
        "blocks": beside("----\na\n"),
        "comments": beside("// a\n"),
        "lists": beside("* a\n"),
        "terms": beside("Owner:: ana\n"),
        "marks": beside("*a _b "),
    },
    "metrics/auc": {"rows": beside("1 0.5 1\n")},
    "a.py": {
        "brackets": nested("("),
        "calls": beside("f(a)\n", "import openai\n"),
        "nested-calls": nested("f("),
        "arguments": beside("a, ", "import openai\nopenai.OpenAI(", ")\n"),
        "assignments": numbered("a% = 1\n", "import openai\n"),
        "chain": numbered("a% = a\n", "import openai\na = openai.OpenAI()\n"),
        "texts": beside('"a" ', "x = "),
        "open-text": beside('"""a '),
        "imports": numbered("import a%\n"),
        "indents": lambda size: "".join(" " * n + "if a:\n" for n in range(int((2 * size) ** 0.5))),
        "decorators": beside("@a\n"),
        "formatted": nested('f"{'),
        "functions": numbered("def f%(a):\n    return a\n"),
        "comments": beside("# a\n"),
        "attributes": beside(".a", "x"),
        "fits": beside("m.fit(x)\n", "import sklearn\n"),
    },
    "a.ts": {
        "templates": nested("`${"),
        "comments": beside("/* a "),
        "calls": beside("f(a);\n", 'import OpenAI from "openai";\n'),
        "imports": numbered('import a% from "a%";\n'),
        "assignments": numbered("const a% = 1;\n"),
        "slashes": beside("/a"),
        "brackets": nested("("),
    },
    "a.ipynb": {
        "cells": beside(
            '{"cell_type":"code","source":["import a\\n"],"outputs":[]},', '{"cells":[', "{}]}"
        ),
        "lines": beside('"a = 1\\n",', '{"cells":[{"cell_type":"code","source":[', '""]}]}'),
    },
    "go.mod": {"modules": numbered("require a.b/c% v1\n")},
    "package.json": {"modules": numbered('"a%":"1",', '{"dependencies":{', '"a":"1"}}')},
    "requirements.txt": {"modules": numbered("a%==1\n")},
}
INSPECTED = {"md", "json", "yaml", "toml", "csv", "rst", "adoc"}


def cost(command):
    """Processor seconds and the most memory of a command."""
    child = os.fork()
    if child == 0:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        os.execv(command[0], command)
    _, status, used = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1, 2):
        print(f"ended by {status}: {' '.join(command)}")
        return math.inf, 0
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024


def command_for(program, name, folder):
    if name.split(".")[-1] in INSPECTED and name != "package.json" or name.startswith("metrics"):
        return [program, "inspect", f"{folder}/{name}"]
    return [program, "inventory", folder]


def sizes(smallest, largest):
    while smallest < largest:
        yield smallest
        smallest *= 3
    yield largest


def slope(points):
    points = [(math.log(size), math.log(seconds)) for size, seconds in points]
    mean = [sum(axis) / len(points) for axis in zip(*points)]
    above = sum((x - mean[0]) * (y - mean[1]) for x, y in points)
    return above / sum((x - mean[0]) ** 2 for x, _ in points)


def measure(program, name, write):
    """The exponent (None where all is cheap), and what one megabyte costs."""
    is_document = name.split(".")[-1] in INSPECTED or name.startswith("metrics")
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, name)
        file.parent.mkdir(exist_ok=True)
        command = command_for(program, name, folder)
        file.write_text(write(10))
        least = min(cost(command)[0] for _ in range(3))
        points, most, memory = [], 0.0, 0
        for size in sizes(*(DOCUMENT if is_document else CODE)):
            file.write_text(write(size))
            bytes_of = file.stat().st_size
            seconds, held = cost(command)
            seconds = max(seconds - least, 1e-4)
            if seconds < 1:
                seconds = min(seconds, max(cost(command)[0] - least, 1e-4))
            # What is refused for its size is not read.
            if points and seconds < points[-1][1] / 2:
                continue
            if seconds >= LEAST:
                points.append((bytes_of, seconds))
            if bytes_of <= 1_100_000:
                most, memory = max(most, seconds), max(memory, held)
            if seconds > 20:
                break
    return (slope(points) if len(points) > 1 else None), most, memory


def main():
    program, words = os.path.abspath(sys.argv[1]), sys.argv[2:]
    failed = 0
    for name, shapes in SHAPES.items():
        for shape, write in shapes.items():
            title = f"{name} {shape}"
            if words and not any(word in title for word in words):
                continue
            exponent, most, memory = measure(program, name, write)
            bad = (exponent or 0) > LIMIT or most > SECONDS or memory > MEMORY
            failed += bad
            shown = "-" if exponent is None else f"{exponent:.2f}"
            print(
                f"{'FAIL' if bad else 'ok':4} {title:32} exponent {shown:>5}, 1 MB costs at most "
                f"{most:.2f} s and {memory >> 20} MB",
                flush=True,
            )
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
