//! Groups that say more than their sizes.

use super::context;
use super::shape::{self, Groups};
use super::window::Window;
use crate::policy::lexicon::{Key, keys};
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

/// Eight digits in the groups of Denmark and Norway, "22 33 44 55", "912 34 567". Longer numbers begin so too, which a thread
/// may not take for whole.
pub(super) fn nordic(window: &Window<'_, '_>) -> i32 {
    let plain = window.clothes.plain == window.last + 1 - window.first;
    if plain && matches!(window.groups.sizes(), [2, 2, 2, 2] | [3, 2, 3]) { 14 } else { i32::MIN }
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

/// What has its maker's number on it, and makers of such things.
static PARTS: &[Key] = keys!(
    "filter filters coil coils pad pads disc discs clutch alternator starter injector injectors sensor sensors plug \
     plugs belt gasket thermostat relay fuse valve pump bearing bearings hose radiator wiper wipers blade blades \
     bulb bulbs pcb cartridge toner motor element seal seals caliper rotor rotors battery \
     luftfilter olfilter oelfilter kraftstofffilter zundkerze zuendkerze zundkerzen bremsbelag bremsbelage bremsscheibe \
     bremsscheiben kupplung lichtmaschine anlasser keilriemen zahnriemen dichtung ventil pumpe filtro filtros aceite huile \
     bujia bujias pastillas embrague alternador correa bomba filtre filtres bougie bougies plaquettes embrayage courroie \
     pompe capteur candela candele pastiglie frizione cinghia guarnizione pompa filtr klocki swieca sprzeglo pasek \
     remblokken \
     bosch sachs valeo luk mahle ngk denso brembo bilstein hella skf febi lemforder delphi pierburg vdo textar ferodo \
     kyb beru vaillant siemens makita hilti miele"
);

/// Whether digits directly behind the name of a part or of its maker stand as makers write them and few telephones have them:
/// "coil 0221504470", "Bosch 0 986 494 104".
pub(super) fn is_of_maker(window: &Window<'_, '_>) -> bool {
    let &Window { tokens, chain, first, last, ref groups, .. } = window;
    let head = chain.atom(first).first;
    let digit = |index: usize| tokens.folded.at(tokens.at(head).start() + index);
    // As in the plan of North America.
    let american = |area: usize| digit(area) > b'1' && digit(area + 3) > b'1';
    let written = match *groups.sizes() {
        // Mobile numbers, and those of Paris.
        [10] if window.lead() == b'0' => !matches!(digit(1), b'1' | b'6' | b'7'),
        [10] => !american(0),
        [11] => window.lead() != b'0' && !(window.lead() == b'1' && american(1)),
        [12 | 13] | [1, 3, 3, 3] | [4, 3, 3] => true,
        _ => false,
    };
    let lead = head.wrapping_sub(1 + usize::from(tokens.before(head).is_mark(b':')));
    written
        && window.clothes.plain == last + 1 - first
        && !window.has_plus()
        && tokens.at(lead).is_one(PARTS)
        && !context::calls_after(tokens, window.tail().last)
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
