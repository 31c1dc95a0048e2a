//! Messages on their way: sent, reported, dead letters.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use axum::http::{Method, Request};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha1::Sha1;
use veralux_core::id::TenantId;
use veralux_core::port::{
    Delivery, MessageProvider, OutgoingSms, ProviderError, ProviderFault, ProviderResult, RawAnswer, SentSms,
};
use veralux_core::secret::Secret;
use veralux_core::service::CredentialVault;
use veralux_core::time::Instant;
use veralux_http::{MockProviders, Providers, Settings};

use crate::integrations::{SID, TOKEN, TWILIO, twilio};
use crate::server::{CUSTOMER, FRONT_DESK, Server};

const BASE: &str = "https://veralux.example.com";
const OPERATORS: &str = "0f0f0f0f1e1e1e1e2d2d2d2d3c3c3c3c";
const DEAD: &str = "/api/ops/dead-letters";

/// A provider that takes messages, or refuses as many as it is told to.
#[derive(Debug, Default)]
struct Fake {
    refuse: Mutex<VecDeque<&'static str>>,
    urls: Mutex<Vec<String>>,
}

#[async_trait]
impl MessageProvider for Fake {
    fn slug(&self) -> &'static str {
        "twilio"
    }

    async fn send(&self, _: &TenantId, sms: &OutgoingSms) -> ProviderResult<SentSms> {
        if let Some(code) = self.refuse.lock().unwrap().pop_front() {
            return Err(ProviderError {
                code: Some(code.to_owned()),
                raw: Some(RawAnswer::new(400, b"{\"code\":21211}")),
                ..ProviderError::new(
                    "twilio",
                    ProviderFault::Rejected,
                    "this is no number that Twilio reaches",
                )
            });
        }
        let mut urls = self.urls.lock().unwrap();
        urls.push(sms.status_url.clone().unwrap());
        Ok(SentSms { id: format!("SM{}", urls.len()), state: Delivery::Queued, code: None })
    }

    async fn find(&self, _: &TenantId, _: &OutgoingSms, _: Instant) -> ProviderResult<Option<SentSms>> {
        Ok(None)
    }
}

struct Office {
    server: Server,
    fake: Arc<Fake>,
    thread: String,
}

impl Office {
    async fn start() -> Self {
        let fake = Arc::new(Fake::default());
        let settings = Settings {
            public_base_url: Some(BASE.to_owned()),
            twilio_auth_token: Some(Secret::new(OPERATORS)),
            admin_rate_max: 10_000,
            ..Settings::default()
        };
        let providers = Providers { messages: vec![fake.clone()], ..Providers::default() };
        let verified = |vault: CredentialVault, _| vault.with_verifier(Arc::new(MockProviders));
        let server = Server::outfitted(settings, providers, verified).await;
        let thread = server.thread("other", CUSTOMER).await;
        Self { server, fake, thread }
    }

    /// Queues a message and gives its id.
    async fn queue(&self) -> String {
        let body = json!({"threadId": self.thread, "body": "see you at nine"});
        let answer = self.server.post(&self.server.admin, "/api/messages", &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let message = &answer.json()["message"];
        assert_eq!(
            (&message["delivery"], &message["deliveryDetail"]["attempts"]),
            (&json!("queued"), &json!(0))
        );
        message["id"].as_str().unwrap().to_owned()
    }

    async fn run_due(&self) {
        let run = self.server.api.work_runner().run_due(9).await.unwrap();
        assert!(run.errors.is_empty(), "{:?}", run.errors);
    }

    /// The newest message of the thread.
    async fn message(&self) -> Value {
        let path = format!("/api/messages/threads/{}", self.thread);
        self.server.get(&self.server.admin, &path).await.json()["items"][0].clone()
    }

    /// Reports to a URL, signed with a token; status and code.
    async fn report(&self, url: &str, token: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let mut fields = fields.to_vec();
        fields.sort_unstable();
        let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).unwrap();
        mac.update(url.as_bytes());
        for (name, value) in &fields {
            mac.update(name.as_bytes());
            mac.update(value.as_bytes());
        }
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(url.strip_prefix(BASE).unwrap())
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-twilio-signature", BASE64_STANDARD.encode(mac.finalize().into_bytes()));
        self.server.send(request.body(Body::from(body)).unwrap()).await.outcome()
    }
}

fn status<'a>(sid: &'a str, status: &'a str) -> [(&'a str, &'a str); 4] {
    [("MessageSid", sid), ("MessageStatus", status), ("From", FRONT_DESK), ("To", CUSTOMER)]
}

fn noted() -> (u16, String) {
    (204, String::new())
}

