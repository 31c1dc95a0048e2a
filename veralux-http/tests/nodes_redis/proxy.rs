//! A way to Redis that can fall silent: what is sent goes nowhere, and nobody is told.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use veralux_tests::redis::PrivateRedis;

/// A listening port on 127.0.0.1 whose connections lead to Redis. Its threads end with the process.
pub(crate) struct Proxy {
    /// The URL of Redis, by way of this.
    pub(crate) url: String,
    silent: Arc<AtomicBool>,
}

impl Proxy {
    pub(crate) fn before(redis: &PrivateRedis) -> Self {
        let socket = redis.url().strip_prefix("redis+unix://").unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("redis://{}", listener.local_addr().unwrap());
        let silent = Arc::new(AtomicBool::new(false));
        let shared = silent.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                client.set_nodelay(true).unwrap();
                let Ok(server) = UnixStream::connect(&socket) else { continue };
                let line = Arc::new(Line { client, server, silent: shared.clone(), torn: false.into() });
                let back = line.clone();
                std::thread::spawn(move || line.carry(&line.client, &line.server));
                std::thread::spawn(move || back.carry(&back.server, &back.client));
            }
        });
        Self { url, silent }
    }

    /// Whether everything is swallowed.
    pub(crate) fn silence(&self, silent: bool) {
        self.silent.store(silent, Ordering::SeqCst);
    }
}

struct Line {
    client: TcpStream,
    server: UnixStream,
    silent: Arc<AtomicBool>,
    /// Something was swallowed: what follows makes no sense, and the connection is cut.
    torn: AtomicBool,
}

impl Line {
    fn carry(&self, mut from: impl Read, mut to: impl Write) {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            if self.silent.load(Ordering::SeqCst) {
                self.torn.store(true, Ordering::SeqCst);
            } else if self.torn.load(Ordering::SeqCst) || to.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
    }
}
