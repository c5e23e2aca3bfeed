//! Logins that AWS and others publish in the tests of their own clients.

use std::collections::BTreeSet;

use serde::Deserialize;
use time::OffsetDateTime;

use super::*;

const PUBLISHED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/vectors/published.json"
);

#[derive(Deserialize)]
struct Logins {
    cases: Vec<Login>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    source: String,
    pool_name: String,
    user_id_for_srp: String,
    password: String,
    small_a: String,
    salt: String,
    srp_b: String,
    secret_block: Option<String>,
    unix_time: Option<i64>,
    published: Answers,
}

/// What the source says the values are: not all of them say all.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answers {
    srp_a: Option<String>,
    u: Option<String>,
    x: Option<String>,
    s: Option<String>,
    key: Option<String>,
    timestamp: Option<String>,
    password_claim_signature: Option<String>,
}

#[test]
fn answers_as_other_clients_publish() {
    let logins: Logins = known(PUBLISHED);

    let mut checked = BTreeSet::new();
    let mut values = 0;
    for login in &logins.cases {
        for (name, computed, published) in login.answers() {
            let Some(published) = published else { continue };
            assert_eq!(computed, *published, "{name} of {}", login.source);
            values += 1;
        }
        checked.insert(login.source.split(',').next());
    }
    assert_eq!((logins.cases.len(), checked.len(), values), (7, 5, 17));
}

impl Login {
    /// Each value's name, what we compute, and what is published.
    fn answers(&self) -> [(&'static str, String, &Option<String>); 7] {
        let identity = SrpIdentity::user(&self.pool_name, &self.user_id_for_srp);
        let challenge = PasswordChallenge {
            salt: &self.salt,
            srp_b: &self.srp_b,
            secret_block: self.secret_block.as_deref().unwrap_or("QUJD"),
        };
        let computed = compute(&identity, &self.password, &self.small_a, &challenge);
        let at = self.unix_time.unwrap_or_default();
        let at = OffsetDateTime::from_unix_timestamp(at).expect("a time");
        let proof = client(&self.small_a).prove(&identity, &self.password, &challenge, at);
        let proof = proof.expect("a proof");

        let published = &self.published;
        [
            ("A", computed.srp_a, &published.srp_a),
            ("u", computed.scramble.to_str_radix(16), &published.u),
            ("x", computed.private_key.to_str_radix(16), &published.x),
            ("S", computed.shared_secret.to_str_radix(16), &published.s),
            ("key", computed.key, &published.key),
            ("timestamp", proof.timestamp, &published.timestamp),
            (
                "signature",
                proof.signature,
                &published.password_claim_signature,
            ),
        ]
    }
}
