use axum::extract::RawQuery;
use axum::http::StatusCode;

use super::error::Shown;
use super::page::Page;
use super::sections::Account;
use super::shown::{Choice, Detail, ProfilePage, TimedText};
use super::texts::{Texts, fill};
use super::view::{View, page};
use crate::attribute::Attributes;
use crate::web::{AuthSession, CurrentUser, CurrentUserRejection, ExportedUser};

/// The overview of an account: what people know of themselves, and nothing of Cognito's inside.
pub(super) async fn show(
    view: View,
    auth: AuthSession,
    user: Result<CurrentUser, CurrentUserRejection>,
    RawQuery(query): RawQuery,
) -> Shown {
    let texts = view.texts;
    let user = user?;
    let account = Account::of(&view, &auth, &user).await;
    let can_verify = view.paths.is_ours(Page::EditProfile) && account.can_change();
    // The row says who the user is; without the rest, the page is still worth showing.
    let unverified = match auth.attributes().await {
        Ok(attributes) if can_verify => unverified(&attributes, texts),
        Ok(_) => Vec::new(),
        Err(failure) => {
            failure.log();
            Vec::new()
        }
    };

    let shown = ProfilePage {
        texts,
        paths: view.paths.clone(),
        notice: view.saved_notice(query.as_deref()),
        user: ExportedUser::from(user.user()),
        groups: user.groups().to_vec(),
        details: details(&user, texts),
        unverified,
        has_account: user.tokens_expire_at().is_some(),
    };
    Ok(page(StatusCode::OK, view.templates().profile(&shown)))
}

/// What there is to show: a detail that is not set is left out.
fn details(user: &CurrentUser, texts: &Texts) -> Vec<Detail> {
    let own = [
        (texts.fields.username.to_owned(), &user.username),
        (texts.attribute("given_name"), &user.first_name),
        (texts.attribute("family_name"), &user.last_name),
        (texts.attribute("email"), &user.email),
    ];
    let own = own.map(|(label, value)| (label, value.clone()));
    let extra = user.extra.iter().map(|(column, value)| {
        let value = value.clone().unwrap_or_default();
        (texts.attribute(column), value)
    });
    let groups = (texts.profile.groups.to_owned(), user.groups().join(", "));
    let times = [
        (texts.profile.joined, user.date_joined),
        (texts.profile.logged_in, user.logged_in_at()),
    ];

    own.into_iter()
        .chain(extra)
        .chain([groups])
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| Detail::new(label, TimedText::plain(&value)))
        .chain(times.map(|(label, at)| Detail::new(label, TimedText::time(texts, at))))
        .collect()
}

/// Addresses that Cognito has, and that nobody has verified yet.
fn unverified(attributes: &Attributes, texts: &Texts) -> Vec<Choice> {
    [
        ("email", "email_verified"),
        ("phone_number", "phone_number_verified"),
    ]
    .into_iter()
    .filter(|(name, flag)| attributes.get(name).is_some() && attributes.get(flag) != Some("true"))
    .map(|(name, _)| {
        let attribute = texts.attribute(name);
        Choice::new(
            name,
            fill(texts.profile.verify, &[("attribute", &attribute)]),
        )
    })
    .collect()
}
