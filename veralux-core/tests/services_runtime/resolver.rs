use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use veralux_core::id::TenantId;
use veralux_core::memory::{MemoryProjection, StepClock};
use veralux_core::phone::E164;
use veralux_core::port::{
    Error, Heard, Notice, Publication, Resolved, Result, RuntimeProjection as _, RuntimeReader,
};
use veralux_core::secret::Secret;
use veralux_core::service::{ResolverLimits, RuntimeResolver, Via};
use veralux_core::time::{Instant, SECOND};

use crate::setup::{A, B, did, tenant};

const LIMITS: ResolverLimits = ResolverLimits {
    capacity: 100,
    fresh: SECOND,
    stale: 60 * SECOND,
    lost: 5 * SECOND,
    negative: 2 * SECOND,
    pause: SECOND / 5,
};

/// A reader that counts, fails and waits on demand.
#[derive(Debug)]
struct Slow {
    inner: MemoryProjection,
    questions: AtomicUsize,
    down: AtomicBool,
    /// One permit for each question that may be answered.
    permits: Semaphore,
    clock: Arc<StepClock>,
    /// How long an answer takes, in microseconds.
    takes: AtomicUsize,
}

#[async_trait]
impl RuntimeReader for Slow {
    async fn find_tenant(&self, did: &E164) -> Result<Option<TenantId>> {
        self.inner.find_tenant(did).await
    }

    async fn find_config(&self, tenant: &TenantId) -> Result<Option<Secret>> {
        self.inner.find_config(tenant).await
    }

    async fn resolve(&self, did: &E164) -> Result<Option<Resolved>> {
        self.questions.fetch_add(1, Ordering::SeqCst);
        let answer = self.inner.resolve(did).await;
        self.permits.acquire().await.unwrap().forget();
        self.clock.advance(i64::try_from(self.takes.load(Ordering::SeqCst)).unwrap());
        if self.down.load(Ordering::SeqCst) { Err(Error::permanent("reading", "it is down")) } else { answer }
    }
}

struct Desk {
    resolver: Arc<RuntimeResolver>,
    reader: Arc<Slow>,
    clock: Arc<StepClock>,
}

impl Desk {
    /// `A` leads to `oak`, whose document is `one`; `B` leads nowhere.
    async fn start() -> Self {
        let clock = Arc::new(StepClock::new(Instant::parse("2026-01-19T14:30:00Z").unwrap()));
        let reader = Arc::new(Slow {
            inner: MemoryProjection::new(),
            questions: AtomicUsize::new(0),
            down: AtomicBool::new(false),
            permits: Semaphore::new(1_000_000),
            clock: clock.clone(),
            takes: AtomicUsize::new(0),
        });
        let resolver = Arc::new(RuntimeResolver::new(reader.clone(), clock.clone(), LIMITS));
        let desk = Self { resolver, reader, clock };
        desk.publish("one").await;
        desk
    }

    async fn publish(&self, document: &str) {
        let publication =
            Publication { document: &Secret::new(document), map: &[did(A)], unmap: &[], sequence: None };
        self.reader.inner.publish(&tenant("oak"), publication).await.unwrap();
    }

    /// The document and where it came from; an error as `Err`.
    async fn ask(&self, number: &str) -> std::result::Result<(Option<String>, Via), String> {
        ask(&self.resolver, number).await
    }

    fn questions(&self) -> usize {
        self.reader.questions.load(Ordering::SeqCst)
    }

    fn down(&self, down: bool) {
        self.reader.down.store(down, Ordering::SeqCst);
    }

    /// From now on each answer waits for a permit.
    fn hold(&self) {
        self.reader.permits.forget_permits(1_000_000);
    }

    fn release(&self, answers: usize) {
        self.reader.permits.add_permits(answers);
    }
}

async fn ask(resolver: &RuntimeResolver, number: &str) -> std::result::Result<(Option<String>, Via), String> {
    let (resolved, via) = resolver.resolve(&did(number)).await.map_err(|error| error.to_string())?;
    Ok((resolved.map(|resolved| resolved.document.expose().to_owned()), via))
}

#[expect(clippy::unnecessary_wraps, reason = "a table holds it beside refusals")]
fn found(document: &str, via: Via) -> std::result::Result<(Option<String>, Via), String> {
    Ok((Some(document.to_owned()), via))
}

