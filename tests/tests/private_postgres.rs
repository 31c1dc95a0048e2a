//! The harness that gives a test its PostgreSQL: it is private, it is shared, and nothing of it stays.
#![cfg(test)]

use std::env;
use std::fs;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio_postgres::Client;
use veralux_tests::postgres::{Database, PostgresOptions, PrivatePostgres, SUPERUSER, connect};

const ROLES: &str = "
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'veralux_owner') THEN
        CREATE ROLE veralux_owner LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'veralux_service') THEN
        CREATE ROLE veralux_service LOGIN;
    END IF;
END $$;";
const SCHEMA: &str = "
CREATE TABLE word (word text PRIMARY KEY);
GRANT SELECT, INSERT ON word TO veralux_service;
INSERT INTO word VALUES ('prepared')";

/// Set for a process that a test starts of itself: the directory for what it has to say.
const CHILD: &str = "VERALUX_TESTS_CHILD";
/// How long it may take until nothing is left of a server that nobody wants any more.
const PATIENCE: Duration = Duration::from_secs(30);

async fn execute(url: &str, sql: &str) -> Result<(), String> {
    let done = connect(url).await.batch_execute(sql).await;
    done.map_err(|error| error.as_db_error().map_or(error.to_string(), |error| error.message().to_owned()))
}

