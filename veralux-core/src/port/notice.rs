use std::fmt::Debug;

use async_trait::async_trait;

use crate::credential::Provider;
use crate::id::TenantId;

/// What has been written, so that caches of other nodes let go of it. Names it and holds nothing of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A tenant's credential.
    Credential(TenantId, Provider),
    /// Keys of a tenant are gone: what lies under them is to be read again.
    TenantKeys(TenantId),
    /// The operator's root keys.
    RootKeys,
    /// What is published for a tenant, or which DIDs lead to it.
    Runtime(TenantId),
}

/// What came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Somebody has written this.
    Written(Notice),
    /// From here on nothing is missed; what was written before may have been.
    Hearing,
    /// Nothing comes through until [`Heard::Hearing`].
    Deaf,
}

/// Word of what any node has written, this one included.
#[async_trait]
pub trait Notices: Debug + Send + 'static {
    /// Waits for what comes next. The first answer is `Hearing` or `Deaf`; an implementation tries by itself to hear again,
    /// and notices within two seconds that it no longer does.
    async fn next(&mut self) -> Heard;
}
