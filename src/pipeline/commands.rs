//! The words of commands: files of the repository that they name, and tools that run what a file of
//! the repository says.

use crate::span::RepoPath;

/// A program that runs what one of its own files says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RunTool {
    Make,
    Just,
    /// npm, and what reads the same file.
    Npm,
    Task,
    Nox,
    Invoke,
    Tox,
    Rake,
    /// A table of `pyproject.toml`.
    Table(&'static str),
    /// What installs programs of Python, that of the repository among them, and runs one.
    Python,
    /// Whatever runs an entry of its file by its name: a service, a task, an alias.
    Entry,
}

/// A call of such a program.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Call {
    pub(super) tool: RunTool,
    /// What it is asked to run; nothing where it takes what its file says.
    pub(super) names: Vec<String>,
    /// The folders it may be run in.
    pub(super) folders: Vec<RepoPath>,
    /// The file it is told to read.
    pub(super) file: Option<String>,
    /// Whether it runs in folders that the command does not name.
    pub(super) is_everywhere: bool,
}

const TOOLS: [(&str, RunTool); 43] = [
    ("make", RunTool::Make),
    ("gmake", RunTool::Make),
    ("just", RunTool::Just),
    ("npm", RunTool::Npm),
    ("pnpm", RunTool::Npm),
    ("yarn", RunTool::Npm),
    ("bun", RunTool::Npm),
    ("npm-run-all", RunTool::Npm),
    ("run-s", RunTool::Npm),
    ("run-p", RunTool::Npm),
    ("turbo", RunTool::Npm),
    ("lerna", RunTool::Npm),
    ("nx", RunTool::Npm),
    ("node", RunTool::Npm),
    ("task", RunTool::Task),
    ("go-task", RunTool::Task),
    ("nox", RunTool::Nox),
    ("invoke", RunTool::Invoke),
    ("inv", RunTool::Invoke),
    ("tox", RunTool::Tox),
    ("rake", RunTool::Rake),
    ("poe", RunTool::Table("poe")),
    ("pdm", RunTool::Table("pdm")),
    ("hatch", RunTool::Table("hatch")),
    ("pixi", RunTool::Table("pixi")),
    ("taskipy", RunTool::Table("taskipy")),
    ("pipenv", RunTool::Table("pipenv")),
    ("pip", RunTool::Python),
    ("pip3", RunTool::Python),
    ("pipx", RunTool::Python),
    ("uv", RunTool::Python),
    ("uvx", RunTool::Python),
    ("poetry", RunTool::Python),
    ("rye", RunTool::Python),
    ("docker", RunTool::Entry),
    ("docker-compose", RunTool::Entry),
    ("mise", RunTool::Entry),
    ("deno", RunTool::Entry),
    ("composer", RunTool::Entry),
    ("cargo", RunTool::Entry),
    ("make.exe", RunTool::Make),
    ("npm.cmd", RunTool::Npm),
    ("just.exe", RunTool::Just),
];

/// What an option of a tool is followed by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OptionKind {
    Folder,
    File,
    Names,
    /// It asks for more than what is named, and may be followed by which.
    Everywhere {
        takes: bool,
    },
    Other,
}

fn option_kind(tool: RunTool, option: &str) -> OptionKind {
    use OptionKind::{Everywhere, File, Folder, Names, Other};
    match (tool, option) {
        (RunTool::Make | RunTool::Npm, "-C")
        | (_, "--directory" | "--prefix" | "--cwd" | "--dir" | "--working-directory")
        | (RunTool::Just | RunTool::Task | RunTool::Tox, "-d" | "--workdir" | "--root") => Folder,
        (RunTool::Make | RunTool::Just | RunTool::Nox | RunTool::Rake, "-f")
        | (_, "--file" | "--makefile" | "--justfile" | "--taskfile" | "--noxfile" | "--rakefile")
        | (RunTool::Task, "-t")
        | (RunTool::Tox | RunTool::Invoke, "-c" | "--conf" | "--collection") => File,
        (RunTool::Nox, "-s" | "--session" | "--sessions") | (RunTool::Nox | RunTool::Tox, "-e") => {
            Names
        }
        (RunTool::Npm, "--run") => Names,
        (RunTool::Npm, "-w" | "--workspace" | "--filter" | "-F") => Everywhere { takes: true },
        (RunTool::Npm, "-r" | "--recursive" | "--workspaces") => Everywhere { takes: false },
        _ => Other,
    }
}

