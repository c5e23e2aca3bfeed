use std::fmt;

use aws_sdk_cognitoidentityprovider::types::{
    DeviceRememberedStatusType, DeviceSecretVerifierConfigType, DeviceType,
};
use axum_cognito_srp::DeviceVerifier;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};
use time::OffsetDateTime;

use crate::attribute::Attributes;
use crate::cognito::call::CallResult;
use crate::cognito::profile::{read_attributes, read_time};
use crate::cognito::{CognitoError, CognitoErrorKind, CognitoUser, Listing};

/// A device that Cognito has met for the first time, and waits to be confirmed.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct NewDevice {
    /// The key that Cognito gave the device.
    pub key: String,
    /// The group that the key belongs to.
    pub group_key: String,
}

/// What a device needs to log in by itself next time. Keep it on the server, for this user
/// and browser: serialized, it shows its password.
#[derive(Clone, Deserialize, Serialize)]
#[non_exhaustive]
pub struct RememberedDevice {
    /// The key that Cognito gave the device.
    pub key: String,
    /// The group that the key belongs to.
    pub group_key: String,
    /// The device's own password, which Cognito does not know.
    #[serde(serialize_with = "write_password")]
    pub password: SecretString,
}

impl RememberedDevice {
    /// Creates a device from what was kept of it.
    pub fn new(
        key: impl Into<String>,
        group_key: impl Into<String>,
        password: impl Into<SecretString>,
    ) -> Self {
        Self {
            key: key.into(),
            group_key: group_key.into(),
            password: password.into(),
        }
    }
}

fn write_password<S: Serializer>(password: &SecretString, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(password.expose_secret())
}

impl fmt::Debug for RememberedDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RememberedDevice([REDACTED])")
    }
}

/// A device that Cognito has taken.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ConfirmedDevice {
    /// What to keep of it.
    pub device: RememberedDevice,
    /// Whether the user has to be asked if the device is to be remembered:
    /// [`CognitoUser::update_device_status`] tells Cognito so. Otherwise it is remembered already.
    pub user_confirmation_necessary: bool,
}

/// A device as Cognito lists it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Device {
    /// The key that Cognito gave the device.
    pub key: String,
    /// `device_name`, `last_ip_used` and the like.
    pub attributes: Attributes,
    /// When the device was met.
    pub created_at: Option<OffsetDateTime>,
    /// When somebody logged in with it last.
    pub last_authenticated_at: Option<OffsetDateTime>,
}

impl Device {
    pub(in crate::cognito) fn read(device: &DeviceType) -> Self {
        Self {
            key: device.device_key().unwrap_or_default().to_owned(),
            attributes: read_attributes(device.device_attributes()),
            created_at: read_time(device.device_create_date()),
            last_authenticated_at: read_time(device.device_last_authenticated_date()),
        }
    }

    /// The API's word for a device that is remembered, or not.
    pub(in crate::cognito) fn status(remembered: bool) -> DeviceRememberedStatusType {
        match remembered {
            true => DeviceRememberedStatusType::Remembered,
            false => DeviceRememberedStatusType::NotRemembered,
        }
    }

    /// Returns the name that the device was confirmed with.
    pub fn name(&self) -> Option<&str> {
        self.attributes.get("device_name")
    }
}

/// Devices, in user pools that track them.
impl CognitoUser {
    /// Returns what the device of this login is to be called, if the
    /// [context](crate::cognito::CallContext::with_device_name) of the login says so.
    #[cfg(feature = "web")]
    pub(crate) fn device_name(&self) -> Option<&str> {
        self.cognito().context.device_name()
    }

    /// Confirms the device that this login came from, under a name that its user knows it by
    /// (`ConfirmDevice`). `None`: Cognito has not met a new device.
    ///
    /// # Errors
    ///
    /// `ResourceExists`: it was confirmed before. `TokenRefused`.
    pub async fn confirm_device(
        &self,
        name: &str,
    ) -> Result<Option<ConfirmedDevice>, CognitoError> {
        const OPERATION: &str = "ConfirmDevice";

        let Some(device) = self.new_device().cloned() else {
            return Ok(None);
        };
        let (key, group_key) = (device.key.clone(), device.group_key.clone());
        let verifier = self
            .cognito()
            .compute(move || DeviceVerifier::generate(&group_key, &key))
            .await
            .map_err(|error| CognitoError::new(CognitoErrorKind::Unavailable, OPERATION, error))?;
        let config = DeviceSecretVerifierConfigType::builder()
            .password_verifier(verifier.verifier_base64())
            .salt(verifier.salt_base64())
            .build();

        let output = self
            .cognito()
            .inner
            .once
            .confirm_device()
            .access_token(self.tokens().access.expose())
            .device_key(&device.key)
            .device_name(name)
            .device_secret_verifier_config(config)
            .send()
            .await
            .of(OPERATION)?;
        Ok(Some(ConfirmedDevice {
            device: RememberedDevice::new(
                device.key,
                device.group_key,
                verifier.password().clone(),
            ),
            user_confirmation_necessary: output.user_confirmation_necessary(),
        }))
    }

    /// Lists all devices (`ListDevices`).
    ///
    /// # Errors
    ///
    /// `FeatureNotEnabled`: the user pool does not track devices.
    pub fn list_devices(&self) -> Listing<Device> {
        let user = self.clone();

        Listing::by_page(move |token| {
            let call = user.cognito().inner.client.list_devices();
            let call = call.access_token(user.tokens().access.expose());
            let call = call.set_pagination_token(token);
            async {
                let output = call.send().await.of("ListDevices")?;
                let devices = output.devices().iter().map(Device::read).collect();
                Ok((devices, output.pagination_token))
            }
        })
    }

    /// Returns a device (`GetDevice`).
    ///
    /// # Errors
    ///
    /// `ResourceNotFound`: no such device.
    pub async fn get_device(&self, key: &str) -> Result<Option<Device>, CognitoError> {
        let call = self.cognito().inner.client.get_device();
        let call = call.access_token(self.tokens().access.expose());
        let output = call.device_key(key).send().await.of("GetDevice")?;

        Ok(output.device().map(Device::read))
    }

    /// Remembers a device, so that it can stand in for a second factor, or no longer
    /// (`UpdateDeviceStatus`).
    ///
    /// # Errors
    ///
    /// `ResourceNotFound`: no such device.
    pub async fn update_device_status(
        &self,
        key: &str,
        remembered: bool,
    ) -> Result<(), CognitoError> {
        let call = self.cognito().inner.client.update_device_status();
        let call = call.access_token(self.tokens().access.expose());
        let call = call
            .device_key(key)
            .device_remembered_status(Device::status(remembered));
        call.send().await.of("UpdateDeviceStatus")?;
        Ok(())
    }

    /// Makes Cognito forget a device (`ForgetDevice`).
    ///
    /// # Errors
    ///
    /// `ResourceNotFound`: no such device.
    pub async fn forget_device(&self, key: &str) -> Result<(), CognitoError> {
        let call = self.cognito().inner.once.forget_device();
        let call = call.access_token(self.tokens().access.expose());
        call.device_key(key).send().await.of("ForgetDevice")?;
        Ok(())
    }
}
