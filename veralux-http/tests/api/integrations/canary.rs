//! What was sent as a secret comes out nowhere.

use std::fmt::Write as _;
use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::http::Method;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};
use serde_json::json;
use tracing_subscriber::EnvFilter;
use veralux_core::credential::{Purpose, Resend};
use veralux_core::service::Context;

use crate::server::{Next, ROOT, Server, t1};

/// With characters that a URL does not take as they are.
const SECRET: &str = "re_c4nary+/=Th1sIsTheSecret&%7";
const HEX: &str = "c0ffee00c0ffee11c0ffee22c0ffee33";

/// Log lines in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A secret as it may come out: as it is, in JSON, in hexadecimal, encoded for a URL, in base64 at each of the three places
/// that it may have in a longer text.
fn needles(secret: &str) -> Vec<String> {
    let hex = |digit: fn(&u8) -> String| secret.as_bytes().iter().map(digit).collect::<String>();
    let json = serde_json::to_string(secret).unwrap();
    let url: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let mut needles = vec![
        secret.to_owned(),
        json.trim_matches('"').to_owned(),
        hex(|byte| format!("{byte:02x}")),
        hex(|byte| format!("{byte:02X}")),
        format!("{:?}", secret.as_bytes()).trim_matches(['[', ']']).to_owned(),
        url,
    ];
    for skip in 0..3 {
        let part = secret.get(skip..).unwrap();
        let part = part.get(..part.len() / 3 * 3).unwrap();
        needles.push(BASE64_STANDARD.encode(part));
        needles.push(BASE64_URL_SAFE.encode(part));
    }
    needles
}

fn bodies() -> Vec<(&'static str, String)> {
    let resend = json!({"apiKey": SECRET}).to_string();
    let cut = resend.get(..resend.len() - 1).unwrap().to_owned();
    vec![
        ("resend", resend),
        ("resend", cut),
        ("resend", json!({"apiKey": SECRET, "apikey": SECRET}).to_string()),
        ("resend", json!({ SECRET: "x" }).to_string()),
        ("resend", json!({"apiKey": [SECRET]}).to_string()),
        ("resend", json!({"apiKey": format!("{SECRET} {SECRET}")}).to_string()),
        ("resend", json!({"apiKey": SECRET.repeat(1000)}).to_string()),
        ("resend", SECRET.to_owned()),
        ("twilio", json!({"accountSid": format!("AC{HEX}"), "authToken": HEX}).to_string()),
        ("twilio", json!({"accountSid": SECRET, "authToken": SECRET}).to_string()),
        ("twilio", json!({"accountSid": "AC0123456789abcdef0123456789abdead", "authToken": HEX}).to_string()),
        ("telnyx", json!({"apiKey": format!("KEY{SECRET}"), "publicKey": SECRET}).to_string()),
        ("openai", json!({"apiKey": format!("sk-{SECRET}")}).to_string()),
        ("openai", json!({"apiKey": SECRET, "baseUrl": format!("https://{SECRET}.example/")}).to_string()),
        ("elevenlabs", json!({"apiKey": HEX}).to_string()),
        ("google_calendar", json!({"refreshToken": SECRET, "accessToken": SECRET}).to_string()),
        ("vapi", json!({"apiKey": SECRET}).to_string()),
        ("aws", json!({"accessKeyId": "AKIA0123456789ABCDEF", "secretAccessKey": SECRET}).to_string()),
        ("nobody", json!({"apiKey": SECRET}).to_string()),
    ]
}

/// Everything that a server says.
async fn everything(server: &Server) -> String {
    let mut said = String::new();
    let mut hear = async |method: Method, path: &str, headers: &[(&str, &str)], body: &str| {
        let answer = server.call(method, path, &server.admin, headers, body).await;
        writeln!(said, "{:?}\n{}", answer.headers, answer.text).unwrap();
        answer.status.as_u16()
    };
    let mut stored = 0;
    for (index, (provider, body)) in bodies().iter().enumerate() {
        let path = format!("/api/integrations/{provider}");
        let key = format!("k{index}");
        stored += u32::from(hear(Method::POST, &path, &[], body).await < 300);
        hear(Method::POST, &path, &[("idempotency-key", &key)], body).await;
        hear(Method::POST, &path, &[("idempotency-key", &key)], body).await;
        hear(Method::POST, &format!("{path}?verify={SECRET}"), &[], body).await;
        hear(Method::POST, &format!("{path}/verify"), &[], body).await;
        for failure in [Next::Fails, Next::Panics] {
            server.ledger.next(failure);
            hear(Method::POST, &path, &[], body).await;
        }
        server.ledger.next(Next::Passes);
    }
    assert!(stored >= 5, "{stored} of the bodies are good");
    hear(Method::GET, "/api/integrations/status", &[], "").await;
    hear(Method::GET, "/api/google/oauth/start", &[], "").await;
    let encoded: String = form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    for query in ["state=t1.a.b&code=", "code=x&state=", "error=", "code=x&state=t1.a."] {
        hear(Method::GET, &format!("/api/google/oauth/callback?{query}{encoded}"), &[], "").await;
    }
    hear(Method::GET, "/api/admin/audit", &[], "").await;
    hear(Method::GET, "/api/admin/audit/export", &[], "").await;
    let opened = server.vault.open::<Resend>(&Context::SYSTEM, &t1(), Purpose::SendEmail).await.unwrap();
    assert_eq!(opened.api_key.expose(), SECRET, "it was there to be shown");
    writeln!(said, "{opened:?} {:?} {:?}", *opened, server.vault).unwrap();
    let rows = server.vault.list(&t1()).await.unwrap();
    writeln!(said, "{rows:?} {:?}", server.stores).unwrap();
    said
}

#[tokio::test]
async fn a_secret_is_in_no_answer_log_line_or_debug_print() {
    let log = Log::default();
    let sink = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("trace"))
        .with_writer(move || sink.clone())
        .finish();
    let said = {
        let _guard = tracing::subscriber::set_default(subscriber);
        let server = Server::start().await;
        everything(&server).await
    };
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        log.contains("\"credential\"") || log.contains("credential_service"),
        "the log is listened to: {log}"
    );
    assert!(said.len() > 10_000 && said.contains("Stored") | said.contains("connected"), "{}", said.len());
    for secret in [SECRET, HEX, ROOT.get(4..).unwrap(), crate::server::ROOT_KEY.get(2..).unwrap()] {
        let needles = if secret.len() < 8 { Vec::new() } else { needles(secret) };
        for needle in needles {
            assert!(!said.contains(&needle), "`{needle}` was said");
            assert!(!log.contains(&needle), "`{needle}` was logged");
        }
    }
}

#[test]
fn the_needles_are_sharp() {
    let text = format!("{{\"a\":\"{SECRET}\"}}");
    for encoded in [
        BASE64_STANDARD.encode(&text),
        BASE64_STANDARD.encode(format!(" {text}")),
        BASE64_URL_SAFE.encode(format!("  {text}")),
        format!("{:?}", text.as_bytes()),
    ] {
        assert!(needles(SECRET).iter().any(|needle| encoded.contains(needle)), "{encoded}");
    }
}
