//! What goes wrong with Redis, sorted into the port's error.

use std::io;
use std::time::Duration;

use redis::{ErrorKind, RedisError, ServerErrorKind};
use veralux_core::port::{Conflict, Error};

/// Said when the server is part of a cluster that cannot be used as one.
const CLUSTER: &str = "Redis runs in cluster mode behind an address that hides it: the keys of one publish lie in different \
    hash slots, so its nodes must be known; name them by TCP, like redis://a:6379,redis://b:6379";
/// Said when several addresses lead to servers that know nothing of each other.
const NO_CLUSTER: &str =
    "several addresses are for a Redis Cluster, and this Redis is a server of its own; name one";

/// Said when the other side of a TLS connection is not who it should be.
const UNPROVEN: &str = "does not prove who it is: its certificate is for another name, or of an authority that this machine \
    does not believe";

/// Answers of the server after which the same call may succeed, beside those that the crate knows by name.
const PASSING: [&str; 5] = ["OOM", "BUSY", "MISCONF", "NOREPLICAS", "UNBLOCKED"];
/// Those of them, and of the others, that every write gets until somebody mends something: full, a failing disk, a replica.
const UNWRITABLE: [&str; 4] = ["OOM", "MISCONF", "NOREPLICAS", "READONLY"];
/// Answers that refuse the caller, likewise.
const REFUSING: [&str; 4] = ["NOAUTH", "WRONGPASS", "DENIED", "NOPERM"];
/// Those of them that whoever connects gets, and whom they keep out.
const SHUT: [(&str, &str); 3] = [
    ("NOAUTH", "anybody without a password"),
    ("WRONGPASS", "a user of this name and password"),
    ("DENIED", "anybody from another machine (protected mode)"),
];
/// How the details of an `ERR` begin that says that the caller's ACL forbids what a script does.
const REFUSED_IN_SCRIPT: [&str; 2] = ["The user executing the script can't", "ACL failure in script"];
/// Likewise of a `CLUSTERDOWN`, that no node takes anything; else only the slot of this key has nobody.
const WHOLE_CLUSTER: &str = "The cluster is down";
/// Likewise, that too many are connected.
const TOO_MANY: &str = "max number of clients";

/// What a question to Redis comes to.
pub(crate) type Asked<T> = Result<T, Failure>;

/// Why Redis did not do what it was asked.
///
/// INVARIANT: no text in here comes from a value, a key or the URL.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("redis answered {code}{detail}")]
    Answer { code: String, detail: String, sort: Sort },
    #[error("the connection to redis failed: {0}")]
    Connection(io::ErrorKind),
    #[error("the host name of redis is not known")]
    UnknownHost,
    #[error("redis did not answer within {0:?}")]
    Slow(Duration),
    #[error("a key holds something that is not UTF-8 text, or the script answered something else")]
    Unreadable,
    #[error("a DID leads to something that is not a tenant id")]
    NotATenant,
    #[error("redis is part of a cluster")]
    Cluster,
    #[error("a prefix of the keys holds a brace")]
    Braces,
    #[error("redis is not part of a cluster")]
    NoCluster,
    #[error("redis answers, but refused to write a moment ago")]
    Unwritable,
    #[error("what redis holds is another installation's")]
    Anothers,
    #[error("redis does not permit {0}")]
    Lacks(&'static str),
    #[error("the script is not known to redis")]
    NoScript,
    #[error("redis {0}")]
    Client(&'static str),
    /// Of a cluster one node, while another answers.
    #[error("of redis cluster's nodes one is away: {0}")]
    OneNode(Box<Failure>),
}

/// How much of a cluster a failure speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Whatever key is asked for next, it is the same.
    All,
    /// The node answered for itself.
    OneNode,
    /// Nothing came back: one node is away, or all are.
    Unknown,
}

/// What the caller can do about an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    NotPermitted,
    Transient,
    Permanent,
}

