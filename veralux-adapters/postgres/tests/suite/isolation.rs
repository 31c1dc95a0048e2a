//! Below the ports: whatever statement the service sends, it reaches the tenant that its transaction named.

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use veralux_tests::postgres::connect;

use crate::fixture::{TENANTS, assert_refused, columns, count, furnish, migrated, tables_of_tenants, texts};

/// What to do to a row of each table that the service may change or remove.
async fn writes(client: &Client) -> Vec<String> {
    let mut writes = Vec::new();
    for table in tables_of_tenants(client).await {
        // The last column is never part of a key.
        let column = columns(client, &table).await.pop().unwrap();
        for (privilege, sql) in [
            ("UPDATE", format!("UPDATE {table} SET {column} = {column}")),
            ("DELETE", format!("DELETE FROM {table}")),
        ] {
            let sql_of_privilege = "SELECT has_table_privilege('veralux_service', $1::text::regclass, $2)";
            if client.query_one(sql_of_privilege, &[&table, &privilege]).await.unwrap().get(0) {
                writes.push(sql);
            }
        }
    }
    writes
}

#[tokio::test]
async fn a_select_without_where_finds_ones_own() {
    let database = migrated().await;
    let (service, superuser) = (connect(&database.service_url).await, connect(&database.superuser_url).await);
    furnish(&service).await;
    let tables = tables_of_tenants(&service).await;
    assert!(tables.len() >= 30, "{tables:?}");
    for table in tables {
        assert_eq!(
            texts(&superuser, &format!("SELECT tenant_id FROM {table} ORDER BY tenant_id DESC")).await,
            TENANTS,
            "{table} should have a row of each: add it to rows.sql"
        );
        for tenant in TENANTS {
            service.batch_execute(&format!("BEGIN; SET LOCAL veralux.tenant_id = '{tenant}'")).await.unwrap();
            let seen = texts(&service, &format!("SELECT tenant_id FROM {table}")).await;
            assert_eq!(seen, [tenant], "{table}");
            service.batch_execute("COMMIT").await.unwrap();
        }
        let seen = texts(&service, &format!("SELECT tenant_id FROM {table}")).await;
        assert!(seen.is_empty(), "{table}, once the transaction has ended");
    }
}

#[tokio::test]
async fn nobody_sees_nothing() {
    let database = migrated().await;
    furnish(&connect(&database.service_url).await).await;
    // Never made, reset, empty, unknown: and a connection on which somebody was here before.
    for setting in [
        "",
        "SET veralux.tenant_id = ''",
        "SET veralux.tenant_id = 'nobody'",
        "SET veralux.tenant_id = 'oak'; RESET veralux.tenant_id",
        "BEGIN; SET LOCAL veralux.tenant_id = 'oak'; COMMIT",
        "BEGIN; SET LOCAL veralux.tenant_id = 'oak'; ROLLBACK",
    ] {
        let service = connect(&database.service_url).await;
        service.batch_execute(setting).await.unwrap();
        for table in tables_of_tenants(&service).await {
            assert_eq!(
                count(&service, &format!("SELECT count(*) FROM {table}")).await,
                0,
                "{table}, {setting}"
            );
        }
        for sql in writes(&service).await {
            assert_eq!(service.execute(&sql, &[]).await.unwrap(), 0, "{sql}, {setting}");
        }
        // The owner as well.
        let owner = connect(&database.owner_url).await;
        owner.batch_execute(setting).await.unwrap();
        assert_eq!(count(&owner, "SELECT count(*) FROM message").await, 0, "the owner, {setting}");
    }
}

