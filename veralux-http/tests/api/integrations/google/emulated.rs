//! The emulated Google, with refresh tokens that rotate and failures to order.

use std::sync::Arc;

use veralux_core::memory::{FixedClock, SeededRandom};
use veralux_core::time::Instant;
use veralux_emulator::google::{Consent, GoogleClient};
use veralux_emulator::{Emulator, Fault, Parts, Plan, Served};

pub(super) const CLIENT_ID: &str = "veralux.apps.example.com";
pub(super) const CLIENT_SECRET: &str = "GOCSPX-of-the-tests";
pub(super) const REDIRECT_URL: &str = "https://veralux.example.com/api/google/oauth/callback";

/// What becomes of token requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fails {
    Not,
    /// 503 in front of the work.
    Busy,
    /// 500 behind it.
    Broken,
    /// `invalid_client`.
    Client,
}

pub(super) struct Emulated {
    emulator: Emulator,
    _served: Served,
}

impl Emulated {
    /// Starts it and gives its origin.
    pub(super) async fn start() -> (Arc<Self>, String) {
        let clock = Arc::new(FixedClock::new(Instant::parse("2026-01-19T14:30:00Z").unwrap()));
        let emulator = Emulator::new(Parts::new(clock, Arc::new(SeededRandom::new(7)))).unwrap();
        emulator.google().set_client(GoogleClient {
            id: CLIENT_ID.to_owned(),
            secret: CLIENT_SECRET.to_owned(),
            redirect_url: Some(REDIRECT_URL.to_owned()),
        });
        emulator.google().rotate(true);
        let served = emulator.serve().await.unwrap();
        let origin = format!("{}/google", served.origin);
        (Arc::new(Self { emulator, _served: served }), origin)
    }

    /// The person opens the page and allows it.
    pub(super) fn consent(&self, url: &str) -> Consent {
        self.emulator.google().consent(url).unwrap()
    }

    pub(super) fn fail(&self, fails: Fails) {
        let refuse = |status, body: &str| Fault::Refuse { status, retry_after: None, body: body.to_owned() };
        let fault = match fails {
            Fails::Not => {
                self.emulator.google().rotate(true);
                return self.emulator.faults().clear();
            }
            Fails::Busy => refuse(503, r#"{"error":"temporarily_unavailable"}"#),
            Fails::Broken => Fault::FailAfter { status: 500 },
            Fails::Client => refuse(401, r#"{"error":"invalid_client"}"#),
        };
        // What was done behind a lost answer must not have ended the refresh token, as it does not with Google.
        self.emulator.google().rotate(fails != Fails::Broken);
        self.emulator.faults().clear();
        let (method, prefix) = (Some("POST".to_owned()), "/google/token".to_owned());
        self.emulator.faults().add(Plan { method, prefix, after: 0, times: u32::MAX, fault });
    }

    pub(super) fn grant_only(&self, scope: &str) {
        self.emulator.google().grant_only(scope);
    }

    /// The person takes the grant back.
    pub(super) fn revoke(&self) {
        self.emulator.google().revoke_all();
    }

    /// Whether it is the access token that was given last.
    pub(super) fn takes(&self, token: &str) -> bool {
        self.emulator.google().takes(token)
    }

    pub(super) fn refreshes(&self) -> u32 {
        self.emulator.google().refreshes()
    }
}
