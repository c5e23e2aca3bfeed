use aws_sdk_cognitoidentityprovider::types::{
    ExplicitAuthFlowsType, FeatureType, PreventUserExistenceErrorTypes, RefreshTokenRotationType,
    UserPoolClientType,
};

use super::Admin;
use crate::cognito::call::CallResult;
use crate::cognito::{CognitoError, CognitoErrorKind};

/// How the app client is configured, as far as a login depends on it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct AppClientConfiguration {
    /// The name in the console.
    pub name: String,
    /// The flows that are switched on, e.g. `ALLOW_USER_SRP_AUTH`.
    pub auth_flows: Vec<String>,
    /// The attributes that the app client may read. Empty: the pool's defaults.
    pub read_attributes: Vec<String>,
    /// The attributes that the app client may write. Empty: the pool's defaults.
    pub write_attributes: Vec<String>,
    /// Whether answers hide which users there are.
    pub prevents_user_existence_errors: bool,
    /// Whether a refresh returns a new refresh token.
    pub rotates_refresh_tokens: bool,
    /// Whether tokens can be revoked.
    pub revokes_tokens: bool,
    /// The identity providers that users of the app client may come from.
    pub identity_providers: Vec<String>,
}

impl AppClientConfiguration {
    fn read(client: &UserPoolClientType) -> Self {
        let rotation = client.refresh_token_rotation();

        Self {
            name: client.client_name().unwrap_or_default().to_owned(),
            auth_flows: client
                .explicit_auth_flows()
                .iter()
                .map(|flow| flow.as_str().to_owned())
                .collect(),
            read_attributes: client.read_attributes().to_vec(),
            write_attributes: client.write_attributes().to_vec(),
            prevents_user_existence_errors: client.prevent_user_existence_errors()
                == Some(&PreventUserExistenceErrorTypes::Enabled),
            rotates_refresh_tokens: rotation
                .is_some_and(|rotation| *rotation.feature() == FeatureType::Enabled),
            revokes_tokens: client.enable_token_revocation().unwrap_or_default(),
            identity_providers: client.supported_identity_providers().to_vec(),
        }
    }

    /// Writes the configuration over what the app client has. Empty lists are left out, as the
    /// API has it.
    fn write(&self, client: &mut UserPoolClientType) -> Result<(), CognitoError> {
        let list = |names: &Vec<String>| (!names.is_empty()).then(|| names.clone());
        let flows = self.auth_flows.iter();
        let before = client.refresh_token_rotation.take();
        let rotated = before
            .as_ref()
            .is_some_and(|rotation| rotation.feature == FeatureType::Enabled);

        client.client_name = Some(self.name.clone());
        client.explicit_auth_flows = (!self.auth_flows.is_empty()).then(|| {
            flows
                .map(|flow| ExplicitAuthFlowsType::from(flow.as_str()))
                .collect()
        });
        client.read_attributes = list(&self.read_attributes);
        client.write_attributes = list(&self.write_attributes);
        client.supported_identity_providers = list(&self.identity_providers);
        client.enable_token_revocation = Some(self.revokes_tokens);
        client.prevent_user_existence_errors = Some(match self.prevents_user_existence_errors {
            true => PreventUserExistenceErrorTypes::Enabled,
            false => PreventUserExistenceErrorTypes::Legacy,
        });
        client.refresh_token_rotation = match (rotated, self.rotates_refresh_tokens) {
            // The time for which a rotated token still works stays as it was.
            (true, true) => before,
            (false, true) => Some(rotation(FeatureType::Enabled)?),
            (true, false) => Some(rotation(FeatureType::Disabled)?),
            (false, false) => None,
        };
        Ok(())
    }
}

impl Admin {
    /// Returns how the app client is configured (`DescribeUserPoolClient`). The secret, which the
    /// answer holds as well, is not kept.
    ///
    /// # Errors
    ///
    /// `UnknownAppClient`.
    pub async fn describe_app_client(&self) -> Result<AppClientConfiguration, CognitoError> {
        let client = self.fetch_app_client().await?;

        Ok(AppClientConfiguration::read(&client))
    }

