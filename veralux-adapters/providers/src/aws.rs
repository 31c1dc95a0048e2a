//! AWS Secrets Manager as the store of a tenant's other secrets, for embedders: `veralux/<tenantId>/<key>`, one secret a
//! key, keys as the vault's.
//!
//! Requests are signed with Signature Version 4. Who runs it needs `GetSecretValue`, `CreateSecret`, `PutSecretValue`,
//! `DescribeSecret` and `DeleteSecret` on `veralux/*`, and `ListSecrets`. Nothing is cached here, and the audit trail is
//! AWS's own: the actor is not passed on.
//!
//! ```no_run
//! use std::sync::Arc;
//! use veralux_core::port::{Clock, Random, SecretManager};
//! use veralux_core::secret::Secret;
//! use veralux_providers::Transport;
//! use veralux_providers::aws::{AwsSecrets, Credentials, Endpoint};
//!
//! fn secrets(transport: Arc<dyn Transport>, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Arc<dyn SecretManager> {
//!     // `Https::new()?.with_max_answer_bytes(MAX_ANSWER_BYTES)` is such a transport.
//!     let credentials = Credentials {
//!         access_key_id: "AKIDEXAMPLE".to_owned(),
//!         secret_access_key: Secret::new("..."),
//!         session_token: None,
//!     };
//!     Arc::new(AwsSecrets::new(Endpoint::of_region("eu-central-1").unwrap(), credentials, transport, clock, random))
//! }
//! ```

use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use veralux_core::audit::Actor;
use veralux_core::id::TenantId;
use veralux_core::port::{Clock, Random, SecretError, SecretManager};
use veralux_core::secret::Secret;

use crate::{Method, Request, Response, Transport, TransportError};

mod check;
mod endpoint;
mod sigv4;
mod wire;

pub use check::check;
pub use endpoint::{Endpoint, EndpointError};
use sigv4::Scope;
use wire::{Call, Cause, Description, Done, Fault, Filter, Listing, Value};

/// Longest secret in bytes; AWS's own limit.
pub const MAX_SECRET_BYTES: usize = 65_536;
/// How long an answer the transport should take: a longest secret with every byte escaped, and then some.
pub const MAX_ANSWER_BYTES: usize = 512 * 1024;

/// Longest key in bytes.
const MAX_KEY_BYTES: usize = 64;
/// Secrets a page; the most that AWS gives.
const PAGE: u8 = 100;
/// Tries of a write while others make and remove the same secret.
const REPEATS: usize = 3;
/// Most pages of one tenant. More means that the answers go round in a circle.
const MAX_PAGES: usize = 100;

/// Who signs: an IAM user's access key, or one of a session with its token.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Public: it is in every request.
    pub access_key_id: String,
    /// Signs.
    pub secret_access_key: Secret,
    /// Of credentials that end, such as a role's.
    pub session_token: Option<Secret>,
}

/// A tenant's other secrets at AWS Secrets Manager.
///
/// A request is sent once more when its answer was lost, a write with the same request token; a refusal is not asked
/// again. What somebody has scheduled for deletion is not there, and its key is not free:
/// [`Error::Conflict`](veralux_core::port::Error::Conflict). AWS may say so for a moment after a removal, too, and its lists
/// may be minutes behind. How many secrets there may be is AWS's to say: [`SecretError::Full`].
#[derive(Debug)]
pub struct AwsSecrets {
    endpoint: Endpoint,
    credentials: RwLock<Arc<Credentials>>,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl AwsSecrets {
    /// Over this transport, which should take answers of [`MAX_ANSWER_BYTES`].
    pub fn new(
        endpoint: Endpoint,
        credentials: Credentials,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self { endpoint, credentials: RwLock::new(Arc::new(credentials)), transport, clock, random }
    }

    /// Signs with these from now on: a session's credentials end and are replaced while it runs.
    pub fn set_credentials(&self, credentials: Credentials) {
        *self.credentials.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(credentials);
    }

    /// Asks, and once more if the answer was lost: every call may be made twice, writes by their request token.
    async fn ask(&self, target: &'static str, call: &Call<'_>) -> Result<Response, Fault> {
        let mut answer = self.transport.send(self.request(target, call)).await;
        if matches!(answer, Err(TransportError::Lost)) {
            answer = self.transport.send(self.request(target, call)).await;
        }
        let response = answer.map_err(|error| Fault::Transient(error.into()))?;
        if response.body.len() > MAX_ANSWER_BYTES {
            return Err(Fault::Transient(Cause::TooLong));
        }
        Ok(response)
    }

    fn request(&self, target: &'static str, call: &Call<'_>) -> Request {
        let credentials = self.credentials.read().unwrap_or_else(PoisonError::into_inner).clone();
        let at = self.clock.now();
        let body = wire::body(call);
        let date = sigv4::amz_date(at);
        let target = format!("secretsmanager.{target}");
        let mut signed = vec![("x-amz-date", date.as_str()), ("x-amz-target", &target)];
        if let Some(token) = &credentials.session_token {
            signed.push(("x-amz-security-token", token.expose()));
        }
        let mut headers: Vec<_> = signed.iter().map(|(name, value)| (*name, Secret::new(*value))).collect();
        signed.extend([("host", self.endpoint.host.as_str()), ("content-type", body.content_type)]);
        let scope = Scope { region: &self.endpoint.region, service: "secretsmanager", at };
        let authorization = sigv4::authorization(&credentials, scope, "POST", &signed, &body.bytes);
        headers.push(("authorization", Secret::new(authorization)));
        Request { headers, ..Request::new(Method::Post, &self.endpoint.url) }.body(body)
    }

    async fn done(&self, target: &'static str, call: &Call<'_>) -> Result<(), Fault> {
        wire::answer::<Done>(&self.ask(target, call).await?).map(|Done {}| ())
    }
}

#[async_trait]
impl SecretManager for AwsSecrets {
    async fn open(&self, tenant: &TenantId, key: &str, _: &Actor) -> Result<Option<Secret>, SecretError> {
        let name = name(tenant, key)?;
        let call = Call { secret_id: Some(&name), ..Call::default() };
        let answer = self.ask("GetSecretValue", &call).await?;
        let value: Value = match wire::answer(&answer) {
            Err(Fault::NotFound | Fault::Scheduled) => return Ok(None),
            other => other?,
        };
        if value.name != name {
            return Err(Fault::Permanent(Cause::AnotherSecret).into());
        }
        let secret = value.secret_string.ok_or(SecretError::Damaged("not_a_text"))?;
        if secret.expose().len() > MAX_SECRET_BYTES {
            return Err(SecretError::Damaged("too_long"));
        }
        Ok(Some(secret))
    }

