use std::net::SocketAddr;

use axum_cognito::Settings as CognitoSettings;
use axum_cognito::web::ClientAddress;
use clap::Parser;
use url::Url;

use crate::database::DatabaseUrl;
use crate::embedded;
use crate::failure::Failure;
use crate::hosts::Hosts;
use crate::keys::KeySetting;
use crate::sessions::StoreSetting;

/// What `--help` says of the settings that the library reads.
const COGNITO_HELP: &str = "\
User pool (without the first two, the demo runs on an embedded one):
  COGNITO_USER_POOL_ID            the user pool, e.g. eu-west-1_Ab12Cd34E
  COGNITO_APP_ID                  the app client
  COGNITO_APP_SECRET              the app client's secret, if it has one
  COGNITO_REGION                  AWS region [default: the one in the pool id]
  COGNITO_ENDPOINT                another server in place of AWS
  COGNITO_ISSUER                  the issuer that tokens name [default: follows from the endpoint]
  COGNITO_ATTR_MAPPING            JSON: attribute to column of the users table
  COGNITO_CREATE_UNKNOWN_USERS    create a row for a user who has none [default: true]
  COGNITO_SUPPORTS_INACTIVE_USER  let users with an inactive status in [default: false]
  COGNITO_AWS_CREDENTIALS         have AWS credentials, for connected providers [default: false]
  COGNITO_CHECK_USER_STATUS       ask AdminGetUser for the status [default: false]
  COGNITO_ONLY_VERIFIED_ADDRESSES keep email and phone number only when they are verified [default: false]
  COGNITO_SEND_CLIENT_ADDRESS     tell Cognito the visitor's address [default: false]
  COGNITO_PASSWORD_POLICY         rules for new passwords, for pages to show: 12,lowercase,numbers
  COGNITO_LOGIN_FLOW              password, choice, custom or plain-password [default: password]
  COGNITO_FIRST_FACTORS           offered with choice [default: WEB_AUTHN,EMAIL_OTP]
  COGNITO_DOMAIN                  the user pool's domain, for managed login
  COGNITO_CALLBACK_URL            where browsers come back from it: https://<site>/login/callback
  COGNITO_SIGN_OUT_URL            where browsers come back from a logout there
  COGNITO_PROVIDERS               the identity providers on the login page: Google,AcmeSaml=Acme staff
  COGNITO_EMAIL_DOMAINS           the mail domains that lead to one of them: acme.example=AcmeSaml
  COGNITO_SCOPES                  the scopes to ask for [default: all that the app client allows]";

/// A small site that shows axum-cognito.
#[derive(Parser)]
#[command(version, after_help = COGNITO_HELP)]
struct Arguments {
    /// Where the site listens.
    #[arg(
        long,
        env = "DEMO_LISTEN",
        default_value = "127.0.0.1:3000",
        value_name = "DEMO_LISTEN"
    )]
    listen: SocketAddr,

    /// The database of users: `sqlite://<path>`, `postgres://...` or `mysql://...`.
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite://demo-data/demo.db",
        value_name = "DATABASE_URL",
        hide_env_values = true
    )]
    database: String,

    /// Where the sessions are: `memory`, `database` (beside the users) or `redis://...`.
    #[arg(
        long,
        env = "SESSION_STORE",
        default_value = "database",
        value_name = "SESSION_STORE",
        hide_env_values = true
    )]
    sessions: String,

    /// Whether visitors come by https, through a proxy: cookies are then for https alone.
    /// [default: true unless the site listens on this machine alone]
    #[arg(long, env = "DEMO_HTTPS", value_name = "DEMO_HTTPS")]
    https: Option<bool>,

    /// How many proxies of your own are in front: so many entries of `X-Forwarded-For`, from the
    /// right, are believed. With 0 none is.
    #[arg(
        long,
        env = "DEMO_PROXIES",
        default_value = "0",
        value_name = "DEMO_PROXIES"
    )]
    proxies: usize,

    /// The names by which visitors call the site, without ports, such as `shop.example.com`;
    /// requests for another one are refused. [default: any; with the embedded pool those of this
    /// machine]
    #[arg(
        long,
        env = "DEMO_HOSTS",
        value_name = "DEMO_HOSTS",
        value_delimiter = ','
    )]
    hosts: Option<Vec<String>>,

    /// What sessions and tokens are encrypted with before they are stored: 32 random bytes in
    /// base64, as `openssl rand -base64 32` makes them; after a comma the keys before it.
    /// [default with SQLite: a key in the file `sealing.key` beside the database]
    #[arg(
        long,
        env = "SEALING_KEYS",
        value_name = "SEALING_KEYS",
        hide_env_values = true
    )]
    sealing_keys: Option<String>,

    /// What is logged, such as `debug` or `info,axum_cognito=trace`.
    #[arg(
        long,
        env = "RUST_LOG",
        default_value = "info",
        value_name = "RUST_LOG"
    )]
    log: String,
}

