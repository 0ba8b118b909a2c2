//! Configuration that names a model, serves one, or describes one: recipes of containers and of
//! services, settings of applications, files of known tools.
//!
//! # Design
//!
//! Only the beginning of a file is looked at, because configuration is short and data is not. An id
//! in a key that can only be meant for a model is evidence; where any program may have such a key
//! it is, only beside another setting of a call, and a hint otherwise.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::bytes::Regex;
use serde::Deserialize;

use super::code::{evidence, of_commands};
use super::hosted::{addresses, is_hosted_id};
use super::lexer::{Lexis, lex};
use super::model_ids::{is_owned_id, is_version};
use super::patterns::compiled;
use super::weights::is_usual;
use crate::asset::{AssetKind, Detection, Strength};
use crate::catalog::embedded;
use crate::settings::layout::OwnFile;
use crate::span::{RepoPath, Span};

/// How much of a file is looked at.
pub(super) const HEAD: usize = 64 << 10;

/// `data/code/configuration.yaml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownConfiguration {
    images: BTreeMap<String, Vec<String>>,
    kinds: Vec<String>,
    providers: Vec<String>,
}

fn known() -> &'static KnownConfiguration {
    static KNOWN: LazyLock<KnownConfiguration> = LazyLock::new(|| {
        embedded("code/configuration", include_str!("../../data/code/configuration.yaml"))
    });
    &KNOWN
}

/// What a file of configuration is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ConfigurationForm {
    /// A recipe of a container, or of a build.
    Recipe,
    Yaml,
    Json,
    /// Lines of keys and values.
    Keys,
    /// A recipe of Ollama.
    Modelfile,
    MlModel,
    MlProject,
}

fn form(path: &RepoPath) -> Option<ConfigurationForm> {
    let name = path.file_name();
    let lower = name.to_ascii_lowercase();
    if name.starts_with("Modelfile") {
        return Some(ConfigurationForm::Modelfile);
    }
    match name.as_str() {
        "MLmodel" => return Some(ConfigurationForm::MlModel),
        "MLproject" => return Some(ConfigurationForm::MlProject),
        "Makefile" | "Containerfile" | "Procfile" | "justfile" => {
            return Some(ConfigurationForm::Recipe);
        }
        _ => {}
    }
    if lower.starts_with("dockerfile") || lower.ends_with(".dockerfile") {
        return Some(ConfigurationForm::Recipe);
    }
    if lower == ".env" || lower.starts_with(".env.") || lower.ends_with(".env") {
        return Some(ConfigurationForm::Keys);
    }
    match path.extension().as_str() {
        "yaml" | "yml" => Some(ConfigurationForm::Yaml),
        "json" | "jsonc" => Some(ConfigurationForm::Json),
        "toml" | "properties" | "ini" | "cfg" | "conf" | "tfvars" => Some(ConfigurationForm::Keys),
        _ if lower == "dvc.lock" => Some(ConfigurationForm::Yaml),
        _ => None,
    }
}

/// Whether a file is configuration that is looked into. The gate's own files declare AI and use
/// none.
pub(super) fn is_configuration(path: &RepoPath) -> bool {
    form(path).is_some() && !is_own(path)
}

/// Whether a file's name says that it may name models, servers of them or agents.
pub(super) fn may_name_models(path: &RepoPath) -> bool {
    const PARTS: [&str; 6] = ["config", "settings", "model", "agent", "mcp", "prompt"];
    let name = path.file_name().to_ascii_lowercase();
    PARTS.iter().any(|part| name.contains(part))
}

fn is_own(path: &RepoPath) -> bool {
    let text = path.to_string();
    OwnFile::ALL.iter().any(|own| {
        let own = own.path();
        let at = text.find(own).filter(|at| *at == 0 || text.as_bytes()[at - 1] == b'/');
        at.is_some_and(|at| matches!(text.as_bytes().get(at + own.len()), None | Some(b'/')))
    })
}

/// Returns what the beginning of a file of configuration shows. What helps to write and test the
/// product is no part of it, so that is a hint.
pub(super) fn detections(path: &RepoPath, head: &[u8]) -> Vec<Detection> {
    let mut found = shown(path, head);
    if is_of_development(path) {
        found.iter_mut().for_each(|it| it.strength = Strength::Hint);
    }
    found
}

