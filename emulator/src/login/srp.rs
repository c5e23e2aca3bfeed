//! Logins that prove the password, and send nothing of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::Sha256;
use time::OffsetDateTime;

use super::ask::proceed;
use super::before::pre_authentication;
use super::reply::Reply;
use super::start::Start;
use super::step::{Step, required};
use crate::failure::Failure;
use crate::pool::{Account, AppClient, Login, Pool};
use crate::srp::{Claim, ServerHandshake, Verifier, parse_timestamp};
use crate::wire::Parameters;

/// How long a password claim is waited for.
const VALIDITY_SECONDS: u64 = 3 * 60;

/// What the secret block carries, sealed: the server keeps nothing between the two calls.
#[derive(Deserialize, Serialize)]
pub(super) struct Block {
    pub(super) login: Login,
    pub(super) client_public_hex: String,
    pub(super) server_secret: Vec<u8>,
    pub(super) expires: u64,
    /// The user does not exist, and no proof will do.
    pub(super) is_simulated: bool,
}

/// Asks for the proof of the password: `PASSWORD_VERIFIER`.
///
/// `round` is the custom authentication round to go on with afterwards.
pub(super) fn begin(start: &Start<'_>, round: Option<usize>) -> Result<Step, Failure> {
    let username = start.username()?;
    let client_public = client_public(start.parameters)?;
    let device_key = start.get("DEVICE_KEY").map(str::to_owned);
    ask(start.pool, start.client, username, client_public, |login| {
        login.device_key = device_key;
        login.custom_round = round;
        login.metadata = start.metadata.clone();
        if round.is_some() {
            login
                .custom_session
                .push(json!({ "challengeName": "SRP_A", "challengeResult": true }));
        }
    })
}

/// `SRP_A`, which must not be a multiple of `N`: with that, anybody could prove anything.
pub(super) fn client_public(parameters: &Parameters) -> Result<&str, Failure> {
    let value = required(parameters, "SRP_A")?;
    if Verifier::accepts_client_value(value) {
        Ok(value)
    } else {
        Err(Failure::wrong_password())
    }
}

/// As long as the modulus.
const VERIFIER_BYTES: usize = 384;

/// Words the challenge for a user, or one that looks like it for a name that nobody has.
pub(super) fn ask(
    pool: &Pool,
    client: &AppClient,
    username: &str,
    client_public_hex: &str,
    change: impl FnOnce(&mut Login),
) -> Result<Step, Failure> {
    let (mut login, credential, is_simulated, now) = {
        let directory = pool.directory();
        let now = directory.clock.unix();
        match directory.find(username) {
            Some(account) => {
                let credential = account.credential.clone();
                let credential =
                    credential.ok_or_else(|| disguise(pool, directory.name(), username).1);
                (Login::new(client.id(), account), credential, false, now)
            }
            None if client.hides_unknown_users => {
                let (account, verifier) = disguise(pool, directory.name(), username);
                (Login::new(client.id(), &account), Err(verifier), true, now)
            }
            None => return Err(Failure::user_not_found()),
        }
    };
    change(&mut login);

    let verifier = credential.map_or_else(|made_up| made_up, |real| real.verifier().clone());
    let handshake = ServerHandshake::new(verifier);
    let block = Block {
        client_public_hex: client_public_hex.to_owned(),
        server_secret: handshake.secret_bytes(),
        expires: now + VALIDITY_SECONDS,
        is_simulated,
        login: login.clone(),
    };
    let secret_block = STANDARD.encode(pool.sealer().seal("password", &block));

    Ok(Step {
        challenge_name: Some("PASSWORD_VERIFIER".to_owned()),
        challenge_parameters: Parameters::from([
            ("SALT".to_owned(), handshake.salt_hex()),
            ("SECRET_BLOCK".to_owned(), secret_block),
            ("SRP_B".to_owned(), handshake.server_public_hex()),
            ("USERNAME".to_owned(), login.username.clone()),
            ("USER_ID_FOR_SRP".to_owned(), login.username),
        ]),
        ..Step::default()
    })
}

