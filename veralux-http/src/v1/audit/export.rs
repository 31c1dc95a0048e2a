use axum::BoxError;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, header};
use futures_util::stream::try_unfold;
use serde::Deserialize;
use utoipa::IntoParams;
use veralux_core::audit::Event;
use veralux_core::id::TenantId;
use veralux_core::port::{Listed, MAX_PAGE, Page};
use veralux_core::service;

use super::EventView;
use crate::Api;
use crate::web::{ChainReader, Params, Problem, ProblemBody};

/// Most events of one export.
const MAX_EVENTS: u32 = 100_000;
const NDJSON: [(HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/x-ndjson")];

/// Which part of the chain.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportParams {
    /// The first event, 1 when absent.
    #[param(minimum = 1)]
    from_sequence: Option<u64>,
    /// Events at most, 1 to 100,000; as many when absent.
    #[param(minimum = 1, maximum = 100_000)]
    limit: Option<u32>,
}

/// Events of a tenant from the oldest on, one JSON object a line.
///
/// The answer is written page by page; when the store fails on the way the connection breaks off, so what arrives with
/// its proper end is all there is.
#[utoipa::path(
    get, path = "/api/admin/audit/export", tag = "audit",
    params(ExportParams),
    responses(
        (status = OK, body = EventView, content_type = "application/x-ndjson"),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
    ),
)]
pub(crate) async fn export(
    State(api): State<Api>,
    ChainReader { tenant }: ChainReader,
    Params(params): Params<ExportParams>,
) -> Result<([(HeaderName, &'static str); 1], Body), Problem> {
    let mut walk = Walk::new(api, tenant, &params)?;
    // The first page is read here, while a refusal can still be one.
    let first = walk.page().await?;
    let stream = try_unfold((walk, first), |(mut walk, read)| async {
        let events = match read {
            Some(events) => Some(events),
            None => walk.page().await.inspect_err(broke_off)?,
        };
        let Some(events) = events else { return Ok::<_, BoxError>(None) };
        Ok(Some((lines(events)?, (walk, None))))
    });
    Ok((NDJSON, Body::from_stream(stream)))
}

fn broke_off(error: &service::Error) {
    tracing::error!(error.cause = %error, "an audit export broke off");
}

/// What is still to be read.
struct Walk {
    api: Api,
    tenant: TenantId,
    after: Option<String>,
    left: u32,
}

impl Walk {
    fn new(api: Api, tenant: TenantId, params: &ExportParams) -> Result<Self, Problem> {
        let left = params.limit.unwrap_or(MAX_EVENTS);
        if !(1..=MAX_EVENTS).contains(&left) {
            return Err(Problem::field("invalid_limit", "limit", "must be 1 to 100000"));
        }
        let first = params.from_sequence.unwrap_or(1);
        let before = first.checked_sub(1).filter(|_| i64::try_from(first).is_ok()).ok_or_else(|| {
            Problem::field("invalid_sequence", "fromSequence", "must be 1 to 9223372036854775807")
        })?;
        Ok(Self { api, tenant, after: Some(before.to_string()), left })
    }

    /// The next events; `None` when that was all.
    async fn page(&mut self) -> service::Result<Option<Vec<Event>>> {
        let Some(after) = self.after.take().filter(|_| self.left > 0) else { return Ok(None) };
        let limit = u16::try_from(self.left).unwrap_or(MAX_PAGE);
        let page = Page::first(limit).after(Some(after));
        let Listed { items, next } = self.api.audit().list(&self.tenant, &page).await?;
        self.left = self.left.saturating_sub(u32::try_from(items.len()).unwrap_or(u32::MAX));
        self.after = next;
        Ok(Some(items))
    }
}

fn lines(events: Vec<Event>) -> serde_json::Result<Vec<u8>> {
    let mut lines = Vec::new();
    for event in events {
        serde_json::to_writer(&mut lines, &EventView::from(event))?;
        lines.push(b'\n');
    }
    Ok(lines)
}