/// Whether a file is a pipeline, or for an assistant of those who write the code.
fn is_of_development(path: &RepoPath) -> bool {
    const FOLDERS: [&str; 14] = [
        ".github/workflows/",
        ".github/actions/",
        ".gitlab/",
        ".circleci/",
        ".buildkite/",
        ".claude/",
        ".codex/",
        ".continue/",
        ".cursor/",
        ".gemini/",
        ".opencode/",
        ".roo/",
        ".devcontainer/",
        ".vscode/",
    ];
    let text = path.to_string();
    let name = path.file_name();
    FOLDERS.iter().any(|folder| text.starts_with(folder) || text.contains(&format!("/{folder}")))
        || matches!(
            name.as_str(),
            ".gitlab-ci.yml" | ".aider.conf.yml" | "opencode.json" | ".coderabbit.yaml"
        )
}

fn shown(path: &RepoPath, head: &[u8]) -> Vec<Detection> {
    let Some(form) = form(path) else { return Vec::new() };
    if !may_matter(head) {
        return Vec::new();
    }
    let mut found = match form {
        ConfigurationForm::Modelfile => return modelfile(head),
        ConfigurationForm::MlModel => return described(head, b"flavors:", "mlflow model"),
        ConfigurationForm::MlProject => return described(head, b"entry_points:", "mlflow project"),
        ConfigurationForm::Json => return json(path, head),
        ConfigurationForm::Yaml if is_dvc(path) => return dvc(head),
        ConfigurationForm::Recipe | ConfigurationForm::Yaml => served(head),
        ConfigurationForm::Keys => Vec::new(),
    };
    if form != ConfigurationForm::Recipe {
        found.extend(named(path, head));
    }
    found
}

/// Whether a word occurs without which nothing here can count.
fn may_matter(head: &[u8]) -> bool {
    static WORDS: LazyLock<Regex> = LazyLock::new(|| {
        let images = known().images.values().flatten().map(|it| regex::escape(it));
        let words = [
            "(?i:model)",
            "(?i:llm)",
            "mcpServers",
            "entry_points",
            "FROM",
            "outs:",
            "bedrock",
            "serve",
            "Service",
            "torchrun",
            "ollama",
            "huggingface",
            "hf download",
            "api\\.",
        ];
        let all: Vec<String> = images.chain(words.map(str::to_owned)).collect();
        compiled(&all.join("|"))
    });
    WORDS.is_match(head)
}

fn described(head: &[u8], key: &[u8], name: &str) -> Vec<Detection> {
    let at = super::lexer::find(head, key, 0);
    at.map(|at| evidence(AssetKind::ModelConfiguration, name, Span::new(at, at + key.len())))
        .into_iter()
        .collect()
}

fn is_dvc(path: &RepoPath) -> bool {
    matches!(path.file_name().as_str(), "dvc.yaml" | "dvc.lock")
}

