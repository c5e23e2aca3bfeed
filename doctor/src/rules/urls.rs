//! Where Cognito's own pages lead back to. Cognito compares these addresses letter by letter.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html>

use serde_json::json;

use crate::facts::Facts;
use crate::finding::{Finding, Severity};

const CALLBACK: &str = "CallbackURLs";
const SIGN_OUT: &str = "LogoutURLs";

/// Cognito takes plain http for this machine alone.
pub(super) fn plain_http(facts: &Facts) -> Option<Finding> {
    let (setting, found) = find(facts, |url| url.starts_with("http://") && !is_local(url))?;

    Some(Finding {
        code: "callback-url-http",
        severity: Severity::Error,
        setting,
        value: json!(found),
        why: "Codes for tokens would be sent over plain http; Cognito refuses these addresses.",
        fix: "update-user-pool-client --callback-urls and --logout-urls: https alone".into(),
    })
}

/// An app client for development alone may well be local.
pub(super) fn local(facts: &Facts) -> Option<Finding> {
    let (setting, found) = find(facts, is_local)?;
    let others = addresses(facts)?.any(|(_, url)| !is_local(url));

    others.then(|| Finding {
        code: "callback-url-localhost",
        severity: Severity::Warning,
        setting,
        value: json!(found),
        why: "Codes for tokens of this site's users may be sent to whatever listens on the visitor's \
              own machine.",
        fix: "update-user-pool-client --callback-urls and --logout-urls: leave these out, and give \
              development an app client of its own"
            .into(),
    })
}

pub(super) fn wildcard(facts: &Facts) -> Option<Finding> {
    let (setting, found) = find(facts, |url| url.contains('*'))?;

    Some(Finding {
        code: "callback-url-wildcard",
        severity: Severity::Error,
        setting,
        value: json!(found),
        why: "Cognito compares the whole address, so that a wildcard stands for nothing but itself.",
        fix: "update-user-pool-client --callback-urls and --logout-urls: one exact address each"
            .into(),
    })
}

pub(super) fn slash_pair(facts: &Facts) -> Option<Finding> {
    let all: Vec<_> = addresses(facts)?.collect();
    let (setting, found) = find(facts, |url| {
        let pair = format!("{url}/");
        all.iter().any(|(_, other)| **other == pair)
    })?;

    Some(Finding {
        code: "callback-url-slash-pair",
        severity: Severity::Note,
        setting,
        value: json!(found),
        why: "The same address is there with and without a slash at its end: for Cognito these are \
              two, and a site uses one.",
        fix:
            "update-user-pool-client: keep the one of COGNITO_CALLBACK_URL or COGNITO_SIGN_OUT_URL"
                .into(),
    })
}

pub(super) fn callback_missing(facts: &Facts) -> Option<Finding> {
    let urls = &facts.client()?.callback_urls;

    (facts.takes_codes()? && urls.is_empty()?).then(|| Finding {
        code: "callback-url-missing",
        severity: Severity::Error,
        setting: CALLBACK,
        value: json!([]),
        why: "Nobody who logs in at Cognito's pages can come back.",
        fix: "update-user-pool-client --callback-urls <COGNITO_CALLBACK_URL>".into(),
    })
}

pub(super) fn sign_out_missing(facts: &Facts) -> Option<Finding> {
    let urls = &facts.client()?.logout_urls;

    (facts.takes_codes()? && urls.is_empty()?).then(|| Finding {
        code: "sign-out-url-missing",
        severity: Severity::Warning,
        setting: SIGN_OUT,
        value: json!([]),
        why: "A logout cannot lead through Cognito's pages and back, so that for an hour the next \
              click on the login lets the same person in without a question.",
        fix: "update-user-pool-client --logout-urls <COGNITO_SIGN_OUT_URL>".into(),
    })
}

pub(super) fn callback_of_site(facts: &Facts) -> Option<Finding> {
    let at_site = facts.site.callback_url.as_ref()?;
    let urls = &facts.client()?.callback_urls;
    let found = !urls.has(at_site)? && !urls.is_empty()?;

    (facts.takes_codes()? && found).then(|| Finding {
        code: "callback-url-other-than-site",
        severity: Severity::Error,
        setting: "COGNITO_CALLBACK_URL",
        value: json!(at_site),
        why: "The app client does not list the address that the site names, and Cognito shows an \
              error page of its own.",
        fix: advice(urls.told(), at_site, "--callback-urls").into(),
    })
}

pub(super) fn sign_out_of_site(facts: &Facts) -> Option<Finding> {
    let at_site = facts.site.sign_out_url.as_ref()?;
    let urls = &facts.client()?.logout_urls;
    let found = !urls.has(at_site)? && !urls.is_empty()?;

    (facts.takes_codes()? && found).then(|| Finding {
        code: "sign-out-url-other-than-site",
        severity: Severity::Error,
        setting: "COGNITO_SIGN_OUT_URL",
        value: json!(at_site),
        why: "The app client does not list the address that the site names, and a logout ends on an \
              error page of Cognito's.",
        fix: advice(urls.told(), at_site, "--logout-urls").into(),
    })
}

fn advice(listed: &[String], at_site: &str, argument: &str) -> String {
    let bare = at_site.trim_end_matches('/');
    let near = listed.iter().find(|url| {
        let url = url.trim_end_matches('/');
        url.eq_ignore_ascii_case(bare)
    });

    match near {
        Some(near) => format!(
            "mind slashes and letters: {near:?} is listed, {at_site:?} is what the site names"
        ),
        None => format!("update-user-pool-client {argument}: add {at_site:?}"),
    }
}

/// The first of the two lists in which there are such addresses.
fn find(facts: &Facts, wanted: impl Fn(&str) -> bool) -> Option<(&'static str, Vec<&String>)> {
    [CALLBACK, SIGN_OUT].into_iter().find_map(|setting| {
        let urls = addresses(facts)?.filter(|(list, url)| *list == setting && wanted(url));
        let found: Vec<_> = urls.map(|(_, url)| url).collect();
        (!found.is_empty()).then_some((setting, found))
    })
}

/// The addresses of an app client that are known, if it uses them at all.
fn addresses(facts: &Facts) -> Option<impl Iterator<Item = (&'static str, &String)>> {
    let client = facts.client()?;
    let callback = client.callback_urls.told().iter();
    let sign_out = client.logout_urls.told().iter();
    let all = callback
        .map(|url| (CALLBACK, url))
        .chain(sign_out.map(|url| (SIGN_OUT, url)));

    facts.has_managed_login()?.then_some(all)
}

pub(super) fn is_local(url: &str) -> bool {
    matches!(host(url), Some("localhost" | "127.0.0.1" | "[::1]"))
}

/// The host of an address, without its port. An app's own scheme has none.
pub(super) fn host(url: &str) -> Option<&str> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;

    match authority.strip_prefix('[') {
        Some(_) => authority.split_inclusive(']').next(),
        None => authority.split(':').next(),
    }
}
