use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::routing::{Difference, Replay, RulesetId};
use veralux_core::service::Replayed;

use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Reader, path_id};

/// What a replay says.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Replay)]
pub(crate) struct ReplayView {
    decision_id: String,
    /// Today's ruleset makes the same of the stored snapshot, in every field.
    identical: bool,
    /// Where it does not.
    difference: Option<DifferenceView>,
}

/// How a stored decision differs from its replay.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReplayDifference)]
pub(crate) struct DifferenceView {
    /// The first step that differs, from 1.
    step: Option<usize>,
    /// The rule of that step.
    rule: Option<String>,
    /// The fields of the decision that differ.
    fields: Vec<String>,
    stored_ruleset: RulesetIdView,
    ruleset: RulesetIdView,
}

/// Which ruleset.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RulesetId)]
pub(crate) struct RulesetIdView {
    version: String,
    hash: String,
}

/// Decides a stored snapshot again and compares. Nothing is written.
#[utoipa::path(
    post, path = "/api/routing/decisions/{id}/replay", tag = "routing", params(("id" = String, Path)),
    responses(
        (status = OK, body = ReplayView),
        (status = NOT_FOUND, body = ProblemBody),
        (status = UNPROCESSABLE_ENTITY, body = ProblemBody, description = "What is stored cannot be read"),
    ),
)]
pub(crate) async fn replay(
    State(api): State<Api>,
    Reader { tenant }: Reader,
    Path(id): Path<String>,
) -> Result<Json<ReplayView>, Problem> {
    let id = path_id(&id, "decision_not_found", "decision")?;
    Ok(Json(api.routing().replay(&tenant, &id).await?.into()))
}

impl From<Replayed> for ReplayView {
    fn from(replayed: Replayed) -> Self {
        let difference = match replayed.replay {
            Replay::Identical => None,
            Replay::Differs(difference) => Some(DifferenceView::from(*difference)),
        };
        Self { decision_id: replayed.record.id.to_string(), identical: difference.is_none(), difference }
    }
}

impl From<Difference> for DifferenceView {
    fn from(difference: Difference) -> Self {
        Self {
            step: difference.step,
            rule: difference.rule,
            fields: difference.fields.into_iter().map(ToOwned::to_owned).collect(),
            stored_ruleset: difference.stored_ruleset.into(),
            ruleset: difference.ruleset.into(),
        }
    }
}

impl From<RulesetId> for RulesetIdView {
    fn from(id: RulesetId) -> Self {
        Self { version: id.version, hash: id.hash.to_string() }
    }
}
