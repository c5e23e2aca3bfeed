use std::fmt;
use std::str::FromStr;

use super::login_settings::{
    LoginFlow, LoginSettings, ProfileSource, default_first_factors, first_factor,
};
use crate::attribute::AttributeMapping;
#[cfg(feature = "alb")]
use crate::cognito::LoadBalancer;
use crate::cognito::{Cognito, CognitoBuilder, ConfigError, PasswordPolicy};
#[cfg(feature = "managed-login")]
use crate::cognito::{LoginProvider, ManagedLogin};
use crate::id::{AppClientId, AppClientSecret, UserPoolId};

/// What a site sets to use a user pool, with the names that Warrant gave the settings.
///
/// | variable | meaning | default |
/// |---|---|---|
/// | `COGNITO_USER_POOL_ID` | the user pool | required |
/// | `COGNITO_APP_ID` | the app client | required |
/// | `COGNITO_APP_SECRET` | the app client's secret | none |
/// | `COGNITO_REGION` | AWS region | the one in the pool id |
/// | `COGNITO_ENDPOINT` | another server in place of AWS | AWS |
/// | `COGNITO_ISSUER` | the issuer that tokens name | follows from the endpoint |
/// | `COGNITO_ATTR_MAPPING` | JSON: attribute to column | `email`, names |
/// | `COGNITO_CREATE_UNKNOWN_USERS` | `true`, `false`: create rows at login | `true` |
/// | `COGNITO_SUPPORTS_INACTIVE_USER` | `true`, `false`: let inactive users in | `false` |
/// | `COGNITO_CHECK_USER_STATUS` | `true`, `false`: ask `AdminGetUser` at each login | `false` |
/// | `COGNITO_ONLY_VERIFIED_ADDRESSES` | `true`, `false`: keep only verified addresses | `false` |
/// | `COGNITO_AWS_CREDENTIALS` | `true`, `false`: see [`aws_credentials`](Self::aws_credentials) | `false` |
/// | `COGNITO_ADOPT_ROWS` | `true`, `false`: see [`LoginSettings::adopts_rows`] | `false` |
/// | `COGNITO_API_APP_IDS` | further app clients, separated by commas, whose access tokens an API accepts | none |
/// | `COGNITO_RESOURCE` | the URL of the API, which access tokens must be bound to | none |
/// | `COGNITO_PASSWORD_POLICY` | what new passwords must be like, for pages to show: `12,lowercase,numbers` | the user pool's where there are credentials, else Cognito's |
/// | `COGNITO_FIRST_FACTORS` | what the login page offers with `choice`: see [`LoginSettings::first_factors`] | `WEB_AUTHN,EMAIL_OTP` |
/// | `COGNITO_LOGIN_FLOW` | `password`, `choice`, `custom`, `plain-password`: see [`LoginFlow`] | `password` |
/// | `COGNITO_SEND_CLIENT_ADDRESS` | `true`, `false`: see [`LoginSettings::sends_client_address`] | `false` |
/// | `COGNITO_ALB_ARN` | the load balancers that log users in, separated by commas | none |
/// | `COGNITO_ALB_APP_ID` | the app client by which they do | `COGNITO_APP_ID` |
/// | `COGNITO_DOMAIN` | the user pool's domain, for managed login | none |
/// | `COGNITO_CALLBACK_URL` | where browsers come back from it: `https://<site>/login/callback` | required with a domain |
/// | `COGNITO_SIGN_OUT_URL` | where browsers come back from a logout there | none |
/// | `COGNITO_PROVIDERS` | the identity providers that the login page offers: `Google,AcmeSaml=Acme staff` | the domain's own page |
/// | `COGNITO_EMAIL_DOMAINS` | the mail domains that lead to one of them: `acme.example=AcmeSaml` | none |
/// | `COGNITO_SCOPES` | the scopes to ask for, separated by spaces | all that the app client allows |
///
/// The last six need the feature `managed-login`, and the two before them `alb`.
///
/// # Examples
///
/// ```
/// use axum_cognito::Settings;
///
/// let settings = Settings::new("eu-west-1_AbCdEfGhI".parse()?, "3n4b5urk1ft4fl3mg5e62d9ado".parse()?);
/// let cognito = settings.client()?;
/// # let _ = cognito;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The user pool.
    pub user_pool: UserPoolId,
    /// The app client.
    pub app_client: AppClientId,
    /// The app client's secret, if it has one.
    pub app_client_secret: Option<AppClientSecret>,
    /// The AWS region, if it is not the one in the pool id.
    pub region: Option<String>,
    /// Another server in place of AWS.
    pub endpoint: Option<String>,
    /// The issuer that tokens name, if it does not follow from the endpoint.
    pub issuer: Option<String>,
    /// Further app clients whose access tokens the site's API accepts.
    pub api_clients: Vec<AppClientId>,
    /// The URL of the site's API, if access tokens have to be bound to it.
    pub resource: Option<String>,
    /// What new passwords must be like, for pages to show. The default is what the user pool says,
    /// where there are AWS credentials, or else Cognito's default.
    pub password_policy: Option<PasswordPolicy>,
    /// Whether the client takes AWS credentials from where the AWS tools look for them, for the
    /// operations of administrators and the pages that need them: connected identity providers. The
    /// default is no; [`ProfileSource::AdminGetUser`] takes them in any case.
    pub aws_credentials: bool,
    /// How users log in.
    pub login: LoginSettings,
}

