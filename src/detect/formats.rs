//! Formats in which models are stored, by the bytes they begin with.
//!
//! # Design
//!
//! Only the beginning of a file is looked at, and every length in it is believed only as far as
//! there are bytes. What is compressed is unpacked up to a fixed size and looked at in the same
//! way, once.

use std::io::Read;

use super::lexer::find;
use super::pickle;

/// Bytes that are unpacked of what is compressed.
const UNPACKED: u64 = 64 << 10;

/// Entries of an archive that are looked at.
const MOST_ENTRIES: usize = 64;

/// Libraries whose objects in a pickle are models.
const LIBRARIES: [&str; 20] = [
    "sklearn",
    "torch",
    "xgboost",
    "lightgbm",
    "catboost",
    "keras",
    "tensorflow",
    "paddle",
    "statsmodels",
    "joblib.numpy_pickle",
    "transformers",
    "ultralytics",
    "fastai",
    "spacy",
    "gensim",
    "imblearn",
    "prophet",
    "jax",
    "flax",
    "stable_baselines3",
];

/// Texts of libraries in objects of R.
const OF_R: [&[u8]; 9] = [
    b"randomForest",
    b"ranger",
    b"xgb.Booster",
    b"lgb.Booster",
    b"model_fit",
    b"train.formula",
    b"keras",
    b"workflow",
    b"glmnet",
];

/// How many bytes of a text file show that it is a model; None for other extensions.
pub(super) fn text_head(extension: &str) -> Option<usize> {
    match extension {
        "txt" => Some(256),
        "xml" => Some(2048),
        _ => None,
    }
}

/// Whether a text is a model: of LightGBM, XGBoost, TensorFlow.js, OpenVINO or in PMML.
pub(super) fn is_text_model(extension: &str, head: &[u8]) -> bool {
    let has = |text: &[u8]| find(head, text, 0).is_some();
    let begins = head.trim_ascii_start();
    match extension {
        "txt" => begins.starts_with(b"tree\nversion=") || begins.starts_with(b"tree\r\nversion="),
        "xml" | "pmml" => {
            (begins.starts_with(b"<?xml") || begins.starts_with(b"<"))
                && ((has(b"<PMML") && has(b"dmg.org"))
                    || (has(b"<net ") && has(b"<layers>") && has(b"version=")))
        }
        "json" => {
            let learner = begins.starts_with(b"{\"learner\":")
                || (has(b"\"learner\":") && has(b"\"learner_model_param\""));
            learner && (has(b"\"gradient_booster\"") || has(b"\"learner_model_param\""))
                || (has(b"\"modelTopology\"")
                    && (has(b"\"weightsManifest\"")
                        || has(b"\"layers-model\"")
                        || has(b"\"graph-model\"")))
                || (has(b"\"oblivious_trees\"") && has(b"\"model_info\""))
        }
        _ => false,
    }
}

/// Whether the bytes are those of a model by a header of their own.
pub(super) fn is_model(extension: &str, name: &str, head: &[u8]) -> bool {
    match head {
        [0xba, 0x16, 0x4f, 0x2f, version, 0, 0, 0, ..] => (1..=12).contains(version),
        [b'C', b'B', b'M', b'1', ..] => true,
        _ => {
            of_tensorflow(extension, name, head)
                || is_core_ml(extension, head)
                || is_flax(extension, head)
                || (extension == "model" && is_sentence_piece(head))
                || (extension == "ubj" && head.starts_with(b"{L") && has(head, b"learner"))
                || (matches!(extension, "model" | "bin" | "xgb") && head.starts_with(b"binf"))
                || (extension == "pdmodel" && head.starts_with(b"\x0a") && has(head, b"feed"))
                || (extension == "pmml" && is_text_model("pmml", head))
                || (matches!(extension, "engine" | "plan" | "trt") && head.starts_with(b"ftrt"))
        }
    }
}

