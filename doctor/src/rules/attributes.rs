//! Which attributes users may change, and where their values go.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html>

use axum_cognito::attribute::ColumnName;
use serde_json::json;

use crate::facts::{Facts, is_standard};
use crate::finding::{Finding, Severity};

const WRITE: &str = "WriteAttributes";

pub(super) fn rights_writable(facts: &Facts) -> Option<Finding> {
    let found: Vec<_> = facts
        .site
        .mapping
        .iter()
        .filter(|(_, column)| column.is_privileged())
        .filter(|(attribute, _)| facts.can_write(attribute) == Some(true))
        .map(|(attribute, column)| format!("{attribute} -> {column}"))
        .collect();

    (!found.is_empty()).then(|| Finding {
        code: "rights-writable",
        severity: Severity::Error,
        setting: WRITE,
        value: json!(found),
        why: "Users can write these attributes themselves, and the columns look as if they carry \
              rights.",
        fix: "update-user-pool-client --write-attributes: name only what users may choose; give \
              rights by groups"
            .into(),
    })
}

/// The name without its prefix, asked in the way that columns are.
pub(super) fn looks_like_rights(facts: &Facts) -> Option<Finding> {
    let list = facts.client()?.write_attributes.told().iter();
    let found: Vec<_> = list
        .filter(|attribute| !is_standard(attribute))
        .filter(|attribute| {
            let name = attribute.rsplit(':').next().unwrap_or(attribute);
            let column = name.replace('-', "_").parse::<ColumnName>();
            column.is_ok_and(|column| column.is_privileged())
        })
        .collect();

    (!found.is_empty()).then(|| Finding {
        code: "custom-rights-writable",
        severity: Severity::Warning,
        setting: WRITE,
        value: json!(found),
        why: "Users can write these themselves, also while signing up, and other programs may take \
              them for rights.",
        fix: "update-user-pool-client --write-attributes: leave them out, and set them by \
              admin-update-user-attributes"
            .into(),
    })
}

pub(super) fn verified_flag_writable(facts: &Facts) -> Option<Finding> {
    let list = facts.client()?.write_attributes.told().iter();
    let found: Vec<_> = list.filter(|name| name.ends_with("_verified")).collect();

    (!found.is_empty()).then(|| Finding {
        code: "verified-flag-writable",
        severity: Severity::Error,
        setting: WRITE,
        value: json!(found),
        why: "Whoever can say that an address is verified can take anybody's address.",
        fix: "update-user-pool-client --write-attributes: leave them out".into(),
    })
}

pub(super) fn write_attributes_unset(facts: &Facts) -> Option<Finding> {
    facts.client()?.write_attributes.is_empty()?.then(|| Finding {
        code: "write-attributes-unset",
        severity: Severity::Warning,
        setting: WRITE,
        value: json!(null),
        why: "Without a list users may change every standard attribute, also those that your forms \
              do not show.",
        fix: "update-user-pool-client --write-attributes email given_name family_name".into(),
    })
}

pub(super) fn read_attributes_lack_mapped(facts: &Facts) -> Option<Finding> {
    let list = &facts.client()?.read_attributes;
    let found = mapped_where(facts, |attribute| facts.can_read(attribute) == Some(false));

    (!found.is_empty()).then(|| Finding {
        code: "read-attributes-lack-mapped",
        severity: Severity::Warning,
        setting: "ReadAttributes",
        value: match list.told() {
            [] => json!(null),
            list => json!(list),
        },
        why: "The site maps attributes that it may not read, so their columns stay as they are. \
              Without a list AWS grants the standard ones.",
        fix: format!(
            "update-user-pool-client --read-attributes: add {}",
            found.join(" ")
        )
        .into(),
    })
}

pub(super) fn mapped_attribute_unknown(facts: &Facts) -> Option<Finding> {
    let schema = facts.pool()?.schema_attributes.known()?;
    let names: Option<Vec<_>> = schema.iter().map(|known| known.name.known()).collect();
    let names = names?;
    let found = mapped_where(facts, |attribute| {
        !is_standard(attribute) && !names.contains(&attribute)
    });

    (!found.is_empty()).then(|| Finding {
        code: "mapped-attribute-unknown",
        severity: Severity::Warning,
        setting: "SchemaAttributes",
        value: json!(found),
        why: "The site maps attributes that the user pool does not have, so their columns stay empty.",
        fix: "add-custom-attributes (the name without `custom:`), or mend COGNITO_ATTR_MAPPING"
            .into(),
    })
}

pub(super) fn form_attribute_read_only(facts: &Facts) -> Option<Finding> {
    let list = &facts.client()?.write_attributes;
    let form = facts.site.profile_attributes.iter();
    let found: Vec<_> = form
        .filter(|name| facts.can_write(name) == Some(false))
        .collect();

    (!found.is_empty()).then(|| Finding {
        code: "profile-attribute-read-only",
        severity: Severity::Error,
        setting: WRITE,
        value: json!(list),
        why: "The form for one's own details has fields that Cognito refuses to change.",
        fix: format!(
            "update-user-pool-client --write-attributes: add {found:?}, or name others in \
             Pages::with_profile_attributes"
        )
        .into(),
    })
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-email-phone-verification.html>
pub(super) fn change_before_verification(facts: &Facts) -> Option<Finding> {
    let settings = facts.pool()?.user_attribute_update_settings.known()?;
    let kept = &settings.attributes_require_verification_before_update;
    let found: Vec<_> = ["email", "phone_number"]
        .into_iter()
        .filter(|name| facts.auto_verifies(name) == Some(true))
        .filter(|name| facts.can_write(name) == Some(true))
        .filter(|name| kept.has(name) == Some(false))
        .collect();

    (!found.is_empty()).then(|| Finding {
        code: "change-before-verification",
        severity: Severity::Warning,
        setting: "AttributesRequireVerificationBeforeUpdate",
        value: json!(kept),
        why: "A new address replaces the verified one before anybody has proved that it is theirs; \
              after a typing mistake the user gets no mail any more, and the site sees an address \
              that is not verified.",
        fix: format!(
            "update-user-pool --user-attribute-update-settings \
             AttributesRequireVerificationBeforeUpdate={}",
            found.join(",")
        )
        .into(),
    })
}

fn mapped_where(facts: &Facts, wanted: impl Fn(&String) -> bool) -> Vec<&str> {
    let mapped = facts.site.mapping.iter().map(|(attribute, _)| attribute);
    mapped.filter(|it| wanted(it)).map(String::as_str).collect()
}
