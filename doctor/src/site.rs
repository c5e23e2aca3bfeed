//! What the site is set up with.

use std::collections::BTreeMap;
use std::time::Duration;

use axum_cognito::attribute::{AttributeMapping, AttributeName, ColumnName};
use axum_cognito::backend::{LoginFlow, Settings, SettingsError};
use axum_cognito::cognito::PasswordPolicy;
use serde_json::Value;

use crate::arguments::Arguments;
use crate::failure::Failure;

/// What the site is set up with, as far as it is known here.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) user_pool_id: Option<String>,
    pub(crate) app_client_id: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) has_endpoint: bool,
    pub(crate) has_secret: Option<bool>,
    pub(crate) mapping: Vec<(String, ColumnName)>,
    pub(crate) creates_unknown_users: bool,
    /// Whether a login takes over a row without a `sub`.
    pub(crate) adopts_rows: bool,
    pub(crate) login_flow: LoginFlow,
    /// The attributes that the sign-up page asks for; nothing without such a page.
    pub(crate) sign_up: Option<Vec<String>>,
    pub(crate) profile_attributes: Vec<String>,
    pub(crate) refresh_margin: Duration,
    /// The rules for passwords that the pages show, where they were set.
    pub(crate) password_policy: Option<PasswordPolicy>,
    /// The domain of Cognito's own pages; nothing for a site that sends nobody there.
    pub(crate) domain: Option<String>,
    pub(crate) callback_url: Option<String>,
    pub(crate) sign_out_url: Option<String>,
    /// The identity providers that have a button.
    pub(crate) providers: Vec<String>,
    /// The scopes that the site asks for, unless it leaves that to the library.
    pub(crate) scopes: Option<Vec<String>>,
}

impl Site {
    /// Reads the arguments, and `lookup` for the variables of the library.
    pub(crate) fn read(
        arguments: &Arguments,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Failure> {
        let text = |name: &str| lookup(name).filter(|value| !value.is_empty());
        let user_pool_id = text("COGNITO_USER_POOL_ID");
        let app_client_id = text("COGNITO_APP_ID");
        let settings = read_settings(text).map_err(|error| Failure::Usage(error.to_string()))?;

        // A site that has an app client here has its secret here too, or none.
        let secret_here = settings.app_client_secret.is_some();
        let secret_known = secret_here || app_client_id.is_some();
        let mapping = match &arguments.attribute_mapping {
            Some(json) => read_mapping("--attribute-mapping", json)?,
            None => match text("COGNITO_ATTR_MAPPING") {
                Some(json) => read_mapping("COGNITO_ATTR_MAPPING", &json)?,
                None => AttributeMapping::standard()
                    .iter()
                    .map(|(attribute, column)| (attribute.to_string(), column.clone()))
                    .collect(),
            },
        };

        Ok(Self {
            user_pool_id,
            app_client_id,
            region: settings.region,
            has_endpoint: settings.endpoint.is_some(),
            has_secret: arguments
                .site_has_secret
                .or(secret_known.then_some(secret_here)),
            mapping,
            creates_unknown_users: arguments
                .create_unknown_users
                .unwrap_or(settings.login.create_unknown_user),
            adopts_rows: settings.login.adopts_rows,
            login_flow: settings.login.login_flow,
            sign_up: arguments.sign_up.as_deref().map(names),
            profile_attributes: names(&arguments.profile_attributes),
            refresh_margin: Duration::from_secs(arguments.refresh_margin),
            password_policy: settings.password_policy,
            domain: text("COGNITO_DOMAIN"),
            callback_url: text("COGNITO_CALLBACK_URL"),
            sign_out_url: text("COGNITO_SIGN_OUT_URL"),
            providers: text("COGNITO_PROVIDERS").map_or_else(Vec::new, |list| providers(&list)),
            scopes: text("COGNITO_SCOPES").map(|list| split(&list)),
        })
    }

    /// What still holds where the pool is not the one that the site runs on today: nothing of
    /// its ids, nor of its secret unless an argument told it.
    pub(crate) fn without_identity(mut self, arguments: &Arguments) -> Self {
        self.user_pool_id = None;
        self.app_client_id = None;
        self.region = None;
        self.has_secret = arguments.site_has_secret;
        self
    }

    /// What holds for any pool of an account: nothing of one site's addresses.
    pub(crate) fn of_nowhere(mut self) -> Self {
        self.domain = None;
        self.callback_url = None;
        self.sign_out_url = None;
        self.providers = Vec::new();
        self.scopes = None;
        self
    }
}

/// The library reads its own variables, save the mapping and the addresses of managed login, which it
/// refuses where they are the very thing to look at, and load balancers, of which nothing is asked here.
fn read_settings(lookup: impl Fn(&str) -> Option<String>) -> Result<Settings, SettingsError> {
    Settings::from_lookup(|name| match name {
        "COGNITO_ALB_ARN" | "COGNITO_ATTR_MAPPING" | "COGNITO_DOMAIN" => None,
        // Nothing here depends on the ids, so that a pool may also be looked at without a site.
        "COGNITO_USER_POOL_ID" => lookup(name).or_else(|| Some("eu-west-1_Unknown".to_owned())),
        "COGNITO_APP_ID" => lookup(name).or_else(|| Some("unknown".to_owned())),
        _ => lookup(name),
    })
}

/// The names in a list such as `Google,AcmeSaml=Acme staff`, without what visitors read.
fn providers(list: &str) -> Vec<String> {
    list.split(',')
        .map(|provider| provider.split('=').next().unwrap_or_default().trim())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

fn read_mapping(from: &str, json: &str) -> Result<Vec<(String, ColumnName)>, Failure> {
    let problem = |problem: String| Failure::Usage(format!("{from}: {problem}"));
    let pairs: BTreeMap<String, Value> = serde_json::from_str(json)
        .map_err(|_| problem("expected a JSON object of attributes and columns".to_owned()))?;

    pairs
        .into_iter()
        .map(|(attribute, target)| {
            let column = target.as_str().or_else(|| target["column"].as_str());
            let column = column.ok_or_else(|| problem(format!("{attribute:?} has no column")))?;
            let attribute: AttributeName = attribute
                .parse()
                .map_err(|error| problem(format!("{error}")))?;
            let column = column
                .parse()
                .map_err(|error| problem(format!("{error}")))?;
            Ok((attribute.to_string(), column))
        })
        .collect()
}

/// The entries of a variable: separated by commas or spaces.
fn split(list: &str) -> Vec<String> {
    let entries = list.split(|c: char| c == ',' || c.is_whitespace());
    entries
        .filter(|entry| !entry.is_empty())
        .map(str::to_owned)
        .collect()
}

/// An empty argument is an empty list, and not a list of one empty name.
fn names(list: &[String]) -> Vec<String> {
    let list = list.iter().map(|name| name.trim());
    list.filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}
