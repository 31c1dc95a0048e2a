//! Shows how a tenant goes live: checked, published with its numbers, resolved as a call would, rolled back.
//!
//! Runs on memory stores; with `SqliteStore` and `RedisRuntimeStore` in their place nothing else changes.

use std::sync::Arc;

use veralux_core::id::TenantId;
use veralux_core::memory::{MemoryProjection, MemoryStore, SeededRandom, StepClock};
use veralux_core::phone::E164;
use veralux_core::port::RuntimeReader as _;
use veralux_core::service::{Context, Error, RuntimePublisher, Stores, TenantRequest, Tenants};
use veralux_core::time::Instant;

const CONFIG: &str = r#"{
  "contractVersion": "v1",
  "tenantId": "oak_dental",
  "dids": ["+14155550123"],
  "webhookSecretRef": "secrets/oak_dental/telnyx",
  "caps": {"maxConcurrentCallsTenant": 4, "maxCallsPerMinuteTenant": 30},
  "stt": {"mode": "whisper_http", "whisperUrl": "http://stt:9000/transcribe", "chunkMs": 400},
  "tts": {"mode": "kokoro_http", "kokoroUrl": "http://tts:7001/tts", "rate": 1.1},
  "audio": {}
}"#;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let clock = Arc::new(StepClock::new(Instant::parse("2026-11-21T09:00:00Z")?));
    let stores = Stores::from_one(&Arc::new(MemoryStore::new()), clock, Arc::new(SeededRandom::new(1)));
    let projection = Arc::new(MemoryProjection::new());
    let publisher = RuntimePublisher::new(stores.clone(), Some(projection.clone()));
    let oak = TenantId::parse("oak_dental")?;

    let request = TenantRequest { id: oak.clone(), name: "Oak Dental".to_owned(), business_number: None };
    Tenants::new(stores).put(&Context::SYSTEM, request).await?;

    // What the voice runtime would refuse is refused here, every fault at once, and nothing is written.
    let broken = CONFIG.replace("1.1", "9").replace("\"+1415", "\"1415");
    if let Err(Error::Refused(refusal)) =
        publisher.publish(&Context::SYSTEM, &oak, broken.as_bytes(), None).await
    {
        println!("{}:", refusal.code);
        refusal.faults.iter().for_each(|fault| println!("  {fault}"));
    }

    let first = publisher.publish(&Context::SYSTEM, &oak, CONFIG.as_bytes(), None).await?;
    println!("published version {}", first.version.version);
    let again = publisher.publish(&Context::SYSTEM, &oak, CONFIG.as_bytes(), None).await?;
    println!("the same document again: changed = {}", again.changed);

    // What a call asks: DID, tenant, configuration.
    let did = E164::parse("+14155550123")?;
    let resolved = projection.resolve(&did).await?.expect("the number was published");
    println!("{} leads to {}", did.masked(), resolved.tenant);

    let faster = CONFIG.replace("1.1", "1.4");
    publisher.publish(&Context::SYSTEM, &oak, faster.as_bytes(), Some(1)).await?;
    let back = publisher.rollback(&Context::SYSTEM, &oak, 1, None).await?;
    println!("version 1 is back, as version {}", back.version.version);
    Ok(())
}
