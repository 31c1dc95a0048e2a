//! Servers of two versions over one database: what the newer one schedules is not the older one's.

use veralux_core::id::TenantId;
use veralux_core::port::{Change, Commit, Ledger as _, WorkKind, WorkQueue as _};
use veralux_core::time::Instant;
use veralux_tests::postgres::connect;

use crate::fixture::{count, migrated, open};

#[tokio::test]
async fn work_of_a_kind_from_a_newer_server_is_left_to_it() {
    let database = migrated().await;
    let store = open(&database.service_url).await.unwrap();
    let service = connect(&database.service_url).await;
    let newer =
        "INSERT INTO due_work (tenant_id, kind, id, due, was_due) VALUES ('oak', 'a_newer_kind', 'x', 1, 1)";
    service.batch_execute(newer).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), None);

    let at = Instant::from_micros;
    let send = Change::Work { kind: WorkKind::SendMessage, id: "msg_1".to_owned(), due: Some(at(2)) };
    store.commit(Commit::new(TenantId::parse("oak").unwrap(), at(0)).change(send)).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(at(2)));
    let claimed = store.claim(at(9), at(99), 1).await.unwrap();
    assert_eq!(claimed.iter().map(|work| work.id.as_str()).collect::<Vec<_>>(), ["msg_1"], "past the other");
    let untouched = "SELECT count(*) FROM due_work WHERE kind = 'a_newer_kind' AND due = 1 AND was_due = 1";
    assert_eq!(count(&service, untouched).await, 1);
    store.close();
}
