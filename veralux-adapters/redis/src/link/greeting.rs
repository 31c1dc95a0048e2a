//! What a server says to whoever connects and then hangs up: too many are connected, or it is in protected mode.
//!
//! Who writes at once, as the client does, most often finds the connection closed before it has read why.

use std::io;
use std::time::Duration;

use redis::{ConnectionAddr, ConnectionInfo, RedisError};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::error::Failure;

/// A server that has something to say says it at once.
const PATIENCE: Duration = Duration::from_millis(100);
/// Longer than any such sentence (protected mode's is 1 KB).
const MOST: usize = 4096;

/// What an error comes to: when the server hung up, what it says to whoever connects, if it says anything.
pub(super) async fn or(error: RedisError, address: Option<&ConnectionInfo>) -> Failure {
    let failure = Failure::from(error);
    match address.map(ConnectionInfo::addr) {
        Some(ConnectionAddr::Tcp(host, port)) if failure.is_hung_up() => {
            let heard = timeout(PATIENCE, hear(host, *port)).await;
            heard.ok().and_then(Result::ok).and_then(|heard| said(&heard)).unwrap_or(failure)
        }
        // Over TLS it says so in a session only.
        _ => failure,
    }
}

/// What comes over a new connection until it is closed, or more comes than is of use.
async fn hear(host: &str, port: u16) -> io::Result<Vec<u8>> {
    let stream = TcpStream::connect((host, port)).await?;
    let mut heard = Vec::new();
    stream.take(MOST as u64).read_to_end(&mut heard).await?;
    Ok(heard)
}

fn said(heard: &[u8]) -> Option<Failure> {
    let answer = redis::parse_redis_value(heard).ok()?;
    answer.extract_error().err().map(Failure::from).filter(Failure::ends_connection)
}

#[cfg(test)]
mod tests {
    use redis::{ErrorKind, IntoConnectionInfo as _};
    use tokio::io::AsyncWriteExt as _;
    use tokio::net::TcpListener;

    use super::*;

    /// What becomes of a lost connection to a server that says something to whoever connects, and then hangs up.
    async fn lost(says: &'static str, error: RedisError) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.write_all(says.as_bytes()).await;
            }
        });
        let address = format!("redis://127.0.0.1:{port}").into_connection_info().unwrap();
        or(error, Some(&address)).await.to_string()
    }

    #[tokio::test]
    async fn why_a_server_hung_up() {
        let aborted = || RedisError::from(io::Error::from(io::ErrorKind::ConnectionAborted));
        let full = "-ERR max number of clients reached\r\n";
        for (says, expected) in [
            (full, "redis answered ERR: max number of clients reached"),
            ("-DENIED Redis is running in protected mode because ..\r\n", "redis answered DENIED"),
            ("", "the connection to redis failed: connection aborted"),
            ("-ERR max number of cl", "the connection to redis failed: connection aborted"),
            ("-OOM command not allowed\r\n", "the connection to redis failed: connection aborted"),
            ("+OK\r\n", "the connection to redis failed: connection aborted"),
            ("220 mail.example.org ESMTP\r\n", "the connection to redis failed: connection aborted"),
        ] {
            let got = lost(says, aborted()).await;
            assert!(got.starts_with(expected), "{says:?}: {got}");
        }
        let other = RedisError::from((ErrorKind::Parse, "no Redis"));
        assert_eq!(lost(full, other).await, "redis answered in another protocol", "it did not hang up");
    }
}
