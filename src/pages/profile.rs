use axum::extract::RawQuery;
use axum::http::StatusCode;

use super::error::Shown;
use super::page::Page;
use super::shown::{Link, ProfilePage};
use super::texts::{Texts, fill};
use super::view::{View, page};
use crate::attribute::Attributes;
use crate::web::{AuthSession, CurrentUser, CurrentUserRejection};

/// The details of the user: the row, the attributes, and the login.
pub(super) async fn show(
    view: View,
    auth: AuthSession,
    user: Result<CurrentUser, CurrentUserRejection>,
    RawQuery(query): RawQuery,
) -> Shown {
    let texts = view.texts;
    let user = user?;
    // The row says who the user is; without the rest, the page is still worth showing.
    let attributes = match auth.attributes().await {
        Ok(attributes) => Some(attributes),
        Err(failure) => {
            failure.log();
            None
        }
    };
    let has_account = user.tokens_expire_at().is_some();
    let can_verify = view.paths.is_ours(Page::EditProfile);

    let shown = ProfilePage {
        texts,
        paths: view.paths.clone(),
        notice: view.saved_notice(query.as_deref()),
        details: details(&user, texts),
        unverified: attributes
            .as_ref()
            .filter(|_| has_account && can_verify)
            .map(|attributes| unverified(attributes, texts))
            .unwrap_or_default(),
        attributes: attributes.map(|attributes| {
            attributes
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_owned()))
                .collect()
        }),
        login: login(&user, texts),
        links: if has_account {
            links(&view, remembers_devices(&auth).await)
        } else {
            Vec::new()
        },
        has_account,
    };
    Ok(page(StatusCode::OK, view.templates().profile(&shown)))
}

/// The pages on which a user changes the account: those that there are.
fn links(view: &View, devices: bool) -> Vec<Link> {
    let texts = view.texts;
    [
        (Page::EditProfile, texts.account.edit_heading),
        (Page::ChangePassword, texts.password.change_heading),
        (Page::SecondFactor, texts.mfa.heading),
        (Page::Passkeys, texts.passkeys.heading),
        (Page::Logins, texts.logins.heading),
        (Page::Devices, texts.devices.heading),
    ]
    .into_iter()
    .filter(|(page, _)| devices || *page != Page::Devices)
    .filter_map(|(page, label)| view.link(page, label))
    .collect()
}

/// Whether the user pool tracks devices: only then is the browser of a login one.
async fn remembers_devices(auth: &AuthSession) -> bool {
    let tokens = auth.tokens().await.ok().flatten();
    tokens.is_some_and(|tokens| tokens.device_key.is_some())
}

fn details(user: &CurrentUser, texts: &Texts) -> Vec<(String, String)> {
    let own = [
        (texts.fields.username.to_owned(), &user.username),
        (texts.attribute("given_name"), &user.first_name),
        (texts.attribute("family_name"), &user.last_name),
        (texts.attribute("email"), &user.email),
    ];
    let extra = user
        .extra
        .iter()
        .map(|(column, value)| (column.clone(), value.clone().unwrap_or_default()));
    let joined = (
        texts.profile.joined.to_owned(),
        texts.date(user.date_joined),
    );

    own.into_iter()
        .map(|(label, value)| (label, value.clone()))
        .chain(extra)
        .chain([joined])
        .collect()
}

fn login(user: &CurrentUser, texts: &Texts) -> Vec<(&'static str, String)> {
    let groups = match user.groups() {
        [] => texts.common.none.to_owned(),
        groups => groups.join(", "),
    };
    let expire = user
        .tokens_expire_at()
        .map(|at| (texts.profile.tokens_expire, texts.date(at)));

    [
        (texts.profile.groups, groups),
        (texts.profile.logged_in, texts.date(user.logged_in_at())),
    ]
    .into_iter()
    .chain(expire)
    .collect()
}

/// Addresses that Cognito has, and that nobody has verified yet.
fn unverified(attributes: &Attributes, texts: &Texts) -> Vec<(&'static str, String)> {
    [
        ("email", "email_verified"),
        ("phone_number", "phone_number_verified"),
    ]
    .into_iter()
    .filter(|(name, flag)| attributes.get(name).is_some() && attributes.get(flag) != Some("true"))
    .map(|(name, _)| {
        let attribute = texts.attribute(name);
        (
            name,
            fill(texts.profile.verify, &[("attribute", &attribute)]),
        )
    })
    .collect()
}
