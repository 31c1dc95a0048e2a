use tokio_postgres::error::SqlState;
use veralux_core::port::{Directory as _, Error, Page};
use veralux_postgres::{OWNERS, ROLES, migrate_up};
use veralux_tests::postgres::{PostgresOptions, PrivatePostgres, connect};

use crate::fixture::{TENANTS, assert_refused, count, furnish, migrated, open, tables_of_tenants};

#[tokio::test]
async fn a_role_that_could_see_every_tenant_is_refused() {
    let database = migrated().await;
    let superuser = connect(&database.superuser_url).await;
    // Roles are of the server, which other tests share.
    let role = |name: &str| format!("{name}_of_{}", database.name);
    let url = |role: &str| database.service_url.replace("veralux_service@", &format!("{role}@"));
    let (bypass, member, heir) = (role("bypass"), role("member"), role("heir"));
    let (apart, of_bypass, of_superuser) = (role("apart"), role("of_bypass"), role("of_superuser"));
    let (maker, of_maker, copier) = (role("maker"), role("of_maker"), role("copier"));
    let (runner, reader, maker_of_tables) = (role("runner"), role("reader"), role("maker_of_tables"));
    superuser
        .batch_execute(&format!(
            "CREATE ROLE {bypass} LOGIN BYPASSRLS IN ROLE veralux_service; \
             CREATE ROLE {member} LOGIN IN ROLE veralux_service, veralux_owner; \
             CREATE ROLE {heir} LOGIN IN ROLE {member}; \
             CREATE ROLE {apart} LOGIN NOINHERIT IN ROLE veralux_service, veralux_owner; \
             CREATE ROLE {of_bypass} LOGIN IN ROLE veralux_service, {bypass}; \
             CREATE ROLE {of_superuser} LOGIN IN ROLE veralux_service, postgres; \
             CREATE ROLE {maker} LOGIN CREATEROLE IN ROLE veralux_service; \
             CREATE ROLE {of_maker} LOGIN NOINHERIT IN ROLE veralux_service, {maker}; \
             CREATE ROLE {copier} LOGIN REPLICATION IN ROLE veralux_service; \
             CREATE ROLE {runner} LOGIN IN ROLE veralux_service, pg_execute_server_program; \
             CREATE ROLE {reader} LOGIN NOINHERIT IN ROLE veralux_service, pg_read_server_files; \
             CREATE ROLE {maker_of_tables} LOGIN IN ROLE veralux_service; \
             GRANT CREATE ON SCHEMA public TO {maker_of_tables}"
        ))
        .await
        .unwrap();
    for (role, who, fix) in [
        ("postgres", "is a superuser", "connect as `veralux_service`"),
        ("veralux_owner", "owns the tables", "connect as `veralux_service`"),
        ("veralux_backup", "has BYPASSRLS", "connect as `veralux_service`"),
        (&bypass, "has BYPASSRLS", "NOBYPASSRLS"),
        (&member, "is a member of their owner", "connect as `veralux_service`"),
        (&heir, "is a member of their owner", "connect as `veralux_service`"),
        (&apart, "is a member of their owner", "connect as `veralux_service`"),
        (&of_bypass, "has BYPASSRLS", "NOBYPASSRLS"),
        (&of_superuser, "is a superuser", "connect as `veralux_service`"),
        (&maker, "has CREATEROLE", "NOCREATEROLE"),
        (&of_maker, "has CREATEROLE", "NOCREATEROLE"),
        (&copier, "or REPLICATION", "NOREPLICATION"),
        (&runner, "run its programs", "REVOKE pg_execute_server_program"),
        (&reader, "read or write the server's files", "pg_read_server_files"),
        (&maker_of_tables, "may create in it", "REVOKE CREATE ON SCHEMA"),
    ] {
        match open(&url(role)).await {
            Err(Error::Invalid(why)) => {
                assert!(why.contains(who) && why.contains(fix) && why.contains("roles.sql"), "{role}: {why}");
            }
            other => panic!("{role} should be refused, but: {other:?}"),
        }
    }
    // Whoever connected may go back from the role that was taken on.
    let more = if database.service_url.contains('?') { '&' } else { '?' };
    let taken_on = format!("{}{more}options=-c%20role%3Dveralux_service", url("postgres"));
    let refused = open(&taken_on).await;
    let told = matches!(&refused, Err(Error::Invalid(why)) if why.contains("is a superuser"));
    assert!(told, "{refused:?}");
}

#[tokio::test]
async fn whoever_owns_the_database_is_refused() {
    let database = migrated().await;
    let superuser = connect(&database.superuser_url).await;
    let role = format!("landlord_of_{}", database.name);
    superuser.batch_execute(&format!("CREATE ROLE {role} LOGIN IN ROLE veralux_service")).await.unwrap();
    let url = database.service_url.replace("veralux_service@", &format!("{role}@"));
    open(&url).await.unwrap();
    superuser.batch_execute(&format!("ALTER DATABASE {} OWNER TO {role}", database.name)).await.unwrap();
    let refused = open(&url).await;
    let told = matches!(&refused, Err(Error::Invalid(why)) if why.contains("owns the database"));
    assert!(told, "{refused:?}");
}

#[tokio::test]
async fn a_tenant_that_is_named_for_the_whole_connection_is_refused() {
    let database = migrated().await;
    let superuser = connect(&database.superuser_url).await;
    let refused = async |url: &str, what: &str| {
        let refused = open(url).await;
        let told = matches!(&refused, Err(Error::Invalid(why)) if why.contains("for the whole connection"));
        assert!(told, "{what}: {refused:?}");
    };
    let more = if database.service_url.contains('?') { '&' } else { '?' };
    for setting in ["veralux.tenant_id%3Doak", "veralux.operator%3Don"] {
        refused(&format!("{}{more}options=-c%20{setting}", database.service_url), setting).await;
    }
    let set = format!("ALTER DATABASE {} SET veralux.tenant_id = 'oak'", database.name);
    superuser.batch_execute(&set).await.unwrap();
    refused(&database.service_url, "by the database").await;
}

