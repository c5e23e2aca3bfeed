//! Logins at the emulator's server half, which shares no code with this one.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cognito_emulator::srp::{Claim, ServerHandshake, Verifier};
use proptest::prelude::*;
use secrecy::ExposeSecret;
use time::OffsetDateTime;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn round_trips_with_the_emulators_server(
        pool_name in "[0-9a-zA-Z]{1,20}",
        username in "\\PC{1,40}",
        password in any::<String>(),
        other_password in any::<String>(),
        salt in prop::collection::vec(any::<u8>(), 1..=32),
        secret_block in prop::collection::vec(any::<u8>(), 1..=1200),
        at in 0_i64..4_102_444_800,
    ) {
        prop_assume!(password != other_password);
        let verifier = Verifier::new(&pool_name, &username, &password, &salt);
        let identity = SrpIdentity::user(&pool_name, &username);
        let at = OffsetDateTime::from_unix_timestamp(at).expect("before the year 2100");

        prop_assert!(log_in(&verifier, &identity, &password, &secret_block, at));
        prop_assert!(!log_in(&verifier, &identity, &other_password, &secret_block, at));
    }
}

#[test]
fn a_device_logs_in_with_the_password_made_for_it() {
    let (group, key) = ("-Group1", "eu-west-1_device");
    let identity = SrpIdentity::device(group, key);
    for _ in 0..8 {
        let device = DeviceVerifier::generate(group, key).expect("random bytes");
        let decode = |text| STANDARD.decode(text).expect("base64");
        let salt = decode(device.salt_base64());
        let value = decode(device.verifier_base64());
        let verifier = Verifier::from_parts(group, key, &salt, &value);
        let password = device.password().expose_secret();
        let at = OffsetDateTime::UNIX_EPOCH;

        assert!(log_in(&verifier, &identity, password, b"block", at));
        assert!(!log_in(&verifier, &identity, "other", b"block", at));
        assert!(salt[0] < 0x80 && value[0] < 0x80, "padded as Java does");
    }
}

fn log_in(
    verifier: &Verifier,
    identity: &SrpIdentity<'_>,
    password: &str,
    secret_block: &[u8],
    at: OffsetDateTime,
) -> bool {
    let client = SrpClient::new().expect("random bytes");
    let client_public_hex = client.srp_a().to_owned();
    let server = ServerHandshake::new(verifier.clone());
    let challenge = PasswordChallenge {
        salt: &server.salt_hex(),
        srp_b: &server.server_public_hex(),
        secret_block: &STANDARD.encode(secret_block),
    };
    let proof = client
        .prove(identity, password, &challenge, at)
        .expect("the server is honest");

    server.verify(&Claim {
        client_public_hex: &client_public_hex,
        secret_block,
        timestamp: &proof.timestamp,
        signature: &STANDARD.decode(&proof.signature).expect("base64"),
    })
}
