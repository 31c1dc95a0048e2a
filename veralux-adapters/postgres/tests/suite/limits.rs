//! What PostgreSQL cannot keep is what was sent, and no fault of ours.

use std::fmt::Write as _;

use veralux_core::port::{Attempt, Error, IdempotencyStore as _, Scope};
use veralux_core::time::{DAY, MINUTE};

use crate::fixture::{migrated, open};

#[tokio::test]
async fn a_text_that_is_too_long_to_be_found_by_is_invalid() {
    let database = migrated().await;
    let store = open(&database.service_url).await.unwrap();
    // One that does not shrink: an index compresses what does.
    let mut owner = String::new();
    let mut state = 1_u64;
    while owner.len() < 8_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        write!(owner, "{state:016x}").unwrap();
    }
    let attempt = |owner: String| Attempt { scope: Scope { owner, key: "k1".to_owned() }, number: 1 };
    let claimed = store.claim(&attempt(owner), &[7; 32], DAY, MINUTE).await;
    assert!(matches!(claimed, Err(Error::Invalid(_))), "{claimed:?}");
    store.claim(&attempt("short".to_owned()), &[7; 32], DAY, MINUTE).await.unwrap();
    store.close();
}
