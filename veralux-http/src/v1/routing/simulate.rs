use axum::extract::State;
use serde::Deserialize;
use serde::de::IgnoredAny;
use utoipa::ToSchema;
use veralux_core::id::{CustomerId, NumberId, StaffId, ThreadId};
use veralux_core::party::Direction;
use veralux_core::service::{Scenario, Simulation, Writer};
use veralux_core::time::Instant;

use crate::Api;
use crate::web::{JsonText, Problem, ProblemBody, RawJson, Reader, member};

/// What shall be simulated: `threadId`, or `customerId` and `numberId`, or a whole `snapshot` and nothing else.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Simulate {
    #[schema(value_type = Option<String>)]
    thread_id: Option<ThreadId>,
    #[schema(value_type = Option<String>)]
    customer_id: Option<CustomerId>,
    #[schema(value_type = Option<String>)]
    number_id: Option<NumberId>,
    /// At which instant; now when absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    timestamp: Option<Instant>,
    /// What the message says; it is scanned.
    text: Option<String>,
    /// `inbound` by the customer when absent; `outbound` by the owner, or by `staffId`.
    #[schema(value_type = Option<String>, example = "outbound")]
    direction: Option<Direction>,
    /// The staff member who writes; the message is outbound then.
    #[schema(value_type = Option<String>)]
    staff_id: Option<StaffId>,
    /// A snapshot document.
    #[schema(value_type = Option<Object>)]
    snapshot: Option<IgnoredAny>,
}

/// What a simulation shows.
#[derive(Debug, ToSchema)]
#[schema(as = Simulation, rename_all = "camelCase")]
pub(crate) struct SimulationView {
    /// What was decided on, canonical.
    #[schema(value_type = Object)]
    snapshot: String,
    /// The decision with its trace, canonical.
    #[schema(value_type = Object)]
    decision: String,
    /// The earliest instant at which the answer can change.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_change_at: Option<Instant>,
}

/// Says what would happen to a message, and why. Nothing is written.
#[utoipa::path(
    post, path = "/api/routing/simulate", tag = "routing", request_body = Simulate,
    responses(
        (status = OK, body = SimulationView),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = UNPROCESSABLE_ENTITY, body = ProblemBody, description = "The snapshot makes no sense"),
    ),
)]
pub(crate) async fn simulate(
    State(api): State<Api>,
    Reader { tenant }: Reader,
    RawJson { value: body, bytes }: RawJson<Simulate>,
) -> Result<JsonText, Problem> {
    if body.snapshot.is_some() {
        if !body.is_snapshot_alone() {
            return Err(invalid("a `snapshot` says it all; send nothing beside it"));
        }
        let document = member(&bytes, "snapshot").ok_or_else(|| invalid("the `snapshot` cannot be read"))?;
        let simulation = api.routing().simulate_snapshot(&tenant, document)?;
        return Ok(JsonText(SimulationView::from(simulation).json()));
    }
    let (scenario, writer) = (body.scenario()?, body.writer()?);
    let (text, at) = (body.text.as_deref(), body.timestamp);
    let simulation = api.routing().simulate(&tenant, &scenario, &writer, text, at).await?;
    Ok(JsonText(SimulationView::from(simulation).json()))
}

impl Simulate {
    fn is_snapshot_alone(&self) -> bool {
        self.thread_id.is_none()
            && self.customer_id.is_none()
            && self.number_id.is_none()
            && self.timestamp.is_none()
            && self.text.is_none()
            && self.direction.is_none()
            && self.staff_id.is_none()
    }

    fn scenario(&self) -> Result<Scenario, Problem> {
        match (&self.thread_id, &self.customer_id, &self.number_id) {
            (Some(thread), None, None) => Ok(Scenario::Thread(thread.clone())),
            (None, Some(customer), Some(number)) => {
                Ok(Scenario::Customer { customer: customer.clone(), number: number.clone() })
            }
            _ => Err(invalid("send `threadId`, or `customerId` and `numberId`, or a `snapshot`")),
        }
    }

    fn writer(&self) -> Result<Writer, Problem> {
        match (self.direction, &self.staff_id) {
            (None | Some(Direction::Inbound), None) => Ok(Writer::Customer),
            (Some(Direction::Outbound), None) => Ok(Writer::Owner),
            (None | Some(Direction::Outbound), Some(staff)) => Ok(Writer::Staff(staff.clone())),
            (Some(Direction::Inbound), Some(_)) => Err(invalid("what a staff member writes is `outbound`")),
        }
    }
}

fn invalid(detail: &str) -> Problem {
    Problem::invalid("invalid_scenario", detail)
}

impl From<Simulation> for SimulationView {
    fn from(simulation: Simulation) -> Self {
        let Simulation { snapshot, decision, next_change_at } = simulation;
        Self { snapshot, decision, next_change_at }
    }
}

impl SimulationView {
    /// Written here so that the engine's bytes go out as they are.
    fn json(&self) -> String {
        let next = self.next_change_at.map_or_else(|| "null".to_owned(), |at| format!("\"{at}\""));
        format!("{{\"snapshot\":{},\"decision\":{},\"nextChangeAt\":{next}}}", self.snapshot, self.decision)
    }
}
