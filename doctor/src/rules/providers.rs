//! Identity providers, what they fill in, and who may become whom by them.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-identity-federation.html>

use serde_json::json;

use super::sign_up::required_attributes;
use crate::facts::Facts;
use crate::finding::{Finding, Severity};
use crate::pool::IdentityProvider;

const SUPPORTED: &str = "SupportedIdentityProviders";
const MAPPING: &str = "AttributeMapping";

pub(super) fn unknown(facts: &Facts) -> Option<Finding> {
    let names = names(facts)?;
    let listed = facts.other_providers()?;
    let found: Vec<_> = listed.iter().filter(|it| !names.contains(it)).collect();

    (!found.is_empty()).then(|| Finding {
        code: "provider-unknown",
        severity: Severity::Error,
        setting: SUPPORTED,
        value: json!(found),
        why: "The app client names identity providers that the user pool does not have.",
        fix: "create-identity-provider (names are case-sensitive), or leave them out of \
              update-user-pool-client --supported-identity-providers"
            .into(),
    })
}

/// Another app client may well use it.
pub(super) fn unused(facts: &Facts) -> Option<Finding> {
    let listed = &facts.client()?.supported_identity_providers;
    let names = names(facts)?.into_iter();
    let found: Vec<_> = names
        .filter(|name| listed.has(name) == Some(false))
        .collect();

    (!found.is_empty()).then(|| Finding {
        code: "provider-unused",
        severity: Severity::Note,
        setting: SUPPORTED,
        value: json!(found),
        why: "The user pool has identity providers that this app client does not name, so their users \
              cannot log in by it.",
        fix: "update-user-pool-client --supported-identity-providers: add them, if they are meant for \
              this site"
            .into(),
    })
}

pub(super) fn of_site_unlisted(facts: &Facts) -> Option<Finding> {
    let listed = &facts.client()?.supported_identity_providers;
    let wanted = facts.site.providers.iter();
    let found: Vec<_> = wanted
        .filter(|name| listed.has(name) == Some(false))
        .collect();

    (!found.is_empty()).then(|| Finding {
        code: "provider-of-site-unlisted",
        severity: Severity::Error,
        setting: "COGNITO_PROVIDERS",
        value: json!(found),
        why: "The site has buttons for providers that this app client does not name, and each leads to \
              an error page.",
        fix: "update-user-pool-client --supported-identity-providers: add them (names are \
              case-sensitive), or leave them out of COGNITO_PROVIDERS"
            .into(),
    })
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-specifying-attribute-mapping.html>
pub(super) fn lacks_required(facts: &Facts) -> Option<Finding> {
    let required = required_attributes(facts)?;
    let found = gaps(facts, |provider| {
        let mapped = provider.attribute_mapping.known()?;
        let missing = required.iter().filter(|name| !mapped.contains_key(**name));
        Some(missing.map(|name| (*name).to_owned()).collect())
    })?;

    (!found.is_empty()).then(|| Finding {
        code: "provider-lacks-required",
        severity: Severity::Error,
        setting: MAPPING,
        value: json!(found),
        why: "The user pool requires attributes that the provider does not fill, so that each first \
              login by it fails.",
        fix: "update-identity-provider --attribute-mapping: add them, each with the provider's claim"
            .into(),
    })
}

/// Cognito leaves them out without a word.
pub(super) fn attribute_read_only(facts: &Facts) -> Option<Finding> {
    let listed = &facts.client()?.supported_identity_providers;
    let found = gaps(facts, |provider| {
        let name = provider.provider_name.known()?;
        let mapped = provider.attribute_mapping.known()?.keys();
        let mapped = mapped.filter(|attribute| {
            let is_set_elsewhere = *attribute == "username" || attribute.ends_with("_verified");
            !is_set_elsewhere && facts.can_write(attribute) == Some(false)
        });
        listed.has(name)?.then(|| mapped.cloned().collect())
    })?;

    (!found.is_empty()).then(|| Finding {
        code: "provider-attribute-read-only",
        severity: Severity::Warning,
        setting: MAPPING,
        value: json!(found),
        why: "A provider fills in attributes that this app client may not write, and Cognito drops \
              them at each login.",
        fix: "update-user-pool-client --write-attributes: add them, if users may change them"
            .into(),
    })
}

/// A claim of another name may be anything, and says of anybody's address that it is verified.
pub(super) fn verified_by_other_claim(facts: &Facts) -> Option<Finding> {
    let found = gaps(facts, |provider| {
        let mapped = provider.attribute_mapping.known()?.iter();
        let flags = mapped.filter(|(attribute, _)| attribute.ends_with("_verified"));
        let wrong = flags.filter_map(|(attribute, claim)| {
            let claim = claim.known()?;
            let is_flag = claim.to_ascii_lowercase().contains("verified");
            (!is_flag).then(|| format!("{attribute} <- {claim}"))
        });
        Some(wrong.collect())
    })?;

    (!found.is_empty()).then(|| Finding {
        code: "verified-by-other-claim",
        severity: Severity::Warning,
        setting: MAPPING,
        value: json!(found),
        why: "What says that an address is verified is filled from a claim that says something else: \
              whoever can have any address at that provider takes over its alias, and, where \
              accounts are linked by mail, the account.",
        fix: "update-identity-provider --attribute-mapping email_verified=email_verified, or leave it \
              out"
            .into(),
    })
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-identity-federation-consolidate-users.html>
pub(super) fn without_trigger(facts: &Facts) -> Option<Finding> {
    let listed = &facts.client()?.supported_identity_providers;
    let others = facts.other_providers()?.len();
    let ways = others + usize::from(listed.has("COGNITO")?);

    (others > 0 && ways > 1 && !facts.triggers()?.pre_sign_up.is_there()).then(|| Finding {
        code: "providers-without-trigger",
        severity: Severity::Note,
        setting: "LambdaConfig.PreSignUp",
        value: json!(null),
        why: "One person who comes by two ways gets two accounts, as nothing links them.",
        fix: "let users connect their providers when they are logged in, or link in a pre sign-up \
              trigger: confirmed users with a verified address alone, and providers that verify it"
            .into(),
    })
}

fn names(facts: &Facts) -> Option<Vec<&str>> {
    let providers = facts.providers.known()?.iter();
    let names = providers.map(|it| it.provider_name.known().map(String::as_str));
    names.collect()
}

/// What there is to say of each provider, by its name.
fn gaps(
    facts: &Facts,
    of: impl Fn(&IdentityProvider) -> Option<Vec<String>>,
) -> Option<Vec<String>> {
    let providers = facts.providers.known()?.iter();
    let found = providers.filter_map(|provider| {
        let found = of(provider).filter(|found| !found.is_empty())?;
        let name = provider.provider_name.known();
        let name = name.map_or("provider", String::as_str);
        Some(format!("{name}: {}", found.join(", ")))
    });
    Some(found.collect())
}
