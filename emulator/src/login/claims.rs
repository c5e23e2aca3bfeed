//! What stands in an ID token and in an access token.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::overrides::{Claims, Occasion, override_claims};
use crate::failure::Failure;
use crate::pool::{AppClient, Directory, Identity, Pool};
use crate::random;
use crate::token::{Grant, Key};

/// An ID token and an access token.
pub(crate) struct Signed {
    pub(crate) id: String,
    pub(crate) access: String,
}

/// Makes both tokens from the user as it is now, and as the pool's function changes them. The pool must not be locked.
pub(crate) fn sign(
    pool: &Pool,
    client: &AppClient,
    grant: &Grant,
    occasion: Occasion<'_>,
) -> Result<Signed, Failure> {
    let mut claims = {
        let directory = pool.directory();
        gather(&directory, client, grant)?
    };
    override_claims(pool, client, grant, occasion, &mut claims)?;

    let mut directory = pool.directory();
    let access = jwt(directory.keys.access(), claims.access);
    if grant.is_hosted {
        let digest = digest::digest(&digest::SHA256, access.as_bytes());
        let half = URL_SAFE_NO_PAD.encode(&digest.as_ref()[..16]);
        claims.id.insert("at_hash".to_owned(), json!(half));
    }
    Ok(Signed {
        id: jwt(directory.keys.id(), claims.id),
        access,
    })
}

fn gather(directory: &Directory, client: &AppClient, grant: &Grant) -> Result<Claims, Failure> {
    let now = directory.clock.unix();
    let account = directory.user(&grant.username)?;
    let groups: Vec<_> = directory.groups_of(&grant.username);
    let group_names: Vec<_> = groups.iter().map(|group| group.name.as_str()).collect();
    let roles: Vec<_> = groups
        .iter()
        .filter_map(|it| it.role_arn.as_deref())
        .collect();

    let mut common = Map::new();
    common.insert("sub".to_owned(), json!(account.sub));
    if !group_names.is_empty() {
        common.insert("cognito:groups".to_owned(), json!(group_names));
    }
    common.insert("iss".to_owned(), json!(directory.issuer));
    common.insert("origin_jti".to_owned(), json!(grant.origin_jti));
    common.insert("event_id".to_owned(), json!(grant.event_id));
    common.insert("auth_time".to_owned(), json!(grant.auth_time));
    common.insert("iat".to_owned(), json!(now));

    let mut id = common.clone();
    for (name, value) in &account.attributes {
        if name != "sub" && client.may_read(name) && grant.shows(name) {
            id.insert(name.clone(), claim(name, value));
        }
    }
    if let Some(preferred) = roles.first() {
        id.insert("cognito:roles".to_owned(), json!(roles));
        id.insert("cognito:preferred_role".to_owned(), json!(preferred));
    }
    id.insert("cognito:username".to_owned(), json!(account.username));
    if !account.identities.is_empty() {
        let identities: Vec<_> = account.identities.iter().map(Identity::claim).collect();
        id.insert("identities".to_owned(), json!(identities));
    }
    if let Some(nonce) = &grant.nonce {
        id.insert("nonce".to_owned(), json!(nonce));
    }
    id.insert("aud".to_owned(), json!(client.id));
    id.insert("token_use".to_owned(), json!("id"));
    id.insert("exp".to_owned(), json!(now + client.id_validity.as_secs()));
    id.insert("jti".to_owned(), json!(random::uuid()));

    let mut access = common;
    access.insert("username".to_owned(), json!(account.username));
    access.insert("client_id".to_owned(), json!(client.id));
    access.insert("token_use".to_owned(), json!("access"));
    if grant.is_hosted {
        access.insert("version".to_owned(), json!(2));
    }
    if let Some(resource) = &grant.resource {
        access.insert("aud".to_owned(), json!(resource));
    }
    access.insert("scope".to_owned(), json!(grant.scopes.join(" ")));
    access.insert(
        "exp".to_owned(),
        json!(now + client.access_validity.as_secs()),
    );
    access.insert("jti".to_owned(), json!(random::uuid()));
    if let Some(device_key) = &grant.device_key {
        access.insert("device_key".to_owned(), json!(device_key));
    }

    Ok(Claims { id, access })
}

/// The claim of an attribute: text, but for the few standard ones that are not.
fn claim(name: &str, value: &str) -> Value {
    match name {
        "email_verified" | "phone_number_verified" => json!(value == "true"),
        "address" => json!({ "formatted": value }),
        "updated_at" => value
            .parse::<u64>()
            .map_or_else(|_| json!(value), |it| json!(it)),
        _ => json!(value),
    }
}

pub(super) fn jwt(key: &Key, claims: Map<String, Value>) -> String {
    let header = json!({ "kid": key.kid, "alg": "RS256" });
    let encode = |part: Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let message = format!("{}.{}", encode(header), encode(Value::Object(claims)));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes()));
    format!("{message}.{signature}")
}
