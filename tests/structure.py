#!/usr/bin/env python3
"""Prints how src is built and exits 1 where a limit is missed.

Run it from anywhere: python3 tests/structure.py [--circles]. It needs nothing but Python.

How things are counted:

* Product code is what stands in src without the bodies of `#[cfg(test)] mod`; files named tests.rs
  count as files, but their functions and imports do not.
* Branches are counted as lizard counts them for Rust: one path, and one more for each `if`,
  `while`, `for`, `where`, `&&`, `||`, `?`, `let ... else` and each arm of a `match` after its
  first; `loop`, which lizard leaves out, counts as well.
* A file imports another where a `use` or a path in its code names it. What a `mod.rs` re-exports
  from its own folder counts as an import of the file that defines it; a re-export alone is no
  import by the `mod.rs`. Files that import each other, directly or through others, are a circle.
* Lines of fenced blocks and of tables in Markdown have no limit: they cannot be broken.
* A public item is a line that begins with `pub `, fields too; `pub(...)` is not public.
"""

import pathlib
import re
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"

LIMITS = {
    "median lines of a file": 109,
    "lines of the largest file": 449,
    "functions over 80 lines": 0,
    "functions over 25 branches": 0,
    "lines over 100 columns": 0,
    "public items": 349,
    "circles between files": 0,
    "type names defined twice": 0,
}
LONGEST_FUNCTION = 80
MOST_BRANCHES = 25
WIDEST = 100

TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|b?r(#*)".*?"\1|b?"(?:\\.|[^"\\])*"'
    r"|b?'(?:\\(?:x..|u\{[^}]*\}|.)|[^'\\])'",
    re.S,
)


def masked(text):
    """The text with comments and literals blanked, line by line as long as before."""
    return TOKEN.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def closing(text, at):
    """Where the brace that opens at `at` closes."""
    depth = 0
    for index in range(at, len(text)):
        if text[index] == "{":
            depth += 1
        elif text[index] == "}":
            depth -= 1
            if depth == 0:
                return index
    return len(text)


def without_tests(code):
    """Masked code with everything under `#[cfg(test)]` blanked."""
    for found in list(re.finditer(r"#\[cfg\(test\)\]", code)):
        rest = re.compile(r"[{;]").search(code, found.end())
        if not rest:
            continue
        end = closing(code, rest.start()) + 1 if rest.group() == "{" else rest.end()
        blank = re.sub(r"[^\n]", " ", code[found.start() : end])
        code = code[: found.start()] + blank + code[end:]
    return code


def functions(code):
    """Name, first line, lines and branches of every function with a body."""
    for found in re.finditer(r"\bfn\s+(\w+)", code):
        depth = 0
        for at in range(found.end(), len(code)):
            if code[at] in "([":
                depth += 1
            elif code[at] in ")]":
                depth -= 1
            elif depth == 0 and code[at] in "{;":
                break
        else:
            continue
        if code[at] == ";":
            continue
        end = closing(code, at)
        first = code.count("\n", 0, found.start()) + 1
        lines = code.count("\n", found.start(), end) + 1
        yield found.group(1), first, lines, branches(code[found.start() : end])


def branches(body):
    decisions = re.findall(r"\b(?:if|while|for|loop|where)\b(?!<)|&&|\|\||\?|[^}\s]\s+else\b", body)
    arms = body.count("=>") - len(re.findall(r"\bmatch\b", body))
    return 1 + len(decisions) + max(0, arms)


