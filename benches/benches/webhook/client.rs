//! The smallest HTTP client that does: requests are made and signed beforehand, so that little of the machine is its.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use veralux_tests::twilio::{INBOUND_SMS, inbound_sms};

/// The bytes of one request.
#[derive(Clone)]
pub(crate) struct Request(Vec<u8>);

impl Request {
    pub(crate) fn get(path: &str) -> Self {
        Self(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").into_bytes())
    }

    /// An inbound message as Twilio sends it, signed.
    pub(crate) fn webhook(index: usize, to: &str) -> Self {
        let text = "hello, could I move my appointment of Thursday to Friday morning please";
        let webhook =
            inbound_sms(&format!("SM{index:032x}"), &format!("+1503555{:04}", index % 10_000), to, text);
        Self(
            format!(
                "POST {INBOUND_SMS} HTTP/1.1\r\nhost: localhost\r\ncontent-type: \
                 application/x-www-form-urlencoded\r\nx-twilio-signature: {}\r\ncontent-length: {}\r\n\r\n{}",
                webhook.signature,
                webhook.body.len(),
                webhook.body
            )
            .into_bytes(),
        )
    }
}

/// Sends everything over so many connections, to each of the ports in turn, one request at a time on each, and gives the time
/// of each.
///
/// With a `rate`, requests are due at so many a second altogether, and the time of each counts from when it was due:
/// waiting behind a slow one is part of it. Without, each connection sends as soon as it has its answer. A thread for each
/// connection, since an asynchronous timer is late by a millisecond or two, which would be part of every time.
pub(crate) fn send_all(
    ports: &[u16],
    connections: usize,
    requests: Vec<Request>,
    rate: Option<f64>,
    status: &'static str,
) -> Vec<Duration> {
    let streams: Vec<TcpStream> = ports.iter().cycle().take(connections).copied().map(connect).collect();
    let began = Instant::now();
    let mut shares = vec![Vec::new(); connections];
    for (index, request) in requests.into_iter().enumerate() {
        let due = rate.map(|rate| began + Duration::from_secs_f64(index as f64 / rate));
        shares[index % connections].push((due, request));
    }
    let pairs = streams.into_iter().zip(shares);
    let threads: Vec<_> =
        pairs.map(|(stream, share)| thread::spawn(move || send(stream, share, status))).collect();
    threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

fn send(mut stream: TcpStream, requests: Vec<(Option<Instant>, Request)>, status: &str) -> Vec<Duration> {
    let mut answer = Vec::with_capacity(4096);
    let mut times = Vec::with_capacity(requests.len());
    for (due, request) in requests {
        if let Some(due) = due {
            thread::sleep(due.saturating_duration_since(Instant::now()));
        }
        let began = due.unwrap_or_else(Instant::now);
        stream.write_all(&request.0).unwrap();
        read_answer(&mut stream, &mut answer);
        times.push(began.elapsed());
        let line = String::from_utf8_lossy(&answer);
        assert!(line.starts_with(&format!("HTTP/1.1 {status}")), "{line}");
    }
    times
}

fn read_answer(stream: &mut TcpStream, answer: &mut Vec<u8>) {
    answer.clear();
    let mut part = [0; 4096];
    loop {
        let read = stream.read(&mut part).unwrap();
        assert!(read > 0, "the server closed the connection");
        answer.extend_from_slice(&part[..read]);
        let Some(head) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let text = std::str::from_utf8(&answer[..head]).unwrap();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
        if answer.len() >= head + 4 + length.parse::<usize>().unwrap() {
            return;
        }
    }
}
