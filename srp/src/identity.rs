use std::fmt;

/// Who is proving something: `I` in the formulas.
#[derive(Clone, Copy)]
pub struct SrpIdentity<'a> {
    realm: &'a str,
    name: &'a str,
}

impl<'a> SrpIdentity<'a> {
    /// Creates the identity of a user, by the **name** of the user pool (the part of its id after the
    /// underscore) and the `USER_ID_FOR_SRP` of the challenge, which need not be what the user typed.
    pub fn user(pool_name: &'a str, user_id_for_srp: &'a str) -> Self {
        Self {
            realm: pool_name,
            name: user_id_for_srp,
        }
    }

    /// Creates the identity of a remembered device.
    pub fn device(device_group_key: &'a str, device_key: &'a str) -> Self {
        Self {
            realm: device_group_key,
            name: device_key,
        }
    }

    /// The parts of `I`, which stand side by side wherever it is hashed.
    pub(super) fn parts(&self) -> [&'a str; 2] {
        [self.realm, self.name]
    }
}

impl fmt::Debug for SrpIdentity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SrpIdentity").finish_non_exhaustive()
    }
}
