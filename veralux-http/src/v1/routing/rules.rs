use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::routing::{RuleInfo, Ruleset};

use crate::Api;
use crate::web::{Auth, Json, ProblemBody};

/// The rules that decide, in their order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Ruleset)]
pub(crate) struct RulesetView {
    /// Version of the engine's own rules.
    #[schema(example = "1.0.0")]
    version: String,
    /// Over names, versions and descriptions of all rules.
    #[schema(example = "sha256:…")]
    hash: String,
    rules: Vec<RuleView>,
}

/// One rule.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Rule)]
pub(crate) struct RuleView {
    #[schema(example = "tenant_active")]
    name: String,
    version: String,
    description: String,
    /// Whether it is evaluated even behind a rule that decided.
    safety: bool,
}

impl From<&RuleInfo> for RuleView {
    fn from(rule: &RuleInfo) -> Self {
        Self {
            name: rule.name.to_string(),
            version: rule.version.to_string(),
            description: rule.description.to_string(),
            safety: rule.safety,
        }
    }
}

impl From<&Ruleset> for RulesetView {
    fn from(ruleset: &Ruleset) -> Self {
        Self {
            version: ruleset.version().to_owned(),
            hash: ruleset.hash().to_string(),
            rules: ruleset.rules().iter().map(RuleView::from).collect(),
        }
    }
}

/// The rules that decide, in their order; the same for every tenant.
#[utoipa::path(
    get, path = "/api/routing/rules", tag = "routing",
    responses((status = OK, body = RulesetView), (status = UNAUTHORIZED, body = ProblemBody)),
)]
pub(crate) async fn rules(State(api): State<Api>, _: Auth) -> Json<RulesetView> {
    Json(api.routing().ruleset().into())
}
