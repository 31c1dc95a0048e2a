//! Every SQL text of this package is known to PostgreSQL, and none walks through a table that grows.

use std::collections::BTreeSet;
use std::path::Path;

use tokio_postgres::{Client, SimpleQueryMessage};
use veralux_tests::postgres::{Database, PostgresOptions, PrivatePostgres, connect};
use veralux_tests::sql::{modules_of, modules_with_statements};

use super::plan::{Fault, Indexes};

/// Statements that may do what others must not, and why.
const EXEMPT: &[(&str, &[Fault], &str)] = &[
    // Rows of which a tenant has a handful, or at most as many as a constant says.
    ("assistants::LIST", &[Fault::WalksTenant, Fault::Sorts], "at most `MAX_ASSISTANTS`"),
    ("assistants::LIST_TOOLS", &[Fault::Sorts], "at most `MAX_TOOLS`"),
    ("ledger::assistant::ADD", &[Fault::WalksTenant], "counts at most `MAX_ASSISTANTS`"),
    ("credentials::LIST", &[Fault::WalksTenant], "one credential a provider"),
    ("credentials::LIST_SECRETS", &[Fault::WalksTenant, Fault::Sorts], "at most `MAX_SECRETS`"),
    ("credentials::NEWEST_KEY", &[Fault::WalksTenant], "in the order of the index, one row of it"),
    ("ledger::credential::ADD_SECRET", &[Fault::WalksTenant], "counts at most `MAX_SECRETS`"),
    ("ledger::credential::DESTROY_KEYS", &[Fault::WalksTenant], "that is what it is for"),
    (
        "ledger::credential::REMOVE_KEY",
        &[Fault::WalksTenant, Fault::Filters],
        "what lies under a key, as above",
    ),
    (
        "ledger::runtime::FORGET_DOCUMENT_DIDS",
        &[Fault::WalksTenant, Fault::Filters],
        "a tenant's DIDs, some dozens",
    ),
    ("ledger::runtime::LEAVE_UNNAMED_DIDS", &[Fault::WalksTenant, Fault::Filters], "a tenant's DIDs"),
    ("ledger::runtime::REMOVE_UNNAMED_DIDS", &[Fault::WalksTenant, Fault::Filters], "a tenant's DIDs"),
    ("outbox::LOOKUP", &[Fault::Sorts], "the DIDs that a tenant has given up since it was in line"),
    ("outbox::FORGET_DIDS", &[Fault::Filters], "likewise"),
    ("outbox::COUNT", &[Fault::Walks], "what waits, by an index that holds nothing else"),
    ("directory::HEAD", &[Fault::WalksTenant], "a tenant's DIDs"),
    ("runtime::HEAD", &[Fault::WalksTenant], "a tenant's DIDs"),
    (
        "numbers::LIST_FREE_POOL",
        &[Fault::Sorts],
        "a tenant's active pool numbers; no index has their order for a party",
    ),
    ("work::NEXT_DUE", &[Fault::Walks, Fault::Filters], "the first entry of an index, as below"),
    // What is thrown away is little.
    (
        "work::CLAIM",
        &[Fault::Filters, Fault::Skips],
        "what servers of a newer version have scheduled and will do",
    ),
    (
        "ledger::work::WAKE",
        &[Fault::Filters, Fault::Sorts],
        "what a tenant is to send, of which most is held back, in its old order",
    ),
    ("ledger::work::SCHEDULE", &[Fault::Filters], "the work itself, among what is due before"),
    ("messages::LOOKUP", &[Fault::Filters], "joins one row with one, each found by its key"),
    ("threads::LIST_BY_CUSTOMER", &[Fault::Filters], "the threads of one customer"),
    ("ledger::dialect::LEAVE_PAIR", &[Fault::Filters], "the pairs of one thread: it has one"),
    (
        "directory::LIST_TENANTS",
        &[Fault::Filters, Fault::NotTenantFirst],
        "the operator sees all: nothing is thrown away",
    ),
    ("root_keys::LIST_TENANTS", &[Fault::Filters], "goes on behind the page: a rotation reads each row once"),
    // The operator's, now and then.
    (
        "root_keys::CENSUS",
        &[Fault::Walks, Fault::Sorts],
        "sums a row a tenant and root key, and sorts one a root key",
    ),
    ("migrate::LIST", &[Fault::Sorts], "a handful"),
    ("role::PRIVILEGES", &[Fault::Filters], "the catalogue's schemas"),
    ("root_keys::LIST", &[Fault::Sorts], "a few root keys"),
];