    async fn put(&self, tenant: &TenantId, key: &str, secret: &Secret, _: &Actor) -> Result<(), SecretError> {
        let name = name(tenant, key)?;
        let text = secret.expose();
        if text.is_empty() || text.len() > MAX_SECRET_BYTES {
            return Err(SecretError::Invalid(format!("must have 1 to {MAX_SECRET_BYTES} bytes")));
        }
        let token = sigv4::hex(&self.random.bytes::<16>());
        let value =
            || Call { secret_string: Some(text), client_request_token: Some(&token), ..Call::default() };
        let replace = Call { secret_id: Some(&name), ..value() };
        let create = Call { name: Some(&name), ..value() };
        for _ in 0..REPEATS {
            match self.done("PutSecretValue", &replace).await {
                Err(Fault::NotFound) => {}
                other => return Ok(other?),
            }
            match self.done("CreateSecret", &create).await {
                // Somebody else was first; the later one counts.
                Err(Fault::Exists) => {}
                other => return Ok(other?),
            }
        }
        Err(Fault::Transient(Cause::Contended).into())
    }

    async fn list(&self, tenant: &TenantId) -> Result<Vec<String>, SecretError> {
        let prefix = prefix(tenant);
        let (mut keys, mut next) = (Vec::new(), None::<String>);
        for _ in 0..MAX_PAGES {
            let call = Call {
                filters: Some([Filter { key: "name", values: [&prefix] }]),
                max_results: Some(PAGE),
                next_token: next.as_deref(),
                ..Call::default()
            };
            let answer = self.ask("ListSecrets", &call).await?;
            let page: Listing = wire::answer(&answer)?;
            // AWS's filter is not trusted with isolation, nor does it know what a key is.
            let own = page.secret_list.iter().filter_map(|entry| entry.name.strip_prefix(&prefix));
            keys.extend(own.filter(|key| is_key(key)).map(ToOwned::to_owned));
            next = page.next_token;
            if next.is_none() {
                keys.sort();
                keys.dedup();
                return Ok(keys);
            }
        }
        Err(Fault::Permanent(Cause::Endless).into())
    }

    /// At once and for ever, as the vault does it: no recovery window.
    async fn remove(&self, tenant: &TenantId, key: &str, _: &Actor) -> Result<(), SecretError> {
        // A key that none can have is not there.
        let name = name(tenant, key).map_err(|_| SecretError::NotFound)?;
        let call = Call { secret_id: Some(&name), ..Call::default() };
        // A deletion by force does not say whether there was anything, so it can be repeated but must be preceded.
        let answer = self.ask("DescribeSecret", &call).await?;
        let found: Description = wire::answer(&answer)?;
        if found.deleted_date.is_some() {
            return Err(SecretError::NotFound);
        }
        let call = Call { force_delete_without_recovery: Some(true), ..call };
        Ok(self.done("DeleteSecret", &call).await?)
    }
}

/// The tenant's names begin so, and no other's: a tenant id holds no `/`.
fn prefix(tenant: &TenantId) -> String {
    format!("veralux/{}/", tenant.as_str())
}

fn name(tenant: &TenantId, key: &str) -> Result<String, SecretError> {
    if is_key(key) {
        return Ok(prefix(tenant) + key);
    }
    let message = "must be a capital letter, then at most 63 capital letters, digits and `_`";
    Err(SecretError::Invalid(message.to_owned()))
}

/// `^[A-Z][A-Z0-9_]{0,63}$`, as in the vault. Without a `-`, so that AWS takes no end of a name for the six characters
/// that it puts behind names in ARNs.
fn is_key(key: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    key.len() <= MAX_KEY_BYTES
        && key.bytes().next().is_some_and(|first| first.is_ascii_uppercase())
        && key.bytes().all(inside)
}