async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_the_store_has_lost_is_given_for_a_while_unless_a_notice_took_it_away() {
    for (heard, what) in [(false, "no notice"), (true, "its notice")] {
        let desk = Desk::start().await;
        assert_eq!(desk.ask(A).await, found("one", Via::Store));
        desk.reader.inner.unmap_did(&tenant("oak"), &did(A)).await.unwrap();
        desk.clock.advance(2 * SECOND);
        if heard {
            desk.resolver.hear(&Heard::Written(Notice::Runtime(tenant("oak"))));
            assert_eq!(desk.ask(A).await, Ok((None, Via::Store)), "{what}");
            continue;
        }
        // From the first question that did not find it, an error in between or not.
        for second in 0..5 {
            desk.down(second == 3);
            assert_eq!(desk.ask(A).await, found("one", Via::Stale), "{what}, second {second}");
            desk.clock.advance(SECOND);
        }
        assert_eq!(desk.ask(A).await, Ok((None, Via::Store)), "{what}: the bound");
    }
}

#[tokio::test]
async fn what_is_back_in_the_store_may_be_lost_anew() {
    let desk = Desk::start().await;
    assert_eq!(desk.ask(A).await, found("one", Via::Store));
    for document in ["two", "three"] {
        desk.reader.inner.unmap_did(&tenant("oak"), &did(A)).await.unwrap();
        desk.clock.advance(4 * SECOND);
        assert_eq!(desk.ask(A).await.unwrap().1, Via::Stale, "before {document}");
        desk.publish(document).await;
        desk.clock.advance(SECOND);
        assert_eq!(desk.ask(A).await, found(document, Via::Store));
    }
}

