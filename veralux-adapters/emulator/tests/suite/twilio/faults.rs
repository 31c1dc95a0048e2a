//! Whatever fails on the way: nothing is sent, bought or called twice, and nothing is lost when the caller looks up first.

use std::time::Duration;

use veralux_core::port::{
    Body, Clock as _, MessageProvider, NumberFeatures, NumberKind, NumberProvider, NumberSearch,
    ProviderFault, ProviderResult, WebhookUrls,
};
use veralux_emulator::{Fault, Plan};
use veralux_providers::twilio::twiml::Twiml;
use veralux_providers::twilio::{IncomingNumber, MessageFilter, NewCall, NewMessage, NumberUrls};

use super::world::{OUR, THEIRS, World, number, sms, tenant};

const TIMEOUT: Duration = Duration::from_secs(1);
const SLOW: Fault = Fault::Slow { millis: 1600 };

fn refuse(status: u16, retry_after: Option<u64>) -> Fault {
    let body = r#"{"code":20429,"message":"Too Many Requests","more_info":"https://www.twilio.com/docs/errors/20429","status":429}"#;
    Fault::Refuse { status, retry_after, body: if status == 429 { body.to_owned() } else { String::new() } }
}

fn faults() -> Vec<Fault> {
    vec![
        refuse(429, None),
        refuse(429, Some(1)),
        refuse(429, Some(60)),
        refuse(503, None),
        Fault::CutBefore,
        Fault::CutAfter,
        Fault::FailAfter { status: 500 },
        Fault::Html,
        Fault::Huge { bytes: 2_000_000 },
    ]
}

/// Whether the emulator acts before it fails.
fn acts(fault: &Fault) -> bool {
    !matches!(fault, Fault::Refuse { .. } | Fault::CutBefore)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Send,
    Buy,
    Call,
    CheckCallerId,
    Cancel,
    Redact,
    Lead,
    DeleteMessage,
    Release,
    RemoveCallerId,
    Message,
    Messages,
    Available,
    Number,
    Numbers,
    CallerId,
    CallerIds,
    PlacedCall,
    Account,
}

use Operation as Op;

/// Those that remove come last.
const ALL: &[Operation] = &[
    Op::Message,
    Op::Messages,
    Op::Available,
    Op::Number,
    Op::Numbers,
    Op::CallerId,
    Op::CallerIds,
    Op::PlacedCall,
    Op::Account,
    Op::Send,
    Op::Buy,
    Op::Call,
    Op::CheckCallerId,
    Op::Cancel,
    Op::Redact,
    Op::Lead,
    Op::DeleteMessage,
    Op::Release,
    Op::RemoveCallerId,
];

impl Operation {
    fn method(self) -> &'static str {
        match self {
            Op::Send | Op::Buy | Op::Call | Op::CheckCallerId | Op::Cancel | Op::Redact | Op::Lead => "POST",
            Op::DeleteMessage | Op::Release | Op::RemoveCallerId => "DELETE",
            _ => "GET",
        }
    }

    /// Making it twice is not the same as once.
    fn is_act(self) -> bool {
        matches!(self, Op::Send | Op::Buy | Op::Call | Op::CheckCallerId | Op::Cancel)
    }

    /// What comes of it when it fails once in this way.
    fn expected(self, fault: &Fault) -> Result<(), ProviderFault> {
        match fault {
            Fault::Refuse { status: 429, retry_after: Some(60), .. } => {
                Err(ProviderFault::RateLimited { wait: Some(Duration::from_mins(1)) })
            }
            Fault::Refuse { status: 429, .. } => Ok(()),
            _ if self.is_act() => Err(ProviderFault::Unsettled),
            Fault::Html if self.method() != "DELETE" => Err(ProviderFault::Permanent),
            _ => Ok(()),
        }
    }
}

/// What operations act on.
struct Prepared {
    message: String,
    planned: String,
    held: IncomingNumber,
    caller_id: String,
    call: String,
}

async fn prepare(world: &World, index: usize) -> Prepared {
    let (client, twilio) = (world.client(), world.emulator.twilio());
    let (ours, theirs) = (number(OUR), number(THEIRS));
    let body = Body::new("x");
    let message = NewMessage { to: &theirs, from: &ours, body: &body, status_callback: None };
    let message = client.send(&message).await.unwrap().sid;
    while twilio.advance().await > 0 {}
    let planned = twilio.schedule(&world.account.sid, OUR, THEIRS, "later").unwrap();
    let held = twilio.give(&world.account.sid, &format!("+1425555{index:04}")).unwrap();
    let held = client.number(&held).await.unwrap().unwrap();
    let other = format!("+1435555{index:04}");
    let check = client.check_caller_id(&number(&other), None, None).await.unwrap();
    assert!(twilio.key_code(&other, check.code.expose()).await.0);
    let caller_id = client.caller_ids(Some(&number(&other))).await.unwrap().remove(0).sid;
    let twiml = Twiml::new();
    let call = NewCall { to: &theirs, from: &ours, twiml: &twiml, status_callback: None };
    let call = client.call(&call).await.unwrap().sid;
    Prepared { message, planned, held, caller_id, call }
}

