use std::fmt;
use std::sync::Arc;

use super::{
    AttributeSource, CognitoBackend, Error, LoginFlow, Settings, SetupError, UserStatusSource,
};
use crate::attribute::AttributeMapping;
use crate::cognito::{Cognito, UserStatus};
use crate::users::UserStore;

/// A [`CognitoBackend`] made of values. When values are not enough, implement the trait.
pub struct UserPoolBackend {
    cognito: Cognito,
    users: Arc<dyn UserStore>,
    attribute_mapping: AttributeMapping,
    create_unknown_user: bool,
    supports_inactive_user: bool,
    inactive_user_status: Vec<UserStatus>,
    user_status_source: UserStatusSource,
    attribute_source: AttributeSource,
    login_flow: LoginFlow,
}

impl UserPoolBackend {
    /// Creates a backend from settings, and checks that it can work.
    ///
    /// AWS credentials are looked for only if the settings ask for users' statuses.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] says which setting to change.
    pub async fn new(settings: Settings, users: impl UserStore) -> Result<Self, Error> {
        let mut builder = Cognito::builder(settings.user_pool.clone(), settings.app_client.clone());
        if let Some(secret) = settings.app_client_secret.clone() {
            builder = builder.with_app_client_secret(secret);
        }
        if let Some(region) = &settings.region {
            builder = builder.with_region(region);
        }
        if let Some(endpoint) = &settings.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        if let Some(issuer) = &settings.issuer {
            builder = builder.with_issuer(issuer);
        }
        if settings.user_status_source == UserStatusSource::AdminGetUser {
            builder = builder.with_default_credentials().await;
        }
        let cognito = builder.build().map_err(SetupError::Client)?;

        let mut backend = Self::with_client(cognito, users)
            .with_attribute_mapping(settings.attribute_mapping)
            .with_create_unknown_user(settings.create_unknown_user)
            .with_supports_inactive_user(settings.supports_inactive_user)
            .with_login_flow(settings.login_flow);
        backend.user_status_source = settings.user_status_source;
        CognitoBackend::check(&backend).await?;

        Ok(backend)
    }

    /// Creates a backend from a client that is ready to use.
    ///
    /// It is checked by `AuthLayer::check`, or at the first login.
    pub fn with_client(cognito: Cognito, users: impl UserStore) -> Self {
        Self {
            cognito,
            users: Arc::new(users),
            attribute_mapping: AttributeMapping::default(),
            create_unknown_user: true,
            supports_inactive_user: false,
            inactive_user_status: UserStatus::INACTIVE.to_vec(),
            user_status_source: UserStatusSource::default(),
            attribute_source: AttributeSource::default(),
            login_flow: LoginFlow::default(),
        }
    }

    /// Sets which attribute goes to which column.
    #[must_use]
    pub fn with_attribute_mapping(mut self, mapping: AttributeMapping) -> Self {
        self.attribute_mapping = mapping;
        self
    }

    /// Sets whether a user without a row gets one at login.
    #[must_use]
    pub fn with_create_unknown_user(mut self, create: bool) -> Self {
        self.create_unknown_user = create;
        self
    }

    /// Sets whether users with an inactive status may log in.
    #[must_use]
    pub fn with_supports_inactive_user(mut self, supports: bool) -> Self {
        self.supports_inactive_user = supports;
        self
    }

    /// Sets the statuses that count as inactive, and takes the status from `AdminGetUser`.
    #[must_use]
    pub fn with_inactive_user_status(
        mut self,
        statuses: impl IntoIterator<Item = UserStatus>,
    ) -> Self {
        self.inactive_user_status = statuses.into_iter().collect();
        self.user_status_source = UserStatusSource::AdminGetUser;
        self
    }

    /// Sets by which of Cognito's flows users log in.
    #[must_use]
    pub fn with_login_flow(mut self, flow: LoginFlow) -> Self {
        self.login_flow = flow;
        self
    }

    /// Sets where the attributes come from.
    #[must_use]
    pub fn with_attribute_source(mut self, source: AttributeSource) -> Self {
        self.attribute_source = source;
        self
    }
}

impl CognitoBackend for UserPoolBackend {
    fn cognito(&self) -> &Cognito {
        &self.cognito
    }

    fn users(&self) -> &dyn UserStore {
        &*self.users
    }

    fn attribute_mapping(&self) -> &AttributeMapping {
        &self.attribute_mapping
    }

    fn create_unknown_user(&self) -> bool {
        self.create_unknown_user
    }

    fn supports_inactive_user(&self) -> bool {
        self.supports_inactive_user
    }

    fn inactive_user_status(&self) -> &[UserStatus] {
        &self.inactive_user_status
    }

    fn user_status_source(&self) -> UserStatusSource {
        self.user_status_source
    }

    fn attribute_source(&self) -> AttributeSource {
        self.attribute_source
    }

    fn login_flow(&self) -> LoginFlow {
        self.login_flow
    }
}

impl fmt::Debug for UserPoolBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserPoolBackend")
            .field("cognito", &self.cognito)
            .field("create_unknown_user", &self.create_unknown_user)
            .field("supports_inactive_user", &self.supports_inactive_user)
            .field("user_status_source", &self.user_status_source)
            .finish_non_exhaustive()
    }
}
