use std::fmt::Write as _;

use serde_json::{Value, json};
use veralux_core::service::KeyStatus;

use super::{Office, Outcome, chain, say};

const HEAD: [&str; 7] = ["ID", "STATE", "HELD", "TENANT KEYS", "ENVELOPES", "QUARANTINED", "SINCE"];

pub(super) async fn print(office: &Office, as_json: bool) -> Outcome {
    let keys = office.desk.status().await.map_err(|error| chain(&error))?;
    if as_json {
        return say(&Value::from(keys.iter().map(document).collect::<Vec<_>>()).to_string());
    }
    let mut rows = vec![HEAD.map(ToOwned::to_owned)];
    rows.extend(keys.iter().map(row));
    say(table(&rows).trim_end())
}

fn document(status: &KeyStatus) -> Value {
    json!({
        "id": status.key.id,
        "state": status.key.state,
        "held": status.held,
        "tenantKeys": status.rows.tenant_keys,
        "envelopes": status.rows.envelopes,
        "quarantined": status.rows.quarantined,
        "createdAt": status.key.created_at,
    })
}

fn row(status: &KeyStatus) -> [String; 7] {
    let KeyStatus { key, held, rows } = status;
    [
        key.id.to_string(),
        key.state.to_string(),
        if *held { "yes" } else { "no" }.to_owned(),
        rows.tenant_keys.to_string(),
        rows.envelopes.to_string(),
        rows.quarantined.to_string(),
        key.created_at.to_string(),
    ]
}

/// Columns as wide as their widest cell, two blanks apart.
fn table(rows: &[[String; 7]]) -> String {
    let mut widths = [0; 7];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.len().max(*width);
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (width, cell) in widths.iter().zip(row) {
            // Writing to a string does not fail.
            let _ = write!(line, "{cell:<width$}  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
