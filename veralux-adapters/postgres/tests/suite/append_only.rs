use tokio_postgres::error::SqlState;
use veralux_tests::postgres::connect;

use crate::fixture::{assert_refused, count, furnish, migrated};

const HISTORY: [(&str, &str); 3] =
    [("audit_event", "draft"), ("decision", "decision"), ("runtime_version", "document")];

#[tokio::test]
async fn the_service_may_only_append() {
    let database = migrated().await;
    let service = connect(&database.service_url).await;
    furnish(&service).await;
    service.batch_execute("SET veralux.tenant_id = 'oak'").await.unwrap();
    for (table, column) in HISTORY {
        for sql in [
            format!("UPDATE {table} SET {column} = ''"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table}"),
        ] {
            let refused = service.batch_execute(&sql).await;
            assert_refused(refused, &SqlState::INSUFFICIENT_PRIVILEGE, "permission denied", &sql);
        }
        assert_eq!(count(&service, &format!("SELECT count(*) FROM {table}")).await, 1, "{table}");
    }
}

#[tokio::test]
async fn not_even_the_owner_may_change_history() {
    let database = migrated().await;
    furnish(&connect(&database.service_url).await).await;
    // The owner is under row level security, and its triggers hold a superuser as well.
    for (url, role) in [(&database.owner_url, "owner"), (&database.superuser_url, "superuser")] {
        let client = connect(url).await;
        client.batch_execute("SET veralux.tenant_id = 'oak'").await.unwrap();
        for (table, column) in HISTORY {
            for sql in [
                format!("UPDATE {table} SET {column} = ''"),
                format!("DELETE FROM {table}"),
                format!("TRUNCATE {table} CASCADE"),
            ] {
                let refused = client.batch_execute(&sql).await;
                let what = format!("{sql} as {role}");
                assert_refused(refused, &SqlState::INSUFFICIENT_PRIVILEGE, "is append-only", &what);
            }
        }
    }
    let superuser = connect(&database.superuser_url).await;
    for (table, _) in HISTORY {
        assert_eq!(count(&superuser, &format!("SELECT count(*) FROM {table}")).await, 2, "{table}");
    }
}

#[tokio::test]
async fn a_violation_is_kept_and_decided_once() {
    let database = migrated().await;
    let owner = connect(&database.owner_url).await;
    furnish(&connect(&database.service_url).await).await;
    owner.batch_execute("SET veralux.tenant_id = 'oak'").await.unwrap();
    let decide = "UPDATE policy_violation SET status = 'resolved', ruling = '{}'";
    for sql in [
        "DELETE FROM policy_violation",
        "TRUNCATE policy_violation",
        "UPDATE policy_violation SET findings = '[1]'",
        "UPDATE policy_violation SET draft = 'other'",
    ] {
        let refused = owner.batch_execute(sql).await;
        assert_refused(refused, &SqlState::INSUFFICIENT_PRIVILEGE, "is kept", sql);
    }
    owner.batch_execute(decide).await.unwrap();
    let again = owner.batch_execute(decide).await;
    assert_refused(again, &SqlState::INSUFFICIENT_PRIVILEGE, "is kept", "deciding again");
}
