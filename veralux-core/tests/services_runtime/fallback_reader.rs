use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tokio::sync::Semaphore;
use veralux_core::credential::Provider;
use veralux_core::id::TenantId;
use veralux_core::memory::StepClock;
use veralux_core::phone::E164;
use veralux_core::port::{Error, Heard, Notice, Resolved, Result, RuntimeReader};
use veralux_core::secret::Secret;
use veralux_core::service::{FallbackLimits, FallbackReader, ResolverLimits, RuntimeResolver, Via};
use veralux_core::time::{Instant, SECOND};

use crate::setup::{A, B, did, tenant};

const LIMITS: FallbackLimits = FallbackLimits { pause: SECOND, doubt: 5 * SECOND };
const MANY: usize = 1_000_000;

/// What a reader says to every question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// That tenant, with its document.
    Knows(&'static str, &'static str),
    Nothing,
    Away,
    AwayHere,
    Broken,
}
use Says::{Away, AwayHere, Broken, Knows, Nothing};

/// A reader that says what it is told to, counts, and waits on demand.
#[derive(Debug)]
struct Fake {
    says: Mutex<Says>,
    questions: AtomicUsize,
    // Those of the questions that are asked from now on.
    permits: Mutex<Arc<Semaphore>>,
}

impl Fake {
    fn new(says: Says) -> Arc<Self> {
        Arc::new(Self {
            says: Mutex::new(says),
            questions: AtomicUsize::new(0),
            permits: Mutex::new(Arc::new(Semaphore::new(MANY))),
        })
    }

    fn say(&self, says: Says) {
        *self.says.lock().unwrap() = says;
    }

    fn questions(&self) -> usize {
        self.questions.load(Ordering::SeqCst)
    }

    fn permits(&self) -> Arc<Semaphore> {
        Arc::clone(&self.permits.lock().unwrap())
    }

    /// Answers from now on, save for whoever waits already.
    fn answer_others(&self) {
        *self.permits.lock().unwrap() = Arc::new(Semaphore::new(MANY));
    }

    async fn answer(&self) -> Result<Option<(TenantId, Secret)>> {
        self.questions.fetch_add(1, Ordering::SeqCst);
        let says = *self.says.lock().unwrap();
        self.permits().acquire().await.unwrap().forget();
        match says {
            Knows(id, document) => Ok(Some((tenant(id), Secret::new(document)))),
            Nothing => Ok(None),
            Away => Err(Error::transient("reading", "it is away")),
            AwayHere => Err(Error::transient_here("reading", "a part is away")),
            Broken => Err(Error::permanent("reading", "it holds nonsense")),
        }
    }
}

#[async_trait]
impl RuntimeReader for Fake {
    async fn find_tenant(&self, _: &E164) -> Result<Option<TenantId>> {
        Ok(self.answer().await?.map(|(tenant, _)| tenant))
    }

    async fn find_config(&self, _: &TenantId) -> Result<Option<Secret>> {
        Ok(self.answer().await?.map(|(_, document)| document))
    }

    async fn resolve(&self, _: &E164) -> Result<Option<Resolved>> {
        let answer = self.answer().await?;
        Ok(answer.map(|(tenant, document)| Resolved { tenant, document: Arc::new(document) }))
    }
}

struct Desk {
    first: Arc<Fake>,
    second: Arc<Fake>,
    clock: Arc<StepClock>,
    reader: Arc<FallbackReader>,
}

impl Desk {
    fn new(first: Says, second: Says) -> Self {
        let clock = Arc::new(StepClock::new(Instant::parse("2026-01-19T14:30:00Z").unwrap()));
        let (first, second) = (Fake::new(first), Fake::new(second));
        let reader = FallbackReader::new(first.clone(), second.clone(), clock.clone(), LIMITS);
        Self { first, second, clock, reader: Arc::new(reader) }
    }

    /// The document, by all three questions; each must lead to the same.
    async fn ask(&self) -> std::result::Result<Option<String>, String> {
        let resolved = self.resolve().await;
        let oak = tenant("oak");
        let found = self.reader.find_config(&oak).await;
        let found = found.map(|found| found.map(|document| document.expose().to_owned()));
        assert_eq!(found.map_err(|error| error.to_string()), resolved);
        let led = self.reader.find_tenant(&did(A)).await.map_err(|error| error.to_string());
        assert_eq!(led, resolved.as_ref().map(|found| found.as_ref().map(|_| oak)).map_err(Clone::clone));
        resolved
    }

