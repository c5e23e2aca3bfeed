//! The check of a provider's ID token: OpenID Connect Core 1.0, section 3.1.3.7.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::issuer::{Issuer, Trouble};
use crate::clock::Clock;

/// Returns the claims of a token that is the issuer's, for us, of this login and of now.
pub(super) fn verify(
    token: &str,
    issuer: &Issuer,
    nonce: &str,
) -> Result<Map<String, Value>, Trouble> {
    let bad = |what: &str| Trouble::Bad(format!("Bad id_token {what}"));
    let parts: Vec<_> = token.split('.').collect();
    let [header, payload, signature] = parts[..] else {
        return Err(bad("form"));
    };
    let header = decode(header).ok_or_else(|| bad("header"))?;
    let claims = decode(payload).ok_or_else(|| bad("payload"))?;
    let signature = URL_SAFE_NO_PAD.decode(signature);
    let signature = signature.map_err(|_| bad("signature"))?;

    let message = token.rsplit_once('.').map_or("", |(message, _)| message);
    let keys = issuer.keys()?;
    let is_signed = keys["keys"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|key| header.get("kid").is_none_or(|kid| key["kid"] == *kid))
        .any(|key| holds(key, &header["alg"], message, &signature) == Some(true));
    if !is_signed {
        return Err(bad("signature"));
    }

    if claims["iss"] != issuer.issuer.as_str() {
        let told = claims["iss"].as_str().unwrap_or_default();
        return Err(bad(&format!("issuer {told}")));
    }
    let is_us = |audience: &Value| *audience == issuer.client_id.as_str();
    let is_ours = match &claims["aud"] {
        Value::Array(audiences) => audiences.iter().any(is_us),
        audience => is_us(audience),
    };
    let is_by_us = claims.get("azp").is_none_or(is_us);
    if !is_ours || !is_by_us {
        return Err(bad("audience"));
    }
    // The provider may be in another process, which knows nothing of our clock's advances.
    let now = Clock::default().unix();
    if claims["exp"]
        .as_f64()
        .is_none_or(|until| until <= now as f64)
    {
        return Err(bad("expiry"));
    }
    if claims["nonce"] != nonce {
        return Err(bad("nonce"));
    }
    if claims["sub"].as_str().is_none_or(str::is_empty) {
        return Err(bad("sub"));
    }
    match claims {
        Value::Object(claims) => Ok(claims),
        _ => Err(bad("payload")),
    }
}

/// Whether a key of a key set has made this signature. `None`: it is no key for that.
fn holds(key: &Value, algorithm: &Value, message: &str, signature: &[u8]) -> Option<bool> {
    let part = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str()?).ok();
    let message = message.as_bytes();
    let verified = match (algorithm.as_str()?, key["kty"].as_str()?) {
        ("RS256", "RSA") => {
            let (n, e) = (part("n")?, part("e")?);
            RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
        }
        ("ES256", "EC") => {
            let point = [vec![4], part("x")?, part("y")?].concat();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
        }
        _ => return None,
    };
    Some(verified.is_ok())
}

fn decode(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
