//! The Redis projection against the suite that every adapter must pass.
#![cfg(test)]

use std::sync::Arc;
use std::time::Duration;

use veralux_core::port::RateCounter;
use veralux_core::runtime::KeyNames;
use veralux_core::secret::Secret;
use veralux_redis::{RedisRuntimeStore, RedisSettings};
use veralux_tests::redis::{PrivateRedis, unique_prefix};

/// Keys of its own on the server that the tests of this process share.
async fn fresh() -> Arc<RedisRuntimeStore> {
    let prefix = unique_prefix("conformance");
    let mut settings = RedisSettings::new(Secret::new(PrivateRedis::shared().url()));
    settings.keys =
        KeyNames::new(&format!("{prefix}map"), &format!("{prefix}cfg"), &format!("{prefix}cap")).unwrap();
    // The machine that runs the tests may be busy.
    settings.response_timeout = Duration::from_secs(10);
    settings.connect_timeout = Duration::from_secs(10);
    Arc::new(RedisRuntimeStore::connect(&settings).await.unwrap())
}

/// A counter under a prefix of its own.
async fn counter() -> Arc<dyn RateCounter> {
    Arc::new(fresh().await.rate_counter(&unique_prefix("rate")))
}

veralux_core::projection_conformance!(fresh());
veralux_core::rate_conformance!(counter(), async |micros: i64| {
    tokio::time::sleep(Duration::from_micros(micros.unsigned_abs())).await;
});
