//! Everything that one user pool holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::account::Account;
use super::client::AppClient;
use super::group::Group;
use super::hosted::Hosted;
use super::import_job::ImportJob;
use super::kept::Kept;
use super::oauth::OAuth;
use super::provider::IdentityProvider;
use super::resource_server::ResourceServers;
use super::session::{Login, Sessions};
use super::settings::Settings;
use crate::clock::Clock;
use crate::failure::Failure;
use crate::outbox::{Drafts, Message, Outbox};
use crate::random;
use crate::token::{KeyRing, TokenStore};
use crate::trigger::Triggers;
use crate::wire::{self, CodeDeliveryDetails};

/// The users, groups, app clients, tokens and open challenges of a pool.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Directory {
    pub(crate) id: String,
    /// `iss` of the tokens: the emulator's endpoint and the pool id.
    #[serde(skip)]
    pub(crate) issuer: String,
    pub(crate) settings: Settings,
    #[serde(skip)]
    pub(crate) clock: Clock,
    #[serde(skip)]
    pub(crate) outbox: Outbox,
    pub(crate) created: OffsetDateTime,
    pub(crate) modified: OffsetDateTime,
    pub(crate) clients: BTreeMap<String, AppClient>,
    /// By internal username.
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) groups: BTreeMap<String, Group>,
    pub(crate) providers: BTreeMap<String, IdentityProvider>,
    pub(crate) resource_servers: ResourceServers,
    #[serde(skip)]
    pub(crate) import_jobs: BTreeMap<String, ImportJob>,
    pub(crate) kept: Kept,
    pub(crate) hosted: Hosted,
    #[serde(skip)]
    pub(crate) triggers: Triggers,
    /// What is to be sent as soon as the pool is no longer locked: functions are asked about it.
    #[serde(skip)]
    pub(crate) drafts: Drafts,
    #[serde(skip)]
    pub(crate) sessions: Sessions,
    pub(crate) tokens: TokenStore,
    pub(crate) keys: KeyRing,
}

impl Directory {
    pub(crate) fn new(id: &str) -> Self {
        let clock = Clock::default();
        Self {
            id: id.to_owned(),
            issuer: id.to_owned(),
            settings: Settings::new(id),
            created: clock.now(),
            modified: clock.now(),
            clock,
            outbox: Outbox::default(),
            clients: BTreeMap::new(),
            accounts: BTreeMap::new(),
            groups: BTreeMap::new(),
            providers: BTreeMap::new(),
            resource_servers: ResourceServers::default(),
            import_jobs: BTreeMap::new(),
            kept: Kept::default(),
            hosted: Hosted::default(),
            triggers: Triggers::default(),
            drafts: Drafts::default(),
            sessions: Sessions::default(),
            tokens: TokenStore::default(),
            keys: KeyRing::default(),
        }
    }

    /// The part of the pool id after the underscore, which SRP hashes.
    pub(crate) fn name(&self) -> &str {
        self.id.split_once('_').map_or(&self.id, |(_, name)| name)
    }

    /// Finds a user by username, or by an alias that the pool allows.
    pub(crate) fn find(&self, name: &str) -> Option<&Account> {
        if let Some(account) = self.accounts.get(name) {
            return Some(account);
        }
        // Without aliases there is nowhere else to look, and a seed of many users is read in no time.
        let settings = &self.settings;
        let has_aliases =
            !settings.alias_attributes.is_empty() || !settings.username_attributes.is_empty();
        if settings.case_sensitive && !has_aliases {
            return None;
        }
        self.accounts
            .values()
            .find(|account| self.same(&account.username, name) || self.has_alias(account, name))
    }

    /// Finds a user by the name that it was made with, not by an alias.
    pub(crate) fn find_named(&self, name: &str) -> Option<&Account> {
        let is_only_key =
            self.settings.case_sensitive && self.settings.username_attributes.is_empty();
        if is_only_key {
            self.accounts.get(name)
        } else {
            self.find(name)
        }
    }

    /// Finds a user for a change.
    pub(crate) fn find_mut(&mut self, name: &str) -> Option<&mut Account> {
        let username = self.find(name)?.username.clone();
        self.accounts.get_mut(&username)
    }

    /// Finds a user, or says that there is none.
    pub(crate) fn user(&self, name: &str) -> Result<&Account, Failure> {
        self.find(name).ok_or_else(Failure::user_not_found)
    }

    /// Finds a user for a change, or says that there is none.
    pub(crate) fn user_mut(&mut self, name: &str) -> Result<&mut Account, Failure> {
        self.find_mut(name).ok_or_else(Failure::user_not_found)
    }

    /// Finds a user as admin operations do, which take the `sub` too.
    pub(crate) fn any_user(&self, name: &str) -> Result<&Account, Failure> {
        self.find(name)
            .or_else(|| self.accounts.values().find(|account| account.sub == name))
            .ok_or_else(Failure::user_not_found)
    }

    /// Finds a user for a change as admin operations do.
    pub(crate) fn any_user_mut(&mut self, name: &str) -> Result<&mut Account, Failure> {
        let username = self.any_user(name)?.username.clone();
        self.user_mut(&username)
    }

    /// The user who is logging in, who may have been deleted, replaced or disabled meanwhile.
    pub(crate) fn user_of(&mut self, login: &Login) -> Result<&mut Account, Failure> {
        let account = self.user_mut(&login.username)?;
        if account.sub != login.sub {
            return Err(Failure::user_not_found());
        }
        if !account.enabled {
            return Err(Failure::user_disabled());
        }
        Ok(account)
    }

    pub(crate) fn client(&self, id: &str) -> Result<&AppClient, Failure> {
        self.clients
            .get(id)
            .ok_or_else(|| Failure::not_found(format!("User pool client {id} does not exist.")))
    }

