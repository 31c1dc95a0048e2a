use tokio_postgres::NoTls;
use veralux_core::port::Error;
use veralux_tests::postgres::{Database, Pooler, PrivatePostgres, SERVICE};

use super::*;
use crate::settings::Options;
use crate::{PostgresStore, ROLES, migrate_up};

async fn database(server: &PrivatePostgres) -> Database {
    let migrate = async |url: String| {
        migrate_up(&url).await.unwrap();
    };
    server.database(ROLES, "veralux", migrate).await
}

#[tokio::test]
async fn a_session_has_our_settings_but_for_those_of_the_url() {
    let database = database(PrivatePostgres::shared()).await;
    let more = if database.service_url.contains('?') { '&' } else { '?' };
    let session = Session::new(Duration::from_secs(10), Duration::from_secs(5));
    for (url, statement) in [
        (database.service_url.clone(), "10s"),
        (format!("{}{more}options=-c%20statement_timeout%3D7s", database.service_url), "7s"),
    ] {
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
        tokio::spawn(connection);
        session.begin(&client).await.unwrap();
        for (name, expected) in [
            ("statement_timeout", statement),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "2500ms"),
            ("default_transaction_isolation", "read committed"),
            ("plan_cache_mode", "force_generic_plan"),
            ("jit", "off"),
            ("client_min_messages", "warning"),
        ] {
            let row = client.query_one("SELECT current_setting($1)", &[&name]).await.unwrap();
            assert_eq!(row.get::<_, &str>(0), expected, "{name} at {url}");
        }
    }
}

#[tokio::test]
async fn a_pooler_pools_sessions() {
    let server = PrivatePostgres::shared();
    let database = database(server).await;
    for connections in [1, 16] {
        let options = Options { connections, ..Options::default() };
        let sessions = Pooler::start(server, "session");
        let store = PostgresStore::connect(&sessions.url(SERVICE, &database.name), &options).await;
        assert!(store.is_ok(), "{:?}", store.err());
        let transactions = Pooler::start(server, "transaction");
        let refused = PostgresStore::connect(&transactions.url(SERVICE, &database.name), &options).await;
        assert!(matches!(refused, Err(Error::Invalid(SHARED))), "{refused:?}");
    }
}
