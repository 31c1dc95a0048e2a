use tokio::task::JoinSet;
use tokio_postgres::Client;
use veralux_core::port::Error;
use veralux_postgres::{OWNERS, Status, migrate_down, migrate_status, migrate_up};
use veralux_tests::postgres::{PostgresOptions, PrivatePostgres, SUPERUSER, connect};

use crate::fixture::{count, empty, furnish, migrated, open, texts};

/// Everything that a schema holds, as texts that can be compared.
async fn schema(client: &Client) -> Vec<String> {
    texts(
        client,
        "SELECT what FROM (
             SELECT concat_ws(' ', c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relacl, c.reloptions) AS what
                 FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
             UNION ALL SELECT concat_ws(' ', a.attrelid::regclass, a.attname, a.atttypid::regtype, a.attcollation::regcollation,
                 a.attnotnull, a.attoptions, pg_get_expr(d.adbin, d.adrelid))
                 FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                 LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                 WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
             UNION ALL SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
                 WHERE c.relnamespace = 'public'::regnamespace
             UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
                 WHERE connamespace = 'public'::regnamespace
             UNION ALL SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE NOT t.tgisinternal
             UNION ALL SELECT concat_ws(' ', polrelid::regclass, polname, polcmd, pg_get_expr(polqual, polrelid)) FROM pg_policy
             UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
             UNION ALL SELECT concat_ws(' ', p.proname, a.grantee::regrole, a.privilege_type) FROM pg_proc p
                 CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                 WHERE p.pronamespace = 'public'::regnamespace
             UNION ALL SELECT concat_ws(' ', defaclrole::regrole, defaclobjtype, defaclacl) FROM pg_default_acl
         ) AS all_of_it ORDER BY what",
    )
    .await
}

fn versions(all: &[Status]) -> Vec<i64> {
    all.iter().map(|status| status.version).collect()
}

#[track_caller]
fn assert_invalid<T: std::fmt::Debug>(result: Result<T, Error>, why: &str) {
    match result {
        Err(Error::Invalid(text)) => assert!(text.contains(why), "{text}"),
        other => panic!("should be invalid because `{why}`, but: {other:?}"),
    }
}

/// The words of an error that stays until somebody mends something.
#[track_caller]
fn assert_told<T: std::fmt::Debug>(result: Result<T, Error>, why: &str) {
    match result {
        Err(Error::Permanent { source: Some(source), .. }) => {
            assert!(source.to_string().contains(why), "{source}");
        }
        other => panic!("should fail because `{why}`, but: {other:?}"),
    }
}

#[tokio::test]
async fn up_and_down_to_each_version() {
    let database = empty().await;
    let url = database.owner_url.as_str();
    let all = migrate_status(url).await.unwrap();
    assert!(all.len() >= 5 && all.iter().all(|status| status.applied_at.is_none()), "{all:?}");
    let applied = migrate_up(url).await.unwrap();
    assert_eq!(versions(&applied), versions(&all), "all were pending");
    assert!(applied.iter().all(|status| status.applied_at.is_some()), "{applied:?}");
    assert_eq!(migrate_up(url).await.unwrap(), [], "nothing is pending");
    assert_eq!(migrate_status(url).await.unwrap(), applied);

    let owner = connect(url).await;
    let whole = schema(&owner).await;
    for target in (0..all.len()).rev() {
        let down = migrate_down(url, i64::try_from(target).unwrap()).await.unwrap();
        let mut expected = versions(&all[target..]);
        expected.reverse();
        assert_eq!(versions(&down), expected, "taken back, the newest first");
        let status = migrate_status(url).await.unwrap();
        assert_eq!(status.iter().filter(|status| status.applied_at.is_some()).count(), target);
        if target == 0 {
            let left = schema(&owner).await;
            assert!(
                left.iter().all(|what| what.contains("schema_migration")),
                "nothing else is left: {left:?}"
            );
        }
        assert_invalid(open(&database.service_url).await, "pending migrations");
        migrate_up(url).await.unwrap();
        assert_eq!(schema(&owner).await, whole, "down to {target} and up again");
    }
    open(&database.service_url).await.unwrap();
}

