use veralux_core::digest::Digest;
use veralux_core::port::{Change, Commit, Ledger as _, PublishKind, RuntimeVersion};
use veralux_core::secret::Secret;

use crate::fixture::{Place, at, id, settle, verified_length, webhook};

#[tokio::test]
async fn what_is_appended_stays() {
    let place = Place::new();
    let store = place.open().await;
    let tenant = id("oak");
    settle(&store, &tenant).await;
    store.commit(webhook(&tenant, "1")).await.unwrap();
    let version = RuntimeVersion {
        version: 1,
        digest: Digest::ZERO,
        document: Secret::new("{}"),
        dids: vec![id("+14155550100")],
        kind: PublishKind::Publish,
        actor: "system".to_owned(),
        published_at: at(1),
    };
    let publish = Change::PublishRuntime(Box::new(version));
    store.commit(Commit::new(tenant.clone(), at(1)).change(publish)).await.unwrap();

    let mut connection = place.connect().await;
    for (table, column) in
        [("audit_event", "draft"), ("decision", "decision"), ("runtime_version", "document")]
    {
        for sql in [
            format!("UPDATE {table} SET {column} = '{{}}'"),
            format!("DELETE FROM {table}"),
            // Deletes without its trigger.
            format!("REPLACE INTO {table} SELECT * FROM {table}"),
        ] {
            let error =
                sqlx::query(sqlx::AssertSqlSafe(sql.clone())).execute(&mut connection).await.unwrap_err();
            assert!(error.to_string().contains("append-only"), "{sql}: {error}");
        }
    }
    assert_eq!(verified_length(&store, &tenant).await, 1);
}
