use sqlx::Connection as _;
use veralux_core::port::{Directory as _, Error};
use veralux_sqlite::{Options, SqliteStore, migrate_down, migrate_status, migrate_up};

use crate::fixture::Place;

/// The newest migration.
const LATEST: i64 = 15;

async fn tables(place: &Place) -> Vec<String> {
    let mut connection = place.connect().await;
    let tables = sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    tables
}

#[tokio::test]
async fn up_down_and_up_again() {
    let place = Place::new();
    let applied = migrate_up(place.path()).await.unwrap();
    assert_eq!(
        applied.iter().map(|status| status.version).collect::<Vec<_>>(),
        (1..=LATEST).collect::<Vec<_>>()
    );
    assert!(applied.iter().all(|status| status.applied_at.is_some()));
    assert!(tables(&place).await.contains(&"message".to_owned()));
    assert_eq!(migrate_up(place.path()).await.unwrap(), [], "a second time there is nothing to do");
    assert_eq!(migrate_status(place.path()).await.unwrap(), applied);

    let undone = migrate_down(place.path(), 2).await.unwrap();
    assert_eq!(
        undone.iter().map(|status| status.version).collect::<Vec<_>>(),
        (3..=LATEST).rev().collect::<Vec<_>>()
    );
    let status = migrate_status(place.path()).await.unwrap();
    assert!(status.iter().all(|status| status.applied_at.is_some() == (status.version <= 2)), "{status:?}");

    migrate_down(place.path(), 0).await.unwrap();
    assert_eq!(tables(&place).await, ["schema_migration"], "nothing else is left");
    assert_eq!(i64::try_from(migrate_up(place.path()).await.unwrap().len()), Ok(LATEST));
    place.open().await.ping().await.unwrap();
}

#[tokio::test]
async fn how_far_messages_are_is_moved() {
    let place = Place::new();
    migrate_up(place.path()).await.unwrap();
    migrate_down(place.path(), 6).await.unwrap();
    let queued = "INSERT INTO message (tenant, id, direction, sender_role, body, action, decision, received_at, provider, \
                  provider_id, delivery) VALUES ('a', 'msg', 'outbound', 'owner', 'x', 'deliver', 'dec', 5, 'twilio', \
                  'SM1', 'queued'), ('a', 'in', 'inbound', 'customer', 'x', 'deliver', 'dec', 5, NULL, NULL, NULL)";
    sqlx::query(queued).execute(&mut place.connect().await).await.unwrap();
    migrate_up(place.path()).await.unwrap();
    let beside = "SELECT group_concat(message || ' ' || provider_id || ' ' || state) FROM message_delivery";
    let moved: String = sqlx::query_scalar(beside).fetch_one(&mut place.connect().await).await.unwrap();
    assert_eq!(moved, "msg SM1 queued", "beside the messages");
    migrate_down(place.path(), 6).await.unwrap();
    let within = "SELECT group_concat(id || ' ' || provider_id || ' ' || delivery) FROM message WHERE delivery IS NOT NULL";
    let moved: String = sqlx::query_scalar(within).fetch_one(&mut place.connect().await).await.unwrap();
    assert_eq!(moved, "msg SM1 queued", "and back");
}

#[tokio::test]
async fn of_two_messages_under_one_name_the_last_keeps_it() {
    let place = Place::new();
    migrate_up(place.path()).await.unwrap();
    migrate_down(place.path(), 14).await.unwrap();
    let rows = "INSERT INTO message_delivery (tenant_id, message, provider, provider_id, state, attempts, retries, updated_at, revision) \
                VALUES ('a', 'msg_1', 'twilio', 'SM1', 'sent', 1, 0, 5, 2), ('a', 'msg_2', 'twilio', 'SM1', 'sent', 1, 0, 5, 2), \
                ('a', 'msg_3', 'telnyx', 'SM1', 'sent', 1, 0, 5, 2), ('b', 'msg_0', 'twilio', 'SM1', 'sent', 1, 0, 5, 2)";
    sqlx::query(rows).execute(&mut place.connect().await).await.unwrap();
    migrate_up(place.path()).await.unwrap();
    let sql = "SELECT tenant_id || message || coalesce(provider || provider_id, '') || state || revision FROM message_delivery";
    let left: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut place.connect().await).await.unwrap();
    assert_eq!(left, ["amsg_1sent3", "amsg_2twilioSM1sent2", "amsg_3telnyxSM1sent2", "bmsg_0twilioSM1sent2"]);
}