#[tokio::test]
async fn with_rows_in_every_table() {
    let database = migrated().await;
    furnish(&connect(&database.service_url).await).await;
    for target in (0..8).rev() {
        migrate_down(&database.owner_url, target).await.unwrap();
    }
    migrate_up(&database.owner_url).await.unwrap();
    assert_eq!(count(&connect(&database.superuser_url).await, "SELECT count(*) FROM message").await, 0);
}

#[tokio::test]
async fn how_far_messages_are_is_moved() {
    let database = migrated().await;
    furnish(&connect(&database.service_url).await).await;
    let superuser = connect(&database.superuser_url).await;
    let beside = "SELECT concat_ws(' ', tenant_id, message, number, provider_id, state) FROM message_delivery ORDER BY 1";
    let before = texts(&superuser, beside).await;
    assert_eq!(before.len(), 2, "{before:?}");
    migrate_down(&database.owner_url, 6).await.unwrap();
    let within =
        "SELECT concat_ws(' ', tenant_id, id, number, provider_id, delivery) FROM message ORDER BY 1";
    assert_eq!(texts(&superuser, within).await, before, "into the messages");
    migrate_up(&database.owner_url).await.unwrap();
    assert_eq!(texts(&superuser, beside).await, before, "and back");
}

#[tokio::test]
async fn of_two_messages_under_one_name_the_last_keeps_it() {
    let database = migrated().await;
    furnish(&connect(&database.service_url).await).await;
    let superuser = connect(&database.superuser_url).await;
    migrate_down(&database.owner_url, 17).await.unwrap();
    // Another one beside each, which no message is behind.
    let twins = "SET session_replication_role = replica; \
                 INSERT INTO message_delivery SELECT tenant_id, 'twin', number, provider, provider_id, state, attempts, retries, \
                 attempt_at, error, failed_at, dead_since, updated_at, revision FROM message_delivery";
    superuser.batch_execute(twins).await.unwrap();
    let named = "SELECT concat_ws(' ', message, provider_id, revision) FROM message_delivery ORDER BY tenant_id, message";
    assert_eq!(texts(&superuser, named).await, ["msg SM1 1", "twin SM1 1", "msg SM1 1", "twin SM1 1"]);
    migrate_up(&database.owner_url).await.unwrap();
    assert_eq!(texts(&superuser, named).await, ["msg 2", "twin SM1 1", "msg 2", "twin SM1 1"]);
}

#[tokio::test]
async fn of_eight_at_once_one_migrates() {
    let database = empty().await;
    let mut nodes = JoinSet::new();
    for _ in 0..8 {
        let (owner, service) = (database.owner_url.clone(), database.service_url.clone());
        nodes.spawn(async move {
            let applied = migrate_up(&owner).await.unwrap().len();
            // A node goes on to serve.
            open(&service).await.unwrap();
            applied
        });
    }
    let mut applied = nodes.join_all().await;
    applied.sort_unstable();
    let all = migrate_status(&database.owner_url).await.unwrap().len();
    assert_eq!(applied, [0, 0, 0, 0, 0, 0, 0, all]);
}

#[tokio::test]
async fn a_migration_that_fails_leaves_nothing() {
    let database = empty().await;
    let owner = connect(&database.owner_url).await;
    // In the way of the last one.
    owner.batch_execute("CREATE TABLE credential_export (note text)").await.unwrap();
    let before = schema(&owner).await;
    let failed = migrate_up(&database.owner_url).await.unwrap_err();
    assert!(matches!(failed, Error::Permanent { .. }), "{failed:?}");
    assert_eq!(schema(&owner).await, before);
    owner.batch_execute("DROP TABLE credential_export").await.unwrap();
    migrate_up(&database.owner_url).await.unwrap();

    // Nor does one that is taken back.
    owner.batch_execute("CREATE VIEW looks_at AS SELECT tenant_id FROM tenant").await.unwrap();
    let before = schema(&owner).await;
    migrate_down(&database.owner_url, 0).await.unwrap_err();
    assert_eq!(schema(&owner).await, before);
    assert!(
        migrate_status(&database.owner_url).await.unwrap().iter().all(|status| status.applied_at.is_some())
    );
}

