//! A way to PostgreSQL that can fall silent, so that what is sent goes nowhere and nobody is told, and that can be cut when a message
//! has been committed and before anybody hears of it.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a listener's connection is known by.
const LISTEN: &[u8] = b"LISTEN ";

/// A listening port on 127.0.0.1 whose connections lead to PostgreSQL. Its threads end with the process.
pub(crate) struct Proxy {
    /// The URL of PostgreSQL, by way of this.
    pub(crate) url: String,
    faults: Arc<Faults>,
}

#[derive(Default)]
struct Faults {
    /// What comes from and for listeners is swallowed.
    silent: AtomicBool,
    /// The next commit of a message is made, and its answer swallowed.
    cuts_a_commit: AtomicBool,
}

impl Proxy {
    /// In front of the server of a URL `postgresql://role@127.0.0.1:port/database`.
    pub(crate) fn before(url: &str) -> Self {
        let (head, rest) = url.split_once('@').unwrap();
        let (server, database) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("{head}@{}/{database}", listener.local_addr().unwrap());
        let faults = Arc::new(Faults::default());
        let (server, shared) = (server.to_owned(), faults.clone());
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if let Ok(server) = TcpStream::connect(&server) {
                    forward(client, server, &shared);
                }
            }
        });
        Self { url, faults }
    }

    /// Whether what comes from and for listeners is swallowed.
    pub(crate) fn silence_listeners(&self, silent: bool) {
        self.faults.silent.store(silent, Ordering::SeqCst);
    }

    /// The next commit of a message is made, and nobody hears of it.
    pub(crate) fn cut_a_commit(&self) {
        self.faults.cuts_a_commit.store(true, Ordering::SeqCst);
    }
}

fn forward(client: TcpStream, server: TcpStream, faults: &Arc<Faults>) {
    for stream in [&client, &server] {
        stream.set_nodelay(true).unwrap();
    }
    let line = Arc::new(Line::default());
    let (client_again, server_again) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    for (from, to) in [(client, server), (server_again, client_again)] {
        let (faults, line) = (faults.clone(), line.clone());
        std::thread::spawn(move || line.carry(from, to, &faults));
    }
}

#[derive(Default)]
struct Line {
    listens: AtomicBool,
    /// Something was swallowed: what follows makes no sense, and the connection is cut.
    torn: AtomicBool,
}

impl Line {
    fn carry(&self, mut from: TcpStream, mut to: TcpStream, faults: &Faults) {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            let bytes = &buffer[..length];
            let holds = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
            if holds(LISTEN) {
                self.listens.store(true, Ordering::SeqCst);
            }
            if holds(b"COMMIT") && holds(b"message.") && faults.cuts_a_commit.swap(false, Ordering::SeqCst) {
                to.write_all(bytes).unwrap();
                // The answer finds it so, when the commit is made.
                self.torn.store(true, Ordering::SeqCst);
                continue;
            }
            if faults.silent.load(Ordering::SeqCst) && self.listens.load(Ordering::SeqCst) {
                self.torn.store(true, Ordering::SeqCst);
            } else if self.torn.load(Ordering::SeqCst) || to.write_all(bytes).is_err() {
                break;
            }
        }
        for stream in [&from, &to] {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}
