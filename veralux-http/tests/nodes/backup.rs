//! What DEPLOYMENT.md says of a backup of PostgreSQL, done as it stands there.

use std::process::Command;

use veralux_tests::postgres::{PrivatePostgres, programs};

use super::setup::{Installation, add_oak, assert_whole, json_of, message, open_thread};

const PAGE: &str = include_str!("../../DEPLOYMENT.md");
/// As the page calls them.
const BACKUP_URL: &str = "postgresql://veralux_backup@db/veralux";
const OWNER_URL: &str = "postgresql://veralux_owner@db/veralux";
const ELM: &str = r#"{"id": "elm", "name": "Elm of the backup", "numbers": ["+14155550177"]}"#;

/// The page's command with this program, for these databases.
fn command(program: &str, urls: &[(&str, &str)]) -> String {
    let section = PAGE.split("## Backups and upgrades\n").nth(1).unwrap();
    let block = section.split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    let line = block.lines().find(|line| line.contains(program)).unwrap();
    let told = |line: String, (name, url): &(&str, &str)| {
        assert!(line.contains(name), "{name} is not in {line}");
        line.replace(name, url)
    };
    urls.iter().fold(line.to_owned(), told)
}

#[test]
fn a_backup_as_the_page_says_is_restored_and_served_on() {
    let directory = tempfile::tempdir().unwrap();
    let shell = |line: &str| {
        let path = format!("{}:{}", programs().display(), std::env::var("PATH").unwrap_or_default());
        let mut shell = Command::new("sh");
        let done = shell.args(["-ec", line]).current_dir(&directory).env("PATH", path).output().unwrap();
        assert!(done.status.success(), "{line}\n{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    };
    let from = Installation::new();
    let node = from.node(&[]);
    add_oak(&node);
    open_thread(&node);
    assert_eq!(node.call("POST", "/api/admin/tenants", ELM).status, 201);
    assert_eq!(message(1).deliver(&node).unwrap().status, 200);
    let backup_url = from.database.service_url.replace("veralux_service@", "veralux_backup@");
    shell(&command("pg_dump", &[(BACKUP_URL, &backup_url)]));
    let rows = shell("pg_restore --data-only -f - veralux.dump");
    assert!(rows.contains("Elm of the backup") && rows.contains("hush-hush 1"), "both tenants are in it");

    let to = Installation::empty(PrivatePostgres::shared());
    shell(&command("pg_restore", &[(OWNER_URL, &to.database.owner_url)]));
    let restored = to.node(&[]);
    assert_whole(&restored);
    assert_eq!(json_of(&restored.call("GET", "/api/admin/audit/verify?tenantId=elm", ""))["whole"], true);
    assert_eq!(message(1).deliver(&restored).unwrap().status, 200, "it is known, and not taken in again");
    to.assert_taken_in_once(&restored, 1);
    assert_eq!(message(2).deliver(&restored).unwrap().status, 200);
    to.assert_taken_in_once(&restored, 2);
}
