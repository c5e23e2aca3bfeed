//! One contract, run against every store of users.
//!
//! The macro only names the checks. They are plain functions in `login`, `columns`, `values` and
//! `race`, and reach the database through `Site`, so that another store needs but another `Site`.

#![cfg(feature = "sqlite")]

mod columns;
mod login;
mod race;
mod site;
mod sqlite;
mod sqlite_connect;
mod sqlite_migrations;
mod values;

macro_rules! user_store_contract {
    ($store:ident, $open:path) => {
        mod $store {
            user_store_contract! {
                @checks $open,
                login:
                    finds_nobody_in_an_empty_store,
                    creates_a_row_at_the_first_login,
                    updates_the_row_at_the_next_login,
                    finds_the_same_row_by_id_and_by_username,
                    does_not_create_an_unknown_user_when_told_so,
                    updates_a_known_user_also_when_told_not_to_create,
                    refuses_another_subject_and_leaves_the_row,
                    adopts_a_subject_that_the_row_lacks,
                    takes_a_login_without_a_subject,
                    leaves_an_inactive_row_as_it_is,
                    tells_names_apart_that_differ_in_case_or_blanks,
                    never_gives_an_id_to_a_second_user,
                    keeps_whole_seconds_in_utc;
                columns:
                    leaves_the_column_of_a_missing_attribute,
                    clears_the_column_of_a_missing_attribute_when_told_so,
                    fills_a_column_that_the_site_added,
                    clears_a_column_that_the_site_added,
                    gives_defaults_to_columns_without_a_value,
                    leaves_columns_alone_that_are_not_mapped,
                    leaves_other_rows_alone,
                    reads_numbers_as_text,
                    checks_a_mapping_at_its_first_login_if_nobody_did,
                    serves_two_mappings_at_once,
                    names_a_mapped_column_that_is_not_there,
                    takes_keywords_as_column_names,
                    lets_two_users_have_one_email,
                    leaves_the_row_that_has_the_unique_value;
                values:
                    stores_sql_in_values_literally,
                    stores_long_values_and_emoji_whole,
                    leaves_a_column_when_its_value_has_a_nul,
                    shows_no_value_in_an_error;
                race:
                    makes_one_row_of_twenty_first_logins_at_once,
                    makes_one_row_of_fifty_first_logins_at_once,
                    makes_a_row_for_each_of_many_users_at_once,
                    does_not_lose_what_the_site_writes_meanwhile;
            }
        }
    };
    (@checks $open:path, $($group:ident: $($check:ident),*;)*) => {
        $(mod $group {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $check() {
                crate::$group::$check(&$open().await).await;
            })*
        })*
    };
}

user_store_contract!(sqlite_file, crate::sqlite::in_a_file);
user_store_contract!(sqlite_memory, crate::sqlite::in_memory);
