use axum::extract::State;
use axum::http::StatusCode;
use veralux_core::id::TenantId;
use veralux_core::service::{CallNews, Context};
use veralux_providers::twilio::webhook::{StreamEvent, StreamKind};

use super::twilio_signed::{Delivered, PROVIDER, refuse};
use super::twilio_voice_inbound::{note, our_number};
use crate::Api;
use crate::web::{Problem, ProblemBody};

/// Takes in how a call's audio fares, and how the call itself does.
///
/// Twilio says neither number with the first: the URL names the tenant, with whose auth token it must be signed. News may come
/// in any order, late and twice: what has ended stays ended. News of a call that is not known are answered like the others.
#[utoipa::path(
    post, path = "/api/twilio/voice/stream/status", tag = "webhooks", security(()),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    params(
        ("X-Twilio-Signature" = String, Header),
        ("tenant" = Option<String>, Query, description = "Whose call it is, as the URL said that Twilio was told"),
    ),
    responses(
        (status = NO_CONTENT),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody, description = "Deliver it again later"),
    ),
)]
pub(crate) async fn twilio_stream_status(
    State(api): State<Api>,
    delivered: Delivered,
) -> Result<StatusCode, Problem> {
    let Delivered { context, form, named, .. } = &delivered;
    let call = form.call().ok();
    let tenant = match super::named_tenant(&api, named).await? {
        Some(tenant) => Some(tenant),
        None => super::tenant_of_call(&api, call.as_ref().and_then(our_number).as_ref()).await?,
    };
    delivered.check(&api, tenant.as_ref()).await?;
    match (form.value("StreamEvent"), &call, tenant) {
        (None, Some(call), tenant) => note(&api, context, form, call, tenant).await?,
        (_, _, Some(tenant)) => stream(&api, context, &tenant, form.stream().map_err(refuse)?).await?,
        (_, _, None) => drop(form.stream().map_err(refuse)?),
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn stream(api: &Api, context: &Context, tenant: &TenantId, event: StreamEvent) -> Result<(), Problem> {
    let news = match event.kind {
        StreamKind::Started => CallNews::Started(Some(event.stream_sid)),
        // Nothing follows the stream in what Twilio was told to do: with it ends the call.
        StreamKind::Stopped => CallNews::Ended("completed".to_owned()),
        StreamKind::Failed => CallNews::Ended("stream_failed".to_owned()),
        StreamKind::Other(_) => return Ok(()),
    };
    api.calls().note(context, tenant, PROVIDER, &event.call_sid, &news).await?;
    Ok(())
}