impl Failure {
    /// The port's error for something that was being done; `doing` is a gerund.
    pub(crate) fn during(self, doing: &'static str) -> Error {
        match self {
            Self::Cluster => Error::Invalid(CLUSTER),
            Self::NoCluster => Error::Invalid(NO_CLUSTER),
            Self::Braces => Error::Invalid("in a Redis Cluster the prefixes of keys must hold no braces"),
            Self::Lacks(what) => Error::NotPermitted(what),
            Self::Anothers => Conflict::OtherInstallation.into(),
            Self::Answer { sort: Sort::NotPermitted, code, .. } => {
                Error::NotPermitted(kept_out(&code).unwrap_or(doing))
            }
            Self::Answer { sort: Sort::Transient, .. }
            | Self::Connection(_)
            | Self::UnknownHost
            | Self::Slow(_)
            | Self::Unwritable => Error::transient(doing, self),
            Self::OneNode(failure) => Error::transient_here(doing, *failure),
            _ => Error::permanent(doing, self),
        }
    }

    /// How much of a cluster it speaks of.
    pub(crate) fn extent(&self) -> Extent {
        match self {
            Self::Answer { code, detail, .. } if code == "CLUSTERDOWN" && detail.contains(WHOLE_CLUSTER) => {
                Extent::All
            }
            Self::Answer { sort: Sort::Transient, .. } => Extent::OneNode,
            Self::Connection(_) | Self::Slow(_) => Extent::Unknown,
            _ => Extent::All,
        }
    }
}

impl From<RedisError> for Failure {
    fn from(error: RedisError) -> Self {
        match error.kind() {
            ErrorKind::Io if says(&error, "invalid peer certificate") => Self::Client(UNPROVEN),
            ErrorKind::Io if says(&error, "failed to lookup address") => Self::UnknownHost,
            ErrorKind::Io => Self::Connection(io_kind(&error)),
            ErrorKind::AuthenticationFailed => Self::answer("WRONGPASS", None, Sort::NotPermitted),
            ErrorKind::Parse => Self::Client("answered in another protocol"),
            ErrorKind::RESP3NotSupported => Self::Client("is older than version 6"),
            ErrorKind::Server(ServerErrorKind::NoScript) => Self::NoScript,
            ErrorKind::ClusterConnectionNotFound => Self::Connection(io::ErrorKind::NotConnected),
            ErrorKind::Server(ServerErrorKind::CrossSlot) => Self::Cluster,
            // Slots are on their way to another node, or this one has become part of a cluster.
            ErrorKind::Server(ServerErrorKind::Moved | ServerErrorKind::Ask) => {
                Self::answer("MOVED", None, Sort::Transient)
            }
            ErrorKind::Server(kind) => {
                let code = error.code().unwrap_or("ERR");
                Self::answer(code, error.detail(), sort_known(kind, error.detail()))
            }
            ErrorKind::Extension => {
                let code = error.code().unwrap_or("ERR");
                Self::answer(code, error.detail(), sort_code(code))
            }
            _ => Self::Client("could not be asked"),
        }
    }
}

impl Failure {
    /// Whether Redis takes no writes at all for now.
    pub(crate) fn takes_no_writes(&self) -> bool {
        matches!(self, Self::Answer { code, .. } if UNWRITABLE.contains(&code.as_str()))
    }

    /// Whether the server does not let its caller in at all: what it answers whoever connects, not what it answers a command.
    pub(crate) fn ends_connection(&self) -> bool {
        match self {
            Self::Answer { code, detail, .. } => {
                kept_out(code).is_some() || (code == "ERR" && detail.contains(TOO_MANY))
            }
            Self::Client(_) => true,
            _ => false,
        }
    }

    /// Whether the server closed the connection before it answered.
    pub(crate) fn is_hung_up(&self) -> bool {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
        matches!(self, Self::Connection(BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof))
    }

    /// Whether another server may take whom this one does not: it is away, or busy.
    pub(crate) fn may_be_one_server(&self) -> bool {
        matches!(self, Self::Connection(_) | Self::UnknownHost | Self::Answer { sort: Sort::Transient, .. })
    }

    /// Whether the caller's ACL forbids the command.
    pub(crate) fn is_acl(&self) -> bool {
        matches!(self, Self::Answer { code, .. } if code == "NOPERM")
    }