    /// Changes the configuration of the app client, and returns it as it is then
    /// (`DescribeUserPoolClient` and `UpdateUserPoolClient`).
    ///
    /// What [`AppClientConfiguration`] does not tell stays as it is: the lifetimes of tokens,
    /// the addresses to go back to, the OAuth scopes.
    ///
    /// ```no_run
    /// # async fn run(admin: axum_cognito::cognito::Admin) -> Result<(), Box<dyn std::error::Error>> {
    /// admin
    ///     .update_app_client(|client| client.prevents_user_existence_errors = true)
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `UnknownAppClient`. `InvalidParameter`: a flow,
    /// an attribute or a provider that does not exist. `ConcurrentModification`: try again.
    pub async fn update_app_client(
        &self,
        change: impl FnOnce(&mut AppClientConfiguration),
    ) -> Result<AppClientConfiguration, CognitoError> {
        const OPERATION: &str = "UpdateUserPoolClient";

        let mut client = self.fetch_app_client().await?;
        let mut configuration = AppClientConfiguration::read(&client);
        change(&mut configuration);
        configuration.write(&mut client)?;

        // What is left out here, Cognito would set back to its default.
        let propagate = client.enable_propagate_additional_user_context_data;
        let output = self
            .client()
            .update_user_pool_client()
            .user_pool_id(self.pool_id())
            .client_id(self.client_id())
            .set_client_name(client.client_name)
            .refresh_token_validity(client.refresh_token_validity)
            .set_access_token_validity(client.access_token_validity)
            .set_id_token_validity(client.id_token_validity)
            .set_token_validity_units(client.token_validity_units)
            .set_read_attributes(client.read_attributes)
            .set_write_attributes(client.write_attributes)
            .set_explicit_auth_flows(client.explicit_auth_flows)
            .set_supported_identity_providers(client.supported_identity_providers)
            .set_callback_urls(client.callback_urls)
            .set_logout_urls(client.logout_urls)
            .set_default_redirect_uri(client.default_redirect_uri)
            .set_allowed_o_auth_flows(client.allowed_o_auth_flows)
            .set_allowed_o_auth_scopes(client.allowed_o_auth_scopes)
            .set_allowed_o_auth_flows_user_pool_client(client.allowed_o_auth_flows_user_pool_client)
            .set_analytics_configuration(client.analytics_configuration)
            .set_prevent_user_existence_errors(client.prevent_user_existence_errors)
            .set_enable_token_revocation(client.enable_token_revocation)
            .set_enable_propagate_additional_user_context_data(propagate)
            .set_auth_session_validity(client.auth_session_validity)
            .set_refresh_token_rotation(client.refresh_token_rotation)
            .send()
            .await
            .of(OPERATION)?;

        let client = output.user_pool_client.ok_or_else(|| missing(OPERATION))?;
        Ok(AppClientConfiguration::read(&client))
    }

    async fn fetch_app_client(&self) -> Result<UserPoolClientType, CognitoError> {
        const OPERATION: &str = "DescribeUserPoolClient";

        let output = self
            .client()
            .describe_user_pool_client()
            .user_pool_id(self.pool_id())
            .client_id(self.client_id())
            .send()
            .await
            .of(OPERATION)?;

        output.user_pool_client.ok_or_else(|| missing(OPERATION))
    }
}

fn rotation(feature: FeatureType) -> Result<RefreshTokenRotationType, CognitoError> {
    RefreshTokenRotationType::builder()
        .feature(feature)
        .build()
        .map_err(|error| {
            CognitoError::new(CognitoErrorKind::Unexpected, "UpdateUserPoolClient", error)
        })
}

fn missing(operation: &'static str) -> CognitoError {
    CognitoError::new(CognitoErrorKind::Protocol, operation, "no app client came")
}
