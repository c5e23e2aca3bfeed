use super::Admin;
use crate::cognito::call::CallResult;
use crate::cognito::{CognitoError, Device, Listing};

/// Devices of users, in user pools that track them.
impl Admin {
    /// Lists all devices of a user (`AdminListDevices`).
    pub fn list_devices(&self, username: &str) -> Listing<Device> {
        let (admin, username) = (self.clone(), username.to_owned());

        Listing::by_page(move |token| {
            let call = admin.client().admin_list_devices();
            let call = call.user_pool_id(admin.pool_id()).username(&username);
            let call = call.set_pagination_token(token);
            async {
                let output = call.send().await.of("AdminListDevices")?;
                let devices = output.devices().iter().map(Device::read).collect();
                Ok((devices, output.pagination_token))
            }
        })
    }

    /// Returns a device of a user (`AdminGetDevice`).
    ///
    /// # Errors
    ///
    /// `UserNotFound`; `ResourceNotFound`: no such device.
    pub async fn get_device(
        &self,
        username: &str,
        key: &str,
    ) -> Result<Option<Device>, CognitoError> {
        let call = self
            .client()
            .admin_get_device()
            .user_pool_id(self.pool_id());
        let call = call.username(username).device_key(key);
        let output = call.send().await.of("AdminGetDevice")?;

        Ok(output.device().map(Device::read))
    }

    /// Remembers a user's device, so that it can stand in for a second factor, or no longer
    /// (`AdminUpdateDeviceStatus`).
    ///
    /// # Errors
    ///
    /// `UserNotFound`; `ResourceNotFound`: no such device.
    pub async fn update_device_status(
        &self,
        username: &str,
        key: &str,
        remembered: bool,
    ) -> Result<(), CognitoError> {
        self.client()
            .admin_update_device_status()
            .user_pool_id(self.pool_id())
            .username(username)
            .device_key(key)
            .device_remembered_status(Device::status(remembered))
            .send()
            .await
            .of("AdminUpdateDeviceStatus")?;
        Ok(())
    }

    /// Forgets a user's device (`AdminForgetDevice`).
    ///
    /// # Errors
    ///
    /// `UserNotFound`; `ResourceNotFound`: no such device.
    pub async fn forget_device(&self, username: &str, key: &str) -> Result<(), CognitoError> {
        let call = self
            .once()
            .admin_forget_device()
            .user_pool_id(self.pool_id());
        let call = call.username(username).device_key(key);
        call.send().await.of("AdminForgetDevice")?;
        Ok(())
    }
}
