//! What the catalogue says of every table and whatever else holds rows: what is made without protection fails here.

use std::collections::BTreeMap;

use tokio_postgres::{Client, Row};
use veralux_tests::postgres::connect;

use crate::fixture::{columns, migrated, texts};

/// Tables that name tenants and are for all to read: they lead from a value to its tenant, or count. Their owner's triggers
/// keep them.
const HOLDERS: &[&str] = &[
    "assistant_holder",
    "did_holder",
    "head_holder",
    "key_holder",
    "line_holder",
    "number_holder",
    "sealed_under",
    "verified_number",
];

/// Tables of the installation, which hold nothing of a tenant's, with what the service may do.
const OF_THE_INSTALLATION: &[(&str, &str)] = &[
    // What is to be done some time: tenant ids and ids. Each node does the work of all tenants.
    ("due_work", "SELECT INSERT UPDATE DELETE"),
    ("idempotency_key", "SELECT INSERT UPDATE DELETE"),
    ("issued_code", "SELECT INSERT UPDATE DELETE"),
    ("root_key", "SELECT INSERT UPDATE"),
    // Whose projection is behind: tenant ids and DIDs. Each node writes the projections of all tenants.
    ("runtime_outbox", "SELECT INSERT UPDATE"),
    ("runtime_outbox_did", "SELECT INSERT UPDATE DELETE"),
    ("schema_migration", "SELECT"),
    ("setting", "SELECT INSERT"),
    ("tool_registration", "SELECT INSERT UPDATE"),
    ("unclaimed_webhook", "SELECT INSERT DELETE"),
];

/// What the service may do with tables of tenants beside reading and adding, and why.
const CHANGED: &[(&str, &str)] = &[
    ("api_key", "UPDATE"),
    ("assistant_link", "UPDATE DELETE"),
    ("audit_head", "UPDATE"),
    ("caller_id", "UPDATE DELETE"),
    ("credential", "UPDATE DELETE"),
    ("credential_export", "UPDATE"),
    ("forwarding", "UPDATE DELETE"),
    ("message_delivery", "UPDATE"),
    ("number", "UPDATE"),
    ("pair", "UPDATE DELETE"),
    ("phone_call", "UPDATE"),
    ("policy_allow_list", "UPDATE"),
    ("policy_scan_memory", "UPDATE"),
    ("policy_violation", "UPDATE"),
    ("provider_operation", "UPDATE"),
    ("routing_override", "UPDATE"),
    ("runtime_did", "UPDATE DELETE"),
    ("runtime_head", "UPDATE"),
    ("tenant", "UPDATE"),
    ("tenant_key", "DELETE"),
    ("tenant_key_version", "UPDATE"),
    ("tenant_secret", "UPDATE DELETE"),
    ("thread", "UPDATE"),
];

/// The functions that the service calls. All others are the owner's.
const CALLED: &[&str] = &["conversation", "enter_holder_of", "find_key", "resolve_did"];

const POLICY: &str = "of_tenant * PERMISSIVE (tenant_id = NULLIF(current_setting('veralux.tenant_id'::text, true), ''::text)) -";
/// On the list of tenants, the operator's read.
const OPERATORS_POLICY: &str =
    "of_operator r PERMISSIVE (current_setting('veralux.operator'::text, true) = 'on'::text) -";

/// Everything that is wrong with what a database holds.
async fn faults(client: &Client) -> Vec<String> {
    let tables = texts(
        client,
        "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = \
                       'public'::regnamespace ORDER BY 1",
    )
    .await;
    let mut faults = Vec::new();
    for table in &tables {
        let of_tenant = columns(client, table).await.iter().any(|column| column == "tenant_id");
        let of_installation = OF_THE_INSTALLATION.iter().find(|(name, _)| name == table);
        let expected = match of_installation {
            Some((_, privileges)) => (*privileges).to_owned(),
            None if HOLDERS.contains(&table.as_str()) => "SELECT".to_owned(),
            None => {
                if !of_tenant {
                    faults
                        .push(format!("{table} has no tenant_id and is not known to be the installation's"));
                }
                faults.extend(open_doors(client, table).await);
                let more = CHANGED.iter().find(|(name, _)| name == table).map_or("", |(_, more)| more);
                format!("SELECT INSERT {more}").trim_end().to_owned()
            }
        };
        let granted = privileges(client, table).await;
        if granted != expected {
            faults.push(format!("{table}: the service may {granted}, and needs {expected}"));
        }
    }
    faults.extend(out_of_reach(client).await);
    faults.extend(grants_to_others(client).await);
    faults.extend(open_functions(client).await);
    faults
}

