use veralux_core::port::Error;
use veralux_tests::postgres::{Database, Pooler, PrivatePostgres, SERVICE};

use super::SHARED;
use crate::settings::Options;
use crate::{PostgresStore, ROLES, migrate_up};

async fn database(server: &PrivatePostgres) -> Database {
    let migrate = async |url: String| {
        migrate_up(&url).await.unwrap();
    };
    server.database(ROLES, "veralux", migrate).await
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
