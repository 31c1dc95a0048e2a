//! Where a request comes from, also where proxies stand in between.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::{IpNet, Ipv4Net};

/// Where each proxy adds, at the end, whom it was asked by. What stands in front of that its caller may have made up.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The proxies whose word is taken for whom they were asked by: addresses and networks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Reads addresses and networks, separated by commas.
    ///
    /// ```
    /// use veralux_http::TrustedProxies;
    ///
    /// assert!(TrustedProxies::parse("10.0.0.0/8, 192.0.2.7, fd00::/8").is_ok());
    /// assert!(TrustedProxies::parse("proxy.example.com").is_err());
    /// ```
    ///
    /// # Errors
    /// A sentence that names what is neither, or what would trust everybody.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(network).collect::<Result<_, _>>().map(Self)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The first that is none of them, from here along the way that they tell of; where that ends before, the last one that is
    /// known.
    fn origin(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines = headers.get_all(FORWARDED_FOR).iter().rev();
        let mut hops = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        let mut origin = peer.to_canonical();
        while self.trusts(origin) {
            match hops.next().and_then(address) {
                Some(hop) => origin = hop,
                None => break,
            }
        }
        origin
    }
}

/// What those are counted by who are nobody else.
pub(crate) fn origin(parts: &Parts, trusted: &TrustedProxies) -> String {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map_or_else(|| "nobody".to_owned(), |peer| place(trusted.origin(peer.0.ip(), &parts.headers)))
}

/// An address, of IPv6 its network: whoever has one there has the 2^64 of a /64 at least (RFC 6177), and would be as many callers.
fn place(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let network = Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX));
            format!("{network}/64")
        }
    }
}

/// An address as proxies write it: some with a port, one of IPv6 then in brackets.
fn address(hop: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(hop).ok()?.trim_matches([' ', '\t']);
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    bare.parse::<IpAddr>().ok().or_else(with_port).map(|address| address.to_canonical())
}

