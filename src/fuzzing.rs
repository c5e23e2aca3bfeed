//! What holds for whatever comes from outside, one function for each thing that is read.
//!
//! A property takes bytes and panics if something about them is not as it should be. Two drivers
//! share the properties: the fuzz targets in `fuzz/`, which grow the bytes themselves, and the
//! tests beside each property, which make bytes of the right shape. A plain build has none of it.

pub use crate::attribute::fuzzing::mapping;
pub use crate::cognito::fuzzing::cognito_answer;
#[cfg(feature = "pages")]
pub use crate::pages::fuzzing::{form, session_record};
#[cfg(feature = "alb")]
pub use crate::token::alb::fuzzing::alb;
pub use crate::token::fuzzing::{jwt, key_set};
pub use crate::web::fuzzing::{authorization, cookie, next};
#[cfg(fuzzing)]
pub use axum_cognito_srp::fuzzing::{pad_hex, srp_challenge};

/// What a fuzz target calls.
#[cfg(all(fuzzing, feature = "alb", feature = "pages"))]
const _: [fn(&[u8]); 12] = [
    alb,
    authorization,
    cognito_answer,
    cookie,
    form,
    jwt,
    key_set,
    mapping,
    next,
    pad_hex,
    session_record,
    srp_challenge,
];
