//! The program as another language's tests use it: what `README.md` shows, line by line.

#![cfg(test)]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use veralux_emulator::PROVIDERS;

const README: &str = include_str!("../README.md");

/// Ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program on a free port, and the lines that it says first.
fn start(arguments: &[&str]) -> (Running, Vec<String>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_veralux-emulator"));
    command.args(["--listen", "127.0.0.1:0"]).args(arguments).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let said = lines.take(PROVIDERS.len() + 3).map(Result::unwrap).collect();
    (Running(child), said)
}

/// Blocks of commands, each with what it writes.
fn examples() -> Vec<(String, String)> {
    let blocks = README.split("```sh\n").skip(1);
    let example = |block: &str| {
        let (commands, rest) = block.split_once("```\n").unwrap();
        let output = rest.strip_prefix("```output\n").expect("a block of commands is followed by its output");
        (commands.to_owned(), output.split_once("```").unwrap().0.to_owned())
    };
    blocks.map(example).collect()
}

#[test]
fn what_the_readme_shows_is_what_comes() {
    let (_running, said) = start(&["--seed", "7"]);
    let origin = said[0].strip_prefix("listening on ").unwrap();
    let examples = examples();
    assert!(examples.len() >= 5);
    for (commands, expected) in examples {
        let commands = commands.replace("http://127.0.0.1:4010", origin);
        let ran = Command::new("sh").args(["-c", &commands]).output().expect("sh and curl are there");
        let written = String::from_utf8(ran.stdout).unwrap();
        let trouble = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(written, expected, "{commands}\n{trouble}");
    }
}

#[test]
fn it_says_where_each_provider_is() {
    let (_running, said) = start(&[]);
    let origin = said[0].strip_prefix("listening on ").unwrap();
    for provider in PROVIDERS {
        let base = format!("{origin}{} ", provider.base);
        assert!(said.iter().any(|line| line.contains(provider.name) && line.contains(&base)), "{said:?}");
        assert!(README.contains(&format!("| {} |", provider.name)), "{}", provider.name);
        assert!(README.contains(&format!("`{}`", provider.steering)), "{}", provider.name);
    }
}

#[test]
fn a_folder_without_descriptions_is_refused() {
    let output = Command::new(env!("CARGO_BIN_EXE_veralux-emulator"))
        .args(["--listen", "127.0.0.1:0", "--specs", "/nowhere"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("/nowhere/twilio.json"), "{said}");
}
