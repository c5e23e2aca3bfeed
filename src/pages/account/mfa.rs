use axum::extract::RawQuery;

use super::owner::Owner;
use crate::cognito::{CognitoError, MfaPreference, MfaSetting, UserProfile};
use crate::pages::error::{Shown, see_other};
use crate::pages::form::Form;
use crate::pages::kept::Kept;
use crate::pages::mistake::{Marks, Mistake};
use crate::pages::page::Page;
use crate::pages::shown::{AppSetup, Choice, Confirmation, Field, MfaMethod, SecondFactorPage};
use crate::pages::texts::MfaTexts;
use crate::pages::view::{Change, page, query_parameter};
use crate::web::AccountChange;

/// A second factor, by what Cognito calls it and by what it takes to change it.
struct Factor {
    name: &'static str,
    /// The address that has to be verified before it can be switched on.
    address: Option<&'static str>,
    preference: fn(MfaSetting) -> MfaPreference,
    on: Action,
    off: Action,
    prefer: Action,
}

/// Something that can be done: what the form sends, and what the button says.
struct Action {
    name: &'static str,
    label: fn(&MfaTexts) -> &'static str,
}

impl Action {
    const fn new(name: &'static str, label: fn(&MfaTexts) -> &'static str) -> Self {
        Self { name, label }
    }

    fn choice(&self, texts: &MfaTexts) -> Choice {
        Choice::new(self.name, (self.label)(texts))
    }
}

const APP: Factor = Factor {
    name: "SOFTWARE_TOKEN_MFA",
    address: None,
    preference: |setting| MfaPreference {
        software_token: Some(setting),
        ..NO_CHANGE
    },
    on: Action::new("start", |texts| texts.set_up),
    off: Action::new("app_off", |texts| texts.app_off),
    prefer: Action::new("prefer_app", |texts| texts.prefer_app),
};

const MAIL: Factor = Factor {
    name: "EMAIL_OTP",
    address: Some("email"),
    preference: |setting| MfaPreference {
        email: Some(setting),
        ..NO_CHANGE
    },
    on: Action::new("mail_on", |texts| texts.mail_on),
    off: Action::new("mail_off", |texts| texts.mail_off),
    prefer: Action::new("prefer_mail", |texts| texts.prefer_mail),
};

const TEXT_MESSAGE: Factor = Factor {
    name: "SMS_MFA",
    address: Some("phone_number"),
    preference: |setting| MfaPreference {
        sms: Some(setting),
        ..NO_CHANGE
    },
    on: Action::new("text_message_on", |texts| texts.text_message_on),
    off: Action::new("text_message_off", |texts| texts.text_message_off),
    prefer: Action::new("prefer_text_message", |texts| texts.prefer_text_message),
};

const FACTORS: [&Factor; 3] = [&APP, &MAIL, &TEXT_MESSAGE];

const NO_CHANGE: MfaPreference = MfaPreference {
    email: None,
    sms: None,
    software_token: None,
};

impl Factor {
    fn is_on(&self, profile: &UserProfile) -> bool {
        profile.mfa.iter().any(|name| name == self.name)
    }

    fn is_preferred(&self, profile: &UserProfile) -> bool {
        profile.preferred_mfa.as_deref() == Some(self.name)
    }

    /// Whether it can be switched on: an app always, the others by a verified address, where the
    /// site has them.
    fn can_be_on(&self, owner: &Owner, profile: &UserProfile) -> bool {
        let Some(address) = self.address else {
            return true;
        };
        let offered = owner.view.pages().sent_codes;
        let verified = profile.attributes.get(&format!("{address}_verified"));

        offered && verified == Some("true")
    }
}

/// Which second factors a user has, or the app that is being enrolled; or the question whether to switch one
/// off.
pub(in crate::pages) async fn show(owner: Owner, RawQuery(query): RawQuery) -> Shown {
    let notice = owner.view.saved_notice(query.as_deref());
    let asked = query_parameter(query.as_deref(), "confirm");
    render(&owner, notice, asked.as_deref(), None).await
}

/// Changes the second factors.
pub(in crate::pages) async fn submit(owner: Owner, mut typed: Form) -> Shown {
    let action = typed.take("action").unwrap_or_default();
    let done = match action.as_str() {
        "start" => return start(&owner).await,
        "verify" => return verify(&owner, typed).await,
        "cancel" => {
            Kept::TotpSeed.remove(&owner.auth).await?;
            return Ok(see_other(&owner.view.paths.own(Page::SecondFactor)));
        }
        other => match preference(other) {
            Some(preference) => owner.cognito.set_user_mfa_preference(&preference).await,
            // Nothing that the page has a button for.
            None => return Ok(see_other(&owner.view.paths.own(Page::SecondFactor))),
        },
    };

    match done {
        Ok(()) => saved(&owner).await,
        Err(failure) => refuse(&owner, failure).await,
    }
}

