//! Managed login, Cognito's own pages: which grants, which scopes, and where the pages are.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html>

use serde_json::json;

use super::urls::{host, is_local};
use crate::facts::Facts;
use crate::finding::{Finding, Severity};

const USER_ADMIN: &str = "aws.cognito.signin.user.admin";
const SCOPES: &str = "AllowedOAuthScopes";

pub(super) fn implicit(facts: &Facts) -> Option<Finding> {
    let flows = &facts.client()?.allowed_o_auth_flows;

    (facts.has_managed_login()? && flows.has("implicit")?).then(|| Finding {
        code: "oauth-implicit",
        severity: Severity::Warning,
        setting: "AllowedOAuthFlows",
        value: json!(flows),
        why: "The implicit grant puts tokens into addresses, from where they get into histories and \
              logs.",
        fix: "update-user-pool-client --allowed-o-auth-flows code".into(),
    })
}

/// People who log in elsewhere come back with a code, and in no other way.
pub(super) fn code_missing(facts: &Facts) -> Option<Finding> {
    let flows = &facts.client()?.allowed_o_auth_flows;
    let meant = facts.site_uses_managed_login()
        || (facts.has_domain()? && !facts.other_providers()?.is_empty());
    let allowed = facts.has_managed_login()? && flows.has("code")?;

    (meant && !allowed).then(|| Finding {
        code: "oauth-code-missing",
        severity: Severity::Error,
        setting: "AllowedOAuthFlows",
        value: json!(flows),
        why: "There are a domain and identity providers, and this app client may not use the grant \
              by which people come back from them.",
        fix: "update-user-pool-client --allowed-o-auth-flows-user-pool-client \
              --allowed-o-auth-flows code --allowed-o-auth-scopes openid email \
              aws.cognito.signin.user.admin"
            .into(),
    })
}

pub(super) fn openid_missing(facts: &Facts) -> Option<Finding> {
    let (setting, scopes) = scopes_without(facts, "openid")?;

    Some(Finding {
        code: "oauth-openid-missing",
        severity: Severity::Error,
        setting,
        value: json!(scopes),
        why: "Without this scope there is no ID token, and nobody can tell who has logged in.",
        fix: "update-user-pool-client --allowed-o-auth-scopes: add openid (and to COGNITO_SCOPES, if \
              it is set)"
            .into(),
    })
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-public-server-side.html>
pub(super) fn user_admin_missing(facts: &Facts) -> Option<Finding> {
    let (setting, scopes) = scopes_without(facts, USER_ADMIN)?;

    Some(Finding {
        code: "oauth-user-admin-missing",
        severity: Severity::Warning,
        setting,
        value: json!(scopes),
        why: "Tokens without this scope may not read or change the account: whoever logs in at \
              Cognito's pages has no account pages here, and attributes come from the ID token alone.",
        fix: "update-user-pool-client --allowed-o-auth-scopes: add aws.cognito.signin.user.admin (and \
              to COGNITO_SCOPES, if it is set)"
            .into(),
    })
}

/// Where a scope is missing: in what the app client allows, or in what the site asks for.
fn scopes_without<'a>(facts: &'a Facts, scope: &str) -> Option<(&'static str, &'a [String])> {
    let allowed = &facts.client()?.allowed_o_auth_scopes;
    if !facts.takes_codes()? {
        return None;
    }
    if !allowed.has(scope)? {
        return Some((SCOPES, allowed.told()));
    }
    let asked = facts.site.scopes.as_ref()?;
    let is_asked = asked.iter().any(|it| it == scope);
    (!is_asked).then_some(("COGNITO_SCOPES", &asked[..]))
}

