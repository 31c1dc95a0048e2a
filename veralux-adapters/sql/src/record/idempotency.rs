use veralux_core::port::{Answer, IdempotencyClaim};

use super::{Columns, Database, Result};

/// What it means that somebody claimed the key before, of a request with `body`. Reads the digest of that one's body, whether it
/// was abandoned after it had acted, status, content type and body of the answer.
///
/// # Errors
/// A column holds what cannot be read.
pub fn read_claim<D: Database>(columns: &mut Columns<'_, D>, body: &[u8; 32]) -> Result<IdempotencyClaim> {
    if columns.bytes::<32>("body")? != *body {
        return Ok(IdempotencyClaim::OtherBody);
    }
    let is_lost = columns.truth("acted")?;
    let Some(status) = columns.small_if_any("status")? else {
        return Ok(if is_lost { IdempotencyClaim::Lost } else { IdempotencyClaim::Running });
    };
    Ok(IdempotencyClaim::Answered(Answer {
        status,
        content_type: columns.text("content_type")?,
        body: columns.blob("answer")?.to_vec(),
    }))
}
