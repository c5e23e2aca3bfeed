use axum_cognito::cognito::{ConfigError, LoginProvider, ManagedLogin};
use cognito_emulator::{AppClient, AuthFlow, Emulator, Message, Pool, User};

use url::Url;

use crate::failure::Failure;

const POOL_ID: &str = "us-east-1_EmbeddedPool";
const APP_CLIENT_ID: &str = "embedded1demo2app3client";
const IDENTITY_PROVIDER: &str = "EmulatedIdP";
const APP_CLIENT_SECRET: &str = "the_embedded_pool_has_no_secrets";

/// The secret of the authenticator app of the user `totp`.
pub(crate) const TOTP_SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// A user of the embedded pool, as the start-up text and the home page show them. What is said of
/// them is in [`Words`](crate::words::Words).
pub(crate) struct SeededUser {
    pub(crate) name: &'static str,
    pub(crate) password: &'static str,
    /// Kept over restarts, as the users table remembers it.
    sub: &'static str,
}

pub(crate) const USERS: [SeededUser; 4] = [
    SeededUser {
        name: "alice",
        password: "Correct-horse-1",
        sub: "a11ce000-0000-4000-8000-000000000001",
    },
    SeededUser {
        name: "admin",
        password: "Correct-horse-2",
        sub: "ad000000-0000-4000-8000-000000000002",
    },
    SeededUser {
        name: "newbie",
        password: "Temporary-1!",
        sub: "3e000000-0000-4000-8000-000000000003",
    },
    SeededUser {
        name: "totp",
        password: "Correct-horse-3",
        sub: "70700000-0000-4000-8000-000000000004",
    },
];

/// A user pool in this process. It forgets everything when the process ends.
pub(crate) struct EmbeddedPool {
    emulator: Emulator,
}

impl EmbeddedPool {
    /// Starts the pool for a site to which browsers come back at `callback`.
    pub(crate) async fn start(callback: &Url) -> Result<Self, Failure> {
        let emulator = Emulator::start()
            .await
            .map_err(|error| Failure::Start(format!("the embedded user pool: {error}")))?;
        let pool = emulator.add_pool(
            Pool::new(POOL_ID)
                .with_alias_attributes(["email"])
                .with_device_tracking()
                .with_first_factors(["PASSWORD", "EMAIL_OTP"])
                .with_passkeys("localhost")
                .with_reusable_totp_codes(),
        );
        pool.add_identity_provider(
            IDENTITY_PROVIDER,
            [
                ("email", "email"),
                ("email_verified", "email_verified"),
                ("given_name", "name"),
            ],
        );
        pool.add_client(
            AppClient::new("demo")
                .with_id(APP_CLIENT_ID)
                .with_secret(APP_CLIENT_SECRET)
                .with_prevent_user_existence_errors(true)
                .with_callback_urls([callback.as_str()])
                .with_sign_out_urls([sign_out_url(callback).as_str()])
                .with_identity_providers(["COGNITO", IDENTITY_PROVIDER])
                .with_flows([AuthFlow::User, AuthFlow::UserSrp, AuthFlow::RefreshToken]),
        );
        for user in &USERS {
            pool.add_user(seed(user));
        }

        Ok(Self { emulator })
    }

    /// Login by the pages of the pool's domain, which the emulator has at its own address.
    pub(crate) fn managed_login(&self, callback: &Url) -> Result<ManagedLogin, ConfigError> {
        Ok(ManagedLogin::new(self.endpoint(), callback.as_str())?
            .with_sign_out_url(sign_out_url(callback).as_str())?
            .with_providers([
                LoginProvider::new(IDENTITY_PROVIDER).with_label("Emulated IdP"),
                LoginProvider::new(LoginProvider::COGNITO).with_label("managed login"),
            ]))
    }

    pub(crate) fn endpoint(&self) -> &str {
        self.emulator.endpoint()
    }

    /// What it would have sent, oldest first.
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.emulator.outbox()
    }
}

/// The home page, to which a logout leads.
fn sign_out_url(callback: &Url) -> Url {
    callback.join("/").expect("the root of a site")
}

/// The settings that lead to the embedded pool. Its endpoint is known once it runs.
pub(crate) fn setting(name: &str) -> Option<String> {
    let value = match name {
        "COGNITO_USER_POOL_ID" => POOL_ID,
        "COGNITO_APP_ID" => APP_CLIENT_ID,
        "COGNITO_APP_SECRET" => APP_CLIENT_SECRET,
        "COGNITO_LOGIN_FLOW" => "choice",
        _ => return None,
    };
    Some(value.to_owned())
}

/// The address that an authenticator app reads the secret from.
pub(crate) fn totp_uri() -> String {
    format!(
        "otpauth://totp/axum-cognito%20demo:totp?secret={TOTP_SECRET}&issuer=axum-cognito%20demo"
    )
}

fn seed(seeded: &SeededUser) -> User {
    let user = User::new(seeded.name)
        .with_sub(seeded.sub)
        .with_password(seeded.password)
        .with_attribute("email", format!("{}@example.com", seeded.name));

    match seeded.name {
        "alice" => user
            .with_attribute("given_name", "Alice")
            .with_attribute("family_name", "Example"),
        "admin" => user
            .with_attribute("given_name", "Ada")
            .with_attribute("family_name", "Minister")
            .with_group("admins"),
        "newbie" => user.with_temporary_password(seeded.password),
        _ => user
            .with_attribute("given_name", "Toni")
            .with_totp_secret(TOTP_SECRET),
    }
}
