use std::net::TcpListener;

use tempfile::TempDir;
use veralux_core::port::{Error, Publication, RuntimeProjection, RuntimeReader};
use veralux_core::secret::Secret;
use veralux_redis::{RedisRuntimeStore, RedisSettings};
use veralux_tests::redis::{PrivateRedis, RedisOptions};
use veralux_tests::tls::Authority;

use crate::setup::{did, dids, id, shown};

const A: &str = "+14155550101";

/// A server that speaks TLS at a port, certified for a name.
struct Guarded {
    _redis: PrivateRedis,
    _folder: TempDir,
    port: u16,
}

impl Guarded {
    fn start(authority: &Authority, name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        authority.certify(name, folder.path());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let settings = [
            ("tls-port", port.to_string()),
            ("tls-cert-file", file("server.crt")),
            ("tls-key-file", file("server.key")),
            ("tls-ca-cert-file", file("ca.crt")),
            ("tls-auth-clients", "no".to_owned()),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value)).to_vec();
        let options =
            RedisOptions { password: Some("s3cret".to_owned()), settings, ..RedisOptions::default() };
        Self { _redis: PrivateRedis::start(options), _folder: folder, port }
    }

    async fn connect(&self, scheme: &str, root: Option<&Authority>) -> Result<RedisRuntimeStore, Error> {
        let url = format!("{scheme}://:s3cret@localhost:{}", self.port);
        let root_certificates = root.map(|authority| authority.pem().into_bytes());
        let settings = RedisSettings { root_certificates, ..RedisSettings::new(Secret::new(url)) };
        RedisRuntimeStore::connect(&settings).await
    }
}

#[tokio::test]
async fn what_is_published_over_tls_is_found() {
    let authority = Authority::new();
    let server = Guarded::start(&authority, "localhost");
    let store = server.connect("rediss", Some(&authority)).await.unwrap();
    let document = Secret::new("{}");
    let publication = Publication { document: &document, map: &dids(&[A]), unmap: &[], sequence: None };
    store.publish(&id("oak"), publication).await.unwrap();
    assert_eq!(store.resolve(&did(A)).await.unwrap().unwrap().tenant, id("oak"));
}

#[tokio::test]
async fn a_server_that_does_not_prove_who_it_is_is_told_nothing() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let (server, other) =
        (Guarded::start(&authority, "localhost"), Guarded::start(&authority, "elsewhere.example"));
    for (what, server, scheme, root, told) in [
        ("nobody vouches for it", &server, "rediss", None, "does not prove who it is"),
        ("another authority", &server, "rediss", Some(&stranger), "does not prove who it is"),
        ("certified for another name", &other, "rediss", Some(&authority), "does not prove who it is"),
        ("without TLS at its port", &server, "redis", None, "connection aborted"),
    ] {
        let error = server.connect(scheme, root).await.unwrap_err();
        let shown = shown(&error);
        assert!(shown.contains(told) && !shown.contains("s3cret"), "{what}: {shown}");
    }
}

#[test]
fn certificates_that_are_none_are_refused_at_once() {
    let settings = RedisSettings {
        root_certificates: Some(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec()),
        ..RedisSettings::new(Secret::new("rediss://localhost"))
    };
    assert!(matches!(RedisRuntimeStore::new(&settings), Err(Error::Invalid(_))));
}