/// Those of them that the plans of some versions of PostgreSQL, 15 to 18, have and those of others have not.
const BY_VERSION: &[(&str, Fault)] = &[
    ("messages::LOOKUP", Fault::Filters),
    ("work::CLAIM", Fault::Skips),
    ("work::NEXT_DUE", Fault::Filters),
];

/// What each fault looks like.
const FAULTY: &[(&str, Fault)] = &[
    ("SELECT h.did FROM did_holder h WHERE h.tenant_id = $1", Fault::Walks),
    ("SELECT m.id FROM message m WHERE m.body = $1", Fault::WalksTenant),
    (
        "SELECT m.body FROM message m WHERE m.tenant_id = $1 AND m.id > $2 AND m.decision = $3 LIMIT 1",
        Fault::Filters,
    ),
    (
        "SELECT m.id FROM message m WHERE m.tenant_id = $1 AND m.thread = $2 ORDER BY m.received_at",
        Fault::Sorts,
    ),
    ("SELECT p.thread FROM pair p WHERE p.tenant_id = $1 AND p.customer = $2", Fault::Skips),
    (
        "SELECT t.name FROM tenant t WHERE t.tenant_id > $1 ORDER BY t.tenant_id LIMIT 1",
        Fault::NotTenantFirst,
    ),
];

/// One with a tenth of everything, and one of ten thousand.
const TENANTS: [&str; 2] = ["ten1000001", "ten1000777"];

fn all() -> Vec<(&'static str, &'static str)> {
    let ledger = [veralux_sql::ledger::STATEMENTS, crate::ledger::STATEMENTS].concat();
    let mut all: Vec<_> = ledger.into_iter().flatten().copied().collect();
    for module in [
        crate::assistants::STATEMENTS,
        crate::audit::STATEMENTS,
        crate::calls::STATEMENTS,
        crate::conversations::STATEMENTS,
        crate::credentials::STATEMENTS,
        crate::decisions::STATEMENTS,
        crate::directory::STATEMENTS,
        crate::idempotency::STATEMENTS,
        crate::keys::STATEMENTS,
        crate::messages::STATEMENTS,
        crate::migrate::STATEMENTS,
        crate::migrate::owner::STATEMENTS,
        crate::notices::STATEMENTS,
        crate::numbers::STATEMENTS,
        crate::operations::STATEMENTS,
        crate::outbox::STATEMENTS,
        crate::policy::STATEMENTS,
        crate::role::STATEMENTS,
        crate::root_keys::STATEMENTS,
        crate::runtime::STATEMENTS,
        crate::schedule::STATEMENTS,
        crate::setting::STATEMENTS,
        crate::telephony::STATEMENTS,
        crate::threads::STATEMENTS,
        crate::transaction::STATEMENTS,
        crate::unclaimed::STATEMENTS,
        crate::work::STATEMENTS,
    ] {
        all.extend(module);
    }
    all
}

async fn database(server: &PrivatePostgres) -> Database {
    let migrate = async |url: String| {
        crate::migrate_up(&url).await.unwrap();
    };
    server.database(crate::ROLES, "veralux", migrate).await
}

/// How sessions and transactions are set up, and the table before all migrations: nothing that is prepared or has a plan.
const UNPLANNED: &[&str] = &[
    "BEGIN READ ONLY",
    "CREATE TABLE IF NOT EXISTS schema_migration ",
    "LISTEN veralux",
    "SELECT pg_backend_pid()",
    "SET LOCAL lock_timeout = ",
    "SET LOCAL veralux.tenant_id = ",
    "SET {name} = {value};",
];

