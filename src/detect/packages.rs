//! Which packages bring a library, so that what code imports and what a manifest lists are one.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::languages;
use crate::catalog::embedded;

/// The modules of Python that are told as libraries, with the packages that are called otherwise.
fn modules() -> &'static BTreeMap<String, Vec<String>> {
    static MODULES: LazyLock<BTreeMap<String, Vec<String>>> = LazyLock::new(|| {
        embedded("code/python-modules", include_str!("../../data/code/python-modules.yaml"))
    });
    &MODULES
}

/// Returns the names of the modules of Python that are told as libraries.
pub(super) fn python_modules() -> impl Iterator<Item = &'static str> {
    modules().keys().map(String::as_str)
}

/// Returns the name under which the import of a module of Python is told.
pub(super) fn python_module(root: &str) -> Option<&'static str> {
    modules().get_key_value(root).map(|(name, _)| name.as_str())
}

/// Returns the packages that bring a library, of any language; `*` at an end is any rest.
pub(crate) fn packages_of(library: &str) -> Vec<String> {
    let mut all = languages::packages_of(library);
    if let Some(packages) = modules().get(library) {
        all.extend(packages.iter().cloned());
        all.push(library.to_owned());
    }
    all
}

/// Whether a package of a manifest is the one that is meant, in the spelling of any index.
pub(crate) fn is_package(found: &str, meant: &str) -> bool {
    let plain = |text: &str| text.to_ascii_lowercase().replace('_', "-");
    let found = plain(found);
    match meant.strip_suffix('*') {
        Some(beginning) => found.starts_with(&plain(beginning)),
        None => found == plain(meant),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_brought_by_its_packages() {
        assert!(packages_of("sklearn").contains(&"scikit-learn".to_owned()));
        assert!(packages_of("langchain").iter().any(|it| is_package("langchain", it)));
        assert!(is_package("Llama_Index-core", "llama-index*"));
        assert!(!is_package("torchvision", "torch"));
    }

    #[test]
    fn no_module_is_a_client_of_a_service() {
        let services = &super::super::signs::signs().services;
        for module in python_modules() {
            let package = module.replace('_', "-");
            let is_client = services.iter().any(|it| it.packages.contains(&package));
            assert!(!is_client || module == "litellm", "{module}");
        }
    }
}
