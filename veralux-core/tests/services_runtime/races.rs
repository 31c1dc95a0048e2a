use veralux_core::phone::E164;

use crate::setup::{A, B, Bench, C, NEITHER, SYSTEM, both, did, document, publish, tenant};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_publishers_at_once_end_with_one_state() {
    let bench = Bench::start().await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..12 {
        let publisher = bench.publisher.clone();
        tasks.spawn(async move {
            let (own, shared) = (format!("+141555502{number:02}"), A);
            for id in ["oak", "elm"] {
                let dids: &[&str] = if id == "oak" { &[&own, shared] } else { &[C] };
                let text = document(id, dids, &format!("s{number}"));
                publisher.publish(&SYSTEM, &tenant(id), text.as_bytes(), None).await.unwrap();
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
    for id in ["oak", "elm"] {
        assert_eq!(bench.publisher.current(&tenant(id)).await.unwrap().version, 12, "none was lost");
    }
    bench.assert_in_line().await;
}

#[tokio::test]
async fn a_slow_publisher_does_not_bring_back_what_a_faster_one_replaced() {
    let bench = Bench::start().await;
    bench.publish("oak", &[A]).await;
    let faster = bench.publisher.clone();
    bench.projection.before("publish", async move {
        publish(&faster, "oak", &[C]).await;
    });
    bench.publish("oak", &[B]).await;
    assert_eq!(bench.publisher.current(&tenant("oak")).await.unwrap().version, 3);
    for (number, expected) in [(A, NEITHER), (B, NEITHER), (C, both("oak"))] {
        assert_eq!(bench.leads(number).await, expected, "{number}");
    }
    bench.assert_in_line().await;
}

#[tokio::test]
async fn a_slow_publisher_does_not_take_a_did_from_its_new_owner() {
    let bench = Bench::start().await;
    let faster = bench.publisher.clone();
    bench.projection.before("publish", async move {
        publish(&faster, "oak", &[B]).await;
        publish(&faster, "elm", &[A]).await;
    });
    bench.publish("oak", &[A]).await;
    assert_eq!((bench.leads(A).await, bench.leads(B).await), (both("elm"), both("oak")));
    bench.assert_in_line().await;
}

#[tokio::test]
async fn a_mapping_made_while_another_is_removed_stays() {
    let bench = Bench::start().await;
    let oak = tenant("oak");
    bench.publisher.map_did(&SYSTEM, &oak, &did(A)).await.unwrap();
    let faster = bench.publisher.clone();
    let number: E164 = did(A);
    bench.projection.before("unmap_did", async move {
        faster.map_did(&SYSTEM, &tenant("oak"), &number).await.unwrap();
    });
    bench.publisher.unmap_did(&SYSTEM, &oak, &number).await.unwrap();
    assert_eq!(bench.leads(A).await, both("oak"), "mapped again after it was unmapped");
}

#[tokio::test]
async fn a_leftover_of_another_tenant_makes_room() {
    use veralux_core::port::RuntimeProjection as _;
    let bench = Bench::start().await;
    for number in [A, B] {
        bench.projection.inner.map_did(&tenant("gone"), &did(number)).await.unwrap();
    }
    bench.publish("oak", &[A, B]).await;
    bench.assert_in_line().await;
}
