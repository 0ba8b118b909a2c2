//! What of a pipeline may change freely, and what may not.

use super::step_names::StepNames;
use super::*;
use crate::document::parse;

const WORKFLOW: &str = "\
on:
  pull_request:
    types: [opened, synchronize]
  push: {branches: [main]}
jobs:
  test: {runs-on: ubuntu-24.04, steps: [{run: cargo test}]}
  gate:
    needs: test
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: example/aimsgate@4d7a214614ab2935c943f9e0ff69d22eadbb8f32 # v0.1.0
        with: {path: .}
      - run: |
          set -e  # stop at once
          aimsgate check || exit 1
";

fn told(files: [(&str, &str); 2], to: &[(&str, &str)]) -> Vec<String> {
    let snapshot = |files: &[(&'static str, String)]| {
        crate::snapshot::memory::MemorySnapshot::new(
            files.iter().map(|(path, text)| (*path, text.clone())),
        )
    };
    let leak = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    let old: Vec<_> = files
        .iter()
        .filter(|(path, _)| !path.is_empty())
        .map(|(path, text)| (leak(path), (*text).to_owned()))
        .collect();
    let new: Vec<_> = to.iter().map(|(path, text)| (leak(path), (*text).to_owned())).collect();
    let (tip, judged) = (snapshot(&old), snapshot(&new));
    let change = Change::between(&tip, &judged);
    let view = |snapshot| View::new(snapshot, RepoPath::root());
    let found =
        weakened_steps(&view(&tip), &view(&judged), &change, &Place::whole("README.md".into()));
    found.into_iter().map(|it| it.text).collect()
}

const FILE: &str = ".github/workflows/gate.yml";

fn change(from: &str, to: &str) -> Vec<String> {
    assert!(WORKFLOW.contains(from), "{from}");
    told([(FILE, WORKFLOW), ("", "")], &[(FILE, &WORKFLOW.replace(from, to))])
}

const DIGEST: &str = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32";

#[test]
fn both_steps_are_seen() {
    let document = parse(FILE.into(), WORKFLOW.as_bytes().to_vec());
    assert_eq!(steps(&document, &StepNames::new()).len(), 2);
}

#[test]
fn what_narrows_or_downgrades_the_step_is_told() {
    for (from, to) in [
        ("  push: {branches: [main]}\n", ""),
        ("types: [opened, synchronize]", "types: [opened]"),
        (
            "    types: [opened, synchronize]",
            "    types: [opened, synchronize]\n    paths-ignore: \
            ['models/**']",
        ),
        ("pull_request:", "pull_request_target:"),
        ("    needs: test", "    needs: test\n    if: github.actor != 'x'"),
        ("    needs: test", "    continue-on-error: true"),
        ("    needs: test", "    needs: test\n    env: {BASH_ENV: ./fake.sh}"),
        ("    needs: test", "    needs: test\n    environment: prod"),
        ("    needs: test", "    needs: test\n    defaults: {run: {shell: 'true {0}'}}"),
        ("jobs:\n", "defaults: {run: {shell: 'true {0}'}}\njobs:\n"),
        ("test: {runs-on", "test: {if: false, runs-on"),
        ("    runs-on: ubuntu-24.04\n    steps", "    runs-on: [self-hosted, mine]\n    steps"),
        ("    needs: test", "    needs: test\n    name: other"),
        ("with: {path: .}", "with: {path: docs}"),
        ("with: {path: .}", "with: {path: .}\n        continue-on-error: true"),
        ("      - uses: example/aimsgate", "      - uses: example/other"),
        ("example/aimsgate@", "fork/aimsgate@"),
        ("# v0.1.0", "# v0.0.9\n        if: false"),
        (DIGEST, "main"),
        (DIGEST, "aaaa214614ab2935c943f9e0ff69d22eadbb8f32"),
        ("exit 1", "exit 256"),
        ("aimsgate check || exit 1", "aimsgate check || true"),
        ("set -e  # stop at once", "set +e  # stop at once"),
        (
            "      - uses: actions/checkout@v4",
            "      - uses: actions/checkout@v4\n        with: \
            {ref: main}",
        ),
        (
            "      - uses: actions/checkout@v4",
            "      - uses: actions/checkout@v4\n      - run: echo ./fake >> $GITHUB_PATH",
        ),
        ("    runs-on: ubuntu-24.04\n    steps", "    runs-on: ubuntu-mine\n    steps"),
        ("    needs: test", "    needs: test\n    timeout-minutes: 0"),
        ("with: {path: .}", "with: {path: .}\n        timeout-minutes: 0.1"),
        (
            "  gate:\n",
            "  fake: {name: gate, runs-on: ubuntu-24.04, steps: [{run: echo}]}\n  gate:\n",
        ),
        (
            "  gate:\n",
            "  x: {name: \"${{ 'gate' }}\", runs-on: ubuntu-24.04, steps: [{run: a}]}\n  gate:\n",
        ),
        (
            "  gate:\n",
            "  x: {name: \"ga${{ '' }}te\", runs-on: ubuntu-24.04, steps: [{run: a}]}\n  gate:\n",
        ),
        (
            "  gate:\n",
            "  x: {name: \"${{ matrix.a }}${{ matrix.b }}\", runs-on: ubuntu-24.04, strategy: \
            {matrix: {a: [x, ga], b: [te]}}, steps: [{run: a}]}\n  gate:\n",
        ),
        (
            "  gate:\n",
            "  x: {name: \"${{ matrix.a }}\", runs-on: ubuntu-24.04, strategy: {matrix: {a: \"${{ \
            fromJSON(vars.N) }}\"}}, steps: [{run: a}]}\n  gate:\n",
        ),
        ("test: {runs-on", "test: {permissions: {checks: write}, runs-on"),
        ("jobs:\n", "permissions: write-all\njobs:\n"),
    ] {
        assert!(!change(from, to).is_empty(), "{from} -> {to}");
    }
}

#[test]
fn what_leaves_the_step_as_strict_is_not() {
    let pinned = format!("{DIGEST} # v0.1.0");
    for (from, to) in [
        ("cargo test", "cargo nextest run"),
        ("checkout@v4", "checkout@v5"),
        ("checkout@v4", "checkout@1111111111111111111111111111111111111111 # v4.2.0"),
        (pinned.as_str(), "aaaa214614ab2935c943f9e0ff69d22eadbb8f32 # v0.2.0"),
        ("  push: {branches: [main]}", "  push:"),
        (
            "  gate:\n",
            "  x: {name: \"${{ matrix.a }} ${{ matrix.b }}\", runs-on: ubuntu-24.04, strategy: \
            {matrix: {a: [x], include: [{a: y, b: z}]}}, steps: [{run: a}]}\n  gate:\n",
        ),
        ("  push: {branches: [main]}", "  push: {branches: [main, release]}"),
        ("types: [opened, synchronize]", "types: [opened, synchronize, reopened]"),
        (
            "  push: {branches: [main]}",
            "  push: {branches: [main]}\n  schedule: \
            [{cron: '0 0 * * *'}]",
        ),
        (
            "    needs: test\n    runs-on: ubuntu-24.04",
            "    needs: test\n    runs-on: ubuntu-26.04\n    timeout-minutes: 5",
        ),
        ("with: {path: .}", "with: {path: .}\n        id: gate\n        env: {NO_COLOR: 1}"),
        ("jobs:\n", "name: checks\njobs:\n"),
        ("    runs-on: ubuntu-24.04\n    steps", "    runs-on: [ubuntu-latest]\n    steps"),
        ("test: {runs-on", "lint: {runs-on: ubuntu-24.04, steps: [{run: lint}]}\n  test: {runs-on"),
        ("    needs: test", "    needs: test\n    permissions: {checks: write}"),
    ] {
        assert_eq!(change(from, to), Vec::<String>::new(), "{from} -> {to}");
    }
}

#[test]
fn a_file_may_be_called_as_one_likes_only_where_its_forge_does_not_mind() {
    let one = [(FILE, WORKFLOW), ("", "")];
    assert!(told(one, &[(".github/workflows/other.yml", WORKFLOW)]).is_empty());
    assert!(!told(one, &[(".github/workflows/gate.YML", WORKFLOW)]).is_empty());
    assert!(!told(one, &[(".github/gate.yml", WORKFLOW)]).is_empty());
    let hooks = "repos:\n  - repo: https://example.com/aimsgate\n    rev: v0.2.0\n    hooks: \
        [{id: aimsgate}]\n# A line more, so that it is long enough.\n";
    let hook = [(".pre-commit-config.yaml", hooks), ("", "")];
    assert!(!told(hook, &[("ci/pre-commit.yaml", hooks)]).is_empty());
    assert!(
        told(hook, &[(".pre-commit-config.yaml", &hooks.replace("v0.2.0", "v0.3.0"))]).is_empty()
    );
    assert!(
        !told(hook, &[(".pre-commit-config.yaml", &hooks.replace("v0.2.0", "v0.1.0"))]).is_empty()
    );
}

#[test]
fn callers_templates_and_overrides_are_followed() {
    let caller = "on: [pull_request]\njobs:\n  call: {uses: ./.github/workflows/gate.yml}\n";
    let two = [(FILE, WORKFLOW), (".github/workflows/main.yml", caller)];
    let dropped = caller.replace(
        "{uses: ./.github/workflows/gate.yml}",
        "{runs-on: ubuntu-24.04, steps: [{run: echo}]}",
    );
    assert!(!told(two, &[(FILE, WORKFLOW), (".github/workflows/main.yml", &dropped)]).is_empty());
    let gitlab = ".tpl: {rules: [{if: $CI}]}\nbefore_script: [date]\ngate: \
        {extends: .tpl, script: [aimsgate check]}\nlint: {script: [lint]}\n";
    let one = [(".gitlab-ci.yml", gitlab), ("", "")];
    for (from, to) in [
        ("$CI}", "$CI, when: never}"),
        ("[date]", "['aimsgate() { true; }']"),
        ("script: [aimsgate check]", "script: [aimsgate check], allow_failure: true"),
        ("gate: ", "variables: {GIT_INDEX_FILE: x}\ngate: "),
    ] {
        assert!(
            !told(one, &[(".gitlab-ci.yml", &gitlab.replace(from, to))]).is_empty(),
            "{from} -> {to}"
        );
    }
    assert!(told(one, &[(".gitlab-ci.yml", &gitlab.replace("[lint]", "[lint --all]"))]).is_empty());
    for (to, is_told) in [
        ("cache: {paths: [bin]}\ngate: ", true),
        ("default: {tags: [mine]}\ngate: ", true),
        ("include: [{remote: https://example.com/x.yml}]\ngate: ", true),
        ("include: [{local: ci/lint.yml}]\ngate: ", false),
        ("default: {retry: 2}\ngate: ", false),
    ] {
        let to = [(".gitlab-ci.yml", &*gitlab.replace("gate: ", to)), ("ci/lint.yml", "lint: {}")];
        assert_eq!(!told(one, &to).is_empty(), is_told, "{to:?}");
    }
    let apart = gitlab.replace("gate: {", "gate: {cache: [], inherit: {default: false}, ");
    let both = format!("default: {{tags: [mine]}}\ncache: {{paths: [bin]}}\n{apart}");
    let apart = [(".gitlab-ci.yml", &*apart), ("", "")];
    assert!(told(apart, &[(".gitlab-ci.yml", &both)]).is_empty());
    let included = [
        (".gitlab/gate.yml", gitlab),
        (".gitlab-ci.yml", "include: [{local: .gitlab/gate.yml}]\n"),
    ];
    let over = "include: [{local: .gitlab/gate.yml}]\ngate: {allow_failure: true}\n";
    assert!(!told(included, &[(".gitlab/gate.yml", gitlab), (".gitlab-ci.yml", over)]).is_empty());
    assert!(
        !told(
            included,
            &[(".gitlab/gate.yml", gitlab), (".gitlab-ci.yml", "lint: {script: [lint]}\n")]
        )
        .is_empty()
    );
}

#[test]
fn pipelines_of_gitlab_are_read_as_they_are_written() {
    const ROOT: &str = ".gitlab-ci.yml";
    let gitlab = ".setup:\n  before_script: [date]\nbuild:\n  stage: build\n  script:\n    - \
        !reference [.setup, before_script]\n    - make all\ngate:\n  stage: test\n  \
        before_script:\n    - !reference [.setup, before_script]\n  script: [ci/gate.sh, aimsgate \
        check]\n";
    let artifact = |what: &str| format!("{gitlab}more:\n  stage: build\n  artifacts: {what}\n");
    let edit = |from, to| gitlab.replace(from, to);
    for (now, is_told) in [
        (edit("make all", "make all test"), false),
        (edit("[date]", "['aimsgate() { true; }']"), true),
        (artifact("{paths: [dist/]}"), false),
        (artifact("{paths: [ci/]}"), true),
        (artifact("{paths: [\"**/*\"]}"), true),
        (artifact("{paths: [bin/aimsgate]}"), true),
        (artifact("{reports: {dotenv: x.env}}"), true),
        (artifact("{reports: {junit: x.xml}}"), false),
        (
            artifact("{paths: [ci/]}").replace("script: [ci", "dependencies: []\n  script: [ci"),
            false,
        ),
    ] {
        let found = told([(ROOT, gitlab), ("", "")], &[(ROOT, &now)]);
        assert_eq!(!found.is_empty(), is_told, "{now}{found:?}");
    }
    let plain = "stages: [build, test]\nbuild: {stage: build, script: [make]}\ngate:\n  stage: \
        test\n  rules: [{if: $CI}]\n  script:\n    - aimsgate check\n";
    for (from, to, is_told) in [
        ("[build, test]", "[build, lint, test, deploy]", false),
        ("[build, test]", "[test, build]", true),
        ("[{if: $CI}]", "[{if: $CI}, {when: manual}]", false),
        ("[{if: $CI}]", "[{when: manual}, {if: $CI}]", true),
        ("script:\n    - aimsgate check", "script: aimsgate check", false),
        ("aimsgate check", "aimsgate check --format code-quality=gl.json", false),
        ("aimsgate check", "aimsgate check --format json || true", true),
        ("gate:\n", "gate:\n  needs: []\n", false),
    ] {
        let found = told([(ROOT, plain), ("", "")], &[(ROOT, &plain.replace(from, to))]);
        assert_eq!(!found.is_empty(), is_told, "{from} -> {to}{found:?}");
    }
    let alone = |text: &str| text.replace("script: [ci", "dependencies: []\n  script: [ci");
    let (before, now) = (alone(gitlab), alone(&artifact("{paths: [ci/]}")));
    assert!(told([(ROOT, &before), ("", "")], &[(ROOT, &now)]).is_empty());
    // A template with inputs: what it says of them first, then its jobs.
    let template = "spec:\n  inputs: {level: {default: warning}}\n---\ngate: {script: [aimsgate \
        check]}\nlint: {script: [lint]}\n";
    let root = "include: [{local: ci/t.yml, inputs: {level: warning}}]\n";
    let both = [("ci/t.yml", template), (ROOT, root)];
    for (from, to, is_told) in [
        ("[lint]", "[lint --all]", false),
        ("check]", "--version]", true),
        ("level: warning}}]", "level: none}}]", true),
    ] {
        let (template, root) = (template.replace(from, to), root.replace(from, to));
        let found = told(both, &[("ci/t.yml", &template), (ROOT, &root)]);
        assert_eq!(!found.is_empty(), is_told, "{from} -> {to}{found:?}");
    }
}

/// A command, the file that says what it runs, and what one edit of it is.
struct Followed(&'static str, &'static str, &'static str, &'static str);

const MAKEFILE: &str = "gate:\n\taimsgate check\nx:\n\ta\n";
const SCRIPTS: &str = r#"{"scripts": {"g": "aimsgate check"}, "x": "a"}"#;
const TASKS: &str = "tasks: {gate: {cmds: [aimsgate check]}, x: {cmds: [\"a\"]}}";
const FOLLOWED: [Followed; 15] = [
    Followed("run: make gate", "Makefile", MAKEFILE, "\ta\n"),
    Followed("run: npm run g", "package.json", SCRIPTS, "\"a\""),
    Followed("run: just gate", "justfile", "gate:\n  aimsgate check\nx:\n  aa\n", "aa"),
    Followed("run: task gate", "Taskfile.yml", TASKS, "\"a\""),
    Followed(
        "run: nox -s g",
        "noxfile.py",
        "def g(session):\n    session.run('aimsgate', 'check')\ndef x(session):\n    aa()\n",
        "aa",
    ),
    Followed(
        "run: inv g",
        "tasks.py",
        "def g(c):\n    c.run('aimsgate check')\ndef x(c):\n    aa()\n",
        "aa",
    ),
    Followed(
        "run: tox -e g",
        "tox.ini",
        "[testenv:g]\ncommands = aimsgate check\n[testenv:x]\ncommands = aa\n",
        "aa",
    ),
    Followed(
        "run: poe g",
        "pyproject.toml",
        "[tool.poe.tasks]\ng = 'aimsgate check'\n[project]\nname = 'aa'\n",
        "aa",
    ),
    Followed(
        "run: uv run g --with aimsgate",
        "pyproject.toml",
        "[project.scripts]\ng = 'aimsgate.cli:main'\n[tool.aa]\nb = 1\n",
        "[tool.aa]",
    ),
    Followed(
        "run: docker compose run --rm aimsgate",
        "compose.yaml",
        "services:\n  aimsgate: {image: 'x/aimsgate:1'}\n  db: {image: aa}\n",
        "aa",
    ),
    Followed(
        "run: mise run g",
        "mise.toml",
        "[tasks.g]\nrun = 'aimsgate check'\n[tasks.x]\nrun = 'aa'\n",
        "aa",
    ),
    Followed(
        "run: deno task g",
        "deno.json",
        r#"{"tasks": {"g": "aimsgate check", "x": "aa"}}"#,
        "aa",
    ),
    Followed("run: ci/g.sh", "ci/g.sh", "# aa\naimsgate check\n", "aa"),
    Followed("run: node ci/g.js", "ci/g.js", "// aa\nrun('aimsgate', ['check'])\n", "aa"),
    Followed("uses: ./act", "act/action.yml", "# aa\nruns: {steps: [{run: aimsgate check}]}", "aa"),
];

#[test]
fn what_tools_and_local_actions_run_is_followed() {
    let workflow = |run: &str| {
        let job = "  x:\n    runs-on: ubuntu-24.04\n    steps:\n";
        format!("on: [pull_request]\njobs:\n{job}      - {run}\n")
    };
    for Followed(run, file, text, free) in FOLLOWED {
        let run = workflow(run);
        let old = [(FILE, &*run), (file, text)];
        for (from, is_told) in [("aimsgate", true), (free, false)] {
            let new = text.replace(from, &from.replace('a', "b"));
            assert_ne!(new, text);
            let found = told(old, &[(FILE, &run), (file, &new)]);
            assert_eq!(!found.is_empty(), is_told, "{run} {from}: {found:?}");
        }
        let gone = told(old, &[(FILE, &workflow("run: true")), (file, text)]);
        assert!(!gone.is_empty(), "the step is the gate's: {run}");
    }
}
