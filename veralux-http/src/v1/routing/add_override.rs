use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use veralux_core::id::{StaffId, ThreadId};
use veralux_core::routing::OverrideTarget;
use veralux_core::service::OverrideRequest;

use super::{OverrideView, TargetKind};
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer};

/// Longest override in hours: a year. What shall last longer is no override.
const MAX_HOURS: f64 = 8760.0;

/// An override to be made; it begins now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AddOverride {
    #[schema(value_type = String)]
    thread_id: ThreadId,
    target: TargetKind,
    /// The staff member, where the target is one.
    #[schema(value_type = Option<String>)]
    target_id: Option<StaffId>,
    /// More than 0 and at most 8760; fractions count.
    #[schema(example = 2.5)]
    duration_hours: f64,
    /// 1 to 500 characters.
    #[schema(example = "Anna is ill today")]
    reason: String,
}

/// Makes an override that begins now.
#[utoipa::path(
    post, path = "/api/routing/overrides", tag = "routing", request_body = AddOverride,
    responses(
        (status = CREATED, body = OverrideView),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody),
    ),
)]
pub(crate) async fn add_override(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Json(body): Json<AddOverride>,
) -> Result<(StatusCode, Json<OverrideView>), Problem> {
    let request = OverrideRequest {
        target: target(body.target, body.target_id)?,
        lasts: Some(micros(body.duration_hours)?),
        thread: body.thread_id,
        reason: body.reason,
    };
    let made = api.schedule().add_override(&context, &tenant, request).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

fn target(kind: TargetKind, id: Option<StaffId>) -> Result<OverrideTarget, Problem> {
    let refuse = |message| Err(Problem::field("invalid_target", "targetId", message));
    match (kind, id) {
        (TargetKind::Staff, Some(id)) => Ok(OverrideTarget::Staff(id)),
        (TargetKind::Staff, None) => refuse("is required where the target is `staff`"),
        (TargetKind::OwnerInbox, None) => Ok(OverrideTarget::OwnerInbox),
        (TargetKind::Customer, None) => Ok(OverrideTarget::Customer),
        (TargetKind::OwnerInbox | TargetKind::Customer, Some(_)) => {
            refuse("belongs to the target `staff` only")
        }
    }
}

fn micros(hours: f64) -> Result<i64, Problem> {
    let refused =
        || Problem::field("invalid_duration", "durationHours", "must be more than 0 and at most 8760");
    if !(hours > 0.0 && hours <= MAX_HOURS) {
        return Err(refused());
    }
    let span = Duration::try_from_secs_f64(hours * 3600.0).map_err(|_| refused())?;
    i64::try_from(span.as_micros()).map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (hours, expected, why) in [
            (1.0, Some(3_600_000_000), "an hour"),
            (0.5, Some(1_800_000_000), "half an hour"),
            (8760.0, Some(31_536_000_000_000), "a year"),
            (8760.1, None, "too long"),
            (0.0, None, "nothing"),
            (-1.0, None, "backwards"),
            (f64::NAN, None, "no number"),
            (f64::INFINITY, None, "for ever"),
        ] {
            assert_eq!(micros(hours).ok(), expected, "{why}");
        }
    }
}
