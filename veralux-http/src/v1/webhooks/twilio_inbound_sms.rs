use axum::extract::{Extension, OriginalUri, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use veralux_core::credential::{Provider, Purpose, Twilio};
use veralux_core::phone::E164;
use veralux_core::port::{Body, CredentialState, WebhookClaim};
use veralux_core::routing::AutoReply;
use veralux_core::secret::Secret;
use veralux_core::service::{Context, Error, Inbound, Receipt};
use veralux_providers::twilio::twiml::{self, Twiml};
use veralux_providers::twilio::webhook::{Form, FormError, MAX_FORM_BYTES, Signed, verify};

use crate::Api;
use crate::web::{Bytes, Problem, ProblemBody, RequestId};

const SIGNATURE: &str = "x-twilio-signature";
/// How Twilio is named in claims and audit events.
const PROVIDER: &str = "twilio";

/// Takes an inbound message in: once, however often it is sent.
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
    Extension(request_id): Extension<RequestId>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Bytes(body): Bytes,
) -> Result<Response, Problem> {
    if body.len() > MAX_FORM_BYTES {
        let detail = format!("a body has at most {MAX_FORM_BYTES} bytes");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail));
    }
    let context = Context::of_webhook(PROVIDER, request_id.label());
    let form = verified(&api, &context, &uri, &headers, &body).await?;
    let sms = form.inbound_sms().map_err(refuse)?;
    let inbound = Inbound {
        claim: WebhookClaim { provider: PROVIDER.to_owned(), event: sms.message_sid },
        to: sms.to,
        from: sms.from,
        body: sms.body,
        raw: Body::new(String::from_utf8_lossy(&body)),
    };
    let receipt = api.gate().receive(&context, inbound).await?;
    let answer = auto_reply(&receipt).map_or_else(Twiml::new, |text| Twiml::new().message(text));
    Ok(([(header::CONTENT_TYPE, twiml::CONTENT_TYPE)], answer.finish()).into_response())
}

/// The form, if Twilio sent it.
async fn verified(
    api: &Api,
    context: &Context,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Form, Problem> {
    let Some(base) = &api.settings().public_base_url else { return Err(not_configured()) };
    let Some(signature) = headers.get(SIGNATURE).and_then(|value| value.to_str().ok()) else {
        return Err(Problem::invalid("signature_missing", "`X-Twilio-Signature` is missing"));
    };
    let form = Form::parse(body).map_err(refuse)?;
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let url = format!("{}{target}", base.trim_end_matches('/'));
    let signed = Signed { url: &url, form: &form, body };
    let tokens = tokens(api, context, &form).await?;
    // Each is tried, so that the time does not tell which one it was.
    if tokens.iter().fold(false, |valid, token| verify(token, signature, signed) | valid) {
        return Ok(form);
    }
    let detail =
        "the signature is not Twilio's for this URL and body; is PUBLIC_BASE_URL what Twilio was told?";
    Err(Problem::new(StatusCode::FORBIDDEN, "signature_invalid", detail))
}

/// What the message may be signed with. None where the tenant's Twilio credential has no auth token or is switched off:
/// the operator's token is for tenants that have none.
async fn tokens(api: &Api, context: &Context, form: &Form) -> Result<Vec<Secret>, Problem> {
    let called = form.value("To").and_then(|to| E164::parse(to).ok());
    let tenant = match called {
        Some(number) => api.parts().stores.directory.find_tenant_by_number(&number).await?,
        None => None,
    };
    if let Some(tenant) = tenant
        && let Some(row) = api.vault().status(&tenant, Provider::Twilio).await.map_err(Error::from)?
    {
        if matches!(row.state, CredentialState::Disabled | CredentialState::NeedsReconnect) {
            return Ok(Vec::new());
        }
        let opened = api.vault().open::<Twilio>(context, &tenant, Purpose::VerifyWebhook).await;
        return Ok(opened.map_err(Error::from)?.secrets_at(api.clock().now()).cloned().collect());
    }
    api.settings().twilio_auth_token.clone().map(|token| vec![token]).ok_or_else(not_configured)
}

fn not_configured() -> Problem {
    let detail = "set TWILIO_AUTH_TOKEN and PUBLIC_BASE_URL so that Twilio's signature can be checked";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "webhook_not_configured", detail)
}

fn refuse(error: FormError) -> Problem {
    Problem::invalid("invalid_webhook", error.to_string())
}

fn auto_reply(receipt: &Receipt) -> Option<&'static str> {
    match receipt {
        Receipt::Stored { auto_reply: Some(AutoReply::SenderNotRecognised), .. } => Some(
            "We do not recognise this number. Please write from the phone you booked with, or call the business.",
        ),
        _ => None,
    }
}
