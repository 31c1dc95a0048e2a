//! What a person reads whose database is not as it should be.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use veralux_tests::postgres::{PostgresOptions, PrivatePostgres};

use super::setup::{Installation, ROOT_KEY, binary};

/// What a command says that fails, as it should.
fn fault(arguments: &[&str], url: &str) -> String {
    let directory = tempfile::tempdir().unwrap();
    let output = Command::new(binary())
        .args(arguments)
        .current_dir(directory.path())
        .env_clear()
        .envs([("DATABASE_URL", url), ("VERALUX_ROOT_KEYS", &format!("1:{ROOT_KEY}"))])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

/// A server that asks the service for a password, and trusts everybody else.
fn asking_postgres() -> (tempfile::TempDir, PrivatePostgres) {
    let directory = tempfile::tempdir().unwrap();
    let rules = directory.path().join("pg_hba.conf");
    std::fs::write(&rules, "local all veralux_service scram-sha-256\nlocal all all trust\n").unwrap();
    std::fs::set_permissions(directory.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let settings = vec![("hba_file".to_owned(), rules.display().to_string())];
    (directory, PrivatePostgres::start(PostgresOptions { settings, ..PostgresOptions::default() }))
}

#[test]
fn each_says_what_is_wrong_and_no_password() {
    let (_directory, mut postgres) = asking_postgres();
    let migrated = Installation::on(&postgres);
    let empty = Installation::empty(&postgres);
    migrated.execute("ALTER ROLE veralux_service PASSWORD 'sesame'");
    let with_password = |installation: &Installation, password: &str| {
        installation.database.service_url.replace("veralux_service@", &format!("veralux_service:{password}@"))
    };
    let service = with_password(&migrated, "sesame");
    let (serve, up) = (["serve", "--listen", "127.0.0.1:0"], ["migrate", "up"]);
    let check = |what: &str, arguments: &[&str], url: &str, told: &[&str]| {
        let fault = fault(arguments, url);
        for told in told {
            assert!(fault.contains(told), "{what}: {fault}");
        }
        assert!(!fault.contains("sesame") && fault.lines().count() == 1, "{what}: {fault}");
    };
    for (what, arguments, url, told) in [
        (
            "a wrong password",
            &serve[..],
            with_password(&migrated, "open-sesame"),
            ["password authentication failed", "veralux_service"],
        ),
        (
            "no password",
            &serve,
            migrated.database.service_url.clone(),
            ["password missing", "opening the database"],
        ),
        (
            "a role that is not there",
            &serve,
            migrated.database.superuser_url.replace("postgres@", "ann@"),
            ["role \"ann\" does not exist", "opening the database"],
        ),
        (
            "a database that is not there",
            &serve,
            service.replace(&migrated.database.name, "elsewhere"),
            ["database \"elsewhere\" does not exist", "opening the database"],
        ),
        (
            "a setting that is none",
            &serve,
            format!("{service}?pool=3"),
            ["is a setting in it unknown?", "sslmode"],
        ),
        ("a password that is not encoded", &serve, service.replace("sesame", "se#same"), ["%23", "%40"]),
        ("pending migrations", &serve, with_password(&empty, "sesame"), ["veralux migrate up", "owner"]),
        ("the owner serves", &serve, migrated.database.owner_url.clone(), ["veralux_service", "roles.sql"]),
        (
            "the service migrates",
            &up,
            with_password(&empty, "sesame"),
            ["migrate as the owner", "veralux_owner"],
        ),
    ] {
        check(what, arguments, &url, &told);
    }
    postgres.kill();
    check("no server", &serve, &service, &["opening the database failed for now", "Connection refused"]);
    check(
        "no server to migrate",
        &up,
        &migrated.database.owner_url,
        &["failed for now", "Connection refused"],
    );
}
