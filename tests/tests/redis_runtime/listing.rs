use std::collections::BTreeMap;

use veralux_core::port::{Page, Projected, RuntimeProjection};

use crate::setup::{Bench, kind};
use veralux_tests::redis::{PrivateRedis, RedisOptions};

/// Every entry as `key=value` with the number of times that it was listed, and the number of pages.
async fn listed(bench: &Bench, limit: u16) -> (BTreeMap<String, usize>, usize) {
    let (mut found, mut pages, mut page) = (BTreeMap::new(), 0, Page::first(limit));
    loop {
        let answer = bench.store.list(&page).await.unwrap();
        assert!(answer.items.len() <= usize::from(limit), "{} on a page of {limit}", answer.items.len());
        pages += 1;
        for entry in answer.items {
            let line = match entry {
                Projected::Config { tenant, document } => format!("cfg:{tenant}={}", document.expose()),
                Projected::Did { did, tenant } => format!("map:did:{did}={tenant}"),
            };
            *found.entry(line).or_default() += 1;
        }
        match answer.next {
            Some(next) => page = page.after(Some(next)),
            None => return (found, pages),
        }
    }
}

async fn fill(bench: &Bench, dids: usize, tenants: usize) {
    let mut pipe = redis::pipe();
    for n in 0..dids {
        pipe.cmd("SET")
            .arg(format!("{}map:did:+1{n:07}", bench.prefix))
            .arg(format!("t{}", n % tenants))
            .ignore();
    }
    for n in 0..tenants {
        pipe.cmd("SET").arg(format!("{}cfg:t{n}", bench.prefix)).arg(format!("document {n}")).ignore();
    }
    let () = bench.pipe(&pipe).await;
}

#[tokio::test]
async fn lists_of_any_size_come_in_pages() {
    for (dids, tenants, limit, what) in [
        (5000, 700, 200, "large pages"),
        (800, 100, 7, "small pages"),
        (60, 9, 1, "one at a time"),
        (3, 2, 200, "one page"),
    ] {
        let bench = Bench::shared().await;
        assert_eq!(listed(&bench, limit).await.0.len(), 0, "{what}: nothing yet");
        fill(&bench, dids, tenants).await;
        let (found, pages) = listed(&bench, limit).await;
        let expected: Vec<String> = bench.dump().await;
        assert_eq!(found.keys().collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>(), "{what}");
        let most =
            (dids + tenants).div_ceil(usize::from(limit)) + found.values().sum::<usize>() - found.len() + 1;
        assert!(pages <= most, "{what}: {pages} pages where {most} would do");
    }
}

#[tokio::test]
async fn few_among_many_foreign_keys_are_found() {
    let redis = PrivateRedis::start(RedisOptions::default());
    let bench = Bench::on(&redis, "few-").await;
    let mut pipe = redis::pipe();
    for n in 0..30_000 {
        pipe.cmd("SET").arg(format!("session:{n}")).arg(n).ignore();
    }
    let () = bench.pipe(&pipe).await;
    fill(&bench, 5, 2).await;
    let (found, pages) = listed(&bench, 200).await;
    assert_eq!((found.len(), pages), (7, 1));
}

#[tokio::test]
async fn entries_that_stay_are_listed_while_others_come_and_go() {
    let redis = PrivateRedis::start(RedisOptions::default());
    let bench = Bench::on(&redis, "churn-").await;
    fill(&bench, 300, 20).await;
    let staying = bench.dump().await;

    let (mut found, mut page, mut round) = (Vec::new(), Page::first(3), 0);
    loop {
        let answer = bench.store.list(&page).await.unwrap();
        found.extend(answer.items.into_iter().map(|entry| match entry {
            Projected::Config { tenant, document } => format!("cfg:{tenant}={}", document.expose()),
            Projected::Did { did, tenant } => format!("map:did:{did}={tenant}"),
        }));
        let Some(next) = answer.next else { break };
        page = page.after(Some(next));
        // The table grows sixteenfold and shrinks again and again.
        let mut pipe = redis::pipe();
        for n in 0..5000 {
            let key = format!("guest:{n}");
            if round % 10 == 0 {
                pipe.cmd("SET").arg(key).arg(n).ignore();
            } else if round % 10 == 5 {
                pipe.cmd("DEL").arg(key).ignore();
            }
        }
        if round % 5 == 0 {
            let () = bench.pipe(&pipe).await;
        }
        round += 1;
    }
    for line in staying {
        assert!(found.contains(&line), "{line} was not listed");
    }
}

#[tokio::test]
async fn glob_characters_in_prefixes_are_plain_characters() {
    let redis = PrivateRedis::start(RedisOptions::default());
    for (prefix, neighbour) in [
        ("a*b-", "axxb-"),
        ("a?b-", "axb-"),
        ("a[xy]b-", "axb-"),
        ("a[^q]b-", "axb-"),
        ("a\\b-", "ab-"),
        ("a\\*b-", "a*b-"),
        ("{a}", "a"),
    ] {
        let (bench, other) = (Bench::on(&redis, prefix).await, Bench::on(&redis, neighbour).await);
        fill(&bench, 3, 2).await;
        fill(&other, 2, 1).await;
        let (found, _) = listed(&bench, 200).await;
        assert_eq!(found.len(), 5, "{prefix}: {found:?}");
        let _: () = bench.raw(&["FLUSHALL"]).await;
    }
}

#[tokio::test]
async fn garbage_is_left_out() {
    let bench = Bench::shared().await;
    fill(&bench, 2, 1).await;
    let expected = bench.dump().await;
    let _: i64 = bench.raw(&["LPUSH", "%cfg:list", "x"]).await;
    let _: i64 = bench.raw(&["SADD", "%map:did:+1999", "x"]).await;
    let binary = |name: &str| [bench.prefix.as_bytes(), name.as_bytes(), b"\xff"].concat();
    let _: () = bench.ask(redis::cmd("SET").arg(binary("cfg:")).arg("a key that is no text")).await;
    let _: () =
        bench.ask(redis::cmd("SET").arg(format!("{}cfg:binary", bench.prefix)).arg(b"\xff\xfe")).await;
    let _: i64 = bench.raw(&["SADD", "%cap:global:active", "call-1"]).await;
    let _: () = bench.raw(&["SET", "%map:tenant:t0:cap:rpm", "60"]).await;

    let (found, _) = listed(&bench, 200).await;
    assert_eq!(found.into_keys().collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn names_that_are_no_ids_are_listed_and_can_be_removed() {
    let bench = Bench::shared().await;
    let _: () = bench.raw(&["SET", "%cfg:oak:dental ü", "document"]).await;
    let _: () = bench.raw(&["SET", "%map:did:not a number", "two words"]).await;
    let _: () = bench.raw(&["SET", "%map:did:", ""]).await;
    let page = bench.store.list(&Page::first(200)).await.unwrap();
    assert_eq!(page.items.len(), 3);
    for entry in &page.items {
        assert!(bench.store.remove(entry).await.unwrap(), "{entry:?}");
    }
    assert!(bench.dump().await.is_empty());
}

#[tokio::test]
async fn a_page_behind_something_else_is_invalid() {
    let bench = Bench::shared().await;
    let page = Page::first(10).after(Some("+14155550101".into()));
    assert_eq!(kind(&bench.store.list(&page).await), "invalid");
}
