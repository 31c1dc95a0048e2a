//! Nodes that reach the database through a pooler.

use std::time::Duration;

use serde_json::json;
use veralux_tests::postgres::{OWNER, Pooler, PrivatePostgres, SERVICE};

use super::setup::{Installation, SID, add_oak, kill, message, message_signed, token, until};

#[test]
fn nodes_behind_a_pooler_of_sessions_migrate_hear_each_other_and_act_once() {
    let postgres = PrivatePostgres::shared();
    let installation = Installation::empty(postgres);
    let pooler = Pooler::start(postgres, "session");
    let name = &installation.database.name;
    let [service, owner] = [SERVICE, OWNER].map(|role| pooler.url(role, name));
    // Three nodes, one after the other: those of a pooler's twenty sessions that are left are taken over.
    let behind = [("DATABASE_URL", &*service), ("DATABASE_OWNER_URL", &owner), ("DATABASE_CONNECTIONS", "6")];
    let a = installation.node(&behind);
    let b = installation.node(&behind);
    add_oak(&a);

    let mut taken = 0;
    for number in 0..40 {
        for node in [&a, &b] {
            assert_eq!(message(number).deliver(node).unwrap().status, 200);
        }
        taken += 1;
    }
    installation.assert_taken_in_once(&b, taken);

    // What one node writes, the other hears.
    let connect = |number| {
        let body = json!({"accountSid": SID, "authToken": token(number)}).to_string();
        let answer = a.call("POST", "/api/integrations/twilio?tenantId=oak", &body);
        assert!(matches!(answer.status, 200 | 201), "{}", answer.body);
    };
    let status = |node, number, sent| message_signed(&token(number), sent).deliver(node).unwrap().status;
    connect(1);
    until("the token is known", || status(&b, 1, 1000) == 200);
    connect(2);
    until("the token is replaced", || status(&b, 1, 1001) == 403 && status(&b, 2, 1002) == 200);
    assert!(b.log().contains("hearing what other servers write"), "{}", b.log());
    assert!(!b.log().contains("is not heard"), "it listened all the time: {}", b.log());

    // Whoever is killed leaves sessions behind that say nothing of him.
    kill(&a);
    let c = installation.node(&behind);
    until("the new node takes what comes", || {
        std::thread::sleep(Duration::from_millis(50));
        status(&c, 2, 1003) == 200
    });
    assert_eq!(c.call("GET", "/ready", "").status, 200);
}
