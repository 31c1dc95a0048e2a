//! Messages, whole for owners and redacted for everyone else.

pub(crate) mod inbox;
pub(crate) mod of_thread;
pub(crate) mod retry;
pub(crate) mod send;

use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::phone::{E164, SenderName};
use veralux_core::policy::Detector;
use veralux_core::port::{DeliveryRecord, Destination, FindingRecord, Media, Message, Sender};
use veralux_core::service::redact_kept;

use crate::Api;
use crate::web::Auth;

/// One message.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Message)]
pub(crate) struct MessageView {
    id: String,
    /// Null when it could not be given to a thread.
    thread_id: Option<String>,
    /// Which of the tenant's numbers it went over; null when nobody knows.
    number_id: Option<String>,
    /// `inbound` or `outbound`.
    #[schema(example = "inbound")]
    direction: &'static str,
    sender: SenderView,
    /// The text; without contact details where `redacted`, empty where only media came.
    body: String,
    /// Pictures and other media that came with it, at most 10.
    media: Vec<MediaView>,
    /// Whether the caller gets the text redacted.
    redacted: bool,
    /// In the text; media are not looked into.
    findings: Vec<FindingView>,
    /// `deliver`, `flag`, `warn`, `review` or `block`.
    #[schema(example = "deliver")]
    action: &'static str,
    /// Where it goes; null when blocked.
    target: Option<TargetView>,
    /// The decision in full, to be replayed.
    decision_id: String,
    #[schema(format = DateTime)]
    received_at: String,
    /// `queued`, `sent`, `delivered`, `undelivered` or `failed` for messages that we send; else null.
    #[schema(example = "queued")]
    delivery: Option<&'static str>,
    /// More about that; null for messages that we receive.
    delivery_detail: Option<DeliveryView>,
}

/// How a message that we send fares with its provider.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Delivery)]
pub(crate) struct DeliveryView {
    /// How often the provider was asked to send it.
    attempts: u32,
    /// Whether the outcome of an attempt is not known yet.
    under_way: bool,
    /// The provider's code of what went wrong last, where it gave one; where the routing rules did not let it be sent, their reason.
    #[schema(example = "30003")]
    error_code: Option<String>,
    /// What went wrong last, as a sentence.
    error: Option<String>,
    /// When it last became certain that it does not arrive.
    #[schema(format = DateTime)]
    failed_at: Option<String>,
    /// Since when it waits for a person in the dead letters; null when it does not.
    #[schema(format = DateTime)]
    dead_since: Option<String>,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<DeliveryRecord> for DeliveryView {
    fn from(delivery: DeliveryRecord) -> Self {
        let (error_code, error) = delivery.error.map(|error| (error.code, error.sentence)).unzip();
        Self {
            attempts: delivery.attempts,
            under_way: delivery.attempt_at.is_some(),
            error_code: error_code.flatten(),
            error,
            failed_at: delivery.failed_at.map(|at| at.to_string()),
            dead_since: delivery.dead_since.map(|at| at.to_string()),
            updated_at: delivery.updated_at.to_string(),
        }
    }
}

/// A picture, a sound, a card that came with a message.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Media)]
pub(crate) struct MediaView {
    /// What it is; null where the provider did not say.
    #[schema(example = "image/jpeg")]
    content_type: Option<String>,
    /// Where the provider keeps it; only beside a text that is not redacted, and null where it was no https URL of at most 2048
    /// bytes. It is the provider's: fetching it may need the credentials of the account there (Twilio: account SID and auth token),
    /// and how long it lasts is the provider's affair. Nothing is fetched or kept here.
    #[schema(format = "uri")]
    url: Option<String>,
}

/// Who wrote a message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sender)]
pub(crate) struct SenderView {
    /// `customer`, `staff`, `owner`, `automation` or `unknown`.
    #[schema(example = "customer")]
    role: &'static str,
    id: Option<String>,
    /// The number it came from, where it is one; only beside a text that is not redacted.
    phone: Option<String>,
    /// What it came from where that is no number: a short code like `12345` or a name in letters; as `phone` only beside a text that
    /// is not redacted. Nobody can be answered under it.
    #[schema(example = "OAKBANK")]
    name: Option<String>,
}

/// Where a message goes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Target)]
pub(crate) struct TargetView {
    /// `staff`, `owner_inbox`, `customer`, or `sender`: who wrote the message with this id, which is in no thread.
    #[schema(example = "staff")]
    kind: &'static str,
    id: Option<String>,
}

/// What the detector found when the message came.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Finding)]
pub(crate) struct FindingView {
    /// `phone`, `email`, `url` or `social`.
    #[schema(example = "phone")]
    kind: &'static str,
    /// Its first byte in the whole text; null beside a redacted one.
    start: Option<usize>,
    /// The first byte behind it; null beside a redacted one.
    end: Option<usize>,
    rule: String,
    /// How sure the rule is, 1 to 100.
    score: u8,
    /// `identifier` or `solicitation`.
    severity: &'static str,
}

/// How this caller sees messages.
pub(crate) fn eye<'a>(api: &'a Api, auth: &Auth) -> Eye<'a> {
    Eye { detector: &api.parts().detector, whole: auth.caller.sees_whole_texts() }
}

