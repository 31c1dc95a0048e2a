use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::LinkView;
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Reader};

/// All of a tenant's; there are at most 64.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Links {
    items: Vec<LinkView>,
}

/// The tenant's assistants and the numbers that they answer.
#[utoipa::path(
    get, path = "/api/assistants/links", tag = "assistants",
    responses((status = OK, body = Links), (status = NOT_FOUND, body = ProblemBody)),
)]
pub(crate) async fn links(State(api): State<Api>, Reader { tenant }: Reader) -> Result<Json<Links>, Problem> {
    let links = api.assistants().links(&tenant).await?;
    Ok(Json(Links { items: links.into_iter().map(LinkView::from).collect() }))
}
