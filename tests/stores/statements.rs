//! What a login costs in PostgreSQL, and what its statements leave on a connection.

use axum_cognito::users::{PostgresUsers, UserStore};
use sqlx::postgres::PgPoolOptions;

use super::postgres::{PostgresSite, in_a_schema};
use super::site::login;

/// The store of a process that has one connection.
async fn on_one_connection(site: &PostgresSite, options: &str) -> PostgresUsers {
    let pool = PgPoolOptions::new().max_connections(1);
    let pool = pool.connect(&format!("{}{options}", site.url)).await;
    PostgresUsers::new(pool.expect("a connection"))
}

/// A number, by a statement that leaves nothing itself.
async fn number(users: &PostgresUsers, sql: &'static str, pattern: &str) -> i64 {
    sqlx::query_scalar(sql)
        .bind(pattern)
        .persistent(false)
        .fetch_one(users.pool())
        .await
        .expect("a number")
}

#[tokio::test]
async fn are_kept_on_a_connection_unless_a_pooler_could_lose_them() {
    let Some(site) = in_a_schema().await else {
        return;
    };
    let kept = "select count(*) from pg_prepared_statements where statement like $1";

    for (options, are_kept) in [("", true), ("&statement-cache-capacity=0", false)] {
        let users = on_one_connection(&site, options).await;
        users.sync(&login("ann", &[])).await.expect("a login");
        let found = users.find_by_username("ann").await;
        assert!(found.expect("an answer").is_some());

        for pattern in ["select u.%", "update \"users\" set %"] {
            let count = number(&users, kept, pattern).await;
            assert_eq!(count > 0, are_kept, "{pattern} {options}");
        }
        users.pool().close().await;
    }
}

#[tokio::test]
async fn look_at_the_table_before_the_first_login_alone() {
    let Some(site) = in_a_schema().await else {
        return;
    };
    let users = on_one_connection(&site, "").await;
    for name in ["ann", "bob", "ann"] {
        users.sync(&login(name, &[])).await.expect("a login");
    }

    let looked = "select coalesce(sum(generic_plans + custom_plans), 0)::bigint \
                  from pg_prepared_statements where statement like $1";
    assert_eq!(number(&users, looked, "%collisdeterministic%").await, 1);
    users.pool().close().await;
}
