//! Cognito's own login pages: another door to the same users, which the library does not use.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html>

use serde_json::json;

use crate::facts::Facts;
use crate::finding::{Finding, Severity};

pub(super) fn implicit(facts: &Facts) -> Option<Finding> {
    let flows = &facts.client.allowed_o_auth_flows;
    let found = flows.iter().any(|flow| flow == "implicit");

    (is_on(facts) && found).then(|| Finding {
        code: "oauth-implicit",
        severity: Severity::Warning,
        setting: "AllowedOAuthFlows",
        value: json!(flows),
        why: "The implicit grant puts tokens into addresses, from where they get into histories and \
              logs.",
        fix: "update-user-pool-client --allowed-o-auth-flows code".into(),
    })
}

/// Cognito takes plain http for this machine alone; that is no place to send users of a site.
pub(super) fn plain_http(facts: &Facts) -> Option<Finding> {
    let urls = facts.client.callback_urls.iter();
    let urls = urls.chain(&facts.client.logout_urls);
    let found: Vec<_> = urls.filter(|url| url.starts_with("http://")).collect();

    (is_on(facts) && !found.is_empty()).then(|| Finding {
        code: "callback-url-http",
        severity: Severity::Warning,
        setting: "CallbackURLs",
        value: json!(found),
        why: "Codes for tokens are sent over plain http, or to whatever listens on the visitor's own \
              machine.",
        fix: "update-user-pool-client --callback-urls and --logout-urls: https alone; give \
              development an app client of its own"
            .into(),
    })
}

pub(super) fn scope_admin(facts: &Facts) -> Option<Finding> {
    const SCOPE: &str = "aws.cognito.signin.user.admin";

    let scopes = &facts.client.allowed_o_auth_scopes;
    let found = scopes.iter().any(|scope| scope == SCOPE);

    (is_on(facts) && found).then(|| Finding {
        code: "oauth-scope-user-admin",
        severity: Severity::Warning,
        setting: "AllowedOAuthScopes",
        value: json!(scopes),
        why: "Tokens that are handed out by Cognito's own pages let their holder change attributes, \
              password and second factor past the site.",
        fix: "update-user-pool-client --allowed-o-auth-scopes openid email profile".into(),
    })
}

pub(super) fn unused(facts: &Facts) -> Option<Finding> {
    is_on(facts).then(|| Finding {
        code: "oauth-on",
        severity: Severity::Note,
        setting: "AllowedOAuthFlowsUserPoolClient",
        value: json!(true),
        why: "The library has its own login pages; with this, Cognito's pages are a second way in, and \
              a logout here does not end a login there.",
        fix: "update-user-pool-client --no-allowed-o-auth-flows-user-pool-client, if nothing else uses \
              them"
            .into(),
    })
}

pub(super) fn other_providers(facts: &Facts) -> Option<Finding> {
    let providers = facts.client.supported_identity_providers.iter();
    let found: Vec<_> = providers.filter(|name| *name != "COGNITO").collect();

    (!found.is_empty()).then(|| Finding {
        code: "providers-unreachable",
        severity: Severity::Note,
        setting: "SupportedIdentityProviders",
        value: json!(found),
        why: "Users of other identity providers have no password, and cannot log in by the library's \
              pages.",
        fix: "update-user-pool-client --supported-identity-providers COGNITO".into(),
    })
}

fn is_on(facts: &Facts) -> bool {
    facts.client.allowed_o_auth_flows_user_pool_client
}
