//! Everything that can go wrong between here and AWS, for each thing that is asked.

use std::error::Error as StdError;
use std::iter::successors;

use tokio::net::TcpListener;
use veralux_core::port::{Error, SecretError, SecretManager};
use veralux_core::secret::Secret;
use veralux_emulator::aws::Trouble;

use super::managers::{actor, tenant};
use super::world::{CANARY, REGION, World, client, credentials};

/// What became of it, in a word.
fn sort(error: &SecretError) -> &'static str {
    match error {
        SecretError::Store(Error::Transient { .. }) => "transient",
        SecretError::Store(Error::Permanent { .. }) => "permanent",
        SecretError::Store(Error::NotPermitted(_)) => "not permitted",
        SecretError::Store(Error::Conflict(_)) => "conflict",
        SecretError::Full => "full",
        SecretError::Damaged(_) => "damaged",
        SecretError::NotFound => "not found",
        _ => "another",
    }
}

/// Asks for everything that there is and tells each failure.
async fn failures(secrets: &dyn SecretManager, expect: impl AsyncFn(&'static str)) -> Vec<SecretError> {
    let oak = tenant("oak");
    let mut found = Vec::new();
    expect("open").await;
    found.extend(secrets.open(&oak, "HOOK", &actor()).await.err());
    expect("put").await;
    found.extend(secrets.put(&oak, "HOOK", &Secret::new(CANARY), &actor()).await.err());
    expect("list").await;
    found.extend(secrets.list(&oak).await.err());
    expect("remove").await;
    found.extend(secrets.remove(&oak, "HOOK", &actor()).await.err());
    found
}

/// The message, those of its sources and what `Debug` shows.
fn shown(error: &SecretError) -> String {
    let chain = successors(error.source(), |error: &&(dyn StdError + 'static)| StdError::source(*error));
    let sources: Vec<String> = chain.map(|source| format!("{source} {source:?}")).collect();
    format!("{error:?} {error} {}", sources.join(" "))
}

#[tokio::test]
async fn every_fault_of_every_call_is_sorted_and_shows_nothing() {
    for (what, fault, sent, expected) in [
        ("throttled", Trouble::Refused("ThrottlingException"), 1, "transient"),
        ("broken inside", Trouble::Refused("InternalServiceError"), 1, "transient"),
        ("a page of a balancer", Trouble::Page(503), 1, "transient"),
        ("a page of a portal that says all is well", Trouble::Page(200), 1, "transient"),
        ("a page that was moved", Trouble::Page(302), 1, "permanent"),
        ("a connection cut twice", Trouble::Cut, 2, "transient"),
        ("an answer without end", Trouble::Huge, 2, "transient"),
        ("a policy", Trouble::Refused("AccessDeniedException"), 1, "not permitted"),
        ("a quota", Trouble::Refused("LimitExceededException"), 1, "full"),
        ("a key at KMS", Trouble::Refused("DecryptionFailure"), 1, "damaged"),
        ("a parameter", Trouble::Refused("InvalidParameterException"), 1, "permanent"),
        ("something new", Trouble::Refused("TeapotException"), 1, "permanent"),
    ] {
        let emulator = World::start().await;
        emulator.keep("veralux/oak/HOOK", CANARY);
        let secrets = emulator.client();
        let failures = failures(&secrets, async |_| {
            let mut account = emulator.account();
            account.troubles = vec![("any", fault); sent];
        })
        .await;
        let sorts: Vec<_> = failures.iter().map(sort).collect();
        assert_eq!(sorts, [expected; 4], "{what}");
        assert_eq!(emulator.account().calls.len(), 4 * sent, "{what}");
        for error in &failures {
            let shown = shown(error);
            assert!(!shown.contains(CANARY) && !shown.contains("portal"), "{what}: {shown}");
            assert!(!shown.contains("as ordered"), "{what}: AWS's own text: {shown}");
        }
        assert!(failures[0].source().is_none_or(|source| !source.to_string().contains("Teapot")), "{what}");
        assert!(
            secrets.open(&tenant("oak"), "HOOK", &actor()).await.unwrap().is_some(),
            "{what}: and then it is well"
        );
    }
}

#[tokio::test]
async fn nobody_there() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let key = World::start().await.account().keys[0].clone();
    let secrets = client(&format!("http://{gone}"), REGION, credentials(&key));
    let sorts: Vec<_> = failures(&secrets, async |_| {}).await.iter().map(sort).collect();
    assert_eq!(sorts, ["transient"; 4]);
}

#[tokio::test]
async fn an_answer_about_another_secret_is_not_given_out() {
    let emulator = World::start().await;
    emulator.keep("veralux/oak/HOOK", CANARY);
    emulator.account().troubles.push(("GetSecretValue", Trouble::Mixed));
    let error = emulator.client().open(&tenant("oak"), "HOOK", &actor()).await.unwrap_err();
    assert_eq!(sort(&error), "permanent");
    assert!(!shown(&error).contains("elm"), "{}", shown(&error));
}

#[tokio::test]
async fn a_list_that_does_not_end_is_given_up() {
    let emulator = World::start().await;
    emulator.account().troubles = vec![("ListSecrets", Trouble::EmptyPage); 1000];
    let error = emulator.client().list(&tenant("oak")).await.unwrap_err();
    assert_eq!((sort(&error), emulator.calls("ListSecrets")), ("permanent", 100));
}

#[tokio::test]
async fn others_who_make_and_remove_it_all_the_time() {
    let emulator = World::start().await;
    let faults = [
        ("PutSecretValue", Trouble::Refused("ResourceNotFoundException")),
        ("CreateSecret", Trouble::Refused("ResourceExistsException")),
    ];
    emulator.account().troubles = faults.repeat(10);
    let error = emulator.client().put(&tenant("oak"), "HOOK", &Secret::new("x"), &actor()).await.unwrap_err();
    assert_eq!((sort(&error), emulator.calls("CreateSecret")), ("transient", 3));
}