    fn answer(code: &str, detail: Option<&str>, sort: Sort) -> Self {
        let detail = detail.map(harmless).filter(|detail| !detail.is_empty());
        Self::Answer {
            code: code.to_owned(),
            detail: detail.map_or_else(String::new, |d| format!(": {d}")),
            sort,
        }
    }
}

/// Whom a server lets in no more than others, by its answer.
fn kept_out(code: &str) -> Option<&'static str> {
    SHUT.iter().find(|(answer, _)| *answer == code).map(|(_, whom)| *whom)
}

fn sort_known(kind: ServerErrorKind, detail: Option<&str>) -> Sort {
    match kind {
        ServerErrorKind::NoPerm => Sort::NotPermitted,
        ServerErrorKind::BusyLoading
        | ServerErrorKind::TryAgain
        | ServerErrorKind::ClusterDown
        | ServerErrorKind::MasterDown
        | ServerErrorKind::ReadOnly => Sort::Transient,
        ServerErrorKind::ResponseError => sort_details(detail.unwrap_or_default()),
        _ => Sort::Permanent,
    }
}

fn sort_details(detail: &str) -> Sort {
    match detail {
        _ if detail.starts_with(TOO_MANY) => Sort::Transient,
        _ if REFUSED_IN_SCRIPT.iter().any(|start| detail.starts_with(start)) => Sort::NotPermitted,
        _ => Sort::Permanent,
    }
}

fn sort_code(code: &str) -> Sort {
    match code {
        _ if PASSING.contains(&code) => Sort::Transient,
        _ if REFUSING.contains(&code) => Sort::NotPermitted,
        _ => Sort::Permanent,
    }
}

/// The beginning of the server's own words, up to where it may start to quote arguments of the command.
fn harmless(detail: &str) -> &str {
    let end = detail.find(['\'', '"', '`', '+', ':', '\n']).unwrap_or(detail.len());
    detail.get(..end).unwrap_or_default().trim_end()
}

/// Whether an error of the network is of this sort, which only its words tell: that TLS failed over the certificate, which trying
/// again does not mend, or that nobody knows the host.
fn says(error: &RedisError, words: &str) -> bool {
    // The crate keeps rustls's error behind two others and names neither.
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains(words) {
            return true;
        }
        cause = error.source();
    }
    false
}

