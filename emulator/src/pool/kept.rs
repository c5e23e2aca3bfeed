//! What the API is given and the emulator only gives back: configuration of risk, pages, logs, terms.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::keep;

/// Documents by their kind and their name.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Kept {
    #[serde(with = "keep::pairs")]
    documents: BTreeMap<(String, String), Map<String, Value>>,
}

impl Kept {
    pub(crate) fn get(&self, kind: &str, name: &str) -> Option<&Map<String, Value>> {
        self.documents.get(&(kind.to_owned(), name.to_owned()))
    }

    pub(crate) fn put(&mut self, kind: &str, name: &str, document: Map<String, Value>) {
        self.documents
            .insert((kind.to_owned(), name.to_owned()), document);
    }

    pub(crate) fn remove(&mut self, kind: &str, name: &str) -> Option<Map<String, Value>> {
        self.documents.remove(&(kind.to_owned(), name.to_owned()))
    }

    pub(crate) fn list<'a>(
        &'a self,
        kind: &'a str,
    ) -> impl Iterator<Item = &'a Map<String, Value>> {
        self.documents
            .iter()
            .filter(move |((it, _), _)| it == kind)
            .map(|(_, document)| document)
    }
}
