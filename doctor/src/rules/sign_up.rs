//! Who gets an account, under which names, and with which first password.

use serde_json::json;

use crate::facts::Facts;
use crate::finding::{Finding, Severity};
use crate::setting::List;

const ADMIN_ONLY: &str = "AdminCreateUserConfig.AllowAdminCreateUserOnly";

/// A site that has a sign-up page wants this.
pub(super) fn open(facts: &Facts) -> Option<Finding> {
    let admin_only = *admin_only(facts)?;
    let unasked = facts.site.sign_up.is_none() && facts.site.creates_unknown_users;

    (!admin_only && unasked).then(|| Finding {
        code: "sign-up-open",
        severity: Severity::Warning,
        setting: ADMIN_ONLY,
        value: json!(admin_only),
        why: "Strangers can sign up by the API although the site has no such page, and their first \
              login makes them a row.",
        fix: "update-user-pool --admin-create-user-config AllowAdminCreateUserOnly=true, or \
              COGNITO_CREATE_UNKNOWN_USERS=false; name the fields by --sign-up if there is a page"
            .into(),
    })
}

/// While users are moved, rows without a `sub` belong to whoever comes under their names.
pub(super) fn adopts_rows(facts: &Facts) -> Option<Finding> {
    let admin_only = *admin_only(facts)?;

    (!admin_only && facts.site.adopts_rows).then(|| Finding {
        code: "sign-up-adopts-rows",
        severity: Severity::Error,
        setting: ADMIN_ONLY,
        value: json!(admin_only),
        why: "Strangers can sign up, and COGNITO_ADOPT_ROWS gives a row without a sub to the first \
              login under its name: whoever takes a free name of an old user gets the user's row.",
        fix: "update-user-pool --admin-create-user-config AllowAdminCreateUserOnly=true until all \
              rows have a sub, or leave COGNITO_ADOPT_ROWS out; these rows are left: \
              select count(*) from users where sub is null"
            .into(),
    })
}

pub(super) fn closed(facts: &Facts) -> Option<Finding> {
    let admin_only = *admin_only(facts)?;

    (admin_only && facts.site.sign_up.is_some()).then(|| Finding {
        code: "sign-up-closed",
        severity: Severity::Error,
        setting: ADMIN_ONLY,
        value: json!(admin_only),
        why: "The site has a sign-up page, and Cognito refuses everybody who uses it.",
        fix:
            "update-user-pool --admin-create-user-config AllowAdminCreateUserOnly=false, or leave \
              Pages::with_sign_up out"
                .into(),
    })
}

pub(super) fn required_attribute_not_asked(facts: &Facts) -> Option<Finding> {
    let asked = facts.site.sign_up.as_ref()?;
    let by_username = &facts.pool()?.username_attributes;
    let found: Vec<_> = required_attributes(facts)?
        .into_iter()
        .filter(|name| !asked.iter().any(|it| it == name))
        .filter(|name| by_username.has(name) == Some(false))
        .collect();

    (!found.is_empty()).then(|| Finding {
        code: "required-attribute-not-asked",
        severity: Severity::Error,
        setting: "SchemaAttributes",
        value: json!(found),
        why: "The user pool requires attributes that the sign-up page does not ask for, so it \
              refuses everybody.",
        fix: "name them in Pages::with_sign_up: a required attribute stays required".into(),
    })
}

pub(super) fn attribute_read_only(facts: &Facts) -> Option<Finding> {
    let asked = facts.site.sign_up.as_ref()?.iter();
    let list = &facts.client()?.write_attributes;
    let found: Vec<_> = asked
        .filter(|name| facts.can_write(name) == Some(false))
        .collect();

    (!found.is_empty()).then(|| Finding {
        code: "sign-up-attribute-read-only",
        severity: Severity::Error,
        setting: "WriteAttributes",
        value: json!(list),
        why: "The sign-up page sends attributes that this app client may not write, so Cognito \
              refuses everybody.",
        fix: format!("update-user-pool-client --write-attributes: add {found:?}").into(),
    })
}

/// An alias counts once it is verified, and then belongs to whoever verified it last.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html#user-pool-settings-aliases>
pub(super) fn alias_unverified(facts: &Facts) -> Option<Finding> {
    let found = unverified(facts, &facts.pool()?.alias_attributes);

    (!found.is_empty()).then(|| Finding {
        code: "alias-unverified",
        severity: Severity::Warning,
        setting: "AliasAttributes",
        value: json!(found),
        why: "Nobody can log in by an address until it is verified, Cognito sends no code for it, and \
              until then another user may claim it.",
        fix: format!("update-user-pool --auto-verified-attributes {}", found.join(" ")).into(),
    })
}

pub(super) fn username_attribute_unverified(facts: &Facts) -> Option<Finding> {
    let found = unverified(facts, &facts.pool()?.username_attributes);

    (!found.is_empty()).then(|| Finding {
        code: "username-attribute-unverified",
        severity: Severity::Warning,
        setting: "UsernameAttributes",
        value: json!(found),
        why: "Whoever signs up with another person's address keeps it as their username, since \
              Cognito sends no code to it.",
        fix: format!(
            "update-user-pool --auto-verified-attributes {}",
            found.join(" ")
        )
        .into(),
    })
}

