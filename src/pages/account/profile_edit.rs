use std::sync::Arc;

use axum::Extension;
use axum::response::Response;

use super::{Account, FormPage, Kept, Mistake, outage};
use crate::attribute::Attributes;
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::{Pages, error, see_other};
use crate::web::{AuthError, LocalPath};

/// The form in which users change their attributes: those that the site lets them change.
pub(in crate::pages) async fn show(
    Extension(pages): Extension<Arc<Pages>>,
    account: Account,
) -> Response {
    match account.cognito.get_user().await {
        Ok(profile) => form(&pages, &profile.attributes, None).show(),
        Err(failure) => account.failed(&failure).await,
    }
}

/// Changes attributes. A new address waits for its code.
pub(in crate::pages) async fn submit(
    Extension(pages): Extension<Arc<Pages>>,
    account: Account,
    mut typed: Form,
) -> Response {
    let before = match account.cognito.get_user().await {
        Ok(profile) => profile.attributes,
        Err(failure) => return account.failed(&failure).await,
    };
    let wanted: Attributes = pages
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
            return Mistake::of(&failure).map_or_else(
                || outage(&failure),
                |mistake| form(&pages, &wanted, Some(&mistake)).mistaken(),
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
        Err(failure) => error::failed(&failure),
    }
}

fn form(pages: &Pages, attributes: &Attributes, mistake: Option<&Mistake>) -> FormPage {
    let fields = pages.profile_attributes().map(|name| {
        let value = attributes.get(name.as_str()).unwrap_or_default();
        Field::attribute(name.as_str())
            .with_value(value)
            .with_error(Mistake::at(mistake, name.as_str()))
            .optional()
    });

    FormPage {
        alert: Mistake::at(mistake, ""),
        fields: fields.collect(),
        links: vec![("/profile", "Back to your details")],
        ..FormPage::new("Change your details", "/profile/edit", "Save")
    }
}
