use url::{Host, Url};

/// A setting of the client that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The endpoint is not an address of a server.
    #[error("invalid endpoint {endpoint:?}: expected `https://<host>`, without path or query")]
    InvalidEndpoint {
        /// The endpoint as it was given, without what stood before an `@`.
        endpoint: String,
    },
    /// An address to which browsers are sent back cannot be one.
    #[error(
        "invalid address {address:?}: expected `https://<host>/<path>` as browsers spell it, \
         without fragment; plain `http` is for this machine alone"
    )]
    InvalidAddress {
        /// The address as it was given, without what stood before an `@`.
        address: String,
    },
    /// The endpoint would send tokens in clear over a network.
    #[error(
        "insecure endpoint {endpoint:?}: plain `http` is for this machine alone \
         (`localhost`, `127.0.0.1`, `[::1]`); use `https`"
    )]
    InsecureEndpoint {
        /// The endpoint as it was given.
        endpoint: String,
    },
    /// The ARN is not that of an Application Load Balancer, or of one in another region.
    #[cfg(feature = "alb")]
    #[error(
        "invalid load balancer {arn:?}: expected \
         `arn:aws:elasticloadbalancing:<region>:<account>:loadbalancer/app/<name>/<id>`, all of one \
         region"
    )]
    InvalidLoadBalancer {
        /// The ARN as it was given.
        arn: String,
    },
    /// The resource is not a URL that tokens can be bound to.
    #[error(
        "invalid resource {resource:?}: expected the URL of the API, `https://<host>/<path>`, without \
         query or fragment"
    )]
    InvalidResource {
        /// The resource as it was given.
        resource: String,
    },
}

/// Checks the identifier of a protected resource, as section 1.2 of RFC 9728 has it. Plain `http` is
/// for this machine, as Cognito has it.
pub(super) fn check_resource(resource: &str) -> Result<(), ConfigError> {
    let url = Url::parse(resource).ok().filter(|url| {
        is_private(url)
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    });
    // It is compared letter by letter, and goes into a header: no other spelling of it will do.
    let is_exact =
        url.is_some_and(|url| [resource, &format!("{resource}/")].contains(&url.as_str()));

    if is_exact {
        Ok(())
    } else {
        let resource = resource.to_owned();
        Err(ConfigError::InvalidResource { resource })
    }
}

/// The other addresses of a server on this machine: what is called `localhost` here may call
/// itself `127.0.0.1`.
pub(super) fn names_of_this_machine(address: &str) -> Vec<String> {
    const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

    let Ok(url) = Url::parse(address) else {
        return Vec::new();
    };
    let called = url.host_str().unwrap_or_default();
    if url.scheme() != "http" || !NAMES.contains(&called) {
        return Vec::new();
    }
    NAMES
        .iter()
        .filter(|name| **name != called)
        .map(|name| address.replacen(called, name, 1))
        .collect()
}

/// Returns the endpoint without a slash at its end.
pub(super) fn check_endpoint(endpoint: &str) -> Result<String, ConfigError> {
    let invalid = || ConfigError::InvalidEndpoint {
        endpoint: endpoint
            .rsplit_once('@')
            .map_or(endpoint, |(_, host)| host)
            .to_owned(),
    };
    let url = Url::parse(endpoint).map_err(|_| invalid())?;
    let bare = url.username().is_empty()
        && url.password().is_none()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none();
    if !bare {
        return Err(invalid());
    }

    match url.scheme() {
        _ if is_private(&url) => Ok(url.as_str().trim_end_matches('/').to_owned()),
        "http" => Err(ConfigError::InsecureEndpoint {
            endpoint: endpoint.to_owned(),
        }),
        _ => Err(invalid()),
    }
}

/// Returns whether nobody on the way can read what is sent there: by TLS, or since it stays on this
/// machine.
pub(super) fn is_private(url: &Url) -> bool {
    let on_this_machine = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };

    match url.scheme() {
        "https" => true,
        "http" => on_this_machine,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        for (endpoint, accepted) in [
            ("http://127.0.0.1:9229", true),
            ("http://127.0.0.1:9229/", true),
            ("http://localhost:9229", true),
            ("http://[::1]:9229", true),
            ("http://127.1:9229", true),
            ("https://cognito-idp.eu-west-1.amazonaws.com", true),
            ("http://localhost.evil.example", false),
            ("http://127.0.0.1.evil.example", false),
            ("http://0.0.0.0:9229", false),
            ("http://[::ffff:127.0.0.1]:9229", false),
            ("http://169.254.169.254", false),
            ("http://127.0.0.1@evil.example", false),
            ("https://user:word@host.example", false),
            ("https://user@host.example", false),
            ("https://:word@host.example", false),
            ("https://host.example#fragment", false),
            ("https://host.example/path", false),
            ("https://host.example?query", false),
            ("ftp://127.0.0.1", false),
            ("127.0.0.1:9229", false),
            ("", false),
        ] {
            assert_eq!(
                check_endpoint(endpoint).is_ok(),
                accepted,
                "endpoint {endpoint:?}"
            );
        }
    }

    #[test]
    fn this_machine_has_several_names() {
        assert_eq!(
            names_of_this_machine("http://localhost:9229/us-east-1_Pool"),
            [
                "http://127.0.0.1:9229/us-east-1_Pool",
                "http://[::1]:9229/us-east-1_Pool"
            ]
        );
        for other in [
            "https://localhost.example/us-east-1_Pool",
            "https://localhost:9229/us-east-1_Pool",
            "http://pool.example/us-east-1_Pool",
            "https://pool.example/us-east-1_Pool",
        ] {
            assert!(names_of_this_machine(other).is_empty(), "{other}");
        }
    }

    #[test]
    fn an_error_does_not_repeat_a_password() {
        let error = check_endpoint("https://user:canary@host.example").expect_err("refused");

        assert!(!error.to_string().contains("canary"), "{error}");
    }
}
