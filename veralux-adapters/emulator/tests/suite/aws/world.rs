//! Secrets Manager with one key, and clients of it.

use std::sync::{Arc, MutexGuard};

use veralux_core::memory::{SeededRandom, StepClock};
use veralux_core::secret::Secret;
use veralux_emulator::aws::{AwsAccount, AwsKey};
use veralux_providers::Https;
use veralux_providers::aws::{AwsSecrets, Credentials, Endpoint, MAX_ANSWER_BYTES};

use crate::stage::{Stage, now};

pub(crate) const CANARY: &str = "canary-7f3e-wJalrXUtnFEMI";
pub(crate) const REGION: &str = "eu-central-1";

pub(crate) struct World {
    pub(crate) stage: Stage,
    pub(crate) url: String,
}

impl World {
    pub(crate) async fn start() -> Self {
        let stage = Stage::start().await;
        let url = stage.at("");
        let world = Self { stage, url };
        world.account().keys = vec![key("AKIDEXAMPLE", CANARY, None)];
        world.account().region = Some(REGION.to_owned());
        world
    }

    pub(crate) fn account(&self) -> MutexGuard<'_, AwsAccount> {
        self.stage.emulator.aws().account()
    }

    /// A client with the account's first key.
    pub(crate) fn client(&self) -> AwsSecrets {
        client(&self.url, REGION, credentials(&self.account().keys[0]))
    }

    pub(crate) fn keep(&self, name: &str, value: &str) {
        self.stage.emulator.aws().keep(name, value);
    }

    pub(crate) fn value(&self, name: &str) -> Option<String> {
        self.stage.emulator.aws().value(name)
    }

    pub(crate) fn calls(&self, target: &str) -> usize {
        self.stage.emulator.aws().calls(target)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.stage.is_as_described();
        }
    }
}

pub(crate) fn key(id: &str, secret: &str, token: Option<&str>) -> AwsKey {
    AwsKey { id: id.to_owned(), secret: secret.to_owned(), token: token.map(str::to_owned) }
}

pub(crate) fn credentials(key: &AwsKey) -> Credentials {
    Credentials {
        access_key_id: key.id.clone(),
        secret_access_key: Secret::new(&*key.secret),
        session_token: key.token.as_deref().map(Secret::new),
    }
}

pub(crate) fn client(url: &str, region: &str, credentials: Credentials) -> AwsSecrets {
    let https = Https::new().unwrap().with_max_answer_bytes(MAX_ANSWER_BYTES);
    let clock = Arc::new(StepClock::new(now()));
    let random = Arc::new(SeededRandom::new(7));
    AwsSecrets::new(Endpoint::at(region, url).unwrap(), credentials, Arc::new(https), clock, random)
}
