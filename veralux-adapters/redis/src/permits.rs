//! Whether the user of the connection may do what is done here, asked before it fails in the middle of a publish.

use crate::error::{Asked, Failure};
use crate::keys::Keys;
use crate::link::{Link, Node};
use crate::script::Scripts;
use crate::value;

/// A command as it would be sent, and what is said when it is not permitted.
pub(crate) struct Need<'a> {
    words: Vec<&'a str>,
    name: &'static str,
}

impl<'a> Need<'a> {
    pub(crate) fn new(name: &'static str, words: &[&'a str]) -> Self {
        Self { words: words.to_vec(), name }
    }
}

/// What a server does with the contract, one key of each sort standing for all of it.
pub(crate) async fn ask_for_contract(link: &Link, node: &Node, scripts: &Scripts, keys: &Keys) -> Asked<()> {
    let samples = keys.samples();
    let mut needs = vec![
        Need::new("`EVALSHA`", &["EVALSHA", "0", "0"]),
        Need::new("`EVAL`", &["EVAL", "", "0"]),
        Need::new("`SCAN`", &["SCAN", "0"]),
        Need::new("`INFO`", &["INFO"]),
    ];
    for key in &samples.contract {
        needs.push(Need::new("`GET` of the contract's keys", &["GET", key]));
        needs.push(Need::new("`MGET` of the contract's keys", &["MGET", key]));
        needs.push(Need::new("`SET` of the contract's keys", &["SET", key, ""]));
        needs.push(Need::new("`DEL` of the contract's keys", &["DEL", key]));
    }
    for key in &samples.beside {
        needs.push(Need::new("`GET` of the keys in braces beside the contract's", &["GET", key]));
        needs.push(Need::new("`SET` of the keys in braces beside the contract's", &["SET", key, ""]));
        needs.push(Need::new("`DEL` of the keys in braces beside the contract's", &["DEL", key]));
    }
    ask(link, node, scripts, &needs).await
}

/// Fails with the first that is not permitted.
pub(crate) async fn ask(link: &Link, node: &Node, scripts: &Scripts, needs: &[Need<'_>]) -> Asked<()> {
    let counts: Vec<String> = needs.iter().map(|need| need.words.len().to_string()).collect();
    let words = needs.iter().zip(&counts);
    let words: Vec<&str> = words
        .flat_map(|(need, count)| [count.as_str()].into_iter().chain(need.words.iter().copied()))
        .collect();
    let lacks = match link.call_at(node, &scripts.permits, &words).await {
        Err(failure) if failure.is_acl() => return Err(Failure::Lacks("`EVAL` and `EVALSHA`")),
        answer => value::number(&answer?)?,
    };
    // From 1; 0 says that nothing is missing.
    let missing = usize::try_from(lacks - 1).ok().and_then(|place| needs.get(place));
    missing.map_or(Ok(()), |need| Err(Failure::Lacks(need.name)))
}