#[tokio::test]
async fn a_flood_of_one_did_is_one_question() {
    for (number, expected) in [(B, None), (A, Some("one".to_owned()))] {
        let desk = Desk::start().await;
        desk.hold();
        let mut tasks = JoinSet::new();
        for _ in 0..10_000 {
            let resolver = desk.resolver.clone();
            tasks.spawn(async move { ask(&resolver, number).await });
        }
        settle().await;
        assert_eq!(desk.questions(), 1);
        desk.release(10_000);
        while let Some(answer) = tasks.join_next().await {
            assert_eq!(answer.unwrap(), Ok((expected.clone(), Via::Store)));
        }
        assert_eq!(desk.ask(number).await, Ok((expected, Via::Cache)));
        assert_eq!(desk.questions(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_flood_from_many_threads_is_one_question() {
    let desk = Desk::start().await;
    let mut tasks = JoinSet::new();
    for _ in 0..10_000 {
        let resolver = desk.resolver.clone();
        tasks.spawn(async move { ask(&resolver, B).await });
    }
    while let Some(answer) = tasks.join_next().await {
        assert_eq!(answer.unwrap().unwrap().0, None);
    }
    assert_eq!(desk.questions(), 1, "within the life of a negative answer");
}

#[tokio::test]
async fn answers_live_as_long_as_they_may() {
    let desk = Desk::start().await;
    for (what, wait, number, expected, questions) in [
        ("the first", 0, A, found("one", Via::Store), 1),
        ("within its life", SECOND - 1, A, found("one", Via::Cache), 1),
        ("at its end", 1, A, found("one", Via::Store), 2),
        ("unknown", 0, B, Ok((None, Via::Store)), 3),
        ("still unknown", 2 * SECOND - 1, B, Ok((None, Via::Cache)), 3),
        ("asked again", 1, B, Ok((None, Via::Store)), 4),
        ("the clock is set back", -3600 * SECOND, B, Ok((None, Via::Store)), 5),
        ("for all", 0, A, found("one", Via::Store), 6),
    ] {
        desk.clock.advance(wait);
        assert_eq!(desk.ask(number).await, expected, "{what}");
        assert_eq!(desk.questions(), questions, "{what}");
    }
}

#[tokio::test]
async fn an_answer_is_as_old_as_its_question() {
    let desk = Desk::start().await;
    desk.reader.takes.store(usize::try_from(SECOND).unwrap(), Ordering::SeqCst);
    desk.ask(A).await.unwrap();
    desk.publish("two").await;
    assert_eq!(desk.ask(A).await, found("two", Via::Store));
}

#[tokio::test]
async fn while_the_store_is_away_answers_are_bounded() {
    let desk = Desk::start().await;
    let away = || Err("resolving a DID failed for now".to_owned());
    let own = || Err("reading failed".to_owned());
    desk.ask(A).await.unwrap();
    desk.ask(B).await.unwrap();
    desk.down(true);
    for (what, wait, number, expected, questions) in [
        ("still fresh", SECOND / 2, A, found("one", Via::Cache), 2),
        ("asked, in vain", SECOND / 2, A, found("one", Via::Stale), 3),
        ("within the pause", SECOND / 5 - 1, A, found("one", Via::Stale), 3),
        ("after the pause", 1, A, found("one", Via::Stale), 4),
        ("nobody is not stale", 2 * SECOND, B, own(), 5),
        ("within its pause", 0, B, away(), 5),
        ("the last moment", 56 * SECOND + SECOND * 4 / 5 - 1, A, found("one", Via::Stale), 6),
        ("beyond, within the pause", 1, A, away(), 6),
        ("beyond", SECOND, A, own(), 7),
    ] {
        desk.clock.advance(wait);
        assert_eq!(desk.ask(number).await, expected, "{what}");
        assert_eq!(desk.questions(), questions, "{what}");
    }
    desk.down(false);
    desk.clock.advance(SECOND);
    assert_eq!(desk.ask(A).await, found("one", Via::Store), "it is back");
}

#[tokio::test]
async fn a_clock_set_back_gives_nothing_stale() {
    let desk = Desk::start().await;
    desk.ask(A).await.unwrap();
    desk.down(true);
    desk.clock.advance(-1);
    assert_eq!(desk.ask(A).await, Err("reading failed".to_owned()), "how old it is cannot be known");
}

#[tokio::test]
async fn forgetting_wins_over_an_answer_under_way() {
    for all in [false, true] {
        let desk = Desk::start().await;
        desk.hold();
        let resolver = desk.resolver.clone();
        let before = tokio::spawn(async move { ask(&resolver, A).await });
        settle().await;
        desk.publish("two").await;
        if all {
            desk.resolver.forget_all();
        } else {
            desk.resolver.forget(&did(A));
        }
        let resolver = desk.resolver.clone();
        let after = tokio::spawn(async move { ask(&resolver, A).await });
        settle().await;
        assert_eq!(desk.questions(), 2, "who asks after it was forgotten does not wait for the old answer");
        desk.release(1);
        assert_eq!(before.await.unwrap(), found("one", Via::Store));
        // The old answer has come and the new one has not: nobody may be given the old one from here on.
        let resolver = desk.resolver.clone();
        let between = tokio::spawn(async move { ask(&resolver, A).await });
        settle().await;
        assert!(!between.is_finished(), "the old answer is not given from the cache");
        desk.release(2);
        assert_eq!(after.await.unwrap(), found("two", Via::Store));
        assert_eq!(between.await.unwrap(), found("two", Via::Store));
        assert_eq!(desk.ask(A).await, found("two", Via::Cache), "the old answer was not kept");
    }
}

#[tokio::test]
async fn what_was_forgotten_is_not_given_stale() {
    let desk = Desk::start().await;
    desk.ask(A).await.unwrap();
    desk.resolver.forget(&did(A));
    desk.down(true);
    assert!(desk.ask(A).await.is_err());
}

#[tokio::test]
async fn who_waits_takes_over_from_who_gave_up() {
    let desk = Desk::start().await;
    desk.hold();
    let (one, two) = (desk.resolver.clone(), desk.resolver.clone());
    let first = tokio::spawn(async move { ask(&one, A).await });
    settle().await;
    let second = tokio::spawn(async move { ask(&two, A).await });
    settle().await;
    first.abort();
    settle().await;
    desk.release(2);
    assert_eq!(second.await.unwrap(), found("one", Via::Store));
    assert_eq!(desk.questions(), 2);
}

#[tokio::test]
async fn many_dids_do_not_grow_the_cache_beyond_bounds() {
    let desk = Desk::start().await;
    for number in 0..1_000 {
        desk.ask(&format!("+1415556{number:04}")).await.unwrap();
    }
    let asked = desk.questions();
    for number in 0..1_000 {
        desk.ask(&format!("+1415556{number:04}")).await.unwrap();
    }
    let kept = 1_000 - (desk.questions() - asked);
    assert!(kept <= LIMITS.capacity, "{kept}");
}
