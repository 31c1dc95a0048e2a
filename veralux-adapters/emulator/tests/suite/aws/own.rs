//! What is AWS's own: names, pages, request tokens, deletions, who may ask.

use veralux_core::port::{Conflict, Error, SecretError, SecretManager as _};
use veralux_core::secret::Secret;
use veralux_core::time::SECOND;
use veralux_emulator::aws::Trouble;

use super::managers::{actor, tenant};
use super::world::{CANARY, REGION, World, client, credentials, key};

#[tokio::test]
async fn a_secret_is_named_after_its_tenant_and_key() {
    let emulator = World::start().await;
    let secrets = emulator.client();
    secrets.put(&tenant("oak-2"), "HOOK_1", &Secret::new("x"), &actor()).await.unwrap();
    let names: Vec<String> = emulator.account().secrets.keys().cloned().collect();
    assert_eq!(names, ["veralux/oak-2/HOOK_1"]);
    secrets.remove(&tenant("oak-2"), "HOOK_1", &actor()).await.unwrap();
    assert!(emulator.account().secrets.is_empty(), "no recovery window");
}

#[tokio::test]
async fn a_list_shows_keys_of_this_tenant_on_all_pages() {
    for page in [1, 2, 3, 100] {
        let emulator = World::start().await;
        emulator.account().page = page;
        for key in ["D", "C", "B", "A", "E"] {
            emulator.keep(&format!("veralux/oak/{key}"), "x");
        }
        // Not ours, or no keys.
        for name in
            ["veralux/oaks/F", "veralux/oak", "veralux/oak/F/G", "veralux/oak/f", "other/oak/F", "oak/F"]
        {
            emulator.keep(name, "x");
        }
        for fault in [None, Some(Trouble::EmptyPage)] {
            emulator.account().troubles.extend(fault.map(|fault| ("ListSecrets", fault)));
            let keys = emulator.client().list(&tenant("oak")).await.unwrap();
            assert_eq!(keys, ["A", "B", "C", "D", "E"], "{page} {fault:?}");
        }
        if page == 100 {
            emulator.account().troubles.push(("ListSecrets", Trouble::Unfiltered));
            let keys = emulator.client().list(&tenant("oak")).await.unwrap();
            assert_eq!(keys, ["A", "B", "C", "D", "E"], "AWS's filter is not relied on");
        }
    }
}

#[tokio::test]
async fn what_is_scheduled_for_deletion_is_not_there_and_not_free() {
    let emulator = World::start().await;
    let (secrets, oak) = (emulator.client(), tenant("oak"));
    emulator.keep("veralux/oak/HOOK", "x");
    emulator.account().secrets.get_mut("veralux/oak/HOOK").unwrap().scheduled = true;
    assert!(secrets.open(&oak, "HOOK", &actor()).await.unwrap().is_none());
    assert!(secrets.list(&oak).await.unwrap().is_empty());
    assert!(matches!(secrets.remove(&oak, "HOOK", &actor()).await, Err(SecretError::NotFound)));
    let put = secrets.put(&oak, "HOOK", &Secret::new("y"), &actor()).await;
    assert!(matches!(put, Err(SecretError::Store(Error::Conflict(Conflict::Exists)))), "{put:?}");
    assert_eq!(emulator.value("veralux/oak/HOOK").as_deref(), Some("x"), "who scheduled it can have it back");
}

