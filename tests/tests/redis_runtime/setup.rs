//! A store on a private server, and a plain connection to look behind it.

use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{Cmd, FromRedisValue};
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{Error, Publication, RuntimeProjection};
use veralux_core::runtime::KeyNames;
use veralux_core::secret::Secret;
use veralux_redis::{RedisRuntimeStore, RedisSettings};
use veralux_tests::redis::{PrivateRedis, unique_prefix};

/// A store under a prefix of its own, beside a plain connection to the same server.
pub(crate) struct Bench {
    pub(crate) store: RedisRuntimeStore,
    pub(crate) prefix: String,
    raw: MultiplexedConnection,
}

impl Bench {
    /// On the server that the tests of this process share.
    pub(crate) async fn shared() -> Self {
        Self::on(PrivateRedis::shared(), &unique_prefix("bench")).await
    }

    pub(crate) async fn on(redis: &PrivateRedis, prefix: &str) -> Self {
        let store = RedisRuntimeStore::connect(&settings(&redis.url(), prefix)).await.unwrap();
        Self { store, prefix: prefix.to_owned(), raw: raw(redis).await }
    }

    /// A plain command. `%` in an argument stands for the prefix.
    pub(crate) async fn raw<T: FromRedisValue>(&self, command: &[&str]) -> T {
        let mut words = command.iter().map(|word| word.replace('%', &self.prefix));
        let mut command = redis::cmd(&words.next().unwrap());
        words.for_each(|word| {
            command.arg(word);
        });
        self.ask(&command).await
    }

    pub(crate) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> T {
        command.query_async(&mut self.raw.clone()).await.unwrap()
    }

    pub(crate) async fn pipe<T: FromRedisValue>(&self, pipe: &redis::Pipeline) -> T {
        pipe.query_async(&mut self.raw.clone()).await.unwrap()
    }

    /// Everything under the prefix, as `key=value` without the prefix, in order.
    pub(crate) async fn dump(&self) -> Vec<String> {
        let keys: Vec<String> = self.raw(&["KEYS", "%*"]).await;
        let mut lines = Vec::new();
        for key in keys {
            let value: String = self.raw(&["GET", &key]).await;
            lines.push(format!("{}={value}", key.strip_prefix(&self.prefix).unwrap()));
        }
        lines.sort();
        lines
    }

    pub(crate) async fn publish(
        &self,
        tenant: &str,
        document: &str,
        map: &[&str],
        unmap: &[&str],
    ) -> Result<(), Error> {
        let (map, unmap) = (dids(map), dids(unmap));
        let document = Secret::new(document);
        self.store
            .publish(
                &id(tenant),
                Publication { document: &document, map: &map, unmap: &unmap, sequence: None },
            )
            .await
    }
}

pub(crate) async fn raw(redis: &PrivateRedis) -> MultiplexedConnection {
    redis::Client::open(redis.url()).unwrap().get_multiplexed_async_connection().await.unwrap()
}

pub(crate) fn settings(url: &str, prefix: &str) -> RedisSettings {
    let mut settings = RedisSettings::new(Secret::new(url));
    settings.keys = names(prefix);
    // The machine that runs the tests may be busy; tests of the limit set their own.
    settings.response_timeout = Duration::from_secs(10);
    settings.connect_timeout = Duration::from_secs(10);
    settings
}

pub(crate) fn names(prefix: &str) -> KeyNames {
    KeyNames::new(&format!("{prefix}map"), &format!("{prefix}cfg"), &format!("{prefix}cap")).unwrap()
}

pub(crate) fn id(tenant: &str) -> TenantId {
    TenantId::parse(tenant).unwrap()
}

pub(crate) fn did(number: &str) -> E164 {
    E164::parse(number).unwrap()
}

pub(crate) fn dids(numbers: &[&str]) -> Vec<E164> {
    numbers.iter().map(|number| did(number)).collect()
}

/// The error's kind, for tables.
pub(crate) fn kind<T>(result: &Result<T, Error>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(Error::NotPermitted(_)) => "not permitted",
        Err(Error::Conflict(_)) => "conflict",
        Err(Error::Invalid(_)) => "invalid",
        Err(Error::Transient { .. }) => "transient",
        Err(Error::TransientHere { .. }) => "transient here",
        Err(Error::Permanent { .. }) => "permanent",
    }
}

/// Everything that a log could show of an error: both forms of it and of its causes.
pub(crate) fn shown(error: &Error) -> String {
    let first: &dyn std::error::Error = error;
    let causes = std::iter::successors(Some(first), |error| error.source());
    causes.map(|error| format!("{error:?} {error}")).collect::<Vec<_>>().join(" ")
}