fn offers() -> NumberSearch {
    NumberSearch {
        country: "US".to_owned(),
        kind: NumberKind::Local,
        area_code: None,
        contains: None,
        features: NumberFeatures::default(),
        limit: 5,
    }
}

async fn make(world: &World, operation: Operation, on: &Prepared, index: usize) -> ProviderResult<()> {
    let client = world.client();
    let (ours, theirs) = (number(OUR), number(THEIRS));
    let (body, twiml) = (Body::new("y"), Twiml::new());
    let urls = NumberUrls {
        sms: "https://a.example/s",
        voice: "https://a.example/v",
        status: "https://a.example/e",
    };
    match operation {
        Op::Send => {
            let new = NewMessage { to: &theirs, from: &ours, body: &body, status_callback: None };
            client.send(&new).await.map(drop)
        }
        Op::Buy => client.buy(&number(&format!("+1445555{index:04}")), "opr_1").await.map(drop),
        Op::Call => {
            let new = NewCall { to: &theirs, from: &ours, twiml: &twiml, status_callback: None };
            client.call(&new).await.map(drop)
        }
        Op::CheckCallerId => {
            client.check_caller_id(&number(&format!("+1455555{index:04}")), None, None).await.map(drop)
        }
        Op::Cancel => client.cancel(&on.planned).await.map(drop),
        Op::Redact => client.redact(&on.message).await.map(drop),
        Op::Lead => client.lead(&on.held, &urls).await.map(drop),
        Op::DeleteMessage => client.delete_message(&on.message).await.map(drop),
        Op::Release => client.release(&on.held.sid).await.map(drop),
        Op::RemoveCallerId => client.remove_caller_id(&on.caller_id).await.map(drop),
        Op::Message => client.message(&on.message).await.map(drop),
        Op::Messages => client.messages(&MessageFilter::default(), |_| false).await,
        Op::Available => client.available(&offers()).await.map(drop),
        Op::Number => client.number(&on.held.sid).await.map(drop),
        Op::Numbers => client.numbers(Some(&ours)).await.map(drop),
        Op::CallerId => client.caller_id(&on.caller_id).await.map(drop),
        Op::CallerIds => client.caller_ids(None).await.map(drop),
        Op::PlacedCall => client.placed_call(&on.call).await.map(drop),
        Op::Account => {
            // A standard key may not ask.
            let mut credential = world.credential();
            (credential.api_key_sid, credential.api_key_secret) = (None, None);
            let client =
                veralux_providers::twilio::Client::at(&world.origin, world.outside.clone(), &credential)
                    .unwrap();
            client.account_status().await.map(drop)
        }
    }
}

/// Messages, numbers and calls that there are.
fn counted(world: &World) -> [usize; 3] {
    let twilio = world.emulator.twilio();
    let sid = &world.account.sid;
    [twilio.messages(sid).len(), twilio.numbers(sid).len(), twilio.calls(sid).len()]
}

async fn fail_once(world: &World, operation: Operation, fault: &Fault, on: &Prepared, index: usize) {
    let before = counted(world);
    world.emulator.faults().next(operation.method(), "/twilio/2010-04-01/", 1, fault.clone());
    let made = make(world, operation, on, index).await.map_err(|error| error.fault);
    assert_eq!(made, operation.expected(fault), "{operation:?}, {fault:?}");
    let is_done = made.is_ok() || acts(fault);
    let after = counted(world);
    let change = |at: usize, count: usize| before[at] + usize::from(is_done) * count;
    match operation {
        Op::Send => assert_eq!(after, [change(0, 1), before[1], before[2]], "{fault:?}"),
        Op::Buy => assert_eq!(after, [before[0], change(1, 1), before[2]], "{fault:?}"),
        Op::Call => assert_eq!(after, [before[0], before[1], change(2, 1)], "{fault:?}"),
        Op::DeleteMessage if is_done => assert_eq!(after, [before[0] - 1, before[1], before[2]], "{fault:?}"),
        Op::Release if is_done => assert_eq!(after, [before[0], before[1] - 1, before[2]], "{fault:?}"),
        _ => assert_eq!(after, before, "{operation:?}, {fault:?}"),
    }
    world.emulator.faults().clear();
}

#[tokio::test]
async fn every_operation_under_every_fault() {
    let world = World::start().await;
    world.emulator.twilio().by_hand();
    let mut index = 0;
    for fault in faults() {
        let on = prepare(&world, index).await;
        for operation in ALL {
            // A wait that is waited takes its second: once is enough for each kind.
            let waits = matches!(fault, Fault::Refuse { retry_after: Some(1), .. });
            if waits && !matches!(operation, Op::Send | Op::Numbers) {
                continue;
            }
            index += 1;
            fail_once(&world, *operation, &fault, &on, index).await;
        }
    }
    world.check();
}