fn network(text: &str) -> Result<IpNet, String> {
    let single = || text.parse::<IpAddr>().ok().map(IpNet::from);
    let network = text.parse::<IpNet>().ok().or_else(single);
    let network =
        network.ok_or_else(|| format!("`{text}` must be an address or a network, like 10.0.0.0/8"))?;
    // Addresses are compared as IPv4 where they are.
    let network = match (network.addr().to_canonical(), network.prefix_len().checked_sub(96)) {
        (IpAddr::V4(address), Some(length)) if network.addr().is_ipv6() => {
            Ipv4Net::new(address, length).map_or(network, IpNet::V4)
        }
        _ => network,
    };
    if network.prefix_len() == 0 {
        return Err(format!("`{text}` would trust everybody"));
    }
    Ok(network)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted_as(peer: &str, lines: &[&str]) -> String {
        let trusted = TrustedProxies::parse("10.0.0.0/8, 192.0.2.7,2001:db8:a::/48, ::ffff:198.18.0.0/112");
        let mut headers = HeaderMap::new();
        for line in lines {
            // As it came over the wire, where a line may hold other bytes than those of a text.
            let bytes: Vec<u8> = line.chars().map(|character| u8::try_from(character).unwrap()).collect();
            headers.append(FORWARDED_FOR, bytes.as_slice().try_into().unwrap());
        }
        place(trusted.unwrap().origin(peer.parse().unwrap(), &headers))
    }

    #[test]
    fn the_last_who_is_no_proxy_of_ours_is_the_origin() {
        for (what, peer, lines, expected) in [
            ("no proxy", "203.0.113.1", &[][..], "203.0.113.1"),
            ("no proxy of ours", "203.0.113.1", &["198.51.100.1"], "203.0.113.1"),
            ("one proxy", "10.1.2.3", &["203.0.113.1"], "203.0.113.1"),
            ("a proxy that tells nothing", "10.1.2.3", &[], "10.1.2.3"),
            ("what a client made up", "10.1.2.3", &["198.51.100.1, 203.0.113.1"], "203.0.113.1"),
            ("a proxy that a client made up", "10.1.2.3", &["10.9.9.9, 203.0.113.1"], "203.0.113.1"),
            ("in a line of its own", "10.1.2.3", &["198.51.100.1", "203.0.113.1"], "203.0.113.1"),
            ("several hops", "192.0.2.7", &["198.51.100.1, 203.0.113.1, 10.0.0.1,10.0.0.2"], "203.0.113.1"),
            ("over several lines", "10.1.2.3", &["203.0.113.1, 10.0.0.1", "10.0.0.2"], "203.0.113.1"),
            ("none but ours", "10.1.2.3", &["10.0.0.1, 10.0.0.2"], "10.0.0.1"),
            ("an address beside ours", "192.0.2.8", &["198.51.100.1"], "192.0.2.8"),
        ] {
            assert_eq!(counted_as(peer, lines), expected, "{what}");
        }
    }

    #[test]
    fn what_cannot_be_read_ends_the_way() {
        for (what, line, expected) in [
            ("a word", "unknown", "10.1.2.3"),
            ("nothing", "", "10.1.2.3"),
            ("nothing behind a comma", "203.0.113.1,", "10.1.2.3"),
            ("half an address", "203.0.113", "10.1.2.3"),
            ("a port that is none", "203.0.113.1:http", "10.1.2.3"),
            ("a bracket that stays open", "[2001:db8:b::1", "10.1.2.3"),
            ("in front of a proxy", "203.0.113.1, unknown, 10.0.0.1", "10.0.0.1"),
            ("in front of the origin", "\u{ff}\u{fe}, 203.0.113.1", "203.0.113.1"),
        ] {
            assert_eq!(counted_as("10.1.2.3", &[line]), expected, "{what}");
        }
    }

    #[test]
    fn however_an_address_is_written() {
        for (what, peer, line, expected) in [
            ("with a port", "10.1.2.3", "203.0.113.1:4711", "203.0.113.1"),
            ("between blanks", "10.1.2.3", " \t203.0.113.1 ", "203.0.113.1"),
            ("IPv6, of which a network counts", "10.1.2.3", "2001:db8:b:1:2:3:4:5", "2001:db8:b:1::/64"),
            ("in brackets", "10.1.2.3", "[2001:db8:b:1::9]", "2001:db8:b:1::/64"),
            ("in brackets with a port", "10.1.2.3", "[2001:db8:b:1::9]:4711", "2001:db8:b:1::/64"),
            ("IPv4 in IPv6", "10.1.2.3", "::ffff:203.0.113.1", "203.0.113.1"),
            ("a peer who is IPv4 in IPv6", "::ffff:10.1.2.3", "203.0.113.1", "203.0.113.1"),
            ("a network that is IPv4 in IPv6", "198.18.0.1", "203.0.113.1", "203.0.113.1"),
            ("a proxy of IPv6", "2001:db8:a:7::1", "203.0.113.1", "203.0.113.1"),
            ("a peer of IPv6", "2001:db8:b:1::9", "203.0.113.1", "2001:db8:b:1::/64"),
        ] {
            assert_eq!(counted_as(peer, &[line]), expected, "{what}");
        }
    }

    #[test]
    fn what_is_no_network_is_named() {
        for (text, named) in [
            ("10.0.0.0/8, proxy", "`proxy` must be an address or a network"),
            ("10.0.0.0/33", "`10.0.0.0/33` must be"),
            ("10.0.0.1:80", "`10.0.0.1:80` must be"),
            ("10.0.0.1 10.0.0.2", "`10.0.0.1 10.0.0.2` must be"),
            ("0.0.0.0/0", "`0.0.0.0/0` would trust everybody"),
            ("::/0", "`::/0` would trust everybody"),
            ("::ffff:0.0.0.0/96", "`::ffff:0.0.0.0/96` would trust everybody"),
        ] {
            let fault = TrustedProxies::parse(text).unwrap_err();
            assert!(fault.starts_with(named), "{text}: {fault}");
        }
        assert_eq!(TrustedProxies::parse(" , "), Ok(TrustedProxies::default()));
    }
}
