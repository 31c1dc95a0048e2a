//! Who calls, and for which tenant.

use std::sync::{Arc, OnceLock};

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use veralux_core::access::Caller;
use veralux_core::id::TenantId;
use veralux_core::port::Attempt;
use veralux_core::secret::Secret;
use veralux_core::service::Context;

use super::{Problem, RequestId};
use crate::Api;

const KEY_HEADER: &str = "x-admin-key";
const TENANT_HEADER: &str = "x-tenant-id";
/// The query parameter that says the same as the header.
pub(crate) const TENANT_ID: &str = "tenantId";
/// Longest credential that is looked at, in bytes.
const MAX_CREDENTIAL_BYTES: usize = 512;

/// A caller who has been recognised.
#[derive(Debug, Clone)]
pub(crate) struct Auth {
    pub(crate) caller: Caller,
    request_id: Option<RequestId>,
    slot: TenantSlot,
    /// Under which idempotency key the request is answered.
    attempt: Option<Attempt>,
}

/// Where whoever learns the tenant leaves it for the log line.
pub(crate) type TenantSlot = Arc<OnceLock<TenantId>>;

/// Adds a slot to a request.
pub(crate) fn tenant_slot(request: &mut Request) -> TenantSlot {
    let slot = TenantSlot::default();
    request.extensions_mut().insert(slot.clone());
    slot
}

impl Auth {
    /// What the services note about who acts.
    pub(crate) fn context(&self) -> Context {
        let request_id = self.request_id.as_ref().and_then(RequestId::label);
        Context::of_caller(&self.caller, request_id).under(self.attempt.clone())
    }

    /// The same where the request is answered under an idempotency key.
    pub(crate) fn under(self, attempt: Attempt) -> Self {
        Self { attempt: Some(attempt), ..self }
    }

    /// The caller may read this tenant's data; to others the tenant does not exist.
    pub(crate) fn may_read(&self, tenant: &TenantId) -> Result<(), Problem> {
        if self.caller.may_act_for(tenant) {
            let _ = self.slot.set(tenant.clone());
            return Ok(());
        }
        Err(unknown_tenant())
    }

    /// The caller may change this tenant's data.
    pub(crate) fn may_write(&self, tenant: &TenantId) -> Result<(), Problem> {
        self.may_read(tenant)?;
        if self.caller.may_write() { Ok(()) } else { Err(read_only()) }
    }

    /// The caller may read what belongs to no tenant.
    pub(crate) fn may_read_platform(&self) -> Result<(), Problem> {
        if self.caller.bound_tenant().is_none() { Ok(()) } else { Err(operators_only()) }
    }

    /// The caller may change what belongs to no tenant, tenants included.
    pub(crate) fn may_operate(&self) -> Result<(), Problem> {
        self.may_read_platform()?;
        if self.caller.may_write() { Ok(()) } else { Err(read_only()) }
    }
}

fn read_only() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "read_only_key", "this key may read but not change anything")
}

fn operators_only() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "operators_only",
        "this key is bound to a tenant; this needs one that is not",
    )
}

impl FromRequestParts<Api> for Auth {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        if let Some(auth) = parts.extensions.get::<Self>() {
            return Ok(auth.clone());
        }
        let caller = recognise(api, &parts.headers).await?;
        let request_id = parts.extensions.get::<RequestId>().cloned();
        let slot = parts.extensions.get::<TenantSlot>().cloned().unwrap_or_default();
        let auth = Self { caller, request_id, slot, attempt: None };
        parts.extensions.insert(auth.clone());
        Ok(auth)
    }
}

async fn recognise(api: &Api, headers: &HeaderMap) -> Result<Caller, Problem> {
    let unauthorised = |detail| Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail);
    let Some(key) = credential(headers) else {
        return Err(unauthorised("send an admin key as `X-Admin-Key` or as a bearer token"));
    };
    if api.is_bootstrap_key(&key) {
        return Ok(Caller::Superadmin);
    }
    api.keys().recognise(&key).await?.ok_or_else(|| unauthorised("this key is unknown, revoked or expired"))
}

