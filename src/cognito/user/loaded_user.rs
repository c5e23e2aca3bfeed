use std::fmt;

use crate::attribute::{AttributeName, Attributes};
use crate::cognito::{Admin, CodeDelivery, CognitoError, CognitoUser, UserProfile};

/// A user whose attributes were read, to be changed here and then saved.
///
/// # Examples
///
/// ```no_run
/// # async fn run(alice: axum_cognito::CognitoUser) -> Result<(), Box<dyn std::error::Error>> {
/// let mut alice = alice.load().await?;
/// alice.set("given_name".parse()?, "Alice");
/// alice.save().await?;
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct LoadedUser {
    profile: UserProfile,
    changes: Attributes,
    by: By,
}

/// On whose behalf the user is saved.
enum By {
    Admin(Admin),
    User(Box<CognitoUser>),
}

impl LoadedUser {
    /// Returns the user as Cognito last gave or took it.
    pub fn profile(&self) -> &UserProfile {
        &self.profile
    }

    /// Returns an attribute, with the changes that were not saved yet.
    pub fn get(&self, name: &str) -> Option<&str> {
        let changed = self.changes.get(name);

        changed.or_else(|| self.profile.attributes.get(name))
    }

    /// Changes an attribute here. [`save`](Self::save) sends it.
    pub fn set(&mut self, name: AttributeName, value: impl Into<String>) {
        self.changes.insert(name, value);
    }

    /// Sends the attributes that differ from what Cognito has, and returns where codes were sent
    /// to verify new addresses. Sends nothing when there are none.
    ///
    /// # Errors
    ///
    /// As for [`CognitoUser::update_profile`], or [`Admin::update_profile`]. The changes
    /// are still there, and can be saved again.
    pub async fn save(&mut self) -> Result<Vec<CodeDelivery>, CognitoError> {
        let known = &self.profile.attributes;
        let changes: Attributes = self
            .changes
            .iter()
            .filter(|(name, value)| known.get(name.as_str()) != Some(*value))
            .map(|(name, value)| (name.clone(), value.to_owned()))
            .collect();
        if changes.is_empty() {
            return Ok(Vec::new());
        }

        let deliveries = match &self.by {
            By::Admin(admin) => {
                let username = &self.profile.username;
                admin.update_profile(username, &changes).await?;
                Vec::new()
            }
            By::User(user) => user.update_profile(&changes).await?,
        };
        let saved = changes.iter();
        self.profile
            .attributes
            .extend(saved.map(|(name, value)| (name.clone(), value.to_owned())));
        self.changes = Attributes::new();
        Ok(deliveries)
    }

    /// Deletes the user.
    ///
    /// # Errors
    ///
    /// As for [`CognitoUser::delete_user`], or [`Admin::delete_user`].
    pub async fn delete(self) -> Result<(), CognitoError> {
        match &self.by {
            By::Admin(admin) => admin.delete_user(&self.profile.username).await,
            By::User(user) => user.delete_user().await,
        }
    }
}

impl fmt::Debug for LoadedUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoadedUser")
            .field("profile", &self.profile)
            .field("changes", &self.changes)
            .finish_non_exhaustive()
    }
}

impl CognitoUser {
    /// Reads the user's attributes, to change some and save them (`GetUser`).
    ///
    /// # Errors
    ///
    /// As for [`get_user`](Self::get_user).
    pub async fn load(&self) -> Result<LoadedUser, CognitoError> {
        Ok(LoadedUser {
            profile: self.get_user().await?,
            changes: Attributes::new(),
            by: By::User(Box::new(self.clone())),
        })
    }
}

impl Admin {
    /// Reads a user's attributes, to change some and save them (`AdminGetUser`).
    ///
    /// # Errors
    ///
    /// As for [`get_user`](Self::get_user).
    pub async fn load_user(&self, username: &str) -> Result<LoadedUser, CognitoError> {
        Ok(LoadedUser {
            profile: self.get_user(username).await?,
            changes: Attributes::new(),
            by: By::Admin(self.clone()),
        })
    }
}
