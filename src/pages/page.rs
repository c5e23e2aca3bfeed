/// One of the pages, to choose by: see [`Pages::only`](super::Pages::only).
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Page {
    /// The challenges between password and login: `/login/challenge`.
    Challenge,
    /// Changing the password: `/profile/password`.
    ChangePassword,
    /// A copy of one's data, and the end of the account: `/profile/data`.
    Data,
    /// Remembered devices: `/profile/devices`.
    Devices,
    /// Changing one's attributes, and verifying an address: `/profile/edit`, `/profile/verify`.
    EditProfile,
    /// Connected identity providers: `/profile/identities`. It needs the feature `managed-login`.
    Identities,
    /// The login form: `/login`.
    Login,
    /// Logins in all browsers: `/profile/logins`.
    Logins,
    /// Logging out: `/logout`.
    Logout,
    /// Passkeys: `/profile/passkeys`.
    Passkeys,
    /// The user's details: `/profile`.
    Profile,
    /// A forgotten password: `/password/forgot`, `/password/reset`.
    ResetPassword,
    /// Second factors: `/profile/mfa`.
    SecondFactor,
    /// What opens the account, with links to the pages that change it: `/profile/security`.
    Security,
    /// Signing up, where [`Pages::with_sign_up`](super::Pages::with_sign_up) allows it: `/signup`.
    SignUp,
    /// The users, for administrators: a list with a search, and a page for each, with [`Pages::with_user_list`](super::Pages::with_user_list):
    /// `/admin/users`.
    Users,
}

impl Page {
    pub(super) const ALL: [Self; 16] = [
        Self::Challenge,
        Self::ChangePassword,
        Self::Data,
        Self::Devices,
        Self::EditProfile,
        Self::Identities,
        Self::Login,
        Self::Logins,
        Self::Logout,
        Self::Passkeys,
        Self::Profile,
        Self::ResetPassword,
        Self::SecondFactor,
        Self::Security,
        Self::SignUp,
        Self::Users,
    ];

    /// Where the page is, below the prefix.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Challenge => "/login/challenge",
            Self::ChangePassword => "/profile/password",
            Self::Data => "/profile/data",
            Self::Devices => "/profile/devices",
            Self::EditProfile => "/profile/edit",
            Self::Identities => "/profile/identities",
            Self::Login => "/login",
            Self::Logins => "/profile/logins",
            Self::Logout => "/logout",
            Self::Passkeys => "/profile/passkeys",
            Self::Profile => "/profile",
            Self::ResetPassword => "/password/forgot",
            Self::SecondFactor => "/profile/mfa",
            Self::Security => "/profile/security",
            Self::SignUp => "/signup",
            Self::Users => "/admin/users",
        }
    }
}