/// What separates commands, on a line and in a list.
const SEPARATORS: [char; 13] = [';', '&', '|', '\n', '(', ')', '{', '}', '[', ']', ',', '`', '\r'];

/// The words of a text, each separator a word of its own.
fn tokens(text: &str) -> Vec<String> {
    let text = text.replace("\\\n", " ").replace("$(MAKE)", "make").replace("${MAKE}", "make");
    let mut found = Vec::new();
    for part in text.split_inclusive(SEPARATORS) {
        let (words, end) = match part.chars().last() {
            Some(last) if SEPARATORS.contains(&last) => {
                (&part[..part.len() - last.len_utf8()], true)
            }
            _ => (part, false),
        };
        let words = words.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
        found.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
        if end {
            found.push(";".to_owned());
        }
    }
    found
}

/// The folders that a text goes to before it runs something, below one of `folders`.
pub(super) fn folders_of(text: &str, folders: &[RepoPath]) -> Vec<RepoPath> {
    let tokens = tokens(text);
    let mut found = folders.to_vec();
    for pair in tokens.windows(2) {
        if !["cd", "pushd", "working-directory:", "working_directory:"].contains(&&*pair[0]) {
            continue;
        }
        for folder in folders {
            if let Some(path) = resolved(folder, &pair[1])
                && !found.contains(&path)
            {
                found.push(path);
            }
        }
    }
    found
}

/// The calls of tools in a text that is run in one of `folders`.
pub(super) fn calls(text: &str, folders: &[RepoPath]) -> Vec<Call> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let name = token.trim_start_matches(['@', '-', '+']).rsplit('/').next().unwrap_or_default();
        let Some((_, tool)) = TOOLS.iter().find(|(known, _)| *known == name) else { continue };
        let end = tokens[at..].iter().position(|token| token == ";");
        let arguments = &tokens[at + 1..end.map_or(tokens.len(), |end| at + end)];
        if let Some(call) = call(*tool, name, arguments, folders)
            && !found.contains(&call)
        {
            found.push(call);
        }
    }
    found
}

fn call(tool: RunTool, name: &str, arguments: &[String], folders: &[RepoPath]) -> Option<Call> {
    let mut call = Call {
        tool,
        names: Vec::new(),
        folders: folders.to_vec(),
        file: None,
        is_everywhere: false,
    };
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        let (flag, value) = match word.split_once('=') {
            Some((flag, value)) if word.starts_with('-') => (flag, Some(value.to_owned())),
            _ => (&**word, None),
        };
        let mut value = || value.clone().or_else(|| rest.next().cloned()).unwrap_or_default();
        match option_kind(tool, flag) {
            OptionKind::Everywhere { takes } => {
                call.is_everywhere = true;
                if takes {
                    value();
                }
            }
            OptionKind::Folder => {
                let folder = value();
                call.folders.extend(folders.iter().filter_map(|from| resolved(from, &folder)));
            }
            OptionKind::File => call.file = Some(value()),
            OptionKind::Names => call.names.extend(value().split(',').map(str::to_owned)),
            OptionKind::Other if !flag.starts_with('-') && !flag.contains('=') => {
                call.names.push(flag.to_owned());
            }
            OptionKind::Other => {}
        }
    }
    call.is_everywhere |= ["turbo", "lerna", "nx"].contains(&name);
    if tool == RunTool::Npm {
        call.names = scripts(name, &call.names)?;
    } else if tool == RunTool::Tox {
        call.names.retain(|name| !["run", "r", "run-parallel", "p"].contains(&&**name));
    }
    Some(call)
}

/// The scripts of `package.json` that a command runs.
fn scripts(tool: &str, words: &[String]) -> Option<Vec<String>> {
    const INSTALL: [&str; 6] =
        ["preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"];
    let install = || Some(INSTALL.map(str::to_owned).to_vec());
    let of = |words: &[String]| {
        let plain = |name: &String| {
            let name = name.trim_start_matches("npm:");
            [format!("pre{name}"), name.to_owned(), format!("post{name}")]
        };
        Some(words.iter().flat_map(plain).collect())
    };
    let Some(first) = words.first() else {
        return if tool == "yarn" { install() } else { None };
    };
    match (&**first, tool) {
        (_, "node") if first.contains(['/', '.']) => None,
        (_, "npm-run-all" | "run-s" | "run-p" | "node") => of(words),
        ("run" | "run-script" | "rum", "npm" | "npm.cmd" | "pnpm" | "yarn" | "bun") => {
            of(&words[1..words.len().min(2)])
        }
        ("run", _) => of(&words[1..]),
        ("t" | "tst", "npm" | "npm.cmd") => of(&["test".to_owned()]),
        ("ci" | "clean-install" | "install" | "i" | "add" | "rebuild", _) => install(),
        ("exec" | "x" | "dlx" | "publish" | "pack" | "audit", _) => None,
        _ => of(&words[..1]),
    }
}