fn has(head: &[u8], text: &[u8]) -> bool {
    find(head, text, 0).is_some()
}

/// A SavedModel, a frozen graph, or the index or list of a checkpoint of TensorFlow.
fn of_tensorflow(extension: &str, name: &str, head: &[u8]) -> bool {
    match extension {
        // SavedModel: a schema version, then a graph with its tags. GraphDef: nodes, each with a
        // name and an operation.
        "pb" => {
            (name.starts_with("saved_model") && matches!(head, [0x08, 0..=4, 0x12, ..]))
                || (head.first() == Some(&0x0a)
                    && [&b"\x12\x0bPlaceholder"[..], b"\x12\x05Const", b"\x12\x08Identity"]
                        .iter()
                        .any(|operation| has(head.get(..4096).unwrap_or(head), operation)))
        }
        // A table of LevelDB whose first key is empty, which is the header of a bundle.
        "index" => matches!(head, [0, 0, _, 0x08, ..]) && head.len() > 48,
        "meta" => matches!(head, [0x0a, ..]) && has(head, b"\x12\x05Const"),
        "" => name == "checkpoint" && head.starts_with(b"model_checkpoint_path:"),
        _ => false,
    }
}

/// A `Model` of Core ML: a version of its specification, then a description or a kind of model.
fn is_core_ml(extension: &str, head: &[u8]) -> bool {
    extension == "mlmodel" && matches!(head, [0x08, 1..=20, 0x12 | 0x50 | 0x5a | 0xa2 | 0x82, ..])
}

/// A map of parameters as Flax stores it.
fn is_flax(extension: &str, head: &[u8]) -> bool {
    let is_map = matches!(head, [0x80..=0x8f | 0xde | 0xdf, ..]);
    extension == "msgpack"
        && is_map
        && [&b"params"[..], b"kernel", b"embedding", b"bias", b"opt_state"]
            .iter()
            .any(|key| has(head, key))
}

/// A `ModelProto` of SentencePiece, which is a model of words.
fn is_sentence_piece(head: &[u8]) -> bool {
    matches!(head, [0x0a, _, 0x0a, ..]) && has(head, b"<unk>") && has(head, b"<s>")
}

/// What a pickle is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pickled {
    /// Whether it holds an object of a library for models.
    pub(super) of_library: bool,
    /// What it does to the machine when it is loaded.
    pub(super) acts: Option<String>,
}

/// Reads a pickle of any protocol, as it is or compressed; None where the bytes are none.
pub(super) fn pickled(head: &[u8]) -> Option<Pickled> {
    let unpacked;
    let bytes = match head {
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => {
            unpacked = inflated(flate2::read::ZlibDecoder::new(head));
            &unpacked
        }
        [0x1f, 0x8b, 8, ..] => {
            unpacked = inflated(flate2::read::GzDecoder::new(head));
            &unpacked
        }
        _ => head,
    };
    let has_header = matches!(bytes, [0x80, 2..=5, ..]);
    let is_old = matches!(bytes.first(), Some(b'c' | b'(' | b'}' | b']'));
    if !has_header && !is_old {
        return None;
    }
    let read = pickle::read(bytes);
    // Without a header any text may begin so; one that ends, or imports, is none.
    let is_pickle = has_header || (read.opcodes > 2 && !read.imports.is_empty());
    let named = || has_header && LIBRARIES.iter().any(|it| has(bytes, it.as_bytes()));
    is_pickle.then(|| Pickled {
        of_library: read.imports_of(&LIBRARIES) || (read.imports.is_empty() && named()),
        acts: read.acts().map(str::to_owned),
    })
}

/// What of a stream can be unpacked, up to a size.
fn inflated(stream: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What was read before a mistake is looked at too.
    let _ = stream.take(UNPACKED).read_to_end(&mut bytes);
    bytes
}

