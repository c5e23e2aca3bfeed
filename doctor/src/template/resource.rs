//! What both kinds of templates hold, put together to user pools and their app clients.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::pool::{AppClient, Domain, IdentityProvider, MfaConfig, UserPool};
use crate::setting::{Setting, UNKNOWN};
use crate::view::{ClientView, Place, PoolView};

/// A resource of Cognito's, with its settings as the API spells them.
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) kind: Kind,
    /// Its name in the template.
    pub(super) name: String,
    /// What others refer to it by, which all of its copies share.
    pub(super) key: String,
    /// Which copy it is; empty without copies.
    pub(super) copy: String,
    pub(super) pool: Owner,
    /// The app client that a style is for.
    pub(super) client: Owner,
    /// Whether the deployment decides if it is there at all.
    pub(super) is_conditional: bool,
    pub(super) settings: Value,
    /// The answer of `GetUserPoolMfaConfig`, for a pool.
    pub(super) mfa: Value,
    pub(super) line: usize,
    pub(super) lines: BTreeMap<String, usize>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Pool,
    Client,
    Domain,
    Provider,
    Style,
}

/// What a resource belongs to.
#[derive(Debug, Default)]
pub(super) enum Owner {
    /// A resource of the same template, by its key.
    Named(String),
    /// Something outside of the template: a parameter, an id.
    Outside,
    #[default]
    Unknown,
}

/// Puts the resources together. An app client whose pool is elsewhere is looked at alone.
pub(super) fn assemble(file: &str, resources: Vec<Resource>) -> Result<Vec<PoolView>, String> {
    let template = Template { file, resources };
    let mut views = Vec::new();

    for pool in template.of(Kind::Pool) {
        views.push(template.pool(pool)?);
    }
    for client in template.of(Kind::Client) {
        if template.owner(client).is_none() {
            views.push(PoolView {
                name: "elsewhere".to_owned(),
                pool: Setting::Unknown,
                mfa: Setting::Unknown,
                domains: Setting::Unknown,
                providers: Setting::Unknown,
                clients: vec![template.client(client)?],
                place: template.place(client),
                unseen: Vec::new(),
            });
        }
    }

    match views.is_empty() {
        true => Err("it has neither a user pool nor an app client".to_owned()),
        false => Ok(views),
    }
}

struct Template<'a> {
    file: &'a str,
    resources: Vec<Resource>,
}

