use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use veralux_core::id::{CallId, TenantId};
use veralux_core::phone::E164;
use veralux_core::service::{CallNews, CallRefusal, Context, FoundBy, IncomingCall, Taken};
use veralux_providers::twilio::twiml::{self, Stream, Twiml};
use veralux_providers::twilio::webhook::{CallEvent, Form};

use super::twilio_signed::{Delivered, PROVIDER, refuse};
use crate::Api;
use crate::web::{Problem, ProblemBody};

/// Where the audio of a call tells how it fares.
const STREAM_STATUS: &str = "/api/twilio/voice/stream/status";
/// What a caller hears while something is wrong on our side.
pub(super) const TROUBLE: &str = "We cannot take your call right now. Please try again in a minute. Goodbye.";
/// Longest name of a caller that is kept, in bytes.
const MAX_CALLER: usize = 256;

/// Answers an inbound call: connects it with the voice runtime, or says why not and hangs up.
///
/// Its signature must be of the auth token of the tenant to whom the number called leads, or of the one before it while that
/// is valid; of the operator's where that tenant has connected no Twilio account. Behind the signature the answer is always
/// `TwiML` with status 200, since the caller would hear Twilio's own error otherwise.
#[utoipa::path(
    post, path = "/api/twilio/voice/inbound", tag = "webhooks", security(()),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    params(("X-Twilio-Signature" = String, Header)),
    responses(
        (status = OK, body = String, content_type = "text/xml"),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody, description = "No token or public URL is set"),
    ),
)]
pub(crate) async fn twilio_voice_inbound(
    State(api): State<Api>,
    delivered: Delivered,
) -> Result<Response, Problem> {
    let Delivered { context, form, .. } = &delivered;
    let event = form.call().map_err(refuse)?;
    let called = our_number(&event);
    let checked = check(&api, &delivered, called.as_ref()).await;
    let twiml = match checked {
        Ok(()) if event.status.is_final() => {
            note(&api, context, form, &event, None).await?;
            Twiml::new()
        }
        Ok(()) => match answer(&api, context, &event, called).await {
            Ok(twiml) => twiml,
            Err(problem) => apologise(&problem, context),
        },
        // Nobody is let in; the caller hears that it is not the number that is wrong.
        Err(problem) if super::is_ours(&problem) => apologise(&problem, context),
        Err(problem) => return Err(problem),
    };
    Ok(([(header::CONTENT_TYPE, twiml::CONTENT_TYPE)], twiml.finish()).into_response())
}

async fn check(api: &Api, delivered: &Delivered, called: Option<&E164>) -> Result<(), Problem> {
    let tenant = super::tenant_of_call(api, called).await?;
    delivered.check(api, tenant.as_ref()).await
}

async fn answer(
    api: &Api,
    context: &Context,
    event: &CallEvent,
    called: Option<E164>,
) -> Result<Twiml, Problem> {
    let Some(called) = called.filter(|_| event.inbound) else {
        return Ok(say(sentence(CallRefusal::NotInService)));
    };
    let Some(stream) = &api.settings().voice_stream_url else {
        tracing::warn!("a call came in, but VOICE_STREAM_URL is not set");
        return Ok(say(sentence(CallRefusal::NotConfigured)));
    };
    match api.calls().begin(context, &incoming(event, called)).await? {
        Taken::Connect { tenant, call } => Ok(connect(api, stream, event, (&tenant, &call), &called)),
        Taken::Refused(refusal) => Ok(say(sentence(refusal))),
    }
}

fn connect(
    api: &Api,
    url: &str,
    event: &CallEvent,
    (tenant, call): (&TenantId, &CallId),
    called: &E164,
) -> Twiml {
    let base = api.settings().public_base_url.as_deref().unwrap_or_default().trim_end_matches('/');
    // A tenant's id needs no encoding.
    let status_callback = format!("{base}{STREAM_STATUS}?tenant={tenant}");
    let parameters = [
        ("tenantId", tenant.as_str()),
        ("callId", call.as_str()),
        ("callSid", event.call_sid.as_str()),
        ("did", called.as_str()),
    ];
    let stream = Stream { url, status_callback: Some(&status_callback), parameters: &parameters };
    Twiml::new().connect(&stream)
}

/// Which of the two numbers is ours.
pub(super) fn our_number(event: &CallEvent) -> Option<E164> {
    let ours = if event.inbound { &event.to } else { &event.from };
    E164::normalise(ours).ok()
}

/// Notes how a call stands. `tenant` is whose it is, where that is known already.
pub(super) async fn note(
    api: &Api,
    context: &Context,
    form: &Form,
    event: &CallEvent,
    tenant: Option<TenantId>,
) -> Result<(), Problem> {
    let Some(called) = our_number(event).filter(|_| event.inbound) else { return Ok(()) };
    let tenant = match tenant {
        Some(tenant) => Some(tenant),
        None => super::tenant_of_call(api, Some(&called)).await?,
    };
    let Some(tenant) = tenant else { return Ok(()) };
    if event.status.is_final() {
        let outcome = form.value("CallStatus").unwrap_or_default().to_owned();
        let news = CallNews::Ended(outcome);
        api.calls().tell(context, &tenant, &incoming(event, called), &news).await?;
    }
    Ok(())
}

fn incoming(event: &CallEvent, called: E164) -> IncomingCall {
    IncomingCall {
        provider: PROVIDER,
        provider_call: event.call_sid.clone(),
        called,
        caller: Some(event.from.clone()).filter(|from| (1..=MAX_CALLER).contains(&from.len())),
        found_by: FoundBy::Did,
    }
}

fn apologise(problem: &Problem, context: &Context) -> Twiml {
    super::tell(problem, context, "a call could not be taken");
    say(TROUBLE)
}

fn say(sentence: &str) -> Twiml {
    Twiml::new().say(sentence).hangup()
}

/// What a caller hears who is not connected.
pub(super) const fn sentence(refusal: CallRefusal) -> &'static str {
    match refusal {
        CallRefusal::NotInService => "This number is not in service. Goodbye.",
        CallRefusal::NotConfigured => {
            "This number is not fully set up yet. Please try again another time. Goodbye."
        }
        CallRefusal::Suspended => "This number cannot take calls at the moment. Goodbye.",
        CallRefusal::AtCapacity => {
            "All lines are busy at the moment. Please call again in a few minutes. Goodbye."
        }
    }
}