#[test]
fn every_statement_is_registered() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = modules_with_statements("veralux_postgres", &sources, UNPLANNED);
    found.extend(modules_with_statements("veralux_sql", &sources.join("../../sql/src"), &[]));
    assert_eq!(modules_of(all().into_iter().map(|(name, _)| name)), found);
}

#[tokio::test]
async fn postgres_knows_every_statement() {
    let database = database(PrivatePostgres::shared()).await;
    let service = connect(&database.service_url).await;
    let statements = all();
    assert!(statements.len() > 80, "only {} statements are registered", statements.len());
    for (name, sql) in statements {
        let prepared = service.prepare(sql).await;
        assert!(prepared.is_ok(), "{name}: {:?}\n{sql}", prepared.err());
    }
}

/// The plan for any values, as a connection of the pool has it after some uses.
async fn plan(service: &Client, tenant: &str, sql: &str) -> serde_json::Value {
    let parameters = service.prepare(sql).await.unwrap().params().len();
    let values = vec!["NULL"; parameters].join(", ");
    let values = if parameters == 0 { String::new() } else { format!("({values})") };
    let script = format!(
        "BEGIN; SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL veralux.tenant_id = '{tenant}'; \
         PREPARE explained AS {sql}; EXPLAIN (FORMAT JSON) EXECUTE explained{values}; \
         ROLLBACK; DEALLOCATE explained"
    );
    let answers = service.simple_query(&script).await.unwrap_or_else(|error| panic!("{error:?}\n{sql}"));
    let rows = answers.iter().filter_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    let explained: serde_json::Value = serde_json::from_str(&rows.collect::<String>()).unwrap();
    explained[0]["Plan"].clone()
}

/// What functions look at, whose plans no EXPLAIN shows: a handful of entries by indexes, and no table from end to end. They are
/// asked for a thread with a long past.
async fn walks_of_functions(url: &str, superuser: &Client, tenant: &str) -> Vec<String> {
    let sample = "SELECT n.e164, c.phone, p.thread, d.did, '\\x' || encode(k.digest, 'hex') FROM pair p \
                  JOIN number n ON n.tenant_id = p.tenant_id AND n.id = p.number AND n.class = 'pool' \
                  JOIN customer c ON c.tenant_id = p.tenant_id AND c.id = p.customer \
                  JOIN runtime_did d ON d.tenant_id = p.tenant_id JOIN api_key k ON k.tenant_id = p.tenant_id \
                  WHERE p.tenant_id = $1 AND p.thread IN ( \
                  SELECT w.thread FROM assignment_window w WHERE w.tenant_id = $1 AND w.ends_at < 5 \
                  GROUP BY w.thread HAVING count(*) = 1000 \
                  INTERSECT SELECT o.thread FROM routing_override o \
                  WHERE o.tenant_id = $1 AND (o.ends_at < 5 OR o.removed_at < 5) GROUP BY o.thread HAVING count(*) = 1000) \
                  LIMIT 1";
    let sample = superuser.query_one(sample, &[&tenant]).await.unwrap();
    let [number, party, thread, did, digest] = [0, 1, 2, 3, 4].map(|column| sample.get::<_, String>(column));
    let calls = [
        format!(
            "conversation(5, '{tenant}', '{number}', '{party}', NULL) f WHERE (f.m).tenant_id IS NULL AND f.mapped"
        ),
        format!(
            "conversation(5, '{tenant}', '{number}', '+19', NULL) f WHERE (f.h).id IS NOT NULL AND NOT f.mapped"
        ),
        format!("conversation(5, '{tenant}', NULL, NULL, '{thread}') f WHERE (f.c).phone = '{party}'"),
        format!("enter_holder_of('{number}') f WHERE f = '{tenant}'"),
        format!("resolve_did('{did}') f WHERE f.tenant_id = '{tenant}'"),
        format!("find_key('{digest}') f WHERE f.tenant_id = '{tenant}'"),
    ];
    let granted = "SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace \
                   AND has_function_privilege('veralux_service', oid, 'EXECUTE')";
    let granted = superuser.query(granted, &[]).await.unwrap();
    let granted: BTreeSet<&str> = granted.iter().map(|row| row.get(0)).collect();
    let asked: BTreeSet<&str> = calls.iter().filter_map(|call| call.split('(').next()).collect();
    assert_eq!(asked, granted, "what the service may call is looked at here");
    let mut wrong = Vec::new();
    for call in calls {
        let (found, looks) = looks(url, tenant, &format!("SELECT count(*) FROM {call}")).await;
        assert_eq!(found, "1", "{call}");
        wrong.extend(looks.into_iter().map(|look| format!("{call}: {look}")));
    }
    for walk in ["message WHERE body = 'x'", "message WHERE tenant_id = 'ten1000001' AND thread > ''"] {
        let (_, looks) = looks(url, TENANTS[0], &format!("SELECT count(*) FROM {walk}")).await;
        assert!(!looks.is_empty(), "{walk}");
    }
    wrong
}