#[tokio::test]
async fn functions_of_a_superuser_are_refused() {
    let database = migrated().await;
    let superuser = connect(&database.superuser_url).await;
    let function: String = superuser
        .query_one(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace LIMIT 1",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    superuser.batch_execute(&format!("ALTER FUNCTION {function} OWNER TO postgres")).await.unwrap();
    let refused = open(&database.service_url).await;
    let told = matches!(&refused, Err(Error::Invalid(why)) if why.contains("veralux migrate owners"));
    assert!(told, "{refused:?}");
    superuser.batch_execute(OWNERS).await.unwrap();
    open(&database.service_url).await.unwrap();
}

#[tokio::test]
async fn views_of_a_superuser_are_refused_where_the_role_may_read_them() {
    let database = migrated().await;
    let superuser = connect(&database.superuser_url).await;
    for view in ["VIEW", "MATERIALIZED VIEW"] {
        let made = format!("CREATE {view} every_tenant AS SELECT tenant_id FROM tenant");
        superuser.batch_execute(&made).await.unwrap();
        open(&database.service_url).await.unwrap();
        superuser.batch_execute("GRANT SELECT ON every_tenant TO PUBLIC").await.unwrap();
        let refused = open(&database.service_url).await;
        let told = matches!(&refused, Err(Error::Invalid(why)) if why.contains("ALTER VIEW"));
        assert!(told, "{view}: {refused:?}");
        let over = format!("ALTER {view} every_tenant OWNER TO veralux_owner");
        superuser.batch_execute(&over).await.unwrap();
        open(&database.service_url).await.unwrap();
        superuser.batch_execute(&format!("DROP {view} every_tenant")).await.unwrap();
    }
    let invoked = "CREATE VIEW every_tenant WITH (security_invoker = on) AS SELECT tenant_id FROM tenant; \
                   GRANT SELECT ON every_tenant TO PUBLIC";
    superuser.batch_execute(invoked).await.unwrap();
    open(&database.service_url).await.unwrap();
}

#[tokio::test]
async fn who_may_make_roles_and_databases_makes_ours() {
    let postgres = PrivatePostgres::start(PostgresOptions::default());
    let superuser = connect(&postgres.url("postgres", "postgres")).await;
    superuser.batch_execute("CREATE ROLE founder LOGIN CREATEROLE CREATEDB").await.unwrap();
    let founder = connect(&postgres.url("founder", "postgres")).await;
    for _ in 0..2 {
        founder.batch_execute(ROLES).await.unwrap();
    }
    founder.batch_execute("CREATE DATABASE veralux OWNER veralux_owner").await.unwrap();
    founder.batch_execute("REVOKE veralux_owner FROM CURRENT_USER").await.unwrap();
    assert!(
        founder.batch_execute("CREATE DATABASE again OWNER veralux_owner").await.is_err(),
        "it is taken back"
    );
    migrate_up(&postgres.url("veralux_owner", "veralux")).await.unwrap();
    open(&postgres.url("veralux_service", "veralux")).await.unwrap();
}

#[tokio::test]
async fn the_role_for_backups_sees_every_tenant_and_changes_nothing() {
    let database = migrated().await;
    furnish(&connect(&database.service_url).await).await;
    let backup = connect(&database.service_url.replace("veralux_service@", "veralux_backup@")).await;
    let all = connect(&database.superuser_url).await;
    for table in tables_of_tenants(&all).await {
        let sql = format!("SELECT count(*) FROM {table}");
        assert_eq!(count(&backup, &sql).await, count(&all, &sql).await, "{table}");
        for change in [format!("DELETE FROM {table}"), format!("INSERT INTO {table} DEFAULT VALUES")] {
            let refused = backup.batch_execute(&change).await;
            assert_refused(refused, &SqlState::INSUFFICIENT_PRIVILEGE, "permission denied", &change);
        }
    }
}

#[tokio::test]
async fn a_role_of_the_operators_own_is_welcome() {
    let database = migrated().await;
    furnish(&connect(&database.service_url).await).await;
    let superuser = connect(&database.superuser_url).await;
    let role = format!("own_of_{}", database.name);
    superuser.batch_execute(&format!("CREATE ROLE {role} LOGIN IN ROLE veralux_service")).await.unwrap();
    let store = open(&database.service_url.replace("veralux_service@", &format!("{role}@"))).await.unwrap();
    let tenants = store.list_tenants(&Page::first(9)).await.unwrap().items;
    let names: Vec<&str> = tenants.iter().map(|tenant| tenant.id.as_str()).collect();
    assert_eq!(names, ["elm", "oak"]);
    for name in TENANTS {
        let tenant = store.lookup_tenant(&name.parse().unwrap()).await.unwrap();
        assert_eq!(tenant.unwrap().name, name);
    }
}

#[tokio::test]
async fn a_role_without_privileges_is_refused() {
    let database = migrated().await;
    let superuser = connect(&database.superuser_url).await;
    let role = format!("stranger_of_{}", database.name);
    superuser.batch_execute(&format!("CREATE ROLE {role} LOGIN")).await.unwrap();
    let refused = open(&database.service_url.replace("veralux_service@", &format!("{role}@"))).await;
    let told = matches!(refused, Err(Error::Invalid(why)) if why.contains("GRANT veralux_service to it"));
    assert!(told, "{refused:?}");
}
