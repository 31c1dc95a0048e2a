use axum::http::{HeaderMap, HeaderValue, header};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::web::Problem;

/// On which condition.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Expected {
    /// Publish only while this version is current; 0 while none is.
    expected_version: Option<u64>,
}

impl Expected {
    /// With the version of `If-Match`. A condition that is not understood is refused, never overlooked.
    pub(crate) fn version(&self, headers: &HeaderMap) -> Result<Option<u64>, Problem> {
        let refuse = |message| Err(Problem::field("invalid_if_match", "If-Match", message));
        let mut tags = headers.get_all(header::IF_MATCH).iter();
        match (tags.next(), tags.next()) {
            (None, _) => Ok(self.expected_version),
            (Some(tag), None) => match (tagged(tag), self.expected_version) {
                (None, _) => refuse("must be one version in quotes, as `ETag` gives it"),
                (Some(tag), Some(version)) if tag != version => refuse("contradicts `expectedVersion`"),
                (tag, _) => Ok(tag),
            },
            (Some(_), Some(_)) => refuse("must occur once"),
        }
    }
}

/// The version in a strong entity tag (RFC 9110, 8.8.3).
fn tagged(tag: &HeaderValue) -> Option<u64> {
    let digits = tag.to_str().ok()?.strip_prefix('"')?.strip_suffix('"')?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}