#[tokio::test]
async fn a_message_is_sent_and_reported() {
    let office = Office::start().await;
    let id = office.queue().await;
    let arrives = tokio::time::timeout(Duration::from_secs(5), office.server.api.work_arrives()).await;
    assert!(arrives.is_ok(), "who does the work is told at once");
    office.run_due().await;
    assert_eq!(office.message().await["delivery"], "sent");
    let url = office.fake.urls.lock().unwrap()[0].clone();
    assert_eq!(url, format!("{BASE}/webhooks/twilio/status-callback?tenant=t1&message={id}&attempt=1"));
    for (what, word, after) in [
        ("on its way", "sending", "sent"),
        ("a word of tomorrow", "pondering", "sent"),
        ("arrived", "delivered", "delivered"),
        ("told late", "sent", "delivered"),
        ("told twice", "delivered", "delivered"),
    ] {
        assert_eq!(office.report(&url, OPERATORS, &status("SM1", word)).await, noted(), "{what}");
        assert_eq!(office.message().await["delivery"], after, "{what}");
    }
    let detail = office.message().await["deliveryDetail"].clone();
    let expected = json!({
        "attempts": 1, "underWay": false, "errorCode": null, "error": null, "failedAt": null, "deadSince": null,
        "updatedAt": detail["updatedAt"],
    });
    assert_eq!(detail, expected);
}

#[tokio::test]
async fn a_report_is_signed_by_whose_message_it_is() {
    let office = Office::start().await;
    office.queue().await;
    office.run_due().await;
    let url = office.fake.urls.lock().unwrap()[0].clone();
    let bare = format!("{BASE}/webhooks/twilio/status-callback");
    let refused = (403, "signature_invalid".to_owned());
    let delivered = status("SM1", "delivered");
    assert_eq!(office.report(&url, TOKEN, &delivered).await, refused, "another's token");
    let answer = office.server.post(&office.server.admin, TWILIO, &twilio(SID, TOKEN)).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(office.report(&url, OPERATORS, &delivered).await, refused, "the tenant has its own by now");
    let others = url.replace("tenant=t1", "tenant=t2");
    assert_eq!(
        office.report(&others, TOKEN, &delivered).await,
        refused,
        "it says nothing for another tenant"
    );
    assert_eq!(office.report(&others, OPERATORS, &delivered).await, noted(), "who has no such message");
    assert_eq!(office.message().await["delivery"], "sent", "so far nothing was taken");
    let nobody = status("SM9", "delivered");
    assert_eq!(office.report(&bare, TOKEN, &nobody).await, noted(), "a message that is not ours");
    assert_eq!(office.report(&bare, TOKEN, &delivered).await, noted(), "found by the number and Twilio's id");
    assert_eq!(office.message().await["delivery"], "delivered");
    let invalid = (400, "invalid_webhook".to_owned());
    assert_eq!(office.report(&url, TOKEN, &delivered[1..]).await, invalid, "nothing names the message");
    let unsigned = Request::post(url.strip_prefix(BASE).unwrap()).body(Body::empty()).unwrap();
    assert_eq!(office.server.send(unsigned).await.outcome(), (400, "signature_missing".to_owned()));
    let long = vec![b'x'; 64 * 1024 + 1];
    let long = Request::post(url.strip_prefix(BASE).unwrap()).body(Body::from(long)).unwrap();
    assert_eq!(office.server.send(long).await.outcome(), (413, "body_too_large".to_owned()));
}

#[tokio::test]
async fn what_does_not_arrive_waits_for_a_person() {
    let office = Office::start().await;
    let (server, admin) = (&office.server, &office.server.admin);
    let id = office.queue().await;
    office.run_due().await;
    let url = office.fake.urls.lock().unwrap()[0].clone();
    let number = server.number(FRONT_DESK).await;
    let health = async || server.get(admin, &format!("/api/numbers/{number}")).await.json()["health"].clone();
    assert_eq!(health().await, "green");
    let failed = [("ErrorCode", "30003"), ("MessageSid", "SM1"), ("MessageStatus", "undelivered")];
    assert_eq!(office.report(&url, OPERATORS, &failed).await, noted());
    assert_eq!(health().await, "yellow", "one delivery error in seven days");
    server.clock.advance(7 * 24 * 3_600_000_000);
    assert_eq!(health().await, "green", "which is over");
    let letters = server.get(admin, DEAD).await.json()["items"].clone();
    assert_eq!(letters.as_array().unwrap().len(), 1);
    let message = &letters[0]["message"];
    assert_eq!((&message["id"], &message["delivery"]), (&json!(id), &json!("undelivered")));
    assert_eq!(message["deliveryDetail"]["errorCode"], "30003");
    assert_eq!(message["deliveryDetail"]["deadSince"], "2026-01-19T14:30:00Z");
    let retry = format!("/api/messages/{id}/retry");
    let answer = server.post(admin, &retry, &json!({"reason": "their phone is on again"})).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["delivery"]),
        (200, &json!("queued")),
        "{}",
        answer.text
    );
    assert_eq!(server.get(admin, DEAD).await.json()["items"], json!([]), "it does not wait any more");
    office.run_due().await;
    let message = office.message().await;
    assert_eq!((&message["delivery"], &message["deliveryDetail"]["attempts"]), (&json!("sent"), &json!(2)));
    let answer = server.post(admin, &retry, &json!({})).await;
    assert_eq!(answer.outcome(), (409, "not_failed".to_owned()));
}

