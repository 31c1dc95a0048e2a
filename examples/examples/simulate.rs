//! Shows the simulator: what happens to a message now, tomorrow and under an override, with nothing written.

use std::sync::Arc;

use veralux_core::id::{StaffId, TenantId};
use veralux_core::memory::{MemoryStore, SeededRandom, StepClock};
use veralux_core::number::ThreadKind;
use veralux_core::party::NumberClass;
use veralux_core::phone::E164;
use veralux_core::policy::Detector;
use veralux_core::routing::{OverrideTarget, Ruleset};
use veralux_core::service::{
    Context, DEFAULT_TAIL, ImportNumber, Numbers, OverrideRequest, RoutingDesk, Scenario, Schedule, Stores,
    TenantRequest, Tenants, ThreadRequest, Threads, WindowRequest, Writer,
};
use veralux_core::time::{HOUR, Instant};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let nine = Instant::parse("2026-11-21T09:00:00Z")?;
    let clock = Arc::new(StepClock::new(nine));
    let stores = Stores::from_one(&Arc::new(MemoryStore::new()), clock, Arc::new(SeededRandom::new(1)));
    let context = Context::SYSTEM;
    let oak = TenantId::parse("oak_dental")?;
    let kim = StaffId::parse("stf_kim")?;

    let request = TenantRequest { id: oak.clone(), name: "Oak Dental".to_owned(), business_number: None };
    Tenants::new(stores.clone()).put(&context, request).await?;
    let front_desk = ImportNumber {
        e164: E164::parse("+14155550123")?,
        class: NumberClass::FrontDesk,
        provider: "import".to_owned(),
    };
    Numbers::new(stores.clone()).import(&context, &oak, front_desk).await?;
    let request = ThreadRequest {
        kind: ThreadKind::Other,
        customer_phone: E164::parse("+15035550126")?,
        customer: None,
        staff: None,
        number: None,
    };
    let thread = Threads::new(stores.clone(), DEFAULT_TAIL).open(&context, &oak, request).await?;

    let schedule = Schedule::new(stores.clone());
    let window = WindowRequest {
        thread: thread.id.clone(),
        staff: kim.clone(),
        starts_at: nine,
        ends_at: nine.plus(8 * HOUR),
    };
    schedule.add_window(&context, &oak, window).await?;

    let desk = RoutingDesk::new(stores, Arc::new(Detector::new()), Arc::new(Ruleset::standard()));
    let scenario = Scenario::Thread(thread.id.clone());
    let show = |name: &str, decision: &str, next: Option<Instant>| {
        let decision: serde_json::Value = serde_json::from_str(decision).expect("a decision is JSON");
        let next = next.map_or("never".to_owned(), |at| at.to_string());
        println!(
            "{name:<26} {}  (next change: {next})",
            decision["explanation"].as_str().unwrap_or_default()
        );
    };

    let now = desk.simulate(&oak, &scenario, &Writer::Customer, None, None).await?;
    show("now", &now.decision, now.next_change_at);

    let evening = Some(nine.plus(12 * HOUR));
    let later = desk.simulate(&oak, &scenario, &Writer::Customer, None, evening).await?;
    show("this evening", &later.decision, later.next_change_at);

    let text = Some("call me on (503) 555-0126");
    let leak = desk.simulate(&oak, &scenario, &Writer::Staff(kim), text, None).await?;
    show("staff sends a number", &leak.decision, leak.next_change_at);

    let request = OverrideRequest {
        thread: thread.id,
        target: OverrideTarget::OwnerInbox,
        lasts: Some(HOUR),
        reason: "complaint: I answer myself".to_owned(),
    };
    schedule.add_override(&context, &oak, request).await?;
    let overridden = desk.simulate(&oak, &scenario, &Writer::Customer, None, None).await?;
    show("under an override", &overridden.decision, overridden.next_change_at);
    Ok(())
}
