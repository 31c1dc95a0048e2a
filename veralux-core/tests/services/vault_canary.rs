//! A secret that stands out is pushed through everything that a vault does, and looked for in all that it says.

use std::error::Error as _;
use std::fmt::{Debug, Display, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::json;
use veralux_core::credential::{BodyError, Provider, Purpose, Twilio};
use veralux_core::id::TenantId;
use veralux_core::port::{self, CustodyError, GrantError};
use veralux_core::seal::{Malformed, OpenError};
use veralux_core::secret::Secret;
use veralux_core::service::{self, VaultError};
use veralux_core::time::{HOUR, SECOND};

use crate::vault_world::{Fail, KEY_1, KEY_2, Safe, Script, drive, token};

/// Stands out in each spelling: it holds what URLs and JSON escape.
const CANARY: &str = "ca+na/ry\u{e9}=\"7f3b\\91d4 e";
/// What fits where only hexadecimal digits or tokens do.
const CANARY_HEX: &str = "deadc0de5ca1ab1efeedfacef00dba11";
const CANARY_TOKEN: &str = "canary-token-9d41c7e2";
const CANARIES: [&str; 3] = [CANARY, CANARY_HEX, CANARY_TOKEN];

fn url_encoded(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    text.bytes().fold(String::new(), |mut out, byte| {
        if plain(&byte) {
            out.push(byte.into());
        } else {
            write!(out, "%{byte:02X}").unwrap();
        }
        out
    })
}

/// Each way in which a canary could be written.
fn spellings() -> Vec<String> {
    let mut spellings = Vec::new();
    for canary in CANARIES {
        let hex = canary.bytes().fold(String::new(), |mut out, byte| {
            write!(out, "{byte:02x}").unwrap();
            out
        });
        let json = serde_json::to_string(canary).unwrap();
        spellings.extend([
            canary.to_owned(),
            json.trim_matches('"').to_owned(),
            format!("{canary:?}").trim_matches('"').to_owned(),
            format!("{:?}", canary.as_bytes()).trim_matches(['[', ']']).to_owned(),
            hex.to_uppercase(),
            hex,
            url_encoded(canary),
        ]);
        // In the middle of something, base64 begins at any of three places.
        for front in 0..3 {
            let padded = [" ".repeat(front).as_bytes(), canary.as_bytes()].concat();
            for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD] {
                let encoded = engine.encode(&padded);
                let certain = encoded.get(4.min(front * 4)..encoded.len() - 4).unwrap();
                spellings.push(certain.to_owned());
            }
        }
    }
    spellings
}

/// All that was said.
struct Heard {
    all: String,
    spellings: Vec<String>,
}

impl Heard {
    fn new() -> Self {
        Self { all: String::new(), spellings: spellings() }
    }

    fn debug(&mut self, what: &dyn Debug) {
        writeln!(self.all, "{what:?}\n{what:#?}").unwrap();
    }

    fn error<E: std::error::Error>(&mut self, error: &E) {
        self.debug(&error);
        writeln!(self.all, "{error}").unwrap();
        let mut source = error.source();
        while let Some(error) = source {
            writeln!(self.all, "{error} {error:?}").unwrap();
            source = error.source();
        }
    }

    fn vault_error(&mut self, error: VaultError) {
        self.error(&error);
        writeln!(self.all, "{} {:?} {}", error.code(), error.kind(), error.sentence()).unwrap();
        self.error(&service::Error::from(error));
    }

    fn result<T: Debug>(&mut self, result: &service::Result<T>) {
        match result {
            Ok(value) => self.debug(value),
            Err(error) => self.error(error),
        }
    }

    fn text(&mut self, text: &dyn Display) {
        writeln!(self.all, "{text}").unwrap();
    }

    fn check(&self) {
        for spelling in &self.spellings {
            assert!(!self.all.contains(spelling.as_str()), "`{spelling}` was said");
        }
    }
}

#[test]
fn the_search_finds_what_it_looks_for() {
    for canary in CANARIES {
        for said in [
            canary.to_owned(),
            format!("{canary:?}"),
            STANDARD.encode(format!("xy{canary}z")),
            URL_SAFE_NO_PAD.encode(format!("x{canary}z")),
            url_encoded(canary),
            format!("{:?}", canary.as_bytes()),
        ] {
            let mut heard = Heard::new();
            heard.text(&said);
            assert!(heard.spellings.iter().any(|spelling| heard.all.contains(spelling)), "{said}");
        }
    }
}

