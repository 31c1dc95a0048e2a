//! The port: as many connections as are allowed, each of which must say before long what it wants.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::sleep;
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

/// What connections may take of the server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Connections at the same time; others wait in the system's queue until one ends.
    pub(crate) connections: usize,
    /// Longest time until a request has come with its headers, counted from the beginning of a connection or the answer before,
    /// and longest time in which nothing of an answer is taken.
    pub(crate) idle: Duration,
}

/// Longest request line with all headers, in bytes.
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// Until connections are taken again after the system had no more descriptors.
const BREATH: Duration = Duration::from_millis(100);

/// Answers until it is told to stop; what it returns waits for the requests that are under way then.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) -> GracefulShutdown {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.idle).max_buf_size(MAX_HEAD_BYTES);
    let under_way = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut stop = std::pin::pin!(stop);
    loop {
        let next = async { (places.clone().acquire_owned().await, listener.accept().await) };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = &mut stop => return under_way,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                if !is_of_one_connection(&error) {
                    tracing::error!(%error, "connections cannot be taken; trying again");
                    sleep(BREATH).await;
                }
                continue;
            }
        };
        let answers = TowerToHyperService::new(answers(router.clone(), address));
        let stream = TokioIo::new(Box::pin(prepared(stream, limits)));
        let connection = under_way.watch(http.serve_connection(stream, answers));
        tokio::spawn(async move {
            // Whoever breaks off or says nothing for too long wants no answer.
            let _ = connection.await;
            drop(place);
        });
    }
}

/// The router for one connection: it knows whose.
fn answers(
    router: Router,
    address: SocketAddr,
) -> impl tower::Service<Request<Incoming>, Response = axum::response::Response, Error = Infallible, Future: Send>
+ Clone {
    router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(address));
        request
    })
}

fn prepared(stream: TcpStream, limits: Limits) -> TimeoutStream<TcpStream> {
    // An answer is one small packet; waiting to fill it would cost 40 ms.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.idle));
    stream
}

/// Whether a connection broke before it was taken, which says nothing about the next one.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
