//! The providers' own descriptions (OpenAPI 3.0 and 3.1), and whether a request or an answer is as they say.

mod operation;
mod schema;

use std::path::Path;

use operation::Operation;
use serde_json::Value;

/// A provider's description, where it lies under the emulator, and what of its paths is left out there.
const FILES: &[(&str, &str)] = &[
    ("twilio.json", "/twilio"),
    ("telnyx.json", "/telnyx/v2"),
    ("vapi.json", "/vapi"),
    ("openai.json", "/openai/v1"),
    ("llamacpp.json", "/llamacpp"),
    ("google.json", "/google"),
    ("resend.json", "/resend"),
    ("aws-secretsmanager.json", "/aws"),
    // Clients that sign for a host alone ask at its root.
    ("aws-secretsmanager.json", ""),
];

/// What is in no description: the pages of Google's authorization server.
const UNDESCRIBED: &[&str] = &["/google/auth", "/google/userinfo"];

/// The providers' descriptions.
#[derive(Debug)]
pub struct Specs {
    operations: Vec<Operation>,
}

/// A description that cannot be used.
#[derive(Debug)]
pub struct SpecsError(pub String);

impl std::fmt::Display for SpecsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SpecsError {}

impl Specs {
    /// Reads the descriptions in a folder; each of them must be there.
    ///
    /// # Errors
    /// [`SpecsError`] with the file's name.
    pub fn load(folder: &Path) -> Result<Self, SpecsError> {
        let mut operations = Vec::new();
        for (file, mount) in FILES {
            let path = folder.join(file);
            let broken = |error: &dyn std::fmt::Display| SpecsError(format!("{}: {error}", path.display()));
            let text = std::fs::read_to_string(&path).map_err(|error| broken(&error))?;
            let document: Value = serde_json::from_str(&text).map_err(|error| broken(&error))?;
            operations.extend(operation::read(mount, document).map_err(|error| broken(&error))?);
        }
        Ok(Self { operations })
    }

    /// What in a request is not as described, a sentence each. Paths of providers without a description, such as
    /// `ElevenLabs`, are not checked.
    pub fn check_request(
        &self,
        method: &str,
        target: &str,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Vec<String> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if !is_described(path) {
            return Vec::new();
        }
        match self.find(method, path) {
            Some((operation, segments)) => operation.check_request(&segments, query, content_type, body),
            None => vec!["there is no such operation".to_owned()],
        }
    }

    /// What in an answer is not as described, a sentence each. A status that is not described is not checked.
    pub fn check_answer(&self, method: &str, target: &str, status: u16, body: &[u8]) -> Vec<String> {
        let path = target.split('?').next().unwrap_or_default();
        match self.find(method, path) {
            Some((operation, _)) => operation.check_answer(status, body),
            None => Vec::new(),
        }
    }

    /// The operation with the fewest variable parts, and the values of these.
    fn find(&self, method: &str, path: &str) -> Option<(&Operation, Vec<(String, String)>)> {
        let matching = self
            .operations
            .iter()
            .filter_map(|operation| Some((operation, operation.matches(method, path)?)));
        matching.min_by_key(|(_, segments)| segments.len())
    }
}

fn is_described(path: &str) -> bool {
    let under = |mount: &str| match mount {
        "" => path == "/",
        mount => path.strip_prefix(mount).is_some_and(|rest| rest.starts_with('/')),
    };
    !UNDESCRIBED.contains(&path) && FILES.iter().any(|(_, mount)| under(mount))
}
