use url::Url;

use super::LoginProvider;
use crate::cognito::ConfigError;
use crate::cognito::endpoint::{check_endpoint, is_private};

/// Login through the pages of the user pool's domain, which AWS calls managed login.
///
/// Visitors leave for the domain, prove there who they are, by password or at an identity provider,
/// and come back to [`callback_url`](Self::callback_url) with a code.
///
/// # Examples
///
/// ```
/// use axum_cognito::cognito::{LoginProvider, ManagedLogin};
///
/// # fn f() -> Result<ManagedLogin, axum_cognito::cognito::ConfigError> {
/// let managed = ManagedLogin::new(
///     "https://shop.auth.eu-west-1.amazoncognito.com",
///     "https://shop.example/login/callback",
/// )?
/// .with_sign_out_url("https://shop.example/")?
/// .with_providers([LoginProvider::new("Google")]);
/// # Ok(managed)
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ManagedLogin {
    pub(super) domain: String,
    pub(super) callback: Url,
    sign_out: Option<Url>,
    pub(super) scopes: Vec<String>,
    pub(super) resource: Option<String>,
    providers: Vec<LoginProvider>,
}

impl ManagedLogin {
    /// Names the domain of the user pool, and the address at which this site takes the code. Both
    /// are compared by Cognito letter by letter: the callback is one of the app client's.
    ///
    /// # Errors
    ///
    /// Returns a [`ConfigError`] for an address that is not `https`, unless it is one of this
    /// machine; and for a domain with a path.
    pub fn new(domain: &str, callback_url: &str) -> Result<Self, ConfigError> {
        Ok(Self {
            domain: check_endpoint(domain)?,
            callback: read_address(callback_url)?,
            sign_out: None,
            scopes: Vec::new(),
            resource: None,
            providers: Vec::new(),
        })
    }

    /// Sets where the domain leads back to after a logout on this site, which then ends the session
    /// at the domain too. The address is one of the app client's sign-out URLs. Without it, whoever
    /// comes next to the same browser is logged in again by one click, for an hour.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn with_sign_out_url(mut self, url: &str) -> Result<Self, ConfigError> {
        self.sign_out = Some(read_address(url)?);
        Ok(self)
    }

    /// Sets the scopes to ask for, `openid` among them. The default is all that the app client
    /// allows. Without `aws.cognito.signin.user.admin` users cannot change their account here.
    pub fn with_scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        if !self.scopes.is_empty() && !self.scopes.iter().any(|scope| scope == "openid") {
            self.scopes.insert(0, "openid".to_owned());
        }
        self
    }

    /// Binds access tokens to the API of this address
    /// ([RFC 8707](https://www.rfc-editor.org/rfc/rfc8707)).
    pub fn with_resource(mut self, resource: impl Into<String>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    /// Sets the ways in that the login page offers, in this order. Without any it leads to the
    /// domain's own page, which has all of the app client.
    pub fn with_providers(mut self, providers: impl IntoIterator<Item = LoginProvider>) -> Self {
        self.providers = providers.into_iter().collect();
        self
    }

    /// Returns the origin of the domain, without a slash at its end.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Returns the address at which this site takes the code.
    pub fn callback_url(&self) -> &Url {
        &self.callback
    }

    /// Returns the ways in that the login page offers.
    pub fn providers(&self) -> &[LoginProvider] {
        &self.providers
    }

    /// Returns the provider to which a mail address leads, by its domain.
    pub fn provider_of(&self, email: &str) -> Option<&LoginProvider> {
        let (_, domain) = email.trim().rsplit_once('@')?;
        let domain = domain.to_lowercase();

        let mut providers = self.providers.iter();
        providers.find(|provider| provider.email_domains().contains(&domain))
    }

    /// Returns where a browser ends its session at the domain, with the app client `client_id`.
    /// `None` without a [sign-out URL](Self::with_sign_out_url).
    pub(super) fn logout_address(&self, client_id: &str) -> Option<Url> {
        let back = self.sign_out.as_ref()?;
        let mut url = Url::parse(&self.domain).ok()?.join("/logout").ok()?;
        url.query_pairs_mut()
            .append_pair("client_id", client_id)
            .append_pair("logout_uri", back.as_str());

        Some(url)
    }
}

/// Reads an address to which browsers are sent back.
fn read_address(address: &str) -> Result<Url, ConfigError> {
    let invalid = || ConfigError::InvalidAddress {
        address: address
            .rsplit_once('@')
            .map_or(address, |(_, host)| host)
            .to_owned(),
    };
    let url = Url::parse(address).map_err(|_| invalid())?;
    let is_plain =
        url.username().is_empty() && url.password().is_none() && url.fragment().is_none();

    if is_plain && is_private(&url) && url.as_str() == address {
        Ok(url)
    } else {
        Err(invalid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_https_or_of_this_machine_and_stand_as_they_are_registered() {
        for (address, accepted) in [
            ("https://shop.example/login/callback", true),
            ("https://shop.example/", true),
            ("http://localhost:3000/login/callback", true),
            ("http://127.0.0.1:3000/login/callback", true),
            ("http://[::1]/login/callback", true),
            ("http://shop.example/login/callback", false),
            ("https://shop.example/login/callback#here", false),
            ("https://user@shop.example/login/callback", false),
            // A browser would make another address of it than the one that is registered.
            ("https://Shop.example/login/callback", false),
            ("https://shop.example", false),
            ("myapp://callback", false),
            ("/login/callback", false),
            ("", false),
        ] {
            let domain = "https://shop.auth.eu-west-1.amazoncognito.com";
            let managed = ManagedLogin::new(domain, address);
            assert_eq!(managed.is_ok(), accepted, "{address:?}");
        }
    }

    #[test]
    fn scopes_have_openid_among_them_unless_there_are_none() {
        for (asked, expected) in [
            (&[][..], &[][..]),
            (&["email"], &["openid", "email"]),
            (&["email", "openid"], &["email", "openid"]),
        ] {
            let managed = ManagedLogin::new("http://localhost:1", "http://localhost:2/callback")
                .expect("settings")
                .with_scopes(asked.iter().copied());

            assert_eq!(managed.scopes, expected, "{asked:?}");
        }
    }

    #[test]
    fn a_mail_address_leads_to_the_provider_of_its_domain() {
        let managed = ManagedLogin::new("http://localhost:1", "http://localhost:2/callback")
            .expect("settings")
            .with_providers([
                LoginProvider::new("Google"),
                LoginProvider::new("Acme").with_email_domains(["Acme.example", "acme.test"]),
            ]);
        let name = |email| managed.provider_of(email).map(LoginProvider::name);

        assert_eq!(name("ada@acme.example"), Some("Acme"));
        assert_eq!(name(" Ada@ACME.test "), Some("Acme"));
        assert_eq!(name("ada@evil.example@acme.example"), Some("Acme"));
        assert_eq!(name("ada@mail.acme.example"), None);
        assert_eq!(name("acme.example"), None);
        assert_eq!(managed.providers()[0].label(), Some("Google"));
        assert_eq!(managed.providers()[1].label(), None);
    }
}
