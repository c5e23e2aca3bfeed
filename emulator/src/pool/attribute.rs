//! Which user attributes a pool knows.

use super::settings::Settings;
use crate::failure::Failure;
use crate::wire::Attribute;

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

/// Checks that attributes may be written: the pool knows them, and their values have the right form.
pub(crate) fn check_attributes(
    settings: &Settings,
    attributes: &[Attribute],
) -> Result<(), Failure> {
    for Attribute { name, value } in attributes {
        let custom = name.strip_prefix("dev:").unwrap_or(name);
        if !STANDARD.contains(&name.as_str()) && !settings.custom_attributes.contains(custom) {
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
