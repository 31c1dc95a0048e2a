//! A private Redis Cluster: masters on ports of 127.0.0.1, each with a third, a quarter, ... of the slots.

use std::net::TcpListener;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::{PrivateRedis, RedisOptions};

const SLOTS: usize = 16_384;
/// Longest time until all nodes know each other; it usually takes a second or two.
const FORMING: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(20);

/// A cluster of one's own, without replicas. It ends when this is dropped, or when the process ends.
#[derive(Debug)]
pub struct PrivateCluster {
    /// Its masters.
    pub nodes: Vec<PrivateRedis>,
    ports: Vec<u16>,
}

impl PrivateCluster {
    /// The cluster that all tests of this process share.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<PrivateCluster> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(3))
    }

    /// Starts so many masters and waits until they agree.
    ///
    /// # Panics
    /// When they do not.
    pub fn start(masters: usize) -> Self {
        let free = free_ports(2 * masters);
        let (ports, buses) = free.split_at(masters);
        let node = |(port, bus): (&u16, &u16)| {
            let settings = [
                ("port", port.to_string()),
                ("cluster-port", bus.to_string()),
                ("bind", "127.0.0.1".to_owned()),
                ("cluster-node-timeout", "1000".to_owned()),
            ];
            let settings = settings.map(|(name, value)| (name.to_owned(), value)).to_vec();
            PrivateRedis::start(RedisOptions { cluster: true, settings, ..RedisOptions::default() })
        };
        let (port, bus) = (ports.first().unwrap(), buses.first().unwrap());
        let meet = format!("CLUSTER MEET 127.0.0.1 {port} {bus}");
        let nodes: Vec<_> = ports.iter().zip(buses).map(node).collect();
        for (index, node) in nodes.iter().enumerate() {
            let (first, behind) = (SLOTS * index / masters, SLOTS * (index + 1) / masters);
            assert_eq!(node.ask(&format!("CLUSTER ADDSLOTSRANGE {first} {}", behind - 1)), "+OK");
            assert_eq!(node.ask(&meet), "+OK");
        }
        let cluster = Self { nodes, ports: ports.to_vec() };
        cluster.wait_until_it_agrees();
        cluster
    }

    /// Its URL: all nodes, separated by commas.
    pub fn url(&self) -> String {
        self.ports.iter().map(|port| format!("redis://127.0.0.1:{port}")).collect::<Vec<_>>().join(",")
    }

    /// The URL of one node.
    pub fn url_of(&self, node: usize) -> String {
        format!("redis://127.0.0.1:{}", self.ports.get(node).unwrap())
    }

    /// Waits until every node finds all slots served and knows all others.
    ///
    /// # Panics
    /// When that takes too long.
    pub fn wait_until_it_agrees(&self) {
        let known = format!("cluster_known_nodes:{}", self.nodes.len());
        let started = Instant::now();
        for node in &self.nodes {
            loop {
                let info = node.ask("CLUSTER INFO");
                if info.contains("cluster_state:ok") && info.contains(&known) {
                    break;
                }
                assert!(started.elapsed() < FORMING, "the cluster did not form: {info}");
                std::thread::sleep(POLL);
            }
        }
    }
}

/// So many ports that nobody listens on. All are held until all are known, so that no two are the same.
fn free_ports(count: usize) -> Vec<u16> {
    let held: Vec<_> = (0..count).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    held.iter().map(|listener| listener.local_addr().unwrap().port()).collect()
}
