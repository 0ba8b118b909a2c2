//! The dotted names of Python that count, and whether a source can hold one.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::signs::signs;

/// The dotted paths the signs name, and every path on the way to one.
pub(super) struct Listed {
    /// First parts.
    pub(super) roots: BTreeSet<&'static str>,
    /// Listed paths and their beginnings.
    pub(super) paths: BTreeSet<&'static str>,
    /// Last parts of calls that load from a hub.
    pub(super) loaders: BTreeSet<&'static str>,
}

pub(super) fn listed() -> &'static Listed {
    static LISTED: LazyLock<Listed> = LazyLock::new(|| {
        let signs = signs();
        let services = signs.services.iter().flat_map(|service| {
            let with = service.calls_with.iter().map(|with| &with.call);
            service.clients.iter().chain(&service.calls).chain(with)
        });
        let models = &signs.models;
        let all =
            services.chain(&models.bases).chain(&models.training_calls).chain(&models.use_calls);
        let all = all
            .chain(&models.training_modules)
            .chain(signs.hub.iter().flat_map(|loader| &loader.modules));
        let all: Vec<&str> = all
            .chain(models.training_methods.iter().flat_map(|it| &it.modules))
            .map(String::as_str)
            .collect();
        let beginnings =
            |path: &'static str| path.match_indices('.').map(|(at, _)| &path[..at]).chain([path]);
        Listed {
            roots: all.iter().map(|path| root(path)).collect(),
            paths: all.iter().flat_map(|path| beginnings(path)).collect(),
            loaders: signs.hub.iter().map(|loader| loader.call.as_str()).collect(),
        }
    });
    &LISTED
}

/// Whether a source imports any module that could matter. Cheap, and wrong on the side of parsing:
/// the words may stand in a comment, and the statement may go on behind a backslash.
pub(super) fn may_matter(source: &[u8]) -> bool {
    static IMPORTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let modules = listed().roots.iter().copied().collect::<Vec<_>>().join("|");
        Regex::new(&format!(r"(?-u)\b(?:import|from)\b(?:[^\n\\]|\\\r?\n|\\)*?\b(?:{modules})\b"))
            .ok()
    });
    IMPORTS.as_ref().is_none_or(|imports| imports.is_match(source))
}

pub(super) fn root(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or_default()
}

pub(super) fn last(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or_default()
}
