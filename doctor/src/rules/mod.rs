//! What is looked at. A rule is a function from the facts to a finding, and stands in the table
//! below; `README.md` lists the codes. Add a rule by writing both, and a line in
//! `tests/doctor/single_changes.rs`.

mod attributes;
mod flows;
mod identity;
mod messages;
mod mfa;
mod oauth;
mod operation;
mod providers;
mod secrets;
mod sign_up;
mod tokens;
mod urls;

use crate::facts::Facts;
use crate::finding::Finding;

type Rule = fn(&Facts) -> Option<Finding>;

const RULES: &[Rule] = &[
    identity::other_user_pool,
    identity::other_app_client,
    identity::client_of_another_pool,
    identity::other_region,
    flows::srp_missing,
    flows::unset,
    flows::refresh_missing,
    flows::user_password,
    flows::plain_password_missing,
    flows::plain_password_needless,
    flows::admin_password,
    flows::legacy,
    flows::custom_without_triggers,
    flows::first_factors_unused,
    flows::migration_needs_password,
    tokens::rotation_with_refresh_flow,
    tokens::rotation_without_grace,
    tokens::revocation_off,
    tokens::access_token_long,
    tokens::id_token_long,
    tokens::token_short,
    tokens::refresh_token_long,
    tokens::refresh_token_short,
    tokens::auth_session_short,
    secrets::no_secret,
    secrets::secret_at_site_only,
    secrets::secret_missing_at_site,
    secrets::existence_errors_shown,
    secrets::context_data_off,
    secrets::context_data_unused,
    attributes::rights_writable,
    attributes::looks_like_rights,
    attributes::verified_flag_writable,
    attributes::write_attributes_unset,
    attributes::read_attributes_lack_mapped,
    attributes::mapped_attribute_unknown,
    attributes::form_attribute_read_only,
    attributes::change_before_verification,
    sign_up::open,
    sign_up::adopts_rows,
    sign_up::closed,
    sign_up::required_attribute_not_asked,
    sign_up::attribute_read_only,
    sign_up::alias_unverified,
    sign_up::username_attribute_unverified,
    sign_up::alias_preferred_username,
    sign_up::case_sensitive,
    sign_up::password_short,
    sign_up::temporary_password_long,
    sign_up::password_rules_differ,
    mfa::off,
    mfa::no_factor,
    mfa::passkeys_only,
    mfa::sms_only,
    mfa::sms_unconfigured,
    mfa::email_needs_ses,
    mfa::passkeys_without_relying_party,
    mfa::device_tracking,
    mfa::devices_replace_mfa,
    messages::nothing_verified,
    messages::recovery_unset,
    messages::recovery_admin_only,
    messages::recovery_by_second_factor,
    messages::default_sender,
    messages::phone_without_sms,
    messages::sms_without_external_id,
    messages::delivery_failure,
    oauth::implicit,
    oauth::code_missing,
    oauth::openid_missing,
    oauth::user_admin_missing,
    oauth::user_admin_in_browsers,
    oauth::scope_refused,
    oauth::scope_unreadable,
    oauth::domain_missing,
    oauth::domain_other_than_site,
    oauth::domain_classic,
    oauth::unstyled,
    oauth::unused,
    oauth::cross_site,
    urls::plain_http,
    urls::local,
    urls::wildcard,
    urls::slash_pair,
    urls::callback_missing,
    urls::callback_of_site,
    urls::sign_out_missing,
    urls::sign_out_of_site,
    providers::unknown,
    providers::unused,
    providers::of_site_unlisted,
    providers::lacks_required,
    providers::attribute_read_only,
    providers::verified_by_other_claim,
    providers::without_trigger,
    operation::deletion_protection_off,
    operation::threat_protection_off,
    operation::threat_protection_watches,
    operation::threat_protection_of_custom_flows,
    operation::lite_tier,
    operation::token_trigger_version,
];

/// Everything that there is to say, the worst first.
pub(crate) fn check(facts: &Facts) -> Vec<Finding> {
    let mut findings: Vec<_> = RULES.iter().filter_map(|rule| rule(facts)).collect();

    findings.sort_by_key(|finding| finding.severity);
    findings
}
