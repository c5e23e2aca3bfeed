//! Which user attributes a pool knows.

use super::settings::Settings;
use super::{Account, Directory, Purpose};
use crate::failure::Failure;
use crate::random;
use crate::wire::{Attribute, CodeDeliveryDetails};

const STANDARD: [&str; 20] = [
    "address",
    "birthdate",
    "email",
    "email_verified",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "sub",
    "updated_at",
    "website",
    "zoneinfo",
];

/// Says whether every pool knows the attribute.
pub(super) fn is_standard(name: &str) -> bool {
    STANDARD.contains(&name)
}

/// Checks that attributes may be written: the pool knows them, and their values have the right form.
pub(crate) fn check_attributes(
    settings: &Settings,
    attributes: &[Attribute],
) -> Result<(), Failure> {
    for Attribute { name, value } in attributes {
        let custom = name.strip_prefix("dev:").unwrap_or(name);
        if !is_standard(name) && !settings.custom_attributes.contains(custom) {
            return Err(Failure::invalid_parameter(format!(
                "Attributes did not conform to the schema: Type for attribute {{{name}}} could not be determined"
            )));
        }
        if name == "sub" {
            return Err(Failure::invalid_parameter(
                "Cannot modify the non-mutable attribute sub",
            ));
        }
        if value.chars().count() > 2048 {
            return Err(Failure::invalid_parameter(format!(
                "Attributes did not conform to the schema: {name}: String must be no longer than 2048 characters"
            )));
        }
        if value.is_empty() {
            continue; // an empty value deletes the attribute
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
                self.attributes.insert(name.clone(), value.clone());
                changed.retain(|it| value != "true" || name.strip_suffix("_verified") != Some(it));
            }
        }
        changed
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
        self.deliver(account, "attribute", name, &code)
            .ok_or_else(|| Failure::invalid_parameter("User does not have the attribute."))
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
                || self.settings.required_attributes.contains(name)
                || self.settings.username_attributes.contains(name);
            if is_needed {
                return Err(Failure::invalid_parameter(format!(
                    "Cannot delete required attribute {name}"
                )));
            }
            if !is_standard(name) && !self.settings.custom_attributes.contains(name) {
                return Err(Failure::invalid_parameter(format!(
                    "Attributes did not conform to the schema: {name}: Attribute does not exist in the schema."
                )));
            }
        }
        Ok(())
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
            let what = name.replace('_', " ");
            return Err(Failure::new(
                "AliasExistsException",
                format!("An account with the {what} already exists."),
            ));
        }
        Ok(())
    }
}
