use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use veralux_core::id::{NumberId, StaffId};
use veralux_core::number::{Act, ActKind, GoesTo, Plan, ThreadEffect};

use super::NumberView;
use crate::Api;
use crate::web::{Json, Params, Problem, ProblemBody, Reader, path_id};

/// What would be done.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct ImpactParams {
    /// `quarantine`, `release`, `assign`, `deactivate`, `restore` or `reimport`. As for the act itself, `release` of a
    /// quarantined number means to restore it.
    #[param(value_type = String)]
    action: ActKind,
    /// The number to which threads shall go, of a release or deactivation.
    #[param(value_type = Option<String>)]
    reassign: Option<NumberId>,
    /// Whose line it shall be, of an assignment.
    #[param(value_type = Option<String>)]
    staff_id: Option<StaffId>,
    /// How long it shall rest, of a quarantine.
    days: Option<u32>,
}

/// What an act would do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NumberImpact)]
pub(crate) struct ImpactView {
    /// The act, with `release` of a quarantined number told as `restore`.
    #[schema(example = "quarantine")]
    action: &'static str,
    /// The number as it would be.
    number: NumberView,
    /// Every thread that lives on it, and where its messages would go.
    threads: Vec<EffectView>,
    /// A running cooldown would be cut short, which takes a reason.
    forced: bool,
    /// Send it with the act, to have that refused when it would do anything else by then.
    stamp: String,
}

/// Where a thread's messages would go.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ThreadEffect)]
pub(crate) struct EffectView {
    thread_id: String,
    /// `usual_route`; `number`, where the thread moves; `owner_inbox`, while the number rests.
    #[schema(example = "owner_inbox")]
    goes_to: &'static str,
    /// The number to which the thread moves.
    number_id: Option<String>,
}

/// Shows what an act would do, thread by thread, and changes nothing.
#[utoipa::path(
    get, path = "/api/numbers/{id}/impact", tag = "numbers", params(("id" = String, Path), ImpactParams),
    responses(
        (status = OK, body = ImpactView),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "The act would be refused"),
    ),
)]
pub(crate) async fn impact(
    State(api): State<Api>,
    Reader { tenant }: Reader,
    Path(id): Path<String>,
    Params(params): Params<ImpactParams>,
) -> Result<Json<ImpactView>, Problem> {
    let id = path_id(&id, "number_not_found", "number")?;
    let act = match params.act()? {
        Act::Release { reassign } => match api.numbers().release(&tenant, &id, reassign, None).await? {
            Act::Restore { .. } => restore(),
            act => act,
        },
        act => act,
    };
    let impact = api.numbers().impact(&tenant, &id, &act).await?;
    Ok(Json(impact.plan.into()))
}

impl ImpactParams {
    fn act(self) -> Result<Act, Problem> {
        let staff = |staff: Option<StaffId>| {
            staff.ok_or_else(|| Problem::field("staff_required", "staffId", "is required to assign a number"))
        };
        Ok(match self.action {
            // The reason is typed after the preview.
            ActKind::Quarantine => Act::Quarantine { reason: String::new(), days: self.days },
            ActKind::Restore => restore(),
            ActKind::Release => Act::Release { reassign: self.reassign },
            ActKind::Assign => Act::Assign { staff: staff(self.staff_id)? },
            ActKind::Deactivate => Act::Deactivate { reassign: self.reassign },
            ActKind::Reimport => Act::Reimport,
        })
    }
}

/// With a reason yet to come, which only counts while the cooldown runs.
fn restore() -> Act {
    Act::Restore { forced: Some(String::new()) }
}

impl From<Plan> for ImpactView {
    fn from(plan: Plan) -> Self {
        Self {
            action: plan.act.as_str(),
            number: plan.after.into(),
            threads: plan.effects.into_iter().map(EffectView::from).collect(),
            forced: plan.forced,
            stamp: plan.stamp.to_string(),
        }
    }
}

impl From<ThreadEffect> for EffectView {
    fn from(effect: ThreadEffect) -> Self {
        let (goes_to, number) = match effect.goes_to {
            GoesTo::UsualRoute => ("usual_route", None),
            GoesTo::Number(id) => ("number", Some(id.to_string())),
            GoesTo::OwnerInbox => ("owner_inbox", None),
        };
        Self { thread_id: effect.thread.to_string(), goes_to, number_id: number }
    }
}
