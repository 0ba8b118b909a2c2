//! What a whole parser reads in Python, against what is read from the tokens.

use std::collections::BTreeSet;

use tree_sitter::{Node, Parser};

use super::python_reader::{Callee, Expression, read};

/// ReadFacts of a source in a form that both readers can give.
type ReadFacts = BTreeSet<String>;

/// What the parser reads; nothing where it finds an error.
fn parsed(source: &str) -> Option<ReadFacts> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into()).unwrap();
    let tree = parser.parse(source, None)?;
    if tree.root_node().has_error() {
        return None;
    }
    let mut facts = ReadFacts::new();
    let mut open = vec![tree.root_node()];
    while let Some(node) = open.pop() {
        let mut cursor = node.walk();
        open.extend(node.named_children(&mut cursor));
        Parsed { source }.fact(node, &mut facts);
    }
    Some(facts)
}

struct Parsed<'s> {
    source: &'s str,
}

impl<'s> Parsed<'s> {
    fn text(&self, node: Node<'_>) -> &'s str {
        &self.source[node.byte_range()]
    }

    fn field<'t>(&self, node: Node<'t>, name: &str) -> Option<Node<'t>> {
        node.child_by_field_name(name)
    }

    /// `a.b.c`, or what of it follows a value that is no name.
    fn dotted(&self, node: Node<'_>) -> (String, bool) {
        let (mut parts, mut node) = (Vec::new(), node);
        while node.kind() == "attribute" {
            parts.push(self.text(self.field(node, "attribute").unwrap()));
            node = self.field(node, "object").unwrap();
        }
        let is_name = node.kind() == "identifier";
        if is_name {
            parts.push(self.text(node));
        }
        parts.reverse();
        (parts.join("."), is_name)
    }

    /// A module as it is written, without white space.
    fn path(&self, node: Node<'_>) -> String {
        let mut cursor = node.walk();
        let names = node.named_children(&mut cursor).filter(|it| it.kind() == "identifier");
        names.map(|it| self.text(it)).collect::<Vec<_>>().join(".")
    }

    fn literal(&self, node: Node<'_>) -> Option<&'s str> {
        let mut node = node;
        loop {
            node = match node.kind() {
                "parenthesized_expression" => {
                    let mut cursor = node.walk();
                    let mut inside = node.named_children(&mut cursor);
                    inside.find(|it| it.kind() != "comment")?
                }
                // `a = b = value`
                "assignment" => self.field(node, "right")?,
                _ => break,
            }
        }
        if node.kind() != "string" || self.text(node).contains('\\') {
            return None;
        }
        match node.named_child_count() {
            2 => Some(""),
            3 => {
                let content = node.named_child(1)?;
                let is_plain =
                    content.kind() == "string_content" && content.named_child_count() == 0;
                is_plain.then(|| self.text(content))
            }
            _ => None,
        }
    }

    fn fact(&self, node: Node<'_>, facts: &mut ReadFacts) {
        match node.kind() {
            "call" => {
                let arguments = self.field(node, "arguments").unwrap();
                let mut function = self.field(node, "function").unwrap();
                if function.kind() == "parenthesized_expression" {
                    function = arguments;
                }
                let (name, _) = self.dotted(function);
                facts.insert(format!("call {name} at {}", arguments.start_byte()));
            }
            "import_statement" | "import_from_statement" => self.import(node, facts),
            "class_definition" => {
                let name = self.text(self.field(node, "name").unwrap());
                facts.insert(format!("class {name}"));
                let Some(bases) = self.field(node, "superclasses") else { return };
                let mut cursor = bases.walk();
                for base in bases.named_children(&mut cursor) {
                    if matches!(base.kind(), "identifier" | "attribute")
                        && let (base, true) = self.dotted(base)
                    {
                        facts.insert(format!("class {name} of {base}"));
                    }
                }
            }
            "assignment" | "named_expression" | "default_parameter" | "typed_default_parameter" => {
                let target = self.field(node, "left").or_else(|| self.field(node, "name"));
                let value = self.field(node, "right").or_else(|| self.field(node, "value"));
                if let (Some(target), Some(value)) = (target, value)
                    && matches!(target.kind(), "identifier" | "attribute")
                    && let (target, true) = self.dotted(target)
                    && let Some(text) = self.literal(value)
                {
                    facts.insert(format!("text {target} = {text}"));
                }
            }
            _ => {}
        }
    }

    fn import(&self, node: Node<'_>, facts: &mut ReadFacts) {
        let module = self.field(node, "module_name");
        if module.is_some_and(|it| it.kind() == "relative_import") {
            return;
        }
        let module = module.map(|it| self.path(it));
        let mut cursor = node.walk();
        if node.named_children(&mut cursor).any(|it| it.kind() == "wildcard_import") {
            facts.insert(format!("all of {}", module.clone().unwrap_or_default()));
        }
        let mut cursor = node.walk();
        for name in node.children_by_field_name("name", &mut cursor) {
            let alias = self.field(name, "alias").map(|it| self.text(it));
            let name = self.path(self.field(name, "name").unwrap_or(name));
            let (local, path) = match (&module, alias) {
                (Some(module), _) => (alias.unwrap_or(&name), format!("{module}.{name}")),
                (None, Some(alias)) => (alias, name.clone()),
                (None, None) => {
                    let first = name.split('.').next().unwrap_or_default();
                    (first, first.to_owned())
                }
            };
            facts.insert(format!("import {local} as {path}"));
        }
    }
}