/// What a statement answers with, and where it looked at more than it should.
async fn looks(url: &str, tenant: &str, sql: &str) -> (String, Vec<String>) {
    let looks = "SELECT c.relname || ' ' || c.relkind::text || ' ' || pg_stat_get_xact_tuples_returned(c.oid) FROM pg_class c \
                 WHERE c.relnamespace = 'public'::regnamespace AND CASE c.relkind \
                 WHEN 'r' THEN pg_stat_get_xact_numscans(c.oid) > 0 \
                 WHEN 'i' THEN pg_stat_get_xact_tuples_returned(c.oid) > 10 END";
    let script = format!(
        "BEGIN; SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL veralux.tenant_id = '{tenant}'; {sql}; {looks}; ROLLBACK"
    );
    // Not what another statement of the same session has looked at, which is counted with it until it is told to all.
    let service = connect(url).await;
    let answers = service.simple_query(&script).await.unwrap_or_else(|error| panic!("{error:?}\n{sql}"));
    let mut rows = answers.iter().filter_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    (rows.next().unwrap(), rows.collect())
}

#[tokio::test]
async fn no_statement_walks_through_a_table_that_grows() {
    // What this transaction made needs no log.
    let settings = [("wal_level", "minimal"), ("max_wal_senders", "0"), ("shared_buffers", "256MB")];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let server = PrivatePostgres::start(PostgresOptions { settings, ..PostgresOptions::default() });
    let database = database(&server).await;
    let superuser = connect(&database.superuser_url).await;
    superuser.batch_execute(&format!("BEGIN; {} COMMIT", include_str!("fill.sql"))).await.unwrap();
    let indexes = Indexes::read(&superuser).await;
    let (service, owner) = (connect(&database.service_url).await, connect(&database.owner_url).await);
    for (sql, expected) in FAULTY {
        let found = indexes.faults(&plan(&service, TENANTS[0], sql).await);
        assert!(found.iter().any(|(fault, _)| fault == expected), "{expected:?} in {sql}: {found:?}");
    }
    let mut unused: BTreeSet<(&str, Fault)> =
        EXEMPT.iter().flat_map(|(name, faults, _)| faults.iter().map(|fault| (*name, *fault))).collect();
    unused.retain(|exempt| !BY_VERSION.contains(exempt));
    let mut wrong = Vec::new();
    for (name, sql) in all() {
        let short = name.trim_end_matches("::oldest_first").trim_end_matches("::newest_first");
        let short = short.trim_start_matches("veralux_postgres::").trim_start_matches("veralux_sql::");
        let role = if short.starts_with("migrate::") { &owner } else { &service };
        for tenant in TENANTS {
            for (fault, step) in indexes.faults(&plan(role, tenant, sql).await) {
                let is_exempt =
                    EXEMPT.iter().any(|(name, faults, _)| *name == short && faults.contains(&fault));
                unused.retain(|exempt| *exempt != (short, fault));
                if !is_exempt {
                    wrong.push(format!("{name}, for {tenant}: {fault:?}: {step}"));
                }
            }
        }
    }
    for tenant in TENANTS {
        wrong.extend(walks_of_functions(&database.service_url, &superuser, tenant).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(unused.is_empty(), "exempt without need: {unused:?}");
}
