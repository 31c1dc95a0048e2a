//! What every endpoint shares: who calls, what comes in, how a refusal looks, what is logged.

mod auth;
mod body;
mod idempotency;
mod member;
mod objects;
mod origin;
mod page;
mod problem;
mod query;
mod rate;
mod request;

pub(crate) use auth::{Auth, ChainReader, KeyHolder, Reader, TENANT_ID, Writer};
pub(crate) use body::{
    AtMost, Bytes, Json, JsonBytes, JsonText, OptionalJson, Params, RawJson, SecretJson, path_id,
};
pub(crate) use idempotency::keep_answers;
pub(crate) use member::member;
pub use origin::TrustedProxies;
pub(crate) use page::{PageParams, PageView, Paging};
pub(crate) use problem::{FieldError, Problem, ProblemBody, no_such_endpoint, no_such_method, panicked};
pub(crate) use query::{QueryNames, check_query};
pub(crate) use rate::{RateLimit, is_counted, limit_rate};
pub(crate) use request::{RequestId, note_tenant, trace};
