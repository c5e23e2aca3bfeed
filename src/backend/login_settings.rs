use crate::attribute::AttributeMapping;
use crate::challenge::{EmailOtp, SmsOtp, WebAuthn};
#[cfg(feature = "alb")]
use crate::cognito::LoadBalancer;
#[cfg(feature = "managed-login")]
use crate::cognito::ManagedLogin;
use crate::cognito::UserStatus;

/// How users log in at a user pool.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoginSettings {
    /// Which attribute goes to which column. The default maps `email`, `given_name` to
    /// `first_name`, and `family_name` to `last_name`.
    pub attribute_mapping: AttributeMapping,
    /// Whether a user without a row gets one at login. The default is yes.
    pub create_unknown_user: bool,
    /// Whether users whose status is in `inactive_user_status` may log in. The default is no.
    pub supports_inactive_user: bool,
    /// The statuses that count as inactive: `ARCHIVED`, `COMPROMISED` and `UNKNOWN`.
    ///
    /// AWS no longer gives these to users. Any other takes [`ProfileSource::AdminGetUser`], since
    /// a login does not tell the status.
    pub inactive_user_status: Vec<UserStatus>,
    /// Where the attributes and the status of a user come from.
    pub profile_source: ProfileSource,
    /// By which of Cognito's flows users log in.
    pub login_flow: LoginFlow,
    /// The first factors that the login page offers beside the password, with
    /// [`LoginFlow::Choice`]: `WEB_AUTHN`, `EMAIL_OTP` and `SMS_OTP`, as far as the user pool allows
    /// them. The default is the first two. They are the same for everybody: what Cognito itself
    /// offers to a name tells whether there is such an account.
    pub first_factors: Vec<String>,
    /// Whether a row without a `sub` becomes that of the first user who logs in under its name. The
    /// default is no: anyone may have registered that name. Say yes while a table of Warrant's or
    /// Django's is moved over.
    pub adopts_rows: bool,
    /// Whether users are in the groups `<user pool id>_<provider>`, into which Cognito puts whoever
    /// comes from an identity provider. The default is no: they say where somebody comes from, and
    /// not what they may do.
    pub keeps_provider_groups: bool,
    /// Whether Cognito is told the visitor's address, for its threat protection: otherwise it sees
    /// the site's own. The default is no: the app client must have a secret and
    /// `EnablePropagateAdditionalUserContextData`.
    pub sends_client_address: bool,
    /// The load balancer in front of the site, if it logs users in by itself.
    #[cfg(feature = "alb")]
    pub load_balancer: Option<LoadBalancer>,
    /// The pages of the user pool's domain, if users can come in by them.
    #[cfg(feature = "managed-login")]
    pub managed_login: Option<ManagedLogin>,
}

impl Default for LoginSettings {
    fn default() -> Self {
        Self {
            attribute_mapping: AttributeMapping::default(),
            create_unknown_user: true,
            supports_inactive_user: false,
            inactive_user_status: UserStatus::INACTIVE.to_vec(),
            profile_source: ProfileSource::default(),
            login_flow: LoginFlow::default(),
            first_factors: default_first_factors(),
            adopts_rows: false,
            keeps_provider_groups: false,
            sends_client_address: false,
            #[cfg(feature = "alb")]
            load_balancer: None,
            #[cfg(feature = "managed-login")]
            managed_login: None,
        }
    }
}

pub(super) fn default_first_factors() -> Vec<String> {
    [WebAuthn::NAME, EmailOtp::NAME].map(str::to_owned).into()
}

pub(super) fn first_factor(name: &str) -> Result<String, String> {
    let known = [EmailOtp::NAME, SmsOtp::NAME, WebAuthn::NAME];
    match known.contains(&name) {
        true => Ok(name.to_owned()),
        false => Err(format!(
            "expected {}, separated by commas",
            known.join(", ")
        )),
    }
}

/// By which of Cognito's flows users log in.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum LoginFlow {
    /// `USER_SRP_AUTH` for users who type a password, and `USER_AUTH` for the others, who take one of
    /// the [first factors](LoginSettings::first_factors), e.g. a passkey. The app client must allow
    /// both.
    Choice,
    /// `CUSTOM_AUTH`: the password if there is one, and then what the triggers of the user pool
    /// ask.
    Custom,
    /// `USER_SRP_AUTH`: the password alone is the first factor.
    #[default]
    Password,
    /// `USER_PASSWORD_AUTH`: the password leaves the process and is sent to AWS, inside TLS. A user
    /// migration trigger needs it: by SRP Cognito never sees the password, and whom it does not know
    /// yet is refused. Go back to [`Password`](Self::Password) once the users have moved.
    PlainPassword,
}

/// Where the attributes and the status of a user come from at login.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ProfileSource {
    /// `AdminGetUser`: the status too. Needs AWS credentials.
    AdminGetUser,
    /// `GetUser`, as in Warrant: what Cognito has stored. The ID token, where the access token lacks
    /// the scope for it, which managed login need not give.
    #[default]
    GetUser,
    /// The verified ID token: no call, and with what a pre token generation trigger changed.
    IdToken,
}
