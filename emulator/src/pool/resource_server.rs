//! Scopes of a site's own APIs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// `ResourceServerType`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ResourceServer {
    pub(crate) user_pool_id: String,
    pub(crate) identifier: String,
    name: String,
    #[serde(default)]
    scopes: Vec<Scope>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Scope {
    scope_name: String,
    scope_description: String,
}

/// The resource servers of a pool, by their identifiers.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct ResourceServers {
    servers: BTreeMap<String, ResourceServer>,
}

impl ResourceServers {
    pub(crate) fn add(&mut self, server: ResourceServer) -> Result<(), Failure> {
        let identifier = server.identifier.clone();
        if self.servers.contains_key(&identifier) {
            return Err(Failure::invalid_parameter(format!(
                "{identifier} already exists in user pool {}.",
                server.user_pool_id
            )));
        }
        self.servers.insert(identifier, server);
        Ok(())
    }

    pub(crate) fn get_mut(&mut self, identifier: &str) -> Result<&mut ResourceServer, Failure> {
        self.servers.get_mut(identifier).ok_or_else(|| {
            Failure::not_found(format!("Resource server {identifier} does not exist."))
        })
    }

    pub(crate) fn remove(&mut self, identifier: &str) -> Result<(), Failure> {
        self.get_mut(identifier)?;
        self.servers.remove(identifier);
        Ok(())
    }

    pub(crate) fn list(&self) -> Vec<&ResourceServer> {
        self.servers.values().collect()
    }

    /// Whether `<identifier>/<scope>` is a scope of one of them.
    pub(crate) fn knows(&self, scope: &str) -> bool {
        let Some((identifier, name)) = scope.rsplit_once('/') else {
            return false;
        };
        self.servers
            .get(identifier)
            .is_some_and(|server| server.scopes.iter().any(|it| it.scope_name == name))
    }
}
