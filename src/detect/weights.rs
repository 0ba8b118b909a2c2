//! Model weights by their first bytes, and the small files that stand for weights kept elsewhere.
//!
//! A name alone proves nothing. Files are looked into whatever they are called, but for the common
//! extensions of text, code, images and fonts, of which there are too many.
//!
//! # Design
//!
//! A Git LFS pointer is an asset and is not weights, because the content is not here. A register
//! can declare it.

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
const USUAL: [&str; 18] = [
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
];

/// Whether weights are usually kept under an extension.
pub(super) fn is_usual(extension: &str) -> bool {
    USUAL.contains(&extension)
}

/// Extensions of tables and arrays.
const DATA: [&str; 12] = [
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
    !OTHER.contains(&extension) || DATA.contains(&extension)
}

/// What the first bytes of a file show.
pub(super) fn detection(path: &RepoPath, head: &[u8]) -> Option<Detection> {
    let extension = path.extension();
    let name = path.file_name();
    let found = |kind, strength, span| Some(Detection { kind, name: name.clone(), strength, span });
    if let Some(end) = pointer(head) {
        return found(behind(&extension)?, Strength::Evidence, Some(Span::new(0, end)));
    }
    if extension == "dvc" {
        let stands_for = RepoPath::from(name.trim_end_matches(".dvc")).extension();
        let is_dvc = std::str::from_utf8(head)
            .is_ok_and(|text| text.contains("outs:") && text.contains("path:"));
        return found(behind(&stands_for).filter(|_| is_dvc)?, Strength::Evidence, None);
    }
    let strength = strength(&extension, head).filter(|_| !OTHER.contains(&extension.as_str()))?;
    found(AssetKind::Weights, strength, None)
}

/// A link into git-annex's store, which stands for content kept elsewhere.
pub(super) fn annexed(path: &RepoPath, target: &[u8]) -> Option<Detection> {
    let kind = behind(&path.extension()).filter(|_| contains(target, b".git/annex/objects/"))?;
    Some(Detection { kind, name: path.file_name(), strength: Strength::Evidence, span: None })
}

/// The end of a Git LFS pointer's first line, if the bytes are one (specification v1).
fn pointer(head: &[u8]) -> Option<usize> {
    const FIRST: &[u8] = b"version https://git-lfs.github.com/spec/v1";
    let rest = head.strip_prefix(FIRST)?;
    let ends = rest.starts_with(b"\n") || rest.starts_with(b"\r\n");
    (head.len() < LONGEST_POINTER && ends).then_some(FIRST.len())
}

fn strength(extension: &str, head: &[u8]) -> Option<Strength> {
    let usual = USUAL.contains(&extension);
    let evidence = is_safetensors(head)
        || (head.starts_with(b"GGUF") && matches!(head.get(4..8), Some([1..=3, 0, 0, 0])))
        || head.get(4..8) == Some(b"TFL3")
        || is_pytorch_archive(head)
        || (extension == "onnx" && is_onnx(head))
        || (is_pickle(head)
            && (matches!(extension, "pt" | "pth" | "ckpt") || names_a_library(head)))
        || (is_hdf5(head)
            && (contains(head, b"model_weights") || contains(head, b"keras_version")))
        || (extension == "keras" && head.starts_with(b"PK\x03\x04"));
    if evidence {
        return Some(Strength::Evidence);
    }
    let hint = usual
        && (is_pickle(head)
            || is_hdf5(head)
            || !matches!(extension, "bin" | "pkl" | "pickle" | "h5" | "hdf5"));
    (hint && !head.is_empty()).then_some(Strength::Hint)
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

/// A zip archive whose first entry is a pickle in a folder: `torch.save` since 1.6.
fn is_pytorch_archive(head: &[u8]) -> bool {
    let name = head.strip_prefix(b"PK\x03\x04").and_then(|_| {
        let length = usize::from(u16::from_le_bytes([*head.get(26)?, *head.get(27)?]));
        head.get(30..30 + length)
    });
    name.is_some_and(|name| name.ends_with(b"/data.pkl") || name.ends_with(b"/.format_version"))
}

/// A protobuf message that begins as `ModelProto` does: an IR version, then a known field.
fn is_onnx(head: &[u8]) -> bool {
    matches!(head, [0x08, 1..=30, 0x12 | 0x1a | 0x22 | 0x28 | 0x32 | 0x3a | 0x42 | 0x72, ..])
}

fn is_pickle(head: &[u8]) -> bool {
    matches!(head, [0x80, 2..=5, ..])
}

fn names_a_library(head: &[u8]) -> bool {
    [&b"sklearn"[..], b"torch", b"xgboost", b"lightgbm", b"catboost", b"keras"]
        .iter()
        .any(|name| contains(head, name))
}

fn is_hdf5(head: &[u8]) -> bool {
    head.starts_with(b"\x89HDF\r\n\x1a\n")
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
