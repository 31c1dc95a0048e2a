use sqlx::{ConnectOptions as _, Row as _};
use veralux_sql::query;

use super::*;

async fn connection() -> SqliteConnection {
    sqlx::sqlite::SqliteConnectOptions::new().in_memory(true).connect().await.unwrap()
}

#[tokio::test]
async fn numbered_parameters_have_their_values_in_any_order_and_number_of_statements() {
    let mut script = Script::new();
    script.query(&query("SELECT $2 || $1 || $2, '$'").bind("a").bind("b"));
    script.statement("SELECT ?").bind("c");
    script.query(&query("SELECT $1, $1 + $2").bind(1_i64).bind(2_i64));
    let error = script.run(&mut connection().await).await.error;
    assert!(error.is_some(), "a dollar that is no parameter");

    let mut script = Script::new();
    script.query(&query("SELECT $2 || $1 || $2").bind("a").bind("b"));
    script.statement("SELECT ?").bind("c");
    script.query(&query("SELECT $1 || ($1 + $2)").bind(1_i64).bind(2_i64));
    let twelve = (1..=12).fold(
        query("SELECT $12 || $1 || $2 || $3 || $4 || $5 || $6 || $7 || $8 || $9 || $10 || $11"),
        |query, n| query.bind(format!("<{n}>")),
    );
    script.query(&twelve);
    let done = script.run(&mut connection().await).await.into_result().unwrap();
    let found: Vec<String> = done.iter().map(|done| done.rows[0].get(0)).collect();
    assert_eq!(found, ["bab", "c", "13", "<12><1><2><3><4><5><6><7><8><9><10><11>"]);
}

#[tokio::test]
async fn a_script_with_a_value_or_a_parameter_too_many_is_refused() {
    for (refused, what) in [
        (query("SELECT $1, $2").bind("a"), "a parameter has no value"),
        (query("SELECT $1").bind("a").bind("b"), "a value has no parameter"),
        (query("SELECT ?").bind("a"), "a value has no parameter"),
        (query("SELECT $0").bind("a"), "a parameter has no value"),
    ] {
        let mut script = Script::new();
        script.query(&refused);
        let error = script.run(&mut connection().await).await.error.map(|error| error.to_string());
        assert!(error.as_ref().is_some_and(|error| error.contains(what)), "{what}: {error:?}");
    }
}
