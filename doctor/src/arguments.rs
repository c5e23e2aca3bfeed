//! The command line.

use std::path::PathBuf;

use clap::{ArgAction, Parser, Subcommand, ValueEnum};

const ABOUT: &str = "\
Looks at a Cognito user pool and an app client, and says what would break or weaken a site built on \
axum-cognito.";

const AFTER: &str = "\
Sources: either the files
  aws cognito-idp describe-user-pool --user-pool-id ID > pool.json
  aws cognito-idp describe-user-pool-client --user-pool-id ID --client-id ID > client.json
  aws cognito-idp get-user-pool-mfa-config --user-pool-id ID > mfa.json
  aws cognito-idp describe-user-pool-domain --domain DOMAIN > domain.json
  aws cognito-idp list-identity-providers --user-pool-id ID > providers.json
  aws cognito-idp describe-identity-provider --user-pool-id ID --provider-name NAME > google.json
of which the first two are needed; or the ids, and the credentials that the AWS tools use; or all
pools of an account in a region (--all-pools); or a template before it is deployed (template FILE).
Without any, the ids are taken from the environment.

The site is read from the variables that the library reads: COGNITO_USER_POOL_ID, COGNITO_APP_ID,
COGNITO_APP_SECRET, COGNITO_REGION, COGNITO_ENDPOINT, COGNITO_ATTR_MAPPING,
COGNITO_CREATE_UNKNOWN_USERS, COGNITO_DOMAIN, COGNITO_CALLBACK_URL, COGNITO_SIGN_OUT_URL,
COGNITO_PROVIDERS, COGNITO_SCOPES. Arguments come before them.

Exit codes: 0 nothing to report but notes, 1 errors or warnings, 2 nothing could be looked at.";

/// Where else the answers would come from.
const IDS: [&str; 4] = ["user_pool_id", "app_client_id", "endpoint", "all_pools"];

#[derive(Debug, Parser)]
#[command(name = "axum-cognito-doctor", version, about = ABOUT, after_help = AFTER)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Action>,

    /// The answer of describe-user-pool, `-` for standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = IDS)]
    pub(crate) user_pool: Option<PathBuf>,

    /// The answer of describe-user-pool-client, `-` for standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = IDS)]
    pub(crate) app_client: Option<PathBuf>,

    /// The answer of get-user-pool-mfa-config: which second factors there are.
    #[arg(long, value_name = "FILE", conflicts_with_all = IDS)]
    pub(crate) mfa: Option<PathBuf>,

    /// The answer of describe-user-pool-domain: of which version Cognito's pages are. Once for each
    /// domain.
    #[arg(long, value_name = "FILE", conflicts_with_all = IDS)]
    pub(crate) domain: Vec<PathBuf>,

    /// The answer of list-identity-providers.
    #[arg(long, value_name = "FILE", conflicts_with_all = IDS)]
    pub(crate) identity_providers: Option<PathBuf>,

    /// The answer of describe-identity-provider: what it fills in. Once for each provider.
    #[arg(long, value_name = "FILE", conflicts_with_all = IDS)]
    pub(crate) identity_provider: Vec<PathBuf>,

    /// Asks AWS for this user pool.
    #[arg(long, value_name = "ID")]
    pub(crate) user_pool_id: Option<String>,

    /// Asks AWS for this app client.
    #[arg(long, value_name = "ID")]
    pub(crate) app_client_id: Option<String>,

    /// Asks AWS for all user pools of the account in a region, and for all of their app clients.
    #[arg(long, conflicts_with_all = ["user_pool_id", "app_client_id"])]
    pub(crate) all_pools: bool,

    /// The region of --all-pools, in place of the one that the AWS tools use.
    #[arg(long, value_name = "REGION", requires = "all_pools")]
    pub(crate) region: Option<String>,

    /// Asks another server in place of AWS.
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,

    /// Whether the site has a client secret. The secret itself is never asked for.
    #[arg(long, global = true, value_name = "BOOL", action = ArgAction::Set)]
    pub(crate) site_has_secret: Option<bool>,

    /// Whether the site makes a row for a user who has none.
    #[arg(long, global = true, value_name = "BOOL", action = ArgAction::Set)]
    pub(crate) create_unknown_users: Option<bool>,

    /// The site's mapping of attributes to columns, as COGNITO_ATTR_MAPPING holds it. Columns
    /// that carry rights may be named.
    #[arg(long, global = true, value_name = "JSON")]
    pub(crate) attribute_mapping: Option<String>,

    /// The site has a sign-up page with these attributes.
    #[arg(long, global = true, value_name = "ATTRIBUTES", value_delimiter = ',')]
    pub(crate) sign_up: Option<Vec<String>>,

    /// What users can change in the form for their own details; empty for a site without.
    #[arg(
        long,
        global = true,
        value_name = "ATTRIBUTES",
        value_delimiter = ',',
        default_value = "given_name,family_name,email"
    )]
    pub(crate) profile_attributes: Vec<String>,

    /// By how many seconds before they expire the site renews tokens.
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) refresh_margin: u64,

    /// Does not read the COGNITO_ variables.
    #[arg(long, global = true)]
    pub(crate) no_environment: bool,

    /// How findings are printed.
    #[arg(long, global = true, value_enum, default_value = "text")]
    pub(crate) format: Format,

    /// Prints JSON, as --format json does.
    #[arg(long, global = true, conflicts_with = "format")]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    /// Checks a template before it is deployed.
    ///
    /// A CloudFormation template (YAML or JSON), or the plan of Terraform: `terraform plan -out plan
    /// && terraform show -json plan`. What the deployment decides, such as a parameter, is not known
    /// and gives no finding.
    Template {
        /// The template, `-` for standard input.
        file: PathBuf,
    },
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// SARIF 2.1.0, for the code scanning of a CI.
    Sarif,
}

impl Arguments {
    pub(crate) fn format(&self) -> Format {
        match self.json {
            true => Format::Json,
            false => self.format,
        }
    }
}