impl Settings {
    /// Creates settings with the defaults.
    pub fn new(user_pool: UserPoolId, app_client: AppClientId) -> Self {
        Self {
            user_pool,
            app_client,
            app_client_secret: None,
            region: None,
            endpoint: None,
            issuer: None,
            api_clients: Vec::new(),
            resource: None,
            password_policy: None,
            aws_credentials: false,
            login: LoginSettings::default(),
        }
    }

    /// Reads the settings from the environment.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] names every variable that is missing or wrong, not only the first.
    pub fn from_env() -> Result<Self, SettingsError> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads the settings from whatever `lookup` finds. An empty value counts as none.
    ///
    /// # Errors
    ///
    /// As for [`from_env`](Self::from_env).
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let mut reader = Reader {
            lookup: &lookup,
            problems: Vec::new(),
        };

        let user_pool = reader.required::<UserPoolId>("COGNITO_USER_POOL_ID");
        let app_client = reader.required::<AppClientId>("COGNITO_APP_ID");
        let api_clients = reader.read("COGNITO_API_APP_IDS", |ids| {
            let ids = ids.split(',').map(str::trim).filter(|id| !id.is_empty());
            let ids = ids.map(|id| id.parse().map_err(|error| format!("{error}")));
            ids.collect::<Result<Vec<AppClientId>, _>>()
        });
        let mapping = reader.read("COGNITO_ATTR_MAPPING", |json| {
            AttributeMapping::from_json(json).map_err(|error| error.to_string())
        });
        let create_unknown_user = reader.flag("COGNITO_CREATE_UNKNOWN_USERS", true);
        let supports_inactive_user = reader.flag("COGNITO_SUPPORTS_INACTIVE_USER", false);
        let check_status = reader.flag("COGNITO_CHECK_USER_STATUS", false);
        let aws_credentials = reader.flag("COGNITO_AWS_CREDENTIALS", false);
        let adopts_rows = reader.flag("COGNITO_ADOPT_ROWS", false);
        let sends_client_address = reader.flag("COGNITO_SEND_CLIENT_ADDRESS", false);
        let only_verified = reader.flag("COGNITO_ONLY_VERIFIED_ADDRESSES", false);
        let password_policy = reader.read("COGNITO_PASSWORD_POLICY", |policy| {
            policy.parse().map_err(|error| format!("{error}"))
        });
        let login_flow = reader.read("COGNITO_LOGIN_FLOW", |flow| match flow {
            "choice" => Ok(LoginFlow::Choice),
            "custom" => Ok(LoginFlow::Custom),
            "password" => Ok(LoginFlow::Password),
            "plain-password" => Ok(LoginFlow::PlainPassword),
            _ => Err("expected `password`, `choice`, `custom` or `plain-password`".to_owned()),
        });
        let first_factors = reader.read("COGNITO_FIRST_FACTORS", |names| {
            let names = names.split(',').map(|name| first_factor(name.trim()));
            names.collect::<Result<Vec<_>, _>>()
        });