fn io_kind(error: &RedisError) -> io::ErrorKind {
    if error.is_connection_refusal() {
        io::ErrorKind::ConnectionRefused
    } else if error.is_timeout() {
        io::ErrorKind::TimedOut
    } else if error.is_connection_dropped() {
        io::ErrorKind::ConnectionAborted
    } else {
        io::ErrorKind::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(answer: &[u8]) -> Error {
        let value = redis::parse_redis_value(answer).unwrap();
        Failure::from(value.extract_error().unwrap_err()).during("testing")
    }

    #[test]
    fn answers_by_what_the_caller_can_do() {
        for (answer, expected, what) in [
            ("-LOADING Redis is loading the dataset in memory", "transient", "starting"),
            ("-OOM command not allowed when used memory > 'maxmemory'.", "transient", "full"),
            (
                "-READONLY You can't write against a read only replica.",
                "transient",
                "a replica, after a failover",
            ),
            ("-TRYAGAIN Multiple keys request during rehashing of slot", "transient", "resharding"),
            ("-MASTERDOWN Link with MASTER is down", "transient", "a replica without its master"),
            ("-BUSY Redis is busy running a script.", "transient", "another's slow script"),
            ("-MISCONF Redis is configured to save RDB snapshots", "transient", "its disk is full"),
            ("-ERR max number of clients reached", "transient", "too many connections"),
            (
                "-WRONGTYPE Operation against a key holding the wrong kind of value",
                "permanent",
                "another type",
            ),
            ("-ERR unknown command 'EVALSHA'", "permanent", "scripts are disabled"),
            ("-NOAUTH Authentication required.", "not permitted", "no password"),
            (
                "-WRONGPASS invalid username-password pair or user is disabled.",
                "not permitted",
                "wrong password",
            ),
            ("-NOPERM this user has no permissions to run the 'set' command", "not permitted", "ACL"),
            (
                "-ERR The user executing the script can't run this command",
                "not permitted",
                "ACL, in a script",
            ),
            ("-ERR ACL failure in script: user u may not", "not permitted", "ACL, in a script, Redis 7.2"),
            ("-DENIED Redis is running in protected mode", "not permitted", "protected mode"),
            ("-MOVED 3999 127.0.0.1:6381", "transient", "slots that move"),
            ("-CROSSSLOT Keys in request don't hash to the same slot", "invalid", "a cluster behind a proxy"),
        ] {
            let got = match sorted(format!("{answer}\r\n").as_bytes()) {
                Error::Transient { .. } => "transient",
                Error::TransientHere { .. } => "transient here",
                Error::Permanent { .. } => "permanent",
                Error::NotPermitted(_) => "not permitted",
                Error::Invalid(_) => "invalid",
                Error::Conflict(_) => "conflict",
            };
            assert_eq!(got, expected, "{what}");
        }
    }

    #[test]
    fn the_servers_words_without_what_it_quotes() {
        let error = sorted(
            b"-ERR unknown command 'EVALSHA', with args beginning with: 'tenantmap:did:+14155550123'\r\n",
        );
        let source = std::error::Error::source(&error).unwrap();
        assert_eq!(source.to_string(), "redis answered ERR: unknown command");
        assert!(!format!("{error:?}").contains("555"));
    }

    #[test]
    fn one_node_of_a_cluster_or_all() {
        for (answer, expected, what) in [
            ("-CLUSTERDOWN The cluster is down", Extent::All, "every slot must be served"),
            (
                "-CLUSTERDOWN The cluster is down and only accepts read commands",
                Extent::All,
                "the lesser part of it",
            ),
            ("-CLUSTERDOWN Hash slot not served", Extent::OneNode, "others' slots are"),
            ("-OOM command not allowed when used memory > 'maxmemory'.", Extent::OneNode, "full"),
            ("-LOADING Redis is loading the dataset in memory", Extent::OneNode, "starting"),
            ("-NOAUTH Authentication required.", Extent::All, "no password"),
        ] {
            let value = redis::parse_redis_value(format!("{answer}\r\n").as_bytes()).unwrap();
            assert_eq!(Failure::from(value.extract_error().unwrap_err()).extent(), expected, "{what}");
        }
        assert_eq!(Failure::Slow(Duration::ZERO).extent(), Extent::Unknown);
        let away = Failure::OneNode(Box::new(Failure::Connection(io::ErrorKind::ConnectionRefused)));
        assert!(matches!(away.during("testing"), Error::TransientHere { .. }));
    }

    #[test]
    fn what_keeps_a_caller_out_and_what_only_a_command() {
        for (answer, out) in [
            ("-NOAUTH Authentication required.", true),
            ("-WRONGPASS invalid username-password pair or user is disabled.", true),
            ("-ERR max number of clients reached", true),
            ("-NOPERM this user has no permissions to run the 'set' command", false),
            ("-ERR ACL failure in script: user u may not", false),
            ("-OOM command not allowed when used memory > 'maxmemory'.", false),
            ("-WRONGTYPE Operation against a key holding the wrong kind of value", false),
        ] {
            let value = redis::parse_redis_value(format!("{answer}\r\n").as_bytes()).unwrap();
            let failure = Failure::from(value.extract_error().unwrap_err());
            assert_eq!(failure.ends_connection(), out, "{answer}");
            let busy = ["max number of clients", "OOM"].iter().any(|why| answer.contains(why));
            assert_eq!(failure.may_be_one_server(), busy, "{answer}");
        }
    }

    #[test]
    fn a_host_that_nobody_knows_is_called_so() {
        let words = "failed to lookup address information: Name or service not known";
        let failure = Failure::from(RedisError::from(io::Error::other(words)));
        assert_eq!(failure.to_string(), "the host name of redis is not known");
        assert!(matches!(failure.during("testing"), Error::Transient { .. }));
    }

    #[test]
    fn lost_connections_are_transient() {
        for kind in [io::ErrorKind::BrokenPipe, io::ErrorKind::TimedOut, io::ErrorKind::NotFound] {
            let failure = Failure::from(RedisError::from(io::Error::from(kind)));
            assert!(matches!(failure.during("testing"), Error::Transient { .. }), "{kind}");
        }
    }
}
