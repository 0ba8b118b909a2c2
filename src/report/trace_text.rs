//! A trace as text for people, as JSON and as a table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::trace::verdict;
use super::trace_graph::{TraceEdge, TraceGraph, TraceNode};
use super::words::safe;
use crate::untrusted;

/// Characters of a digest that text for people shows.
const SHOWN: usize = 12;

/// Returns the links in the order of the chain: what each leads from, and to which bytes.
pub(crate) fn text(graph: &TraceGraph) -> String {
    let nodes = by_id(graph);
    let mut out = String::new();
    let mut line = |text: String| {
        let _ = writeln!(out, "{}", safe(&text));
    };
    let mut edges: Vec<&TraceEdge> = graph.edges.iter().collect();
    let place = |id: &str| nodes.get(id).map(|node| (node.kind, node.id.as_str()));
    edges.sort_by_key(|edge| (place(&edge.from), place(&edge.to), edge.relation, &edge.broken));
    let mut last = "";
    // A record covers many sections of one file.
    let is_like = |one: &&TraceEdge, other: &&TraceEdge| {
        let key = |it: &TraceEdge| (it.from.clone(), it.to.clone(), it.relation, it.broken.clone());
        key(one) == key(other)
    };
    for edges in edges.chunk_by(is_like) {
        let edge = edges[0];
        if last != edge.from {
            last = &edge.from;
            line(nodes.get(last).map_or_else(|| last.to_owned(), |node| described(node)));
        }
        let to = nodes.get(edge.to.as_str()).map_or_else(|| edge.to.clone(), |node| short(node));
        let times =
            if edges.len() > 1 { format!(" ({} times)", edges.len()) } else { String::new() };
        match &edge.broken {
            None => line(format!("  {} {to}{times}", edge.relation)),
            Some(why) => line(format!("  BROKEN: {} {to}: {why}{times}", edge.relation)),
        }
    }
    line(verdict(graph));
    out
}

fn by_id(graph: &TraceGraph) -> BTreeMap<&str, &TraceNode> {
    graph.nodes.iter().map(|node| (node.id.as_str(), node)).collect()
}

/// Returns a node with its place and the beginning of its digest.
fn described(node: &TraceNode) -> String {
    let label = if node.label.is_empty() { String::new() } else { format!(": {}", node.label) };
    let lines = node.lines.map_or_else(String::new, |[first, _]| format!(":{first}"));
    let place = match &node.path {
        Some(path) if *path != node.name => format!(" ({path}{lines})"),
        _ => String::new(),
    };
    format!("{} {}{place}{label}", node.kind.name(), node.name)
}

fn short(node: &TraceNode) -> String {
    let digest = node.sha256.as_ref().and_then(|hex| hex.get(..SHOWN));
    let digest = digest.map_or_else(String::new, |hex| format!(", sha256 {hex}..."));
    format!("{} {}{digest}", node.kind.name(), node.name)
}

/// Returns nodes and links as JSON, one final line break.
pub(crate) fn json(graph: &TraceGraph) -> String {
    untrusted::json(serde_json::to_string_pretty(graph).unwrap_or_default()) + "\n"
}

/// Returns a row for each link, with the bytes that it leads to.
pub(crate) fn csv(graph: &TraceGraph) -> String {
    let nodes = by_id(graph);
    let head = ["from", "relation", "to", "path", "lines", "sha256", "signed-sha256", "broken"];
    let rows = graph.edges.iter().map(|edge| {
        let to = nodes.get(edge.to.as_str());
        let lines = to.and_then(|it| it.lines).map(|[first, last]| format!("{first}-{last}"));
        vec![
            edge.from.clone(),
            edge.relation.to_owned(),
            edge.to.clone(),
            to.and_then(|it| it.path.clone()).unwrap_or_default(),
            lines.unwrap_or_default(),
            to.and_then(|it| it.sha256.clone()).unwrap_or_default(),
            edge.signed_sha256.clone().unwrap_or_default(),
            edge.broken.clone().unwrap_or_default(),
        ]
    });
    untrusted::csv(std::iter::once(head.map(str::to_owned).to_vec()).chain(rows))
}
