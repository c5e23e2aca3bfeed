//! One contract, run against every store of users.
//!
//! The macro only names the checks. They are plain functions in `login`, `columns`, `values` and
//! `race`, and reach the database through `Site`, so that another store needs but another `Site`.

#![cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]

#[cfg(feature = "postgres")]
mod between;
mod columns;
mod login;
mod logins;
mod migrations;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "mysql")]
mod mysql_strictness;
#[cfg(all(feature = "pages", feature = "sqlite"))]
mod own_accounts;
#[cfg(feature = "postgres")]
mod pg_server;
#[cfg(feature = "postgres")]
mod pooler;
#[cfg(feature = "postgres")]
mod postgres;
mod race;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod server;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod server_connect;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod server_rights;
mod site;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "sqlite")]
mod sqlite_connect;
#[cfg(feature = "postgres")]
mod statements;
#[cfg(feature = "postgres")]
mod tries;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod types;
mod user_table;
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
                    adopts_a_row_without_a_subject_only_when_told_so,
                    a_login_without_a_subject_has_the_row_without_one,
                    a_change_without_a_login_leaves_its_time,
                    lets_a_user_in_or_no_longer,
                    leaves_an_inactive_row_as_it_is,
                    tells_names_apart_that_differ_in_case_or_blanks,
                    never_gives_an_id_to_a_second_user,
                    keeps_whole_seconds_in_utc,
                    lists_users_in_the_order_of_their_names;
                columns:
                    leaves_the_column_of_a_missing_attribute,
                    clears_the_column_of_a_missing_attribute_when_told_so,
                    fills_a_column_that_the_site_added,
                    clears_a_column_that_the_site_added,
                    gives_defaults_to_columns_without_a_value,
                    leaves_columns_alone_that_are_not_mapped,
                    leaves_other_rows_alone,
                    reads_numbers_as_text,
                    writes_and_reads_group_flags,
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
                    takes_emoji_in_names,
                    knows_no_name_with_a_nul,
                    refuses_a_value_that_is_too_long,
                    shows_no_value_in_an_error;
                logins:
                    keeps_the_contract_of_stores,
                    finds_a_login_with_its_user,
                    a_login_without_its_user_is_nobodys,
                    keys_that_are_no_numbers_are_keys,
                    numbers_of_another_table_are_other_users,
                    lists_the_logins_of_a_user,
                    no_login_outlives_an_end_that_it_races,
                    leases_a_version_to_one_of_fifty;
                user_table:
                    has_the_names_that_the_site_gives,
                    is_not_created_by_us_under_another_name,
                    is_no_business_of_a_registry_alone;
                race:
                    makes_one_row_of_twenty_first_logins_at_once,
                    makes_one_row_of_fifty_first_logins_at_once,
                    makes_a_row_for_each_of_many_users_at_once,
                    gives_a_unique_value_to_one_of_many_at_once,
                    does_not_lose_what_the_site_writes_meanwhile;
            }
        }
    };
    (@checks $open:path, $($group:ident: $($check:ident),*;)*) => {
        $(mod $group {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $check() {
                if let Some(site) = $open().await {
                    crate::$group::$check(&site).await;
                }
            })*
        })*
    };
}

/// What only a database that outlives its connections can be asked.
macro_rules! migration_contract {
    ($store:ident, $open:path) => {
        mod $store {
            user_store_contract! {
                @checks $open,
                migrations:
                    run_before_the_sites_own,
                    run_after_the_sites_own,
                    run_once_when_ten_processes_start_at_once,
                    leave_alone_what_a_newer_release_has_added,
                    refuse_a_table_that_they_did_not_create,
                    refuse_the_tables_of_an_earlier_version,
                    take_up_what_was_cut_off,
                    are_not_needed_for_a_table_with_its_columns,
                    are_asked_for_when_they_did_not_run;
            }
        }
    };
}

/// What only a database can be asked whose columns keep to their types.
#[cfg(any(feature = "mysql", feature = "postgres"))]
macro_rules! type_contract {
    ($store:ident, $open:path) => {
        mod $store {
            user_store_contract! {
                @checks $open,
                types:
                    turns_texts_into_the_type_of_the_column,
                    refuses_a_text_that_is_not_of_the_type,
                    goes_on_when_the_site_changes_a_type;
            }
        }
    };
}

#[cfg(feature = "sqlite")]
user_store_contract!(sqlite_file, crate::sqlite::in_a_file);
#[cfg(feature = "sqlite")]
migration_contract!(sqlite_file_migrations, crate::sqlite::in_a_file);
#[cfg(feature = "sqlite")]
user_store_contract!(sqlite_memory, crate::sqlite::in_memory);

#[cfg(feature = "postgres")]
user_store_contract!(postgres_server, crate::postgres::in_a_schema);
#[cfg(feature = "postgres")]
migration_contract!(postgres_migrations, crate::postgres::in_a_schema);
#[cfg(feature = "postgres")]
type_contract!(postgres_types, crate::postgres::in_a_schema);

#[cfg(feature = "mysql")]
user_store_contract!(mysql_server, crate::mysql::in_a_database);
#[cfg(feature = "mysql")]
migration_contract!(mysql_migrations, crate::mysql::in_a_database);
#[cfg(feature = "mysql")]
type_contract!(mysql_types, crate::mysql::in_a_database);
