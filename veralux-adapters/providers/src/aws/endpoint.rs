use url::{Host, Url};

/// Where Secrets Manager answers: a region, at AWS or elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub(super) region: String,
    pub(super) url: String,
    /// What the `Host` header says.
    pub(super) host: String,
}

/// Why there is no such endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// A region is small letters, digits and dashes.
    #[error("a region has 1 to 32 small letters, digits and `-`")]
    Region,
    /// Not `https`, nor `http` on this machine, or more than a host and a port.
    #[error("an endpoint must be `https://` and a host; `http://` is for this machine only")]
    Url,
}

impl Endpoint {
    /// AWS itself.
    ///
    /// ```
    /// use veralux_providers::aws::Endpoint;
    /// assert!(Endpoint::of_region("eu-central-1").is_ok());
    /// assert!(Endpoint::of_region("example.com/").is_err());
    /// ```
    ///
    /// # Errors
    /// [`EndpointError::Region`].
    pub fn of_region(region: &str) -> Result<Self, EndpointError> {
        let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        Self::at(region, &format!("https://secretsmanager.{region}.{domain}"))
    }

    /// A region's Secrets Manager at another address, such as a VPC endpoint: `https://`, a host, perhaps a port. Plain
    /// `http://` is taken for `127.0.0.1` and `[::1]` only, for tests.
    ///
    /// # Errors
    /// [`EndpointError`].
    pub fn at(region: &str, url: &str) -> Result<Self, EndpointError> {
        let in_region = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        if !(1..=32).contains(&region.len()) || !region.bytes().all(in_region) {
            return Err(EndpointError::Region);
        }
        let url = Url::parse(url).map_err(|_| EndpointError::Url)?;
        let here = match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            _ => false,
        };
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !bare || !(url.scheme() == "https" || url.scheme() == "http" && here) {
            return Err(EndpointError::Url);
        }
        let host = url.host_str().ok_or(EndpointError::Url)?;
        let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        Ok(Self { region: region.to_owned(), url: url.into(), host })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_an_endpoint() {
        for (what, region, url, expected) in [
            ("a VPC endpoint", "eu-west-1", "https://vpce-1.example.com", Ok("vpce-1.example.com")),
            ("a port", "eu-west-1", "https://a.example.com:8443/", Ok("a.example.com:8443")),
            ("the usual port", "eu-west-1", "https://a.example.com:443", Ok("a.example.com")),
            ("this machine", "eu-west-1", "http://127.0.0.1:4566", Ok("127.0.0.1:4566")),
            ("this machine, IPv6", "eu-west-1", "http://[::1]:4566", Ok("[::1]:4566")),
            ("in the clear", "eu-west-1", "http://a.example.com", Err(EndpointError::Url)),
            (
                "begins like this machine",
                "eu-west-1",
                "http://127.0.0.1.example.com",
                Err(EndpointError::Url),
            ),
            ("this machine as a user", "eu-west-1", "http://127.0.0.1@example.com", Err(EndpointError::Url)),
            ("a password", "eu-west-1", "https://a:b@example.com", Err(EndpointError::Url)),
            ("a path", "eu-west-1", "https://example.com/a", Err(EndpointError::Url)),
            ("a query", "eu-west-1", "https://example.com/?a", Err(EndpointError::Url)),
            ("another scheme", "eu-west-1", "ftp://example.com", Err(EndpointError::Url)),
            ("no URL", "eu-west-1", "example.com", Err(EndpointError::Url)),
            ("no region", "", "https://example.com", Err(EndpointError::Region)),
            ("a region with a dot", "eu.x", "https://example.com", Err(EndpointError::Region)),
        ] {
            let endpoint = Endpoint::at(region, url).map(|endpoint| endpoint.host);
            assert_eq!(endpoint.as_deref(), expected.as_deref(), "{what}");
        }
        let host = |region| Endpoint::of_region(region).unwrap().host;
        assert_eq!(host("us-east-1"), "secretsmanager.us-east-1.amazonaws.com");
        assert_eq!(host("cn-north-1"), "secretsmanager.cn-north-1.amazonaws.com.cn");
    }
}
