//! What the rules of a repository add to what shows AI: its own packages, services and models.

use super::configuration;
use super::languages::{self, SourceLanguage};
use super::lexer::{find, lex};
use super::python_reader;
use crate::asset::{AssetKind, Detection};
use crate::settings::own_ai::OwnAi;
use crate::snapshot::{Entry, Snapshot};
use crate::span::{RepoPath, Span};

/// Bytes of a source that are looked at.
const LARGEST_CODE: usize = 16 << 20;

/// What the rules say that a file shows. What cannot be read is told where all of it is looked at.
pub(super) fn detections(own: &OwnAi, snapshot: &dyn Snapshot, entry: &Entry) -> Vec<Detection> {
    if own.is_empty() || !entry.is_file() {
        return Vec::new();
    }
    let path = &entry.path;
    let extension = path.extension();
    if own.model_endings.contains(&extension) {
        return vec![Detection::evidence(AssetKind::Weights, path.file_name(), None)];
    }
    let language = languages::language(path);
    let is_python = matches!(extension.as_str(), "py" | "pyi" | "pyw");
    if !is_python && language.is_none() && !configuration::is_configuration(path) {
        return Vec::new();
    }
    let Ok(source) = snapshot.head(entry, LARGEST_CODE) else { return Vec::new() };
    let is_there = |text: &str| find(&source, text.as_bytes(), 0).is_some();
    let packages = || {
        let clients = own.services.iter().flat_map(|(id, it)| {
            it.packages.iter().map(move |package| (package, AssetKind::HostedService, id))
        });
        let own = own.packages.iter().map(|it| (it, AssetKind::ModelUse, it));
        own.chain(clients).filter(|(package, ..)| is_there(package))
    };
    let mut found = Vec::new();
    if packages().next().is_some() {
        let imported = match language {
            _ if is_python => of_python(&source),
            Some(language) => of_language(language, &source),
            None => Vec::new(),
        };
        for (package, kind, name) in packages() {
            let span = imported.iter().find(|(name, _)| is_of(name, package)).map(|(_, it)| *it);
            found.extend(span.map(|span| Detection::evidence(kind, name, Some(span))));
        }
    }
    let hosts = own.services.iter().flat_map(|(id, it)| it.hosts.iter().map(move |it| (id, it)));
    for (id, host) in hosts.filter(|(_, host)| is_there(host)) {
        let span = address(path, language, &source, host);
        found.extend(span.map(|it| Detection::evidence(AssetKind::HostedService, id, Some(it))));
    }
    found
}

/// Whether what is imported is a package, or a part of it.
fn is_of(imported: &str, package: &str) -> bool {
    let rest = imported.strip_prefix(package);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/', ':', '\\']))
}

/// What a source of Python imports. Its place is where the name stands first.
fn of_python(source: &[u8]) -> Vec<(String, Span)> {
    let source = String::from_utf8_lossy(source);
    let (text, facts) = python_reader::read(&source);
    let wildcards = facts.wildcards.iter().map(|it| (*it).to_owned());
    let imports = facts.imports.into_iter().map(|(_, path)| path).chain(wildcards);
    let place = |path: &str| {
        let at = text.source.find(path.split('.').next().unwrap_or(path)).unwrap_or_default();
        Span::new(at, at)
    };
    imports.map(|path| (path.clone(), place(&path))).collect()
}

/// What a source of another language imports.
fn of_language(language: &SourceLanguage, source: &[u8]) -> Vec<(String, Span)> {
    let lexed = lex(source, &language.lexis());
    let captures = language.imports.iter().flat_map(|it| it.captures_iter(source));
    let named = captures.filter_map(|it| {
        let (all, group) = (it.get(0)?, it.get(1)?);
        let blanks = all.as_bytes().len() - all.as_bytes().trim_ascii_start().len();
        let is_code = lexed.is_code(source, all.start() + blanks);
        let name = String::from_utf8_lossy(group.as_bytes()).trim().to_owned();
        is_code.then(|| (name, Span::new(group.start(), group.end())))
    });
    named.collect()
}

