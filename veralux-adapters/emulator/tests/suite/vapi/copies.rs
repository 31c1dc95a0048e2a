//! The copy of a tenant's Twilio account that the platform is handed, and taken back.

use veralux_core::credential::Provider;
use veralux_core::port::{ExportState, WorkKind};
use veralux_core::service::Context;
use veralux_emulator::Fault;

use super::assistants::{Desk, TOKEN, with_key, with_token};
use super::*;

/// Does what is due; when the platform was asked to keep the account and has not yet answered, something else happens.
async fn meanwhile(desk: &Desk, method: &str, what: impl Future<Output = ()>) {
    desk.stage.emulator.faults().next(method, "/vapi/credential", 1, Fault::Slow { millis: 700 });
    let before = desk.asked(method, "/vapi/credential");
    tokio::join!(desk.work(), async {
        while desk.asked(method, "/vapi/credential") == before {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        what.await;
    });
}

async fn remove(desk: &Desk) {
    desk.vault.remove(&Context::SYSTEM, &tenant(), Provider::Twilio).await.unwrap();
}

async fn withdraw(desk: &Desk) {
    desk.assistants.withdraw_twilio(&Context::SYSTEM, &tenant()).await.unwrap();
}

/// Nothing is left at the platform, nor anything to be done.
async fn nothing_is_left(desk: &Desk, what: &str) {
    assert_eq!(desk.stage.emulator.vapi().credentials().len(), 0, "{what}");
    assert_eq!(
        (desk.export().await.state, desk.export().await.remote_id),
        (ExportState::Revoked, None),
        "{what}"
    );
    assert_eq!(desk.stores.work.count(WorkKind::AssistantSync).await.unwrap(), 0, "{what}");
}

#[tokio::test]
async fn a_copy_follows_its_credential() {
    let desk = Desk::open().await;
    let refused = desk.assistants.export_twilio(&Context::SYSTEM, &tenant()).await.unwrap_err();
    assert_eq!(refused.code(), Some("not_connected"));
    desk.connect(&with_token()).await;
    let export = desk.assistants.export_twilio(&Context::SYSTEM, &tenant()).await.unwrap();
    assert_eq!(export.state, ExportState::Pending);
    desk.work().await;
    let export = desk.export().await;
    assert_eq!((export.state, export.generation, export.error), (ExportState::Synced, 1, None));
    let kept = desk.stage.emulator.vapi().credentials();
    assert_eq!((kept.len(), &kept[0]["authToken"]), (1, &json!(TOKEN)));
    // It changes: the same copy gets the API key, which goes before the token.
    desk.connect(&with_key()).await;
    desk.work().await;
    let kept = desk.stage.emulator.vapi().credentials();
    assert_eq!((kept.len(), &kept[0]["apiSecret"]), (1, &json!("hunter2hunter2hunter2hunter2hunt")));
    assert_eq!(desk.export().await.generation, 2);
    let patches = desk.asked("PATCH", "/vapi/credential");
    desk.work().await;
    assert_eq!(desk.asked("PATCH", "/vapi/credential"), patches, "what is in line is left alone");
    // It is removed: so is the copy.
    desk.vault.remove(&Context::SYSTEM, &tenant(), Provider::Twilio).await.unwrap();
    desk.work().await;
    assert_eq!(desk.stage.emulator.vapi().credentials().len(), 0);
    assert_eq!((desk.export().await.state, desk.export().await.remote_id), (ExportState::Revoked, None));
    assert!(desk.events().await.iter().filter(|event| *event == "credential.exported").count() >= 4);
    assert_eq!(desk.stores.work.count(WorkKind::AssistantSync).await.unwrap(), 0);
    desk.stage.done();
}

#[tokio::test]
async fn a_copy_whose_answer_was_lost_is_made_once() {
    for (what, fault) in [
        ("lost before", Fault::CutBefore),
        ("lost behind", Fault::CutAfter),
        ("broken half way", Fault::FailAfter { status: 502 }),
        ("too many", Fault::Refuse { status: 429, retry_after: Some(1), body: String::new() }),
    ] {
        let desk = Desk::open().await;
        desk.connect(&with_token()).await;
        desk.stage.emulator.faults().next("POST", "/vapi/credential", 2, fault);
        desk.assistants.export_twilio(&Context::SYSTEM, &tenant()).await.unwrap();
        desk.work().await;
        assert!(desk.export().await.error.is_some(), "{what}");
        for _ in 0..3 {
            desk.later(20).await;
        }
        assert_eq!(
            (desk.export().await.state, desk.export().await.error),
            (ExportState::Synced, None),
            "{what}"
        );
        assert_eq!(desk.stage.emulator.vapi().credentials().len(), 1, "{what}");
    }
}

#[tokio::test]
async fn what_is_withdrawn_is_gone_and_does_not_come_back() {
    let desk = Desk::open().await;
    desk.connect(&with_token()).await;
    desk.assistants.export_twilio(&Context::SYSTEM, &tenant()).await.unwrap();
    desk.work().await;
    desk.stage.emulator.faults().next("DELETE", "/vapi/credential", 1, Fault::CutBefore);
    desk.assistants.withdraw_twilio(&Context::SYSTEM, &tenant()).await.unwrap();
    desk.work().await;
    assert_eq!(desk.export().await.state, ExportState::Pending);
    desk.later(20).await;
    assert_eq!(desk.export().await.state, ExportState::Revoked);
    desk.connect(&with_key()).await;
    desk.work().await;
    assert_eq!(
        desk.stage.emulator.vapi().credentials().len(),
        0,
        "a changed credential is not handed over again"
    );
    let again = desk.assistants.withdraw_twilio(&Context::SYSTEM, &tenant()).await.unwrap_err();
    assert_eq!(again.code(), Some("not_exported"));
    desk.stage.done();
}

#[tokio::test]
async fn who_has_its_keys_destroyed_gets_its_copy_back() {
    let desk = Desk::open().await;
    desk.connect(&with_token()).await;
    desk.assistants.export_twilio(&Context::SYSTEM, &tenant()).await.unwrap();
    desk.work().await;
    assert_eq!(desk.stage.emulator.vapi().credentials().len(), 1);
    desk.vault.shred(&Context::SYSTEM, &tenant()).await.unwrap();
    desk.work().await;
    assert_eq!(desk.stage.emulator.vapi().credentials().len(), 0);
    assert_eq!(desk.export().await.state, ExportState::Revoked);
    desk.stage.done();
}

#[tokio::test]
async fn what_changes_while_it_is_handed_over_is_followed() {
    for again in [false, true] {
        let desk = Desk::open().await;
        desk.connect(&with_token()).await;
        desk.assistants.export_twilio(&Context::SYSTEM, &tenant()).await.unwrap();
        let method = if again { "PATCH" } else { "POST" };
        if again {
            desk.work().await;
            desk.connect(&with_token()).await;
        }
        meanwhile(&desk, method, desk.connect(&with_key())).await;
        assert_eq!(desk.export().await.state, ExportState::Pending, "{method}");
        desk.work().await;
        let kept = desk.stage.emulator.vapi().credentials();
        assert_eq!((kept.len(), &kept[0]["apiSecret"]), (1, &json!("hunter2hunter2hunter2hunter2hunt")));
        assert_eq!(desk.export().await.state, ExportState::Synced, "{method}");
    }
}

#[tokio::test]
async fn what_is_removed_while_it_is_handed_over_is_taken_back() {
    let desk = Desk::open().await;
    desk.connect(&with_token()).await;
    desk.assistants.export_twilio(&Context::SYSTEM, &tenant()).await.unwrap();
    meanwhile(&desk, "POST", remove(&desk)).await;
    desk.work().await;
    nothing_is_left(&desk, "the first copy").await;
    desk.connect(&with_token()).await;
    desk.assistants.export_twilio(&Context::SYSTEM, &tenant()).await.unwrap();
    desk.work().await;
    desk.connect(&with_key()).await;
    meanwhile(&desk, "PATCH", remove(&desk)).await;
    desk.work().await;
    nothing_is_left(&desk, "a copy that is replaced").await;
    desk.stage.done();
}

#[tokio::test]
async fn what_is_withdrawn_while_it_is_handed_over_is_taken_back() {
    for done in [false, true] {
        let desk = Desk::open().await;
        desk.connect(&with_token()).await;
        desk.assistants.export_twilio(&Context::SYSTEM, &tenant()).await.unwrap();
        meanwhile(&desk, "POST", async {
            withdraw(&desk).await;
            if done {
                desk.work().await;
            }
        })
        .await;
        desk.work().await;
        nothing_is_left(&desk, &format!("another server has done it: {done}")).await;
        desk.stage.done();
    }
}

#[tokio::test]
async fn another_account_in_place_of_one_that_was_removed_is_handed_over() {
    let desk = Desk::open().await;
    desk.connect(&with_token()).await;
    desk.assistants.export_twilio(&Context::SYSTEM, &tenant()).await.unwrap();
    desk.work().await;
    // Before anybody has looked: its generation is the one that was handed over.
    remove(&desk).await;
    desk.connect(&with_key()).await;
    desk.work().await;
    let kept = desk.stage.emulator.vapi().credentials();
    assert_eq!((kept.len(), &kept[0]["apiSecret"]), (1, &json!("hunter2hunter2hunter2hunter2hunt")));
    desk.stage.done();
}

#[tokio::test]
async fn what_changes_while_it_is_withdrawn_stays_withdrawn() {
    let desk = Desk::open().await;
    desk.connect(&with_token()).await;
    desk.assistants.export_twilio(&Context::SYSTEM, &tenant()).await.unwrap();
    desk.work().await;
    desk.stage.emulator.faults().next("DELETE", "/vapi/credential", 1, Fault::CutBefore);
    withdraw(&desk).await;
    desk.work().await;
    desk.connect(&with_key()).await;
    desk.work().await;
    desk.later(20).await;
    nothing_is_left(&desk, "the platform was away when it was withdrawn").await;
}
