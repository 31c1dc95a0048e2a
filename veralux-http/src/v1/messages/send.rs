use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use veralux_core::id::{StaffId, ThreadId};
use veralux_core::port::Body;
use veralux_core::service::{Outbound, Sent, Writer as Author};

use super::MessageView;
use crate::Api;
use crate::web::{Auth, Json, Problem, ProblemBody, Writer};

/// A message to a thread's customer.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SendMessage {
    #[schema(value_type = String)]
    thread_id: ThreadId,
    /// 1 to 1530 characters, ten segments of an SMS.
    #[schema(example = "Rex had a good walk")]
    body: String,
    /// Who writes; the owner when absent.
    #[serde(default)]
    sender: SendAs,
}

/// Who writes a message.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "role", deny_unknown_fields)]
pub(crate) enum SendAs {
    /// The owner.
    #[default]
    Owner,
    /// A staff member, who must have a window now.
    Staff {
        #[schema(value_type = String)]
        id: StaffId,
    },
    /// The product by itself.
    Automation,
}

/// What became of a message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SentMessage)]
pub(crate) struct SentView {
    /// `queued`, or `held` for the owner.
    #[schema(example = "queued")]
    status: &'static str,
    /// The message; null while it is held.
    message: Option<MessageView>,
    /// The violation to decide about; null unless it is held.
    violation_id: Option<String>,
    /// Sentences about contact details in a message that went out all the same, and about why nobody sends it.
    warnings: Vec<String>,
}

/// Sends a message, or holds it: one with contact details in it by a staff member waits for the owner.
#[utoipa::path(
    post, path = "/api/messages", tag = "messages", request_body = SendMessage,
    responses(
        (status = CREATED, body = SentView, description = "It is queued for the provider"),
        (status = ACCEPTED, body = SentView, description = "It is held; the draft is kept"),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "The routing rules forbid it"),
    ),
)]
pub(crate) async fn send(
    State(api): State<Api>,
    auth: Auth,
    Writer { tenant, context }: Writer,
    Json(body): Json<SendMessage>,
) -> Result<(StatusCode, Json<SentView>), Problem> {
    let writer = match body.sender {
        SendAs::Owner => Author::Owner,
        SendAs::Staff { id } => Author::Staff(id),
        SendAs::Automation => Author::Automation,
    };
    let outbound = Outbound { thread: body.thread_id, writer, body: Body::new(body.body) };
    match api.gate().send(&context, &tenant, outbound).await? {
        Sent::Held(id) => {
            let violation_id = Some(id.to_string());
            let held = SentView { status: "held", message: None, violation_id, warnings: Vec::new() };
            Ok((StatusCode::ACCEPTED, Json(held)))
        }
        Sent::Queued(message) => {
            api.wake_workers();
            let found = message.findings.iter();
            let found =
                found.map(|found| format!("holds a contact detail: {} (rule {})", found.kind, found.rule));
            let unsent = message.delivery.as_ref().and_then(|delivery| delivery.error.as_ref());
            let warnings = found.chain(unsent.map(|error| error.sentence.clone())).collect();
            let message = Some(super::eye(&api, &auth).view(*message));
            let sent = SentView { status: "queued", message, violation_id: None, warnings };
            Ok((StatusCode::CREATED, Json(sent)))
        }
    }
}
