use aws_sdk_cognitoidentityprovider::types::{GroupType, UserType};

use super::Admin;
use crate::cognito::call::CallResult;
use crate::cognito::{CognitoError, CognitoErrorKind, Listing, UserProfile};

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

    /// Sets what the group is for.
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

fn group_of(group: Option<GroupType>, operation: &'static str) -> Result<Group, CognitoError> {
    let none = || CognitoError::new(CognitoErrorKind::Protocol, operation, "no group came");
    group.map(Group::read).ok_or_else(none)
}

/// Groups.
impl Admin {
    /// Returns a group (`GetGroup`).
    ///
    /// # Errors
    ///
    /// `ResourceNotFound`: no such group.
    pub async fn get_group(&self, name: &str) -> Result<Group, CognitoError> {
        let call = self.client().get_group().user_pool_id(self.pool_id());
        let output = call.group_name(name).send().await.of("GetGroup")?;

        group_of(output.group, "GetGroup")
    }

    /// Lists all groups (`ListGroups`).
    pub fn list_groups(&self) -> Listing<Group> {
        let call = self.client().list_groups().user_pool_id(self.pool_id());
        let groups = call.into_paginator().items().send();

        Listing::of("ListGroups", groups, Group::read)
    }

    /// Creates a group (`CreateGroup`).
    ///
    /// # Errors
    ///
    /// `GroupExists`: the name is taken.
    pub async fn create_group(&self, group: &Group) -> Result<Group, CognitoError> {
        let output = self
            .once()
            .create_group()
            .user_pool_id(self.pool_id())
            .group_name(&group.name)
            .set_description(group.description.clone())
            .set_precedence(group.precedence)
            .set_role_arn(group.role_arn.clone())
            .send()
            .await
            .of("CreateGroup")?;

        group_of(output.group, "CreateGroup")
    }

    /// Changes a group's description, precedence and role (`UpdateGroup`).
    ///
    /// # Errors
    ///
    /// `ResourceNotFound`: no such group.
    pub async fn update_group(&self, group: &Group) -> Result<Group, CognitoError> {
        let output = self
            .client()
            .update_group()
            .user_pool_id(self.pool_id())
            .group_name(&group.name)
            .set_description(group.description.clone())
            .set_precedence(group.precedence)
            .set_role_arn(group.role_arn.clone())
            .send()
            .await
            .of("UpdateGroup")?;

        group_of(output.group, "UpdateGroup")
    }

    /// Deletes a group (`DeleteGroup`).
    ///
    /// # Errors
    ///
    /// `ResourceNotFound`: no such group.
    pub async fn delete_group(&self, name: &str) -> Result<(), CognitoError> {
        let call = self.once().delete_group().user_pool_id(self.pool_id());
        call.group_name(name).send().await.of("DeleteGroup")?;
        Ok(())
    }

    /// Adds a user to a group (`AdminAddUserToGroup`). Tokens name it from the next login or
    /// refresh on.
    ///
    /// # Errors
    ///
    /// `UserNotFound`; `ResourceNotFound`: no such group.
    pub async fn add_user_to_group(&self, username: &str, group: &str) -> Result<(), CognitoError> {
        self.client()
            .admin_add_user_to_group()
            .user_pool_id(self.pool_id())
            .username(username)
            .group_name(group)
            .send()
            .await
            .of("AdminAddUserToGroup")?;
        Ok(())
    }

    /// Removes a user from a group (`AdminRemoveUserFromGroup`).
    ///
    /// # Errors
    ///
    /// As for [`add_user_to_group`](Self::add_user_to_group).
    pub async fn remove_user_from_group(
        &self,
        username: &str,
        group: &str,
    ) -> Result<(), CognitoError> {
        self.client()
            .admin_remove_user_from_group()
            .user_pool_id(self.pool_id())
            .username(username)
            .group_name(group)
            .send()
            .await
            .of("AdminRemoveUserFromGroup")?;
        Ok(())
    }

    /// Lists all groups of a user (`AdminListGroupsForUser`).
    pub fn list_groups_for_user(&self, username: &str) -> Listing<Group> {
        let call = self.client().admin_list_groups_for_user();
        let call = call.user_pool_id(self.pool_id()).username(username);
        let groups = call.into_paginator().items().send();

        Listing::of("AdminListGroupsForUser", groups, Group::read)
    }

    /// Returns a page of the members of a group, and the token of the next.
    #[cfg_attr(
        not(feature = "pages"),
        allow(dead_code, reason = "the user list asks")
    )]
    pub(crate) async fn group_page(
        &self,
        name: &str,
        token: Option<String>,
    ) -> Result<(Vec<UserProfile>, Option<String>), CognitoError> {
        let call = self.client().list_users_in_group();
        let call = call.user_pool_id(self.pool_id()).group_name(name);
        let output = call.set_next_token(token).send().await;
        let output = output.of("ListUsersInGroup")?;

        let users = output.users().iter().map(UserProfile::read);
        Ok((users.collect(), output.next_token))
    }

    /// Lists all members of a group (`ListUsersInGroup`).
    pub fn list_users_in_group(&self, name: &str) -> Listing<UserProfile> {
        let call = self.client().list_users_in_group();
        let call = call.user_pool_id(self.pool_id()).group_name(name);
        let users = call.into_paginator().items().send();

        Listing::of("ListUsersInGroup", users, |user: UserType| {
            UserProfile::read(&user)
        })
    }
}