    pub(crate) fn client_mut(&mut self, id: &str) -> Result<&mut AppClient, Failure> {
        self.clients
            .get_mut(id)
            .ok_or_else(|| Failure::not_found(format!("User pool client {id} does not exist.")))
    }

    /// Refuses settings of an app client that name what the pool has not.
    pub(crate) fn check_oauth(&self, oauth: &OAuth, has_secret: bool) -> Result<(), Failure> {
        oauth.check(
            has_secret,
            |scope| self.resource_servers.knows(scope),
            |provider| self.providers.contains_key(provider),
        )
    }

    pub(crate) fn group_mut(&mut self, name: &str) -> Result<&mut Group, Failure> {
        self.groups
            .get_mut(name)
            .ok_or_else(|| Failure::not_found("Group not found."))
    }

    pub(crate) fn provider_mut(&mut self, name: &str) -> Result<&mut IdentityProvider, Failure> {
        self.providers
            .get_mut(name)
            .ok_or_else(|| Failure::not_found(format!("Identity provider {name} does not exist.")))
    }

    /// The groups of a user: lowest precedence value first, then by name.
    pub(crate) fn groups_of(&self, username: &str) -> Vec<&Group> {
        let mut groups: Vec<_> = self
            .groups
            .values()
            .filter(|group| group.members.contains(username))
            .collect();
        groups.sort_by_key(|group| group.precedence.unwrap_or(u32::MAX));
        groups
    }

    /// Puts a user in a group, which is made if it is missing.
    pub(crate) fn join(&mut self, group: &str, username: &str) {
        let now = self.clock.now();
        self.groups
            .entry(group.to_owned())
            .or_insert_with(|| Group::new(group, now))
            .members
            .insert(username.to_owned());
    }

    /// Removes a user with all that hangs on it.
    pub(crate) fn remove(&mut self, username: &str) {
        self.accounts.remove(username);
        for group in self.groups.values_mut() {
            group.members.remove(username);
        }
        self.tokens.revoke_user(username);
    }

    /// Adds an account under the internal username that this pool gives to the chosen name.
    pub(crate) fn create(&mut self, name: &str) -> &mut Account {
        self.create_with_sub(name, &random::uuid())
    }

    /// Adds an account that has its `sub` already.
    pub(crate) fn create_with_sub(&mut self, name: &str, sub: &str) -> &mut Account {
        let now = self.clock.now();
        let by_attribute = self.username_attribute(name);
        let username = if by_attribute.is_some() { sub } else { name };
        let mut account = Account::new(username, sub.to_owned(), now);
        if let Some(attribute) = by_attribute {
            let value = self.fold(name);
            account.attributes.insert(attribute.to_owned(), value);
        }

        let key = account.username.clone();
        self.accounts.entry(key).insert_entry(account).into_mut()
    }

    /// Makes a user under exactly this name, as identity providers do.
    pub(crate) fn create_named(&mut self, username: &str) -> &mut Account {
        let account = Account::new(username, random::uuid(), self.clock.now());
        let key = username.to_owned();
        self.accounts.entry(key).insert_entry(account).into_mut()
    }

    /// The attribute that a sign-in name stands for, in a pool that has `UsernameAttributes`.
    pub(crate) fn username_attribute(&self, name: &str) -> Option<&'static str> {
        let wanted = if name.contains('@') {
            "email"
        } else {
            "phone_number"
        };
        if self.settings.username_attributes.contains(wanted) {
            return Some(wanted);
        }
        // The only kind there is, for a name of neither shape.
        match self
            .settings
            .username_attributes
            .first()
            .map(String::as_str)
        {
            Some("email") => Some("email"),
            Some("phone_number") => Some("phone_number"),
            _ => None,
        }
    }

    /// Sends a code by mail or SMS, that is to the outbox, and tells where it went.
    pub(crate) fn deliver(
        &self,
        account: &Account,
        kind: &str,
        attribute: &str,
        code: &str,
    ) -> Option<CodeDeliveryDetails> {
        let destination = account.attribute(attribute)?;
        Some(self.deliver_to(destination, account, kind, attribute, code))
    }

    /// The same to an address or number that may not be the user's yet.
    pub(crate) fn deliver_to(
        &self,
        destination: &str,
        account: &Account,
        kind: &str,
        attribute: &str,
        code: &str,
    ) -> CodeDeliveryDetails {
        let medium = if attribute == "email" { "EMAIL" } else { "SMS" };
        self.drafts.push(Message {
            username: account.username.clone(),
            kind: kind.to_owned(),
            medium: medium.to_owned(),
            destination: destination.to_owned(),
            code: code.to_owned(),
            subject: None,
            text: None,
        });

        CodeDeliveryDetails {
            destination: wire::mask(destination),
            delivery_medium: medium.to_owned(),
            attribute_name: attribute.to_owned(),
        }
    }

    fn has_alias(&self, account: &Account, name: &str) -> bool {
        let is = |attribute: &str| {
            account
                .attribute(attribute)
                .is_some_and(|value| self.same(value, name))
        };
        let settings = &self.settings;

        settings.username_attributes.iter().any(|it| is(it))
            || settings
                .alias_attributes
                .iter()
                .any(|it| is(it) && (it == "preferred_username" || account.has_verified(it)))
    }

    fn same(&self, one: &str, other: &str) -> bool {
        one == other || !self.settings.case_sensitive && self.fold(one) == self.fold(other)
    }

    pub(super) fn fold(&self, name: &str) -> String {
        if self.settings.case_sensitive {
            name.to_owned()
        } else {
            name.to_lowercase()
        }
    }
}
