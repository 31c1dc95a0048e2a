//! A process that is killed loses nothing that it has acknowledged.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use veralux_core::id::TenantId;
use veralux_core::port::{DecisionStore, Directory as _, Ledger as _, MessageStore};
use veralux_sqlite::{Options, SqliteStore};

use crate::fixture::{Place, id, settle, verified_length, webhook};

const PATH: &str = "VERALUX_DURABILITY_DATABASE";
const ROUND: &str = "VERALUX_DURABILITY_ROUND";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    // This test is the child as well.
    if let Some(path) = std::env::var_os(PATH) {
        return commit_until_killed(Path::new(&path)).await;
    }
    let place = Place::new();
    let tenant: TenantId = id("oak");
    let mut acknowledged = BTreeSet::new();
    for (round, kill_after) in [40, 1, 3000, 90, 700].into_iter().enumerate() {
        acknowledged.extend(run_until_killed(&place, round, kill_after));
        let store = place.open().await;
        assert!(store.lookup_tenant(&tenant).await.unwrap().is_some());
        for name in &acknowledged {
            let kept = is_kept(&store, &tenant, name).await;
            assert!(kept, "round {round}: {name} was acknowledged and is gone");
        }
        let events = verified_length(&store, &tenant).await;
        assert!(events >= u64::try_from(acknowledged.len()).unwrap(), "round {round}: {events} events");
        let repeated = store.commit(webhook(&tenant, acknowledged.first().unwrap())).await;
        assert!(repeated.is_err(), "round {round}: the claim is kept as well");
        store.close().await;
    }
}

async fn is_kept(store: &SqliteStore, tenant: &TenantId, name: &str) -> bool {
    let message = MessageStore::lookup(store, tenant, &id(format!("msg_{name}"))).await.unwrap();
    let decision = DecisionStore::lookup(store, tenant, &id(format!("dec_{name}"))).await.unwrap();
    message.is_some() && decision.is_some()
}

/// Lets a child commit until so many are acknowledged, kills it and says which were.
fn run_until_killed(place: &Place, round: usize, kill_after: usize) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "durability::nothing_acknowledged_is_lost_when_the_process_is_killed",
            "--nocapture",
        ])
        .env(PATH, place.path())
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut acknowledged = Vec::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while acknowledged.len() < kill_after {
        let line = lines.next().expect("the child runs until it is killed").unwrap();
        acknowledged.extend(name_in(&line));
    }
    // SIGKILL.
    child.kill().unwrap();
    child.wait().unwrap();
    // What it said before it died counts too. The last line may be cut short.
    acknowledged.extend(lines.map_while(Result::ok).filter_map(|line| name_in(&line)));
    acknowledged
}

fn name_in(line: &str) -> Option<String> {
    line.strip_prefix("acknowledged ")?.strip_suffix(" !").map(str::to_owned)
}

async fn commit_until_killed(path: &Path) {
    let round: usize = std::env::var(ROUND).unwrap().parse().unwrap();
    let store = SqliteStore::open(path, &Options::default()).await.unwrap();
    let tenant: TenantId = id("oak");
    if round == 0 {
        settle(&store, &tenant).await;
    }
    let work = (0..16).map(|worker| {
        let (store, tenant) = (store.clone(), tenant.clone());
        tokio::spawn(async move {
            for n in 0.. {
                let name = format!("{round}_{worker}_{n}");
                store.commit(webhook(&tenant, &name)).await.unwrap();
                println!("acknowledged {name} !");
            }
        })
    });
    futures_util::future::join_all(work.collect::<Vec<_>>()).await;
}
