use aws_sdk_cognitoidentityprovider::types::GroupType;

use crate::cognito::call::CallResult;
use crate::cognito::{Cognito, CognitoError, UserProfile};

/// A group of a user pool.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Group {
    /// The name, by which guards ask for it.
    pub name: String,
    /// What the group is for.
    pub description: Option<String>,
    /// Which group's role wins: the lower number does.
    pub precedence: Option<i32>,
    /// The IAM role of the group's members.
    pub role_arn: Option<String>,
}

impl Group {
    /// Describes a group to be created.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Says what the group is for.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Sets which group's role wins.
    #[must_use]
    pub fn with_precedence(mut self, precedence: i32) -> Self {
        self.precedence = Some(precedence);
        self
    }

    fn read(group: GroupType) -> Self {
        Self {
            name: group.group_name.unwrap_or_default(),
            description: group.description,
            precedence: group.precedence,
            role_arn: group.role_arn,
        }
    }
}

/// Groups. All of these need AWS credentials: without, they fail with `MissingCredentials`.
impl Cognito {
    /// Tells of one group (`GetGroup`).
    ///
    /// # Errors
    ///
    /// `ResourceNotFound`: no such group.
    pub async fn get_group(&self, name: &str) -> Result<Group, CognitoError> {
        const OPERATION: &str = "GetGroup";

        self.require_credentials(OPERATION)?;
        let call = self.inner.client.get_group();
        let call = call.user_pool_id(self.inner.user_pool.as_str());
        let answer = call.group_name(name).send().await.of(OPERATION)?;

        Ok(answer.group.map(Group::read).unwrap_or_default())
    }

    /// Lists all groups, page by page (`ListGroups`).
    ///
    /// # Errors
    ///
    /// As any call to Cognito.
    pub async fn get_groups(&self) -> Result<Vec<Group>, CognitoError> {
        const OPERATION: &str = "ListGroups";

        self.require_credentials(OPERATION)?;
        let mut groups = Vec::new();
        let mut next = None;
        loop {
            let call = self.inner.client.list_groups();
            let call = call.user_pool_id(self.inner.user_pool.as_str());
            let answer = call.set_next_token(next).send().await.of(OPERATION)?;
            groups.extend(
                answer
                    .groups
                    .unwrap_or_default()
                    .into_iter()
                    .map(Group::read),
            );
            next = answer.next_token;
            if next.is_none() {
                return Ok(groups);
            }
        }
    }

    /// Creates a group (`CreateGroup`).
    ///
    /// # Errors
    ///
    /// `GroupExists`: the name is taken.
    pub async fn create_group(&self, group: &Group) -> Result<Group, CognitoError> {
        const OPERATION: &str = "CreateGroup";

        self.require_credentials(OPERATION)?;
        let answer = self
            .inner
            .once
            .create_group()
            .user_pool_id(self.inner.user_pool.as_str())
            .group_name(&group.name)
            .set_description(group.description.clone())
            .set_precedence(group.precedence)
            .set_role_arn(group.role_arn.clone())
            .send()
            .await
            .of(OPERATION)?;

        Ok(answer.group.map(Group::read).unwrap_or_default())
    }

    /// Changes a group's description, precedence and role (`UpdateGroup`).
    ///
    /// # Errors
    ///
    /// `ResourceNotFound`: no such group.
    pub async fn update_group(&self, group: &Group) -> Result<Group, CognitoError> {
        const OPERATION: &str = "UpdateGroup";

        self.require_credentials(OPERATION)?;
        let answer = self
            .inner
            .client
            .update_group()
            .user_pool_id(self.inner.user_pool.as_str())
            .group_name(&group.name)
            .set_description(group.description.clone())
            .set_precedence(group.precedence)
            .set_role_arn(group.role_arn.clone())
            .send()
            .await
            .of(OPERATION)?;

        Ok(answer.group.map(Group::read).unwrap_or_default())
    }

    /// Deletes a group (`DeleteGroup`).
    ///
    /// # Errors
    ///
    /// `ResourceNotFound`: no such group.
    pub async fn delete_group(&self, name: &str) -> Result<(), CognitoError> {
        const OPERATION: &str = "DeleteGroup";

        self.require_credentials(OPERATION)?;
        let call = self.inner.once.delete_group();
        let call = call.user_pool_id(self.inner.user_pool.as_str());
        call.group_name(name).send().await.of(OPERATION)?;
        Ok(())
    }

    /// Puts a user into a group (`AdminAddUserToGroup`). Seen at the next login or refresh.
    ///
    /// # Errors
    ///
    /// `UserNotFound`; `ResourceNotFound`: no such group.
    pub async fn admin_add_user_to_group(
        &self,
        username: &str,
        group: &str,
    ) -> Result<(), CognitoError> {
        const OPERATION: &str = "AdminAddUserToGroup";

        self.require_credentials(OPERATION)?;
        let call = self.inner.client.admin_add_user_to_group();
        let call = call.user_pool_id(self.inner.user_pool.as_str());
        let call = call.username(username).group_name(group);
        call.send().await.of(OPERATION)?;
        Ok(())
    }

    /// Takes a user out of a group (`AdminRemoveUserFromGroup`).
    ///
    /// # Errors
    ///
    /// As for [`admin_add_user_to_group`](Self::admin_add_user_to_group).
    pub async fn admin_remove_user_from_group(
        &self,
        username: &str,
        group: &str,
    ) -> Result<(), CognitoError> {
        const OPERATION: &str = "AdminRemoveUserFromGroup";

        self.require_credentials(OPERATION)?;
        let call = self.inner.client.admin_remove_user_from_group();
        let call = call.user_pool_id(self.inner.user_pool.as_str());
        let call = call.username(username).group_name(group);
        call.send().await.of(OPERATION)?;
        Ok(())
    }

    /// Lists all groups of a user (`AdminListGroupsForUser`).
    ///
    /// # Errors
    ///
    /// `UserNotFound`.
    pub async fn admin_list_groups_for_user(
        &self,
        username: &str,
    ) -> Result<Vec<Group>, CognitoError> {
        const OPERATION: &str = "AdminListGroupsForUser";

        self.require_credentials(OPERATION)?;
        let mut groups = Vec::new();
        let mut next = None;
        loop {
            let call = self.inner.client.admin_list_groups_for_user();
            let call = call.user_pool_id(self.inner.user_pool.as_str());
            let call = call.username(username).set_next_token(next);
            let answer = call.send().await.of(OPERATION)?;
            groups.extend(
                answer
                    .groups
                    .unwrap_or_default()
                    .into_iter()
                    .map(Group::read),
            );
            next = answer.next_token;
            if next.is_none() {
                return Ok(groups);
            }
        }
    }

    /// Lists all members of a group (`ListUsersInGroup`).
    ///
    /// # Errors
    ///
    /// `ResourceNotFound`: no such group.
    pub async fn list_users_in_group(&self, name: &str) -> Result<Vec<UserProfile>, CognitoError> {
        const OPERATION: &str = "ListUsersInGroup";

        self.require_credentials(OPERATION)?;
        let mut users = Vec::new();
        let mut next = None;
        loop {
            let call = self.inner.client.list_users_in_group();
            let call = call.user_pool_id(self.inner.user_pool.as_str());
            let call = call.group_name(name).set_next_token(next);
            let answer = call.send().await.of(OPERATION)?;
            users.extend(answer.users().iter().map(UserProfile::read));
            next = answer.next_token;
            if next.is_none() {
                return Ok(users);
            }
        }
    }
}