/// What is read from the tokens.
fn tokenized(source: &str) -> ReadFacts {
    let (text, facts) = read(source);
    let mut all = ReadFacts::new();
    for call in &facts.calls {
        let (Callee::Name(name) | Callee::Of { attribute: name, .. }) = &call.callee;
        let name = if name.is_empty() { String::new() } else { text.dotted(name).into_owned() };
        let at = text.span(&(call.open..call.open + 1)).start;
        all.insert(format!("call {name} at {at}"));
    }
    let is_future = |path: &str| path.starts_with("__future__.");
    for (local, path) in facts.imports.iter().filter(|(_, path)| !is_future(path)) {
        all.insert(format!("import {local} as {path}"));
    }
    for module in &facts.wildcards {
        all.insert(format!("all of {module}"));
    }
    for class in &facts.classes {
        all.insert(format!("class {}", class.name));
        for base in text.names(&class.bases) {
            all.insert(format!("class {} of {base}", class.name));
        }
    }
    for assignment in &facts.assignments {
        let value = assignment.value.as_ref().map(|value| text.expression(value, &facts));
        if let Some(Expression::Literal(literal)) = value {
            all.insert(format!("text {} = {literal}", assignment.target));
        }
    }
    all
}

/// Writes source that is mostly valid and as odd as can be.
struct SourceWriter {
    random: fastrand::Rng,
    line_end: &'static str,
}