/// How a caller sees messages.
pub(crate) struct Eye<'a> {
    detector: &'a Detector,
    whole: bool,
}

impl Eye<'_> {
    pub(crate) fn view(&self, message: Message) -> MessageView {
        MessageView {
            id: message.id.to_string(),
            thread_id: message.thread.map(|id| id.to_string()),
            number_id: message.number.map(|id| id.to_string()),
            direction: message.direction.as_str(),
            sender: self.sender(message.sender),
            body: self.text(message.body.as_str(), &message.findings),
            media: message.media.iter().map(|media| self.media(media)).collect(),
            redacted: !self.whole,
            findings: message.findings.into_iter().map(|finding| self.finding(finding)).collect(),
            action: message.action.as_str(),
            target: message.target.as_ref().map(target),
            decision_id: message.decision.to_string(),
            received_at: message.received_at.to_string(),
            delivery: message.delivery.as_ref().map(|delivery| delivery.state.as_str()),
            delivery_detail: message.delivery.map(DeliveryView::from),
        }
    }

    /// Whether the caller sees whole texts.
    pub(crate) fn sees_all(&self) -> bool {
        self.whole
    }

    /// Scanned anew: what today's detector knows shall not be shown because the one of that day did not.
    /// What only its thread showed, a piece of a number, is known from then.
    pub(crate) fn text(&self, body: &str, then: &[FindingRecord]) -> String {
        if self.whole {
            return body.to_owned();
        }
        redact_kept(self.detector, body, then)
    }

    pub(crate) fn sender(&self, sender: Sender) -> SenderView {
        let phone = sender.phone.as_ref().filter(|_| self.whole).map(E164::to_string);
        let name = sender.name.as_ref().filter(|_| self.whole).map(SenderName::as_str).map(str::to_owned);
        SenderView { role: sender.role.as_str(), id: sender.id, phone, name }
    }

    fn media(&self, media: &Media) -> MediaView {
        let url = media.url().filter(|_| self.whole).map(str::to_owned);
        MediaView { content_type: media.content_type().map(str::to_owned), url }
    }

    pub(crate) fn finding(&self, finding: FindingRecord) -> FindingView {
        FindingView {
            kind: finding.kind.as_str(),
            start: self.whole.then_some(finding.start),
            end: self.whole.then_some(finding.end),
            rule: finding.rule,
            score: finding.score,
            severity: finding.severity.as_str(),
        }
    }
}

fn target(to: &Destination) -> TargetView {
    TargetView { kind: to.kind(), id: to.id().map(ToOwned::to_owned) }
}
