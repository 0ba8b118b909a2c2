//! Python source: models and datasets that are loaded from a hub by their ids.

use super::model_ids::{is_hub_id, is_version};
use super::python::{Module, detection};
use super::python_names::root;
use super::python_reader::PythonCall;
use super::signs::{HubLoader, signs};
use super::uses;
use crate::asset::{AssetKind, Detection};
use crate::span::Span;

impl<'s> Module<'_, 's> {
    /// What a call loads from a hub; `None` where it is no such call, nothing inside where that is
    /// no model and no dataset of another's.
    pub(super) fn hub_call(
        &self,
        call: &PythonCall,
        span: Span,
        method: Option<&str>,
        written: &str,
        paths: &[String],
    ) -> Option<Vec<Detection>> {
        let name = method.or_else(|| paths.first()?.rsplit('.').next())?;
        let is_loaded = |loader: &&&HubLoader| {
            loader.call == name
                && ((paths.is_empty() && !loader.whole && self.may_load(written, loader))
                    || paths.iter().any(|path| loader.modules.contains(root(path))))
        };
        let loader = self.hub.iter().find(is_loaded)?;
        // A hub holds datasets and applications as well.
        let kind = self.argument(call, None, &["repo_type".to_owned()]);
        let id = self.argument(call, Some(loader.position), &loader.arguments);
        let revision = self.argument(call, None, &["revision".to_owned()]);
        let version = revision.filter(|it| is_version(it)).map(str::to_owned);
        if loader.data || kind == Some("dataset") {
            let id = id.filter(|id| is_hub_id(id) && !signs().builders.contains(*id));
            let found = id.map(|id| detection(AssetKind::HubDataset, id, span));
            return Some(found.map(|it| Detection { version, ..it }).into_iter().collect());
        }
        if kind.is_some_and(|kind| kind != "model") {
            return Some(Vec::new());
        }
        let task = (name == "pipeline")
            .then(|| self.argument(call, Some(0), &["task".to_owned()]))
            .flatten();
        let callees = paths.iter().map(String::as_str).chain([written]);
        let generates = uses::generates(callees, task);
        let ids = match id {
            Some(id) => vec![id],
            None => self.choices(call, loader),
        };
        let ids: Vec<&str> = ids.into_iter().filter(|id| is_hub_id(id)).collect();
        let mut found: Vec<Detection> =
            ids.into_iter().map(|id| detection(AssetKind::HubModel, id, span)).collect();
        if found.is_empty() {
            // A folder or a file of its own, or nothing that the code tells.
            let named = paths.first().map_or(name, String::as_str);
            found.push(detection(AssetKind::ModelUse, named, span));
        }
        found.iter_mut().for_each(|it| (it.version, it.generates) = (version.clone(), generates));
        Some(found)
    }

    /// The ids that a name may be which a loader is given: what the source compares it with.
    fn choices(&self, call: &PythonCall, loader: &HubLoader) -> Vec<&'s str> {
        let value = self.value(call, Some(loader.position), &loader.arguments);
        let name = value.map(|it| self.text.written(&it)).unwrap_or_default();
        self.choices.get(name).cloned().unwrap_or_default()
    }

    /// Whether something that is not imported from a listed module may load from a hub: not where
    /// it is a class that comes from elsewhere.
    fn may_load(&self, written: &str, loader: &HubLoader) -> bool {
        loader.call == "from_pretrained" || !self.scope.is_foreign(written)
    }
}