/// All settings of the demo, checked.
pub(crate) struct Settings {
    pub(crate) listen: SocketAddr,
    pub(crate) database: DatabaseUrl,
    pub(crate) sessions: StoreSetting,
    pub(crate) keys: KeySetting,
    pub(crate) https: bool,
    pub(crate) client_address: ClientAddress,
    pub(crate) hosts: Hosts,
    pub(crate) log: String,
    pub(crate) cognito: CognitoSettings,
    /// Whether the user pool is our own.
    pub(crate) embedded: bool,
}

impl Settings {
    /// Reads the arguments and the environment.
    pub(crate) fn read() -> Result<Self, Failure> {
        let arguments = Arguments::parse();
        let database = DatabaseUrl::parse(&arguments.database)?;
        let sessions = StoreSetting::parse(&arguments.sessions)?;

        let keys = KeySetting::parse(
            arguments
                .sealing_keys
                .as_deref()
                .filter(|keys| !keys.is_empty()),
            database.key_file(),
            database.is_shared(),
        )?;

        let variable = |name: &str| std::env::var(name).ok();
        let embedded = ["COGNITO_USER_POOL_ID", "COGNITO_APP_ID"]
            .iter()
            .all(|name| variable(name).is_none_or(|value| value.is_empty()));
        if embedded && !arguments.listen.ip().is_loopback() {
            return Err(Failure::Setting(
                "DEMO_LISTEN: the passwords and mails of the embedded user pool are for everybody \
                 to see, so it is for this machine alone: listen on 127.0.0.1, or name a user pool \
                 by COGNITO_USER_POOL_ID and COGNITO_APP_ID"
                    .to_owned(),
            ));
        }
        let cognito = CognitoSettings::from_lookup(|name| {
            let own = embedded.then(|| embedded::setting(name)).flatten();
            own.or_else(|| variable(name))
        })
        .map_err(|error| Failure::Setting(error.to_string()))?;

        Ok(Self {
            listen: arguments.listen,
            database,
            sessions,
            keys,
            https: arguments
                .https
                .unwrap_or(!arguments.listen.ip().is_loopback()),
            client_address: match arguments.proxies {
                0 => ClientAddress::Connection,
                proxies => ClientAddress::behind(proxies),
            },
            hosts: Hosts::new(arguments.hosts, embedded),
            log: arguments.log,
            cognito,
            embedded,
        })
    }

    /// Where browsers come back from the embedded pool's pages: a name of this machine other than
    /// the one that is printed can be set.
    pub(crate) fn callback(&self, address: SocketAddr) -> Result<Url, Failure> {
        let set = std::env::var("COGNITO_CALLBACK_URL").ok();
        let url = set
            .filter(|url| !url.is_empty())
            .unwrap_or_else(|| format!("http://{address}/login/callback"));

        url.parse()
            .map_err(|error| Failure::Setting(format!("COGNITO_CALLBACK_URL: {error}")))
    }

    /// Browsers keep the cookies of one host together, whatever the port: so the name is that of
    /// the site, which is the app client's; or, as the embedded pool is in many demos, of the port.
    /// With https the cookie is for this very host alone.
    pub(crate) fn cookie_name(&self, address: SocketAddr) -> String {
        let prefix = if self.https { "__Host-" } else { "" };
        if self.embedded {
            format!("{prefix}session-{}", address.port())
        } else {
            format!("{prefix}session-{}", self.cognito.app_client)
        }
    }
}
