//! What a session store can lose or bring back, and what the registry of logins makes of it: on
//! every session store, with two processes on it. `SESSION_TRIES` sets how often each race is run.

mod at_rest;
mod lifetimes;
mod open;
#[path = "../stores/pg_server.rs"]
mod pg_server;
mod process;
mod races;
mod refresh;
#[path = "../stores/server.rs"]
mod server;
#[allow(dead_code, reason = "the flows use the rest")]
#[path = "../flows/site.rs"]
mod site;

macro_rules! on_every_store {
    ($($check:path: $name:ident),* $(,)?) => {
        on_every_store! { @store memory: $($check: $name),* }
        on_every_store! { @store sqlite: $($check: $name),* }
        on_every_store! { @store postgres: $($check: $name),* }
        on_every_store! { @store mysql: $($check: $name),* }
        on_every_store! { @store redis: $($check: $name),* }
    };
    (@store $store:ident: $($check:path: $name:ident),*) => {
        mod $store {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    if let Some(stores) = crate::open::$store().await {
                        $check(&stores).await;
                    }
                }
            )*
        }
    };
}

on_every_store! {
    crate::races::a_logout_is_final: a_logout_is_final,
    crate::races::old_tokens_stay_old: old_tokens_stay_old,
    crate::races::ends_everywhere_at_once: ends_everywhere_at_once,
    crate::races::a_copied_cookie_with_another_case_is_nothing: ids_are_compared_exactly,
    crate::at_rest::a_dump_shows_no_secret: a_dump_shows_no_secret,
    crate::at_rest::a_dump_opens_no_session: a_dump_opens_no_session,
    crate::at_rest::a_record_opens_in_its_place_alone: a_record_opens_in_its_place_alone,
    crate::at_rest::keys_are_changed_and_lost: keys_are_changed_and_lost,
    crate::lifetimes::an_idle_login_ends_to_the_second: an_idle_login_ends_to_the_second,
    crate::lifetimes::a_login_ends_to_the_second: a_login_ends_to_the_second,
    crate::lifetimes::use_is_noted_once_a_minute: use_is_noted_once_a_minute,
    crate::races::warmth_has_its_bound: warmth_has_its_bound,
    crate::refresh::one_refresh_for_all: one_refresh_for_all,
    crate::refresh::survives_whoever_asked: survives_whoever_asked,
    crate::refresh::waits_for_keys: waits_for_keys,
    crate::refresh::waits_for_the_other_process: waits_for_the_other_process,
}