/// Checks the proof of the password.
pub(super) fn answer(reply: &Reply<'_>) -> Result<Step, Failure> {
    let username = reply.required("USERNAME")?;
    let (block, proof) = Proof::read::<Block>(reply, "password")?;
    let mut login = block.login;
    let credential = {
        let directory = reply.pool.directory();
        if login.client_id != reply.client.id() || !reply.names(&directory, username, &login) {
            return Err(Failure::wrong_password());
        }
        reply.check_secret_hash(&login.username)?;
        let is_timely = directory.clock.unix() < block.expires
            && parse_timestamp(proof.timestamp)
                .is_some_and(|moment| directory.clock.agrees_with(moment));
        if !is_timely {
            return Err(Failure::wrong_password());
        }
        if block.is_simulated {
            // A name that nobody has takes as long as any other.
            let (_, verifier) = disguise(reply.pool, directory.name(), &login.username);
            drop(directory);
            ServerHandshake::with_secret(verifier, &block.server_secret)
                .verify(&proof.claim(&block.client_public_hex));
            return Err(Failure::wrong_password());
        }
        let account = directory.user(&login.username)?;
        if account.sub != login.sub {
            return Err(Failure::wrong_password());
        }
        account.credential.clone()
    };

    pre_authentication(reply.pool, reply.client, &login.username, &login.metadata)?;
    let is_right = credential.is_some_and(|credential| {
        ServerHandshake::with_secret(credential.verifier().clone(), &block.server_secret)
            .verify(&proof.claim(&block.client_public_hex))
    });

    let mut directory = reply.pool.directory();
    let now = directory.clock.now();
    directory
        .user_mut(&login.username)?
        .judge_password(is_right, now)?;
    if login.custom_round.is_some() {
        login
            .custom_session
            .push(json!({ "challengeName": "PASSWORD_VERIFIER", "challengeResult": true }));
    }
    if !reply.metadata.is_null() {
        login.metadata = reply.metadata.clone();
    }
    if let Some(device_key) = reply.get("DEVICE_KEY") {
        login.device_key = Some(device_key.to_owned());
    }
    drop(directory);
    proceed(reply.pool, login)
}

/// The decoded parts of a `PASSWORD_VERIFIER` or `DEVICE_PASSWORD_VERIFIER` answer.
pub(super) struct Proof<'a> {
    secret_block: Vec<u8>,
    signature: Vec<u8>,
    pub(super) timestamp: &'a str,
}

impl<'a> Proof<'a> {
    pub(super) fn read<B: serde::de::DeserializeOwned>(
        reply: &Reply<'a>,
        purpose: &str,
    ) -> Result<(B, Self), Failure> {
        let secret_block = reply.required("PASSWORD_CLAIM_SECRET_BLOCK")?;
        let signature = reply.required("PASSWORD_CLAIM_SIGNATURE")?;
        let timestamp = reply.required("TIMESTAMP")?;
        let decode = |text| STANDARD.decode(text).map_err(|_| Failure::wrong_password());
        let proof = Self {
            secret_block: decode(secret_block)?,
            signature: decode(signature)?,
            timestamp,
        };
        let block = reply
            .pool
            .sealer()
            .open(purpose, &proof.secret_block)
            .ok_or_else(Failure::wrong_password)?;
        Ok((block, proof))
    }

    pub(super) fn claim<'b>(&'b self, client_public_hex: &'b str) -> Claim<'b> {
        Claim {
            client_public_hex,
            secret_block: &self.secret_block,
            timestamp: self.timestamp,
            signature: &self.signature,
        }
    }
}

/// Makes up a user for a name: the same user id and salt each time, so that asking twice tells nothing.
///
/// Section 2.5.1.3 of [RFC 5054](https://www.rfc-editor.org/rfc/rfc5054).
fn disguise(pool: &Pool, pool_name: &str, username: &str) -> (Account, Verifier) {
    let derive = |what: &str| -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&pool.sealer().disguise)
            .expect("HMAC takes a key of any length");
        mac.update(what.as_bytes());
        mac.update(username.as_bytes());
        mac.finalize().into_bytes().into()
    };
    let half = |what: &str| -> [u8; 16] {
        let bytes = derive(what);
        bytes[..16].try_into().expect("sixteen of thirty-two bytes")
    };

    let id = uuid::Builder::from_random_bytes(half("id")).into_uuid();
    let id = id.to_string();
    let account = Account::new(&id, id.clone(), OffsetDateTime::UNIX_EPOCH);
    // Looks like any other, and takes no exponentiation that a real user's would not take.
    let value: Vec<u8> = (0..VERIFIER_BYTES / 32)
        .flat_map(|part| derive(&format!("verifier {part} ")))
        .collect();
    let verifier = Verifier::from_parts(pool_name, &id, &half("salt"), &value);
    (account, verifier)
}
