//! What is different where keys are spread over the nodes of a Redis Cluster.

use std::io;
use std::time::Duration;

use redis::cluster::ClusterClient;
use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::{RoutingInfo, SingleNodeRoutingInfo};
use redis::{Cmd, ConnectionAddr, Value};

use super::{Connection, Link, Repeat};
use crate::address;
use crate::error::{Asked, Extent, Failure};
use crate::script::Script;
use crate::value;

/// Hash slots of a cluster (Redis Cluster specification, key distribution model).
const SLOTS: i64 = 16_384;
/// Fewest times that a command is sent again: slots that move answer twice before they settle.
const MIN_RETRIES: u32 = 3;
/// Between two times, in milliseconds.
const RETRY_WAIT: (u64, u64) = (10, 100);

/// A server that holds a part of the keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Node {
    /// The only one.
    Only,
    /// A master of a cluster.
    Master { host: String, port: u16 },
}

impl Node {
    /// Its address as a text, empty for the only one.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Only => String::new(),
            Self::Master { host, port } => format!("{host}:{port}"),
        }
    }
}

impl Link {
    /// The servers that hold all keys between them, in order.
    pub(crate) async fn nodes(&self) -> Asked<Vec<Node>> {
        if !self.is_cluster().await? {
            return Ok(vec![Node::Only]);
        }
        masters(self.ask(redis::cmd("CLUSTER").arg("SLOTS"), Repeat::Freely).await?)
    }

    /// The failure of one key's command, marked as one node's where another node answers. Asks for that only when it has to.
    pub(crate) async fn bounded(&self, failure: Failure) -> Failure {
        if !matches!(self.current().get(), Some(Connection::Cluster(_))) {
            return failure;
        }
        let is_one = match failure.extent() {
            Extent::All => false,
            Extent::OneNode => true,
            // Goes to any node that is known.
            Extent::Unknown => self.ask(redis::cmd("CLUSTER").arg("SLOTS"), Repeat::Freely).await.is_ok(),
        };
        if is_one { Failure::OneNode(Box::new(failure)) } else { failure }
    }

    /// One command to one of them.
    pub(crate) async fn ask_at(&self, node: &Node, command: &Cmd) -> Asked<Value> {
        let Node::Master { host, port } = node else { return self.ask(command, Repeat::Freely).await };
        let asked = self.in_time(async {
            let Connection::Cluster(mut cluster) = self.connected().await? else {
                return Err(Failure::Client("is no cluster any more"));
            };
            let place = SingleNodeRoutingInfo::ByAddress { host: host.clone(), port: *port };
            let answer = cluster.route_command(command.clone(), RoutingInfo::SingleNode(place)).await?;
            // The client hands on what the node refused as if it were an answer.
            Ok(answer.extract_error()?)
        });
        self.noting(asked.await)
    }

    /// One script without keys, by one of them.
    pub(crate) async fn call_at(&self, node: &Node, script: &Script, arguments: &[&str]) -> Asked<Value> {
        const NO_KEYS: &[&str] = &[];
        match self.ask_at(node, &script.by_digest(NO_KEYS, arguments)).await {
            Err(Failure::NoScript) => self.ask_at(node, &script.by_source(NO_KEYS, arguments)).await,
            answer => answer,
        }
    }

    pub(super) async fn connect_cluster(&self) -> Asked<ClusterConnection> {
        if self.addresses.iter().any(|address| matches!(address.addr(), ConnectionAddr::Unix(_))) {
            return Err(Failure::Cluster);
        }
        let patience = self.response_timeout.max(Duration::from_millis(1));
        let mut builder = ClusterClient::builder(self.addresses.clone());
        if self.addresses.iter().any(|address| matches!(address.addr(), ConnectionAddr::TcpTls { .. })) {
            builder = builder.certs(address::certificates(self.root_certificates.as_deref()));
        }
        let client = builder
            .retries(self.retries.max(MIN_RETRIES))
            .min_retry_wait(RETRY_WAIT.0)
            .max_retry_wait(RETRY_WAIT.1)
            .connection_timeout(self.connect_timeout)
            .response_timeout(patience)
            // The limit of the whole is ours.
            .overall_response_timeout(None)
            .build()
            .map_err(|_| Failure::Client("has addresses that contradict each other"))?;
        Ok(client.get_async_connection().await?)
    }
}

/// The masters out of `CLUSTER SLOTS`, which between them must have every slot: else a part of the keys would be overlooked.
fn masters(answer: Value) -> Asked<Vec<Node>> {
    let (mut nodes, mut covered) = (Vec::new(), 0);
    for range in value::list(answer)? {
        let range = value::list(range)?;
        let [start, end, master, ..] = range.as_slice() else { return Err(Failure::Unreadable) };
        covered += value::number(end)? - value::number(start)? + 1;
        let master = value::list(master.clone())?;
        let [host, port, ..] = master.as_slice() else { return Err(Failure::Unreadable) };
        let host = value::text(host.clone())?.filter(|host| !host.is_empty());
        let port = u16::try_from(value::number(port)?).map_err(|_| Failure::Unreadable)?;
        nodes.push(Node::Master { host: host.ok_or(Failure::Client("hides its nodes"))?, port });
    }
    if covered != SLOTS {
        return Err(Failure::Connection(io::ErrorKind::NotConnected));
    }
    nodes.sort();
    nodes.dedup();
    Ok(nodes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: i64, end: i64, host: &str, port: i64) -> Value {
        let master = vec![Value::BulkString(host.into()), Value::Int(port), Value::BulkString("id".into())];
        Value::Array(vec![Value::Int(start), Value::Int(end), Value::Array(master)])
    }

    #[test]
    fn every_slot_has_a_master() {
        let names = |ranges: Vec<Value>| {
            let nodes = masters(Value::Array(ranges)).map_err(|failure| failure.to_string())?;
            Ok::<_, String>(nodes.iter().map(Node::name).collect::<Vec<_>>().join(" "))
        };
        let (a, b) = (range(0, 100, "a", 7000), range(101, 16_383, "b", 7001));
        assert_eq!(names(vec![b.clone(), a.clone()]).unwrap(), "a:7000 b:7001");
        let twice = vec![range(0, 9, "a", 1), range(10, 16_383, "a", 1)];
        assert_eq!(names(twice).unwrap(), "a:1", "one master with two ranges");
        for (ranges, what) in [
            (vec![], "none"),
            (vec![a.clone()], "slots that nobody has"),
            (vec![a.clone(), range(101, 16_383, "", 7001)], "a hidden host"),
            (vec![a, range(101, 16_383, "b", 70_000)], "a port that is none"),
            (vec![Value::Int(1)], "something else"),
        ] {
            assert!(names(ranges).is_err(), "{what}");
        }
    }
}
