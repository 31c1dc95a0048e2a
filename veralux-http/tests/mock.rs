//! The real server with providers of its own making: what they tell it, it takes.

#![cfg(test)]

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use veralux_tests::server::{ADMIN_KEY, Server, call};

const CUSTOMER: &str = "+15035550126";
const HOURS: &str = "Monday to Friday, nine to five.";

/// A server in mock mode with a tenant, and the port of its providers.
struct Mock {
    server: Server,
    port: u16,
}

impl Mock {
    fn start() -> Self {
        let variables = [("VERALUX_PROVIDER", "mock"), ("PUBLIC_BASE_URL", ""), ("TWILIO_AUTH_TOKEN", "")];
        let server = Server::start(env!("CARGO_BIN_EXE_veralux"), &variables);
        let port = place(&server);
        let mock = Self { server, port };
        mock.api("POST", "/api/admin/tenants", &json!({"id": "fir", "name": "Fir Dental"}));
        mock
    }

    fn restart(&mut self) {
        self.server.terminate();
        self.server.restart();
        self.port = place(&self.server);
    }

    /// A request of the tenant's, which succeeds.
    fn api(&self, method: &str, path: &str, body: &Value) -> Value {
        let headers =
            [("x-admin-key", ADMIN_KEY), ("x-tenant-id", "fir"), ("content-type", "application/json")];
        self.ask((self.server.port, &headers), method, path, body)
    }

    /// A request to the providers, or to who steers them.
    fn outside(&self, method: &str, path: &str, body: &Value) -> Value {
        let headers = [("authorization", "Bearer key-of-a-person"), ("content-type", "application/json")];
        self.ask((self.port, &headers), method, path, body)
    }

    fn ask(&self, to: (u16, &[(&str, &str)]), method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = call(to.0, method, path, to.1, &body).unwrap();
        assert!(answer.status < 300, "{method} {path}: {} {}", answer.body, self.server.log());
        serde_json::from_str(&answer.body).unwrap_or_default()
    }

    /// Buys a number for the front desk and publishes what it is for.
    fn number(&self, provider: &str) -> String {
        self.buy(provider, "front_desk")
    }

    fn buy(&self, provider: &str, class: &str) -> String {
        let path = format!("/api/numbers/search?provider={provider}&country=US&areaCode=415&limit=1");
        let number = self.api("GET", &path, &Value::Null)["items"][0]["e164"].as_str().unwrap().to_owned();
        let purchase = json!({"e164": number, "class": class, "provider": provider});
        self.api("POST", "/api/numbers/purchase", &purchase);
        self.until(&format!("{number} is bought"), || {
            let numbers = self.api("GET", "/api/numbers", &Value::Null);
            numbers["items"].as_array().unwrap().iter().any(|own| own["e164"] == *number).then_some(())
        });
        let config = json!({
            "contractVersion": "v1", "tenantId": "fir", "dids": [number], "webhookSecretRef": "secrets/fir",
            "caps": {"maxConcurrentCallsTenant": 4, "maxCallsPerMinuteTenant": 30},
            "stt": {"mode": "disabled", "chunkMs": 400},
            "tts": {"mode": "kokoro_http", "kokoroUrl": "http://tts:7001/tts"}, "audio": {},
            "assistantContext": {"Opening hours": HOURS},
        });
        self.api("POST", "/api/admin/runtime/tenants/fir/config", &config);
        number
    }

    /// Makes an assistant at Vapi and has it answer the tenant's number.
    fn link(&self) -> String {
        self.outside("POST", "/emulator/vapi/keys", &json!({"key": "key-of-a-person"}));
        let assistant = json!({"name": "Desk", "model": {"provider": "openai", "model": "gpt-4o"}});
        let assistant =
            self.outside("POST", "/vapi/assistant", &assistant)["id"].as_str().unwrap().to_owned();
        let numbers = self.api("GET", "/api/numbers", &Value::Null);
        let link = json!({"assistantId": assistant, "numberId": numbers["items"][0]["id"]});
        self.api("POST", "/api/assistants/links", &link);
        self.until("the link", || {
            let links = self.api("GET", "/api/assistants/links", &Value::Null);
            (links["items"][0]["state"] == "synced").then_some(())
        });
        assistant
    }

