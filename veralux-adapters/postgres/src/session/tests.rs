use tokio_postgres::NoTls;
use veralux_tests::postgres::PrivatePostgres;

use super::*;

#[tokio::test]
async fn a_session_has_our_settings_but_for_those_of_the_url() {
    let url = PrivatePostgres::shared().url("postgres", "postgres");
    for (options, statement, idle) in [
        (None, "10s", "2500ms"),
        (Some("-c statement_timeout=7s"), "7s", "2500ms"),
        (Some("-cstatement_timeout=7s -c idle_session_timeout=9s -c deadlock_timeout=3s"), "7s", "2500ms"),
        (Some("--statement-timeout=7s -c idle_in_transaction_session_timeout=6s"), "7s", "6s"),
    ] {
        let mut config: tokio_postgres::Config = url.parse().unwrap();
        if let Some(options) = options {
            config.options(options);
        }
        let (client, connection) = config.connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        let session = Session::new(options, Duration::from_secs(10), Duration::from_secs(5));
        session.begin(&client).await.unwrap();
        for (name, expected) in [
            ("statement_timeout", statement),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", idle),
            ("default_transaction_isolation", "read committed"),
            ("plan_cache_mode", "force_generic_plan"),
            ("jit", "off"),
            ("client_min_messages", "warning"),
        ] {
            let row = client.query_one("SELECT current_setting($1)", &[&name]).await.unwrap();
            assert_eq!(row.get::<_, &str>(0), expected, "{name} behind {options:?}");
        }
    }
}