/// Where a host stands in a text of code, or outside of comments in configuration.
fn address(
    path: &RepoPath,
    language: Option<&SourceLanguage>,
    source: &[u8],
    host: &str,
) -> Option<Span> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-.".contains(byte);
    let counts: Box<dyn Fn(usize) -> bool> = if let Some(language) = language {
        let lexed = lex(source, &language.lexis());
        let has_strings = language.has_strings();
        let source = source.to_vec();
        Box::new(
            move |at| {
                if has_strings { lexed.in_string(at) } else { lexed.is_code(&source, at) }
            },
        )
    } else if configuration::is_configuration(path) {
        let lexed = lex(source, &configuration::comments());
        let source = source.to_vec();
        Box::new(move |at| lexed.is_code(&source, at))
    } else {
        let text = String::from_utf8_lossy(source).into_owned();
        let (read, _) = python_reader::read(&text);
        let tokens = 0..read.tokens.len();
        let strings = tokens.filter(|at| read.is_text(*at)).map(|at| read.span(&(at..at + 1)));
        let strings: Vec<Span> = strings.collect();
        Box::new(move |at| {
            let next = strings.partition_point(|it| it.end <= at);
            strings.get(next).is_some_and(|it| it.start <= at)
        })
    };
    let mut from = 0;
    while let Some(at) = find(source, host.as_bytes(), from) {
        let end = at + host.len();
        from = end;
        let begins = at.checked_sub(1).is_none_or(|before| !is_part(&source[before]));
        let ends = source.get(end).is_none_or(|it| !is_part(it)) || host.ends_with('.');
        if begins && ends && counts(at) {
            return Some(Span::new(at, end));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::memory::MemorySnapshot;

    fn own() -> OwnAi {
        let set = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect();
        let service = crate::settings::own_ai::OwnService {
            hosts: set(&["llm.acme.example"]),
            packages: set(&["acme_gateway", "@acme/gateway"]),
        };
        OwnAi {
            packages: set(&["acme_ml"]),
            services: [("acme-gateway".to_owned(), service)].into_iter().collect(),
            model_endings: set(&["acmenet"]),
        }
    }

    fn shown(path: &'static str, text: &str) -> Vec<(AssetKind, String)> {
        let snapshot = MemorySnapshot::new([(path, text.as_bytes())]);
        let found = detections(&own(), &snapshot, &snapshot.entries()[0]);
        found.into_iter().map(|it| (it.kind, it.name)).collect()
    }

    #[test]
    fn what_rules_name_is_found() {
        let service = || (AssetKind::HostedService, "acme-gateway".to_owned());
        let rows = [
            ("a.py", "import acme_ml.nets as nets\n", (AssetKind::ModelUse, "acme_ml".to_owned())),
            ("a.py", "from acme_gateway import Client\n", service()),
            ("a.ts", "import { ask } from '@acme/gateway';\n", service()),
            ("a.py", "URL = 'https://llm.acme.example/v1'\n", service()),
            ("a.go", "const url = \"https://llm.acme.example/v1\"\n", service()),
            ("app.yaml", "url: https://llm.acme.example/v1\n", service()),
            ("m/one.acmenet", "\0\0", (AssetKind::Weights, "one.acmenet".to_owned())),
        ];
        for (path, text, expected) in rows {
            assert_eq!(shown(path, text), [expected], "{path}: {text}");
        }
    }

    #[test]
    fn a_comment_a_longer_name_and_another_host_are_none() {
        let rows = [
            ("a.py", "# import acme_ml\nimport acme_mlops\n"),
            ("a.ts", "// import { ask } from '@acme/gateway';\n"),
            ("a.py", "# https://llm.acme.example\nURL = 'https://llm.acme.example.net/'\n"),
            ("app.yaml", "# url: https://llm.acme.example/v1\n"),
            ("a.md", "import acme_ml, https://llm.acme.example\n"),
        ];
        for (path, text) in rows {
            assert_eq!(shown(path, text), [], "{path}: {text}");
        }
    }
}