#[tokio::test]
async fn bytes_are_no_secret_of_ours() {
    let emulator = World::start().await;
    emulator.keep("veralux/oak/HOOK", "eA==");
    emulator.account().secrets.get_mut("veralux/oak/HOOK").unwrap().binary = true;
    let opened = emulator.client().open(&tenant("oak"), "HOOK", &actor()).await;
    assert!(matches!(opened, Err(SecretError::Damaged("not_a_text"))), "{opened:?}");
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_sent_again_and_done_once() {
    for (what, there, cut) in [
        ("made, the answer lost", false, "CreateSecret"),
        ("looked for, the answer lost", false, "PutSecretValue"),
        ("replaced, the answer lost", true, "PutSecretValue"),
    ] {
        let emulator = World::start().await;
        if there {
            emulator.keep("veralux/oak/HOOK", "old");
        }
        emulator.account().troubles.push((cut, Trouble::Cut));
        emulator.client().put(&tenant("oak"), "HOOK", &Secret::new("new"), &actor()).await.unwrap();
        assert_eq!(emulator.value("veralux/oak/HOOK").as_deref(), Some("new"), "{what}");
        assert_eq!(emulator.calls(cut), 2, "{what}");
        let account = emulator.account();
        assert_eq!(account.secrets["veralux/oak/HOOK"].versions.len(), 1 + usize::from(there), "{what}");
        let tokens: Vec<_> = account.calls.iter().map(|(_, call)| &call["ClientRequestToken"]).collect();
        assert!(tokens.iter().all(|token| *token == tokens[0] && token.is_string()), "{what}: {tokens:?}");
    }
}

#[tokio::test]
async fn each_write_has_a_token_of_its_own() {
    let emulator = World::start().await;
    let secrets = emulator.client();
    for value in ["one", "two", "one"] {
        secrets.put(&tenant("oak"), "HOOK", &Secret::new(value), &actor()).await.unwrap();
    }
    assert_eq!(emulator.value("veralux/oak/HOOK").as_deref(), Some("one"));
    assert_eq!(emulator.account().secrets["veralux/oak/HOOK"].versions.len(), 3);
}

#[tokio::test]
async fn of_two_that_make_a_secret_the_later_one_counts() {
    let emulator = World::start().await;
    emulator.account().troubles.push(("CreateSecret", Trouble::Meanwhile));
    emulator.client().put(&tenant("oak"), "HOOK", &Secret::new("ours"), &actor()).await.unwrap();
    assert_eq!(emulator.value("veralux/oak/HOOK").as_deref(), Some("ours"));
    let kept: Vec<_> = emulator.account().secrets["veralux/oak/HOOK"].versions.values().cloned().collect();
    assert!(kept.contains(&"theirs".to_owned()), "{kept:?}");
}

#[tokio::test]
async fn a_removal_whose_answer_is_lost_is_sent_again() {
    let emulator = World::start().await;
    emulator.keep("veralux/oak/HOOK", "x");
    emulator.account().troubles.push(("DeleteSecret", Trouble::Cut));
    emulator.client().remove(&tenant("oak"), "HOOK", &actor()).await.unwrap();
    assert_eq!((emulator.value("veralux/oak/HOOK"), emulator.calls("DeleteSecret")), (None, 2));
}

#[tokio::test]
async fn who_may_ask() {
    let good = key("AKIDEXAMPLE", CANARY, None);
    let session = key("ASIAEXAMPLE", "session", Some("token/+=="));
    for (what, with, region, seconds, expected) in [
        ("an access key", good.clone(), REGION, 0, true),
        ("a session's key and token", session.clone(), REGION, 0, true),
        ("a session's key without its token", key("ASIAEXAMPLE", "session", None), REGION, 0, false),
        ("another token", key("ASIAEXAMPLE", "session", Some("token")), REGION, 0, false),
        ("a token that is not needed", key("AKIDEXAMPLE", CANARY, Some("t")), REGION, 0, false),
        ("another secret key", key("AKIDEXAMPLE", "guess", None), REGION, 0, false),
        ("another id", key("AKIDOTHER", CANARY, None), REGION, 0, false),
        ("another region", good.clone(), "eu-west-1", 0, false),
        ("a clock that is a little wrong", good.clone(), REGION, 299, true),
        ("a clock that is very wrong", good.clone(), REGION, 3600, false),
    ] {
        let emulator = World::start().await;
        emulator.keep("veralux/oak/HOOK", "x");
        emulator.account().keys.push(session.clone());
        emulator.stage.clock.advance(seconds * SECOND);
        let opened =
            client(&emulator.url, region, credentials(&with)).open(&tenant("oak"), "HOOK", &actor()).await;
        match opened {
            Ok(Some(secret)) => assert!(expected && secret.matches("x"), "{what}"),
            Err(SecretError::Store(Error::NotPermitted(why))) => {
                assert!(!expected && why.contains("credentials"), "{what}: {why}");
            }
            other => panic!("{what}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn credentials_that_end_are_replaced_while_it_runs() {
    let emulator = World::start().await;
    emulator.keep("veralux/oak/HOOK", "x");
    let secrets = emulator.client();
    assert!(secrets.open(&tenant("oak"), "HOOK", &actor()).await.unwrap().is_some());
    let next = key("ASIANEXT", "next", Some("t"));
    emulator.account().keys = vec![next.clone()];
    let ended = secrets.open(&tenant("oak"), "HOOK", &actor()).await;
    assert!(matches!(ended, Err(SecretError::Store(Error::NotPermitted(_)))), "{ended:?}");
    secrets.set_credentials(credentials(&next));
    assert!(secrets.open(&tenant("oak"), "HOOK", &actor()).await.unwrap().is_some());
}