#[tokio::test]
async fn answers_that_come_too_late() {
    let world = World::with_timeout(TIMEOUT).await;
    world.emulator.twilio().by_hand();
    let on = prepare(&world, 0).await;
    for (index, operation) in
        [Op::Send, Op::Buy, Op::Call, Op::CheckCallerId, Op::Cancel, Op::Lead, Op::Release, Op::Numbers]
            .into_iter()
            .enumerate()
    {
        fail_once(&world, operation, &SLOW, &on, index).await;
    }
    world.check();
}

#[tokio::test]
async fn what_stays_broken_is_given_up() {
    let world = World::start().await;
    world.emulator.twilio().by_hand();
    for (what, fault, read, act) in [
        ("503", refuse(503, None), ProviderFault::Transient, ProviderFault::Unsettled),
        ("cut", Fault::CutBefore, ProviderFault::Transient, ProviderFault::Unsettled),
        (
            "429",
            refuse(429, None),
            ProviderFault::RateLimited { wait: None },
            ProviderFault::RateLimited { wait: None },
        ),
    ] {
        let plan = |method: &str| Plan {
            method: Some(method.to_owned()),
            prefix: "/twilio/".to_owned(),
            after: 0,
            times: 9,
            fault: fault.clone(),
        };
        world.emulator.faults().add(plan("GET"));
        world.emulator.faults().add(plan("POST"));
        let seen = world.emulator.journal().seen().len();
        assert_eq!(world.client().numbers(None).await.unwrap_err().fault, read, "{what}");
        assert_eq!(world.emulator.journal().seen().len() - seen, 3, "{what}: three attempts");
        assert_eq!(
            world.client().buy(&number("+14155550111"), "opr_1").await.unwrap_err().fault,
            act,
            "{what}"
        );
        world.emulator.faults().clear();
    }
    assert_eq!(world.emulator.twilio().numbers(&world.account.sid).len(), 1);
    world.check();
}

#[tokio::test]
async fn a_message_goes_out_once_whatever_happens_to_the_answer() {
    let world = World::with_timeout(TIMEOUT).await;
    world.emulator.twilio().by_hand();
    let provider = world.provider().await;
    for (index, fault) in faults().into_iter().chain([SLOW]).enumerate() {
        let sms = sms(THEIRS, &format!("text {index}"));
        let since = world.clock.now();
        world.emulator.faults().next("POST", "/twilio/2010-04-01/", 1, fault.clone());
        let mut taken = None;
        for _ in 0..3 {
            taken = match provider.send(&tenant(), &sms).await {
                Ok(sent) => Some(sent),
                Err(error) if error.fault == ProviderFault::Unsettled => {
                    MessageProvider::find(&provider, &tenant(), &sms, since).await.unwrap()
                }
                Err(error) => {
                    assert!(error.fault.is_repeatable(), "{fault:?}: {:?}", error.fault);
                    None
                }
            };
            if taken.is_some() {
                break;
            }
        }
        let messages = world.emulator.twilio().messages(&world.account.sid);
        let own: Vec<_> = messages.iter().filter(|own| own.body == sms.body.as_str()).collect();
        let [own] = own.as_slice() else { panic!("{fault:?}: {} messages", own.len()) };
        assert_eq!(taken.map(|sent| sent.id).as_ref(), Some(&own.sid), "{fault:?}");
    }
    world.check();
}

#[tokio::test]
async fn a_number_is_bought_once_whatever_happens_to_the_answer() {
    let world = World::with_timeout(TIMEOUT).await;
    let provider = world.provider().await;
    let url = || "https://a.example/".to_owned();
    let urls = WebhookUrls { message: url(), voice: url(), voice_status: url() };
    for (index, fault) in faults().into_iter().chain([SLOW]).enumerate() {
        let wanted = number(&format!("+1425555010{}", index % 10));
        world.emulator.faults().next("POST", "/twilio/2010-04-01/", 1, fault.clone());
        let mut held = None;
        for _ in 0..3 {
            held = NumberProvider::find(&provider, &tenant(), &wanted, &urls).await.unwrap();
            if held.is_some() {
                break;
            }
            drop(provider.order(&tenant(), &wanted, None, "ref").await);
        }
        let held = held.unwrap_or_else(|| panic!("{fault:?}: not bought"));
        provider.attach(&tenant(), &held, None, &urls).await.unwrap();
        let numbers = world.emulator.twilio().numbers(&world.account.sid);
        let own: Vec<_> = numbers.iter().filter(|own| own.number == wanted.as_str()).collect();
        let [own] = own.as_slice() else { panic!("{fault:?}: {} numbers", own.len()) };
        assert_eq!((&own.sid, own.sms_url.as_str()), (&held.id, "https://a.example/"), "{fault:?}");
    }
    world.check();
}