fn unverified<'a>(facts: &Facts, names: &'a List) -> Vec<&'a str> {
    let names = names.told().iter().map(String::as_str);
    let addresses = names.filter(|name| ["email", "phone_number"].contains(name));

    addresses
        .filter(|name| facts.auto_verifies(name) == Some(false))
        .collect()
}

pub(super) fn alias_preferred_username(facts: &Facts) -> Option<Finding> {
    let names = &facts.pool()?.alias_attributes;
    let is_alias = names.has("preferred_username")?;

    (is_alias && facts.can_write("preferred_username")?).then(|| Finding {
        code: "alias-preferred-username",
        severity: Severity::Note,
        setting: "AliasAttributes",
        value: json!(names),
        why: "Users can give themselves a name to log in with, and one that somebody has given up: \
              show it, but never take it for who they are.",
        fix: "update-user-pool-client --write-attributes: leave preferred_username out; aliases \
              themselves can be chosen for a new user pool only"
            .into(),
    })
}

/// A pool that says nothing is of the old kind, which tells cases apart.
pub(super) fn case_sensitive(facts: &Facts) -> Option<Finding> {
    let configuration = facts.pool()?.username_configuration.known()?.as_ref();
    let sensitive = match configuration {
        Some(configuration) => Some(*configuration.case_sensitive.known()?),
        None => None,
    };

    (sensitive != Some(false)).then(|| Finding {
        code: "username-case-sensitive",
        severity: Severity::Warning,
        setting: "UsernameConfiguration.CaseSensitive",
        value: json!(sensitive),
        why: "Alice and alice are two users, also by address, and each can pass for the other.",
        fix: "create-user-pool --username-configuration CaseSensitive=false: it cannot be changed \
              later"
            .into(),
    })
}

pub(super) fn password_short(facts: &Facts) -> Option<Finding> {
    let length = *facts.password_policy()?.minimum_length.known()?;
    let chars = length.unwrap_or(8);

    (chars < 12).then(|| Finding {
        code: "password-short",
        severity: if chars < 8 {
            Severity::Warning
        } else {
            Severity::Note
        },
        setting: "PasswordPolicy.MinimumLength",
        value: json!(length),
        why: "Length is what makes a password hard to guess: 8 characters are the least, 12 are \
              better.",
        fix: "update-user-pool --policies 'PasswordPolicy={MinimumLength=12}'".into(),
    })
}

pub(super) fn temporary_password_long(facts: &Facts) -> Option<Finding> {
    let days = facts
        .password_policy()?
        .temporary_password_validity_days
        .known()?;
    let days = days.filter(|days| *days > 7)?;

    Some(Finding {
        code: "temporary-password-long",
        severity: Severity::Warning,
        setting: "PasswordPolicy.TemporaryPasswordValidityDays",
        value: json!(days),
        why: "A temporary password lies in a mailbox, and is good for an account until it expires.",
        fix: "update-user-pool --policies 'PasswordPolicy={TemporaryPasswordValidityDays=7}'"
            .into(),
    })
}

/// What the pages show before somebody types is what the user pool asks for.
pub(super) fn password_rules_differ(facts: &Facts) -> Option<Finding> {
    let shown = facts.site.password_policy?;
    let asked = facts.password_policy()?;
    let same = asked.minimum_length.known()?.unwrap_or_default() == shown.min_chars
        && *asked.require_lowercase.known()? == shown.lowercase
        && *asked.require_numbers.known()? == shown.numbers
        && *asked.require_symbols.known()? == shown.symbols
        && *asked.require_uppercase.known()? == shown.uppercase;

    (!same).then(|| Finding {
        code: "password-rules-differ",
        severity: Severity::Warning,
        setting: "PasswordPolicy",
        value: json!(asked.minimum_length.known()),
        why: "The pages show rules for new passwords that are not the user pool's, so people choose \
              one that is refused.",
        fix: "set COGNITO_PASSWORD_POLICY to the rules of the user pool, or leave it out where the \
              site has AWS credentials"
            .into(),
    })
}

fn admin_only(facts: &Facts) -> Option<&bool> {
    let config = facts.pool()?.admin_create_user_config.known()?;
    config.allow_admin_create_user_only.known()
}

/// The attributes that the user pool is known to require.
pub(super) fn required_attributes(facts: &Facts) -> Option<Vec<&str>> {
    let schema = facts.pool()?.schema_attributes.known()?.iter();
    let required = schema.filter(|attribute| attribute.required.known() == Some(&true));
    let names = required.filter_map(|attribute| attribute.name.known());

    // Every schema calls `sub` required, and nobody can give it.
    Some(
        names
            .map(String::as_str)
            .filter(|name| *name != "sub")
            .collect(),
    )
}