/// What shows or counts rows and can be under no policy, or is where nobody looks. A view shows what its owner sees unless it is
/// made to ask as its caller.
async fn out_of_reach(client: &Client) -> Vec<String> {
    let sql = "SELECT c.oid::regclass::text, CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' \
               WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'relation in another schema' END \
               FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
               WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' \
               AND (n.nspname <> 'public' OR c.relkind IN ('m', 'f', 'S') OR c.relkind = 'v' AND NOT EXISTS ( \
               SELECT FROM pg_options_to_table(c.reloptions) \
               WHERE option_name = 'security_invoker' AND option_value::boolean))";
    let rows = client.query(sql, &[]).await.unwrap();
    let told = |row: &Row| {
        format!(
            "{} is a {}: row level security does not hold it",
            row.get::<_, &str>(0),
            row.get::<_, &str>(1)
        )
    };
    rows.iter().map(told).collect()
}

/// What others than the owner and the service were granted, what the service may grant, and what it may do with single columns, of
/// which the lists above know nothing.
async fn grants_to_others(client: &Client) -> Vec<String> {
    let sql = "WITH granted AS (SELECT c.oid::regclass::text AS what, a.*, \
               a.grantee IN (c.relowner, 'veralux_service'::regrole) AS known \
               FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = 'public'::regnamespace \
               UNION ALL SELECT concat(c.oid::regclass, '.', t.attname), a.*, false \
               FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a \
               WHERE c.relnamespace = 'public'::regnamespace \
               UNION ALL SELECT p.proname::text, a.*, a.grantee IN (p.proowner, 'veralux_service'::regrole) \
               FROM pg_proc p, aclexplode(p.proacl) a WHERE p.pronamespace = 'public'::regnamespace) \
               SELECT concat(what, ': ', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END, \
               ' may ', privilege_type, CASE WHEN is_grantable THEN ' and grant it' END) \
               FROM granted WHERE is_grantable OR NOT known";
    texts(client, sql).await
}

/// Functions that are called by others than those who need them. Whoever may call one that keeps holders writes them, by a trigger on a
/// table of his own.
async fn open_functions(client: &Client) -> Vec<String> {
    let sql = "SELECT proname::text, has_function_privilege('public', oid, 'EXECUTE'), \
               has_function_privilege('veralux_service', oid, 'EXECUTE') \
               FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1";
    let mut faults = Vec::new();
    for row in client.query(sql, &[]).await.unwrap() {
        let (function, public, service): (String, bool, bool) = (row.get(0), row.get(1), row.get(2));
        if public {
            faults.push(format!("{function} is open to PUBLIC"));
        } else if service != CALLED.contains(&function.as_str()) {
            faults.push(format!("{function}: the service may call it: {service}, and needs the other"));
        }
    }
    faults
}

/// What is wrong with the protection of a table of tenants.
async fn open_doors(client: &Client, table: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let sql = "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = $1::text::regclass";
    let row = client.query_one(sql, &[&table]).await.unwrap();
    if (row.get(0), row.get(1)) != (true, true) {
        faults.push(format!("{table} is not under row level security, or its owner is not"));
    }
    let sql = "SELECT concat_ws(' ', polname, polcmd, CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END, \
               pg_get_expr(polqual, polrelid), coalesce(pg_get_expr(polwithcheck, polrelid), '-')) \
               FROM pg_policy WHERE polrelid = $1::text::regclass ORDER BY polname DESC";
    let rows = client.query(sql, &[&table]).await.unwrap();
    let policies: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let expected: &[&str] = if table == "tenant" { &[POLICY, OPERATORS_POLICY] } else { &[POLICY] };
    if policies != expected {
        faults.push(format!("{table} has the policies {policies:?}"));
    }
    let sql = "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = $1::text::regclass \
               AND pg_get_indexdef(indexrelid, 1, true) <> 'tenant_id'";
    let rows = client.query(sql, &[&table]).await.unwrap();
    faults
        .extend(rows.iter().map(|row| format!("{} does not begin with the tenant", row.get::<_, String>(0))));
    let sql = "SELECT count(*) FROM pg_index WHERE indrelid = $1::text::regclass AND indisprimary";
    if client.query_one(sql, &[&table]).await.unwrap().get::<_, i64>(0) != 1 {
        faults.push(format!("{table} has no primary key"));
    }
    faults
}

/// What the service may do with a table, in the order of this list.
async fn privileges(client: &Client, table: &str) -> String {
    let all = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"];
    let sql = "SELECT has_table_privilege('veralux_service', $1::text::regclass, $2)";
    let mut granted = Vec::new();
    for privilege in all {
        if client.query_one(sql, &[&table, &privilege]).await.unwrap().get(0) {
            granted.push(privilege);
        }
    }
    granted.join(" ")
}

#[tokio::test]
async fn every_table_is_protected() {
    let database = migrated().await;
    let owner = connect(&database.owner_url).await;
    let faults = faults(&owner).await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    for table in HOLDERS.iter().chain(OF_THE_INSTALLATION.iter().chain(CHANGED).map(|(table, _)| table)) {
        assert!(!columns(&owner, table).await.is_empty(), "{table} is listed and is not there");
    }
}

