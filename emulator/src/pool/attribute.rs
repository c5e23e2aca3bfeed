//! Which user attributes a pool knows.

use std::collections::BTreeSet;

use serde_json::Value;

use super::account::Account;
use super::code::Purpose;
use super::directory::Directory;
use super::schema::Schema;
use crate::failure::Failure;
use crate::random;
use crate::wire::{Attribute, CodeDeliveryDetails};

/// Whether attributes make a user or change one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Writing {
    New,
    Change,
}

/// Checks that attributes may be written: the pool knows them, and their values have the right form.
pub(crate) fn check_attributes(
    schema: &Schema,
    attributes: &[Attribute],
    writing: Writing,
) -> Result<(), Failure> {
    let refuse = |complaint: String| {
        Err(Failure::invalid_parameter(format!(
            "Attributes did not conform to the schema: {complaint}\n"
        )))
    };
    for Attribute { name, value } in attributes {
        if !schema.knows(name) {
            return Err(Failure::invalid_parameter(match writing {
                Writing::New => format!(
                    "Attributes did not conform to the schema: Type for attribute {{{name}}} could not be determined"
                ),
                Writing::Change => {
                    format!("user.{name}: Attribute does not exist in the schema.\n")
                }
            }));
        }
        if name == "sub" {
            return Err(Failure::invalid_parameter(
                "Cannot modify the non-mutable attribute sub",
            ));
        }
        if writing == Writing::Change && !schema.is_mutable(name) {
            return Err(Failure::invalid_parameter(format!(
                "user.{name}: Attribute cannot be updated.\n"
            )));
        }
        if value.is_empty() {
            // An empty value deletes the attribute.
            if writing == Writing::Change && schema.is_required(name) {
                return refuse(format!("{name}: The attribute is required"));
            }
            continue;
        }
        if let Some(complaint) = schema.complaint(name, value) {
            return refuse(complaint);
        }
        let is_formed = match name.as_str() {
            "email" => value
                .split_once('@')
                .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.')),
            "phone_number" => {
                value.len() > 1
                    && value
                        .strip_prefix('+')
                        .is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit()))
            }
            _ => true,
        };
        if !is_formed {
            return Err(Failure::invalid_parameter(match name.as_str() {
                "email" => "Invalid email address format.",
                _ => "Invalid phone number format.",
            }));
        }
    }
    Ok(())
}

impl Account {
    /// Writes attributes; an empty value deletes. A changed address or number is no longer verified.
    ///
    /// Gives back the names of the addresses and numbers that are new.
    pub(crate) fn write(&mut self, attributes: &[Attribute]) -> Vec<String> {
        let mut changed = Vec::new();
        for Attribute { name, value } in attributes {
            if value.is_empty() {
                self.erase(name);
                continue;
            }
            let earlier = self.attributes.insert(name.clone(), value.clone());
            let is_contact = name == "email" || name == "phone_number";
            if is_contact && earlier.as_ref() != Some(value) {
                let flag = format!("{name}_verified");
                self.attributes.insert(flag, "false".to_owned());
                changed.push(name.clone());
            }
        }
        for Attribute { name, value } in attributes {
            // The flag counts wherever it stands in the list.
            if name.ends_with("_verified") && !value.is_empty() {
                let value = value.to_ascii_lowercase();
                self.attributes.insert(name.clone(), value.clone());
                changed.retain(|it| value != "true" || name.strip_suffix("_verified") != Some(it));
            }
        }
        changed
    }

    /// The same, but for new addresses and numbers of these names: they wait until they are proved.
    pub(crate) fn write_or_hold(
        &mut self,
        attributes: &[Attribute],
        held: &BTreeSet<String>,
    ) -> Vec<String> {
        let is_proved = |name: &str| {
            let flag = format!("{name}_verified");
            let mut flags = attributes.iter().filter(|it| it.name == flag);
            flags.any(|it| it.value.eq_ignore_ascii_case("true"))
        };
        let (waiting, written): (Vec<_>, Vec<_>) = attributes.iter().cloned().partition(|it| {
            held.contains(&it.name)
                && !it.value.is_empty()
                && self.attribute(&it.name) != Some(&it.value)
                && !is_proved(&it.name)
        });
        let mut changed = self.write(&written);
        for Attribute { name, value } in waiting {
            self.unproved.insert(name.clone(), value);
            changed.push(name);
        }
        changed
    }

    /// Writes the attributes of a new user as they are given, and nothing else.
    pub(crate) fn fill(&mut self, attributes: &[Attribute]) {
        for Attribute { name, value } in attributes.iter().filter(|it| !it.value.is_empty()) {
            let value = match name.ends_with("_verified") {
                true => value.to_ascii_lowercase(),
                false => value.clone(),
            };
            self.attributes.insert(name.clone(), value);
        }
    }

    /// Deletes an attribute, with the flag that says whether it is verified.
    pub(crate) fn erase(&mut self, name: &str) {
        self.attributes.remove(name);
        self.attributes.remove(&format!("{name}_verified"));
    }
}

