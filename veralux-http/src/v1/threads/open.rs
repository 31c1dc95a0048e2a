use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use veralux_core::id::{CustomerId, NumberId, StaffId};
use veralux_core::number::ThreadKind;
use veralux_core::phone::E164;
use veralux_core::service::ThreadRequest;

use super::ThreadView;
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer};

/// A thread to be opened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OpenThread {
    /// `recurring` lives on the staff member's number, `one_time` on a pool number, `other` on the front desk.
    #[schema(value_type = String, example = "one_time")]
    kind: ThreadKind,
    /// The number that the customer writes from.
    #[schema(example = "+14155550199")]
    customer_phone: String,
    /// The id that a new customer shall have.
    #[schema(value_type = Option<String>)]
    customer_id: Option<CustomerId>,
    /// Whose number; needed for `recurring`.
    #[schema(value_type = Option<String>)]
    staff_id: Option<StaffId>,
    /// The number that it shall be on, which must be of its kind. When absent it is chosen: of several front desk numbers the
    /// one that the customer wrote to last, of the newest 1000 messages in the inbox.
    #[schema(value_type = Option<String>)]
    number_id: Option<NumberId>,
}

/// Opens a thread on the number that its kind asks for, and makes the customer where there is none.
#[utoipa::path(
    post, path = "/api/threads", tag = "threads", request_body = OpenThread,
    responses(
        (status = CREATED, body = ThreadView),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody, description = "There is no such number"),
        (status = CONFLICT, body = ProblemBody, description = "No number is free or fits, or the pair has a thread"),
    ),
)]
pub(crate) async fn open(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Json(body): Json<OpenThread>,
) -> Result<(StatusCode, Json<ThreadView>), Problem> {
    let customer_phone = E164::typed(&body.customer_phone).map_err(|_| {
        let form = "must be a phone number in E.164 form, like +14155550123";
        Problem::field("invalid_customer_phone", "customerPhone", form)
    })?;
    let OpenThread { kind, customer_id: customer, staff_id: staff, number_id: number, .. } = body;
    let request = ThreadRequest { kind, customer_phone, customer, staff, number };
    let thread = api.threads().open(&context, &tenant, request).await?;
    Ok((StatusCode::CREATED, Json(super::view(&api, &tenant, &thread).await?)))
}
