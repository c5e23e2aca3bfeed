use crate::attribute::Attributes;

/// Returns the addresses among attributes that are to be written: Cognito sends a code to each.
pub(super) fn destinations(attributes: &Attributes) -> impl Iterator<Item = &str> {
    let addresses = ["email", "phone_number"].into_iter();
    let addresses = addresses.filter_map(|name| attributes.get(name));
    addresses.filter(|address| !address.is_empty())
}
