use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::sync::Once;

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};
use tracing::warn;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Where the address of a visitor is known from.
///
/// A header that a visitor can write is worth nothing, so none is read unless you say which of your
/// own proxies writes it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum ClientAddress {
    /// From the connection. The server has to be started with
    /// `into_make_service_with_connect_info::<SocketAddr>()`; otherwise no address is known.
    #[default]
    Connection,
    /// From `X-Forwarded-For`, behind so many proxies of your own, each of which adds the address
    /// that it sees: the last entry but `proxies - 1` counts. What stands before it, anybody may
    /// have written. The site must not be reachable past the proxies.
    ForwardedFor {
        /// How many proxies of your own there are in a row.
        proxies: NonZeroUsize,
    },
}

/// The address of all visitors whose own is not known though a proxy should say it: they share the
/// limits of one, so that nobody escapes them by what they send.
const UNUSABLE: IpAddr = IpAddr::V6(Ipv6Addr::UNSPECIFIED);

impl ClientAddress {
    /// Returns [`ForwardedFor`](Self::ForwardedFor), behind so many proxies.
    ///
    /// # Panics
    ///
    /// If it is none; in a `const` it shows at once.
    pub const fn behind(proxies: usize) -> Self {
        match NonZeroUsize::new(proxies) {
            Some(proxies) => Self::ForwardedFor { proxies },
            None => panic!("without a proxy the address is that of the connection"),
        }
    }

    /// Returns the address that a request counts for, if there is one. It is unspecified (`::`) if
    /// the proxies do not say a usable one.
    pub(in crate::web) fn of(self, extensions: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
        let address = match self {
            Self::Connection => {
                let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
                peer.ip()
            }
            Self::ForwardedFor { proxies } => forwarded(headers, proxies).unwrap_or_else(|| {
                static SAID: Once = Once::new();
                SAID.call_once(|| {
                    warn!(
                        "a request came without a usable address in `X-Forwarded-For`: all such \
                         requests share one limit. Is the number of proxies right?"
                    );
                });
                UNUSABLE
            }),
        };
        Some(address.to_canonical())
    }
}

/// Reads the entry that the outermost of our proxies has written. Bytes, since what stands before
/// it may be anything.
fn forwarded(headers: &HeaderMap, proxies: NonZeroUsize) -> Option<IpAddr> {
    let lines: Vec<_> = headers.get_all(FORWARDED_FOR).into_iter().collect();
    let mut entries = lines
        .into_iter()
        .rev()
        .flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    let entry = entries.nth(proxies.get() - 1)?.trim_ascii();
    let entry = std::str::from_utf8(entry).ok()?;

    // Some proxies add the port, brackets, or the zone of an address of this network.
    let with_port = |entry: &str| entry.parse::<SocketAddr>().map(|address| address.ip());
    let bare = entry.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let bare = bare.unwrap_or(entry);
    let bare = bare.split_once('%').map_or(bare, |(address, _)| address);
    bare.parse().or_else(|_| with_port(entry)).ok()
}

/// The network that one visitor has to themselves: of IPv6, whoever has one address has 2^64.
pub(in crate::web) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn headers(lines: &[&str]) -> HeaderMap {
        let lines = lines.iter().map(|line| {
            let value = HeaderValue::from_str(line).expect("a value");
            (FORWARDED_FOR.parse().expect("a name"), value)
        });
        lines.collect()
    }

    #[test]
    fn no_header_counts_unless_a_proxy_writes_it() {
        let mut extensions = Extensions::new();
        let mut forged = headers(&["1.1.1.1"]);
        for name in ["forwarded", "x-real-ip", "cf-connecting-ip"] {
            forged.insert(name, HeaderValue::from_static("for=1.1.1.1"));
        }
        let address = |extensions: &Extensions| ClientAddress::Connection.of(extensions, &forged);
        assert_eq!(address(&extensions), None);

        let peer: SocketAddr = "[::ffff:10.0.0.1]:1234".parse().expect("an address");
        extensions.insert(ConnectInfo(peer));
        assert_eq!(address(&extensions), Some([10, 0, 0, 1].into()));
    }

    #[test]
    fn counts_from_the_right() {
        for (lines, proxies, expected) in [
            (&["9.9.9.9, 1.2.3.4"][..], 1, Some("1.2.3.4")),
            (&["9.9.9.9", "1.2.3.4"], 1, Some("1.2.3.4")),
            (&["9.9.9.9, 1.2.3.4,10.0.0.2"], 2, Some("1.2.3.4")),
            (&["1.2.3.4"], 2, None),
            (&["1.2.3.4, "], 1, None),
            (&["1.2.3.4, unknown"], 1, None),
            (&["1.2.3.4, _hidden"], 1, None),
            (&["1.2.3.4:5678"], 1, Some("1.2.3.4")),
            (&["[2001:db8::1]:5678"], 1, Some("2001:db8::1")),
            (&["[2001:db8::1]"], 1, Some("2001:db8::1")),
            (&["fe80::1%eth0"], 1, Some("fe80::1")),
            (&["2001:db8::1"], 1, Some("2001:db8::1")),
            (&["::ffff:1.2.3.4"], 1, Some("1.2.3.4")),
            (&[], 1, None),
        ] {
            let source = ClientAddress::behind(proxies);
            let address = source.of(&Extensions::new(), &headers(lines));
            let expected = expected.map_or(UNUSABLE, |it| it.parse().expect("an address"));
            assert_eq!(address, Some(expected), "{lines:?}, {proxies}");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_visitor_writes_the_proxy_s_entry_counts(
            forged in proptest::collection::vec(any::<u8>(), 0..200),
            separate in any::<bool>(),
        ) {
            let legal = |byte: &u8| *byte == b'\t' || *byte >= 32 && *byte != 127;
            let mut forged: Vec<u8> = forged.into_iter().filter(legal).collect();
            let mut headers = HeaderMap::new();
            if separate {
                headers.append(FORWARDED_FOR, HeaderValue::from_bytes(&forged).expect("a value"));
                headers.append(FORWARDED_FOR, HeaderValue::from_static("192.0.2.7"));
            } else {
                forged.extend_from_slice(b", 192.0.2.7");
                headers.append(FORWARDED_FOR, HeaderValue::from_bytes(&forged).expect("a value"));
            }

            let address = ClientAddress::behind(1).of(&Extensions::new(), &headers);

            prop_assert_eq!(address, Some(IpAddr::from([192, 0, 2, 7])));
        }
    }

    #[test]
    fn of_ipv6_a_network_counts() {
        let of = |address: &str| network(address.parse().expect("an address"));

        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("1.2.3.4"), of("1.2.3.5"));
    }
}
