use std::io;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use veralux_core::credential::address::is_public;

/// Finds public addresses only, and gives them to the connection, so that no second answer of a name server slips in between.
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<_> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(io::Error::from(io::ErrorKind::HostUnreachable).into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}
