use axum::extract::RawQuery;
use axum::response::Response;

use super::destinations::destinations;
use super::owner::Owner;
use crate::attribute::Attributes;
use crate::pages::error::{Shown, see_other};
use crate::pages::form::Form;
use crate::pages::kept::{Kept, note_code};
use crate::pages::mistake::{Marks, Mistake};
use crate::pages::page::Page;
use crate::pages::shown::{Field, FormPage};
use crate::pages::view::{Change, page};
use crate::web::AccountChange;

/// The form in which users change their attributes: those that the site lets them change.
pub(in crate::pages) async fn show(owner: Owner, RawQuery(query): RawQuery) -> Shown {
    let notice = owner.view.saved_notice(query.as_deref());
    match owner.cognito.get_user().await {
        Ok(profile) => Ok(show_form(&owner, &profile.attributes, notice, None)),
        Err(failure) => Err(owner.failed(failure).await),
    }
}

/// Changes attributes. A new address waits for its code; an emptied field empties the attribute.
pub(in crate::pages) async fn submit(owner: Owner, typed: Form) -> Shown {
    let view = &owner.view;
    let before = match owner.cognito.get_user().await {
        Ok(profile) => profile.attributes,
        Err(failure) => return Err(owner.failed(failure).await),
    };
    // A field that the form does not have is left alone.
    let wanted: Attributes = view
        .pages()
        .profile_attributes()
        .filter(|name| typed.has(name.as_str()))
        .map(|name| {
            let value = typed.get_trimmed(name.as_str()).unwrap_or_default();
            (name.clone(), value.to_owned())
        })
        .collect();
    let changed: Attributes = wanted
        .iter()
        .filter(|(name, value)| before.get(name.as_str()).unwrap_or_default() != *value)
        .map(|(name, value)| (name.clone(), value.to_owned()))
        .collect();
    if changed.is_empty() {
        return Ok(see_other(&view.saved(Page::EditProfile, Change::Saved)));
    }

    let again = |mistake: &Mistake| Ok(show_form(&owner, &wanted, "", Some(mistake)));
    // A new address is sent a code.
    for address in destinations(&changed) {
        if let Err(mistake) = owner.count_message(address) {
            return again(&mistake);
        }
    }
    let deliveries = match owner.cognito.update_profile(&changed).await {
        Ok(deliveries) => deliveries,
        Err(failure) => return again(&owner.mistake(failure).await?),
    };

    // Told first: the site may write to the address of before.
    owner.changed(AccountChange::Attributes).await?;
    owner.auth.reload(&changed).await?;
    Ok(see_other(&match deliveries.first() {
        Some(sent) => {
            Kept::Attribute.write(&owner.auth, &sent.attribute).await?;
            note_code(&owner.auth).await?;
            view.paths.verify()
        }
        None => view.saved(Page::EditProfile, Change::Saved),
    }))
}

fn show_form(
    owner: &Owner,
    attributes: &Attributes,
    notice: &'static str,
    mistake: Option<&Mistake>,
) -> Response {
    let view = &owner.view;
    let texts = view.texts;
    let mut marks = Marks::new(mistake);
    let fields = view.pages().profile_attributes().map(|name| {
        let value = attributes.get(name.as_str()).unwrap_or_default();
        Field::attribute(texts, name.as_str())
            .with_value(value)
            .optional()
    });
    let form = FormPage {
        notice,
        fields: marks.fields(fields),
        alert: marks.alert(),
        ..view.form(
            view.paths.own(Page::EditProfile),
            texts.account.edit_heading,
            texts.account.edit_submit,
        )
    };

    Mistake::answer(mistake, |status| {
        page(status, view.templates().edit_profile(&form))
    })
}
