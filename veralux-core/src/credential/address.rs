//! Where a server of a tenant's choosing may be: on the public Internet, not in the operator's network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Why a base URL was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BaseUrlError {
    /// Not an absolute URL with a host.
    #[error("must be a URL like https://host.example/v1")]
    Form,
    /// Not `https`.
    #[error("must begin with https://")]
    Scheme,
    /// A user name, a password, a query or a fragment.
    #[error("must have no user, password, query or fragment")]
    Extra,
    /// An address or name that is not public.
    #[error("must be on the public Internet")]
    NotPublic,
}

/// Checks the URL of an OpenAI-compatible server: `https`, a public host, nothing but a path behind it. With `loopback`, this
/// machine's loopback interface too, and there `http`.
///
/// Names are not resolved here: whoever connects must hold the address against [`is_public`] as well.
///
/// # Errors
/// [`BaseUrlError`].
pub fn check_base_url(text: &str, loopback: bool) -> Result<(), BaseUrlError> {
    let url = Url::parse(text).map_err(|_| BaseUrlError::Form)?;
    let host = url.host().ok_or(BaseUrlError::Form)?;
    let local = loopback && is_loopback(&host);
    if url.scheme() != "https" && !(local && url.scheme() == "http") {
        return Err(BaseUrlError::Scheme);
    }
    let bare = url.username().is_empty() && url.password().is_none();
    if !bare || url.query().is_some() || url.fragment().is_some() || text.len() > 512 {
        return Err(BaseUrlError::Extra);
    }
    let public = match host {
        Host::Domain(name) => is_public_name(name),
        Host::Ipv4(address) => is_public(address.into()),
        Host::Ipv6(address) => is_public(address.into()),
    };
    if public || local { Ok(()) } else { Err(BaseUrlError::NotPublic) }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// A name with a dot, outside the domains that RFC 6761, 6762, 8375 and ICANN keep for private use.
fn is_public_name(name: &str) -> bool {
    const PRIVATE: &[&str] = &[
        "localhost",
        "local",
        "internal",
        "intranet",
        "lan",
        "home",
        "corp",
        "arpa",
        "test",
        "invalid",
        "onion",
    ];
    let name = name.strip_suffix('.').unwrap_or(name);
    name.rsplit_once('.').is_some_and(|(front, last)| !front.is_empty() && !PRIVATE.contains(&last))
}

/// Whether an address is one of the public Internet (IANA special-purpose registries, RFC 6890).
///
/// ```
/// use veralux_core::credential::address::is_public;
/// assert!(is_public("93.184.216.34".parse().unwrap()));
/// assert!(!is_public("169.254.169.254".parse().unwrap()));
/// assert!(!is_public("::ffff:10.0.0.1".parse().unwrap()));
/// ```
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 168, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !special
}

/// Global unicast (`2000::/3`) without documentation and without what carries an IPv4 address inside that is not public.
fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => {
            let ([one, two], [three, four]) = (high.to_be_bytes(), low.to_be_bytes());
            is_public_v4(Ipv4Addr::new(one, two, three, four))
        }
        [0x2001, 0x0db8 | 0..=0x01ff, ..] | [0x3fff, 0..=0x0fff, ..] => false,
        [first, ..] => (0x2000..=0x3fff).contains(&first),
    }
}
