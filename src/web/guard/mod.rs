//! Layers that let only some users and callers through.

mod bearer;
mod layer;
mod requirement;
mod revocation;

pub use self::bearer::{
    any_scope_required, bearer_group_required, bearer_machine_required, bearer_required,
    bearer_user_required, revocation_checked, scope_required, scopes_required,
};
pub use self::layer::{
    GuardLayer, GuardService, group_required, login_required, permission_required, recent_login,
};