/// Right for a server that keeps the tokens; wrong where a browser gets hold of them.
pub(super) fn user_admin_in_browsers(facts: &Facts) -> Option<Finding> {
    let client = facts.client()?;
    let scopes = &client.allowed_o_auth_scopes;
    let shown = client.allowed_o_auth_flows.has("implicit")? || !facts.has_secret()?;

    (facts.has_managed_login()? && scopes.has(USER_ADMIN)? && shown).then(|| Finding {
        code: "oauth-scope-user-admin",
        severity: Severity::Warning,
        setting: SCOPES,
        value: json!(scopes),
        why: "Tokens of Cognito's pages let their holder change attributes, password and second \
              factor, and this app client hands them to browsers.",
        fix: "take an app client with a secret and the grant `code` alone, or update-user-pool-client \
              --allowed-o-auth-scopes openid email"
            .into(),
    })
}

pub(super) fn scope_refused(facts: &Facts) -> Option<Finding> {
    let allowed = &facts.client()?.allowed_o_auth_scopes;
    let asked = facts.site.scopes.as_ref()?.iter();
    let found: Vec<_> = asked
        .filter(|scope| allowed.has(scope) == Some(false))
        .collect();

    (facts.takes_codes()? && !found.is_empty()).then(|| Finding {
        code: "scope-of-site-refused",
        severity: Severity::Error,
        setting: "COGNITO_SCOPES",
        value: json!(found),
        why: "The site asks for scopes that this app client does not allow, and Cognito refuses the \
              login.",
        fix: "update-user-pool-client --allowed-o-auth-scopes: add them, or leave them out of \
              COGNITO_SCOPES"
            .into(),
    })
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html>
pub(super) fn scope_unreadable(facts: &Facts) -> Option<Finding> {
    const ATTRIBUTES: [(&str, &str); 4] = [
        ("email", "email"),
        ("email", "email_verified"),
        ("phone", "phone_number"),
        ("phone", "phone_number_verified"),
    ];

    let allowed = &facts.client()?.allowed_o_auth_scopes;
    let found: Vec<_> = ATTRIBUTES
        .into_iter()
        .filter(|(scope, _)| allowed.has(scope) == Some(true))
        .map(|(_, attribute)| attribute)
        .filter(|attribute| facts.can_read(attribute) == Some(false))
        .collect();

    (facts.takes_codes()? && !found.is_empty()).then(|| Finding {
        code: "scope-unreadable",
        severity: Severity::Error,
        setting: "ReadAttributes",
        value: json!(facts.client().map(|client| &client.read_attributes)),
        why: "The app client allows a scope and may not read all of its attributes; for a login with \
              that scope Cognito refuses to give tokens, as `invalid_grant`.",
        fix: format!(
            "update-user-pool-client --read-attributes: add {}",
            found.join(" ")
        )
        .into(),
    })
}

pub(super) fn domain_missing(facts: &Facts) -> Option<Finding> {
    let meant = facts.site_uses_managed_login() || facts.takes_codes()?;

    (meant && !facts.has_domain()?).then(|| Finding {
        code: "domain-missing",
        severity: Severity::Error,
        setting: "Domain",
        value: json!(null),
        why: "Cognito's own pages are on for this app client, and without a domain they are nowhere.",
        fix: "create-user-pool-domain --domain <prefix> --managed-login-version 2".into(),
    })
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain.html>
pub(super) fn domain_other_than_site(facts: &Facts) -> Option<Finding> {
    let at_site = facts.site.domain.as_ref()?;
    let host = at_site.rsplit("://").next()?.trim_end_matches('/');
    let domains = facts.domains.known()?;
    let names: Option<Vec<_>> = domains.iter().map(|it| it.domain.known()).collect();
    let names = names?;

    let region = facts.pool()?.id.known();
    let region = region.and_then(|id| Some(id.split_once('_')?.0));
    let is_it = |name: &&String| {
        let Some(rest) = host.strip_prefix(name.as_str()) else {
            return false;
        };
        match (region, rest) {
            (_, "") => true,
            (Some(region), rest) => ["auth", "auth-fips"]
                .iter()
                .any(|kind| rest == format!(".{kind}.{region}.amazoncognito.com")),
            (None, rest) => rest.starts_with(".auth") && rest.ends_with(".amazoncognito.com"),
        }
    };

    let other = !names.is_empty() && !names.iter().any(is_it);
    (other && !facts.site.has_endpoint).then(|| Finding {
        code: "domain-other-than-site",
        severity: Severity::Error,
        setting: "COGNITO_DOMAIN",
        value: json!(at_site),
        why: "The site sends people to a domain that is not this user pool's.",
        fix: format!("set COGNITO_DOMAIN for {names:?}").into(),
    })
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html>
pub(super) fn domain_classic(facts: &Facts) -> Option<Finding> {
    let found = facts.takes_codes()? && facts.has_domain()? && !facts.has_second_version()?;

    found.then(|| Finding {
        code: "domain-classic",
        severity: Severity::Warning,
        setting: "ManagedLoginVersion",
        value: json!(1),
        why: "The classic pages ignore `prompt` and `lang`, and know no passkeys: a site cannot ask \
              for a fresh login before what is sensitive, and the pages are in English alone.",
        fix: "update-user-pool-domain --managed-login-version 2 (tier ESSENTIALS or PLUS), and \
              create-managed-login-branding for the app client"
            .into(),
    })
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/managed-login-branding.html>
pub(super) fn unstyled(facts: &Facts) -> Option<Finding> {
    let shown = facts.takes_codes()? && facts.has_domain()? && facts.has_second_version()?;

    (shown && !*facts.is_styled.known()?).then(|| Finding {
        code: "managed-login-unstyled",
        severity: Severity::Error,
        setting: "ManagedLoginBranding",
        value: json!(null),
        why: "Managed login shows an app client without a style the words \"Login pages unavailable\" \
              in place of a login; the console makes a style, the API does not.",
        fix: "create-managed-login-branding --client-id <id> --use-cognito-provided-values".into(),
    })
}

pub(super) fn unused(facts: &Facts) -> Option<Finding> {
    let used = facts.site_uses_managed_login() || !facts.other_providers()?.is_empty();

    (facts.has_managed_login()? && !used).then(|| Finding {
        code: "oauth-on",
        severity: Severity::Note,
        setting: "AllowedOAuthFlowsUserPoolClient",
        value: json!(true),
        why: "Cognito's own pages are on and only passwords lead in there: a second way beside the \
              library's pages, and a logout here does not end a login there unless the site leads \
              through it.",
        fix: "update-user-pool-client --no-allowed-o-auth-flows-user-pool-client, if neither your site \
              (COGNITO_DOMAIN) nor anything else uses them"
            .into(),
    })
}

/// A custom domain below the site's own name is no other site, and a login by password there
/// never leaves it.
pub(super) fn cross_site(facts: &Facts) -> Option<Finding> {
    let hosts = facts.client()?.callback_urls.told().iter();
    let hosts = hosts.filter(|url| !is_local(url));
    let mut hosts = hosts.filter_map(|url| host(url));
    let parents = facts.domains.known()?.iter().filter_map(|domain| {
        domain.custom_domain_config.as_ref()?;
        domain.domain.known()?.split_once('.')
    });
    let parents: Vec<_> = parents.map(|(_, parent)| parent).collect();
    let below = |host: &str, parent: &str| {
        let rest = host.strip_suffix(parent);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let same_site = facts.other_providers()?.is_empty()
        && !parents.is_empty()
        && hosts.all(|host| parents.iter().any(|parent| below(host, parent)));

    (facts.takes_codes()? && facts.has_domain()? && !same_site).then(|| Finding {
        code: "callback-cross-site",
        severity: Severity::Note,
        setting: "SameSite",
        value: json!("of the site's session cookie, which is not known here"),
        why: "People come back from another site, and with that request browsers send no cookie that \
              is SameSite=Strict. A page of the library's brings them from there to the same address once \
              more, with the cookie; what code of yours reads from the session before that is empty.",
        fix: "make the session cookie SameSite=Lax if code of yours runs at the callback".into(),
    })
}
