//! What a session of nox, a task of invoke, or an environment of tox is made of.

use std::collections::BTreeSet;

use super::rules::CalledPart;

/// What of a Python file counts for the functions that are asked for: they, what they name, and
/// what runs when the file is read. All of it where none is asked for or one is not found.
pub(super) fn functions(text: &str, asked: &[String]) -> CalledPart {
    let blocks = blocks(text);
    let asked: BTreeSet<String> = asked
        .iter()
        // Of `gate-3.12` and `tools.gate` the function is `gate`.
        .map(|name| name.rsplit('.').next().unwrap_or(name).replace('-', "_"))
        .collect();
    let all = || CalledPart {
        own: blocks.iter().map(|block| block.text.as_str()).collect(),
        around: String::new(),
    };
    let is_found = |name: &String| blocks.iter().any(|block| block.name.as_ref() == Some(name));
    if asked.is_empty() || !asked.iter().all(is_found) {
        return all();
    }
    let mut part = CalledPart::default();
    for block in blocks.iter().filter(|block| block.name.is_none()) {
        part.around += &block.text;
    }
    let mut seen = vec![false; blocks.len()];
    let mut words = words(&part.around);
    words.extend(asked);
    while let Some(at) = (0..blocks.len())
        .find(|at| !seen[*at] && blocks[*at].name.as_ref().is_some_and(|name| words.contains(name)))
    {
        seen[at] = true;
        words.extend(self::words(&blocks[at].text));
    }
    for (block, seen) in blocks.iter().zip(seen).filter(|(block, _)| block.name.is_some()) {
        if seen {
            part.own += &block.text;
        } else if !block.is_harmless() {
            part.around += block.head();
        }
    }
    part
}

/// A function with its decorators, or what else stands at the left margin.
struct PythonBlock {
    name: Option<String>,
    text: String,
}

impl PythonBlock {
    /// What is run when the file is read.
    fn head(&self) -> &str {
        let mut end = 0;
        for line in self.text.split_inclusive('\n') {
            end += line.len();
            if line.trim_end().ends_with(':') {
                break;
            }
        }
        &self.text[..end]
    }

    /// Whether reading the function runs nothing but what declares it.
    fn is_harmless(&self) -> bool {
        self.head().lines().all(|line| {
            let line = line.trim();
            let is_known =
                ["@nox.session", "@nox.parametrize", "@session", "@task", "@invoke.task"]
                    .iter()
                    .any(|it| {
                        line.strip_prefix(it).is_some_and(|rest| !rest.starts_with(['.', '_']))
                    });
            let calls = line.matches('(').count();
            let is_named = line.contains("name=") || line.contains("name =");
            let is_def = line.starts_with("def ") && line.ends_with(':');
            calls <= 1 && ((is_known && !is_named) || is_def)
        })
    }
}

fn blocks(text: &str) -> Vec<PythonBlock> {
    let mut found: Vec<PythonBlock> = Vec::new();
    let mut is_decorated = false;
    for line in text.lines() {
        let start = line.trim_start();
        if start.is_empty() || (start.starts_with('#') && !start.contains("coding")) {
            continue;
        }
        let goes_on = line.starts_with([' ', '\t', ')', ']', '}']);
        let text = format!("{}\n", line.trim_end());
        let is_head = !goes_on;
        if let Some(last) = found.last_mut().filter(|_| !is_head || is_decorated) {
            last.text += &text;
            if is_head && !line.starts_with('@') {
                is_decorated = false;
                last.name = name(line);
            }
            continue;
        }
        is_decorated = line.starts_with('@');
        found.push(PythonBlock { name: name(line), text });
    }
    found
}

fn name(line: &str) -> Option<String> {
    let rest = line.strip_prefix("async ").unwrap_or(line).strip_prefix("def ")?;
    rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().map(str::to_owned)
}