impl Template<'_> {
    fn of(&self, kind: Kind) -> impl Iterator<Item = &Resource> {
        self.resources.iter().filter(move |it| it.kind == kind)
    }

    /// The pool that a resource belongs to. If there is one pool, what is not known belongs to it.
    fn owner(&self, resource: &Resource) -> Option<&Resource> {
        let mut pools: Vec<_> = self.of(Kind::Pool).collect();
        match &resource.pool {
            Owner::Named(key) => pools.retain(|pool| pool.key == *key),
            Owner::Outside => pools.clear(),
            Owner::Unknown => {}
        }
        match pools[..] {
            [pool] => Some(pool),
            // Of several copies, the one with the same number.
            _ => {
                pools.retain(|pool| !pool.copy.is_empty() && pool.copy == resource.copy);
                pools.first().copied()
            }
        }
    }

    fn members<'a>(&'a self, pool: &'a Resource, kind: Kind) -> Vec<&'a Resource> {
        let is_its = |it: &&Resource| {
            let owner = self.owner(it);
            owner.is_some_and(|owner| std::ptr::eq(owner, pool))
        };
        self.of(kind).filter(is_its).collect()
    }

    fn pool(&self, pool: &Resource) -> Result<PoolView, String> {
        let clients = self.members(pool, Kind::Client).into_iter();
        let clients: Result<Vec<_>, _> = clients.map(|client| self.client(client)).collect();
        let mut place = self.place(pool);
        let domains = self.members(pool, Kind::Domain);
        let providers = self.members(pool, Kind::Provider);
        for member in domains.iter().chain(&providers) {
            for (name, line) in &member.lines {
                place.settings.entry(name.clone()).or_insert(*line);
            }
        }

        Ok(PoolView {
            name: pool.name.clone(),
            pool: read::<UserPool>(pool, &pool.settings)?.into(),
            mfa: match pool.mfa == UNKNOWN {
                true => Setting::Unknown,
                false => read::<MfaConfig>(pool, &pool.mfa)?.into(),
            },
            // A domain may well come from another template; a provider may not, since the app
            // client that names it comes after it.
            domains: match domains.is_empty() {
                true => Setting::Unknown,
                false => all::<Domain>(&domains)?,
            },
            providers: all::<IdentityProvider>(&providers)?,
            clients: clients?,
            place,
            unseen: Vec::new(),
        })
    }

    fn client(&self, client: &Resource) -> Result<ClientView, String> {
        let styles = self.of(Kind::Style);
        let its = styles.filter(|style| match &style.client {
            Owner::Named(key) => {
                let copies = [&style.copy, &client.copy];
                let same = copies[0] == copies[1] || copies.iter().any(|copy| copy.is_empty());
                *key == client.key && same
            }
            Owner::Outside => false,
            Owner::Unknown => true,
        });
        let its: Vec<_> = its.collect();
        let is_certain =
            |style: &&&Resource| !style.is_conditional && matches!(style.client, Owner::Named(_));

        Ok(ClientView {
            name: client.name.clone(),
            client: read::<AppClient>(client, &client.settings)?,
            is_styled: match (its.is_empty(), its.iter().any(|it| is_certain(&it))) {
                (true, _) => false.into(),
                (false, true) => true.into(),
                (false, false) => Setting::Unknown,
            },
            place: self.place(client),
        })
    }

    fn place(&self, resource: &Resource) -> Place {
        Place {
            file: Some(self.file.to_owned()),
            line: resource.line,
            settings: resource.lines.clone(),
        }
    }
}

/// All of a kind, unless the deployment decides about one of them.
fn all<T: DeserializeOwned>(resources: &[&Resource]) -> Result<Setting<Vec<T>>, String> {
    if resources.iter().any(|it| it.is_conditional) {
        return Ok(Setting::Unknown);
    }
    let all = resources.iter().map(|it| read(it, &it.settings));
    Ok(Setting::Known(all.collect::<Result<_, _>>()?))
}

/// Problems show no values: one may be a secret.
fn read<T: DeserializeOwned>(resource: &Resource, settings: &Value) -> Result<T, String> {
    serde_path_to_error::deserialize(settings).map_err(|error| {
        let (name, path) = (&resource.name, error.path());
        format!("`{path}` of {name} has a value of another kind")
    })
}

/// Texts where the API has numbers and truth values, which templates may write so.
pub(super) fn mend(settings: &mut Value) {
    const FLAGS: [&str; 12] = [
        "AllowAdminCreateUserOnly",
        "AllowedOAuthFlowsUserPoolClient",
        "CaseSensitive",
        "ChallengeRequiredOnNewDevice",
        "DeveloperOnlyAttribute",
        "DeviceOnlyRememberedOnUserPrompt",
        "EnablePropagateAdditionalUserContextData",
        "EnableTokenRevocation",
        "Enabled",
        "GenerateSecret",
        "Mutable",
        "Required",
    ];
    const NUMBERS: [&str; 9] = [
        "AccessTokenValidity",
        "AuthSessionValidity",
        "IdTokenValidity",
        "ManagedLoginVersion",
        "MinimumLength",
        "Priority",
        "RefreshTokenValidity",
        "RetryGracePeriodSeconds",
        "TemporaryPasswordValidityDays",
    ];

    match settings {
        Value::Object(members) => {
            for (name, member) in members {
                let text = member.as_str();
                let flag = text.filter(|_| FLAGS.contains(&name.as_str()));
                let number = text.filter(|_| NUMBERS.contains(&name.as_str()));
                if let Some(flag) = flag.and_then(|text| text.to_lowercase().parse::<bool>().ok()) {
                    *member = flag.into();
                } else if let Some(number) = number.and_then(|text| text.parse::<i64>().ok()) {
                    *member = number.into();
                } else {
                    mend(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mend),
        _ => {}
    }
}