fn preference(action: &str) -> Option<MfaPreference> {
    FACTORS.iter().find_map(|factor| {
        let changes = [
            (&factor.off, MfaSetting::Off),
            (&factor.on, MfaSetting::On),
            (&factor.prefer, MfaSetting::Preferred),
        ];
        let (_, setting) = changes
            .into_iter()
            .find(|(known, _)| known.name == action)?;
        Some((factor.preference)(setting))
    })
}

/// Starts to enrol an authenticator app.
async fn start(owner: &Owner) -> Shown {
    let seed = match owner.cognito.associate_software_token().await {
        Ok(seed) => seed,
        Err(failure) => return refuse(owner, failure).await,
    };
    Kept::TotpSeed.write(&owner.auth, seed.expose()).await?;
    Ok(see_other(&owner.view.paths.own(Page::SecondFactor)))
}

/// Ends the enrolment, and has the app asked for from now on.
async fn verify(owner: &Owner, mut typed: Form) -> Shown {
    let code = match typed.take_code(owner.view.texts) {
        Ok(code) => code,
        Err(mistake) => return render(owner, "", None, Some(&mistake)).await,
    };

    let switched_on = async {
        let user = &owner.cognito;
        user.verify_software_token(&code, None).await?;
        user.set_user_mfa_preference(&(APP.preference)(MfaSetting::Preferred))
            .await
    };
    match switched_on.await {
        Ok(()) => {
            Kept::TotpSeed.remove(&owner.auth).await?;
            saved(owner).await
        }
        Err(failure) => refuse(owner, failure).await,
    }
}

async fn saved(owner: &Owner) -> Shown {
    owner.changed(AccountChange::SecondFactor).await?;
    let page = owner.view.paths.own(Page::SecondFactor);
    Ok(see_other(&Change::SecondFactor.of(&page)))
}

async fn refuse(owner: &Owner, failure: CognitoError) -> Shown {
    let mistake = owner.mistake(failure).await?;
    render(owner, "", None, Some(&mistake)).await
}

async fn render(
    owner: &Owner,
    notice: &'static str,
    asked: Option<&str>,
    mistake: Option<&Mistake>,
) -> Shown {
    let view = &owner.view;
    let texts = view.texts;
    let profile = match owner.cognito.get_user().await {
        Ok(profile) => profile,
        Err(failure) => return Err(owner.failed(failure).await),
    };
    let seed = Kept::TotpSeed.read(&owner.auth).await?;

    let mut marks = Marks::new(mistake);
    let app = seed.map(|seed| {
        let code = marks.field(Field::code(texts.fields.app_code).with_focus(true));
        let account = &owner.user.username;
        AppSetup::new(texts, &view.pages().issuer, account, &seed, code)
    });
    let methods = profile.mfa.iter().map(|name| MfaMethod {
        name: name.clone(),
        label: texts.factor(name).to_owned(),
        is_preferred: profile.preferred_mfa.as_ref() == Some(name) && profile.mfa.len() > 1,
    });
    let second_factor = SecondFactorPage {
        texts,
        paths: view.paths.clone(),
        action: view.paths.own(Page::SecondFactor),
        notice,
        alert: marks.alert(),
        methods: methods.collect(),
        actions: actions(owner, &profile),
        off: on(&profile)
            .map(|factor| factor.off.choice(&texts.mfa))
            .collect(),
        confirmation: asked.and_then(|asked| confirmation(owner, &profile, asked)),
        app,
    };
    Ok(Mistake::answer(mistake, |status| {
        page(status, view.templates().second_factor(&second_factor))
    }))
}

/// What can be done with the second factors, as they are now.
fn actions(owner: &Owner, profile: &UserProfile) -> Vec<Choice> {
    let texts = &owner.view.texts.mfa;
    let mut actions = Vec::new();
    for factor in FACTORS {
        let is_on = factor.is_on(profile);
        if !is_on && factor.can_be_on(owner, profile) {
            actions.push(factor.on.choice(texts));
        }
        if is_on && factor.name == APP.name {
            actions.push(Choice::new(APP.on.name, texts.set_up_another));
        }
        if is_on && !factor.is_preferred(profile) && profile.mfa.len() > 1 {
            actions.push(factor.prefer.choice(texts));
        }
    }

    actions
}

fn on(profile: &UserProfile) -> impl Iterator<Item = &'static Factor> {
    FACTORS.into_iter().filter(|factor| factor.is_on(profile))
}

/// The question whether to switch a second factor off.
fn confirmation(owner: &Owner, profile: &UserProfile, asked: &str) -> Option<Confirmation> {
    let texts = owner.view.texts;
    let factor = on(profile).find(|factor| factor.off.name == asked)?;
    let text = match profile.mfa.len() {
        1 => texts.mfa.last_off_text,
        _ => texts.mfa.off_text,
    };
    Some(Confirmation {
        texts,
        path: owner.view.paths.own(Page::SecondFactor),
        action: factor.off.name,
        id: String::new(),
        text: text.to_owned(),
        label: (factor.off.label)(&texts.mfa).to_owned(),
    })
}
