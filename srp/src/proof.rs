//! What the proof of constant time needs of the module, `proofs/constant_time`.

use zeroize::Zeroizing;

pub use super::disclosed::TAKE_MARK_OFF;
use super::{DeviceVerifier, SrpClient};

/// A client with this `a`.
pub fn client(private: Vec<u8>) -> SrpClient {
    SrpClient::from_private_value(Zeroizing::new(private))
}

/// A device whose password and salt come from `fill`, in this order.
pub fn device(mut fill: impl FnMut(&mut [u8])) -> DeviceVerifier {
    let drawn = DeviceVerifier::draw("group", "key", |bytes| {
        fill(bytes);
        Ok::<_, ()>(())
    });
    drawn.expect("the source gives bytes")
}