#[tokio::test]
async fn nobody_adds_rows_of_another() {
    let database = migrated().await;
    let (service, superuser) = (connect(&database.service_url).await, connect(&database.superuser_url).await);
    furnish(&service).await;
    for table in tables_of_tenants(&service).await {
        // The row of `oak` as one of a third tenant, as the service would have to write it.
        let sql = format!("SELECT r::text FROM (SELECT o.* FROM {table} o WHERE o.tenant_id = 'oak') r");
        let row = texts(&superuser, &sql).await.remove(0).replacen("oak", "ash", 1);
        for tenant in ["''", "'oak'", "'elm'"] {
            service.batch_execute(&format!("SET veralux.tenant_id = {tenant}")).await.unwrap();
            let insert = format!("INSERT INTO {table} SELECT (r).* FROM (SELECT $1::text::{table} AS r) s");
            let refused = service.execute(&insert, &[&row]).await;
            let what = format!("a row for `ash` in {table} as {tenant}");
            assert_refused(refused, &SqlState::INSUFFICIENT_PRIVILEGE, "row-level security policy", &what);
        }
        service.batch_execute("SET veralux.tenant_id = 'elm'").await.unwrap();
        // Giving one's own to another is refused, too.
        if texts(&service, &format!("SELECT '' WHERE has_table_privilege('{table}', 'UPDATE')")).await.len()
            == 1
        {
            let refused = service.execute(&format!("UPDATE {table} SET tenant_id = 'oak'"), &[]).await;
            assert_refused(refused, &SqlState::INSUFFICIENT_PRIVILEGE, "row-level security policy", &table);
        }
    }
}

#[tokio::test]
async fn writes_reach_ones_own_rows_only() {
    let database = migrated().await;
    let (service, superuser) = (connect(&database.service_url).await, connect(&database.superuser_url).await);
    furnish(&service).await;
    let all = writes(&service).await;
    assert!(all.len() >= 20, "{all:?}");
    for sql in all {
        service.batch_execute("BEGIN; SET LOCAL veralux.tenant_id = 'elm'").await.unwrap();
        // What a reference forbids is refused; else it is one row, not two.
        let written = service.execute(&sql, &[]).await;
        assert!(matches!(written, Ok(1)), "{sql}: {written:?}");
        let named = if sql.contains(" SET ") {
            format!("{sql} WHERE tenant_id = 'oak'")
        } else {
            format!("{sql} WHERE tenant_id <> 'elm'")
        };
        assert_eq!(service.execute(&named, &[]).await.unwrap(), 0, "{named}");
        service.batch_execute("COMMIT").await.unwrap();
    }
    for table in tables_of_tenants(&superuser).await {
        let kept = format!("SELECT count(*) FROM {table} WHERE tenant_id = 'oak'");
        assert_eq!(count(&superuser, &kept).await, 1, "{table}");
    }
}

#[tokio::test]
async fn holders_are_read_and_kept_by_triggers() {
    let database = migrated().await;
    let service = connect(&database.service_url).await;
    furnish(&service).await;
    service.batch_execute("SET veralux.tenant_id = 'oak'").await.unwrap();
    for table in [
        "number_holder",
        "did_holder",
        "line_holder",
        "key_holder",
        "head_holder",
        "verified_number",
        "sealed_under",
    ] {
        let seen = texts(&service, &format!("SELECT DISTINCT tenant_id FROM {table} ORDER BY 1 DESC")).await;
        assert_eq!(seen, TENANTS, "{table}");
        for sql in [
            format!("UPDATE {table} SET tenant_id = 'oak'"),
            format!("DELETE FROM {table}"),
            format!("INSERT INTO {table} SELECT * FROM {table}"),
            format!("TRUNCATE {table}"),
        ] {
            let refused = service.batch_execute(&sql).await;
            assert_refused(refused, &SqlState::INSUFFICIENT_PRIVILEGE, "permission denied", &sql);
        }
    }
    // Nor by the function that counts.
    let refused = service.batch_execute("SELECT count_sealed(1, 'elm', 5, 5, 5)").await;
    assert_refused(refused, &SqlState::INSUFFICIENT_PRIVILEGE, "permission denied", "counting by hand");
}

