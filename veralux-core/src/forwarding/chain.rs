//! Forwarding that comes back to where it started.

use std::collections::{BTreeMap, BTreeSet};

use crate::phone::E164;

/// Numbers that forward to each other in a circle.
///
/// Its message shows the numbers masked, since it may reach a log; [`Loop::cycle`] has them whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("calls would go round in a circle: {}", self.shown())]
pub struct Loop {
    cycle: Vec<E164>,
}

impl Loop {
    /// The numbers in the order a call visits them; the last forwards to the first.
    pub fn cycle(&self) -> &[E164] {
        &self.cycle
    }

    fn shown(&self) -> String {
        let numbers = self.cycle.iter().chain(self.cycle.first());
        numbers.map(E164::masked).collect::<Vec<_>>().join(" -> ")
    }
}

/// Refuses forwarding that leads back: `edges` says which number hands calls to which (SIM to DID, DID to transfer
/// target, that one's own forwarding). One number may hand calls to many.
///
/// ```
/// use veralux_core::forwarding::check_loop;
/// use veralux_core::phone::E164;
/// let [sim, did] = ["+14155550123", "+15550109999"].map(|text| E164::parse(text).unwrap());
/// assert!(check_loop(&[(sim, did)]).is_ok());
/// let refused = check_loop(&[(sim, did), (did, sim)]).unwrap_err();
/// assert_eq!(refused.cycle(), [sim, did]);
/// ```
///
/// # Errors
/// [`Loop`] with one cycle: the first that is met, going from the edges in their order.
pub fn check_loop(edges: &[(E164, E164)]) -> Result<(), Loop> {
    let mut after: BTreeMap<E164, Vec<E164>> = BTreeMap::new();
    for (from, to) in edges {
        after.entry(*from).or_default().push(*to);
    }
    let mut done = BTreeSet::new();
    edges.iter().try_for_each(|(start, _)| walk(*start, &after, &mut done))
}

/// Visits everything behind `start` that was not visited, without recursion: a chain may be long.
fn walk(start: E164, after: &BTreeMap<E164, Vec<E164>>, done: &mut BTreeSet<E164>) -> Result<(), Loop> {
    if done.contains(&start) {
        return Ok(());
    }
    let targets = |number: E164| after.get(&number).map_or(&[][..], Vec::as_slice).iter();
    // The way from `start` to where we are, each number with what it still has to try.
    let mut path = vec![(start, targets(start))];
    let mut on_path = BTreeSet::from([start]);
    while let Some((number, open)) = path.last_mut() {
        match open.next() {
            Some(next) if on_path.contains(next) => {
                let cycle = path.iter().map(|(number, _)| *number).skip_while(|number| number != next);
                return Err(Loop { cycle: cycle.collect() });
            }
            Some(next) if done.contains(next) => {}
            Some(next) => {
                on_path.insert(*next);
                path.push((*next, targets(*next)));
            }
            None => {
                on_path.remove(number);
                done.insert(*number);
                path.pop();
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(index: u32) -> E164 {
        E164::parse(&format!("+1{index:07}")).unwrap()
    }

    #[test]
    fn circles_are_found_and_named() {
        for (what, edges, expected) in [
            ("nothing", vec![], None),
            ("sim to did to target", vec![(1, 2), (2, 3)], None),
            ("two ways to one place", vec![(1, 2), (1, 3), (2, 4), (3, 4)], None),
            ("to itself", vec![(1, 1)], Some(vec![1])),
            ("back to the sim", vec![(1, 2), (2, 1)], Some(vec![1, 2])),
            ("over a transfer target", vec![(1, 2), (2, 3), (3, 1)], Some(vec![1, 2, 3])),
            ("behind the start", vec![(1, 2), (2, 3), (3, 2)], Some(vec![2, 3])),
            ("the second way", vec![(1, 2), (1, 3), (3, 1)], Some(vec![1, 3])),
        ] {
            let edges: Vec<_> = edges.into_iter().map(|(from, to)| (number(from), number(to))).collect();
            let found = check_loop(&edges).err().map(|found| found.cycle().to_vec());
            assert_eq!(found, expected.map(|cycle| cycle.into_iter().map(number).collect()), "{what}");
        }
    }

    #[test]
    fn a_message_shows_no_number() {
        let refused = check_loop(&[(number(1), number(2)), (number(2), number(1))]).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "calls would go round in a circle: +******01 -> +******02 -> +******01"
        );
    }

    proptest::proptest! {
        /// A loop is reported exactly when some number reaches itself.
        #[test]
        fn agrees_with_reachability(pairs in proptest::collection::vec((0_u32..8, 0_u32..8), 0..14)) {
            let edges: Vec<_> = pairs.iter().map(|(from, to)| (number(*from), number(*to))).collect();
            let mut reach = [[false; 8]; 8];
            for (from, to) in &pairs {
                reach[*from as usize][*to as usize] = true;
            }
            for middle in 0..8 {
                for from in 0..8 {
                    for to in 0..8 {
                        reach[from][to] |= reach[from][middle] && reach[middle][to];
                    }
                }
            }
            let circular = (0..8).any(|at| reach[at][at]);
            let found = check_loop(&edges);
            proptest::prop_assert_eq!(found.is_err(), circular);
            if let Err(found) = found {
                let cycle = found.cycle();
                for (index, from) in cycle.iter().enumerate() {
                    proptest::prop_assert!(edges.contains(&(*from, cycle[(index + 1) % cycle.len()])));
                }
            }
        }
    }
}
