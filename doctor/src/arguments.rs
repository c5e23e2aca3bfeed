//! The command line.

use std::path::PathBuf;

use clap::{ArgAction, Parser};

const ABOUT: &str = "\
Looks at a Cognito user pool and an app client, and says what would break or weaken a site built on \
axum-cognito.";

const AFTER: &str = "\
Sources: either the files
  aws cognito-idp describe-user-pool --user-pool-id ID > pool.json
  aws cognito-idp describe-user-pool-client --user-pool-id ID --client-id ID > client.json
  aws cognito-idp get-user-pool-mfa-config --user-pool-id ID > mfa.json
or the ids, and the credentials that the AWS tools use. Without either, the ids are taken from the
environment.

The site is read from the variables that the library reads: COGNITO_USER_POOL_ID, COGNITO_APP_ID,
COGNITO_APP_SECRET, COGNITO_REGION, COGNITO_ENDPOINT, COGNITO_ATTR_MAPPING,
COGNITO_CREATE_UNKNOWN_USERS. Arguments come before them.

Exit codes: 0 nothing to report but notes, 1 errors or warnings, 2 nothing could be looked at.";

#[derive(Debug, Parser)]
#[command(name = "axum-cognito-doctor", version, about = ABOUT, after_help = AFTER)]
pub(crate) struct Arguments {
    /// The answer of describe-user-pool, `-` for standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["user_pool_id", "app_client_id", "endpoint"])]
    pub(crate) user_pool: Option<PathBuf>,

    /// The answer of describe-user-pool-client, `-` for standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["user_pool_id", "app_client_id", "endpoint"])]
    pub(crate) app_client: Option<PathBuf>,

    /// The answer of get-user-pool-mfa-config: which second factors there are.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["user_pool_id", "app_client_id", "endpoint"])]
    pub(crate) mfa: Option<PathBuf>,

    /// Asks AWS for this user pool.
    #[arg(long, value_name = "ID")]
    pub(crate) user_pool_id: Option<String>,

    /// Asks AWS for this app client.
    #[arg(long, value_name = "ID")]
    pub(crate) app_client_id: Option<String>,

    /// Asks another server in place of AWS.
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,

    /// Whether the site has a client secret. The secret itself is never asked for.
    #[arg(long, value_name = "BOOL", action = ArgAction::Set)]
    pub(crate) site_has_secret: Option<bool>,

    /// Whether the site makes a row for a user who has none.
    #[arg(long, value_name = "BOOL", action = ArgAction::Set)]
    pub(crate) create_unknown_users: Option<bool>,

    /// The site's mapping of attributes to columns, as COGNITO_ATTR_MAPPING holds it. Columns
    /// that carry rights may be named.
    #[arg(long, value_name = "JSON")]
    pub(crate) attribute_mapping: Option<String>,

    /// The site has a sign-up page with these attributes.
    #[arg(long, value_name = "ATTRIBUTES", value_delimiter = ',')]
    pub(crate) sign_up: Option<Vec<String>>,

    /// What users can change in the form for their own details; empty for a site without.
    #[arg(
        long,
        value_name = "ATTRIBUTES",
        value_delimiter = ',',
        default_value = "given_name,family_name,email"
    )]
    pub(crate) profile_attributes: Vec<String>,

    /// By how many seconds before they expire the site renews tokens.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) refresh_margin: u64,

    /// Does not read the COGNITO_ variables.
    #[arg(long)]
    pub(crate) no_environment: bool,

    /// Prints JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
