//! `DEVICE_SRP_AUTH` and `DEVICE_PASSWORD_VERIFIER`: a remembered device proves itself.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::ask::proceed;
use super::reply::Reply;
use super::srp::{Block, Proof, client_public};
use super::step::Step;
use crate::failure::Failure;
use crate::pool::{Login, Pool};
use crate::srp::{ServerHandshake, Verifier, parse_timestamp};
use crate::wire::Parameters;

const VALIDITY_SECONDS: u64 = 3 * 60;

/// Takes the device's `A`, and asks for the proof.
pub(super) fn answer(reply: &Reply<'_>, login: Login) -> Result<Step, Failure> {
    let client_public = client_public(reply.responses)?;
    let key = reply.required("DEVICE_KEY")?.to_owned();
    let verifier = verifier(reply.pool, &login, &key)?;

    let handshake = ServerHandshake::new(verifier);
    let mut directory = reply.pool.directory();
    let block = Block {
        client_public_hex: client_public.to_owned(),
        server_secret: handshake.secret_bytes(),
        expires: directory.clock.unix() + VALIDITY_SECONDS,
        is_simulated: false,
        login: login.clone(),
    };
    let secret_block = STANDARD.encode(reply.pool.sealer().seal("device", &block));
    reply.use_up(&mut directory)?;

    Ok(Step {
        challenge_name: Some("DEVICE_PASSWORD_VERIFIER".to_owned()),
        challenge_parameters: Parameters::from([
            ("DEVICE_KEY".to_owned(), key),
            ("SALT".to_owned(), handshake.salt_hex()),
            ("SECRET_BLOCK".to_owned(), secret_block),
            ("SRP_B".to_owned(), handshake.server_public_hex()),
            ("USERNAME".to_owned(), login.username),
        ]),
        ..Step::default()
    })
}

/// Checks the device's proof.
pub(super) fn verify(reply: &Reply<'_>) -> Result<Step, Failure> {
    reply.required("USERNAME")?;
    let key = reply.required("DEVICE_KEY")?;
    let (block, proof) = Proof::read::<Block>(reply, "device")?;
    let mut login = block.login;
    if login.client_id != reply.client.id() || login.device_key.as_deref() != Some(key) {
        return Err(Failure::wrong_password());
    }
    reply.check_secret_hash(&login.username)?;
    let is_timely = {
        let directory = reply.pool.directory();
        directory.clock.unix() < block.expires
            && parse_timestamp(proof.timestamp)
                .is_some_and(|moment| directory.clock.agrees_with(moment))
    };

    let verifier = verifier(reply.pool, &login, key)?;
    let handshake = ServerHandshake::with_secret(verifier, &block.server_secret);
    if !is_timely || !handshake.verify(&proof.claim(&block.client_public_hex)) {
        return Err(Failure::wrong_password());
    }

    let directory = reply.pool.directory();
    let tracking = directory.settings.device_tracking;
    login.is_device_proved = true;
    // A pool that challenges new devices only takes the device in place of a second factor.
    login.is_strong = tracking.is_some_and(|it| it.challenge_required_on_new_device);
    drop(directory);
    proceed(reply.pool, login)
}

fn verifier(pool: &Pool, login: &Login, key: &str) -> Result<Verifier, Failure> {
    let mut directory = pool.directory();
    let device = directory.user_of(login)?.devices.get(key);
    device
        .and_then(|device| device.verifier.clone())
        .ok_or_else(|| Failure::not_found("Device does not exist."))
}
