//! Inbound calls, as their providers told of them.

pub(crate) mod list;
pub(crate) mod lookup;

use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::phone::E164;
use veralux_core::port::Call;

/// An inbound call.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Call)]
pub(crate) struct CallView {
    id: String,
    #[schema(example = "twilio")]
    provider: String,
    /// The provider's id of the call.
    provider_call_id: String,
    /// The number dialled.
    #[schema(example = "+14155550100")]
    called: String,
    /// Who calls, as the provider writes it; of a number only the end, for a key that may not see whole texts. Null when the
    /// provider does not say.
    caller: Option<String>,
    /// `ringing`, `active`, `ended` or `refused`.
    #[schema(example = "ended")]
    state: &'static str,
    /// Why it ended or was refused: `completed`, `at_capacity`, `never_ended`, or the provider's own word.
    #[schema(example = "completed")]
    outcome: Option<String>,
    #[schema(format = DateTime)]
    started_at: String,
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// The provider's id of its audio.
    stream_id: Option<String>,
}

impl CallView {
    fn new(call: Call, whole: bool) -> Self {
        let shown = |caller: String| match (whole, E164::normalise(&caller)) {
            (true, _) => Some(caller),
            (false, Ok(number)) => Some(number.masked()),
            // A SIP address names a person as well as a number does.
            (false, Err(_)) => None,
        };
        Self {
            id: call.id.to_string(),
            provider: call.provider,
            provider_call_id: call.provider_call,
            called: call.called.to_string(),
            caller: call.caller.and_then(shown),
            state: call.state.as_str(),
            outcome: call.outcome,
            started_at: call.started_at.to_string(),
            ended_at: call.ended_at.map(|at| at.to_string()),
            stream_id: call.stream,
        }
    }
}
