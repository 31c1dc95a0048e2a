//! Servers and settings that are refused.

use veralux_core::port::{Error, Publication, RateCounter as _, RuntimeProjection, RuntimeReader};
use veralux_core::runtime::KeyNames;
use veralux_core::secret::Secret;
use veralux_core::time::Instant;
use veralux_redis::{RedisRuntimeStore, RedisSettings};
use veralux_tests::redis::{PrivateRedis, RedisOptions};

use crate::setup::{Bench, did, id, kind, settings, shown};

const A: &str = "+14155550101";

#[tokio::test]
async fn a_cluster_behind_a_socket_is_refused_with_a_reason() {
    let redis = PrivateRedis::start(RedisOptions { cluster: true, ..RedisOptions::default() });
    let error = RedisRuntimeStore::connect(&settings(&redis.url(), "x")).await.unwrap_err();
    assert!(matches!(error, Error::Invalid(_)), "{error:?}");
    let text = error.to_string();
    for part in ["cluster mode", "different hash slots", "redis://a:6379,redis://b:6379"] {
        assert!(text.contains(part), "{text}");
    }

    let late = RedisRuntimeStore::new(&settings(&redis.url(), "x")).unwrap();
    assert_eq!(kind(&late.resolve(&did(A)).await), "invalid", "found out by the first call");
    assert_eq!(kind(&late.map_did(&id("oak"), &did(A)).await), "invalid", "and by every later one");
}

#[tokio::test]
async fn passwords() {
    let redis =
        PrivateRedis::start(RedisOptions { password: Some("open-sesame".into()), ..RedisOptions::default() });
    let bare = redis.url().split('?').next().unwrap().to_owned();
    let wrong = || redis.url_with_password("wrong-guess");
    for (url, refused, what) in [
        (redis.url(), None, "the password"),
        (redis.url() + "&protocol=resp2", None, "the password in the older protocol"),
        (wrong(), Some("of this name and password"), "a wrong one"),
        (wrong() + "&protocol=resp2", Some("of this name and password"), "a wrong one, older protocol"),
        (bare, Some("without a password"), "none"),
    ] {
        let expected = if refused.is_some() { "not permitted" } else { "ok" };
        let settings = settings(&url, "x");
        let store = RedisRuntimeStore::connect(&settings).await;
        assert_eq!(kind(&store), expected, "{what}: {:?}", store.err());
        let text = match &store {
            Ok(store) => format!("{store:?} {settings:?}"),
            Err(error) => format!("{} {settings:?}", shown(error)),
        };
        assert!(refused.is_none_or(|whom| text.contains(whom)), "{what}: {text}");
        assert!(!text.contains("sesame") && !text.contains("guess"), "{what}: {text}");
    }
}

#[tokio::test]
async fn users_who_may_not_do_everything() {
    let redis = PrivateRedis::start(RedisOptions::default());
    let bench = Bench::on(&redis, "acl-").await;
    bench.publish("oak", "oak 1", &[A], &[]).await.unwrap();
    let documented =
        "~{acl-* +@connection +info +eval +evalsha +get +set +del +mget +scan +incr +pttl +pexpire";
    for (user, rules, reads, writes, what) in [
        ("full", format!("~acl-* {documented}"), "ok", "ok", "the documented rights"),
        ("reader", format!("~acl-* {documented} -set"), "ok", "not permitted", "no `SET`"),
        ("foreign", format!("~other-* {documented}"), "not permitted", "not permitted", "other keys"),
        (
            "bare",
            format!("~acl-* {documented}").replace("~{acl-* ", ""),
            "ok",
            "not permitted",
            "no keys in braces",
        ),
        ("blind", format!("~acl-* {documented} -info"), "not permitted", "not permitted", "no `INFO`"),
    ] {
        let mut command = redis::cmd("ACL");
        command.arg("SETUSER").arg(user).arg("on").arg(">pw");
        rules.split(' ').for_each(|rule| {
            command.arg(rule);
        });
        let _: () = bench.ask(&command).await;
        let url = redis.url() + &format!("?user={user}&pass=pw");
        let store = RedisRuntimeStore::new(&settings(&url, "acl-")).unwrap();
        assert_eq!(kind(&store.resolve(&did(A)).await), reads, "reading with {what}");
        assert_eq!(kind(&store.map_did(&id("oak"), &did(A)).await), writes, "writing with {what}");
        assert_eq!(kind(&store.ping().await), if user == "full" { "ok" } else { "not permitted" }, "{what}");
        let connected = RedisRuntimeStore::connect(&settings(&url, "acl-")).await;
        assert_eq!(
            kind(&connected),
            if user == "blind" { "not permitted" } else { "ok" },
            "connecting with {what}"
        );
        if user == "full" {
            store.list(&veralux_core::port::Page::first(5)).await.unwrap();
            store.rate_counter("acl-").check().await.unwrap();
            let document = Secret::new("oak 2");
            let publication =
                Publication { document: &document, map: &[did(A)], unmap: &[], sequence: Some(7) };
            store.publish(&id("oak"), publication).await.unwrap();
            let now = Instant::from_micros(0);
            assert_eq!(store.rate_counter("acl-").count(&[1; 32], 1_000_000, now).await.unwrap().used, 1);
        }
    }
}

#[test]
fn urls_and_prefixes_that_cannot_be_used() {
    for (url, part, what) in [
        ("", "must be like", "empty"),
        ("localhost:6379", "must be like", "no scheme"),
        ("http://s3cret@localhost", "must be like", "another scheme"),
        ("redis://:s3cret@localhost/first", "names no", "a database that is no number"),
        ("redis://u:p@s3cret/w#rd@localhost", "@ : / ? # % written as", "a password as it is"),
        ("redis://u:s3cret/w@localhost", "@ : / ? # % written as", "a password with a slash"),
        ("redis://:s3cret@localhost?protocol=resp9", "names no", "a protocol that is none"),
        ("rediss://:s3cret@localhost#insecure", "prove", "TLS that believes anybody"),
    ] {
        let error = RedisRuntimeStore::new(&RedisSettings::new(Secret::new(url))).unwrap_err();
        assert!(matches!(error, Error::Invalid(text) if text.contains(part)), "{what}: {error:?}");
        assert!(!shown(&error).contains("s3cret"), "{what}");
    }
    let mut settings = RedisSettings::new(Secret::new("redis://localhost"));
    settings.keys = KeyNames::new("eu:map", "eu", "cap").unwrap();
    let error = RedisRuntimeStore::new(&settings).unwrap_err();
    assert!(matches!(error, Error::Invalid(text) if text.contains("prefix")), "{error:?}");
}