/// The paths that the words of a text may name.
pub(super) fn named(text: &str, folders: &[RepoPath]) -> Vec<RepoPath> {
    let is_break = |c: char| {
        c.is_whitespace()
            || SEPARATORS.contains(&c)
            || matches!(c, '"' | '\'' | '=' | '<' | '>')
            || matches!(c, '$' | ':')
    };
    let mut found = Vec::new();
    let mut is_module = false;
    for word in text.split(is_break).filter(|word| !word.is_empty()) {
        let without_variable = word.split_once('/').filter(|(first, _)| {
            first.chars().all(|c| c.is_ascii_uppercase() || c == '_') && !first.is_empty()
        });
        let mut forms = vec![word.to_owned()];
        forms.extend(without_variable.map(|(_, rest)| rest.to_owned()));
        if is_module {
            let path = word.replace('.', "/");
            forms.extend([format!("{path}.py"), format!("{path}/__main__.py")]);
            forms.push(format!("{path}/__init__.py"));
        }
        is_module = word == "-m";
        for (folder, form) in folders.iter().flat_map(|it| forms.iter().map(move |to| (it, to))) {
            found.extend(resolved(folder, form).filter(|path| !path.is_root()));
        }
    }
    found
}

/// The path that a word names when it stands in a command that runs in a folder.
pub(super) fn resolved(folder: &RepoPath, word: &str) -> Option<RepoPath> {
    let word = word.replace('\\', "/");
    let word = word.trim_start_matches('/');
    folder.join(if word.is_empty() { "." } else { word }).ok()
}

/// Whether a text has the gate's name as a word.
pub(super) fn names_the_gate(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "aimsgate")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_seen_wherever_it_stands_in_a_command() {
        let names = |text: &str| {
            let found = calls(text, &[RepoPath::root()]);
            found.into_iter().map(|it| (it.tool, it.names.join(" "))).collect::<Vec<_>>()
        };
        let npm = |script: &str| format!("pre{script} {script} post{script}");
        assert_eq!(names("set -e\nmake -s gate\n"), [(RunTool::Make, "gate".to_owned())]);
        assert_eq!(names("A=1 nox -s gate"), [(RunTool::Nox, "gate".to_owned())]);
        assert_eq!(names("uv run nox -s gate")[1], (RunTool::Nox, "gate".to_owned()));
        assert_eq!(names("\t@$(MAKE) V=1 gate"), [(RunTool::Make, "gate".to_owned())]);
        assert_eq!(names("cd x && npm run gate -- -v"), [(RunTool::Npm, npm("gate"))]);
        assert_eq!(names("pnpm gate"), [(RunTool::Npm, npm("gate"))]);
        assert_eq!(names("[npm test, tox -e a,b]")[0], (RunTool::Npm, npm("test")));
        assert_eq!(names("tox run -e gate"), [(RunTool::Tox, "gate".to_owned())]);
        assert!(names("node scripts/gate.js").is_empty());
        let folders = calls("make -C tools gate", &[RepoPath::root()]).remove(0).folders;
        assert_eq!(folders, [RepoPath::root(), RepoPath::from("tools")]);
    }

    #[test]
    fn a_path_is_seen_behind_variables_and_from_other_folders() {
        let folders = folders_of("cd ml && ./gate.sh", &[RepoPath::root()]);
        let is = |text: &str, path: &str| named(text, &folders).contains(&RepoPath::from(path));
        assert!(is("./gate.sh", "ml/gate.sh") && is("run: ../gate.sh", "gate.sh"));
        assert!(is("bash $GITHUB_WORKSPACE/ci/gate.sh", "ci/gate.sh"));
        assert!(is("${{ github.workspace }}/ci/gate.sh", "ci/gate.sh"));
        assert!(is("python -m ci.gate", "ci/gate.py"));
    }
}
