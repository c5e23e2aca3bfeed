//! What the pages show, as JSON.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::pages::shown::{
    CodePage, CustomPage, DataPage, DeletedPage, DevicesPage, ErrorPage, FormPage, IdentitiesPage,
    LoginPage, LoginsPage, LogoutPage, MfaSetupPage, NewPasswordPage, PasskeyOfferPage,
    PasskeyPage, PasskeysPage, PasswordPage, ProfilePage, SecondFactorPage, SecurityPage,
    SelectChallengePage, SelectMfaPage, SentOnPage, SoftwareTokenPage, UnknownPage,
};
use crate::pages::templates::{Rendered, Templates};

/// Writes each page as the step that it is.
pub(super) struct JsonTemplates;

/// Makes a step of each page, and the template that writes it.
macro_rules! steps {
    ($($(#[$doc:meta])* $template:ident $step:ident($page:ty);)*) => {
        /// What there is to do next: `step` says what.
        #[derive(Serialize, JsonSchema)]
        #[serde(rename_all = "snake_case", tag = "step")]
        pub(super) enum Step<'a> {
            $($(#[$doc])* $step(&'a $page),)*
            /// Nothing more: the front end goes on to `next`, a path of its own.
            Done {
                /// Where it was needed, or what the site has set for this.
                next: &'a str,
            },
            /// The browser goes to `to`, at the user pool's domain or an identity provider.
            Redirect {
                /// A URL.
                to: &'a str,
            },
        }

        impl Templates for JsonTemplates {
            $(fn $template(&self, page: &$page) -> Rendered {
                Ok(serde_json::to_string(&Step::$step(page))?)
            })*

            fn sent_on(&self, page: &SentOnPage) -> Rendered {
                Ok(serde_json::to_string(&Step::Redirect { to: &page.to })?)
            }

            fn error(&self, page: &ErrorPage) -> Rendered {
                Ok(serde_json::to_string(&Problem::new(page.status, page.heading, &page.text))?)
            }
        }
    };
}

steps! {
    /// The login form.
    login Login(LoginPage);
    /// A challenge: the code that was sent by mail or text message.
    code Code(CodePage);
    /// A challenge: the code of an authenticator app.
    software_token SoftwareToken(SoftwareTokenPage);
    /// A challenge: a new password in place of a temporary one.
    new_password NewPassword(NewPasswordPage);
    /// A challenge: which second factor to ask for.
    select_mfa SelectMfa(SelectMfaPage);
    /// A challenge: a second factor that is still to be set up.
    mfa_setup MfaSetup(MfaSetupPage);
    /// A challenge: a question of the user pool's triggers.
    custom Custom(CustomPage);
    /// A challenge: by which first factor to log in.
    select_challenge SelectChallenge(SelectChallengePage);
    /// A challenge: the password.
    password Password(PasswordPage);
    /// A challenge: a passkey.
    passkey Passkey(PasskeyPage);
    /// A challenge that cannot be answered here.
    unknown Unknown(UnknownPage);
    /// Whether to log out.
    logout Logout(LogoutPage);
    /// The user's details.
    profile Profile(ProfilePage);
    /// Changing one's attributes.
    edit_profile EditProfile(FormPage);
    /// Changing the password.
    change_password ChangePassword(FormPage);
    /// Verifying an address.
    verify Verify(FormPage);
    /// Second factors.
    second_factor SecondFactor(SecondFactorPage);
    /// What opens the account.
    security Security(SecurityPage);
    /// Devices.
    devices Devices(DevicesPage);
    /// Logins in all browsers.
    logins Logins(LoginsPage);
    /// Passkeys.
    passkeys Passkeys(PasskeysPage);
    /// The offer of a passkey, after a login with a password. The user is logged in already.
    passkey_offer PasskeyOffer(PasskeyOfferPage);
    /// Connected identity providers.
    identities Identities(IdentitiesPage);
    /// A copy of one's data, and the end of the account.
    data Data(DataPage);
    /// The account is deleted.
    deleted Deleted(DeletedPage);
    /// Signing up.
    sign_up SignUp(FormPage);
    /// The code with which a sign-up is confirmed.
    confirm_sign_up ConfirmSignUp(FormPage);
    /// Asking for a code when the password is forgotten.
    forgot_password ForgotPassword(FormPage);
    /// The code and the new password.
    reset_password ResetPassword(FormPage);
}

impl Step<'_> {
    pub(super) fn answer(&self) -> Response {
        json(StatusCode::OK, "application/json", self)
    }
}

/// What went wrong: problem details, [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457), in the
/// visitor's language.
#[derive(Serialize, JsonSchema)]
pub(super) struct Problem<'a> {
    /// What it is, in a few words.
    pub(super) title: &'a str,
    /// The status of the answer.
    pub(super) status: u16,
    /// What it means, and what to do.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) detail: &'a str,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) errors: Vec<FieldError<'a>>,
    /// The step to be taken again, with what was typed, secrets aside.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Step<'static>>")]
    pub(super) form: Option<Value>,
}

/// A field that is wrong.
#[derive(Serialize, JsonSchema)]
pub(super) struct FieldError<'a> {
    /// Its name.
    pub(super) field: &'a str,
    /// What is wrong.
    pub(super) text: &'a str,
}

impl<'a> Problem<'a> {
    pub(super) fn new(status: StatusCode, title: &'a str, detail: &'a str) -> Self {
        Self {
            title,
            status: status.as_u16(),
            detail,
            errors: Vec::new(),
            form: None,
        }
    }

    pub(super) fn answer(&self) -> Response {
        let status = StatusCode::from_u16(self.status).expect("a status it was");
        json(status, "application/problem+json", self)
    }
}

fn json(status: StatusCode, kind: &'static str, value: &impl Serialize) -> Response {
    match serde_json::to_string(value) {
        Ok(text) => {
            let kind = HeaderValue::from_static(kind);
            (status, [(CONTENT_TYPE, kind)], Body::from(text)).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
