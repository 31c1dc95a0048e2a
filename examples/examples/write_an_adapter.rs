//! Shows how an adapter is written: a port is a small trait, its doc the contract, the service neither knows nor cares.
//!
//! The adapter here keeps the runtime contract in files that a voice runtime on the same machine could read. It wraps
//! nothing and needs no base class; the resolver in front of it brings caching and survives its absence.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use veralux_core::id::TenantId;
use veralux_core::memory::StepClock;
use veralux_core::phone::E164;
use veralux_core::port::{Error, Resolved, Result, RuntimeReader};
use veralux_core::secret::Secret;
use veralux_core::service::{ResolverLimits, RuntimeResolver};
use veralux_core::time::{Instant, SECOND};

/// `did/<E164>` holds a tenant id, `cfg/<tenant>` a document.
#[derive(Debug)]
struct Files {
    root: PathBuf,
}

impl Files {
    /// Not found is no error; what the disk says beside that is.
    fn read(&self, folder: &str, name: &str) -> Result<Option<String>> {
        match std::fs::read_to_string(self.root.join(folder).join(name)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && self.root.exists() => Ok(None),
            Err(error) => Err(Error::transient("reading the runtime contract", error)),
        }
    }
}

#[async_trait]
impl RuntimeReader for Files {
    async fn find_tenant(&self, did: &E164) -> Result<Option<TenantId>> {
        let text = self.read("did", did.as_str())?;
        // A store that holds nonsense is a permanent error: no retry will mend it.
        text.map(|text| TenantId::parse(text.trim()))
            .transpose()
            .map_err(|error| Error::permanent("reading a DID's tenant", error))
    }

    async fn find_config(&self, tenant: &TenantId) -> Result<Option<Secret>> {
        Ok(self.read("cfg", tenant.as_str())?.map(Secret::new))
    }

    async fn resolve(&self, did: &E164) -> Result<Option<Resolved>> {
        let Some(tenant) = self.find_tenant(did).await? else { return Ok(None) };
        let document = self.find_config(&tenant).await?;
        Ok(document.map(|document| Resolved { tenant, document: Arc::new(document) }))
    }
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let root = std::env::temp_dir().join(format!("veralux-example-{}", std::process::id()));
    for folder in ["did", "cfg"] {
        std::fs::create_dir_all(root.join(folder))?;
    }
    let did = E164::parse("+14155550123")?;
    std::fs::write(root.join("did").join(did.as_str()), "oak_dental\n")?;
    std::fs::write(root.join("cfg/oak_dental"), "{\"contractVersion\":\"v1\"}")?;

    let clock = Arc::new(StepClock::new(Instant::parse("2026-11-21T09:00:00Z")?));
    let reader = Arc::new(Files { root: root.clone() });
    let resolver = RuntimeResolver::new(reader, clock.clone(), ResolverLimits::default());

    let (found, via) = resolver.resolve(&did).await?;
    println!("{} -> {} ({via:?})", did.masked(), found.expect("it was just written").tenant);
    let (_, via) = resolver.resolve(&did).await?;
    println!("asked again: {via:?}");

    // The disk goes away; the call that rings five seconds later is answered all the same.
    std::fs::remove_dir_all(&root)?;
    clock.advance(5 * SECOND);
    let (found, via) = resolver.resolve(&did).await?;
    println!("the store is gone: still {} ({via:?})", found.expect("it was seen lately").tenant);
    Ok(())
}
