//! The SHA-256 digests of weights that a document states.

use super::bom::{hashes_of, is_component};
use super::number::plain;
use crate::digest::Sha256;
use crate::document::prose::BlockKind;
use crate::document::{Body, Document, Node};
use crate::span::Span;

/// A digest and where it stands.
pub(crate) type StatedDigest = (Sha256, Span);

/// Returns the SHA-256 digests that the components of a bill of materials state of a model.
pub(crate) fn digests_of(components: &[&Node], id: &str) -> Vec<StatedDigest> {
    let own = components.iter().filter(|node| is_component(node, id));
    let hashes = own.flat_map(|component| hashes_of(component));
    let is_of_sha256 = |hash: &&Node| {
        let named = ["alg", "algorithm"].iter().find_map(|key| hash.get(key)?.as_text());
        named.is_some_and(|name| plain(name) == "sha256")
    };
    let contents = hashes.filter(is_of_sha256).filter_map(|hash| {
        ["content", "checksumValue", "hashValue"].iter().find_map(|key| hash.get(key))
    });
    let digest = |node: &Node| Some((Sha256::in_any_case(node.as_text()?.trim())?, node.span));
    contents.filter_map(digest).collect()
}

/// Returns the digests that a reader sees in a document, of lines that are not about data alone.
pub(crate) fn stated_digests(document: &Document) -> Vec<StatedDigest> {
    let mut found = Vec::new();
    match &document.body {
        Body::Prose(prose) => {
            let blocks = prose.sections.iter().flat_map(|section| &section.blocks);
            for block in blocks.filter(|block| !matches!(block.kind, BlockKind::Comment)) {
                match &block.kind {
                    BlockKind::Table(table) => {
                        for row in std::iter::once(&table.header).chain(&table.rows) {
                            let line: String =
                                row.iter().map(|cell| format!("{} ", cell.text)).collect();
                            let is_told = is_about_weights(&line);
                            row.iter()
                                .filter(|_| is_told)
                                .for_each(|cell| found.extend(digests(&cell.text, cell.span)));
                        }
                    }
                    BlockKind::Label { name, .. } if !is_about_weights(name) => {}
                    _ => {
                        let lines = block.text.lines().filter(|line| is_about_weights(line));
                        lines.for_each(|line| found.extend(digests(line, block.span)));
                    }
                }
            }
            if let Some(root) = &prose.front_matter {
                tree(root, &mut found);
            }
        }
        Body::Tree(root) => tree(root, &mut found),
        Body::Damaged(_) => {}
    }
    found
}

fn tree(root: &Node, found: &mut Vec<StatedDigest>) {
    root.walk(&mut |key, node| {
        if key.is_none_or(|key| is_about_weights(&key.text)) {
            found.extend(node.as_text().into_iter().flat_map(|text| digests(text, node.span)));
        }
    });
}

/// The SHA-256 digests in a text, all at one place.
fn digests(text: &str, span: Span) -> Vec<StatedDigest> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter_map(Sha256::in_any_case).map(|digest| (digest, span)).collect()
}

/// Whether a line with a digest may be about weights: it does not speak of data, or of the model as
/// well.
fn is_about_weights(line: &str) -> bool {
    let line = line.to_lowercase();
    let has =
        |all: &[&str]| line.split(|c: char| !c.is_alphanumeric()).any(|word| all.contains(&word));
    !has(&["data", "dataset", "datasets"]) || has(&["weights", "model", "checkpoint"])
}