#[tokio::test]
async fn dead_letters_are_replayed_and_ignored() {
    let office = Office::start().await;
    let (server, admin) = (&office.server, &office.server.admin);
    office.fake.refuse.lock().unwrap().extend(["21211", "21211"]);
    let id = office.queue().await;
    let act = async |what: &str, key: &str, body: Value| {
        server.post(key, &format!("{DEAD}/{id}/{what}"), &body).await
    };
    let reason = || json!({"reason": "the number was put right"});
    assert_eq!(act("replay", admin, reason()).await.outcome(), (409, "not_dead".to_owned()), "not yet");
    office.run_due().await;
    for (key, raw) in
        [(admin, json!({"status": 400, "body": "{\"code\":21211}"})), (&server.viewer, Value::Null)]
    {
        let letter = server.get(key, DEAD).await.json()["items"][0].clone();
        assert_eq!(letter["raw"], raw);
        assert_eq!(letter["message"]["deliveryDetail"]["error"], "this is no number that Twilio reaches");
    }
    assert_eq!(server.get(&server.other, DEAD).await.json()["items"], json!([]), "another tenant's");
    for what in ["replay", "ignore"] {
        assert_eq!(act(what, &server.viewer, reason()).await.outcome(), (403, "read_only_key".to_owned()));
        assert_eq!(act(what, &server.other, reason()).await.outcome(), (404, "message_not_found".to_owned()));
        let empty = act(what, admin, json!({"reason": " "})).await;
        assert_eq!(empty.outcome(), (400, "invalid_reason".to_owned()), "{what}");
        assert_eq!(act(what, admin, json!({})).await.outcome(), (400, "invalid_body".to_owned()), "{what}");
    }
    let replayed = act("replay", admin, reason()).await;
    assert_eq!(
        (replayed.status.as_u16(), &replayed.json()["message"]["delivery"]),
        (200, &json!("queued")),
        "{}",
        replayed.text
    );
    office.run_due().await;
    let ignored = act("ignore", admin, reason()).await;
    assert_eq!((ignored.status.as_u16(), &ignored.json()["message"]["delivery"]), (200, &json!("failed")));
    assert_eq!(act("ignore", admin, reason()).await.outcome(), (409, "not_dead".to_owned()), "once");
    let events = server.events().await;
    let events: Vec<_> = events.iter().map(|event| event.draft.event_type.to_string()).collect();
    let of_message = events.iter().filter(|event| event.starts_with("message.")).map(String::as_str);
    let expected = [
        "message.queued",
        "message.dead_lettered",
        "message.replayed",
        "message.dead_lettered",
        "message.dead_letter_ignored",
    ];
    assert_eq!(of_message.collect::<Vec<_>>(), expected, "each is audited");
    assert!(office.fake.urls.lock().unwrap().is_empty(), "nothing was sent");
}

