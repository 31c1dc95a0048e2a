//! What is done with numbers at providers, step by step.

pub(crate) mod list;
pub(crate) mod lookup;
pub(crate) mod retry;

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::id::TenantId;
use veralux_core::port::{ErrorRecord, Operation, OperationState, RawAnswer, Step};

use super::NumberView;
use crate::Api;
use crate::provisioning::run_now;
use crate::web::{Json, Problem};

/// Something that is done with a number at its provider.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Operation)]
pub(crate) struct OperationView {
    id: String,
    /// `purchase`, `import` or `release`.
    #[schema(example = "purchase")]
    kind: &'static str,
    #[schema(example = "telnyx")]
    provider: String,
    #[schema(example = "+14155550100")]
    e164: String,
    /// What the number is for.
    #[schema(example = "pool")]
    class: &'static str,
    /// `running`: it goes on by itself; `done`; `failed`: it goes on when somebody tries it again.
    #[schema(example = "running")]
    state: &'static str,
    steps: Vec<StepView>,
    /// The API key or person who asked for it.
    requested_by: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// One step, safe to make again.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OperationStep)]
pub(crate) struct StepView {
    /// `find`, `prepare`, `order`, `arrive`, `attach`, `import`, `map_did`, `unmap_did` or `release`.
    #[schema(example = "order")]
    name: String,
    /// `pending`, `running`, `done`, `failed`, or `skipped` where there was nothing to do.
    #[schema(example = "done")]
    state: &'static str,
    /// What the provider calls what came of it.
    remote_id: Option<String>,
    /// How often it was tried.
    attempts: u32,
    #[schema(format = DateTime)]
    started_at: Option<String>,
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// What went wrong last.
    error: Option<StepErrorView>,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OperationError)]
pub(crate) struct StepErrorView {
    /// The provider's code, or ours where it gave none.
    #[schema(example = "21422")]
    code: Option<String>,
    /// What to do about it.
    sentence: String,
    /// What the provider answered; only for superadmins.
    raw: Option<RawAnswerView>,
}

/// A provider's answer as it came, cut to 4 KiB.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RawAnswer)]
pub(crate) struct RawAnswerView {
    /// HTTP status.
    status: u16,
    body: String,
}

/// What was begun, and how far it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProvisionedNumber)]
pub(crate) struct Provisioned {
    operation: OperationView,
    /// The number as it is with us; null while it is not.
    number: Option<NumberView>,
}

impl OperationView {
    /// With the providers' answers as they came, or without.
    pub(crate) fn of(operation: Operation, raw: bool) -> Self {
        Self {
            id: operation.id.to_string(),
            kind: operation.kind.as_str(),
            provider: operation.provider,
            e164: operation.number.to_string(),
            class: operation.class.as_str(),
            state: operation.state.as_str(),
            steps: operation.steps.into_iter().map(|step| StepView::of(step, raw)).collect(),
            requested_by: operation.requested_by,
            created_at: operation.created_at.to_string(),
            updated_at: operation.updated_at.to_string(),
        }
    }
}

impl StepView {
    fn of(step: Step, raw: bool) -> Self {
        Self {
            name: step.name,
            state: step.state.as_str(),
            remote_id: step.remote,
            attempts: step.attempts,
            started_at: step.started_at.map(|at| at.to_string()),
            ended_at: step.ended_at.map(|at| at.to_string()),
            error: step.error.map(|error| StepErrorView::of(error, raw)),
        }
    }
}

impl StepErrorView {
    fn of(error: ErrorRecord, raw: bool) -> Self {
        let answer = error.raw.as_ref().filter(|_| raw).map(RawAnswerView::from);
        Self { code: error.code, sentence: error.sentence, raw: answer }
    }
}

impl From<&RawAnswer> for RawAnswerView {
    fn from(answer: &RawAnswer) -> Self {
        Self { status: answer.status, body: answer.body().to_owned() }
    }
}

/// Runs an operation for as long as a request waits. `done` is the status when it is done by then; while it goes on it is 202.
pub(crate) async fn settle(
    api: &Api,
    tenant: &TenantId,
    started: Operation,
    done: StatusCode,
) -> Result<(StatusCode, Provisioned), Problem> {
    run_now(api, tenant, &started.id).await?;
    let operation = api.provisioning().lookup(tenant, &started.id).await?;
    let number = api.parts().stores.numbers.find(tenant, &operation.number).await?;
    let goes_on = operation.state == OperationState::Running;
    if goes_on {
        api.wake_workers();
    }
    let status = if goes_on { StatusCode::ACCEPTED } else { done };
    let operation = OperationView::of(operation, false);
    Ok((status, Provisioned { operation, number: number.map(NumberView::from) }))
}

/// The number alone when all is done, else what goes on.
pub(super) fn number_or_operation((status, provisioned): (StatusCode, Provisioned)) -> Response {
    match (status, provisioned) {
        (StatusCode::CREATED, Provisioned { number: Some(number), .. }) => {
            (status, Json(number)).into_response()
        }
        (_, provisioned) => (status, Json(provisioned)).into_response(),
    }
}
