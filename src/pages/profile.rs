use axum::extract::RawQuery;
use axum::http::StatusCode;

use super::error::Shown;
use super::page::Page;
use super::shown::{Link, ProfilePage};
use super::texts::{Texts, fill};
use super::view::{View, page};
use crate::attribute::Attributes;
use crate::cognito::CognitoUser;
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
    let account = auth.cognito_user().await.ok().flatten();
    let has_account = user.tokens_expire_at().is_some();
    let can_verify = view.paths.is_ours(Page::EditProfile)
        && account.as_ref().is_none_or(CognitoUser::has_account_scope);

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
            links(&view, &auth, &user, account.as_ref())
        } else {
            Vec::new()
        },
        has_account,
    };
    Ok(page(StatusCode::OK, view.templates().profile(&shown)))
}

/// The pages on which a user changes the account: those that there are, and that this user has a
/// use for.
fn links(
    view: &View,
    auth: &AuthSession,
    user: &CurrentUser,
    account: Option<&CognitoUser>,
) -> Vec<Link> {
    let texts = view.texts;
    // Only where the user pool tracks devices is the browser of a login one.
    let tracks_devices = account.is_some_and(|it| it.tokens().device_key.is_some());
    let can_change = account.is_none_or(CognitoUser::has_account_scope);
    let is_of_use = |page| match page {
        Page::Logins => true,
        Page::Data => account.is_none_or(|it| auth.can_delete(it)),
        Page::Identities => can_connect(auth, user),
        Page::EditProfile => can_change,
        Page::Devices => can_change && tracks_devices,
        _ => can_change && !user.is_external(),
    };
    [
        (Page::EditProfile, texts.account.edit_heading),
        (Page::ChangePassword, texts.password.change_heading),
        (Page::SecondFactor, texts.mfa.heading),
        (Page::Passkeys, texts.passkeys.heading),
        (Page::Identities, texts.identities.heading),
        (Page::Logins, texts.logins.heading),
        (Page::Devices, texts.devices.heading),
        (Page::Data, texts.data.heading),
    ]
    .into_iter()
    .filter(|(page, _)| is_of_use(*page))
    .filter_map(|(page, label)| view.link(page, label))
    .collect()
}

#[cfg(feature = "managed-login")]
fn can_connect(auth: &AuthSession, user: &CurrentUser) -> bool {
    auth.can_connect_identities(user)
}

#[cfg(not(feature = "managed-login"))]
fn can_connect(_: &AuthSession, _: &CurrentUser) -> bool {
    false
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
