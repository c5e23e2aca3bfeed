//! A user pool with one user, and a client of it.

use axum_cognito::attribute::Attributes;
use axum_cognito::challenge::Challenge;
use axum_cognito::cognito::{Admin, Cognito, CognitoBuilder, CognitoError, CognitoUser, LoginStep};
use cognito_emulator::{AppClient, AuthFlow, Emulator, Pool, User};
use secrecy::SecretString;

pub(crate) const PASSWORD: &str = "Correct-horse-1";

pub(crate) struct Cloud {
    pub(crate) emulator: Emulator,
    pub(crate) pool: Pool,
    pub(crate) client: AppClient,
}

impl Cloud {
    pub(crate) async fn start() -> Self {
        Self::with(Pool::new("us-east-1_Client").with_alias_attributes(["email"])).await
    }

    pub(crate) async fn with(pool: Pool) -> Self {
        let emulator = Emulator::start().await.expect("the emulator starts");
        let pool = emulator.add_pool(pool.with_custom_attributes(["team"]));
        let client = AppClient::new("client").with_secret("emulated_secret_of_the_tests");
        let client = pool.add_client(client.with_flows([
            AuthFlow::UserSrp,
            AuthFlow::RefreshToken,
            AuthFlow::Custom,
            AuthFlow::AdminUserPassword,
            AuthFlow::User,
            AuthFlow::UserPassword,
        ]));
        pool.add_user(
            User::new("alice")
                .with_password(PASSWORD)
                .with_attribute("email", "alice@example.com"),
        );

        Self {
            emulator,
            pool,
            client,
        }
    }

    pub(crate) fn builder(&self) -> CognitoBuilder {
        let pool = self.pool.id().parse().expect("a pool id");
        let client = self.client.id().parse().expect("an app client id");

        Cognito::builder(pool, client)
            .with_app_client_secret("emulated_secret_of_the_tests")
            .with_endpoint(self.emulator.endpoint())
    }

    /// A client without AWS credentials.
    pub(crate) fn cognito(&self) -> Cognito {
        self.builder().build().expect("a client")
    }

    /// The operations of administrators.
    pub(crate) fn admin(&self) -> Admin {
        let builder = self.builder().with_access_key("AKIDEXAMPLE", "emulated");
        let cognito = builder.build().expect("a client");
        cognito.admin().expect("credentials")
    }

    pub(crate) async fn alice(&self) -> CognitoUser {
        log_in(&self.cognito(), "alice", PASSWORD).await
    }

    /// The last code that was sent to a user.
    pub(crate) fn code(&self, username: &str) -> String {
        let outbox = self.emulator.outbox();
        let sent = outbox.iter().rev().find(|sent| sent.username == username);

        sent.expect("a message").code.clone()
    }
}

pub(crate) async fn log_in(cognito: &Cognito, username: &str, password: &str) -> CognitoUser {
    complete(cognito.authenticate(username, &secret(password)).await)
}

/// The user of a login that is over.
pub(crate) fn complete(outcome: Result<LoginStep, CognitoError>) -> CognitoUser {
    match outcome {
        Ok(LoginStep::Complete(user)) => user,
        other => panic!("no login: {other:?}"),
    }
}

/// The challenge of a login that is not over.
pub(crate) fn challenge(outcome: Result<LoginStep, CognitoError>) -> Challenge {
    match outcome {
        Ok(LoginStep::Challenge(challenge)) => challenge,
        other => panic!("no challenge: {other:?}"),
    }
}

pub(crate) fn secret(text: &str) -> SecretString {
    text.to_owned().into()
}

pub(crate) fn attributes(pairs: &[(&str, &str)]) -> Attributes {
    pairs
        .iter()
        .map(|(name, value)| (name.parse().expect("a name"), (*value).to_owned()))
        .collect()
}