/// What a caller shows who he is with.
pub(super) fn credential(headers: &HeaderMap) -> Option<Secret> {
    let bearer = || {
        let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    };
    let key = headers.get(KEY_HEADER).and_then(|value| value.to_str().ok()).or_else(bearer)?;
    (1..=MAX_CREDENTIAL_BYTES).contains(&key.len()).then(|| Secret::new(key))
}

/// A caller who may read a tenant's data, and which tenant the request is about.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) tenant: TenantId,
}

/// A caller who may read a tenant's chain of audit events, or the platform's own.
#[derive(Debug)]
pub(crate) struct ChainReader {
    pub(crate) tenant: TenantId,
}

/// A caller who may change a tenant's data.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) tenant: TenantId,
    pub(crate) context: Context,
}

/// A caller who may read the keys of a tenant; who is bound to none and names none means the operator's own.
#[derive(Debug)]
pub(crate) struct KeyHolder {
    pub(crate) tenant: TenantId,
    pub(crate) auth: Auth,
}

impl FromRequestParts<Api> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let auth = Auth::from_request_parts(parts, api).await?;
        let tenant = a_tenant(selected(parts, &auth, api, None).await?)?;
        auth.may_read(&tenant)?;
        Ok(Self { tenant })
    }
}

impl FromRequestParts<Api> for ChainReader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let auth = Auth::from_request_parts(parts, api).await?;
        let tenant = selected(parts, &auth, api, None).await?;
        auth.may_read(&tenant)?;
        Ok(Self { tenant })
    }
}

impl FromRequestParts<Api> for Writer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let auth = Auth::from_request_parts(parts, api).await?;
        let tenant = a_tenant(selected(parts, &auth, api, None).await?)?;
        auth.may_write(&tenant)?;
        Ok(Self { tenant, context: auth.context() })
    }
}

impl FromRequestParts<Api> for KeyHolder {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let auth = Auth::from_request_parts(parts, api).await?;
        let tenant = selected(parts, &auth, api, Some(TenantId::platform())).await?;
        auth.may_read(&tenant)?;
        Ok(Self { tenant, auth })
    }
}

/// The platform has keys and a chain of audit events, and is no tenant to keep anything else under.
fn a_tenant(selected: TenantId) -> Result<TenantId, Problem> {
    if selected.is_platform() { Err(unknown_tenant()) } else { Ok(selected) }
}

fn unknown_tenant() -> Problem {
    Problem::not_found("tenant_not_found", "tenant")
}

/// The tenant that a request names by header or query, else the only one that the caller's key is bound to, else the
/// default.
async fn selected(
    parts: &Parts,
    auth: &Auth,
    api: &Api,
    default: Option<TenantId>,
) -> Result<TenantId, Problem> {
    let in_header =
        parts.headers.get(TENANT_HEADER).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
    let query = parts.uri.query().unwrap_or_default();
    let in_query = form_urlencoded::parse(query.as_bytes())
        .find_map(|(name, value)| (name == TENANT_ID).then(|| value.into_owned()));
    if let (Some(one), Some(other)) = (&in_header, &in_query)
        && one != other
    {
        let detail = "`X-Tenant-ID` and `?tenantId=` name different tenants; send one of them";
        return Err(Problem::invalid("tenants_differ", detail));
    }
    let tenant = match in_header.or(in_query) {
        Some(text) => TenantId::parse(&text).map_err(|_| unknown_tenant())?,
        None => auth.caller.bound_tenant().cloned().or(default).ok_or_else(|| {
            Problem::invalid("tenant_required", "name a tenant with `X-Tenant-ID` or `?tenantId=`")
        })?,
    };
    if auth.caller.may_act_for(&tenant) && api.tenants().exists(&tenant).await? {
        return Ok(tenant);
    }
    Err(unknown_tenant())
}