#[test]
fn no_error_shows_what_was_sealed() {
    let mut heard = Heard::new();
    let provider = Provider::Twilio;
    let transient = || port::Error::transient("asking", std::io::Error::other("away"));
    for error in [
        VaultError::Store(transient()),
        VaultError::Store(port::Error::NotPermitted("asking")),
        VaultError::NotConnected(provider),
        VaultError::Disabled(provider),
        VaultError::NeedsReconnect(provider),
        VaultError::Quarantined(provider),
        VaultError::Damaged(provider, OpenError::Malformed(Malformed::Magic)),
        VaultError::Damaged(provider, OpenError::Tag),
        VaultError::DamagedSecret(OpenError::Commitment),
        VaultError::NoTenantKey { version: 3 },
        VaultError::Custody(CustodyError::Envelope(OpenError::Tag)),
        VaultError::Body(provider, BodyError::Empty),
        VaultError::Refreshing(provider),
        VaultError::NoGrant(provider),
        VaultError::Audit(transient()),
    ] {
        // One line each, and none says twice what its source says.
        let source = error.source().map(ToString::to_string);
        let said = error.to_string();
        assert!(!said.contains('\n') && source.is_none_or(|source| !said.contains(&source)), "{said}");
        heard.vault_error(error);
    }
    // Bodies that hold the canary where it does not belong.
    let quoted = serde_json::to_string(CANARY).unwrap();
    for body in [
        format!("{{\"authToken\": {CANARY}}}"),
        format!("{{\"v\":1,\"accountSid\":{quoted},\"authToken\":{quoted}}}"),
        format!("{{\"v\":1,\"accountSid\":7,\"authToken\":{quoted}}}"),
        format!("{{\"v\":1,{quoted}:1}}"),
        format!("{{\"v\":1,\"authToken\":\"{CANARY_HEX}\"}}"),
        format!("{{\"v\":77,\"authToken\":\"{CANARY_HEX}\"}}"),
        CANARY.to_owned(),
        format!("{{\"authToken\":{quoted}"),
    ] {
        let safe = Safe::new();
        safe.put(1);
        safe.seal_raw(body.as_bytes());
        match safe.open() {
            Err(error) => heard.vault_error(error),
            Ok(opened) => heard.debug(&opened),
        }
        let put = safe.vault.put(&safe.context, &safe.tenant, provider, body.as_bytes(), true);
        heard.result(&drive(put));
        heard.debug(&safe.events());
        heard.debug(&safe.vault);
    }
    heard.check();
}

/// Everything that is done with a credential, over a store that fails as `fail` says.
fn everything(heard: &mut Heard, fail: Fail) {
    let safe = Safe::new();
    let (vault, context, tenant) = (&safe.vault, &safe.context, &safe.tenant);
    let twilio = json!({"accountSid": "AC00000000000000000000000000000abc", "authToken": CANARY_HEX});
    let put = |heard: &mut Heard, provider, json: &serde_json::Value| {
        let json = json.to_string();
        heard.result(&drive(vault.put(context, tenant, provider, json.as_bytes(), true)));
    };
    put(heard, Provider::Twilio, &twilio);
    put(heard, Provider::GoogleCalendar, &json!({"refreshToken": CANARY_TOKEN, "accessToken": CANARY_TOKEN}));
    heard.result(&drive(vault.put_secret(context, tenant, "A", &Secret::new(CANARY))));
    *safe.google.script.lock().unwrap() =
        Script { single_use: true, refresh_token: Some(CANARY_TOKEN), ..Script::default() };
    let fails = || safe.store.fail(fail, if fail == Fail::Lost { Fail::Lost } else { Fail::No });
    fails();
    for _ in 0..2 {
        match safe.open() {
            Ok(opened) => {
                assert_eq!(opened.auth_token.as_ref().unwrap().expose(), CANARY_HEX);
                heard.debug(&opened);
                heard.debug(&opened.clone());
                heard.debug(&*opened);
            }
            Err(error) => heard.vault_error(error),
        }
        heard.result(&drive(vault.open_calendar(context, tenant, Purpose::Calendar)));
        heard.result(&drive(vault.open_secret(context, tenant, "A")));
        heard.result(&drive(vault.verify(context, tenant, Provider::Twilio)));
        heard.debug(vault);
        safe.wait(2 * HOUR);
    }
    let state = drive(vault.begin_google(context, tenant));
    heard.result(&state);
    if let Ok(state) = state {
        let code = Secret::new(CANARY_TOKEN);
        heard.result(&drive(vault.finish_google(&state, &code)));
        safe.google.script.lock().unwrap().fails = Some(GrantError::Ended);
        heard.result(&drive(vault.finish_google(&state, &code)));
        safe.wait(2 * HOUR);
        heard.result(&drive(vault.open_calendar(context, tenant, Purpose::Calendar)));
    }
    // No node starts while nothing can be written.
    safe.store.fail(Fail::No, Fail::No);
    let (desk, node) = safe.desk(&[KEY_1, KEY_2]);
    fails();
    heard.result(&drive(desk.rotate(context, 2)));
    heard.result(&drive(desk.rewrap(context, tenant, false)));
    heard.result(&drive(node.mark_verified(context, tenant, Provider::Twilio, 1)));
    heard.result(&drive(node.disable(context, tenant, Provider::Twilio)));
    safe.store.fail(Fail::No, Fail::No);
    let held: Vec<_> = [KEY_1, KEY_2].iter().map(|key| key.split_once(':').unwrap().1).collect();
    heard.debug(&safe.held);
    heard.debug(&desk);
    heard.debug(&node);
    heard.debug(&drive(node.list(tenant)));
    heard.result(&drive(node.list_secrets(tenant)));
    drop(drive(node.flush()));
    for (event, told) in safe.events().into_iter().chain(safe.events_in(&TenantId::platform())) {
        heard.text(&told);
        heard.text(&serde_json::to_string(&event).unwrap());
        heard.debug(&event);
    }
    assert!(held.iter().all(|key| !heard.all.contains(key)), "root keys neither");
}

#[test]
fn nothing_that_a_vault_does_shows_what_was_sealed() {
    for fail in [Fail::No, Fail::Lost, Fail::Transient, Fail::Denied, Fail::Permanent] {
        let mut heard = Heard::new();
        everything(&mut heard, fail);
        assert!(heard.all.len() > 5_000);
        heard.check();
    }
    // And the canary was in there: it opens.
    let safe = Safe::new();
    safe.put(7);
    safe.wait(SECOND);
    let opened = drive(safe.vault.open::<Twilio>(&safe.context, &safe.tenant, Purpose::Export)).unwrap();
    assert_eq!(opened.auth_token.as_ref().unwrap().expose(), token(7));
    assert_eq!(format!("{opened:?}"), "Opened(twilio, generation 1)");
}
