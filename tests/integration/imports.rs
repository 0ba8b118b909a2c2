//! Which file of the sources imports from which: `use` trees and paths in code are followed through
//! what a `mod.rs` re-exports, to the file that holds the item.

use std::collections::{BTreeMap, BTreeSet};

/// The segments of a path, from the root of the crate.
type Path = Vec<String>;

/// A source file with its path below `src`, and its text.
pub(crate) type File = (String, String);

/// What a file does with the names of others.
#[derive(Default)]
struct Parsed {
    /// The names it brings in, and where they come from; what is published counts too.
    aliases: BTreeMap<String, Path>,
    /// What its code uses, so without what it only passes on.
    used: BTreeSet<Path>,
}

/// The imports of a set of files.
pub(crate) struct Imports {
    modules: BTreeMap<Path, String>,
    parsed: BTreeMap<String, Parsed>,
    /// Per file the files it imports from.
    pub(crate) edges: BTreeMap<String, BTreeSet<String>>,
}

/// The path of the module that a file is; the root of the crate has none.
pub(crate) fn module(file: &str) -> Path {
    if file == "lib.rs" {
        return Vec::new();
    }
    let name = file.trim_end_matches(".rs").trim_end_matches("/mod");
    name.split('/').map(str::to_owned).collect()
}

/// The code of a file without its tests, comments, characters and strings.
pub(crate) fn code(text: &str) -> String {
    blank_strings(&without_tests(text))
}

/// The text without each item that follows `#[cfg(test)]`.
pub(crate) fn without_tests(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut kept = String::new();
    let mut at = 0;
    while at < lines.len() {
        if lines[at].trim() == "#[cfg(test)]" {
            let margin = lines[at].len() - lines[at].trim_start().len();
            at += 1;
            while lines[at].trim_start().starts_with("#[") {
                at += 1;
            }
            // An item ends at once, or where a brace stands under its beginning.
            if !lines[at].trim_end().ends_with([';', '}']) {
                let closing = format!("{}}}", " ".repeat(margin));
                while lines[at] != closing {
                    at += 1;
                }
            }
        } else {
            kept += lines[at];
            kept.push('\n');
        }
        at += 1;
    }
    kept
}

/// The text with what stands in comments, strings and characters taken out.
pub(crate) fn blank_strings(text: &str) -> String {
    code_and_strings(text).0
}

/// The strings of a source, as they are at run time.
pub(crate) fn strings(text: &str) -> Vec<String> {
    code_and_strings(text).1
}

/// The code of a source without its comments, strings and characters, and its strings.
fn code_and_strings(text: &str) -> (String, Vec<String>) {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut strings) = (String::with_capacity(text.len()), Vec::new());
    let mut at = 0;
    let starts = |at: usize, what: &str| {
        what.chars().enumerate().all(|(n, c)| chars.get(at + n) == Some(&c))
    };
    while at < chars.len() {
        let before = at.checked_sub(1).map(|at| chars[at]);
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        if starts(at, "//") {
            while at < chars.len() && chars[at] != '\n' {
                at += 1;
            }
        } else if chars[at] == 'r' && !is_word(before) && (starts(at, "r\"") || starts(at, "r#")) {
            let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
            if chars.get(at + 1 + hashes) != Some(&'"') {
                out.push(chars[at]);
                at += 1;
                continue;
            }
            let end = format!("\"{}", "#".repeat(hashes));
            at += 2 + hashes;
            let from = at;
            while at < chars.len() && !starts(at, &end) {
                at += 1;
            }
            strings.push(chars[from..at].iter().collect());
            at += end.len();
            out.push_str("\"\"");
        } else if chars[at] == '"' {
            at += 1;
            let from = at;
            while at < chars.len() && chars[at] != '"' {
                at += if chars[at] == '\\' { 2 } else { 1 };
            }
            strings.push(unescaped(&chars[from..at]));
            at += 1;
            out.push_str("\"\"");
        } else if chars[at] == '\''
            && (chars.get(at + 1) == Some(&'\\') || chars.get(at + 2) == Some(&'\''))
        {
            at += if chars[at + 1] == '\\' { 3 } else { 2 };
            while at < chars.len() && chars[at] != '\'' {
                at += 1;
            }
            at += 1;
            out.push_str("' '");
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    (out, strings)
}

/// A string without its escapes; a letter that is none stands for itself.
fn unescaped(chars: &[char]) -> String {
    let (mut out, mut at) = (String::new(), 0);
    while at < chars.len() {
        let is_escape = chars[at] == '\\';
        at += usize::from(is_escape);
        match chars.get(at) {
            // The line goes on at the next letter.
            Some('\n') if is_escape => {
                while chars.get(at + 1).is_some_and(|c| c.is_whitespace()) {
                    at += 1;
                }
            }
            Some('n') if is_escape => out.push('\n'),
            Some(c) => out.push(*c),
            None => {}
        }
        at += 1;
    }
    out
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Sign(char),
    /// `::`
    Joint,
}

fn tokens(code: &str) -> Vec<Token> {
    let chars: Vec<char> = code.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        if c.is_alphanumeric() || c == '_' {
            let from = at;
            while at < chars.len() && (chars[at].is_alphanumeric() || chars[at] == '_') {
                at += 1;
            }
            tokens.push(Token::Word(chars[from..at].iter().collect()));
        } else if c == ':' && chars.get(at + 1) == Some(&':') {
            tokens.push(Token::Joint);
            at += 2;
        } else {
            if !c.is_whitespace() {
                tokens.push(Token::Sign(c));
            }
            at += 1;
        }
    }
    tokens
}

