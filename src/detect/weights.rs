//! Model weights by their first bytes, and the small files that stand for weights kept elsewhere.
//!
//! A name alone proves nothing. Files are looked into whatever they are called, but for the common
//! extensions of text, code, images and fonts, of which there are too many.
//!
//! # Design
//!
//! A Git LFS pointer is an asset and is not weights, because the content is not here. A register
//! can declare it.

use super::formats;
use crate::asset::{AssetKind, Detection, Strength};
use crate::span::{RepoPath, Span};

/// How many bytes are enough to know a format.
pub(super) const HEAD: usize = 64 << 10;

/// A Git LFS pointer is shorter.
const LONGEST_POINTER: usize = 1024;

/// Whether a file of this extension and size is worth reading: of text that holds tables only what
/// may be a pointer.
pub(super) fn may_be_of(extension: &str, size: u64) -> bool {
    !OTHER.contains(&extension) || size < LONGEST_POINTER as u64
}

/// Extensions under which weights are usually kept.
const USUAL: [&str; 30] = [
    "safetensors",
    "gguf",
    "ggml",
    "onnx",
    "pt",
    "pth",
    "ckpt",
    "bin",
    "pkl",
    "pickle",
    "joblib",
    "h5",
    "hdf5",
    "keras",
    "tflite",
    "mlmodel",
    "cbm",
    "ubj",
    "pb",
    "msgpack",
    "skops",
    "mar",
    "pdmodel",
    "pdparams",
    "pdiparams",
    "torchscript",
    "ptl",
    "pmml",
    "rds",
    "nemo",
];

/// Whether weights are usually kept under an extension.
pub(super) fn is_usual(extension: &str) -> bool {
    USUAL.contains(&extension)
}

/// Extensions of tables and arrays.
const DATA: [&str; 17] = [
    "csv",
    "tsv",
    "parquet",
    "jsonl",
    "ndjson",
    "feather",
    "arrow",
    "npz",
    "npy",
    "tfrecord",
    "tfrecords",
    "xlsx",
    "xml",
    "json",
    "zip",
    "gz",
    "h5ad",
];

/// What a pointer to a file of this extension stands for.
fn behind(extension: &str) -> Option<AssetKind> {
    match extension {
        weights if USUAL.contains(&weights) => Some(AssetKind::WeightsPointer),
        data if DATA.contains(&data) => Some(AssetKind::DataPointer),
        _ => None,
    }
}

/// Extensions that hold no weights and are too many to look into.
const OTHER: [&str; 72] = [
    "md", "markdown", "mdx", "rst", "txt", "adoc", "html", "htm", "css", "scss", "less", "js",
    "mjs", "cjs", "jsx", "ts", "tsx", "vue", "svelte", "json", "jsonl", "ipynb", "yaml", "yml",
    "toml", "ini", "cfg", "conf", "xml", "csv", "tsv", "rs", "go", "c", "h", "cc", "cpp", "hpp",
    "cu", "java", "kt", "scala", "rb", "php", "pl", "sh", "bash", "fish", "ps1", "bat", "sql", "r",
    "swift", "m", "lua", "ex", "exs", "po", "pot", "mo", "svg", "png", "jpg", "jpeg", "gif",
    "webp", "ico", "woff", "woff2", "ttf", "lock", "snap",
];

/// Whether a file of this extension is looked into. A table may be a pointer to one.
pub(super) fn may_be(extension: &str) -> bool {
    !OTHER.contains(&extension)
        || DATA.contains(&extension)
        || formats::text_head(extension).is_some()
}

/// What the first bytes of a file show.
pub(super) fn detections(path: &RepoPath, head: &[u8]) -> Vec<Detection> {
    let extension = path.extension();
    let name = path.file_name();
    let found =
        |kind, strength, span| Detection { strength, ..Detection::evidence(kind, &*name, span) };
    if let Some(end) = pointer(head) {
        let kind = behind(&extension);
        let span = Some(Span::new(0, end));
        return kind.map(|kind| found(kind, Strength::Evidence, span)).into_iter().collect();
    }
    if extension == "dvc" {
        let stands_for = RepoPath::from(name.trim_end_matches(".dvc")).extension();
        let is_dvc = std::str::from_utf8(head)
            .is_ok_and(|text| text.contains("outs:") && text.contains("path:"));
        let kind = behind(&stands_for).filter(|_| is_dvc);
        return kind.map(|kind| found(kind, Strength::Evidence, None)).into_iter().collect();
    }
    if OTHER.contains(&extension.as_str()) {
        let is_model = formats::is_text_model(&extension, head);
        let model = is_model.then(|| found(AssetKind::Weights, Strength::Evidence, None));
        return model.into_iter().collect();
    }
    let Some(strength) = strength(&extension, &name, head) else { return Vec::new() };
    let mut all = vec![found(AssetKind::Weights, strength, None)];
    if let Some(acts) = formats::pickled(head).and_then(|it| it.acts) {
        let code = found(AssetKind::RemoteCode, strength, None);
        all.push(Detection { name: acts, ..code });
    }
    all
}

