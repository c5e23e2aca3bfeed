use std::fmt;
use std::str::FromStr;

use aws_sdk_cognitoidentityprovider::types::{AttributeType, UserStatusType, UserType};
use aws_smithy_types::DateTime;
use time::OffsetDateTime;

use crate::attribute::{AttributeName, Attributes};
use crate::id::Subject;
use crate::token::FederatedIdentity;

/// A user as Cognito describes them.
///
/// `GetUser` returns no status: that takes `AdminGetUser`.
#[derive(Clone)]
#[non_exhaustive]
pub struct UserProfile {
    /// The name that Cognito gave the user, never an alias.
    pub username: String,
    /// The attributes that the app client may read.
    pub attributes: Attributes,
    /// The status, if the call that made this profile returns it.
    pub status: Option<UserStatus>,
    /// Whether the user is enabled, if the call returns it.
    pub enabled: Option<bool>,
    /// The MFA methods that are switched on, by their names in the API.
    pub mfa: Vec<String>,
    /// The MFA method that Cognito asks for first.
    pub preferred_mfa: Option<String>,
    /// The user's groups, if they were read from a token: no call for users returns them.
    pub groups: Option<Vec<String>>,
}

impl UserProfile {
    /// Creates a profile with nothing but a name and attributes.
    pub fn new(username: impl Into<String>, attributes: Attributes) -> Self {
        Self {
            username: username.into(),
            attributes,
            status: None,
            enabled: None,
            mfa: Vec::new(),
            preferred_mfa: None,
            groups: None,
        }
    }

    /// Reads an entry of a list of users.
    pub(super) fn read(user: &UserType) -> Self {
        Self {
            status: user.user_status().map(UserStatus::read),
            enabled: Some(user.enabled()),
            ..Self::new(
                user.username().unwrap_or_default(),
                read_attributes(user.attributes()),
            )
        }
    }

    /// Whether it is the profile of this user: of the name, and of the person.
    #[cfg(feature = "web")]
    pub(crate) fn is_of(&self, username: &str, sub: Option<&Subject>) -> bool {
        self.username == username && sub.is_some() && self.sub().as_ref() == sub
    }

    /// Cognito's `sub`: it stays with the person, where a username can be given anew.
    pub fn sub(&self) -> Option<Subject> {
        self.attributes
            .get("sub")
            .map(|sub| Subject::from(sub.to_owned()))
    }

    /// Returns the user's accounts at other identity providers, which the attribute `identities`
    /// lists.
    pub fn identities(&self) -> Vec<FederatedIdentity> {
        let listed = self.attributes.get("identities");
        listed
            .map(FederatedIdentity::read_attribute)
            .unwrap_or_default()
    }
}

impl fmt::Debug for UserProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserProfile")
            .field("attributes", &self.attributes)
            .field("status", &self.status)
            .field("enabled", &self.enabled)
            .field("mfa", &self.mfa)
            .finish_non_exhaustive()
    }
}

/// Attributes in Cognito's form. A name that is not one of Cognito's is left out.
pub(super) fn read_attributes(attributes: &[AttributeType]) -> Attributes {
    attributes
        .iter()
        .filter_map(|attribute| {
            let name = attribute.name().parse().ok()?;
            Some((name, attribute.value()?.to_owned()))
        })
        .collect()
}

/// Names and values in the API's form. No list where there are none.
pub(super) fn attribute_list(pairs: &[(String, String)]) -> Option<Vec<AttributeType>> {
    let write = |(name, value): &(String, String)| {
        AttributeType::builder()
            .name(name)
            .value(value)
            .build()
            .expect("an attribute has a name")
    };

    (!pairs.is_empty()).then(|| pairs.iter().map(write).collect())
}

/// Reads a point in time.
pub(super) fn read_time(at: Option<&DateTime>) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(at?.secs()).ok()
}

/// Attributes in the API's form.
pub(super) fn write_attributes(attributes: &Attributes) -> Option<Vec<AttributeType>> {
    let write = |(name, value): (&AttributeName, &str)| {
        AttributeType::builder()
            .name(name.as_str())
            .value(value)
            .build()
            .expect("an attribute has a name")
    };

    Some(attributes.iter().map(write).collect())
}

/// The status of a user, as `UserStatusType` of the API lists them.
///
/// AWS says of `ARCHIVED`, `COMPROMISED` and `UNKNOWN` that they are no longer used.
/// A disabled user is not a status: Cognito refuses that login itself.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum UserStatus {
    /// `ARCHIVED`: no longer active.
    Archived,
    /// `COMPROMISED`: disabled on suspicion.
    Compromised,
    /// `CONFIRMED`: an ordinary user.
    Confirmed,
    /// `EXTERNAL_PROVIDER`: signs in elsewhere.
    ExternalProvider,
    /// `FORCE_CHANGE_PASSWORD`: has a temporary password.
    ForceChangePassword,
    /// A status that this version does not know.
    Other(String),
    /// `RESET_REQUIRED`: must reset the password before logging in.
    ResetRequired,
    /// `UNCONFIRMED`: has not confirmed the sign-up.
    Unconfirmed,
    /// `UNKNOWN`.
    Unknown,
}

impl UserStatus {
    const NAMES: [(&'static str, Self); 8] = [
        ("ARCHIVED", Self::Archived),
        ("COMPROMISED", Self::Compromised),
        ("CONFIRMED", Self::Confirmed),
        ("EXTERNAL_PROVIDER", Self::ExternalProvider),
        ("FORCE_CHANGE_PASSWORD", Self::ForceChangePassword),
        ("RESET_REQUIRED", Self::ResetRequired),
        ("UNCONFIRMED", Self::Unconfirmed),
        ("UNKNOWN", Self::Unknown),
    ];

    /// The statuses that Warrant called inactive: `ARCHIVED`, `COMPROMISED` and `UNKNOWN`.
    pub const INACTIVE: &'static [Self] = &[Self::Archived, Self::Compromised, Self::Unknown];

    pub(super) fn read(status: &UserStatusType) -> Self {
        status
            .as_str()
            .parse()
            .unwrap_or_else(|never| match never {})
    }

    /// Returns the API's name of the status.
    pub fn as_str(&self) -> &str {
        if let Self::Other(name) = self {
            return name;
        }

        Self::NAMES
            .iter()
            .find_map(|(name, status)| (status == self).then_some(*name))
            .expect("every status but `Other` is in the list")
    }
}

impl FromStr for UserStatus {
    type Err = std::convert::Infallible;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::NAMES.into_iter().find(|(known, _)| *known == name);

        Ok(known.map_or_else(|| Self::Other(name.to_owned()), |(_, status)| status))
    }
}

impl fmt::Display for UserStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
