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
        let prompt = request.whole_prompt();
        let parameters = [
            ("identity_provider", request.provider.as_deref()),
            ("idp_identifier", request.idp_identifier.as_deref()),
            ("lang", request.lang.as_deref()),
            ("login_hint", request.login_hint.as_deref()),
            ("prompt", prompt.as_deref()),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn address(request: &ManagedLoginRequest) -> Url {
        let pool = "eu-west-1_Ab12Cd34E".parse().expect("a pool id");
        let client = "1example23456789".parse().expect("an app client id");
        let cognito = Cognito::builder(pool, client).build().expect("a client");
        let domain = "https://shop.auth.eu-west-1.amazoncognito.com";
        let managed = ManagedLogin::new(domain, "https://shop.example/login/callback")
            .expect("addresses")
            .with_scopes(["orders/read", "email"])
            .with_resource("https://api.shop.example");
        cognito.begin_managed_login(&managed, request).0
    }

    fn values(url: &Url, wanted: &str) -> Vec<String> {
        let pairs = url.query_pairs().filter(|(name, _)| name == wanted);
        pairs.map(|(_, value)| value.into_owned()).collect()
    }

    #[test]
    fn the_address_says_once_what_was_asked_for() {
        let request = ManagedLoginRequest {
            idp_identifier: Some("acme.example".to_owned()),
            login_hint: Some("ada+1@acme.example".to_owned()),
            lang: Some("pt-BR".to_owned()),
            prompt: Some("select_account".to_owned()),
            ..ManagedLoginRequest::default()
        };

        let address = address(&request);

        for (name, value) in [
            ("client_id", "1example23456789"),
            ("redirect_uri", "https://shop.example/login/callback"),
            ("response_type", "code"),
            ("scope", "openid orders/read email"),
            ("resource", "https://api.shop.example"),
            ("idp_identifier", "acme.example"),
            ("login_hint", "ada+1@acme.example"),
            ("lang", "pt-BR"),
            ("prompt", "select_account"),
        ] {
            assert_eq!(values(&address, name), [value], "{name}: {address}");
        }
        assert!(
            values(&address, "identity_provider").is_empty(),
            "{address}"
        );
    }

    #[test]
    fn who_is_to_prove_who_they_are_is_asked_whatever_else_prompt_says() {
        for (asks_again, prompt, said) in [
            (false, None, None),
            (false, Some("none"), Some("none")),
            (true, None, Some("login")),
            (true, Some("none"), Some("login")),
            (
                true,
                Some("select_account login"),
                Some("login select_account"),
            ),
        ] {
            let request = ManagedLoginRequest {
                asks_again,
                prompt: prompt.map(str::to_owned),
                ..ManagedLoginRequest::default()
            };
            let found = values(&address(&request), "prompt");
            let said: Vec<_> = said.into_iter().collect();
            assert_eq!(found, said, "{asks_again} {prompt:?}");
        }
    }
}