class Tree:
    """The modules of src, and which file imports which."""

    def __init__(self, files):
        self.files = files
        self.modules = {}
        for file in files:
            parts = list(file.relative_to(SOURCE).with_suffix("").parts)
            if parts in (["lib"], ["main"]):
                parts = []
            elif parts[-1] == "mod":
                parts.pop()
            if file.name != "main.rs":
                self.modules[tuple(parts)] = file
        self.codes = {file: without_tests(masked(file.read_text())) for file in files}
        self.uses = {file: list(self.imports(file)) for file in files}
        self.reexports = {}
        for file in files:
            for is_public, path, name in self.uses[file]:
                if is_public:
                    self.reexports[(self.module(file), name)] = path

    def module(self, file):
        for module, of in self.modules.items():
            if of == file:
                return module
        return ()

    def imports(self, file):
        """(public or not, absolute path, name it gets here) of every `use` of this crate."""
        for found in re.finditer(r"\b(pub(?:\([^)]*\))?\s+)?use\s+([^;]+);", self.codes[file]):
            for path, name in spread(re.sub(r"\s+", " ", found.group(2)).strip()):
                absolute = self.absolute(file, path)
                if absolute is not None:
                    yield bool(found.group(1)), absolute, name

    def absolute(self, file, path):
        module = self.module(file)
        if path[0] in ("crate", "aimsgate"):
            return tuple(path[1:])
        if path[0] == "self":
            return module + tuple(path[1:])
        if path[0] == "super":
            while path and path[0] == "super":
                module, path = module[:-1], path[1:]
            return module + tuple(path)
        if module + (path[0],) in self.modules:
            return module + tuple(path)
        return None

    def file_of(self, path, seen=()):
        """The file that defines what an absolute path names; re-exports are followed."""
        for length in range(len(path), -1, -1):
            module = tuple(path[:length])
            if module not in self.modules:
                continue
            rest = path[length:]
            for key in ([rest[0]] if rest else []) + ["*"]:
                target = self.reexports.get((module, key))
                if rest and target and target not in seen and target != path:
                    if key == "*":
                        continue
                    return self.file_of(target + tuple(rest[1:]), seen + (path,))
            return self.modules[module]
        return None

    def edges(self, file):
        """The files a file imports, with the path that says so."""
        found = {}
        code, module = self.codes[file], self.module(file)
        local = {}
        for is_public, path, name in self.uses[file]:
            local[name] = path
            body = re.sub(r"\b(?:pub(?:\([^)]*\))?\s+)?use\s+[^;]+;", "", code)
            if is_public and not is_used(name, body):
                continue
            found.setdefault(self.file_of(path), "::".join(path))
        body = re.sub(r"\bpub\([^)]*\)|\buse\s+[^;]+;", " ", code)
        for it in re.finditer(r"(?<![\w:])((?:crate|super|self|\w+)(?:::\w+)+)", body):
            path = it.group(1).split("::")
            if path[0] in local:
                absolute = local[path[0]] + tuple(path[1:])
            else:
                absolute = self.absolute(file, path)
            if absolute is not None:
                found.setdefault(self.file_of(absolute), "::".join(absolute))
        found.pop(file, None)
        found.pop(None, None)
        return found


def is_used(name, body):
    """Whether code names what it re-exports: a type anywhere, a function where it is called."""
    call = "" if name[0].isupper() else r"\s*(?:\(|::)"
    return re.search(rf"(?<![\w:.])(?<!fn ){re.escape(name)}\b{call}", body) is not None


def spread(path, before=()):
    """The paths of a `use` tree, each with the name it gets."""
    opened = path.find("{")
    if opened < 0:
        path, _, name = path.partition(" as ")
        parts = list(before) + [part.strip() for part in path.split("::") if part.strip()]
        if parts[-1] == "self":
            parts.pop()
        return [(parts, name.strip() or parts[-1])]
    head = [part.strip() for part in path[:opened].split("::") if part.strip()]
    inner, depth, item, found = path[opened + 1 : path.rfind("}")], 0, "", []
    for char in inner + ",":
        if char == "," and depth == 0:
            if item.strip():
                found += spread(item.strip(), tuple(before) + tuple(head))
            item = ""
        else:
            depth += {"{": 1, "}": -1}.get(char, 0)
            item += char
    return found


def circles(edges):
    """The strongly connected components of more than one file."""
    index, low, stack, on, found = {}, {}, [], set(), []

    def visit(file):
        index[file] = low[file] = len(index)
        stack.append(file)
        on.add(file)
        for other in edges[file]:
            if other not in index:
                visit(other)
                low[file] = min(low[file], low[other])
            elif other in on:
                low[file] = min(low[file], index[other])
        if low[file] == index[file]:
            circle = []
            while True:
                other = stack.pop()
                on.discard(other)
                circle.append(other)
                if other == file:
                    break
            if len(circle) > 1:
                found.append(sorted(circle))

    for file in edges:
        if file not in index:
            visit(file)
    return found