async fn words(client: &Client) -> Vec<String> {
    let rows = client.query("SELECT word FROM word ORDER BY word", &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn one(url: &str, sql: &str) -> String {
    connect(url).await.query_one(sql, &[]).await.unwrap().get(0)
}

/// A database with [`SCHEMA`] on the shared server.
async fn database() -> Database {
    let prepare = async |url: String| execute(&url, SCHEMA).await.unwrap();
    PrivatePostgres::shared().database(ROLES, SCHEMA, prepare).await
}

async fn databases(name: &str) -> String {
    let url = PrivatePostgres::shared().url(SUPERUSER, "postgres");
    one(&url, &format!("SELECT count(*)::text FROM pg_database WHERE datname = '{name}'")).await
}

fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The directory of a server with that URL.
fn directory(url: &str) -> PathBuf {
    let host = url.split_once('@').unwrap().1.rsplit_once('/').unwrap().0;
    PathBuf::from(host.replace("%2F", "/"))
}

/// How many processes have a path among their arguments.
fn processes_with(path: &Path) -> usize {
    let path = path.to_str().unwrap().as_bytes();
    let lines = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path().join("cmdline"));
    let lines = lines.filter_map(|line| fs::read(line).ok());
    lines.filter(|line| line.windows(path.len()).any(|window| window == path)).count()
}

#[tokio::test]
async fn databases_of_one_template_are_separate() {
    let (one, other) = tokio::join!(database(), database());
    execute(&one.service_url, "INSERT INTO word VALUES ('mine')").await.unwrap();
    assert_eq!(words(&connect(&one.superuser_url).await).await, ["mine", "prepared"]);
    assert_eq!(words(&connect(&other.superuser_url).await).await, ["prepared"]);
}

#[tokio::test]
async fn a_template_is_prepared_once() {
    let calls = AtomicU32::new(0);
    let prepare = async |url: String| {
        calls.fetch_add(1, Ordering::Relaxed);
        execute(&url, SCHEMA).await.unwrap();
    };
    let key = format!("once, by {}", std::process::id());
    let postgres = PrivatePostgres::shared();
    let (one, other, third) = tokio::join!(
        postgres.database(ROLES, &key, prepare),
        postgres.database(ROLES, &key, prepare),
        postgres.database(ROLES, &key, prepare),
    );
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    for database in [one, other, third] {
        assert_eq!(words(&connect(&database.owner_url).await).await, ["prepared"]);
    }
}

#[tokio::test]
async fn a_template_whose_preparation_failed_is_made_anew() {
    let key = format!("failed, by {}", std::process::id());
    let failing = {
        let key = key.clone();
        async move {
            let prepare = async |url: String| {
                execute(&url, "CREATE TABLE word (half integer)").await.unwrap();
                panic!("on purpose");
            };
            PrivatePostgres::shared().database(ROLES, &key, prepare).await
        }
    };
    assert!(tokio::spawn(failing).await.unwrap_err().is_panic());
    let prepare = async |url: String| execute(&url, SCHEMA).await.unwrap();
    let database = PrivatePostgres::shared().database(ROLES, &key, prepare).await;
    assert_eq!(words(&connect(&database.owner_url).await).await, ["prepared"]);
}

#[tokio::test]
async fn the_service_is_neither_owner_nor_superuser() {
    let database = database().await;
    let cases = [
        ("takes the table away", "DROP TABLE word", Err("must be owner of table word")),
        ("changes the table", "ALTER TABLE word ADD COLUMN b text", Err("must be owner of table word")),
        ("does what was not granted", "DELETE FROM word", Err("permission denied for table word")),
        ("makes a table", "CREATE TABLE b (b text)", Err("permission denied for schema public")),
        (
            "becomes the owner",
            "SET ROLE veralux_owner",
            Err(r#"permission denied to set role "veralux_owner""#),
        ),
        ("does what was granted", "INSERT INTO word VALUES ('b')", Ok(())),
    ];
    for (description, sql, expected) in cases {
        assert_eq!(
            execute(&database.service_url, sql).await,
            expected.map_err(str::to_owned),
            "{description}"
        );
    }
    let sql = "SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE rolsuper";
    assert_eq!(one(&database.service_url, sql).await, SUPERUSER);
    let sql = "SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()";
    assert_eq!(one(&database.service_url, sql).await, "veralux_owner");
    execute(&database.owner_url, "DROP TABLE word").await.unwrap();
}

#[tokio::test]
async fn a_role_above_row_level_security_is_refused() {
    let postgres = PrivatePostgres::start(PostgresOptions::default());
    let roles = format!("{ROLES} ALTER ROLE veralux_service BYPASSRLS");
    let made = tokio::spawn(async move { postgres.database(&roles, "", async |_| ()).await });
    assert!(made.await.unwrap_err().is_panic());
}

#[tokio::test]
async fn a_dropped_database_is_gone() {
    let database = database().await;
    let name = database.name.clone();
    let _connected = connect(&database.service_url).await;
    assert_eq!(databases(&name).await, "1");
    drop(database);
    assert_eq!(databases(&name).await, "0");
}

#[tokio::test]
async fn a_killed_server_comes_back_with_what_was_committed() {
    let mut postgres =
        PrivatePostgres::start(PostgresOptions { durable: true, ..PostgresOptions::default() });
    let url = postgres.url(SUPERUSER, "postgres");
    assert_eq!(one(&url, "SHOW fsync").await, "on");
    execute(&url, "CREATE TABLE word AS SELECT 'prepared' AS word").await.unwrap();
    let client = connect(&url).await;
    client.batch_execute("BEGIN; INSERT INTO word VALUES ('not committed')").await.unwrap();

    postgres.kill();
    assert!(client.batch_execute("COMMIT").await.is_err());
    assert!(tokio_postgres::connect(&url, tokio_postgres::NoTls).await.is_err());
    postgres.restart();
    assert_eq!(words(&connect(&url).await).await, ["prepared"]);
    assert!(postgres.log().contains("automatic recovery in progress"), "{}", postgres.log());

    execute(&url, "INSERT INTO word VALUES ('more')").await.unwrap();
    postgres.stop();
    assert!(tokio_postgres::connect(&url, tokio_postgres::NoTls).await.is_err());
    postgres.restart();
    postgres.restart();
    assert_eq!(words(&connect(&url).await).await, ["more", "prepared"]);
}

#[tokio::test]
async fn a_paused_server_keeps_its_connections_and_does_not_answer() {
    let mut postgres = PrivatePostgres::start(PostgresOptions::default());
    let url = postgres.url(SUPERUSER, "postgres");
    let client = connect(&url).await;
    postgres.pause();
    let short = Duration::from_millis(300);
    assert!(tokio::time::timeout(short, client.batch_execute("SELECT")).await.is_err());
    assert!(tokio::time::timeout(short, connect(&url)).await.is_err());
    postgres.resume();
    client.batch_execute("SELECT").await.unwrap();

    // It ends when it is dropped, however it is.
    postgres.pause();
    drop(postgres);
    assert!(!directory(&url).exists());
    assert_eq!(processes_with(&directory(&url)), 0);
}

#[tokio::test]
async fn it_listens_where_it_is_told_to_with_the_settings_it_is_told() {
    let settings = vec![("work_mem".to_owned(), "5MB".to_owned())];
    let options = PostgresOptions { tcp: true, settings, ..PostgresOptions::default() };
    let mut postgres = PrivatePostgres::start(options.clone());
    let url = postgres.url(SUPERUSER, "postgres");
    assert!(url.starts_with("postgresql://postgres@127.0.0.1:"), "{url}");
    assert_eq!(one(&url, "SELECT host(inet_server_addr())").await, "127.0.0.1");
    assert_eq!(one(&url, "SHOW work_mem").await, "5MB");
    let other = PrivatePostgres::start(options);
    assert_ne!(other.url(SUPERUSER, "postgres"), url);
    postgres.restart();
    assert_eq!(one(&url, "SHOW work_mem").await, "5MB");

    let url = PrivatePostgres::shared().url(SUPERUSER, "postgres");
    assert_eq!(one(&url, "SHOW listen_addresses").await, "");
    assert_eq!(one(&url, "SELECT coalesce(host(inet_server_addr()), 'socket')").await, "socket");
}

#[test]
#[should_panic(expected = "unrecognized configuration parameter")]
fn a_server_that_does_not_start_says_why() {
    let settings = vec![("no_such_setting".to_owned(), "1".to_owned())];
    PrivatePostgres::start(PostgresOptions { settings, ..PostgresOptions::default() });
}

/// A process of this binary that runs one test as a child; `script` finds its own path in `$0`, the test in `$1`.
fn child(script: &str, test: &str, run: &str, says: &Path) -> Child {
    let mut child = Command::new("sh");
    child.args(["-c", script]).arg(env::current_exe().unwrap()).args([test, run]).env(CHILD, says);
    child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
    child.spawn().unwrap()
}

/// Says something as a child, all at once.
fn say(kind: &str, what: &str) {
    let directory = PathBuf::from(env::var_os(CHILD).unwrap());
    let path = directory.join(format!("{kind}-{}", std::process::id()));
    fs::write(path.with_extension("part"), what).unwrap();
    fs::rename(path.with_extension("part"), path).unwrap();
}

/// What children have said.
fn said(says: &Path, kind: &str) -> Vec<String> {
    let paths = fs::read_dir(says).unwrap().map(|entry| entry.unwrap().path());
    let paths = paths.filter(|path| path.extension().is_none());
    let paths = paths.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(kind));
    paths.map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[tokio::test]
async fn processes_of_a_run_share_a_server_that_ends_with_the_run() {
    if env::var_os(CHILD).is_some() {
        let prepare = async |url: String| {
            say("prepared", &url);
            execute(&url, SCHEMA).await.unwrap();
        };
        let database = PrivatePostgres::shared().database(ROLES, SCHEMA, prepare).await;
        let started = one(&database.service_url, "SELECT pg_postmaster_start_time()::text").await;
        say("server", &format!("{} {started}", PrivatePostgres::shared().url(SUPERUSER, "postgres")));
        return;
    }
    let test = "processes_of_a_run_share_a_server_that_ends_with_the_run";
    // The shell stands for nextest: it starts tests with the run's id, and waits for them.
    let script = r#"
        for each in 1 2 3; do NEXTEST_RUN_ID=$2 "$0" --exact "$1" >/dev/null & done
        wait; echo done; read -r hold"#;
    let says = tempfile::tempdir().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let runs = [format!("one-{now}"), format!("other-{now}")];
    let mut shells = runs.each_ref().map(|run| {
        let says = says.path().join(run);
        fs::create_dir(&says).unwrap();
        child(script, test, run, &says)
    });
    let mut urls = Vec::new();
    for (shell, run) in shells.iter_mut().zip(&runs) {
        let mut done = [0; 5];
        shell.stdout.as_mut().unwrap().read_exact(&mut done).unwrap();
        let says = says.path().join(run);
        let servers = said(&says, "server");
        assert_eq!(servers.len(), 3, "every child passed");
        assert!(servers.iter().all(|server| *server == servers[0]), "one server: {servers:?}");
        assert_eq!(said(&says, "prepared").len(), 1, "and one template");
        urls.push(servers[0].split(' ').next().unwrap().to_owned());
    }
    assert_ne!(urls[0], urls[1], "two runs do not meet");

    // However nextest ends: here it is killed, and has no time to say anything.
    shells[0].kill().unwrap();
    shells[0].wait().unwrap();
    let gone = directory(&urls[0]);
    wait_until("the directory goes with the run", || !gone.exists());
    wait_until("its processes go with the run", || processes_with(&gone) == 0);
    assert_eq!(one(&urls[1], "SELECT 'the other run is not touched'").await, "the other run is not touched");
    drop(shells[1].stdin.take());
    shells[1].wait().unwrap();
    let gone = directory(&urls[1]);
    wait_until("the directory goes with the other run", || !gone.exists());
}

#[test]
fn nothing_is_left_of_a_process_that_is_killed() {
    if env::var_os(CHILD).is_some() {
        let postgres = PrivatePostgres::start(PostgresOptions::default());
        say("server", &postgres.url(SUPERUSER, "postgres"));
        std::thread::sleep(PATIENCE);
        return;
    }
    let says = tempfile::tempdir().unwrap();
    let mut killed =
        child(r#"exec "$0" --exact "$1""#, "nothing_is_left_of_a_process_that_is_killed", "", says.path());
    wait_until("the child has its server", || !said(says.path(), "server").is_empty());
    let directory = directory(&said(says.path(), "server")[0]);
    assert!(directory.join("data").exists() && processes_with(&directory) > 1);

    // With its whole group, as nextest does it after a time-out.
    let group = format!("-{}", killed.id());
    assert!(Command::new("sh").args(["-c", r#"kill -s KILL -- "$0""#, &group]).status().unwrap().success());
    killed.wait().unwrap();
    wait_until("the directory goes", || !directory.exists());
    wait_until("its processes go", || processes_with(&directory) == 0);
}
