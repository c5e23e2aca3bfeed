use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Account, Kept, Mistake, outage};
use crate::cognito::{CognitoError, MfaPreference, MfaSetting};
use crate::pages::app_setup::AppSetup;
use crate::pages::form::Form;
use crate::pages::{error, page, see_other, texts};
use crate::web::LocalPath;

#[derive(Template)]
#[template(path = "account/mfa.html")]
struct MfaPage {
    alert: String,
    methods: Vec<String>,
    has_app: bool,
    app: Option<AppSetup>,
}

/// Which second factors a user has, or the app that is being enrolled.
pub(in crate::pages) async fn show(account: Account) -> Response {
    render(&account, None).await
}

/// Starts to enrol an authenticator app.
pub(in crate::pages) async fn start(account: Account) -> Response {
    let seed = match account.cognito.associate_software_token().await {
        Ok(seed) => seed,
        Err(failure) => return refuse(&account, &failure).await,
    };
    match Kept::TotpSeed.write(&account.auth, seed.expose()).await {
        Ok(()) => see_other(&LocalPath::from_static("/profile/mfa")),
        Err(failure) => error::failed(&failure),
    }
}

/// Ends the enrolment, and has the app asked for from now on.
pub(in crate::pages) async fn verify(account: Account, mut typed: Form) -> Response {
    let Some(code) = typed.take_code() else {
        let mistake = Mistake::new("code", texts::CODE_MISSING);
        return render(&account, Some(&mistake)).await;
    };

    let switched_on = async {
        let user = &account.cognito;
        user.verify_software_token(&code, None).await?;
        user.set_user_mfa_preference(&software_token(MfaSetting::Preferred))
            .await
    };
    if let Err(failure) = switched_on.await {
        return refuse(&account, &failure).await;
    }
    match Kept::TotpSeed.remove(&account.auth).await {
        Ok(()) => see_other(&LocalPath::from_static("/profile/mfa")),
        Err(failure) => error::failed(&failure),
    }
}

/// Has the app not asked for any more.
pub(in crate::pages) async fn off(account: Account) -> Response {
    let preference = software_token(MfaSetting::Off);

    match account.cognito.set_user_mfa_preference(&preference).await {
        Ok(()) => see_other(&LocalPath::from_static("/profile/mfa")),
        Err(failure) => refuse(&account, &failure).await,
    }
}

fn software_token(setting: MfaSetting) -> MfaPreference {
    MfaPreference {
        software_token: Some(setting),
        ..MfaPreference::default()
    }
}

async fn refuse(account: &Account, failure: &CognitoError) -> Response {
    match Mistake::of(failure) {
        Some(mistake) => render(account, Some(&mistake)).await,
        None => outage(failure),
    }
}

async fn render(account: &Account, mistake: Option<&Mistake>) -> Response {
    let profile = match account.cognito.get_user().await {
        Ok(profile) => profile,
        Err(failure) => return account.failed(&failure).await,
    };
    let seed = match Kept::TotpSeed.read(&account.auth).await {
        Ok(seed) => seed,
        Err(failure) => return error::failed(&failure),
    };

    let app =
        seed.map(|seed| AppSetup::new(&account.user.username, &seed, Mistake::at(mistake, "code")));
    let status = mistake.map_or(StatusCode::OK, |_| StatusCode::UNPROCESSABLE_ENTITY);
    page(
        status,
        &MfaPage {
            alert: Mistake::at(mistake, ""),
            has_app: profile.mfa.iter().any(|name| name == "SOFTWARE_TOKEN_MFA"),
            methods: profile
                .mfa
                .iter()
                .map(|name| texts::mfa_method(name).to_owned())
                .collect(),
            app,
        },
    )
}