    fn until<T>(&self, what: &str, mut done: impl FnMut() -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            if let Some(done) = done() {
                return done;
            }
            assert!(began.elapsed() < Duration::from_secs(20), "{what}: {}", self.server.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Each call's provider, number and state.
    fn calls(&self) -> Vec<[String; 3]> {
        let calls = self.api("GET", "/api/calls", &Value::Null);
        let text = |call: &Value, name: &str| call[name].as_str().unwrap_or_default().to_owned();
        let own = |call: &Value| ["provider", "called", "state"].map(|name| text(call, name));
        calls["items"].as_array().unwrap().iter().map(own).collect()
    }
}

/// The port of the providers of the last start.
fn place(server: &Server) -> u16 {
    let said = server.output();
    let place = said.rsplit("emulated in this process at http://127.0.0.1:").next().unwrap();
    place.split(',').next().unwrap().parse().unwrap()
}

#[test]
fn numbers_are_known_after_a_restart() {
    let mut mock = Mock::start();
    let bought = ["twilio", "telnyx"].map(|provider| mock.number(provider));
    mock.restart();
    for (provider, number) in ["twilio", "telnyx"].into_iter().zip(&bought) {
        let path = format!("/api/numbers/search?provider={provider}&country=US&areaCode=415&limit=1");
        let offered = mock.api("GET", &path, &Value::Null);
        assert_ne!(offered["items"][0]["e164"], number.as_str(), "{provider}");
    }
    let message = json!({"from": CUSTOMER, "to": bought[0], "body": "Still there?"});
    let told = mock.outside("POST", "/emulator/twilio/sms", &message);
    assert_eq!((&told["delivered"], &told["status"]), (&json!(true), &json!(200)), "{told}");
    let thread = json!({"kind": "other", "customerPhone": CUSTOMER, "staffId": "kim"});
    let thread = mock.api("POST", "/api/threads", &thread)["id"].clone();
    mock.api("POST", "/api/messages", &json!({"threadId": thread, "body": "Yes."}));
    mock.until("the answer is delivered", || {
        let messages =
            mock.api("GET", &format!("/api/messages/threads/{}", thread.as_str().unwrap()), &Value::Null);
        messages.to_string().contains(r#""delivery":"delivered""#).then_some(())
    });
}

#[test]
fn what_happens_at_telnyx_is_taken_in() {
    let mock = Mock::start();
    let number = mock.number("telnyx");
    let message = json!({"from": CUSTOMER, "to": number, "text": "Is Thursday free?"});
    let told = mock.outside("POST", "/emulator/telnyx/messages", &message);
    assert_eq!(told["delivered"]["status"], 204, "{told} {}", mock.server.log());
    let inbox = mock.api("GET", "/api/messages/inbox", &Value::Null);
    assert!(inbox.to_string().contains("Is Thursday free?"), "{inbox}");
    let ring = mock.outside("POST", "/emulator/telnyx/calls", &json!({"from": CUSTOMER, "to": number}));
    assert_eq!(ring["delivered"]["status"], 204, "{ring} {}", mock.server.log());
    let id = ring["call_control_id"].as_str().unwrap();
    mock.outside("POST", &format!("/emulator/telnyx/calls/{id}/answer"), &Value::Null);
    assert_eq!(mock.calls(), [["telnyx", &number, "active"]]);
    let over = json!({"cause": "normal_clearing"});
    mock.outside("POST", &format!("/emulator/telnyx/calls/{id}/hangup"), &over);
    assert_eq!(mock.calls(), [["telnyx", &number, "ended"]]);
}

#[test]
fn a_stranger_on_a_pool_number_at_telnyx_is_answered_once() {
    let mock = Mock::start();
    let account = json!({"api_key": "KEY0123456789abcdef0123"});
    let account = mock.outside("POST", "/emulator/telnyx/accounts", &account);
    let own = json!({"apiKey": account["api_key"], "publicKey": account["public_key"]});
    mock.api("POST", "/api/integrations/telnyx", &own);
    let number = mock.buy("telnyx", "pool");
    mock.api("POST", "/api/threads", &json!({"kind": "one_time", "customerPhone": CUSTOMER}));
    mock.outside("POST", "/emulator/hooks", &json!({"repeats": 2}));
    // To whom replies went, and how far those are.
    let replies = || {
        let path = format!("/emulator/telnyx/accounts/{}/messages", account["api_key"].as_str().unwrap());
        let all = mock.outside("GET", &path, &Value::Null);
        let text = "We do not recognise this number. ";
        let ours =
            all.as_array().unwrap().iter().filter(|one| one["text"].as_str().unwrap().starts_with(text));
        ours.map(|reply| reply["to"][0].clone()).collect::<Vec<_>>()
    };
    for (from, others) in [("+15035550127", 0), ("+15035550127", 0), (CUSTOMER, 0), ("+15035550128", 1)] {
        let told = json!({"from": from, "to": number, "text": "Who is there?"});
        let told = mock.outside("POST", "/emulator/telnyx/messages", &told);
        assert_eq!(told["delivered"]["status"], 204, "{told} {}", mock.server.log());
        mock.until("the reply is delivered", || {
            let sent = replies();
            let all = sent.iter().filter(|to| to["status"] == "delivered").count();
            (all == 1 + others).then_some(())
        });
    }
    let to: Vec<_> = replies().iter().map(|to| to["phone_number"].clone()).collect();
    assert_eq!(to, ["+15035550127", "+15035550128"]);
    let dead = mock.api("GET", "/api/ops/dead-letters", &Value::Null);
    assert_eq!(dead["items"], json!([]), "{}", mock.server.log());
}

#[test]
fn an_assistant_that_is_linked_calls_our_tool_and_tells_of_its_calls() {
    let mock = Mock::start();
    let number = mock.number("twilio");
    let assistant = mock.link();
    let has_tool = || {
        let there = mock.outside("GET", "/emulator/vapi", &Value::Null);
        let own = there["assistants"][0]["model"]["toolIds"][0].as_str()?.to_owned();
        let tool = there["tools"].as_array()?.iter().find(|tool| tool["id"] == *own)?.clone();
        Some((tool, there["credentials"].clone()))
    };
    let (tool, credentials) = mock.until("the tool", has_tool);
    let credentials = credentials.as_array().unwrap();
    let bearer = credentials.iter().find(|one| one["provider"] == "webhook").unwrap();
    assert_eq!(tool["server"]["credentialId"], bearer["id"]);

    let ring = json!({"number": number, "customer": CUSTOMER});
    let ring = mock.outside("POST", "/emulator/vapi/ring", &ring);
    assert_eq!(ring["assistant"], assistant);
    assert_eq!(mock.calls(), [["vapi", &number, "active"]]);
    // From here on only what the tool itself names tells that it is Vapi who calls.
    let base = format!("http://127.0.0.1:{}/api/vapi/webhook", mock.server.port);
    mock.outside("POST", "/emulator/vapi/server", &json!({"url": base, "secret": null}));
    let id = ring["call"].as_str().unwrap();
    let asked = json!({"name": "businessStatus", "arguments": {}});
    let told = mock.outside("POST", &format!("/emulator/vapi/calls/{id}/tool"), &asked);
    assert_eq!(told["result"], format!("This is Fir Dental. {HOURS}"), "{told} {}", mock.server.log());
    let unsigned = json!({"reason": "customer-ended-call"});
    mock.outside("POST", &format!("/emulator/vapi/calls/{id}/end"), &unsigned);
    assert_eq!(mock.calls(), [["vapi", &number, "active"]], "without the secret nothing is believed");
}

#[test]
fn a_number_that_is_unlinked_leads_to_us_again() {
    let mock = Mock::start();
    let number = mock.number("twilio");
    let leads_to = || {
        let numbers = mock.outside("GET", "/emulator/twilio/numbers", &Value::Null);
        let own = numbers.as_array().unwrap().iter().find(|own| own["number"] == *number).unwrap();
        own["voiceUrl"].as_str().unwrap().to_owned()
    };
    let ours = leads_to();
    assert!(ours.ends_with("/api/twilio/voice/inbound"), "{ours}");
    let assistant = mock.link();
    assert!(leads_to().ends_with("/emulator/vapi/inbound-call"), "Vapi has taken it");
    let rings = json!({"from": CUSTOMER, "to": number});
    mock.outside("POST", "/emulator/twilio/call", &rings);
    assert_eq!(mock.calls(), [["vapi", &number, "active"]]);
    let fault = json!({"kind": "refuse", "status": 503});
    let away = json!({"method": "POST", "prefix": "/twilio/", "times": 4, "fault": fault});
    mock.outside("POST", "/emulator/faults", &away);
    mock.api("DELETE", &format!("/api/assistants/links/{assistant}"), &Value::Null);
    mock.until("the link is gone", || {
        let links = mock.api("GET", "/api/assistants/links", &Value::Null);
        links["items"].as_array().unwrap().is_empty().then_some(())
    });
    assert_eq!(leads_to(), ours);
    let told = mock.outside("POST", "/emulator/twilio/call", &rings);
    assert!(told["answer"].as_str().unwrap().contains("<Say"), "who calls hears us: {told}");
    let events = mock.api("GET", "/api/admin/audit?limit=200", &Value::Null).to_string();
    assert!(events.contains("assistant.sync_failed"), "Twilio was away, and was asked again: {events}");
}