/// The weights that stages of DVC make or take.
fn dvc(head: &[u8]) -> Vec<Detection> {
    static PATHS: LazyLock<Regex> = LazyLock::new(|| {
        compiled(r#"(?m)^\s*(?:-\s*)?(?:path:\s*)?["']?([\w./${}-]+\.\w+)["']?:?\s*$"#)
    });
    let hits = PATHS.captures_iter(head).filter_map(|it| it.get(1));
    let weights = hits.filter(|hit| {
        let text = String::from_utf8_lossy(hit.as_bytes());
        text.rsplit_once('.').is_some_and(|(_, extension)| is_usual(extension))
    });
    weights
        .map(|hit| {
            let name = String::from_utf8_lossy(hit.as_bytes()).into_owned();
            evidence(AssetKind::ModelConfiguration, name, Span::new(hit.start(), hit.end()))
        })
        .collect()
}

fn modelfile(head: &[u8]) -> Vec<Detection> {
    static FROM: LazyLock<Regex> = LazyLock::new(|| compiled(r"(?mi)^[ \t]*FROM[ \t]+([^\s#]+)"));
    let Some(from) = FROM.captures(head).and_then(|it| it.get(1)) else { return Vec::new() };
    let span = Span::new(from.start(), from.end());
    let name = String::from_utf8_lossy(from.as_bytes()).into_owned();
    let is_file = name.starts_with(['.', '/']) || name.ends_with(".gguf");
    let kind = if is_file { AssetKind::ModelConfiguration } else { AssetKind::HostedModel };
    vec![evidence(AssetKind::HostedService, "ollama", span), evidence(kind, name, span)]
}

/// The value of a key at any depth, where it is a text.
fn value<'h>(head: &'h [u8], key: &str) -> Option<(&'h str, Span)> {
    let pattern = format!(r#""{}"\s*:\s*(?:\[\s*)?"([^"\\]{{1,200}})""#, regex::escape(key));
    let hit = compiled(&pattern).captures(head)?.get(1)?;
    Some((std::str::from_utf8(hit.as_bytes()).ok()?, Span::new(hit.start(), hit.end())))
}

fn json(path: &RepoPath, head: &[u8]) -> Vec<Detection> {
    let name = path.file_name();
    let has = |text: &[u8]| super::lexer::find(head, text, 0).is_some();
    if name == "adapter_config.json" && has(b"\"peft_type\"") {
        let base = value(head, "base_model_name_or_path");
        let base = base.filter(|(id, _)| is_owned_id(id) || !id.contains(['/', '.', '\\']));
        return match base {
            Some((id, span)) => vec![evidence(AssetKind::HubModel, id, span)],
            None => described(head, b"\"peft_type\"", "adapter"),
        };
    }
    if has(b"\"architectures\"") && has(b"\"model_type\"") {
        let architecture = value(head, "architectures");
        return architecture
            .map(|(name, span)| evidence(AssetKind::ModelConfiguration, name, span))
            .into_iter()
            .collect();
    }
    if has(b"\"_class_name\"") && has(b"\"_diffusers_version\"") {
        let class = value(head, "_class_name");
        return class
            .map(|(name, span)| evidence(AssetKind::ModelConfiguration, name, span))
            .into_iter()
            .collect();
    }
    if has(b"\"mcpServers\"") {
        let found = described(head, b"\"mcpServers\"", "model context protocol");
        let hint =
            |it: Detection| Detection { kind: AssetKind::Agent, strength: Strength::Hint, ..it };
        return found.into_iter().map(hint).collect();
    }
    named(path, head)
}

/// What a recipe serves: by its images, its commands, and the kinds of its objects.
fn served(head: &[u8]) -> Vec<Detection> {
    static IMAGES: LazyLock<Regex> = LazyLock::new(|| {
        compiled(concat!(
            r"(?m)^[ \t]*(?:-[ \t]*)?(?:image|repository|FROM|from|imageName|container_image)",
            r#"["']?(?:[ \t]*:[ \t]*|[ \t]+)(?:--\S+[ \t]+)?["']?([\w./${}:@-]+)"#,
        ))
    });
    static KINDS: LazyLock<Regex> = LazyLock::new(|| compiled(r"(?m)^kind:[ \t]*(\w+)[ \t]*\r?$"));
    let mut found = Vec::new();
    for hit in IMAGES.captures_iter(head).filter_map(|it| it.get(1)) {
        let image = String::from_utf8_lossy(hit.as_bytes());
        let is_in = |part: &String| {
            let at = image.find(part.as_str());
            at.is_some_and(|at| at == 0 || image.as_bytes()[at - 1] == b'/')
        };
        let server = known().images.iter().find(|(_, parts)| parts.iter().any(is_in));
        if let Some((server, _)) = server {
            let span = Span::new(hit.start(), hit.end());
            found.push(evidence(AssetKind::ModelUse, server, span));
        }
    }
    for hit in KINDS.captures_iter(head).filter_map(|it| it.get(1)) {
        let is_it = |kind: &&String| kind.as_bytes() == hit.as_bytes();
        if let Some(kind) = known().kinds.iter().find(is_it) {
            found.push(evidence(AssetKind::ModelUse, kind, Span::new(hit.start(), hit.end())));
        }
    }
    let lexed = lex(head, &comments());
    if !found.is_empty() {
        found.extend(arguments(head));
    }
    found.extend(of_commands(head, lexed));
    found
}

/// What is a comment in recipes, in YAML and in files of keys.
pub(super) fn comments() -> Lexis<'static> {
    static HASH: LazyLock<Vec<String>> = LazyLock::new(|| vec!["#".to_owned()]);
    Lexis { line: &HASH, spaced: true, block: &[], nests: false, strings: &[], sections: &[] }
}

/// The model that a server is told to serve.
fn arguments(head: &[u8]) -> Vec<Detection> {
    static MODEL: LazyLock<Regex> = LazyLock::new(|| {
        compiled(concat!(
            "(?:--model(?:-id|-path|_name|-name)?|MODEL_ID|MODEL_NAME|HF_MODEL_ID|modelURL|model)",
            r#"["']?(?:[ \t]*[=:,][ \t]*|[ \t]+|["',\s]*-[ \t]*)["']?"#,
            r"([A-Za-z0-9][\w.-]*/[\w.-]+)",
        ))
    });
    let hits = MODEL.captures_iter(head).filter_map(|it| it.get(1));
    hits.filter_map(|hit| {
        let id = std::str::from_utf8(hit.as_bytes()).ok()?;
        let span = Span::new(hit.start(), hit.end());
        is_owned_id(id).then(|| evidence(AssetKind::HubModel, id, span))
    })
    .collect()
}

