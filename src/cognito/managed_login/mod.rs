//! Login through the pages of the user pool's domain: authorization code with PKCE.
//!
//! The protocol is that of [RFC 6749], [RFC 7636] and [OpenID Connect Core 1.0], as AWS's page
//! [User pool endpoints] narrows it.
//!
//! [RFC 6749]: https://www.rfc-editor.org/rfc/rfc6749
//! [RFC 7636]: https://www.rfc-editor.org/rfc/rfc7636
//! [OpenID Connect Core 1.0]: https://openid.net/specs/openid-connect-core-1_0.html
//! [User pool endpoints]: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-userpools-server-contract-reference.html

mod attempt;
mod provider;
mod settings;
mod token_endpoint;

use oauth2::{CsrfToken, PkceCodeChallenge, Scope};
use url::Url;

pub use self::attempt::{ManagedLoginAttempt, ManagedLoginRequest};
pub use self::provider::LoginProvider;
pub use self::settings::ManagedLogin;
use super::Cognito;

/// Bytes of chance in a state and in a nonce. Cognito puts both into addresses of its own, which
/// some servers on the way cut at a few thousand characters.
const RANDOM_BYTES: u32 = 32;

impl Cognito {
    /// Begins a login at the domain. Returns where the browser goes, and the attempt, to be kept on
    /// the server for this browser alone.
    pub fn begin_managed_login(
        &self,
        managed: &ManagedLogin,
        request: &ManagedLoginRequest,
    ) -> (Url, ManagedLoginAttempt) {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let nonce = CsrfToken::new_random_len(RANDOM_BYTES).into_secret();
        let scopes = managed.scopes.iter().cloned().map(Scope::new);
        let parameters = [
            ("identity_provider", request.provider.as_deref()),
            ("idp_identifier", request.idp_identifier.as_deref()),
            ("lang", request.lang.as_deref()),
            ("login_hint", request.login_hint.as_deref()),
            ("prompt", request.asks_again.then_some("login")),
            ("resource", managed.resource.as_deref()),
        ];

        let client = self.oauth_client(managed);
        let mut address = client
            .authorize_url(|| CsrfToken::new_random_len(RANDOM_BYTES))
            .add_scopes(scopes)
            .add_extra_param("nonce", nonce.clone())
            .set_pkce_challenge(challenge);
        for (name, value) in parameters {
            if let Some(value) = value {
                address = address.add_extra_param(name, value);
            }
        }
        let (address, state) = address.url();

        let attempt = ManagedLoginAttempt {
            state: state.into_secret(),
            nonce,
            verifier: verifier.into_secret(),
            provider: request.provider.clone(),
        };
        (address, attempt)
    }

    /// Returns where a browser ends its session at the domain, if a
    /// [sign-out URL](ManagedLogin::with_sign_out_url) is set.
    pub fn managed_logout_url(&self, managed: &ManagedLogin) -> Option<Url> {
        managed.logout_address(self.app_client().as_str())
    }
}