impl SourceWriter {
    fn pick<'p>(&mut self, from: &[&'p str]) -> &'p str {
        from[self.random.usize(..from.len())]
    }

    /// White space inside of brackets.
    fn gap(&mut self) -> String {
        let end = self.line_end;
        match self.random.usize(..9) {
            0 => format!(" # ) \" {end}\t"),
            1 => format!("{end}    "),
            2 => "\t".to_owned(),
            3 => format!(" \\{end} "),
            _ => String::new(),
        }
    }

    fn name(&mut self) -> String {
        let part = ["torch", "openai", "x", "self", "f", "rb", "ñandú", "_p", "printer", "imports"];
        let mut name = self.pick(&part).to_owned();
        for _ in 0..self.random.usize(..3) {
            let dot = self.pick(&[".", ".", ".", " . "]);
            name = format!("{name}{dot}{}", self.pick(&["nn", "OpenAI", "fit", "chat", "f"]));
        }
        name
    }

    fn text(&mut self, depth: usize) -> String {
        let end = self.line_end;
        match self.random.usize(..12) {
            0 => format!("\"\"\"import torch{end}openai.OpenAI() '\" {end}\"\"\""),
            1 => format!("'''a ({end} class A(B): pass{end}'''"),
            2 => "r'\\d\\'('".to_owned(),
            3 => "b\"x#y\"".to_owned(),
            4 => "'it\\'s ('".to_owned(),
            5 if depth > 0 => format!("f'a{{{}}}b(' ", self.value_in_text(depth - 1)),
            6 if depth > 0 => {
                format!("f\"{{{}!r:>{{width}}}} {{{{x(\"", self.value_in_text(depth - 1))
            }
            7 if depth > 0 => {
                format!("f\"\"\"{end}{{{}:.2f}}(\"\"\"", self.value_in_text(depth - 1))
            }
            8 => "\"\"".to_owned(),
            9 => "rf'{x}\\{y}'".to_owned(),
            10 => format!("'a' {}", self.pick(&["'b'", "f'{x}'", "\"(\""])),
            _ => self.pick(&["'gpt2'", "\"org/name\"", "u'x'", "'#'", "';'"]).to_owned(),
        }
    }

    /// An expression that holds no text, as older Python asks inside of one.
    fn value_in_text(&mut self, depth: usize) -> String {
        match self.random.usize(..4) {
            0 if depth > 0 => format!("{}({})", self.name(), self.value_in_text(depth - 1)),
            1 => format!("x[{}]", self.name()),
            2 => format!("({})", self.name()),
            _ => self.name(),
        }
    }

    fn value(&mut self, depth: usize) -> String {
        if depth == 0 {
            return if self.random.bool() { self.name() } else { self.text(0) };
        }
        let depth = depth - 1;
        let (one, two) = (self.value(depth), self.name());
        let gap = self.gap();
        match self.random.usize(..16) {
            0 => format!("{two}({gap}{one}{gap})"),
            1 => format!("{two}({gap}model={one},{gap} *args, **{{'a': {two}}})"),
            2 => format!("({gap}{one}{gap})"),
            3 => format!("[{one},{gap} {two}]"),
            4 => format!("{{'k': {gap}{one}, {two}: 1}}"),
            5 => format!("{two}({one})({gap}).fit({two})"),
            6 => format!("{two}[{one}]({gap})"),
            7 => format!("(lambda x, y={two}: {one})({two})"),
            8 => format!("({two})({gap}{one})"),
            9 => format!("{two}({one} for x in {two}() if x)"),
            // A parser ends the value at an `if`, Python does not.
            10 => format!("({gap}n := {})", self.text(depth)),
            11 => format!("{one} if {two}() else {two}"),
            12 => format!("not ({one})"),
            13 => format!("'{{}}'.format({one})"),
            14 => format!("{two}[a:b, {gap}::2].fit(){gap_after}", gap_after = ""),
            _ => self.text(depth),
        }
    }

    fn statement(&mut self, indent: &str, depth: usize) -> String {
        let end = self.line_end;
        let (value, name) = (self.value(2), self.name().replace(' ', ""));
        let gap = self.gap();
        let line = match self.random.usize(..20) {
            0 => format!("import {name} as t, os . path"),
            1 => format!("from {name} import ({gap}OpenAI as A,{gap} B,{gap})"),
            2 => format!("from {name} import *"),
            3 => format!("from \\{end} {name} \\{end} import OpenAI"),
            4 => "from . import x; from ..a import y; import torch".to_owned(),
            5 => format!("x = y = {value}"),
            6 => format!("x: str = {value}"),
            7 => format!("self.model = {value}; y = 'a'"),
            8 => format!("x, y = {value}, 1"),
            9 => format!("x += {value}"),
            10 => format!("return_ = {value} # x = 'no'"),
            11 => format!("assert {value}, '('"),
            12 => format!("exec({value})"),
            13 => format!("if {value}: import torch; z = 'one'"),
            14 => format!("with {name}({gap}) as x, y: z = 'two'"),
            15 if depth > 0 => {
                let body = self.statement(&format!("{indent}\t"), depth - 1);
                format!("@{name}({gap})\n{indent}class A({gap}{name}, metaclass=M):{end}{body}")
            }
            16 if depth > 0 => {
                let body = self.statement(&format!("{indent}    "), depth - 1);
                format!("async def f(a, b='gpt2', *, c: str = {value}) -> {name}:{end}{body}")
            }
            17 if depth > 0 => {
                let body = self.statement(&format!("{indent}  "), depth - 1);
                format!("try:{end}{body}{indent}except {name} as e: pass")
            }
            18 => format!("\"\"\"import openai{end}x = '1'\"\"\""),
            _ => value,
        };
        let blank = self.pick(&["", "", "\n", "\x0c\n", "# import torch ((\n"]);
        format!("{indent}{line}{end}{blank}")
    }
}

