//! User pools with their app clients, as a source shows them: AWS, files, or a template.

use std::collections::BTreeMap;

use crate::facts::Facts;
use crate::pool::{AppClient, Domain, IdentityProvider, MfaConfig, UserPool};
use crate::setting::Setting;
use crate::site::Site;

/// A user pool, and the app clients of it that are to be looked at.
#[derive(Debug)]
pub(crate) struct PoolView {
    /// The id, or the name in a template.
    pub(crate) name: String,
    pub(crate) pool: Setting<UserPool>,
    pub(crate) mfa: Setting<MfaConfig>,
    pub(crate) domains: Setting<Vec<Domain>>,
    pub(crate) providers: Setting<Vec<IdentityProvider>>,
    pub(crate) clients: Vec<ClientView>,
    pub(crate) place: Place,
    /// What AWS did not let us see.
    pub(crate) unseen: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct ClientView {
    /// The id, or the name in a template.
    pub(crate) name: String,
    pub(crate) client: AppClient,
    pub(crate) is_styled: Setting<bool>,
    pub(crate) place: Place,
}

/// Where in a file something stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    pub(crate) file: Option<String>,
    /// Counted from 1; 0 where it is not known.
    pub(crate) line: usize,
    /// The lines of its settings, by their names.
    pub(crate) settings: BTreeMap<String, usize>,
}

impl Place {
    /// The line of a setting such as `PasswordPolicy.MinimumLength`, or of the part of it that is
    /// there.
    pub(crate) fn line_of(&self, setting: &str) -> Option<usize> {
        let mut names = setting.split('.').rev();
        names.find_map(|name| self.settings.get(name)).copied()
    }
}

impl PoolView {
    /// What is known of the pool alone, or of it and one of its app clients.
    pub(crate) fn facts(&self, client: Option<&ClientView>, site: &Site) -> Facts {
        Facts {
            pool: self.pool.clone(),
            client: client.map_or(Setting::Unknown, |it| it.client.clone().into()),
            mfa: self.mfa.clone(),
            domains: self.domains.clone(),
            providers: self.providers.clone(),
            is_styled: client.map_or(Setting::Unknown, |it| it.is_styled.clone()),
            site: site.clone(),
        }
    }
}

/// The domains that `DescribeUserPool` names. Of which version their pages are, it does not tell.
pub(crate) fn named_domains(pool: &UserPool) -> Vec<Domain> {
    let named = [(&pool.domain, false), (&pool.custom_domain, true)];
    let named = named.into_iter().filter_map(|(name, is_custom)| {
        Some(Domain {
            domain: name.clone()?.into(),
            managed_login_version: Setting::Unknown,
            custom_domain_config: is_custom.then_some(serde::de::IgnoredAny),
        })
    });
    named.collect()
}
