use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use veralux_core::policy::{DETECTOR_VERSION, Detector, Finding, explain};

use crate::Api;
use crate::web::{Auth, Json, Problem, ProblemBody};

/// A text to be scanned.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scan {
    #[schema(example = "call me on (415) 555-0123")]
    text: String,
}

/// What the detector finds in a text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Scanned)]
pub(crate) struct ScannedView {
    /// In the order of the text, without overlaps.
    findings: Vec<ScanFinding>,
    /// The text as those see it who must not see contact details.
    redacted: String,
    #[schema(example = "1.0.0")]
    detector_version: &'static str,
}

/// One contact detail.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScanFinding {
    /// `phone`, `email`, `url` or `social`.
    #[schema(example = "phone")]
    kind: &'static str,
    /// Its first byte in the UTF-8 text.
    start: usize,
    /// The first byte behind it.
    end: usize,
    /// Normalised.
    #[schema(example = "4155550123")]
    value: String,
    #[schema(example = "phone.grouped")]
    rule: &'static str,
    /// How sure the rule is, 1 to 100.
    score: u8,
    /// `identifier` counts for blocking, `solicitation` is advice only.
    #[schema(example = "identifier")]
    severity: &'static str,
    /// One sentence for people.
    explanation: String,
}

impl From<Finding> for ScanFinding {
    fn from(finding: Finding) -> Self {
        Self {
            kind: finding.kind.as_str(),
            start: finding.span.start,
            end: finding.span.end,
            explanation: explain(&finding),
            value: finding.value,
            rule: finding.rule,
            score: finding.score,
            severity: finding.severity.as_str(),
        }
    }
}

/// Scans a text for contact details, but for those that the key's tenant allows. Nothing is kept.
#[utoipa::path(
    post, path = "/api/policy/scan", tag = "policy", request_body = Scan,
    responses((status = OK, body = ScannedView), (status = BAD_REQUEST, body = ProblemBody)),
)]
pub(crate) async fn scan(
    State(api): State<Api>,
    auth: Auth,
    Json(body): Json<Scan>,
) -> Result<Json<ScannedView>, Problem> {
    let detector = match auth.caller.bound_tenant() {
        Some(tenant) => api.policy().detector(tenant).await?,
        None => Detector::clone(&api.parts().detector),
    };
    let findings = detector.scan(&body.text);
    let redacted = detector.redact(&body.text, &findings);
    let findings = findings.into_iter().map(ScanFinding::from).collect();
    Ok(Json(ScannedView { findings, redacted, detector_version: DETECTOR_VERSION }))
}
