//! The command line's worker: one snapshot document in, one decision document out.

use super::decide::decide;
use super::json::push_quoted;
use super::rule::Ruleset;
use super::snapshot::Snapshot;
use crate::fault::Fault;

/// Appends the decision on a snapshot document and a line feed; for a refused document, an `error` with every fault.
///
/// ```
/// use veralux_core::routing::{Ruleset, route_line};
/// let mut out = String::new();
/// let accepted = route_line(b"[]", &Ruleset::standard(), &mut out);
/// assert!(!accepted);
/// assert_eq!(out, concat!(
///     r#"{"error":{"code":"invalid_snapshot","title":"The snapshot is invalid","detail":"1 field is faulty","#,
///     r#""errors":[{"path":"","message":"must be an object"}]}}"#, "\n"));
/// ```
pub fn route_line(line: &[u8], ruleset: &Ruleset, out: &mut String) -> bool {
    let snapshot = Snapshot::parse(line);
    match &snapshot {
        Ok(snapshot) => decide(snapshot, ruleset).write_json(out),
        Err(faults) => refusal(faults, out),
    }
    out.push('\n');
    snapshot.is_ok()
}

fn refusal(faults: &[Fault], out: &mut String) {
    out.push_str(
        "{\"error\":{\"code\":\"invalid_snapshot\",\"title\":\"The snapshot is invalid\",\"detail\":\"",
    );
    out.push_str(&faults.len().to_string());
    out.push_str(if faults.len() == 1 { " field is faulty" } else { " fields are faulty" });
    out.push_str("\",\"errors\":[");
    for (index, fault) in faults.iter().enumerate() {
        out.push_str(if index == 0 { "{\"path\":" } else { ",{\"path\":" });
        push_quoted(out, &fault.path);
        out.push_str(",\"message\":");
        push_quoted(out, &fault.message);
        out.push('}');
    }
    out.push_str("]}}");
}
