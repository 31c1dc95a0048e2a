//! Nodes that start at the same time, and the work that one of them does for all.

use serde_json::json;
use veralux_tests::postgres::PrivatePostgres;
use veralux_tests::server::Answer;

use super::setup::{Installation, Node, json_of};

/// Two nodes that start at the same moment.
fn start_both(installation: &Installation, variables: &[(&str, &str)]) -> [Node; 2] {
    std::thread::scope(|scope| {
        let both = [0, 1].map(|_| scope.spawn(|| installation.node(variables)));
        both.map(|node| node.join().unwrap())
    })
}

fn shown_key(node: &Node) -> Option<String> {
    node.output().split_whitespace().find(|word| word.starts_with("vlx_")).map(ToOwned::to_owned)
}

#[test]
fn of_two_that_start_on_an_empty_database_one_migrates_and_one_shows_the_key() {
    for _ in 0..3 {
        let installation = Installation::empty(PrivatePostgres::shared());
        let owner = installation.database.owner_url.clone();
        let nodes = start_both(&installation, &[("DATABASE_OWNER_URL", &owner), ("ADMIN_API_KEY", "")]);
        let migrations = installation.count("SELECT count(*) FROM schema_migration");
        let told =
            nodes.each_ref().map(|node| i64::try_from(node.log().matches("\"migrated\"").count()).unwrap());
        assert!(migrations > 0 && told.contains(&migrations) && told.contains(&0), "{migrations} {told:?}");
        let keys: Vec<String> = nodes.iter().filter_map(shown_key).collect();
        let [key] = &*keys else { panic!("{} nodes show a key", keys.len()) };
        for node in &nodes {
            let headers = [("authorization", &*format!("Bearer {key}"))];
            assert_eq!(node.send("GET", "/api/admin/tenants", &headers, "").status, 200, "it opens both");
            assert_eq!(node.call("GET", "/ready", "").status, 200);
        }
        assert_eq!(installation.count("SELECT count(*) FROM root_key"), 1);
    }
}

#[test]
fn a_job_is_done_once_by_all_nodes_and_taken_over_from_a_dead_one() {
    let installation = Installation::new();
    let mock = [("VERALUX_PROVIDER", "mock")];
    let expect = |answer: Answer, status: u16| {
        assert_eq!(answer.status, status, "{}", answer.body);
        answer
    };
    let first = installation.node(&mock);
    super::setup::add_oak(&first);
    let claim = "idempotency_key WHERE owner LIKE 'job%telephony-cleanup'";
    let events = "SELECT count(*) FROM audit_event WHERE draft LIKE '%caller_id.deleted%'";
    let done_by = |nodes: &[Node]| -> usize {
        nodes.iter().map(|node| node.log().matches("verifications were cleaned up").count()).sum()
    };
    for round in 0..3 {
        let body = json!({"phoneNumber": format!("+1503555013{round}")}).to_string();
        expect(first.call("POST", "/api/telephony/verify-caller-id/initiate?tenantId=oak", &body), 200);
        // Long ago.
        installation.execute(
            "UPDATE caller_id SET verification = regexp_replace(verification, '20\\d\\d-', '2001-', 'g')",
        );
        installation.execute(&format!("DELETE FROM {claim}"));
        if round == 2 {
            // A node began two hours ago and never came to an end.
            installation.execute(
                "INSERT INTO idempotency_key (owner, key, body, claimed_at) SELECT E'job\\ntelephony-cleanup', \
                 ((extract(epoch FROM now())::bigint - 10800) / 86400)::text, decode(repeat('00', 32), 'hex'), \
                 ((extract(epoch FROM now()) - 7200) * 1000000)::bigint",
            );
        }
        let nodes = start_both(&installation, &mock);
        super::setup::until("one has cleaned up", || done_by(&nodes) > 0);
        super::setup::until("both have looked", || {
            installation.count(&format!("SELECT count(*) FROM {claim} AND status = 200")) == 1
        });
        // The other one looks at its start, which is over; nothing comes later.
        std::thread::sleep(std::time::Duration::from_millis(300));
        assert_eq!(done_by(&nodes), 1, "round {round}");
        assert_eq!(installation.count(events), round + 1, "round {round}");
    }
    let numbers =
        json_of(&expect(first.call("GET", "/api/telephony/verified-numbers?tenantId=oak", ""), 200));
    assert!(!numbers.to_string().contains("503555013"), "{numbers}");
}

#[test]
fn a_server_that_stops_leaves_its_job_to_the_next() {
    let installation = Installation::new();
    let mock = [("VERALUX_PROVIDER", "mock")];
    let first = installation.node(&mock);
    super::setup::add_oak(&first);
    drop(first);
    let claim = "SELECT count(*) FROM idempotency_key WHERE owner LIKE 'job%telephony-cleanup'";
    installation.execute("DELETE FROM idempotency_key");
    installation.amid("LOCK TABLE phone_call, caller_id IN ACCESS EXCLUSIVE MODE", || {
        let mut node = installation.node(&mock);
        super::setup::until("it has begun", || installation.count(claim) == 1);
        assert!(node.terminate().success(), "it ends by itself");
        assert_eq!(installation.count(claim), 0, "its claim is given back");
    });
    let node = installation.node(&mock);
    super::setup::until("another one does it", || node.log().contains("verifications were cleaned up"));
}