    async fn resolve(&self) -> std::result::Result<Option<String>, String> {
        let resolved = self.reader.resolve(&did(A)).await.map_err(|error| error.to_string())?;
        Ok(resolved.map(|resolved| resolved.document.expose().to_owned()))
    }

    fn questions(&self) -> (usize, usize) {
        (self.first.questions(), self.second.questions())
    }

    fn resolver(&self, limits: ResolverLimits) -> RuntimeResolver {
        RuntimeResolver::new(self.reader.clone(), self.clock.clone(), limits)
    }
}

fn published(id: &str) -> Heard {
    Heard::Written(Notice::Runtime(tenant(id)))
}

#[tokio::test]
async fn the_second_is_asked_what_the_first_fails_at_or_does_not_know() {
    let (near, far) = (Knows("oak", "near"), Knows("oak", "far"));
    let found = |document: &str| Ok(Some(document.to_owned()));
    let failed = |text: &str| Err(text.to_owned());
    for (first, second, expected, questions) in [
        (near, far, found("near"), (3, 0)),
        (near, Nothing, found("near"), (3, 0)),
        (near, Away, found("near"), (3, 0)),
        (Nothing, far, found("far"), (3, 3)),
        (Nothing, Nothing, Ok(None), (3, 3)),
        // Whether it leads nowhere is not known: no answer, so that the resolver may give what it has.
        (Nothing, Away, failed("reading failed for now"), (3, 3)),
        (Away, far, found("far"), (1, 3)),
        (Away, Nothing, Ok(None), (1, 3)),
        (Away, Broken, failed("reading failed"), (1, 3)),
        (AwayHere, far, found("far"), (3, 3)),
        (Broken, far, found("far"), (3, 3)),
        (Broken, Away, failed("reading failed for now"), (3, 3)),
    ] {
        let desk = Desk::new(first, second);
        assert_eq!(desk.ask().await, expected, "{first:?}, {second:?}");
        assert_eq!(desk.questions(), questions, "{first:?}, {second:?}");
    }
}

#[tokio::test]
async fn one_question_a_pause_waits_for_a_first_that_is_away() {
    let desk = Desk::new(Away, Knows("oak", "far"));
    for (what, wait, says, expected, first) in [
        ("it fails", 0, Away, "far", 1),
        ("it is left alone", SECOND - 1, Away, "far", 1),
        ("it is tried", 1, Away, "far", 2),
        ("and left alone again", SECOND - 1, Knows("oak", "near"), "far", 2),
        ("a clock that is set back changes nothing", -3600 * SECOND, Knows("oak", "near"), "far", 2),
        ("it is back", 1, Knows("oak", "near"), "near", 3),
        ("for everybody", 0, Knows("oak", "near"), "near", 4),
    ] {
        desk.clock.advance(wait);
        desk.first.say(says);
        assert_eq!(desk.resolve().await, Ok(Some(expected.to_owned())), "{what}");
        assert_eq!(desk.first.questions(), first, "{what}");
    }
}

#[tokio::test]
async fn a_late_answer_does_not_bring_back_a_first_that_is_away_by_now() {
    let desk = Desk::new(Knows("oak", "near"), Knows("oak", "far"));
    let waits = desk.first.permits();
    waits.forget_permits(MANY);
    let reader = desk.reader.clone();
    let asking = tokio::spawn(async move { reader.resolve(&did(A)).await });
    while desk.first.questions() < 1 {
        tokio::task::yield_now().await;
    }
    desk.first.answer_others();
    desk.first.say(Away);
    assert_eq!(desk.resolve().await, Ok(Some("far".to_owned())));
    waits.add_permits(MANY);
    let late = asking.await.unwrap().unwrap().unwrap();
    assert_eq!(late.document.expose(), "near");
    assert_eq!(desk.resolve().await, Ok(Some("far".to_owned())));
    assert_eq!(desk.first.questions(), 2, "it is left alone");
}

#[tokio::test]
async fn nobody_waits_for_a_slow_first_behind_the_one_who_tries_it() {
    let desk = Desk::new(Away, Knows("oak", "far"));
    desk.resolve().await.unwrap();
    desk.clock.advance(SECOND);
    desk.first.permits().forget_permits(MANY);
    let reader = desk.reader.clone();
    let trying = tokio::spawn(async move { reader.resolve(&did(A)).await });
    while desk.first.questions() < 2 {
        tokio::task::yield_now().await;
    }
    for _ in 0..100 {
        assert_eq!(desk.resolve().await, Ok(Some("far".to_owned())));
    }
    assert_eq!(desk.first.questions(), 2);

    // Whoever tried it gave up: the next pause another one tries.
    trying.abort();
    assert!(trying.await.unwrap_err().is_cancelled());
    desk.first.permits().add_permits(MANY);
    desk.first.say(Knows("oak", "near"));
    assert_eq!(desk.resolve().await, Ok(Some("far".to_owned())));
    desk.clock.advance(SECOND);
    assert_eq!(desk.resolve().await, Ok(Some("near".to_owned())));
}