#[tokio::test]
async fn a_number_with_threads_is_kept_as_its_table_is_made_anew_and_back() {
    let place = Place::new();
    migrate_up(place.path()).await.unwrap();
    migrate_down(place.path(), 11).await.unwrap();
    let rows = [
        "INSERT INTO number VALUES ('t', 'num', '+1', 'pool', 'active', NULL, NULL, NULL, NULL, 'twilio', 7, 1, 3)",
        "INSERT INTO customer VALUES ('t', 'cus', '+2', 1)",
        "INSERT INTO thread VALUES ('t', 'thr', 'one_time', 'active', 'cus', 'num', 0, 1, NULL, 1)",
    ];
    for row in rows {
        sqlx::query(row).execute(&mut place.connect().await).await.unwrap();
    }
    let kept = async || {
        let sql = "SELECT n.id || n.e164 || n.last_used_at || n.revision || h.id FROM number n JOIN thread h ON h.number = n.id";
        sqlx::query_scalar::<_, String>(sql).fetch_all(&mut place.connect().await).await.unwrap()
    };
    migrate_up(place.path()).await.unwrap();
    assert_eq!(kept().await, ["num+173thr"]);
    let orphan = "DELETE FROM number WHERE id = 'num'";
    assert!(sqlx::query(orphan).execute(&mut place.connect().await).await.is_err(), "threads need it still");
    let second = "INSERT INTO number VALUES ('u', 'num', '+1', 'pool', 'active', NULL, NULL, NULL, NULL, 'twilio', 7, 1, 3, NULL)";
    assert!(sqlx::query(second).execute(&mut place.connect().await).await.is_err(), "it is held once");
    migrate_down(place.path(), 11).await.unwrap();
    assert_eq!(kept().await, ["num+173thr"], "and back");
}

#[tokio::test]
async fn the_tenants_column_is_renamed_everywhere_and_back() {
    let place = Place::new();
    let schema = async || {
        let sql = "SELECT type || ' ' || name || ': ' || sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name";
        sqlx::query_scalar::<_, String>(sql).fetch_all(&mut place.connect().await).await.unwrap()
    };
    let tables_with = async |column: &'static str| {
        let sql = "SELECT count(*) FROM sqlite_schema s JOIN pragma_table_info(s.name) c WHERE s.type = 'table' AND c.name = ?";
        let query = sqlx::query_scalar::<_, i64>(sql).bind(column);
        query.fetch_one(&mut place.connect().await).await.unwrap()
    };
    migrate_up(place.path()).await.unwrap();
    let renamed = tables_with("tenant_id").await;
    assert!(renamed > 30 && tables_with("tenant").await == 0, "{renamed}");
    migrate_down(place.path(), 8).await.unwrap();
    assert_eq!((tables_with("tenant_id").await, tables_with("tenant").await), (0, renamed));
    let before = schema().await;
    migrate_up(place.path()).await.unwrap();
    assert_ne!(schema().await, before);
    migrate_down(place.path(), 8).await.unwrap();
    assert_eq!(schema().await, before, "triggers and indexes, too");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_apply_each_migration_once() {
    for _ in 0..10 {
        let place = Place::new();
        let runs = (0..8).map(|_| tokio::spawn(migrate_up(place.path())));
        let mut applied = 0;
        for run in runs.collect::<Vec<_>>() {
            applied += run.await.unwrap().unwrap().len();
        }
        assert_eq!(i64::try_from(applied), Ok(LATEST));
    }
}

fn told<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Permanent { source: Some(source), .. }) => source.to_string(),
        other => panic!("should be permanent, but: {other:?}"),
    }
}

#[tokio::test]
async fn an_altered_or_newer_database_is_refused() {
    let newer = format!(
        "the database is of version 99, made by a newer version of this program, which knows {LATEST}"
    );
    for (change, what) in [
        (
            "UPDATE schema_migration SET checksum = x'00' WHERE version = 3",
            "migration 3 (policy) was applied to the database in another wording",
        ),
        ("INSERT INTO schema_migration VALUES (98, 'future', x'00', 0), (99, 'later', x'00', 0)", &newer),
    ] {
        let place = Place::new();
        migrate_up(place.path()).await.unwrap();
        sqlx::query(change).execute(&mut place.connect().await).await.unwrap();
        assert_eq!(told(migrate_up(place.path()).await), what, "up");
        assert_eq!(told(migrate_status(place.path()).await), what, "status");
        assert_eq!(told(SqliteStore::open(place.path(), &Options::default()).await), what, "open");
    }
}

#[tokio::test]
async fn pending_migrations_are_applied_only_when_asked() {
    let place = Place::new();
    let options = Options { migrate: false, ..Options::default() };
    let opened = SqliteStore::open(place.path(), &options).await;
    assert!(matches!(opened, Err(Error::Invalid(_))), "{opened:?}");
    migrate_up(place.path()).await.unwrap();
    SqliteStore::open(place.path(), &options).await.unwrap().close().await;
}
