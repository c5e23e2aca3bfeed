use std::collections::{BTreeMap, BTreeSet};

/// Which permissions the members of each group have.
///
/// Names are compared exactly, by case too. A user has the permissions of all their groups.
///
/// # Examples
///
/// ```
/// use axum_cognito::web::Permissions;
///
/// let permissions = Permissions::new()
///     .grant("admins", ["reports.view", "reports.edit"])
///     .grant("staff", ["reports.view"]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Permissions {
    by_group: BTreeMap<String, BTreeSet<String>>,
}

impl Permissions {
    /// Creates a map in which nobody may do anything.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds permissions for the members of a group.
    #[must_use]
    pub fn grant<P: Into<String>>(
        mut self,
        group: impl Into<String>,
        permissions: impl IntoIterator<Item = P>,
    ) -> Self {
        let granted = self.by_group.entry(group.into()).or_default();
        granted.extend(permissions.into_iter().map(Into::into));
        self
    }

    /// Whether one of the groups has the permission.
    pub(in crate::web) fn allow(&self, groups: &[String], permission: &str) -> bool {
        groups
            .iter()
            .filter_map(|group| self.by_group.get(group))
            .any(|granted| granted.contains(permission))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_exactly() {
        let permissions = Permissions::new().grant("admins", ["reports.view"]);
        let groups = |names: &[&str]| -> Vec<String> {
            names.iter().map(|name| (*name).to_owned()).collect()
        };

        for (member, permission, allowed) in [
            (&["admins"][..], "reports.view", true),
            (&["staff", "admins"], "reports.view", true),
            (&["Admins"], "reports.view", false),
            (&["admins,staff"], "reports.view", false),
            (&["admins"], "reports.edit", false),
            (&["admins"], "reports", false),
            (&[], "reports.view", false),
        ] {
            assert_eq!(
                permissions.allow(&groups(member), permission),
                allowed,
                "{member:?} {permission}"
            );
        }
    }
}