TYPE = re.compile(r"^( *)(?:pub(?:\([^)]*\))? )?(struct|enum|trait|type|union) (\w+)", re.M)


def doubled_types(codes):
    names = {}
    for file, code in codes.items():
        if file.name == "tests.rs":
            continue
        for found in TYPE.finditer(code):
            indent, sort, name = found.groups()
            if sort == "type" and indent:
                continue
            names.setdefault(name, []).append(file)
    return {name: files for name, files in names.items() if len(files) > 1}


def public_items(code):
    return len(re.findall(r"^\s*pub ", code, re.M))


def wide_lines():
    places = sorted(SOURCE.rglob("*.rs")) + sorted((ROOT / "tests").rglob("*.rs"))
    places += sorted((ROOT / "tests").rglob("*.py")) + sorted((ROOT / "docs").glob("*.md"))
    for file in places:
        is_prose, is_fenced = file.suffix == ".md", False
        for number, line in enumerate(file.read_text().split("\n"), 1):
            is_fenced ^= is_prose and line.lstrip().startswith("```")
            # What is shown as it is printed or typed, and the rows of a table, cannot be broken.
            if is_fenced or (is_prose and line.startswith("|")):
                continue
            if len(line) > WIDEST:
                yield f"{file.relative_to(ROOT)}:{number}"


def main():
    files = sorted(SOURCE.rglob("*.rs"))
    lines = {file: len(file.read_text().split("\n")) - 1 for file in files}
    tree = Tree(files)
    name = lambda file: str(file.relative_to(SOURCE))  # noqa: E731
    product = {file: code for file, code in tree.codes.items() if file.name != "tests.rs"}
    every = [
        (name(file), *function) for file, code in product.items() for function in functions(code)
    ]
    edges = {file: tree.edges(file) for file in product}
    edges = {
        file: {other: why for other, why in others.items() if other in product}
        for file, others in edges.items()
    }
    rings = circles(edges)
    doubled = doubled_types(product)
    wide = list(wide_lines())
    long = [it for it in every if it[3] > LONGEST_FUNCTION]
    branched = [it for it in every if it[4] > MOST_BRANCHES]
    largest = max(files, key=lambda file: lines[file])
    longest = max(every, key=lambda it: it[3])
    figures = {
        "median lines of a file": statistics.median(lines.values()),
        "lines of the largest file": lines[largest],
        "functions over 80 lines": len(long),
        "functions over 25 branches": len(branched),
        "lines over 100 columns": len(wide),
        "public items": sum(public_items(code) for code in product.values()),
        "circles between files": len(rings),
        "type names defined twice": len(doubled),
    }
    print(f"files {len(files)}, lines {sum(lines.values())}")
    print(f"largest file {name(largest)}")
    print(f"longest function {longest[0]}:{longest[2]} {longest[1]}, {longest[3]} lines")
    missed = 0
    for figure, value in figures.items():
        is_missed = value > LIMITS[figure]
        missed += is_missed
        print(f"{figure}: {value} (at most {LIMITS[figure]}){'  MISSED' if is_missed else ''}")
    for file in sorted(files, key=lambda file: -lines[file]):
        if lines[file] > LIMITS["lines of the largest file"]:
            print(f"  long file {name(file)}: {lines[file]}")
    for file, function, first, length, count in sorted(set(long + branched)):
        print(f"  {file}:{first} {function}: {length} lines, {count} branches")
    for ring in rings:
        print(f"  circle: {', '.join(name(file) for file in ring)}")
        if "--circles" in sys.argv:
            for file in ring:
                for other, why in edges[file].items():
                    if other in ring:
                        print(f"    {name(file)} -> {name(other)}  ({why})")
    for twice, where in sorted(doubled.items()):
        print(f"  twice {twice}: {', '.join(sorted(name(file) for file in where))}")
    folders = {}
    for place in wide:
        folders.setdefault(place.split(":")[0], []).append(place)
    for file, places in folders.items():
        print(f"  wide {file}: {len(places)} lines")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.setrecursionlimit(10_000)
    sys.exit(main())