#[tokio::test]
async fn a_did_leads_to_its_tenant_for_one_statement() {
    let database = migrated().await;
    let service = connect(&database.service_url).await;
    furnish(&service).await;
    let resolve = "SELECT r.tenant_id FROM resolve_did($1) r";
    for (did, expected) in
        [("+14155550200", Some("oak")), ("+14155550201", Some("elm")), ("+14155550209", None)]
    {
        let rows = service.query(resolve, &[&did]).await.unwrap();
        let found: Vec<&str> = rows.iter().map(|row| row.get(0)).collect();
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{did}");
        assert_eq!(count(&service, "SELECT count(*) FROM runtime_version").await, 0, "behind {did}");
    }
}

#[tokio::test]
async fn a_digest_leads_to_its_key_for_one_statement() {
    let database = migrated().await;
    let service = connect(&database.service_url).await;
    furnish(&service).await;
    let digests = "SELECT k.tenant_id, k.digest FROM key_holder k ORDER BY k.tenant_id";
    let held = service.query(digests, &[]).await.unwrap();
    assert!(held.len() >= 2, "keys of both");
    for holder in held {
        let (tenant, digest): (String, Vec<u8>) = (holder.get(0), holder.get(1));
        let found = service.query("SELECT k.tenant_id FROM find_key($1) k", &[&digest]).await.unwrap();
        let found: Vec<&str> = found.iter().map(|row| row.get(0)).collect();
        assert_eq!(found, [&*tenant]);
        assert_eq!(count(&service, "SELECT count(*) FROM api_key").await, 0, "behind the key of {tenant}");
    }
    let none = service.query("SELECT k.tenant_id FROM find_key('\\x00') k", &[]).await.unwrap();
    assert!(none.is_empty(), "no such key");
}

#[tokio::test]
async fn a_table_of_ones_own_stands_in_nobodys_place() {
    let database = migrated().await;
    let service = connect(&database.service_url).await;
    furnish(&service).await;
    // A temporary table comes first on the path of a session.
    let shadow = "CREATE TEMP TABLE number_holder (e164 text, tenant_id text); GRANT ALL ON number_holder TO veralux_owner";
    service.batch_execute(shadow).await.unwrap();
    service.batch_execute("SET veralux.tenant_id = 'elm'").await.unwrap();
    let theirs = "INSERT INTO number VALUES ('elm', 'num 2', '+14155550100', 'pool', 'active', NULL, NULL, NULL, NULL, \
                  'twilio', NULL, 1, 1)";
    let refused = service.execute(theirs, &[]).await;
    assert_refused(refused, &SqlState::UNIQUE_VIOLATION, "number_held_once", "a number that `oak` holds");
}

#[tokio::test]
async fn triggers_of_the_owner_hang_on_nobody_elses_table() {
    let database = migrated().await;
    furnish(&connect(&database.service_url).await).await;
    let superuser = connect(&database.superuser_url).await;
    let role = format!("monitor_of_{}", database.name);
    superuser.batch_execute(&format!("CREATE ROLE {role} LOGIN")).await.unwrap();
    let sql = "SELECT proname::text FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace \
               AND prorettype = 'trigger'::regtype";
    let functions = texts(&superuser, sql).await;
    assert!(functions.len() >= 8, "{functions:?}");
    let monitor_url = database.service_url.replace("veralux_service@", &format!("{role}@"));
    for url in [&database.service_url, &monitor_url] {
        let client = connect(url).await;
        client.batch_execute("CREATE TEMP TABLE mine (e164 text, tenant_id text)").await.unwrap();
        for function in &functions {
            let sql = format!(
                "CREATE TRIGGER held AFTER INSERT OR DELETE ON mine FOR EACH ROW EXECUTE FUNCTION public.{function}()"
            );
            let refused = client.batch_execute(&sql).await;
            assert_refused(
                refused,
                &SqlState::INSUFFICIENT_PRIVILEGE,
                "permission denied for function",
                &sql,
            );
        }
    }
}