/// Reads the paths of a `use` tree from a token on: each with the name it gets here. Returns where
/// it ends.
fn tree(
    tokens: &[Token],
    mut at: usize,
    prefix: &[String],
    found: &mut Vec<(Path, String)>,
) -> usize {
    let mut path = prefix.to_vec();
    loop {
        match tokens.get(at) {
            Some(Token::Word(word)) => {
                path.push(word.clone());
                at += 1;
            }
            Some(Token::Sign('*')) => {
                found.push((path, "*".to_owned()));
                return at + 1;
            }
            Some(Token::Sign('{')) => {
                at += 1;
                while tokens[at] != Token::Sign('}') {
                    at = tree(tokens, at, &path, found);
                    if tokens[at] == Token::Sign(',') {
                        at += 1;
                    }
                }
                return at + 1;
            }
            _ => return at,
        }
        if tokens.get(at) == Some(&Token::Joint) {
            at += 1;
            continue;
        }
        if path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let mut name = path.last().cloned().unwrap_or_default();
        if tokens.get(at) == Some(&Token::Word("as".to_owned())) {
            if let Some(Token::Word(word)) = tokens.get(at + 1) {
                name.clone_from(word);
            }
            at += 2;
        }
        found.push((path, name));
        return at;
    }
}

impl Imports {
    pub(crate) fn of(files: &[File]) -> Self {
        let modules = files.iter().map(|(file, _)| (module(file), file.clone())).collect();
        let mut all = Self { modules, parsed: BTreeMap::new(), edges: BTreeMap::new() };
        for (file, text) in files {
            let parsed = all.parse(file, &code(text));
            all.parsed.insert(file.clone(), parsed);
        }
        for (file, _) in files {
            let used = all.parsed[file].used.iter();
            let mut edges: BTreeSet<String> =
                used.filter_map(|path| all.resolve(path, 0)).collect();
            edges.remove(file);
            all.edges.insert(file.clone(), edges);
        }
        all
    }

    /// A path as it is written in a module, from the root of the crate; `None` for another crate's.
    fn absolute(
        &self,
        here: &[String],
        path: &[String],
        aliases: &BTreeMap<String, Path>,
    ) -> Option<Path> {
        let (first, rest) = path.split_first()?;
        let mut base = match first.as_str() {
            "crate" => Vec::new(),
            "self" => here.to_vec(),
            "super" => {
                let mut above = here.to_vec();
                above.pop();
                let mut rest = rest;
                while rest.first().is_some_and(|word| word == "super") {
                    above.pop();
                    rest = &rest[1..];
                }
                above.extend(rest.iter().cloned());
                return Some(above);
            }
            word => {
                let mut child = here.to_vec();
                child.push(word.to_owned());
                match aliases.get(word) {
                    Some(path) => path.clone(),
                    None if self.modules.contains_key(&child) => child,
                    None => return None,
                }
            }
        };
        base.extend(rest.iter().cloned());
        Some(base)
    }

