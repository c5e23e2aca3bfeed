use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};

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
        /// How many proxies of your own there are in a row; at least 1.
        proxies: usize,
    },
}

impl ClientAddress {
    /// The address of a request, if it is known.
    pub(in crate::web) fn of(self, extensions: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
        let address = match self {
            Self::Connection => {
                let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
                peer.ip()
            }
            Self::ForwardedFor { proxies } => forwarded(headers, proxies)?,
        };
        Some(address.to_canonical())
    }
}

fn forwarded(headers: &HeaderMap, proxies: usize) -> Option<IpAddr> {
    let lines = headers.get_all(FORWARDED_FOR).into_iter();
    let entries: Vec<&str> = lines
        .map(|line| line.to_str().unwrap_or_default())
        .flat_map(|line| line.split(','))
        .collect();
    let entry = entries.iter().rev().nth(proxies.checked_sub(1)?)?.trim();

    // Some proxies add the port.
    let with_port = |entry: &str| entry.parse::<SocketAddr>().map(|address| address.ip());
    entry.parse().or_else(|_| with_port(entry)).ok()
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
            (&["1.2.3.4"], 0, None),
            (&["1.2.3.4, "], 1, None),
            (&["1.2.3.4, unknown"], 1, None),
            (&["1.2.3.4:5678"], 1, Some("1.2.3.4")),
            (&["[2001:db8::1]:5678"], 1, Some("2001:db8::1")),
            (&["2001:db8::1"], 1, Some("2001:db8::1")),
            (&[], 1, None),
        ] {
            let source = ClientAddress::ForwardedFor { proxies };
            let address = source.of(&Extensions::new(), &headers(lines));
            let expected = expected.map(|address| address.parse().expect("an address"));
            assert_eq!(address, expected, "{lines:?}, {proxies}");
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