        #[cfg(feature = "alb")]
        let load_balancer = reader.load_balancer();
        #[cfg(not(feature = "alb"))]
        if reader.text("COGNITO_ALB_ARN").is_some() {
            let problem = "COGNITO_ALB_ARN: the feature `alb` of axum-cognito is off";
            reader.problems.push(problem.to_owned());
        }
        #[cfg(feature = "managed-login")]
        let managed_login = reader.managed_login();
        #[cfg(not(feature = "managed-login"))]
        if reader.text("COGNITO_DOMAIN").is_some() {
            let problem = "COGNITO_DOMAIN: the feature `managed-login` of axum-cognito is off";
            reader.problems.push(problem.to_owned());
        }

        match (user_pool, app_client) {
            (Some(user_pool), Some(app_client)) if reader.problems.is_empty() => Ok(Self {
                app_client_secret: reader.text("COGNITO_APP_SECRET").map(AppClientSecret::from),
                region: reader.text("COGNITO_REGION"),
                endpoint: reader.text("COGNITO_ENDPOINT"),
                issuer: reader.text("COGNITO_ISSUER"),
                api_clients: api_clients.unwrap_or_default(),
                resource: reader.text("COGNITO_RESOURCE"),
                password_policy,
                aws_credentials,
                login: LoginSettings {
                    attribute_mapping: mapping
                        .unwrap_or_default()
                        .with_only_verified_addresses(only_verified),
                    create_unknown_user,
                    supports_inactive_user,
                    profile_source: if check_status {
                        ProfileSource::AdminGetUser
                    } else {
                        ProfileSource::default()
                    },
                    login_flow: login_flow.unwrap_or_default(),
                    first_factors: first_factors.unwrap_or_else(default_first_factors),
                    adopts_rows,
                    sends_client_address,
                    #[cfg(feature = "alb")]
                    load_balancer,
                    #[cfg(feature = "managed-login")]
                    managed_login,
                    ..LoginSettings::default()
                },
                ..Self::new(user_pool, app_client)
            }),
            _ => Err(SettingsError {
                problems: reader.problems,
            }),
        }
    }
}

impl Settings {
    /// Builds the client of the user pool, for an API without users of its own: see
    /// [`AuthBuilder::with_tokens_of`](crate::web::AuthBuilder::with_tokens_of). Makes no call.
    ///
    /// # Errors
    ///
    /// Returns a [`ConfigError`] that names the setting that cannot be used, and why.
    pub fn client(&self) -> Result<Cognito, ConfigError> {
        self.client_builder().build()
    }

    pub(super) fn client_builder(&self) -> CognitoBuilder {
        let mut builder = Cognito::builder(self.user_pool.clone(), self.app_client.clone())
            .with_api_clients(self.api_clients.clone());
        if let Some(secret) = &self.app_client_secret {
            builder = builder.with_app_client_secret(secret.clone());
        }
        if let Some(region) = &self.region {
            builder = builder.with_region(region);
        }
        if let Some(endpoint) = &self.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        if let Some(issuer) = &self.issuer {
            builder = builder.with_issuer(issuer);
        }
        if let Some(resource) = &self.resource {
            builder = builder.with_resource(resource);
        }
        if let Some(policy) = self.password_policy {
            builder = builder.with_password_policy(policy);
        }
        builder
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("user_pool", &self.user_pool)
            .field("app_client", &self.app_client)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

/// Settings that are missing or wrong: all of them, with what to write instead.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{}", .problems.join("; "))]
pub struct SettingsError {
    problems: Vec<String>,
}

impl SettingsError {
    /// Returns a sentence for each setting that is missing or wrong.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    problems: Vec<String>,
}

impl Reader<'_> {
    fn text(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.is_empty())
    }

