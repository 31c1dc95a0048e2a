use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use veralux_core::port::{Body, WebhookClaim};
use veralux_core::service::{Inbound, Receipt};
use veralux_providers::twilio::twiml::{self, Twiml};

use super::twilio_signed::{Delivered, PROVIDER, refuse};
use crate::Api;
use crate::web::{Problem, ProblemBody, note_tenant};

/// Takes an inbound message in: once, however often it is sent. Of pictures and other media it keeps where Twilio has them.
///
/// Its signature must be of the auth token of the tenant whose number was called, or of the one before it while that is
/// valid; of the operator's where that tenant has connected no Twilio account. It is answered when message and decision are
/// durable. The answer is `TwiML`, with a message back where the decision asks for one.
#[utoipa::path(
    post, path = "/webhooks/twilio/inbound-sms", tag = "webhooks", security(()),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    params(("X-Twilio-Signature" = String, Header)),
    responses(
        (status = OK, body = String, content_type = "text/xml"),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody, description = "Deliver it again later"),
    ),
)]
pub(crate) async fn twilio_inbound_sms(
    State(api): State<Api>,
    delivered: Delivered,
) -> Result<Response, Problem> {
    let Delivered { context, form, body, .. } = &delivered;
    let [to, from] = ["To", "From"].map(|field| form.value(field).unwrap_or_default());
    let called = api.gate().called(to, from).await?;
    called.tenant().inspect(|tenant| note_tenant(tenant));
    delivered.check(&api, called.tenant()).await?;
    let sms = form.inbound_sms().map_err(refuse)?;
    let inbound = Inbound {
        claim: WebhookClaim { provider: PROVIDER.to_owned(), event: sms.message_sid },
        body: sms.body,
        media: sms.media,
        raw: Body::new(String::from_utf8_lossy(body)),
        is_answered: true,
    };
    let answer = match api.gate().receive(context, called, inbound).await? {
        Receipt::Stored { auto_reply: Some(reply), .. } => Twiml::new().message(reply.text()),
        _ => Twiml::new(),
    };
    Ok(([(header::CONTENT_TYPE, twiml::CONTENT_TYPE)], answer.finish()).into_response())
}
