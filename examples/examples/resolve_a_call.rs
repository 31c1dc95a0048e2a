//! Shows what a voice runtime of one's own links: a bounded cache in front, Redis behind it, PostgreSQL behind that, and word
//! of what a server publishes.
//!
//! Starts a PostgreSQL and a Redis of its own, as the tests do, whose programs `tests/run.sh` installs.

use std::error::Error;
use std::sync::Arc;

use tokio::sync::mpsc;
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{Heard, Notice, Notices, RuntimeReader};
use veralux_core::secret::Secret;
use veralux_core::service::{
    Context, FallbackLimits, FallbackReader, ResolverLimits, RuntimePublisher, RuntimeResolver, Stores,
    TenantRequest, Tenants, Via,
};
use veralux_core::time::MINUTE;
use veralux_postgres::{Options, PostgresStore, ROLES, migrate_up};
use veralux_redis::{RedisRuntimeStore, RedisSettings};
use veralux_system::{SystemClock, SystemRandom};
use veralux_tests::postgres::{PostgresOptions, PrivatePostgres};
use veralux_tests::redis::{PrivateRedis, RedisOptions};

const CONFIG: &str = r#"{
  "contractVersion": "v1",
  "tenantId": "oak_dental",
  "dids": ["+14155550123", "+14155550124"],
  "webhookSecretRef": "secrets/oak_dental/telnyx",
  "caps": {"maxConcurrentCallsTenant": 4, "maxCallsPerMinuteTenant": 30},
  "stt": {"mode": "whisper_http", "whisperUrl": "http://stt:9000/transcribe", "chunkMs": 400},
  "tts": {"mode": "kokoro_http", "kokoroUrl": "http://tts:7001/tts", "rate": 1.1},
  "audio": {}
}"#;

/// What a service that answers calls keeps.
struct Calls {
    resolver: RuntimeResolver,
    reader: Arc<FallbackReader>,
}

impl Calls {
    fn new(redis: Arc<dyn RuntimeReader>, postgres: Arc<dyn RuntimeReader>) -> Self {
        let clock = Arc::new(SystemClock);
        let reader = FallbackReader::new(redis, postgres, clock.clone(), FallbackLimits::default());
        let reader = Arc::new(reader);
        // Ten minutes show that below it is the word, not time, that takes an answer away. Keep to the default of a second: it
        // bounds how old an answer is where no word comes through.
        // What the fallback says is nobody's is nobody's: nothing is lost that would have to be bridged.
        let limits = ResolverLimits { fresh: 10 * MINUTE, lost: 0, ..ResolverLimits::default() };
        Self { resolver: RuntimeResolver::new(reader.clone(), clock, limits), reader }
    }

    /// Runs as long as the service. `told` is for this example, which waits for what it has written.
    async fn keep_hearing(&self, mut notices: impl Notices, told: mpsc::UnboundedSender<Heard>) {
        loop {
            let heard = notices.next().await;
            // In this order: what the resolver lets go of may be asked for at once.
            self.reader.hear(&heard);
            self.resolver.hear(&heard);
            if told.send(heard).is_err() {
                return;
            }
        }
    }

    /// What a ringing phone asks.
    async fn tenant(&self, did: &E164) -> Result<(Option<TenantId>, Via), Box<dyn Error>> {
        let (resolved, via) = self.resolver.resolve(did).await?;
        let tenant = resolved.map(|resolved| resolved.tenant);
        println!(
            "{} leads to {} ({via:?})",
            did.masked(),
            tenant.as_ref().map_or("nobody", TenantId::as_str)
        );
        Ok((tenant, via))
    }
}

/// What `veralux serve` is elsewhere: it writes into PostgreSQL, then into Redis.
async fn server(
    postgres: &Arc<PostgresStore>,
    redis: Arc<RedisRuntimeStore>,
    tenant: &TenantId,
) -> Result<RuntimePublisher, Box<dyn Error>> {
    // Whoever writes from several nodes puts a `FollowedClock` around the machine's.
    let stores = Stores::from_one(postgres, Arc::new(SystemClock), Arc::new(SystemRandom));
    let request = TenantRequest { id: tenant.clone(), name: "Oak Dental".to_owned(), business_number: None };
    Tenants::new(stores.clone()).put(&Context::SYSTEM, request).await?;
    Ok(RuntimePublisher::new(stores, Some(redis)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let migrate =
        async |owner: String| migrate_up(&owner).await.map(drop).expect("a new database is migrated");
    let postgres_server = PrivatePostgres::start(PostgresOptions::default());
    let database = postgres_server.database(ROLES, "veralux", migrate).await;
    let mut redis_server = PrivateRedis::start(RedisOptions::default());

    let postgres = Arc::new(PostgresStore::connect(&database.service_url, &Options::default()).await?);
    let settings = RedisSettings::new(Secret::new(redis_server.url()));
    // Connects with its first question: a service starts while Redis is away.
    let redis = Arc::new(RedisRuntimeStore::new(&settings)?);

    let calls = Arc::new(Calls::new(redis.clone(), postgres.clone()));
    let (told, mut heard) = mpsc::unbounded_channel();
    let (notices, listening) = (postgres.listen(), calls.clone());
    let listener = tokio::spawn(async move { listening.keep_hearing(notices, told).await });
    wait_for(&mut heard, &Heard::Hearing).await;

    let oak = TenantId::parse("oak_dental")?;
    let written = Heard::Written(Notice::Runtime(oak.clone()));
    let server = server(&postgres, redis, &oak).await?;
    let published = server.publish(&Context::SYSTEM, &oak, CONFIG.as_bytes(), None).await?;
    println!("published version {}, in Redis: {}", published.version.version, published.projected);
    wait_for(&mut heard, &written).await;

    let (one, other) = (E164::parse("+14155550123")?, E164::parse("+14155550124")?);
    assert_eq!(calls.tenant(&one).await?, (Some(oak.clone()), Via::Store));
    assert_eq!(calls.tenant(&one).await?, (Some(oak.clone()), Via::Cache));

    server.unmap_did(&Context::SYSTEM, &oak, &one).await?;
    wait_for(&mut heard, &written).await;
    println!("unmapped, and heard of it:");
    assert_eq!(calls.tenant(&one).await?, (None, Via::Store));

    redis_server.kill();
    println!("Redis is gone; a number that nobody has asked for yet:");
    assert_eq!(calls.tenant(&other).await?, (Some(oak), Via::Store));

    listener.abort();
    postgres.close();
    Ok(())
}

/// Waits until this was heard and the caches have let go.
async fn wait_for(heard: &mut mpsc::UnboundedReceiver<Heard>, what: &Heard) {
    while heard.recv().await.expect("the listener goes on").ne(what) {}
}
