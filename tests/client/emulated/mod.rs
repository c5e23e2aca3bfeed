//! What the emulator promises to whoever tests against it: by hand, since our client does not send
//! all of this.

mod domain;
mod logins;
mod proofs;
mod tokens;
mod triggers;

use cognito_emulator::{AppClient, Pool, User};

use crate::by_hand::{ALL_FLOWS, House};
use crate::pool::PASSWORD;

/// A user pool with two users, and an app client that may do everything.
async fn house(pool: Pool) -> House {
    house_of(pool, AppClient::new("web")).await
}

/// The same with an app client that is set up in another way.
async fn house_of(pool: Pool, client: AppClient) -> House {
    let house = House::with(pool, client.with_flows(ALL_FLOWS)).await;
    house.pool.add_user(user("alice"));
    house.pool.add_user(user("bob"));
    house
}

fn user(name: &str) -> User {
    User::new(name)
        .with_password(PASSWORD)
        .with_attribute("email", format!("{name}@example.com"))
}