/// What is inside of a gzip file, as far as it is looked at.
pub(super) fn gunzipped(head: &[u8]) -> Option<Vec<u8>> {
    matches!(head, [0x1f, 0x8b, 8, ..]).then(|| inflated(flate2::read::GzDecoder::new(head)))
}

/// Whether bytes are an object of R that a library for models made, compressed or not.
pub(super) fn is_of_r(head: &[u8]) -> bool {
    let unpacked = gunzipped(head);
    let bytes = unpacked.as_deref().unwrap_or(head);
    let is_r = bytes.starts_with(b"RDX") || bytes.starts_with(b"X\n") || bytes.starts_with(b"A\n");
    is_r && OF_R.iter().any(|name| has(bytes, name))
}

/// A file of a zip archive, by its local header.
struct ZipEntry<'h> {
    name: &'h [u8],
    is_stored: bool,
    /// What follows the header.
    data: &'h [u8],
}

/// The files of a zip archive whose headers are in its beginning (APPNOTE 4.3.7).
fn entries(head: &[u8]) -> Vec<ZipEntry<'_>> {
    const HEADER: usize = 30;
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = find(head, b"PK\x03\x04", at) {
        let Some(header) = head.get(start..start + HEADER) else { break };
        let length = usize::from(u16::from_le_bytes([header[26], header[27]]));
        let extra = usize::from(u16::from_le_bytes([header[28], header[29]]));
        if let Some(name) = head.get(start + HEADER..start + HEADER + length) {
            let data = head.get(start + HEADER + length + extra..).unwrap_or_default();
            found.push(ZipEntry { name, is_stored: header[8] == 0, data });
        }
        at = start + 4;
        if found.len() >= MOST_ENTRIES {
            break;
        }
    }
    found
}

/// Whether a zip archive is a model by the names of its entries: of PyTorch, TorchServe, Keras or
/// skops.
pub(super) fn is_model_archive(extension: &str, head: &[u8]) -> bool {
    if !head.starts_with(b"PK\x03\x04") {
        return false;
    }
    let entries = entries(head);
    let any =
        |ends: &[&[u8]]| entries.iter().any(|it| ends.iter().any(|end| it.name.ends_with(end)));
    let named = |text: &[u8]| entries.iter().any(|it| it.name == text);
    let is_usual = matches!(extension, "pt" | "pth" | "ptl" | "ckpt" | "bin" | "torchscript");
    any(&[b"/data.pkl", b"/.format_version", b"/constants.pkl", b"/.data/serialization_id"])
        || entries.iter().any(|it| has(it.name, b"/code/__torch__"))
        || (is_usual && any(&[b"/data/0", b"/byteorder"]))
        || named(b"MAR-INF/MANIFEST.json")
        || (named(b"config.json") && any(&[b"model.weights.h5"]))
        || (extension == "keras" && (named(b"metadata.json") || named(b"config.json")))
        || (extension == "skops" && named(b"schema.json"))
        || (extension == "mlmodel" && any(&[b"Manifest.json"]))
        || (extension == "npz" && named(b"policy.pth"))
        || (named(b"policy.pth") && named(b"data"))
}

/// The beginnings of the first files of a zip archive, unpacked, with their extensions.
pub(super) fn unzipped(head: &[u8]) -> Vec<(String, Vec<u8>)> {
    const MOST: usize = 4;
    const LENGTH: usize = 4096;
    if !head.starts_with(b"PK\x03\x04") {
        return Vec::new();
    }
    let unpacked = |it: ZipEntry<'_>| {
        let name = String::from_utf8_lossy(it.name).to_lowercase();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let bytes = if it.is_stored {
            it.data.get(..LENGTH).unwrap_or(it.data).to_vec()
        } else {
            inflated(flate2::read::DeflateDecoder::new(it.data).take(LENGTH as u64))
        };
        (extension.to_owned(), bytes)
    };
    entries(head).into_iter().take(MOST).map(unpacked).collect()
}