    fn read<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        match parse(&self.text(name)?) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.problems.push(format!("{name}: {problem}"));
                None
            }
        }
    }

    fn required<T: FromStr<Err: fmt::Display>>(&mut self, name: &str) -> Option<T> {
        if self.text(name).is_none() {
            self.problems.push(format!("{name} is not set"));
        }

        self.read(name, |value| {
            value.parse().map_err(|error: T::Err| error.to_string())
        })
    }

    #[cfg(feature = "alb")]
    fn load_balancer(&mut self) -> Option<LoadBalancer> {
        let app_client = self.read("COGNITO_ALB_APP_ID", |id| {
            id.parse::<AppClientId>().map_err(|error| error.to_string())
        });
        let balancer = self.read("COGNITO_ALB_ARN", |arns| {
            let mut arns = arns.split(',').map(str::trim);
            let first = arns.next().unwrap_or_default();
            LoadBalancer::new(first)
                .and_then(|first| arns.try_fold(first, LoadBalancer::with_arn))
                .map_err(|error| error.to_string())
        })?;

        Some(match app_client {
            Some(app_client) => balancer.with_app_client(app_client),
            None => balancer,
        })
    }

    #[cfg(feature = "managed-login")]
    fn managed_login(&mut self) -> Option<ManagedLogin> {
        let domain = self.text("COGNITO_DOMAIN")?;
        let Some(callback) = self.text("COGNITO_CALLBACK_URL") else {
            let problem = "COGNITO_CALLBACK_URL is not set, though COGNITO_DOMAIN is";
            self.problems.push(problem.to_owned());
            return None;
        };
        let mut note = |name: &str, error: ConfigError| {
            self.problems.push(format!("{name}: {error}"));
        };
        let mut managed = ManagedLogin::new(&domain, &callback)
            .map_err(|error| note("COGNITO_DOMAIN, COGNITO_CALLBACK_URL", error))
            .ok()?;
        if let Some(url) = (self.lookup)("COGNITO_SIGN_OUT_URL").filter(|url| !url.is_empty()) {
            managed = managed
                .with_sign_out_url(&url)
                .map_err(|error| note("COGNITO_SIGN_OUT_URL", error))
                .ok()?;
        }

        let providers = self.text("COGNITO_PROVIDERS").unwrap_or_default();
        let providers = providers.split(',').map(str::trim);
        let providers = providers.filter(|provider| !provider.is_empty());
        let mut providers: Vec<_> = providers
            .map(|provider| match provider.split_once('=') {
                Some((name, label)) => LoginProvider::new(name.trim()).with_label(label.trim()),
                None => LoginProvider::new(provider),
            })
            .collect();
        self.read("COGNITO_EMAIL_DOMAINS", |pairs| {
            lead_to(&mut providers, pairs)
        });
        let scopes = self.text("COGNITO_SCOPES").unwrap_or_default();
        Some(
            managed
                .with_scopes(scopes.split_whitespace())
                .with_providers(providers),
        )
    }

    fn flag(&mut self, name: &str, default: bool) -> bool {
        let flag = self.read(name, |value| match value.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(true),
            "false" | "0" | "no" | "off" => Ok(false),
            _ => Err("expected `true` or `false`".to_owned()),
        });

        flag.unwrap_or(default)
    }
}

