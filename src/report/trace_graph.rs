//! The graph of a trace: what leads from a requirement to exact bytes, link by link.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::Serialize;

/// Something that a trace leads through. The order is that of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum TraceKind {
    Requirement,
    Risk,
    Measure,
    Control,
    Document,
    Test,
    Record,
    Signer,
    File,
}

impl TraceKind {
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }
}

/// A node of a trace.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct TraceNode {
    /// What it is called here: its kind and a name, such as `risk:credit-scoring/R-4`.
    pub(crate) id: String,
    pub(crate) kind: TraceKind,
    /// What it is called elsewhere, so that a trace can begin at it.
    pub(crate) name: String,
    /// What it says, in a few words.
    pub(crate) label: String,
    /// The system it belongs to.
    pub(crate) system: Option<String>,
    /// The file it stands in, with the lines, and the SHA-256 of its bytes.
    pub(crate) path: Option<String>,
    pub(crate) lines: Option<[usize; 2]>,
    pub(crate) sha256: Option<String>,
}

/// A link of a trace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct TraceEdge {
    pub(crate) from: String,
    pub(crate) relation: &'static str,
    pub(crate) to: String,
    /// Why it leads nowhere; absent where it holds.
    pub(crate) broken: Option<String>,
    /// The digest that was signed of what it leads to.
    pub(crate) signed_sha256: Option<String>,
    /// The risk whose chain it belongs to: a control of two risks joins them, and the test of one
    /// says nothing of the other.
    #[serde(skip)]
    pub(crate) chain: Option<String>,
}

/// What leads from requirements to bytes.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct TraceGraph {
    pub(crate) nodes: Vec<TraceNode>,
    pub(crate) edges: Vec<TraceEdge>,
}

impl TraceGraph {
    /// Adds a node once, and returns its id.
    pub(super) fn node(&mut self, known: &mut BTreeSet<String>, node: TraceNode) -> String {
        let id = node.id.clone();
        if known.insert(id.clone()) {
            self.nodes.push(node);
        }
        id
    }

    /// Returns the links that lead nowhere.
    pub(crate) fn broken(&self) -> impl Iterator<Item = &TraceEdge> {
        self.edges.iter().filter(|edge| edge.broken.is_some())
    }

    /// Returns what a text names: a node by its id or name, a file, or a digest of bytes or of
    /// what was signed.
    fn named(&self, from: &str) -> BTreeSet<&str> {
        let digest = from.strip_prefix("sha256:");
        let is_named = |node: &&TraceNode| match digest {
            Some(hex) => node.sha256.as_deref() == Some(hex),
            None => node.id == from || node.name == from,
        };
        let nodes = self.nodes.iter().filter(is_named).map(|node| node.id.as_str());
        let signed = self
            .edges
            .iter()
            .filter(|edge| digest.is_some() && edge.signed_sha256.as_deref() == digest);
        nodes.chain(signed.map(|edge| edge.to.as_str())).collect()
    }

    /// Returns what leads to and from the thing that a text names, both ways. None where it names
    /// nothing here.
    pub(crate) fn about(&self, from: &str) -> Option<Self> {
        let starts = self.named(from);
        if starts.is_empty() {
            return None;
        }
        let mut kept = self.reached(&starts, |edge| (&edge.from, &edge.to));
        kept.extend(self.reached(&starts, |edge| (&edge.to, &edge.from)));
        let edges: Vec<TraceEdge> =
            kept.into_iter().filter_map(|at| self.edges.get(at).cloned()).collect();
        let ends = edges.iter().flat_map(|edge| [edge.from.as_str(), edge.to.as_str()]);
        let named: BTreeSet<&str> = ends.chain(starts).collect();
        let nodes = self.nodes.iter().filter(|it| named.contains(it.id.as_str())).cloned();
        Some(Self { nodes: nodes.collect(), edges })
    }

    /// Returns the positions of the links that are reached in one direction.
    fn reached<'g>(
        &'g self,
        starts: &BTreeSet<&'g str>,
        ends: impl Fn(&'g TraceEdge) -> (&'g String, &'g String),
    ) -> BTreeSet<usize> {
        let mut leaving: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, edge) in self.edges.iter().enumerate() {
            leaving.entry(ends(edge).0).or_default().push(at);
        }
        let mut kept = BTreeSet::new();
        let mut seen: BTreeSet<(&str, Option<&str>)> = BTreeSet::new();
        let mut next: VecDeque<(&str, Option<&str>)> =
            starts.iter().map(|start| (*start, self.chain_of(start))).collect();
        while let Some((node, chain)) = next.pop_front() {
            if !seen.insert((node, chain)) {
                continue;
            }
            for at in leaving.get(node).into_iter().flatten() {
                let edge = &self.edges[*at];
                let own = edge.chain.as_deref();
                if chain.is_some() && own.is_some() && own != chain {
                    continue;
                }
                kept.insert(*at);
                next.push_back((ends(edge).1, chain.or(own)));
            }
        }
        kept
    }

    /// Returns the chain that a node is the risk of.
    fn chain_of<'g>(&'g self, id: &'g str) -> Option<&'g str> {
        self.edges.iter().any(|edge| edge.chain.as_deref() == Some(id)).then_some(id)
    }
}
