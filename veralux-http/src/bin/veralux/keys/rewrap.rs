use std::num::NonZeroUsize;

use futures_util::StreamExt as _;
use futures_util::stream;
use veralux_core::id::TenantId;
use veralux_core::seal::KeyState;
use veralux_core::service::{KeyStatus, Rewrapped};

use super::{Office, Outcome, chain, note, say};

/// Walks over what is outdated; a server that has not heard of a rotation yet may add to it meanwhile.
const WALKS: u32 = 4;

/// What was done.
#[derive(Default)]
struct Tally {
    tenants: u64,
    rows: Rewrapped,
    failed: u64,
}

pub(super) async fn run(
    office: &Office,
    dry_run: bool,
    batch: NonZeroUsize,
    concurrency: NonZeroUsize,
) -> Outcome {
    let mut tally = Tally::default();
    for walk in 1..=WALKS {
        walk_over(office, dry_run, batch, concurrency, &mut tally).await?;
        if dry_run {
            return say(&format!(
                "rows to move: {}, of tenants: {}; to be put aside because they do not open: {}",
                tally.rows.moved, tally.tenants, tally.rows.quarantined
            ));
        }
        if walk == WALKS || tally.failed > 0 || left(office).await?.rows == 0 {
            break;
        }
        note("something was sealed under an older key meanwhile; going over it again");
        tokio::time::sleep(office.hearsay / (WALKS - 1)).await;
    }
    prove(office, &tally).await
}

async fn walk_over(
    office: &Office,
    dry_run: bool,
    batch: NonZeroUsize,
    concurrency: NonZeroUsize,
    tally: &mut Tally,
) -> Result<(), String> {
    let mut after: Option<TenantId> = None;
    loop {
        let listed = office.desk.list_outdated(after.as_ref(), batch.get()).await;
        let tenants = listed.map_err(|error| chain(&error))?;
        let Some(last) = tenants.last().cloned() else { return Ok(()) };
        let mut work = stream::iter(tenants)
            .map(|tenant| async move {
                let done = office.desk.rewrap(&Office::CONTEXT, &tenant, dry_run).await;
                (tenant, done)
            })
            .buffer_unordered(concurrency.get());
        while let Some((tenant, done)) = work.next().await {
            tally.tenants += 1;
            match done {
                Ok(rows) => {
                    tally.rows.moved += rows.moved;
                    tally.rows.quarantined += rows.quarantined;
                }
                Err(error) => {
                    tally.failed += 1;
                    let code = error.code().unwrap_or("store");
                    note(&format!("tenant `{tenant}` is left as it is: {code}: {}", chain(&error)));
                }
            }
        }
        note(&format!(
            "{} tenants, {} rows moved, {} put aside, {} tenants failed",
            tally.tenants, tally.rows.moved, tally.rows.quarantined, tally.failed
        ));
        after = Some(last);
    }
}

/// What does not lie under the key that seals.
struct Left {
    /// Rows and keys that could be moved.
    rows: u64,
    /// Rows that were put aside.
    quarantined: u64,
    primary: u32,
}

async fn left(office: &Office) -> Result<Left, String> {
    let keys = office.desk.status().await.map_err(|error| chain(&error))?;
    let primary = keys.iter().find(|status| status.key.state == KeyState::Primary);
    let primary = primary.map_or(0, |status| status.key.id);
    let mut left = Left { rows: 0, quarantined: 0, primary };
    for KeyStatus { rows, key, .. } in keys {
        if key.id != primary {
            left.rows += rows.envelopes - rows.quarantined.min(rows.envelopes);
            left.quarantined += rows.quarantined;
            // A tenant's key stays for as long as rows that were put aside lie under it.
            if rows.quarantined == 0 {
                left.rows += rows.tenant_keys;
            }
        }
    }
    Ok(left)
}

/// Counts once more, from what is stored.
async fn prove(office: &Office, tally: &Tally) -> Outcome {
    let left = left(office).await?;
    let primary = left.primary;
    say(&format!(
        "moved and opened again under root key {primary}: rows: {}, of tenants: {}",
        tally.rows.moved, tally.tenants
    ))?;
    if left.rows == 0 && left.quarantined == 0 && tally.failed == 0 {
        return say("nothing is left under other root keys");
    }
    say(&format!(
        "left under other root keys: {} rows; {} more do not open and are quarantined; {} tenants failed",
        left.rows, left.quarantined, tally.failed
    ))?;
    Ok(false)
}
