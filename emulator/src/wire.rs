//! Shapes that many operations share.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// The parameters of a login or of a challenge.
pub(crate) type Parameters = BTreeMap<String, String>;

/// `AttributeType`: one user attribute.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Attribute {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) value: String,
}

/// `CodeDeliveryDetailsType`: where a code went, mostly hidden.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CodeDeliveryDetails {
    pub(crate) destination: String,
    pub(crate) delivery_medium: String,
    pub(crate) attribute_name: String,
}

/// An answer without content.
#[derive(Debug, Serialize)]
pub(crate) struct Empty {}

/// A time as AWS JSON writes it: seconds since 1970, with fraction.
pub(crate) fn timestamp(moment: OffsetDateTime) -> f64 {
    let millis = moment.unix_timestamp_nanos() / 1_000_000;
    i64::try_from(millis).map_or(0.0, |millis| millis as f64 / 1_000.0)
}

/// An address or number with only its ends shown, as in `a***@e***` and `+*******0123`.
pub(crate) fn mask(destination: &str) -> String {
    if let Some((local, domain)) = destination.split_once('@') {
        let first = |text: &str| text.chars().take(1).collect::<String>();
        return format!("{}***@{}***", first(local), first(domain));
    }
    let shown: String = {
        let skip = destination.chars().count().saturating_sub(4);
        destination.chars().skip(skip).collect()
    };
    format!("+*******{shown}")
}
