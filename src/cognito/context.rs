use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::net::IpAddr;

use aws_sdk_cognitoidentityprovider::types::{ContextDataType, HttpHeader, UserContextDataType};
use serde::{Deserialize, Serialize};

/// What goes along with each call of a client: from where a visitor comes, for the user pool's
/// protection against threats, and what its triggers are given.
///
/// # Examples
///
/// ```no_run
/// use axum_cognito::cognito::{CallContext, Cognito};
///
/// # async fn run(cognito: Cognito) -> Result<(), Box<dyn std::error::Error>> {
/// let context = CallContext::new()
///     .with_ip_address("198.51.100.7".parse()?)
///     .with_client_metadata("campaign", "spring");
///
/// let code = cognito.with_context(context).initiate_forgot_password("alice").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default, Deserialize, Serialize)]
#[must_use]
#[serde(default)]
pub struct CallContext {
    ip_address: Option<IpAddr>,
    encoded_data: Option<String>,
    device_name: Option<String>,
    server_name: String,
    server_path: String,
    headers: Vec<(String, String)>,
    metadata: BTreeMap<String, String>,
}

impl CallContext {
    /// Creates a context with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the visitor's address. Cognito takes it from app clients that have a secret and accept
    /// additional user context data.
    pub fn with_ip_address(mut self, address: IpAddr) -> Self {
        self.ip_address = Some(address);
        self
    }

    /// Sets what AWS's script for browsers has collected of the visitor's device.
    pub fn with_encoded_data(mut self, data: impl Into<String>) -> Self {
        self.encoded_data = Some(data.into());
        self
    }

    /// Sets what the visitor's device is called in the list of devices, if Cognito meets it for the
    /// first time and remembers devices.
    pub fn with_device_name(mut self, name: impl Into<String>) -> Self {
        self.device_name = Some(name.into());
        self
    }

    /// Sets the host and the path that the visitor asked for. Only an administrator's login sends
    /// them.
    pub fn with_server(mut self, name: impl Into<String>, path: impl Into<String>) -> Self {
        self.server_name = name.into();
        self.server_path = path.into();
        self
    }

    /// Adds a header of the visitor's request. Only an administrator's login sends it.
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds an entry of the `ClientMetadata` that triggers of the user pool are given. Cognito
    /// neither encrypts nor keeps it.
    pub fn with_client_metadata(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.metadata.insert(name.into(), value.into());
        self
    }

    /// Completes this context with what an earlier one of the same login had.
    pub(super) fn or(&self, earlier: Self) -> Self {
        let from = if self.ip_address.is_some() || self.encoded_data.is_some() {
            self.clone()
        } else {
            earlier.clone()
        };
        let mut metadata = earlier.metadata;
        metadata.extend(self.metadata.clone());
        Self {
            metadata,
            device_name: self.device_name.clone().or(earlier.device_name),
            ..from
        }
    }

    /// The name of the visitor's device.
    #[cfg(feature = "web")]
    pub(super) fn device_name(&self) -> Option<&str> {
        self.device_name.as_deref()
    }

    /// `ClientMetadata` in the API's form.
    pub(super) fn client_metadata(&self) -> Option<HashMap<String, String>> {
        (!self.metadata.is_empty()).then(|| self.metadata.clone().into_iter().collect())
    }

    /// `UserContextData` in the API's form.
    pub(super) fn user_context_data(&self) -> Option<UserContextDataType> {
        let data = UserContextDataType::builder()
            .set_ip_address(self.ip_address.map(|address| address.to_string()))
            .set_encoded_data(self.encoded_data.clone())
            .build();

        (self.ip_address.is_some() || self.encoded_data.is_some()).then_some(data)
    }

    /// `ContextData` in the API's form, where all that it requires is known.
    pub(super) fn context_data(&self) -> Option<ContextDataType> {
        let headers = self.headers.iter().map(|(name, value)| {
            HttpHeader::builder()
                .header_name(name)
                .header_value(value)
                .build()
        });

        ContextDataType::builder()
            .ip_address(self.ip_address?.to_string())
            .server_name(&self.server_name)
            .server_path(&self.server_path)
            .set_http_headers(Some(headers.collect()))
            .set_encoded_data(self.encoded_data.clone())
            .build()
            .ok()
    }
}

impl fmt::Debug for CallContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallContext([REDACTED])")
    }
}
