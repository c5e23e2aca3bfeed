//! Logins from end to end: the real SDK against the emulator, a real SQLite file, the real
//! session layer. Each test has a site and a user pool of its own.

mod account_pages;
mod administration;
#[path = "../../emulator/tests/emulator/authenticator.rs"]
mod authenticator;
mod backends;
mod bearer;
mod bearer_callers;
mod bearer_example;
mod bearer_judge;
mod bearer_mcp;
mod bearer_resource;
mod bearer_revocation;
mod bearer_rows;
mod bearer_scopes;
mod bearer_tokens;
mod beside_axum_login;
mod challenges;
mod client;
mod comforts;
mod data;
mod devices;
mod diary;
mod domain;
mod double_forms;
mod examples;
#[path = "../client/exception_list.rs"]
mod exception_list;
mod exceptions;
mod failure_pages;
mod figures;
mod form_refusals;
mod forms;
mod group_flags;
mod guards;
mod handle;
mod hooks;
mod identities;
mod json_errors;
mod json_flows;
mod json_judge;
mod json_refusals;
mod json_ways;
mod known_user;
mod limits;
mod login_pages;
mod looks;
mod managed_login;
mod managed_login_attacks;
mod managed_login_elsewhere;
mod managed_login_rows;
mod members;
mod mounted_pages;
mod node_judge;
mod other_ways;
mod own_pages;
mod recent_login;
mod sessions;
mod site;
mod snapshots;
mod valid_html;
#[path = "../attacks/ways_out.rs"]
mod ways_out;
