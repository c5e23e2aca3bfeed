use axum::response::Response;

use super::{Account, FormPage, Kept};
use crate::attribute::Attributes;
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::{page, see_other};
use crate::web::{AuthError, LocalPath};

/// The form in which users change their attributes: those that the site lets them change.
pub(in crate::pages) async fn show(account: Account) -> Response {
    match account.cognito.get_user().await {
        Ok(profile) => show_form(&account, &profile.attributes, None),
        Err(failure) => account.failed(&failure).await,
    }
}

/// Changes attributes. A new address waits for its code.
pub(in crate::pages) async fn submit(account: Account, mut typed: Form) -> Response {
    let view = &account.view;
    let before = match account.cognito.get_user().await {
        Ok(profile) => profile.attributes,
        Err(failure) => return account.failed(&failure).await,
    };
    let wanted: Attributes = view
        .pages()
        .profile_attributes()
        .filter_map(|name| Some((name.clone(), typed.take(name.as_str())?)))
        .collect();
    let changed: Attributes = wanted
        .iter()
        .filter(|(name, value)| before.get(name.as_str()) != Some(value))
        .map(|(name, value)| (name.clone(), value.to_owned()))
        .collect();
    if changed.is_empty() {
        return see_other(&LocalPath::from_static("/profile"));
    }

    let deliveries = match account.cognito.update_profile(&changed).await {
        Ok(deliveries) => deliveries,
        Err(failure) => {
            return Mistake::of(&failure, view.texts).map_or_else(
                || view.outage(&failure),
                |mistake| show_form(&account, &wanted, Some(&mistake)),
            );
        }
    };
    let kept = async {
        account.auth.reload().await?;
        match deliveries.first() {
            Some(sent) => {
                Kept::Attribute
                    .write(&account.auth, &sent.attribute)
                    .await?;
                Ok::<_, AuthError>(LocalPath::from_static("/profile/verify"))
            }
            None => Ok(LocalPath::from_static("/profile?saved=1")),
        }
    };
    match kept.await {
        Ok(path) => see_other(&path),
        Err(failure) => view.failed(&failure),
    }
}

fn show_form(account: &Account, attributes: &Attributes, mistake: Option<&Mistake>) -> Response {
    let view = &account.view;
    let texts = view.texts;
    let fields = view.pages().profile_attributes().map(|name| {
        let value = attributes.get(name.as_str()).unwrap_or_default();
        Field::attribute(texts, name.as_str())
            .with_value(value)
            .with_error(Mistake::at(mistake, name.as_str()))
            .optional()
    });
    let form = FormPage {
        alert: Mistake::at(mistake, ""),
        fields: fields.collect(),
        ..FormPage::new(
            texts,
            "/profile/edit",
            texts.account.edit_heading,
            texts.account.edit_submit,
        )
    }
    .with_link("/profile", texts.common.back_to_details);

    page(
        Mistake::status(mistake),
        view.templates().edit_profile(&form),
    )
}
