//! What a load balancer says of the user whom it has let in: the JSON web token in the header
//! `x-amzn-oidc-data` of an Application Load Balancer.
//!
//! It differs from Cognito's tokens in all that matters: parts are base64url **with** padding, which the
//! signature covers; it is signed by ES256, with one of the keys that all load balancers of a region
//! share; and who signed it, for whom and until when is said in the header, not in the claims. AWS
//! describes it at [Receive user claims].
//!
//! [Receive user claims]: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html#user-claims-encoding

#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod keys;
mod read;

use std::fmt;
use std::time::Duration;

use time::OffsetDateTime;

pub(crate) use self::keys::{AlbKeySource, AlbKeys};
use self::read::AlbToken;
use super::claims::{attributes, optional_time, text, time};
use super::{TokenError, TokenErrorKind};
use crate::attribute::Attributes;
use crate::clock::Clock;
use crate::id::Subject;

/// What a token of a load balancer has to fulfil, besides its signature.
#[derive(Debug)]
pub(crate) struct AlbRules<'a> {
    /// The ARNs of the load balancers that may sign. Any customer of AWS can have one that signs for any
    /// issuer and client.
    pub(crate) signers: &'a [String],
    pub(crate) issuer: &'a str,
    /// The app client by which the load balancer logs users in.
    pub(crate) app_client: &'a str,
    pub(crate) leeway: Duration,
}

/// What a load balancer says of a user.
pub(crate) struct AlbClaims {
    pub(crate) sub: Subject,
    pub(crate) username: String,
    pub(crate) expires_at: OffsetDateTime,
    pub(crate) attributes: Attributes,
}

/// Verifies the token in `x-amzn-oidc-data`.
///
/// Whatever strangers can make up is compared before a key is asked for.
pub(crate) async fn verify(
    token: &str,
    rules: &AlbRules<'_>,
    keys: &AlbKeys,
    clock: &dyn Clock,
) -> Result<AlbClaims, TokenError> {
    // 1. It has the form of one: three parts in base64url with padding; ES256; the key id is a UUID,
    //    so that it can be put into a URL.
    let token = AlbToken::read(token)?;
    let header = token.header()?;

    // 2. `signer` is one of our load balancers.
    let signer = text(&header, "signer")?;
    if !rules.signers.iter().any(|ours| ours == signer) {
        return Err(TokenErrorKind::WrongSigner.into());
    }

    // 3. `iss` is the user pool.
    if text(&header, "iss")? != rules.issuer {
        return Err(TokenErrorKind::WrongIssuer.into());
    }

    // 4. `client` is the app client.
    if text(&header, "client")? != rules.app_client {
        return Err(TokenErrorKind::WrongAudience.into());
    }

    // 5. The time is before `exp`.
    let expires_at = time(&header, "exp")?;
    let now = clock.now();
    if now - expires_at >= rules.leeway {
        return Err(TokenErrorKind::Expired.into());
    }

    // 6. The signature is that of the key.
    let key = keys.get(token.key_id(), clock).await?;
    let payload = token.verify(&key)?;
    keys.prove(token.key_id());
    let claims = payload.claims()?;

    // 7. The claims, which are those of `/oauth2/userInfo`, do not say otherwise.
    if claims.get("iss").is_some() && text(&claims, "iss")? != rules.issuer {
        return Err(TokenErrorKind::WrongIssuer.into());
    }
    if optional_time(&claims, "exp")?.is_some_and(|at| now - at >= rules.leeway) {
        return Err(TokenErrorKind::Expired.into());
    }

    let username = text(&claims, "username")?.to_owned();
    Ok(AlbClaims {
        sub: text(&claims, "sub")?.to_owned().into(),
        attributes: attributes(&claims),
        username,
        expires_at,
    })
}

impl fmt::Debug for AlbClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AlbClaims")
            .field("sub", &self.sub)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_whose_the_claims_are_and_no_attribute() {
        let attributes = Attributes::try_from([("email", "canary@example.com")]);
        let claims = AlbClaims {
            sub: "sub-of-alice".to_owned().into(),
            username: "canary-name".to_owned(),
            expires_at: OffsetDateTime::UNIX_EPOCH,
            attributes: attributes.expect("a name"),
        };

        let shown = format!("{claims:?}");

        assert!(shown.starts_with("AlbClaims"), "{shown}");
        assert!(shown.contains("sub-of-alice"), "{shown}");
        assert!(!shown.contains("canary"), "{shown}");
    }
}
