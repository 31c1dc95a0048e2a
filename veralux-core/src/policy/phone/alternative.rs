//! Numbers that differ in their last digits: "619 555 0144/45", "619 555 0144 / 619 555 0145".

use super::atom::Looks;
use super::window::Window;

/// Signs that stand between two of them.
const SIGNS: &[u8] = b"/&,;|";
/// Most digits of those that take the place of the last ones.
const MOST: usize = 7;
/// Numbers of one subscriber follow each other.
const NEAR: u32 = 20;
/// Digits of the shortest number that is written twice in a row.
const WHOLE: usize = 9;

/// Whether what stands in front of an atom, at a border of a window, divides its number from another one.
pub(super) fn divides(window: &Window<'_, '_>, index: usize) -> bool {
    let joint = window.chain.joint(index);
    let apart = |index| window.chain.joint(index).mark != joint.mark;
    joint.marks == 1
        && joint.words == 0
        && SIGNS.contains(&joint.mark)
        && (window.first + 1..=window.last).all(apart)
        && (is_grouped_alike(window, index) || index > window.last && changes_end(window, index))
}

/// Whether on the other side the groups of another number stand, as large as those of the window.
fn is_grouped_alike(window: &Window<'_, '_>, index: usize) -> bool {
    let &Window { chain, first, last, digits, .. } = window;
    let groups = last + 1 - first;
    let other = if index > last { Some(index) } else { first.checked_sub(groups) };
    let alike = |other: usize| {
        let same = |group: usize| chain.atom(other + group).digits == chain.atom(first + group).digits;
        other + groups <= chain.len() && (0..groups).all(same)
    };
    digits >= WHOLE && other.is_some_and(alike)
}

/// Whether the digits behind are a little more than as many at the end of the window.
fn changes_end(window: &Window<'_, '_>, index: usize) -> bool {
    let &Window { tokens, chain, first, last, .. } = window;
    let next = chain.atom(index);
    let ends = index + 1 == chain.len()
        || !chain.joint(index + 1).is_tight()
        || chain.joint(index + 1).mark == chain.joint(index).mark;
    if !ends || next.looks != Looks::Plain || next.digits > MOST {
        return false;
    }
    let mut digits = String::new();
    (first..=last).for_each(|index| chain.atom(index).write(tokens, &mut digits));
    let tail = digits.len().checked_sub(next.digits).and_then(|from| digits.get(from..)?.parse::<u32>().ok());
    let more = || next.number(tokens)?.checked_sub(tail?);
    more().is_some_and(|more| (1..=NEAR).contains(&more))
}

#[cfg(test)]
mod tests {
    use crate::policy::Detector;

    #[test]
    fn numbers_of_one_subscriber() {
        for (text, spans) in [
            ("the shop is on 619-555-0144/45", vec!["619-555-0144"]),
            ("(619) 555-0144/0145/0146", vec!["(619) 555-0144"]),
            ("020 7946 0144/5", vec!["020 7946 0144"]),
            ("98765 43210 / 43211", vec!["98765 43210"]),
            ("619-555-0144 / 619-555-0187", vec!["619-555-0144", "619-555-0187"]),
            ("9845012345/9845067890", vec!["9845012345", "9845067890"]),
            ("619 555 0144 & 45", vec!["619 555 0144"]),
            ("6195550144,6195550187", vec!["6195550144", "6195550187"]),
            // The number of an account, and its bank's.
            ("2000145399/0800", vec![]),
            ("19-2000145399/0800", vec![]),
        ] {
            let found = Detector::new().scan(text);
            let got: Vec<Option<&str>> =
                found.iter().map(|found| text.get(found.span.start..found.span.end)).collect();
            assert_eq!(got, spans.into_iter().map(Some).collect::<Vec<_>>(), "{text}");
        }
    }
}
