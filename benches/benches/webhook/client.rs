//! The smallest HTTP client that does: requests are made and signed beforehand, so that little of the machine is its.

use std::time::{Duration, Instant};

use base64::Engine as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::server::{AUTH_TOKEN, BASE_URL};

/// The bytes of one request.
#[derive(Clone)]
pub struct Request(Vec<u8>);

impl Request {
    pub fn get(path: &str) -> Self {
        Self(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").into_bytes())
    }

    /// An inbound message as Twilio sends it, signed.
    pub fn webhook(index: usize, to: &str) -> Self {
        let from = format!("+1503555{:04}", index % 10_000);
        let text = "hello, could I move my appointment of Thursday to Friday morning please";
        let mut fields = [
            ("AccountSid", "AC00000000000000000000000000000001".to_owned()),
            ("ApiVersion", "2010-04-01".to_owned()),
            ("Body", text.to_owned()),
            ("From", from),
            ("FromCountry", "US".to_owned()),
            ("MessageSid", format!("SM{index:032x}")),
            ("NumMedia", "0".to_owned()),
            ("NumSegments", "1".to_owned()),
            ("SmsMessageSid", format!("SM{index:032x}")),
            ("SmsSid", format!("SM{index:032x}")),
            ("SmsStatus", "received".to_owned()),
            ("To", to.to_owned()),
        ];
        fields.sort();
        let path = "/webhooks/twilio/inbound-sms";
        let mut mac = Hmac::<Sha1>::new_from_slice(AUTH_TOKEN.as_bytes()).unwrap();
        mac.update(format!("{BASE_URL}{path}").as_bytes());
        for (name, value) in &fields {
            mac.update(name.as_bytes());
            mac.update(value.as_bytes());
        }
        let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Self(
            format!(
                "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n\
                 x-twilio-signature: {signature}\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )
            .into_bytes(),
        )
    }
}

/// Sends everything over so many connections, one request at a time on each, and gives the time of each.
pub async fn send_all(
    port: u16,
    connections: usize,
    requests: Vec<Request>,
    status: &'static str,
) -> Vec<Duration> {
    let each = requests.len().div_ceil(connections);
    let tasks: Vec<_> =
        requests.chunks(each).map(|chunk| tokio::spawn(send(port, chunk.to_vec(), status))).collect();
    let mut times = Vec::with_capacity(requests.len());
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    times
}

async fn send(port: u16, requests: Vec<Request>, status: &str) -> Vec<Duration> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut answer = Vec::with_capacity(4096);
    let mut times = Vec::with_capacity(requests.len());
    for request in requests {
        let began = Instant::now();
        stream.write_all(&request.0).await.unwrap();
        read_answer(&mut stream, &mut answer).await;
        times.push(began.elapsed());
        let line = String::from_utf8_lossy(&answer);
        assert!(line.starts_with(&format!("HTTP/1.1 {status}")), "{line}");
    }
    times
}

async fn read_answer(stream: &mut TcpStream, answer: &mut Vec<u8>) {
    answer.clear();
    loop {
        assert!(stream.read_buf(answer).await.unwrap() > 0, "the server closed the connection");
        let Some(head) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let text = std::str::from_utf8(&answer[..head]).unwrap();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
        if answer.len() >= head + 4 + length.parse::<usize>().unwrap() {
            return;
        }
    }
}
