use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use super::Cognito;
use super::endpoint::{ConfigError, is_private};
use super::http::Http;
use crate::id::AppClientId;
use crate::token::{
    AlbClaims, AlbKeySource, AlbKeys, AlbRules, KeySourceError, TokenError, TokenVerifier,
    verify_alb,
};

/// A key on the curve P-256 has 200 bytes in PEM.
const MAX_KEY_BYTES: usize = 4 * 1024;

/// An Application Load Balancer in front of the site, which logs users in by itself: the action
/// `authenticate-cognito` of its listener.
///
/// # Examples
///
/// ```
/// use axum_cognito::cognito::LoadBalancer;
///
/// # fn f() -> Result<LoadBalancer, axum_cognito::cognito::ConfigError> {
/// LoadBalancer::new(
///     "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/50dc6c495c0c9188",
/// )
/// # }
/// # assert!(f().is_ok());
/// ```
#[derive(Clone)]
pub struct LoadBalancer {
    arns: Vec<String>,
    app_client: Option<AppClientId>,
    region: String,
    keys: Arc<AlbKeys>,
}

impl LoadBalancer {
    /// Accepts what the load balancer with this ARN has signed. Its keys are fetched from AWS, from
    /// the region that the ARN names.
    ///
    /// # Errors
    ///
    /// Returns a [`ConfigError`] if that is not the ARN of an Application Load Balancer.
    pub fn new(arn: impl Into<String>) -> Result<Self, ConfigError> {
        let arn = arn.into();
        let region = region_of(&arn)?;

        Ok(Self {
            keys: keys_at(keys_of_aws(&region)),
            app_client: None,
            arns: vec![arn],
            region,
        })
    }

    /// Accepts another load balancer of the same region too.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new), and if it is one of another region.
    pub fn with_arn(mut self, arn: impl Into<String>) -> Result<Self, ConfigError> {
        let arn = arn.into();
        if region_of(&arn)? != self.region {
            return Err(ConfigError::InvalidLoadBalancer { arn });
        }
        self.arns.push(arn);
        Ok(self)
    }

    /// Sets the app client by which the load balancer logs users in. The default is the site's own.
    #[must_use]
    pub fn with_app_client(mut self, app_client: AppClientId) -> Self {
        self.app_client = Some(app_client);
        self
    }

    /// Fetches the keys from `<url>/<key id>` in place of AWS, for tests. Plain `http` is for this
    /// machine alone.
    ///
    /// # Errors
    ///
    /// Returns a [`ConfigError`] if that is not a URL, or would fetch keys in clear over a network.
    pub fn with_keys_at(mut self, url: &str) -> Result<Self, ConfigError> {
        let address = Url::parse(url).ok().filter(is_private);
        if address.is_none() {
            let address = url.rsplit_once('@').map_or(url, |(_, host)| host);
            let address = address.to_owned();
            return Err(ConfigError::InvalidAddress { address });
        }
        self.keys = keys_at(url.trim_end_matches('/').to_owned());
        Ok(self)
    }

    /// Verifies what the load balancer says of a user, who is one of `cognito`'s user pool.
    pub(crate) async fn verify(
        &self,
        cognito: &Cognito,
        token: &str,
    ) -> Result<AlbClaims, TokenError> {
        let app_client = self.app_client.as_ref().unwrap_or(cognito.app_client());
        let rules = AlbRules {
            signers: &self.arns,
            issuer: cognito.token_verifier().issuer(),
            app_client: app_client.as_str(),
            leeway: TokenVerifier::DEFAULT_LEEWAY,
        };

        verify_alb(token, &rules, &self.keys, cognito.clock()).await
    }
}

impl fmt::Debug for LoadBalancer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoadBalancer")
            .field("arns", &self.arns)
            .field("app_client", &self.app_client)
            .finish_non_exhaustive()
    }
}