#[tokio::test]
async fn another_wording_is_refused() {
    let database = migrated().await;
    let owner = connect(&database.owner_url).await;
    owner.batch_execute("UPDATE schema_migration SET checksum = '\\x00' WHERE version = 2").await.unwrap();
    let why = "migration 2 (installation) was applied to the database in another wording";
    assert_told(migrate_up(&database.owner_url).await, why);
    assert_told(migrate_down(&database.owner_url, 0).await, why);
    assert_told(migrate_status(&database.owner_url).await, why);
    assert_told(open(&database.service_url).await, why);
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let database = migrated().await;
    let owner = connect(&database.owner_url).await;
    owner
        .batch_execute(
            "INSERT INTO schema_migration VALUES (98, 'new', '\\x00', 1), (99, 'later', '\\x00', 1)",
        )
        .await
        .unwrap();
    let why = "is of version 99, made by a newer version of this program, which knows";
    assert_told(migrate_up(&database.owner_url).await, why);
    assert_told(migrate_down(&database.owner_url, 0).await, why);
    assert_told(migrate_status(&database.owner_url).await, why);
    assert_told(open(&database.service_url).await, why);
}

#[tokio::test]
async fn the_service_does_not_migrate() {
    let database = empty().await;
    let refused = migrate_up(&database.service_url).await.unwrap_err();
    assert!(matches!(refused, Error::NotPermitted(_) | Error::Invalid(_)), "{refused:?}");
    let owner = connect(&database.owner_url).await;
    assert_eq!(schema(&owner).await, [""; 0], "nothing was made");
}

#[tokio::test]
async fn a_missing_role_is_named() {
    // Roles are of the whole server.
    let server = PrivatePostgres::start(PostgresOptions::default());
    let url = server.url(SUPERUSER, SUPERUSER);
    assert_invalid(migrate_up(&url).await, "there is no role `veralux_service`: run roles.sql");
    let status = migrate_status(&url).await.unwrap();
    assert!(status.iter().all(|status| status.applied_at.is_none()), "{status:?}");
}

#[tokio::test]
async fn a_superuser_makes_what_is_the_owners() {
    let database = empty().await;
    let applied = migrate_up(&database.superuser_url).await.unwrap();
    assert!(!applied.is_empty());
    let superuser = connect(&database.superuser_url).await;
    let owners = "SELECT DISTINCT pg_get_userbyid(c.relowner)::text FROM pg_class c \
                  WHERE c.relnamespace = 'public'::regnamespace \
                  UNION SELECT pg_get_userbyid(p.proowner)::text FROM pg_proc p \
                  WHERE p.pronamespace = 'public'::regnamespace";
    assert_eq!(texts(&superuser, owners).await, ["veralux_owner"]);
    migrate_down(&database.owner_url, 3).await.unwrap();
    migrate_up(&database.superuser_url).await.unwrap();
    assert_eq!(texts(&superuser, owners).await, ["veralux_owner"], "and what came later");
}

#[tokio::test]
async fn tables_of_a_superuser_are_given_over_before_they_are_migrated() {
    let database = migrated().await;
    let superuser = connect(&database.superuser_url).await;
    // As `pg_restore --no-owner` leaves them.
    let give = OWNERS.replace("veralux_owner", SUPERUSER);
    superuser.batch_execute(&give).await.unwrap();
    let why = "the tables belong to `postgres`, not to `veralux_owner`";
    assert_told(migrate_status(&database.owner_url).await, why);
    let fix = "which row level security does not hold: give them to it as a superuser, `veralux migrate owners | psql";
    for url in [&database.owner_url, &database.superuser_url] {
        assert_told(migrate_up(url).await, fix);
        assert_told(migrate_down(url, 0).await, fix);
    }
    for _ in 0..2 {
        superuser.batch_execute(OWNERS).await.unwrap();
    }
    assert_eq!(migrate_up(&database.owner_url).await.unwrap(), []);
    migrate_down(&database.owner_url, 0).await.unwrap();

    superuser.batch_execute(&format!("ALTER DATABASE {} OWNER TO {SUPERUSER}", database.name)).await.unwrap();
    superuser.batch_execute("DROP TABLE schema_migration").await.unwrap();
    assert_told(migrate_up(&database.superuser_url).await, "the database belongs to `postgres`");
}
