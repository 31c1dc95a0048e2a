//! The real server and callers who take their time: none of them keeps it from the others.

#![cfg(test)]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use veralux_tests::server::{ADMIN_KEY, Server};

/// A server that waits a second at most, of so many connections at once.
fn server(connections: &str) -> Server {
    let variables = [("IDLE_SECONDS", "1"), ("BODY_SECONDS", "1"), ("MAX_CONNECTIONS", connections)];
    Server::start(env!("CARGO_BIN_EXE_veralux"), &variables)
}

fn connect(server: &Server, said: &str) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    stream.write_all(said.as_bytes()).unwrap();
    stream
}

/// Everything that the server says until it ends the connection.
fn rest(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_connection_without_a_request_is_ended() {
    let server = server("100");
    for said in ["", "GET /hea", "GET /health HTTP/1.1\r\nhost: localhost\r\n"] {
        assert!(!rest(connect(&server, said)).contains("200"), "{said:?}");
    }
    let answered = rest(connect(&server, "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n"));
    assert!(answered.starts_with("HTTP/1.1 200"), "{answered}");
}

#[test]
fn a_body_that_does_not_come_is_refused() {
    let server = server("100");
    let key = format!("authorization: Bearer {ADMIN_KEY}\r\nidempotency-key: one\r\n");
    for (path, more) in [
        ("/api/admin/tenants", key.as_str()),
        ("/api/admin/tenants", key.split_inclusive("\r\n").next().unwrap()),
        ("/webhooks/twilio/inbound-sms", "content-type: application/x-www-form-urlencoded\r\n"),
    ] {
        let json = if more.contains("form") { "" } else { "content-type: application/json\r\n" };
        let said = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{json}{more}content-length: 100\r\n\r\n{{"
        );
        let answer = rest(connect(&server, &said));
        assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("body_too_slow"), "{path}: {answer}");
    }
}

#[test]
fn whoever_does_not_take_his_answers_is_left() {
    let server = server("1");
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    // Far more than the system keeps for him.
    let requests = "GET /openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(1_000);
    let mut writer = stream.try_clone().unwrap();
    // Ends when the server is gone.
    let writing = std::thread::spawn(move || writer.write_all(requests.as_bytes()));
    assert_eq!(server.send("GET", "/health", &[], "").status, 200);
    let _ = stream.read_to_end(&mut Vec::new());
    let _ = writing.join();
}

#[test]
fn whoever_says_nothing_makes_others_wait_only_until_his_time_is_over() {
    let server = server("2");
    let silent = [connect(&server, ""), connect(&server, "GET /hea")];
    assert_eq!(server.send("GET", "/health", &[], "").status, 200);
    for stream in silent {
        rest(stream);
    }
}

#[test]
fn a_connection_that_waits_for_its_next_request_does_not_keep_the_server_from_ending() {
    let mut server = Server::start(env!("CARGO_BIN_EXE_veralux"), &[("IDLE_SECONDS", "3600")]);
    let mut stream = connect(&server, "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n");
    assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
    assert!(server.terminate().success());
    assert!(!server.log().contains("cut off"), "{}", server.log());
    assert_eq!(rest(stream), "");
}