/// Returns the region of an Application Load Balancer.
fn region_of(arn: &str) -> Result<String, ConfigError> {
    let parts: Vec<_> = arn.split(':').collect();
    let [
        "arn",
        "aws" | "aws-cn" | "aws-us-gov",
        "elasticloadbalancing",
        region,
        account,
        name,
    ] = parts[..]
    else {
        let arn = arn.to_owned();
        return Err(ConfigError::InvalidLoadBalancer { arn });
    };

    let is_word = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    let is_right = !region.is_empty()
        && region.bytes().all(is_word)
        && account.len() == 12
        && account.bytes().all(|c| c.is_ascii_digit())
        && name.starts_with("loadbalancer/app/");
    match is_right {
        true => Ok(region.to_owned()),
        false => Err(ConfigError::InvalidLoadBalancer {
            arn: arn.to_owned(),
        }),
    }
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html>
fn keys_of_aws(region: &str) -> String {
    match region {
        "us-gov-east-1" | "us-gov-west-1" => {
            format!("https://s3-{region}.amazonaws.com/aws-elb-public-keys-prod-{region}")
        }
        _ => format!("https://public-keys.auth.elb.{region}.amazonaws.com"),
    }
}

fn keys_at(url: String) -> Arc<AlbKeys> {
    Arc::new(AlbKeys::new(Arc::new(HttpAlbKeys {
        http: Http::new(Duration::from_secs(3)),
        url,
    })))
}

/// Fetches the public keys of load balancers.
struct HttpAlbKeys {
    http: Http,
    url: String,
}

#[async_trait]
impl AlbKeySource for HttpAlbKeys {
    async fn fetch(&self, key_id: &str) -> Result<Option<String>, KeySourceError> {
        let url = format!("{}/{key_id}", self.url);
        let answer = self.http.get(&url, MAX_KEY_BYTES).await;
        let answer = answer.map_err(|error| format!("{}: {error}", self.url))?;

        match answer.status {
            200 => Ok(Some(String::from_utf8(answer.body)?)),
            // Amazon S3 says 403 of what is not there, unless one may list what is.
            403 | 404 => Ok(None),
            status => Err(format!("{} answered with HTTP {status}", self.url).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/50dc6c495c0c9188";

    #[test]
    fn takes_the_arn_of_an_application_load_balancer_alone() {
        assert_eq!(region_of(ARN).as_deref(), Ok("eu-west-1"));
        for arn in [
            "",
            "50dc6c495c0c9188",
            &ARN.replace("loadbalancer/app", "loadbalancer/net"),
            &ARN.replace("elasticloadbalancing", "lambda"),
            "arn:aws:elasticloadbalancing",
            &ARN.replace("eu-west-1", ""),
            &ARN.replace("eu-west-1", "."),
            &ARN.replace("eu-west-1", "/"),
            &ARN.replace("eu-west-1", "?"),
            &ARN.replace("eu-west-1", "="),
            &ARN.replace("eu-west-1", "evil.example/"),
            &ARN.replace("111122223333", "1111"),
            &ARN.replace("arn:aws:", "arn:other:"),
            &format!("{ARN}:more"),
        ] {
            assert!(LoadBalancer::new(arn).is_err(), "{arn:?}");
        }
        for (partition, region) in [("aws-us-gov", "us-gov-west-1"), ("aws-cn", "cn-north-1")] {
            let arn = ARN.replace("arn:aws:", &format!("arn:{partition}:"));
            let arn = arn.replace("eu-west-1", region);
            assert_eq!(region_of(&arn).as_deref(), Ok(region));
        }
        let elsewhere = ARN.replace("eu-west-1", "eu-west-2");
        let balancer = LoadBalancer::new(ARN).expect("an ARN");
        assert!(balancer.with_arn(elsewhere).is_err());
    }

    #[test]
    fn keys_are_where_aws_has_them() {
        let aws = "https://public-keys.auth.elb.eu-west-1.amazonaws.com";
        let gov = "https://s3-us-gov-east-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-east-1";

        assert_eq!(keys_of_aws("eu-west-1"), aws);
        assert_eq!(keys_of_aws("us-gov-east-1"), gov);
    }

    #[test]
    fn keys_are_never_fetched_in_clear_over_a_network() {
        for (url, accepted) in [
            ("https://keys.example/elb", true),
            ("http://127.0.0.1:9000", true),
            ("http://keys.example", false),
            ("keys.example", false),
        ] {
            let balancer = LoadBalancer::new(ARN).expect("an ARN");
            assert_eq!(balancer.with_keys_at(url).is_ok(), accepted, "{url}");
        }
    }
}
