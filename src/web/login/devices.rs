//! The devices that a browser is to Cognito, one for each of its users.
//!
//! They stay in the session when a login ends: a remembered device is there to be known again at
//! the next one. They are worth nothing without the user's password.

use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use tower_sessions::session::Error as SessionError;

use super::value::read;
use crate::backend::DeviceChange;
use crate::cognito::RememberedDevice;

/// So many users of one browser are remembered; the one who came first is dropped.
const MAX_DEVICES: usize = 5;

/// So many aliases of a user are remembered.
const MAX_NAMES: usize = 3;

#[derive(Deserialize, Serialize)]
struct KeptDevice {
    /// The name that Cognito gave the user.
    username: String,
    /// The names that the user has typed: aliases.
    typed: Vec<String>,
    device: RememberedDevice,
}

/// The devices in a session.
#[derive(Default, Deserialize, Serialize)]
#[serde(transparent)]
pub(in crate::web) struct KeptDevices {
    devices: Vec<KeptDevice>,
}

impl KeptDevices {
    const KEY: &'static str = "axum_cognito.devices";

    pub(in crate::web) async fn read(session: &Session) -> Result<Self, SessionError> {
        Ok(read(session, Self::KEY).await?.unwrap_or_default())
    }

    /// Takes the devices out of a session that is about to be emptied.
    pub(in crate::web) async fn rescue(session: &Session) -> Self {
        let devices = session.get::<Self>(Self::KEY).await;
        devices.ok().flatten().unwrap_or_default()
    }

    pub(in crate::web) async fn write(&self, session: &Session) -> Result<(), SessionError> {
        if self.devices.is_empty() {
            session.remove_value(Self::KEY).await.map(drop)
        } else {
            session.insert(Self::KEY, self).await
        }
    }

    /// The device of the user with this name, as Cognito or as the user has it.
    pub(in crate::web) fn of(&self, name: &str) -> Option<&RememberedDevice> {
        self.devices
            .iter()
            .find(|kept| kept.username == name || kept.typed.iter().any(|typed| typed == name))
            .map(|kept| &kept.device)
    }

    pub(in crate::web) fn forget(&mut self, username: &str) {
        self.devices.retain(|kept| kept.username != username);
    }

    #[cfg(any(test, fuzzing))]
    pub(in crate::web) const MAX: usize = MAX_DEVICES;

    #[cfg(any(test, fuzzing))]
    pub(in crate::web) fn len(&self) -> usize {
        self.devices.len()
    }

    fn remember(&mut self, username: &str, typed: &str, device: RememberedDevice) {
        let known = self
            .devices
            .iter()
            .position(|kept| kept.username == username);
        let mut names = known.map_or_else(Vec::new, |at| self.devices.remove(at).typed);
        if typed != username && !names.iter().any(|name| name == typed) {
            names.push(typed.to_owned());
            names.drain(..names.len().saturating_sub(MAX_NAMES));
        }

        // A session of another version may hold more of them.
        let too_many = (self.devices.len() + 1).saturating_sub(MAX_DEVICES);
        self.devices.drain(..too_many);
        self.devices.push(KeptDevice {
            username: username.to_owned(),
            typed: names,
            device,
        });
    }
}

/// Keeps what a login says of the browser's device.
pub(in crate::web) async fn follow(
    session: &Session,
    username: &str,
    typed: &str,
    change: DeviceChange,
) -> Result<(), SessionError> {
    if matches!(change, DeviceChange::None) {
        return Ok(());
    }

    let mut devices = KeptDevices::read(session).await?;
    match change {
        DeviceChange::New(device) => devices.remember(username, typed, device),
        DeviceChange::Forgotten => devices.forget(username),
        DeviceChange::None => {}
    }
    devices.write(session).await
}

/// Empties the session, but for the devices of its users, and gives it a new id.
///
/// `Session::flush` would keep the id for whatever is put into the session afterwards.
pub(in crate::web) async fn empty(session: &Session) -> Result<(), SessionError> {
    let devices = KeptDevices::rescue(session).await;
    session.clear().await;
    session.cycle_id().await?;
    devices.write(session).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(key: &str) -> RememberedDevice {
        RememberedDevice::new(key, "group", "password".to_owned())
    }

    #[test]
    fn a_device_is_found_by_either_name_of_its_user_alone() {
        let mut devices = KeptDevices::default();
        devices.remember("alice", "alice@example.com", device("1"));
        devices.remember("bob", "bob", device("2"));

        for (name, key) in [
            ("alice", Some("1")),
            ("alice@example.com", Some("1")),
            ("bob", Some("2")),
            ("Alice", None),
            ("", None),
        ] {
            let found = devices.of(name).map(|device| device.key.as_str());
            assert_eq!(found, key, "{name}");
        }

        devices.remember("alice", "alice", device("3"));
        for name in ["alice", "alice@example.com"] {
            assert_eq!(devices.of(name).expect("a device").key, "3", "{name}");
        }
        devices.forget("alice");
        assert!(devices.of("alice").is_none());
        assert!(devices.of("bob").is_some());
    }

    #[test]
    fn only_so_many_are_kept() {
        let mut devices = KeptDevices::default();
        for number in 0..=MAX_DEVICES {
            let name = number.to_string();
            devices.remember(&name, &name, device(&name));
        }

        assert_eq!(devices.devices.len(), MAX_DEVICES);
        assert!(devices.of("0").is_none());
        assert!(devices.of("1").is_some());
    }

    #[test]
    fn too_many_from_elsewhere_become_fewer() {
        let kept = |name: String| KeptDevice {
            device: device(&name),
            username: name,
            typed: Vec::new(),
        };
        let devices = (0..MAX_DEVICES + 3).map(|number| kept(number.to_string()));
        let mut devices = KeptDevices {
            devices: devices.collect(),
        };

        devices.remember("alice", "alice", device("new"));

        assert_eq!(devices.devices.len(), MAX_DEVICES);
        assert!(devices.of("alice").is_some());
    }
}