    fn parse(&self, file: &str, code: &str) -> Parsed {
        let here = module(file);
        let tokens = tokens(code);
        let mut parsed = Parsed::default();
        let mut passed_on = Vec::new();
        let mut body: Vec<Token> = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            // That a module is listed is no use of an item that is called as it is.
            if tokens[at] == Token::Word("mod".to_owned())
                && tokens.get(at + 2) == Some(&Token::Sign(';'))
            {
                at += 3;
                continue;
            }
            if tokens[at] != Token::Word("use".to_owned()) {
                body.push(tokens[at].clone());
                at += 1;
                continue;
            }
            let before = at.checked_sub(1).map(|at| &tokens[at]);
            let is_public =
                before == Some(&Token::Word("pub".to_owned())) || before == Some(&Token::Sign(')'));
            let mut found = Vec::new();
            at = tree(&tokens, at + 1, &[], &mut found);
            for (path, name) in found {
                let Some(path) = self.absolute(&here, &path, &BTreeMap::new()) else { continue };
                if is_public {
                    passed_on.push((name.clone(), path.clone()));
                } else {
                    parsed.used.insert(path.clone());
                }
                parsed.aliases.insert(name, path);
            }
        }
        for (name, path) in passed_on {
            if body.contains(&Token::Word(name)) {
                parsed.used.insert(path);
            }
        }
        self.paths_in(&here, &body, &mut parsed);
        parsed
    }

    /// Adds the paths of two words and more that stand in code.
    fn paths_in(&self, here: &[String], body: &[Token], parsed: &mut Parsed) {
        let mut at = 0;
        while at < body.len() {
            let mut path = Vec::new();
            while let Some(Token::Word(word)) = body.get(at) {
                path.push(word.clone());
                at += 1;
                if body.get(at) != Some(&Token::Joint) {
                    break;
                }
                at += 1;
            }
            if path.is_empty() {
                at += 1;
            } else if path.len() > 1
                && let Some(path) = self.absolute(here, &path, &parsed.aliases)
            {
                parsed.used.insert(path);
            }
        }
    }

    /// The file that holds what a path names; `None` where it names a module and nothing in it.
    fn resolve(&self, path: &[String], depth: usize) -> Option<String> {
        assert!(depth < 20, "{path:?} is imported in a circle");
        let mut here: Path = Vec::new();
        for (at, word) in path.iter().enumerate() {
            let rest = &path[at + 1..];
            let mut child = here.clone();
            child.push(word.clone());
            let file = self.modules.get(&here);
            let is_module = self.modules.contains_key(&child);
            let alias = file.and_then(|file| self.parsed[file].aliases.get(word));
            if let Some(alias) = alias
                && *alias != child
                && (!is_module || rest.is_empty())
            {
                let path: Path = alias.iter().chain(rest).cloned().collect();
                return self.resolve(&path, depth + 1);
            }
            if !is_module {
                return file.cloned();
            }
            here = child;
        }
        None
    }

    /// The files that import each other, directly or through others: a list per circle.
    pub(crate) fn circles(&self) -> Vec<Vec<String>> {
        let reached: BTreeMap<&str, BTreeSet<&str>> =
            self.edges.keys().map(|file| (file.as_str(), self.reached(file))).collect();
        let mut circles = BTreeSet::new();
        for (file, others) in &reached {
            let circle: Vec<String> = others
                .iter()
                .filter(|other| reached[**other].contains(file))
                .map(|other| (*other).to_owned())
                .collect();
            if !circle.is_empty() {
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }

    fn reached(&self, file: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut next: Vec<&str> = self.edges[file].iter().map(String::as_str).collect();
        while let Some(file) = next.pop() {
            if reached.insert(file) {
                next.extend(self.edges[file].iter().map(String::as_str));
            }
        }
        reached
    }
}