/// A link into git-annex's store, which stands for content kept elsewhere.
pub(super) fn annexed(path: &RepoPath, target: &[u8]) -> Option<Detection> {
    let kind = behind(&path.extension()).filter(|_| contains(target, b".git/annex/objects/"))?;
    Some(Detection::evidence(kind, path.file_name(), None))
}

/// The end of a Git LFS pointer's first line, if the bytes are one (specification v1).
fn pointer(head: &[u8]) -> Option<usize> {
    const FIRST: &[u8] = b"version https://git-lfs.github.com/spec/v1";
    let rest = head.strip_prefix(FIRST)?;
    let ends = rest.starts_with(b"\n") || rest.starts_with(b"\r\n");
    (head.len() < LONGEST_POINTER && ends).then_some(FIRST.len())
}

fn strength(extension: &str, name: &str, head: &[u8]) -> Option<Strength> {
    let usual = USUAL.contains(&extension);
    let unpacked = match extension {
        "gz" => formats::gunzipped(head),
        _ => None,
    };
    let inner = RepoPath::from(name.trim_end_matches(".gz")).extension();
    let is_inside = unpacked.is_some_and(|bytes| is_model(&inner, name, &bytes));
    let is_zipped = extension == "zip"
        && formats::unzipped(head).iter().any(|(extension, bytes)| is_model(extension, "", bytes));
    if is_model(extension, name, head) || is_inside || is_zipped {
        return Some(Strength::Evidence);
    }
    let hint = usual
        && (formats::pickled(head).is_some()
            || is_hdf5(head)
            || !matches!(
                extension,
                "bin" | "pkl" | "pickle" | "h5" | "hdf5" | "pb" | "rds" | "msgpack" | "mar"
            ));
    (hint && !head.is_empty()).then_some(Strength::Hint)
}

/// Whether bytes are a model by their form.
fn is_model(extension: &str, name: &str, head: &[u8]) -> bool {
    let is_torch = matches!(extension, "pt" | "pth" | "ckpt" | "pdparams");
    is_safetensors(head)
        || (head.starts_with(b"GGUF") && matches!(head.get(4..8), Some([1..=3, 0, 0, 0])))
        || head.get(4..8) == Some(b"TFL3")
        || formats::is_model_archive(extension, head)
        || formats::is_model(extension, name, head)
        || (extension == "onnx" && is_onnx(head))
        || formats::pickled(head).is_some_and(|it| is_torch || it.of_library)
        || (is_hdf5(head) && (contains(head, b"model_weights") || contains(head, b"keras_version")))
        || (matches!(extension, "rds" | "rda" | "rdata") && formats::is_of_r(head))
}

/// Eight bytes of length, then a JSON object of that length (safetensors format).
fn is_safetensors(head: &[u8]) -> bool {
    let Some((length, rest)) = head.split_first_chunk::<8>() else { return false };
    let length = u64::from_le_bytes(*length);
    if !(2..=100_000_000).contains(&length) || rest.first() != Some(&b'{') {
        return false;
    }
    match usize::try_from(length).ok().and_then(|length| rest.get(..length)) {
        Some(header) => serde_json::from_slice::<serde::de::IgnoredAny>(header).is_ok(),
        // The header is longer than what was read; what there is of it must look like one.
        None => {
            rest.len() + 8 >= HEAD
                && (contains(rest, b"data_offsets") || rest.starts_with(b"{\"__metadata__\""))
        }
    }
}

/// A protobuf message that begins as `ModelProto` does: an IR version, then a known field.
fn is_onnx(head: &[u8]) -> bool {
    matches!(head, [0x08, 1..=30, 0x12 | 0x1a | 0x22 | 0x28 | 0x32 | 0x3a | 0x42 | 0x72, ..])
}

fn is_hdf5(head: &[u8]) -> bool {
    head.starts_with(b"\x89HDF\r\n\x1a\n")
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