#[test]
fn tokens_say_what_a_parser_says_of_the_oddest_source() {
    let mut compared = 0;
    for seed in 0..3000 {
        let mut writer = SourceWriter {
            random: fastrand::Rng::with_seed(seed),
            line_end: if seed % 3 == 0 { "\r\n" } else { "\n" },
        };
        let statements: Vec<String> = (0..1 + seed % 5).map(|_| writer.statement("", 2)).collect();
        let source = statements.concat();
        if let Some(expected) = parsed(&source) {
            compared += 1;
            assert_eq!(tokenized(&source), expected, "seed {seed}:\n{source}\n{source:?}");
        }
        // Whatever is cut out of it, it is read.
        for _ in 0..4 {
            let at = writer.random.usize(..=source.len());
            let to = (at + writer.random.usize(..4)).min(source.len());
            if source.is_char_boundary(at) && source.is_char_boundary(to) {
                tokenized(&format!("{}{}", &source[..at], &source[to..]));
            }
        }
    }
    assert!(compared > 1000, "{compared}");
}

#[test]
fn tokens_go_on_where_a_parser_finds_an_error() {
    let import = "import torch as torch".to_owned();
    for broken in [
        "x = (\nimport torch\n",
        "x = [{(\n  from_ = 1\nimport torch\n",
        "f'{x\nimport torch\n",
        "f\"\"\"{x:{y}\"\"\"\nimport torch\n",
        "f'{x:>'\nimport torch\n",
        "x = 'open\nimport torch\n",
        "))]}\nimport torch\n",
        "print 'old', x; import torch\n",
        "\u{feff}import torch\n",
        "if x: import torch\n",
        "\u{202e}def broken(:\n    import torch\n",
        "x = 1\rimport torch\r",
    ] {
        assert!(tokenized(broken).contains(&import), "{broken}");
    }
    for hidden in ["x = \\\nimport_ = 1\n", "'''\nimport torch\n", "# \\\n# import torch\n"] {
        assert!(!tokenized(hidden).contains(&import), "{hidden}");
    }
}

#[test]
fn deep_and_long_source_is_read() {
    let many = 20_000;
    for part in [
        "(",
        "[",
        "f'{",
        "f(",
        "x:=",
        "x=",
        "f'{x:{",
        "lambda:",
        "a.b(",
        "f()()",
        ")",
        "((x)",
        "class A(A,",
        "import a,",
        "@",
        "x.fit(",
        "'",
        "\"\"\"",
        "\\",
        "f'{\"",
        "x=x.f()\n",
        "(}",
    ] {
        for part in [part.to_owned(), format!("{part}\n")] {
            super::python::detections(&format!("import torch\n{}", part.repeat(many)));
        }
    }
}