#[tokio::test]
async fn dead_letters_are_replayed_all_at_once() {
    let office = Office::start().await;
    let (server, admin) = (&office.server, &office.server.admin);
    office.fake.refuse.lock().unwrap().extend(["21211", "30006", "21211"]);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(office.queue().await);
        office.run_due().await;
    }
    let other = ids.remove(1);
    // Of one millisecond: by their ids.
    ids.sort_unstable();
    let all = format!("{DEAD}/replay");
    let replay =
        async |query: &str, key: &str, body: Value| server.post(key, &format!("{all}{query}"), &body).await;
    let reason = "the numbers were put right";
    let body = json!({"reason": reason});
    assert_eq!(replay("", &server.viewer, body.clone()).await.outcome(), (403, "read_only_key".to_owned()));
    for (query, body, code) in [
        ("", json!({"reason": " "}), "invalid_reason"),
        ("", json!({}), "invalid_body"),
        ("", json!({"reason": reason, "since": "yesterday"}), "invalid_body"),
        ("", json!({"reason": reason, "status": "failed"}), "invalid_body"),
        ("?limit=0", body.clone(), "invalid_limit"),
        ("?cursor=msg_1", body.clone(), "invalid_cursor"),
    ] {
        assert_eq!(replay(query, admin, body).await.outcome(), (400, code.to_owned()), "{query}");
    }
    let none = json!({"replayed": [], "refused": [], "left": 0, "nextCursor": null});
    assert_eq!(replay("", &server.other, body.clone()).await.json(), none, "another tenant's");
    let later = json!({"reason": reason, "since": "2999-01-01T00:00:00Z"});
    assert_eq!(replay("", admin, later).await.json(), none);
    let of_code = replay("", admin, json!({"reason": reason, "code": "30006"})).await.json();
    assert_eq!(of_code, json!({"replayed": [other], "refused": [], "left": 0, "nextCursor": null}));
    let first = replay("?limit=1", admin, body.clone()).await.json();
    assert_eq!((&first["replayed"], &first["left"]), (&json!([ids[0]]), &json!(1)));
    let cursor = first["nextCursor"].as_str().unwrap();
    let rest = replay(&format!("?limit=1&cursor={cursor}"), admin, body.clone()).await.json();
    assert_eq!(rest, json!({"replayed": [ids[1]], "refused": [], "left": 0, "nextCursor": null}));
    assert_eq!(replay("", admin, body).await.json(), none, "none of them waits any more");
    let events = server.events().await;
    let replayed = events.iter().filter(|event| event.draft.event_type.to_string() == "message.replayed");
    assert_eq!(replayed.count(), 3, "each is audited");
    office.run_due().await;
    assert_eq!(office.fake.urls.lock().unwrap().len(), 3, "each was sent once");
}

#[tokio::test]
async fn what_cannot_be_sent_is_told_and_a_key_acts_once() {
    let office = Office::start().await;
    let (server, admin) = (&office.server, &office.server.admin);
    office.fake.refuse.lock().unwrap().extend(["21211", "21211"]);
    let id = office.queue().await;
    office.run_due().await;
    let path = format!("/api/threads/{}", office.thread);
    let set = async |status: &str| {
        let body = json!({"status": status}).to_string();
        assert_eq!(server.call(Method::PATCH, &path, admin, &[], &body).await.status, 200);
    };
    let replay = async |key: &str| {
        let (headers, body) = ([("idempotency-key", key)], json!({"reason": "again"}).to_string());
        server.call(Method::POST, &format!("{DEAD}/replay"), admin, &headers, &body).await.json()
    };
    set("blocked").await;
    let refused = replay("k1").await;
    let (message, code) = (&refused["refused"][0]["messageId"], &refused["refused"][0]["code"]);
    assert_eq!((message, code, &refused["replayed"]), (&json!(id), &json!("not_sent"), &json!([])));
    set("active").await;
    assert_eq!(replay("k1").await, refused, "the same answer, and nothing is done");
    assert_eq!(replay("k2").await["replayed"], json!([id]));
    office.run_due().await;
    assert_eq!(replay("k2").await["replayed"], json!([id]), "it is dead once more, and stays so");
    assert_eq!(server.get(admin, DEAD).await.json()["items"].as_array().unwrap().len(), 1);
}

/// Whoever asks is told, and what is tried again by itself says why it was not sent.
#[tokio::test]
async fn nothing_is_sent_again_that_the_routing_rules_forbid_by_now() {
    let office = Office::start().await;
    let (server, admin) = (&office.server, &office.server.admin);
    let id = office.queue().await;
    office.fake.refuse.lock().unwrap().push_back("21211");
    office.run_due().await;
    let block = json!({"status": "blocked"});
    let path = format!("/api/threads/{}", office.thread);
    let blocked = server.call(Method::PATCH, &path, admin, &[], &block.to_string()).await;
    assert_eq!(blocked.status, 200, "{}", blocked.text);
    for path in [format!("/api/messages/{id}/retry"), format!("{DEAD}/{id}/replay")] {
        let answer = server.post(admin, &path, &json!({"reason": "again"})).await;
        assert_eq!(answer.outcome(), (409, "not_sent".to_owned()), "{path}");
        assert!(answer.text.contains("thread_blocked"), "{}", answer.text);
    }
    let active = json!({"status": "active"}).to_string();
    server.call(Method::PATCH, &path, admin, &[], &active).await;
    let retried = server.post(admin, &format!("/api/messages/{id}/retry"), &json!({})).await;
    assert_eq!(retried.status, 200, "{}", retried.text);
    server.call(Method::PATCH, &path, admin, &[], &block.to_string()).await;
    office.run_due().await;
    let message = office.message().await;
    assert_eq!(message["delivery"], "failed");
    assert_eq!(message["deliveryDetail"]["errorCode"], "thread_blocked");
    assert!(office.fake.urls.lock().unwrap().is_empty(), "nothing was sent");
}
