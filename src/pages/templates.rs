use askama::Template;

use super::shown::{
    CodePage, CustomPage, DataPage, DeletedPage, DevicesPage, ErrorPage, FormPage, Frame,
    IdentitiesPage, LoginPage, LoginsPage, LogoutPage, MfaSetupPage, NewPasswordPage,
    PasskeyOfferPage, PasskeyPage, PasskeysPage, PasswordPage, ProfilePage, SecondFactorPage,
    SecurityPage, SelectChallengePage, SelectMfaPage, SentOnPage, SoftwareTokenPage, UnknownPage,
    UserPage, UsersPage,
};

/// The HTML of a page, or why there is none.
///
/// A page that cannot be rendered is answered with 500; the error is logged.
pub type Rendered = Result<String, Box<dyn std::error::Error + Send + Sync>>;

/// Makes the provided methods: each renders a page by the template that it carries.
macro_rules! templates {
    ($($(#[$doc:meta])* $name:ident($page:ty);)*) => {
        /// What the pages look like, one method for each.
        ///
        /// The provided methods render the templates of this crate. Write those of the pages
        /// that are to look otherwise, and give the whole to
        /// [`Pages::with_templates`](super::Pages::with_templates). A page holds everything that
        /// is to be shown, in the visitor's language; what the form sends back, and where to, is
        /// in it as well.
        ///
        /// Every answer has a `Content-Security-Policy` that allows styles, pictures and scripts of
        /// this site and nothing else; see
        /// [`with_content_security_policy`](super::Pages::with_content_security_policy).
        ///
        /// # Examples
        ///
        /// ```
        /// use axum_cognito::pages::{LogoutPage, Pages, Rendered, Templates};
        ///
        /// struct Ours;
        ///
        /// impl Templates for Ours {
        ///     fn logout(&self, page: &LogoutPage) -> Rendered {
        ///         Ok(format!(
        ///             "<form method=post action=\"{}\"><button>{}</button></form>",
        ///             page.paths.logout(),
        ///             page.texts.logout.submit
        ///         ))
        ///     }
        /// }
        ///
        /// let pages = Pages::new().with_templates(Ours);
        /// ```
        pub trait Templates: Send + Sync + 'static {
            /// What is around each page: the whole document. A method below that returns a document
            /// of its own is left as it is.
            ///
            /// # Errors
            ///
            /// Whatever kept the page from being rendered.
            fn layout(&self, frame: &Frame<'_>) -> Rendered {
                Ok(frame.render()?)
            }

            $(
                $(#[$doc])*
                ///
                /// # Errors
                ///
                /// Whatever kept the page from being rendered.
                fn $name(&self, page: &$page) -> Rendered {
                    Ok(page.render()?)
                }
            )*
        }
    };
}

templates! {
    /// The login page.
    login(LoginPage);
    /// A challenge: the code that was sent by mail or text message.
    code(CodePage);
    /// A challenge: the code of an authenticator app.
    software_token(SoftwareTokenPage);
    /// A challenge: a new password in place of a temporary one.
    new_password(NewPasswordPage);
    /// A challenge: which second factor to ask for.
    select_mfa(SelectMfaPage);
    /// A challenge: a second factor that is still to be set up.
    mfa_setup(MfaSetupPage);
    /// A challenge: a question of the user pool's triggers.
    custom(CustomPage);
    /// A challenge: by which first factor to log in.
    select_challenge(SelectChallengePage);
    /// A challenge: the password.
    password(PasswordPage);
    /// A challenge: a passkey.
    passkey(PasskeyPage);
    /// A challenge that has no page of its own.
    unknown(UnknownPage);
    /// Sends the browser on, on the way to managed login and back.
    sent_on(SentOnPage);
    /// The question whether to log out.
    logout(LogoutPage);
    /// The user's details.
    profile(ProfilePage);
    /// Changing one's attributes.
    edit_profile(FormPage);
    /// Changing the password.
    change_password(FormPage);
    /// Verifying an address.
    verify(FormPage);
    /// Second factors.
    second_factor(SecondFactorPage);
    /// What opens the account.
    security(SecurityPage);
    /// Devices.
    devices(DevicesPage);
    /// Logins in all browsers.
    logins(LoginsPage);
    /// Passkeys.
    passkeys(PasskeysPage);
    /// The offer of a passkey, after a login with a password.
    passkey_offer(PasskeyOfferPage);
    /// Connected identity providers.
    identities(IdentitiesPage);
    /// A copy of one's data, and the end of the account.
    data(DataPage);
    /// Says that the account is deleted.
    deleted(DeletedPage);
    /// The users that are looked for.
    users(UsersPage);
    /// A user, for administrators.
    user(UserPage);
    /// Signing up.
    sign_up(FormPage);
    /// The code with which a sign-up is confirmed.
    confirm_sign_up(FormPage);
    /// Asking for a code when the password is forgotten.
    forgot_password(FormPage);
    /// The code and the new password.
    reset_password(FormPage);
    /// What went wrong, with its status.
    error(ErrorPage);
}

/// The templates of this crate.
#[derive(Clone, Copy, Debug, Default)]
pub struct DefaultTemplates;

impl Templates for DefaultTemplates {}