#[tokio::test]
async fn a_migration_that_forgets_is_told() {
    let database = migrated().await;
    let owner = connect(&database.owner_url).await;
    let forgotten = [
        (
            "CREATE TABLE note (tenant_id text NOT NULL, id text NOT NULL, PRIMARY KEY (tenant_id, id))",
            vec![
                "note is not under row level security, or its owner is not",
                "note has the policies []",
                "note: the service may , and needs SELECT INSERT",
            ],
        ),
        (
            "CREATE TABLE note (id text PRIMARY KEY)",
            vec!["note has no tenant_id", "note_pkey does not begin"],
        ),
        ("ALTER TABLE message NO FORCE ROW LEVEL SECURITY", vec!["message is not under row level security"]),
        ("CREATE POLICY all_of_it ON message USING (true)", vec!["message has the policies"]),
        ("CREATE UNIQUE INDEX by_body ON message (body)", vec!["by_body does not begin with the tenant"]),
        (
            "GRANT TRUNCATE ON decision TO veralux_service",
            vec!["decision: the service may SELECT INSERT TRUNCATE"],
        ),
        (
            "GRANT INSERT ON number_holder TO veralux_service",
            vec!["number_holder: the service may SELECT INSERT"],
        ),
        ("CREATE VIEW bodies AS SELECT body FROM message", vec!["bodies is a view: row level security"]),
        (
            "CREATE VIEW bodies WITH (security_invoker = off) AS SELECT body FROM message",
            vec!["bodies is a view: row level security"],
        ),
        (
            "CREATE MATERIALIZED VIEW bodies AS SELECT body FROM message WITH NO DATA",
            vec!["bodies is a materialized view: row level security"],
        ),
        ("CREATE SEQUENCE message_number", vec!["message_number is a sequence: row level security"]),
        (
            "CREATE SCHEMA other; CREATE TABLE other.note (body text)",
            vec!["other.note is a relation in another"],
        ),
        ("GRANT SELECT ON message TO PUBLIC", vec!["message: PUBLIC may SELECT"]),
        ("GRANT SELECT ON decision TO veralux_backup", vec!["decision: veralux_backup may SELECT"]),
        ("GRANT SELECT (body) ON message TO veralux_backup", vec!["message.body: veralux_backup may SELECT"]),
        (
            "GRANT UPDATE (body) ON message TO veralux_service",
            vec!["message.body: veralux_service may UPDATE"],
        ),
        (
            "GRANT SELECT ON message TO veralux_service WITH GRANT OPTION",
            vec!["message: veralux_service may SELECT and grant it"],
        ),
        (
            "GRANT EXECUTE ON FUNCTION hold_did TO veralux_backup",
            vec!["hold_did: veralux_backup may EXECUTE"],
        ),
        ("GRANT EXECUTE ON FUNCTION hold_number TO PUBLIC", vec!["hold_number is open to PUBLIC"]),
        ("GRANT EXECUTE ON FUNCTION hold_did TO veralux_service", vec!["hold_did: the service may call it"]),
        ("REVOKE EXECUTE ON FUNCTION find_key FROM veralux_service", vec!["find_key: the service may call"]),
    ];
    for (sql, expected) in forgotten {
        owner.batch_execute(&format!("BEGIN; {sql}")).await.unwrap();
        let faults = faults(&owner).await;
        for fault in expected {
            assert!(faults.iter().any(|found| found.starts_with(fault)), "{sql}: {fault}: {faults:?}");
        }
        owner.batch_execute("ROLLBACK").await.unwrap();
    }
    let asks_as_its_caller = "CREATE VIEW bodies WITH (security_invoker) AS SELECT body FROM message; \
                              GRANT SELECT ON bodies TO veralux_service";
    owner.batch_execute(asks_as_its_caller).await.unwrap();
    let faults = faults(&owner).await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn what_the_owner_makes_is_nobody_elses() {
    let database = migrated().await;
    let owner = connect(&database.owner_url).await;
    let later = "CREATE FUNCTION hold_note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'";
    owner.batch_execute(later).await.unwrap();
    let faults = faults(&owner).await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn functions_of_the_owner_look_nowhere_else() {
    let database = migrated().await;
    let owner = connect(&database.owner_url).await;
    let sql = "SELECT proname::text, proconfig FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace";
    let rows = owner.query(sql, &[]).await.unwrap();
    let all: BTreeMap<String, Option<Vec<String>>> =
        rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert!(all.len() >= 8, "{all:?}");
    for (function, settings) in all {
        assert_eq!(settings, Some(vec!["search_path=public, pg_temp".to_owned()]), "{function}");
    }
}