/// The hosted models that keys name, and the services whose addresses are given.
fn named(path: &RepoPath, head: &[u8]) -> Vec<Detection> {
    static KEYS: LazyLock<Regex> = LazyLock::new(|| {
        compiled(concat!(
            r#"(?m)(?:^|[\s{,;])["']?(?:export[ \t]+)?([\w.-]{1,80})["']?[ \t]*[:=][ \t]*"#,
            r#"["']?([A-Za-z0-9][\w.:/@-]{1,95})["']?[ \t]*(?:[,}\]\r\n#;]|$)"#,
        ))
    });
    static SPRING: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"(?:spring\.ai|langchain4j)\.([a-z0-9-]+)\."));
    let lexed = lex(head, &comments());
    let mut found: Vec<Detection> = Vec::new();
    let mut revisions: BTreeSet<String> = BTreeSet::new();
    for captures in KEYS.captures_iter(head) {
        let (Some(key), Some(value)) = (captures.get(1), captures.get(2)) else { continue };
        if !lexed.is_code(head, key.start()) {
            continue;
        }
        let name = String::from_utf8_lossy(key.as_bytes()).to_ascii_lowercase();
        let id = String::from_utf8_lossy(value.as_bytes());
        let last = name.rsplit('.').next().unwrap_or(&name);
        let span = Span::new(value.start(), value.end());
        if is_hub_key(last) && is_owned_id(&id) {
            found.push(evidence(AssetKind::HubModel, id, span));
            continue;
        }
        if REVISIONS.contains(&last) && is_version(&id) {
            revisions.insert(id.into_owned());
            continue;
        }
        if !is_model_key(last) || !is_hosted_id(&id) {
            continue;
        }
        let is_sure = last != "model" && last != "model-name" && last != "modelname"
            || name.contains('.')
            || says_of_a_call(path, head);
        let strength = if is_sure { Strength::Evidence } else { Strength::Hint };
        if let Some(service) = SPRING.captures(key.as_bytes()).and_then(|it| it.get(1)) {
            let service = String::from_utf8_lossy(service.as_bytes()).replace("open-ai", "openai");
            found.push(evidence(AssetKind::HostedService, service, span));
        }
        found.push(Detection { strength, ..evidence(AssetKind::HostedModel, id, span) });
    }
    // Of one model and one revision in a file the one is of the other.
    if let (1, [model]) = (revisions.len(), &mut found[..])
        && model.kind == AssetKind::HubModel
    {
        model.version = revisions.pop_first();
    }
    for (service, start, end) in addresses(head) {
        // An address of a service that is only allowed, or only documented, is called by nobody.
        if lexed.is_code(head, start) {
            let seen = evidence(AssetKind::HostedService, service, Span::new(start, end));
            found.push(Detection { strength: Strength::Hint, ..seen });
        }
    }
    found
}

/// Keys of the revision of a model of a hub.
const REVISIONS: [&str; 4] = ["revision", "model_revision", "base_model_revision", "hf_revision"];

/// Whether the last part of a key can only be meant for a model of a hub.
fn is_hub_key(key: &str) -> bool {
    const KEYS: [&str; 7] = [
        "pretrained_model_name_or_path",
        "model_name_or_path",
        "base_model_name_or_path",
        "base_model",
        "hf_model_id",
        "hf_model",
        "huggingface_model",
    ];
    KEYS.contains(&key)
}

/// Whether the last part of a key can name a model.
fn is_model_key(key: &str) -> bool {
    key == "model"
        || key.ends_with("_model")
        || key.ends_with("-model")
        || ["model_name", "model-name", "modelname", "model_id", "modelid", "model-id"]
            .iter()
            .any(|end| key.ends_with(end))
        || ["deployment_name", "deployment-name", "deploymentname", "engine", "llm"].contains(&key)
        || (key.contains("model") && key.contains("llm"))
}

/// Whether a file has another setting of a call of a model, or is for an agent by its place.
fn says_of_a_call(path: &RepoPath, head: &[u8]) -> bool {
    static PROVIDERS: LazyLock<Regex> = LazyLock::new(|| {
        let all = known().providers.join("|");
        compiled(&format!(r#"(?im)(?:^|[\s{{,])["']?(?:{all})["']?[ \t]*[:=]"#))
    });
    let text = path.to_string().to_ascii_lowercase();
    ["agent", "llm", "prompt", "litellm"].iter().any(|it| text.contains(it))
        || PROVIDERS.is_match(head)
}