/// Reads `acme.example=AcmeSaml, acme.test=AcmeSaml` into the providers that it names.
#[cfg(feature = "managed-login")]
fn lead_to(providers: &mut [LoginProvider], pairs: &str) -> Result<(), String> {
    for pair in pairs.split(',') {
        let (domain, name) = pair.split_once('=').unwrap_or((pair, ""));
        let known = |provider: &&mut LoginProvider| provider.name() == name.trim();
        let provider = providers.iter_mut().find(known).ok_or_else(|| {
            format!(
                "`{}`: expected a mail domain, `=` and one of COGNITO_PROVIDERS",
                pair.trim()
            )
        })?;
        let domains = [provider.email_domains(), &[domain.trim().to_owned()]].concat();
        *provider = provider.clone().with_email_domains(domains);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(feature = "managed-login")]
    use crate::cognito::ManagedLoginRequest;

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        Settings::from_lookup(|name| {
            let found = pairs.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    const REQUIRED: [(&str, &str); 2] = [
        ("COGNITO_USER_POOL_ID", "eu-west-1_Ab12Cd34E"),
        ("COGNITO_APP_ID", "1example23456789"),
    ];

    #[test]
    fn two_settings_are_enough() {
        let settings = read(&REQUIRED).expect("settings");

        assert_eq!(settings.user_pool.name(), "Ab12Cd34E");
        assert!(settings.login.create_unknown_user);
        assert!(!settings.login.supports_inactive_user);
    }

    #[test]
    fn names_every_problem_at_once() {
        let error = read(&[
            ("COGNITO_USER_POOL_ID", "no-underscore"),
            ("COGNITO_ATTR_MAPPING", "{not json"),
            ("COGNITO_CREATE_UNKNOWN_USERS", "perhaps"),
        ])
        .expect_err("four mistakes");

        assert_eq!(error.problems().len(), 4, "{error}");
    }

    #[cfg(feature = "managed-login")]
    #[test]
    fn a_domain_brings_managed_login() {
        let domain = [
            (
                "COGNITO_DOMAIN",
                "https://shop.auth.eu-west-1.amazoncognito.com",
            ),
            (
                "COGNITO_CALLBACK_URL",
                "https://shop.example/login/callback",
            ),
            ("COGNITO_PROVIDERS", "Google, AcmeSaml = Acme staff"),
        ];
        let read_with = |more: &[(&str, &str)]| read(&[&REQUIRED, more].concat());
        let managed = |settings: Settings| settings.login.managed_login;

        let settings = managed(read_with(&domain).expect("settings")).expect("managed login");
        let labels: Vec<_> = settings
            .providers()
            .iter()
            .map(LoginProvider::label)
            .collect();
        assert_eq!(labels, [Some("Google"), Some("Acme staff")]);

        let more = [
            ("COGNITO_SIGN_OUT_URL", "https://shop.example/"),
            ("COGNITO_SCOPES", "email  orders/read"),
            (
                "COGNITO_EMAIL_DOMAINS",
                "Acme.example=AcmeSaml, acme.test = AcmeSaml",
            ),
        ];
        let all = read_with(&[&domain[..], &more].concat()).expect("settings");
        let client = all.client().expect("a client");
        let settings = managed(all).expect("managed login");
        let staff = settings.provider_of("ada@acme.test").expect("a provider");
        assert_eq!(staff.name(), "AcmeSaml");
        assert_eq!(staff.email_domains(), ["acme.example", "acme.test"]);
        let request = ManagedLoginRequest::default();
        let (address, _) = client.begin_managed_login(&settings, &request);
        let scopes = "scope=openid+email+orders%2Fread";
        assert!(address.as_str().contains(scopes), "{address}");
        let logout = client.managed_logout_url(&settings).expect("an address");
        let back = "logout_uri=https%3A%2F%2Fshop.example%2F";
        assert!(logout.as_str().contains(back), "{logout}");

        for (name, wrong) in [
            ("COGNITO_EMAIL_DOMAINS", "acme.example"),
            ("COGNITO_EMAIL_DOMAINS", "acme.example=Other"),
            ("COGNITO_SIGN_OUT_URL", "http://shop.example/"),
        ] {
            let settings = [&domain[..], &[(name, wrong)]].concat();
            let error = read_with(&settings).expect_err("a mistake");
            assert!(error.to_string().contains(name), "{error}");
        }

        let error = read_with(&domain[..1]).expect_err("no callback");
        assert!(
            error.to_string().contains("COGNITO_CALLBACK_URL"),
            "{error}"
        );
        let elsewhere = [domain[0], ("COGNITO_CALLBACK_URL", "http://shop.example/")];
        let error = read_with(&elsewhere).expect_err("in clear");
        assert!(error.to_string().contains("https"), "{error}");
        assert!(managed(read(&REQUIRED).expect("settings")).is_none());
    }

    #[cfg(feature = "alb")]
    #[test]
    fn load_balancers_stand_between_commas() {
        let arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/1";
        let with = |arns: &str| read(&[REQUIRED[0], REQUIRED[1], ("COGNITO_ALB_ARN", arns)]);

        let two = with(&format!("{arn}, {arn}2")).expect("settings");
        assert!(two.login.load_balancer.is_some());
        let error = with(&format!("{arn},shop")).expect_err("no ARN");
        assert!(error.to_string().contains("COGNITO_ALB_ARN"), "{error}");
    }

    #[test]
    fn app_clients_of_an_api_stand_between_commas() {
        let with = |ids| read(&[REQUIRED[0], REQUIRED[1], ("COGNITO_API_APP_IDS", ids)]);

        let two = with("2example23456789, 3example23456789,").expect("settings");
        let ids: Vec<_> = two.api_clients.iter().map(AppClientId::as_str).collect();
        assert_eq!(ids, ["2example23456789", "3example23456789"]);
        let error = with("2example23456789,an id").expect_err("a blank");
        assert_eq!(error.problems().len(), 1, "{error}");
    }

    #[test]
    fn the_password_is_sent_in_clear_only_if_that_is_asked_for() {
        let flow = |value| {
            let pairs = [REQUIRED[0], REQUIRED[1], ("COGNITO_LOGIN_FLOW", value)];
            read(&pairs).map(|settings| settings.login.login_flow)
        };

        assert_eq!(flow(""), Ok(LoginFlow::Password));
        assert_eq!(flow("plain-password"), Ok(LoginFlow::PlainPassword));
        let error = flow("plain").expect_err("no such flow");
        assert!(error.to_string().contains("plain-password"), "{error}");
    }

    #[test]
    fn the_ways_beside_the_password_are_those_that_there_are() {
        let factors = |value| {
            let pairs = [REQUIRED[0], REQUIRED[1], ("COGNITO_FIRST_FACTORS", value)];
            read(&pairs).map(|settings| settings.login.first_factors)
        };

        let usual = factors("").expect("settings");
        assert_eq!(usual, ["WEB_AUTHN", "EMAIL_OTP"]);
        let named = factors("SMS_OTP, EMAIL_OTP").expect("settings");
        assert_eq!(named, ["SMS_OTP", "EMAIL_OTP"]);
        let error = factors("EMAIL_OTP,PASSWORD").expect_err("no such way");
        assert!(error.to_string().contains("WEB_AUTHN"), "{error}");
    }

    #[test]
    fn the_status_is_asked_for_only_if_that_is_said() {
        let source = |value| {
            let pairs = [
                REQUIRED[0],
                REQUIRED[1],
                ("COGNITO_CHECK_USER_STATUS", value),
            ];
            read(&pairs).map(|settings| settings.login.profile_source)
        };

        assert_eq!(source(""), Ok(ProfileSource::GetUser));
        assert_eq!(source("false"), Ok(ProfileSource::GetUser));
        assert_eq!(source("true"), Ok(ProfileSource::AdminGetUser));
    }

    #[test]
    fn an_empty_value_counts_as_none() {
        let pairs = [REQUIRED[0], REQUIRED[1], ("COGNITO_APP_SECRET", "")];

        assert!(read(&pairs).expect("settings").app_client_secret.is_none());
    }
}
