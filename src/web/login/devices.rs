//! The devices that a browser is to user pools, one for each of its users.
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
    /// The name of the backend whose user it is: two of them may have a user of one name.
    backend: String,
    /// The name that Cognito gave the user.
    username: String,
    /// The names that the user has typed: aliases.
    typed: Vec<String>,
    device: RememberedDevice,
}

impl KeptDevice {
    fn is_of(&self, backend: &str, username: &str) -> bool {
        self.backend == backend && self.username == username
    }
}

/// The devices in a session.
#[derive(Default, Deserialize, Serialize)]
#[serde(transparent)]
pub(in crate::web) struct KeptDevices {
    devices: Vec<KeptDevice>,
}

impl KeptDevices {
    pub(super) const KEY: &'static str = "axum_cognito.devices";

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

    /// The device of the backend's user with this name, as Cognito or as the user has it.
    pub(in crate::web) fn of(&self, backend: &str, name: &str) -> Option<&RememberedDevice> {
        let mut devices = self.devices.iter().filter(|kept| kept.backend == backend);
        devices
            .find(|kept| kept.username == name || kept.typed.iter().any(|typed| typed == name))
            .map(|kept| &kept.device)
    }

    fn forget(&mut self, backend: &str, username: &str) {
        self.devices.retain(|kept| !kept.is_of(backend, username));
    }

    #[cfg(any(test, fuzzing))]
    pub(in crate::web) const MAX: usize = MAX_DEVICES;

    #[cfg(any(test, fuzzing))]
    pub(in crate::web) fn len(&self) -> usize {
        self.devices.len()
    }

    fn remember(&mut self, backend: &str, username: &str, typed: &str, device: RememberedDevice) {
        let mut kept = self.devices.iter();
        let known = kept.position(|kept| kept.is_of(backend, username));
        let mut names = known.map_or_else(Vec::new, |at| self.devices.remove(at).typed);
        if typed != username && !names.iter().any(|name| name == typed) {
            names.push(typed.to_owned());
            names.drain(..names.len().saturating_sub(MAX_NAMES));
        }

        // A session of another version may hold more of them.
        let too_many = (self.devices.len() + 1).saturating_sub(MAX_DEVICES);
        self.devices.drain(..too_many);
        self.devices.push(KeptDevice {
            backend: backend.to_owned(),
            username: username.to_owned(),
            typed: names,
            device,
        });
    }
}

/// Keeps what a login says of the browser's device.
pub(in crate::web) async fn follow(
    session: &Session,
    (backend, username): (&str, &str),
    typed: &str,
    change: DeviceChange,
) -> Result<(), SessionError> {
    if matches!(change, DeviceChange::None) {
        return Ok(());
    }

    let mut devices = KeptDevices::read(session).await?;
    match change {
        DeviceChange::New(device) => devices.remember(backend, username, typed, device),
        DeviceChange::Forgotten => devices.forget(backend, username),
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
        devices.remember("pool", "alice", "alice@example.com", device("1"));
        devices.remember("pool", "bob", "bob", device("2"));

        for (name, key) in [
            ("alice", Some("1")),
            ("alice@example.com", Some("1")),
            ("bob", Some("2")),
            ("Alice", None),
            ("", None),
        ] {
            let found = devices.of("pool", name).map(|device| device.key.as_str());
            assert_eq!(found, key, "{name}");
        }

        devices.remember("pool", "alice", "alice", device("3"));
        for name in ["alice", "alice@example.com"] {
            assert_eq!(
                devices.of("pool", name).expect("a device").key,
                "3",
                "{name}"
            );
        }
        devices.forget("pool", "alice");
        assert!(devices.of("pool", "alice").is_none());
        assert!(devices.of("pool", "bob").is_some());
    }

    #[test]
    fn the_last_aliases_are_kept_once_each() {
        let mut devices = KeptDevices::default();
        let mut log_in = |typed: &[&str]| {
            for typed in typed {
                devices.remember("pool", "alice", typed, device("1"));
            }
            devices.devices[0].typed.clone()
        };

        let few = log_in(&["a@x", "b@x", "alice", "alice", "b@x", "b@x", "alice"]);
        assert_eq!(few, ["a@x", "b@x"]);
        let many = log_in(&["c@x", "d@x"]);
        assert_eq!(many, ["b@x", "c@x", "d@x"]);
    }

    #[test]
    fn users_of_one_name_at_two_backends_have_two_devices() {
        let mut devices = KeptDevices::default();
        devices.remember("one", "alice", "alice@example.com", device("1"));
        devices.remember("two", "alice", "alice@example.com", device("2"));

        for name in ["alice", "alice@example.com"] {
            assert_eq!(devices.of("one", name).expect("a device").key, "1");
            assert_eq!(devices.of("two", name).expect("a device").key, "2");
            assert!(devices.of("three", name).is_none());
        }
        devices.forget("three", "alice");
        devices.forget("two", "alice");
        assert!(devices.of("one", "alice").is_some());
        assert!(devices.of("two", "alice").is_none());
    }

    #[test]
    fn only_so_many_are_kept() {
        let mut devices = KeptDevices::default();
        for number in 0..=MAX_DEVICES {
            let name = number.to_string();
            devices.remember("pool", &name, &name, device(&name));
        }

        assert_eq!(devices.devices.len(), MAX_DEVICES);
        assert!(devices.of("pool", "0").is_none());
        assert!(devices.of("pool", "1").is_some());
    }

    #[test]
    fn too_many_from_elsewhere_become_fewer() {
        let kept = |name: String| KeptDevice {
            backend: "pool".to_owned(),
            device: device(&name),
            username: name,
            typed: Vec::new(),
        };
        let devices = (0..MAX_DEVICES + 3).map(|number| kept(number.to_string()));
        let mut devices = KeptDevices {
            devices: devices.collect(),
        };

        devices.remember("pool", "alice", "alice", device("new"));

        assert_eq!(devices.devices.len(), MAX_DEVICES);
        assert!(devices.of("pool", "alice").is_some());
    }
}
