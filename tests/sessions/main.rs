//! What a session store can lose or bring back, and what the registry of logins makes of it: on
//! every session store, with two processes on it. `SESSION_TRIES` sets how often each race is run.

mod open;
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
    crate::refresh::one_refresh_for_all: one_refresh_for_all,
    crate::refresh::survives_whoever_asked: survives_whoever_asked,
}
