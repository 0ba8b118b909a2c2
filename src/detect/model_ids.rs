//! Which texts are the id of a model, and which are a path of a file or a folder.

use super::signs::signs;

/// Bytes of the longest id.
pub(super) const LONGEST_ID: usize = 96;

/// The id of a model without the service that a framework is told to ask.
pub(super) fn without_gateway(id: &str) -> &str {
    let rest = id.split_once([':', '/']).filter(|(gateway, _)| signs().gateways.contains(*gateway));
    rest.map_or(id, |(_, rest)| rest)
}

/// Whether a text can be a revision or a version: a commit, a branch, a number.
pub(super) fn is_version(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST_ID
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.+/".contains(c))
}

/// Whether a text can be the id of a hosted model, and no path of a file.
pub(super) fn is_model_id(text: &str) -> bool {
    text.len() <= 128
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:/@+".contains(c))
        && !text.contains("://")
        && !is_file(text)
}

/// Whether a text ends as the name of a file of a model.
fn is_file(text: &str) -> bool {
    const FILES: [&str; 14] = [
        ".pt",
        ".pth",
        ".bin",
        ".json",
        ".safetensors",
        ".ckpt",
        ".onnx",
        ".gguf",
        ".h5",
        ".pkl",
        ".joblib",
        ".tflite",
        ".yaml",
        ".xml",
    ];
    FILES.iter().any(|end| text.ends_with(end))
}

/// Whether a text can be the id of a model on a hub, and not a path of the file system.
pub(super) fn is_hub_id(text: &str) -> bool {
    // Folders that people save models in, and texts that stand for a path.
    const FOLDERS: [&str; 20] = [
        "output",
        "outputs",
        "model",
        "models",
        "checkpoint",
        "checkpoints",
        "ckpt",
        "ckpts",
        "weights",
        "results",
        "result",
        "data",
        "runs",
        "saved",
        "saved_model",
        "saved_models",
        "tmp",
        "logs",
        "artifacts",
        "pretrained",
    ];
    let parts: Vec<&str> = text.split('/').collect();
    let lower = text.to_ascii_lowercase();
    let stands_for_path = [
        "path-to",
        "path_to",
        "path/to",
        "your-",
        "your_",
        "checkpoint-",
        "my_model",
        "my_repo",
        "my-repo",
        "user/repo",
        "namespace/",
        "username/",
        "repo_name",
        "repo_id",
    ]
    .iter()
    .any(|it| lower.starts_with(it) || lower.contains(&format!("/{it}")));
    parts.len() <= 2
        && text.len() <= LONGEST_ID
        && parts.iter().all(|it| is_part(it))
        && !is_file(text)
        && !stands_for_path
        && !FOLDERS.contains(&parts[0].to_ascii_lowercase().as_str())
}

/// Whether a text can be the id of a model of a hub: owner and name.
pub(super) fn is_owned_id(text: &str) -> bool {
    const FILES: [&str; 12] = [
        ".pt",
        ".pth",
        ".bin",
        ".json",
        ".safetensors",
        ".ckpt",
        ".onnx",
        ".gguf",
        ".py",
        ".js",
        ".yaml",
        ".txt",
    ];
    /// Owners that are folders, media types or scopes.
    const FOLDERS: [&str; 24] = [
        "models",
        "model",
        "checkpoints",
        "output",
        "outputs",
        "weights",
        "data",
        "path",
        "src",
        "assets",
        "public",
        "static",
        "application",
        "text",
        "image",
        "audio",
        "video",
        "tmp",
        "api",
        "v1",
        "your-org",
        "org",
        "username",
        "your-username",
    ];
    let Some((owner, name)) = text.split_once('/') else { return false };
    text.len() <= LONGEST_ID
        && is_part(owner)
        && is_part(name)
        && !owner.contains('.')
        && !FOLDERS.contains(&owner.to_ascii_lowercase().as_str())
        && !FILES.iter().any(|end| text.ends_with(end))
}

/// Whether a text is an owner or a name in an id of a hub.
fn is_part(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_alphanumeric())
        && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}
