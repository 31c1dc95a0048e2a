//! Groups that say more than their sizes.

use super::shape::{self, Groups};
use super::window::Window;
use crate::policy::token::{Gap, Tokens};

/// Single digits at one space between others that are not.
pub(super) fn spelled_out(window: &Window<'_, '_>) -> i32 {
    let &Window { chain, first, last, digits, ref groups, .. } = window;
    let mixed = last > first + 3 && groups.sizes().contains(&1);
    if mixed { Groups::spelled_out(chain, first, last).points(digits).min(20) } else { i32::MIN }
}

/// Whether a text is digits as mobile numbers of Spain stand, and nothing else: "633 08 51 27". Beside words they are
/// measures and hours as well.
pub(super) fn iberian(window: &Window<'_, '_>) -> bool {
    matches!(window.lead(), b'6' | b'7') && window.groups.sizes() == [3, 2, 2, 2] && window.is_whole()
}

/// The groups in front of the only hyphen, behind which the extension of a house stands: "089/54 71 83-0".
pub(super) fn switchboard(window: &Window<'_, '_>) -> i32 {
    let &Window { chain, first, last, ref groups, .. } = window;
    let mark = |index: usize| chain.joint(index).mark == b'-';
    let plain = window.clothes.plain == last + 1 - first;
    let extended =
        plain && last > first + 1 && chain.atom(last).digits <= 3 && mark(last) && window.lead() == b'0';
    let Some((_, house)) = groups.sizes().split_last().filter(|_| extended) else { return i32::MIN };
    let digits = house.iter().map(|size| usize::from(*size)).sum();
    if (first + 1..last).any(mark) { i32::MIN } else { shape::points(house, digits) }
}

/// Whether the letter behind groups makes them the number of a part: "06L-115-562-B", "03L 903 315 C".
#[inline]
pub(super) fn names_part(window: &Window<'_, '_>) -> bool {
    let next = window.tail().last + 1;
    let dressed = window.clothes.leet == 1 && window.digits == 9;
    (dressed || window.tokens.at(next).is_any_mark(b"-/")) && is_suffix(window.tokens, next)
}

/// Whether a letter, or two behind a mark, stand by themselves.
#[inline(never)]
fn is_suffix(tokens: &Tokens<'_>, next: usize) -> bool {
    let after = tokens.at(next);
    let tied = !after.is_word();
    let letters = tokens.at(next + usize::from(tied));
    let fits = if tied {
        tokens.is_glued(next) && tokens.is_glued(next + 1) && letters.len() <= 2
    } else {
        after.gap == Gap::Space && letters.len() == 1
    };
    fits && tokens.is_upper(letters.start())
}
