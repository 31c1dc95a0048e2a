//! Ids sort by their bytes, whatever order the database's own texts have.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use veralux_core::conformance::{Ports, STORE_CASES};
use veralux_postgres::{ROLES, migrate_up};
use veralux_tests::postgres::{OWNER, PrivatePostgres, SERVICE, SUPERUSER, connect};

use crate::fixture::{open, texts};

#[tokio::test]
async fn in_a_database_that_sorts_as_people_do() {
    let server = PrivatePostgres::shared();
    let superuser = connect(&server.url(SUPERUSER, SUPERUSER)).await;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let template = format!("icu_{now:x}_{}", std::process::id());
    // Needs no locale of the machine's.
    let create =
        format!("CREATE DATABASE {template} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'");
    superuser.batch_execute(&create).await.unwrap();
    connect(&server.url(SUPERUSER, &template)).await.batch_execute(ROLES).await.unwrap();
    superuser.batch_execute(&format!("ALTER DATABASE {template} OWNER TO {OWNER}")).await.unwrap();
    migrate_up(&server.url(OWNER, &template)).await.unwrap();
    let sorted = "SELECT word FROM unnest(ARRAY['Z', 'a', 'B', 'ä']) AS word ORDER BY word";
    let sorted = texts(&connect(&server.url(OWNER, &template)).await, sorted).await;
    assert_eq!(sorted, ["a", "ä", "B", "Z"], "the database sorts as people do");
    let end =
        format!("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{template}'");
    superuser.batch_execute(&end).await.unwrap();

    let cases = STORE_CASES
        .iter()
        .filter(|case| case.name.starts_with("page::") || case.name.starts_with("filter::"));
    for (index, case) in cases.enumerate() {
        let copy = format!("{template}_{index}");
        let create = format!("CREATE DATABASE {copy} TEMPLATE {template} STRATEGY file_copy");
        superuser.batch_execute(&create).await.unwrap();
        let store = Arc::new(open(&server.url(SERVICE, &copy)).await.unwrap());
        (case.run)(&Ports::from_one(&store)).await;
        store.close();
        superuser.batch_execute(&format!("DROP DATABASE {copy} WITH (FORCE)")).await.unwrap();
    }
    superuser.batch_execute(&format!("DROP DATABASE {template} WITH (FORCE)")).await.unwrap();
}
