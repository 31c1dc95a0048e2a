//! What came of asking for a credential, as the audit trail tells it.

use serde_json::json;

use super::VaultError;
use super::cache::{Known, Via};
use crate::credential::{Kind, Provider, Purpose};
use crate::id::TenantId;
use crate::seal::Header;
use crate::service::Context;
use crate::service::context::Note;
use crate::time::Instant;

/// One outcome of an opening.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) context: Context,
    pub(super) tenant: TenantId,
    pub(super) provider: Provider,
    pub(super) purpose: Purpose,
    /// `opened`, or the code of the error.
    pub(super) outcome: &'static str,
    /// Of what was opened: generation and key ids.
    pub(super) sealed: Option<(u64, Header)>,
    pub(super) via: Via,
    pub(super) at: Instant,
    /// Where it stands for several: how many, and when the first was.
    pub(super) counted: Option<(u64, Instant)>,
}

impl Opening {
    /// What came of asking for a credential.
    pub(super) fn of<P: Kind>(
        context: &Context,
        tenant: &TenantId,
        purpose: Purpose,
        at: Instant,
        found: &Result<(Known, Via), VaultError>,
    ) -> Self {
        let (outcome, sealed, via) = match found {
            Ok((Known::Open(kept), via)) => ("opened", Some((kept.generation, kept.header)), *via),
            Ok((Known::Closed(closed), via)) => (closed.error(P::PROVIDER).code(), None, *via),
            Err(error) => (error.code(), None, Via::Miss),
        };
        let (context, tenant) = (context.clone(), tenant.clone());
        Self { context, tenant, provider: P::PROVIDER, purpose, outcome, sealed, via, at, counted: None }
    }

    /// What the audit trail tells of it.
    pub(super) fn note(&self) -> Note<'_> {
        let mut payload = json!({
            "provider": self.provider,
            "purpose": self.purpose,
            "outcome": self.outcome,
            "generation": self.sealed.map(|(generation, _)| generation),
            "rootKey": self.sealed.map(|(_, header)| header.root_key),
            "keyVersion": self.sealed.map(|(_, header)| header.key_version),
            "cache": match self.via { Via::Hit => "hit", Via::Miss => "miss" },
            "at": self.at,
        });
        if let (Some((times, since)), Some(fields)) = (self.counted, payload.as_object_mut()) {
            fields.extend([("times".to_owned(), json!(times)), ("since".to_owned(), json!(since))]);
        }
        let event = if self.sealed.is_some() { "credential.opened" } else { "credential.refused" };
        Note::new(event, ("credential", self.provider.as_str()), payload)
    }
}