fn words(text: &str) -> BTreeSet<String> {
    let is_break = |c: char| !(c.is_alphanumeric() || c == '_');
    text.split(is_break).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// What of a file of tox counts for the environments that are asked for.
pub(super) fn environments(text: &str, asked: &[String]) -> CalledPart {
    const OTHERS: [&str; 7] =
        ["flake8", "pytest", "tool:pytest", "isort", "pycodestyle", "pydocstyle", "metadata"];
    let mut sections: Vec<(String, Vec<String>)> = vec![(String::new(), Vec::new())];
    for line in text.lines().filter(|line| !line.trim_start().starts_with(['#', ';'])) {
        if let Some(name) = line.trim().strip_prefix('[').and_then(|it| it.strip_suffix(']'))
            && !line.starts_with([' ', '\t'])
        {
            sections.push((name.to_owned(), Vec::new()));
        } else if let Some((_, lines)) = sections.last_mut().filter(|_| !line.trim().is_empty()) {
            match lines.last_mut().filter(|_| line.starts_with([' ', '\t'])) {
                Some(last) => *last += &format!("\n{}", line.trim()),
                None => lines.push(line.trim_end().to_owned()),
            }
        }
    }
    let is_asked = |name: &str| asked.is_empty() || asked.iter().any(|it| it == name);
    let key = |line: &str| line.split(['=', ':']).next().unwrap_or_default().trim().to_owned();
    let overridden: BTreeSet<String> = sections
        .iter()
        .filter(|(name, _)| {
            asked.len() == 1 && name.strip_prefix("testenv:").is_some_and(&is_asked)
        })
        .flat_map(|(_, lines)| lines.iter().map(|line| key(line)))
        .collect();
    let is_referred = |name: &str| text.contains(&format!("{{[{name}]"));
    let mut part = CalledPart::default();
    for (name, lines) in &sections {
        let environment = name.strip_prefix("testenv:");
        let is_other = environment.is_some_and(|name| !is_asked(name))
            || OTHERS.contains(&name.as_str())
            || name.starts_with("coverage:")
            || name.starts_with("options")
            || name.starts_with("mypy");
        if is_other && !is_referred(name) {
            continue;
        }
        let kept =
            lines.iter().filter(|line| name != "testenv" || !overridden.contains(&key(line)));
        let text = kept.fold(format!("[{name}]\n"), |text, line| text + line + "\n");
        if environment.is_some() || name == "testenv" {
            part.own += &text;
        } else if !lines.is_empty() {
            part.around += &text;
        }
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_session_says_nothing() {
        let file = "import nox\nBIN = 'aimsgate'\n\n@nox.session(python=['3.12'])\n\
            def lint(session):\n    session.run('ruff')\n\n\
            def run(session):\n    session.run(BIN, 'check')\n\n\
            @nox.session\ndef gate(session):\n    run(session)\n";
        let of = |text: &str| functions(text, &["gate".to_owned()]);
        for (from, to) in [("'ruff'", "'ruff', '.'"), ("['3.12']", "['3.12', '3.13']")] {
            assert_eq!(of(file), of(&file.replace(from, to)), "{from} -> {to}");
        }
        for (from, to) in [
            ("(BIN, 'check')", "('true')"),
            ("'aimsgate'", "'true'"),
            ("    run(session)", "    pass"),
            ("python=['3.12']", "python=[fake()]"),
            ("def lint(session)", "def lint(session, x=fake())"),
            ("import nox\n", "import nox\nnox.options.x = fake()\n"),
        ] {
            assert_ne!(of(file), of(&file.replace(from, to)), "{from} -> {to}");
        }
    }

    #[test]
    fn another_environment_says_nothing() {
        let file = "[tox]\nenvlist = py\n[testenv]\ndeps = pytest\n[testenv:gate]\ndeps =\n    \
            aimsgate\ncommands = aimsgate check\n[testenv:lint]\ncommands = ruff\n[flake8]\n\
            x = 1\n";
        let of = |text: &str| environments(text, &["gate".to_owned()]);
        for (from, to) in [("ruff", "ruff check"), ("x = 1", "x = 2"), ("pytest", "pytest>=8")] {
            assert_eq!(of(file), of(&file.replace(from, to)), "{from} -> {to}");
        }
        for (from, to) in [
            ("aimsgate check", "true"),
            ("[testenv]\n", "[testenv]\nignore_errors = true\n"),
            ("[tox]\n", "[tox]\nrequires = fake\n"),
        ] {
            assert_ne!(of(file), of(&file.replace(from, to)), "{from} -> {to}");
        }
    }
}
