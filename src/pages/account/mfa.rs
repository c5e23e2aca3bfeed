use askama::Template;
use axum::response::Response;

use super::{Account, Kept};
use crate::cognito::{CognitoError, MfaPreference, MfaSetting, UserProfile};
use crate::pages::app_setup::AppSetup;
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::texts::{MfaTexts, Texts};
use crate::pages::{page, see_other};
use crate::web::LocalPath;

/// The second factors of a user. Its forms go to `/profile/mfa` and say what to do as `action`.
#[derive(Clone, Debug, Template)]
#[template(path = "account/mfa.html")]
#[non_exhaustive]
pub struct SecondFactorPage {
    /// The texts of the page's language.
    pub texts: &'static Texts,
    /// What is wrong.
    pub alert: String,
    /// The methods that are on.
    pub methods: Vec<MfaMethod>,
    /// What can be done, as `action` and its label.
    pub actions: Vec<(&'static str, &'static str)>,
    /// The app that is being enrolled: its form has the `action` `verify`, and a code.
    pub app: Option<AppSetup>,
}

/// A second factor that is on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MfaMethod {
    /// What it is called.
    pub label: String,
    /// Whether it is asked for before all others.
    pub is_preferred: bool,
}

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
    fn can_be_on(&self, account: &Account, profile: &UserProfile) -> bool {
        let Some(address) = self.address else {
            return true;
        };
        let offered = account.view.pages().sent_codes;
        let verified = profile.attributes.get(&format!("{address}_verified"));

        offered && verified == Some("true")
    }
}

/// Which second factors a user has, or the app that is being enrolled.
pub(in crate::pages) async fn show(account: Account) -> Response {
    render(&account, None).await
}

/// Changes the second factors.
pub(in crate::pages) async fn submit(account: Account, mut typed: Form) -> Response {
    let action = typed.take("action").unwrap_or_default();
    let done = match action.as_str() {
        "start" => return start(&account).await,
        "verify" => return verify(&account, typed).await,
        "cancel" => return finish(&account).await,
        other => match preference(other) {
            Some(preference) => account.cognito.set_user_mfa_preference(&preference).await,
            None => Ok(()),
        },
    };

    match done {
        Ok(()) => see_other(&LocalPath::from_static("/profile/mfa")),
        Err(failure) => refuse(&account, &failure).await,
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
async fn start(account: &Account) -> Response {
    let seed = match account.cognito.associate_software_token().await {
        Ok(seed) => seed,
        Err(failure) => return refuse(account, &failure).await,
    };
    match Kept::TotpSeed.write(&account.auth, seed.expose()).await {
        Ok(()) => see_other(&LocalPath::from_static("/profile/mfa")),
        Err(failure) => account.view.failed(&failure),
    }
}

/// Ends the enrolment, and has the app asked for from now on.
async fn verify(account: &Account, mut typed: Form) -> Response {
    let Some(code) = typed.take_code() else {
        let mistake = Mistake::new("code", account.view.texts.mistakes.code_missing);
        return render(account, Some(&mistake)).await;
    };

    let switched_on = async {
        let user = &account.cognito;
        user.verify_software_token(&code, None).await?;
        user.set_user_mfa_preference(&(APP.preference)(MfaSetting::Preferred))
            .await
    };
    match switched_on.await {
        Ok(()) => finish(account).await,
        Err(failure) => refuse(account, &failure).await,
    }
}

/// Forgets the app that was being enrolled.
async fn finish(account: &Account) -> Response {
    match Kept::TotpSeed.remove(&account.auth).await {
        Ok(()) => see_other(&LocalPath::from_static("/profile/mfa")),
        Err(failure) => account.view.failed(&failure),
    }
}

async fn refuse(account: &Account, failure: &CognitoError) -> Response {
    match Mistake::of(failure, account.view.texts) {
        Some(mistake) => render(account, Some(&mistake)).await,
        None => account.view.outage(failure),
    }
}

async fn render(account: &Account, mistake: Option<&Mistake>) -> Response {
    let view = &account.view;
    let profile = match account.cognito.get_user().await {
        Ok(profile) => profile,
        Err(failure) => return account.failed(&failure).await,
    };
    let seed = match Kept::TotpSeed.read(&account.auth).await {
        Ok(seed) => seed,
        Err(failure) => return view.failed(&failure),
    };

    let app = seed.map(|seed| {
        let error = Mistake::at(mistake, "code");
        AppSetup::new(view, &account.user.username, &seed, error)
    });
    let methods = profile.mfa.iter().map(|name| MfaMethod {
        label: view.texts.factor(name).to_owned(),
        is_preferred: profile.preferred_mfa.as_ref() == Some(name) && profile.mfa.len() > 1,
    });
    let second_factor = SecondFactorPage {
        texts: view.texts,
        alert: Mistake::at(mistake, ""),
        methods: methods.collect(),
        actions: actions(account, &profile),
        app,
    };
    page(
        Mistake::status(mistake),
        view.templates().second_factor(&second_factor),
    )
}

/// What can be done with the second factors, as they are now.
fn actions(account: &Account, profile: &UserProfile) -> Vec<(&'static str, &'static str)> {
    let texts = &account.view.texts.mfa;
    let mut actions = Vec::new();
    for factor in FACTORS {
        let is_on = factor.is_on(profile);
        if !is_on && factor.can_be_on(account, profile) {
            actions.push((factor.on.name, (factor.on.label)(texts)));
        }
        if is_on && factor.name == APP.name {
            actions.push((APP.on.name, texts.set_up_another));
        }
        if is_on && !factor.is_preferred(profile) && profile.mfa.len() > 1 {
            actions.push((factor.prefer.name, (factor.prefer.label)(texts)));
        }
        if is_on {
            actions.push((factor.off.name, (factor.off.label)(texts)));
        }
    }

    actions
}
