//! `Dockerfile`, `compose.yaml` and the ignore files, where they must agree with each other and with the program.

#![cfg(test)]

use std::fs;
use std::path::Path;

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands between the first `before` and the next `after`.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no `{before}`"));
    rest.split_once(after).unwrap_or_else(|| panic!("no `{after}` behind `{before}`")).0
}

fn seconds(text: &str) -> u64 {
    text.trim().parse().unwrap_or_else(|_| panic!("`{text}` is no number of seconds"))
}

#[test]
fn the_image_is_built_by_a_compiler_that_is_new_enough() {
    let version = |text: &str| -> Vec<u32> { text.split('.').map(|part| part.parse().unwrap()).collect() };
    let image = version(between(&read("Dockerfile"), "FROM rust:", "-"));
    let needed = version(between(&read("Cargo.toml"), "\nrust-version = \"", "\""));
    assert!(image >= needed, "{image:?} {needed:?}");
}

/// A change of the sources builds no dependency anew, and what was built of the empty ones is not taken for theirs.
#[test]
fn dependencies_are_built_in_front_of_the_sources() {
    let image = read("Dockerfile");
    let build = between(&image, "\nFROM compiler AS build\n", "\nFROM ");
    let rest =
        ["COPY --from=manifests ", "RUN cargo build ", "COPY . .", "-exec touch {} +", "&& cargo build "]
            .into_iter()
            .fold(build, |rest, step| {
                rest.split_once(step).unwrap_or_else(|| panic!("no `{step}` in turn")).1
            });
    let dependencies = between(build, "RUN cargo build ", "\n");
    assert!(rest.starts_with(&format!("{dependencies} ")), "built differently: {rest}");
    // Cargo reads no workspace of which a crate has no root.
    let members = read("Cargo.toml");
    let members = between(&members, "members = [\n", "]").lines();
    for member in members.map(|line| line.trim().trim_matches(['"', ','])) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(member).join("src/lib.rs");
        assert!(root.exists(), "{member} has no root that is kept");
    }
}

#[test]
fn the_port_is_the_same_everywhere() {
    let (image, compose) = (read("Dockerfile"), read("compose.yaml"));
    let port = between(&image, "EXPOSE ", "\n");
    assert_eq!(between(&image, "\"--listen\", \"0.0.0.0:", "\""), port);
    assert_eq!(between(&image, "/dev/tcp/127.0.0.1/", " "), port);
    let published: Vec<_> = compose.lines().filter(|line| line.trim_start().starts_with("ports:")).collect();
    assert_eq!(published.len(), 2, "{published:?}");
    for line in published {
        assert!(line.ends_with(&format!(":{port}\"]")), "{line}");
    }
}

#[test]
fn whoever_stops_a_server_waits_longer_than_it_drains() {
    let serve = read("veralux-http/src/bin/veralux/serve.rs");
    let drain = seconds(between(&serve, "const DRAIN: Duration = Duration::from_secs(", ")"));
    let told = [
        between(&read("compose.yaml"), "stop_grace_period: ", "s\n").to_owned(),
        between(&read("Dockerfile"), "--stop-timeout ", " ").to_owned(),
        between(&read("veralux-http/DEPLOYMENT.md"), "--stop-timeout ", " ").to_owned(),
    ];
    for grace in told {
        assert!(seconds(&grace) > drain, "{grace} {drain}");
    }
}

#[test]
fn what_compose_is_given_is_neither_committed_nor_copied_into_a_layer() {
    let compose = read("compose.yaml");
    let secret = between(&compose, "file: ./", "/");
    for (file, environment) in [(".gitignore", "/.env"), (".dockerignore", "**/.env")] {
        let text = read(file);
        for line in [format!("/{secret}"), environment.to_owned(), "*.keys".to_owned()] {
            assert!(text.lines().any(|ignored| ignored.ends_with(&line)), "{file} lacks {line}");
        }
    }
}

#[test]
fn every_setting_is_one_that_the_program_reads() {
    let settings: String = [
        "settings.rs",
        "settings/log.rs",
        "settings/network.rs",
        "settings/providers.rs",
        "settings/vault.rs",
        "settings/voice.rs",
    ]
    .map(|name| read(&format!("veralux-http/src/bin/veralux/{name}")))
    .concat();
    let compose = read("compose.yaml");
    let server = between(&compose, "  environment:\n", "  secrets:");
    let migrate = between(&compose, "command: [\"migrate\", \"up\"]\n    environment:\n", "    depends_on:");
    let lines = server.lines().chain(migrate.lines()).map(str::trim).filter(|line| !line.starts_with('#'));
    let names: Vec<_> = lines.filter_map(|line| line.split(':').next()).collect();
    assert_eq!(names.len(), 28, "{names:?}");
    for name in names {
        assert!(settings.contains(&format!("\"{name}\"")), "{name}");
    }
}
