//! What a newer program has scheduled in a file is not an older one's.

use sqlx::{Executor as _, query_scalar};
use veralux_core::port::{Change, Commit, Ledger as _, WorkKind, WorkQueue as _};

use crate::fixture::{Place, at, id};

#[tokio::test]
async fn work_of_a_kind_from_a_newer_program_is_left_to_it() {
    let place = Place::new();
    let store = place.open().await;
    let mut connection = place.connect().await;
    let newer =
        "INSERT INTO due_work (tenant_id, kind, id, due, was_due) VALUES ('oak', 'a_newer_kind', 'x', 1, 1)";
    connection.execute(newer).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), None);

    let send = Change::Work { kind: WorkKind::SendMessage, id: "msg_1".to_owned(), due: Some(at(2)) };
    store.commit(Commit::new(id("oak"), at(0)).change(send)).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(at(2)));
    let claimed = store.claim(at(9), at(99), 1).await.unwrap();
    assert_eq!(claimed.iter().map(|work| work.id.as_str()).collect::<Vec<_>>(), ["msg_1"], "past the other");
    let untouched = "SELECT count(*) FROM due_work WHERE kind = 'a_newer_kind' AND due = 1 AND was_due = 1";
    assert_eq!(query_scalar::<_, i64>(untouched).fetch_one(&mut connection).await.unwrap(), 1);
}