impl Directory {
    /// Refuses attributes that the app client of a user may not write.
    pub(crate) fn check_writable<'a>(
        &self,
        client_id: &str,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), Failure> {
        let client = self.client(client_id)?;
        for name in names {
            // Whether an address is verified is for the pool to say.
            if name.ends_with("_verified") || !client.may_write(name) {
                return Err(Failure::not_authorized(
                    "A client attempted to write unauthorized attribute",
                ));
            }
        }
        Ok(())
    }

    /// Sends a code to a contact that is not verified, and tells where it went.
    pub(crate) fn send_attribute_code(
        &mut self,
        username: &str,
        name: &str,
    ) -> Result<CodeDeliveryDetails, Failure> {
        let now = self.clock.now();
        let code = random::digits(6);
        let account = self.user_mut(username)?;
        let purpose = Purpose::Attribute(name.to_owned());
        account.codes.open_for(purpose, code.clone(), name, now);

        let account = self.user(username)?;
        let destination = account
            .unproved
            .get(name)
            .map(String::as_str)
            .or_else(|| account.attribute(name))
            .ok_or_else(|| Failure::invalid_parameter("User does not have the attribute."))?;
        Ok(self.deliver_to(destination, account, "attribute", name, &code))
    }

    /// Sends codes to those changed contacts that the pool verifies by itself.
    pub(crate) fn send_codes_for(
        &mut self,
        username: &str,
        changed: &[String],
    ) -> Result<Vec<CodeDeliveryDetails>, Failure> {
        changed
            .iter()
            .filter(|name| self.settings.auto_verified_attributes.contains(*name))
            .cloned()
            .collect::<Vec<_>>()
            .iter()
            .map(|name| self.send_attribute_code(username, name))
            .collect()
    }

    /// Refuses a username that has not the form this pool wants.
    pub(crate) fn check_new_username(&self, name: &str) -> Result<(), Failure> {
        let length = name.chars().count();
        if !(1..=128).contains(&length) || name.chars().any(char::is_whitespace) {
            return Err(Failure::invalid_parameter(
                "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy \
                 regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+",
            ));
        }
        let settings = &self.settings;
        let looks_like_email = name.contains('@');
        if settings.alias_attributes.contains("email") && looks_like_email {
            return Err(Failure::invalid_parameter(
                "Username cannot be of email format, since user pool is configured for email alias.",
            ));
        }
        let allowed = &settings.username_attributes;
        let is_phone = name.starts_with('+');
        let fits = allowed.contains("email") && looks_like_email
            || allowed.contains("phone_number") && is_phone;
        if !allowed.is_empty() && !fits {
            let wanted = match (allowed.contains("email"), allowed.contains("phone_number")) {
                (true, true) => "either an email or a phone number",
                (true, false) => "an email",
                _ => "a phone number",
            };
            return Err(Failure::invalid_parameter(format!(
                "Username should be {wanted}."
            )));
        }
        Ok(())
    }

    /// Refuses to delete what a user cannot be without.
    pub(crate) fn check_erasable(&self, names: &[String]) -> Result<(), Failure> {
        for name in names {
            let is_needed = name == "sub"
                || self.settings.schema.is_required(name)
                || self.settings.username_attributes.contains(name);
            if is_needed {
                return Err(Failure::invalid_parameter(format!(
                    "Cannot delete required attribute {name}"
                )));
            }
        }
        let schema = &self.settings.schema;
        let unknown: String = names
            .iter()
            .filter(|name| !schema.knows(name))
            .map(|name| format!("user.{name}: Attribute does not exist in the schema.\n"))
            .collect();
        if !unknown.is_empty() {
            return Err(Failure::invalid_parameter(format!(
                "Invalid user attributes: {unknown}"
            )));
        }
        Ok(())
    }

    /// Refuses an address or number that stands for another user's name.
    pub(crate) fn check_names_are_free(
        &self,
        username: &str,
        attributes: &[Attribute],
    ) -> Result<(), Failure> {
        for Attribute { name, value } in attributes {
            let is_name = self.settings.username_attributes.contains(name);
            let has_it = |account: &&Account| {
                account.username != username && account.attribute(name) == Some(value)
            };
            if is_name && self.accounts.values().any(|account| has_it(&account)) {
                return Err(Failure::new("AliasExistsException", given_exists(name)));
            }
        }
        Ok(())
    }

    /// Takes the contacts as proved that a function wants so: `autoVerifyEmail`, `autoVerifyPhone`.
    pub(crate) fn verify_as_wished(&mut self, username: &str, wishes: &Value) {
        for (wish, name) in [
            ("autoVerifyEmail", "email"),
            ("autoVerifyPhone", "phone_number"),
        ] {
            let account = self.accounts.get_mut(username);
            let account = account.filter(|it| it.attributes.contains_key(name));
            if let (true, Some(account)) = (wishes[wish] == true, account) {
                let flag = format!("{name}_verified");
                account.attributes.insert(flag, "true".to_owned());
                self.take_alias(username, name);
            }
        }
    }

    /// Takes an alias away from everybody but this user.
    pub(crate) fn take_alias(&mut self, username: &str, name: &str) {
        let Some(value) = self.find(username).and_then(|it| it.attribute(name)) else {
            return;
        };
        let value = value.to_owned();
        for account in self.accounts.values_mut() {
            if account.username != username && account.attribute(name) == Some(&value) {
                let flag = format!("{name}_verified");
                account.attributes.insert(flag, "false".to_owned());
            }
        }
    }

    /// Refuses to make an alias of what already is one of somebody else.
    pub(crate) fn check_alias_is_free(&self, username: &str, name: &str) -> Result<(), Failure> {
        let is_alias = self.settings.alias_attributes.contains(name)
            || self.settings.username_attributes.contains(name);
        let value = self.user(username)?.attribute(name).map(str::to_owned);
        let Some(value) = value.filter(|_| is_alias) else {
            return Ok(());
        };
        let is_taken = self.accounts.values().any(|account| {
            account.username != username
                && account.attribute(name) == Some(&value)
                && account.has_verified(name)
        });
        if is_taken {
            return Err(alias_exists(name));
        }
        Ok(())
    }
}

/// What is said of a contact that is a user's name already.
pub(crate) fn given_exists(name: &str) -> String {
    format!("An account with the given {name} already exists.")
}

fn alias_exists(name: &str) -> Failure {
    let what = name.replace('_', " ");
    Failure::new(
        "AliasExistsException",
        format!("An account with the {what} already exists."),
    )
}
