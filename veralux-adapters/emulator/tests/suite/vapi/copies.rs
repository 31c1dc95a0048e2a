//! The copy of a tenant's Twilio account that the platform is handed, and taken back.

use veralux_core::credential::Provider;
use veralux_core::port::{ExportState, WorkKind};
use veralux_core::service::Context;
use veralux_emulator::Fault;

use super::assistants::{Desk, TOKEN, with_key, with_token};
use super::*;

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