#[tokio::test]
async fn what_was_written_lately_is_asked_of_the_second() {
    let old = Knows("oak", "old");
    let credential = Heard::Written(Notice::Credential(tenant("oak"), Provider::Twilio));
    for (heard, wait, second, expected) in [
        (published("oak"), 0, Knows("oak", "new"), Some("new")),
        (published("oak"), 0, Nothing, None),
        (published("oak"), 0, Away, Some("old")),
        (published("oak"), 5 * SECOND - 1, Nothing, None),
        (published("oak"), 5 * SECOND, Nothing, Some("old")),
        (published("elm"), 0, Nothing, Some("old")),
        (Heard::Hearing, 5 * SECOND - 1, Nothing, None),
        (Heard::Hearing, 5 * SECOND, Nothing, Some("old")),
        (Heard::Deaf, 0, Nothing, Some("old")),
        (credential, 0, Nothing, Some("old")),
    ] {
        let desk = Desk::new(old, second);
        desk.reader.hear(&heard);
        desk.clock.advance(wait);
        let found = desk.ask().await;
        assert_eq!(found, Ok(expected.map(str::to_owned)), "{heard:?}, {second:?}, after {wait}");
    }
}

#[tokio::test]
async fn a_tenant_stays_doubted_while_others_are_written() {
    let desk = Desk::new(Knows("oak", "old"), Nothing);
    desk.reader.hear(&published("oak"));
    desk.clock.advance(5 * SECOND - 1);
    desk.reader.hear(&published("elm"));
    assert_eq!(desk.resolve().await, Ok(None));
    desk.reader.hear(&published("oak"));
    desk.clock.advance(SECOND);
    assert_eq!(desk.resolve().await, Ok(None), "from the last word on");
}

#[tokio::test]
async fn behind_a_resolver_word_takes_away_what_the_first_still_holds() {
    let desk = Desk::new(Knows("oak", "old"), Nothing);
    let resolver = desk.resolver(ResolverLimits { fresh: 3600 * SECOND, ..ResolverLimits::default() });
    let (found, via) = resolver.resolve(&did(A)).await.unwrap();
    assert_eq!((found.map(|found| found.tenant), via), (Some(tenant("oak")), Via::Store));
    desk.reader.hear(&published("oak"));
    resolver.hear(&published("oak"));
    for via in [Via::Store, Via::Cache] {
        let (found, from) = resolver.resolve(&did(A)).await.unwrap();
        assert!(found.is_none());
        assert_eq!(from, via);
    }
}

#[tokio::test]
async fn behind_a_resolver_an_unknown_did_is_one_look_up_in_its_time() {
    let desk = Desk::new(Nothing, Nothing);
    let resolver = desk.resolver(ResolverLimits::default());
    for _ in 0..3 {
        for _ in 0..1_000 {
            assert!(resolver.resolve(&did(B)).await.unwrap().0.is_none());
        }
        desk.clock.advance(ResolverLimits::default().negative);
    }
    assert_eq!(desk.questions(), (3, 3));
}

#[tokio::test]
async fn behind_a_resolver_answers_go_stale_only_when_both_are_away() {
    let desk = Desk::new(Knows("oak", "near"), Knows("oak", "far"));
    let resolver = desk.resolver(ResolverLimits::default());
    for (first, second, expected, via) in [
        (Knows("oak", "near"), Away, "near", Via::Store),
        (Away, Knows("oak", "far"), "far", Via::Store),
        (Away, Away, "far", Via::Stale),
        // A copy that came back empty, over a store that is away.
        (Nothing, Away, "far", Via::Stale),
    ] {
        desk.clock.advance(2 * SECOND);
        desk.first.say(first);
        desk.second.say(second);
        let (found, from) = resolver.resolve(&did(A)).await.unwrap();
        assert_eq!(found.unwrap().document.expose(), expected, "{first:?}, {second:?}");
        assert_eq!(from, via, "{first:?}, {second:?}");
    }
}
