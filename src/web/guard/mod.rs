//! Layers that let only some users through.

mod layer;

pub use self::layer::{
    GuardLayer, GuardService, group_required, login_required, permission_required, recent_login,
};
