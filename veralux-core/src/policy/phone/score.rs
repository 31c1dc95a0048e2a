//! The evidence that a window of a chain is a phone number.

use super::MAX_GROUPS;
use super::alternative::divides;
use super::atom::Looks;
use super::codes;
use super::context::{self, Says};
use super::counting::{Numbers, are_marks, counting};
use super::edge;
use super::grouped::{iberian, is_of_maker, names_part, nordic, spelled_out, switchboard};
use super::joint::Link;
use super::label;
use super::prefix::{backwards, begins_free, length, turned};
use super::shape::{self, Clothes, PLAUSIBLE};
use super::window::{Between, Window};
use crate::policy::fold::LETTER;
use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::token::Shape;

/// Words between a number of things and what they are worth.
static RATES: &[Key] = keys!("for to");

/// Evidence from which on a window is a number.
pub(super) const ENOUGH: i32 = 50;
/// The most that the words around a window can add, and its borders.
const MOST_CONTEXT: i32 = 30;
const MOST_BORDERS: i32 = 22;
/// What it adds that somebody says to read a number from its end.
const BACKWARDS: i32 = 24;

/// The evidence that a window is a number.
pub(super) fn points(window: &Window<'_, '_>, numbers: &Numbers) -> i32 {
    if window.is_plain() {
        return points_alone(window);
    }
    let &Window { tokens, chain, first, last, digits, clothes, ref groups, ref between, .. } = window;
    let plus = window.has_plus();
    // In these groups numbers begin with a trunk prefix, or they are names of parts: "7701 207 708".
    let part = groups.sizes() == [4, 3, 3] && !begins_free(window) && !turned(window);
    // "1-844-MAIDS-01"
    let inside = if clothes.keys > 0 { 14 } else { 0 } + length(window, plus) - if part { 8 } else { 0 }
        + form(groups.points(digits), clothes, plus)
            .max(if between.corrected > 0 { PLAUSIBLE } else { i32::MIN })
            .max(if clothes.spoken == 0 { spelled_out(window) } else { i32::MIN })
            .max(switchboard(window))
            .max(nordic(window))
        + disguise(clothes, between.filled)
        + if iberian(window) { 6 } else { 0 }
        + edges(window)
        + joints(window);
    // Most windows of a list are nothing, whatever stands beside them.
    if inside + MOST_BORDERS + MOST_CONTEXT < ENOUGH {
        return inside;
    }
    let inside = inside + borders(window) + counting(window, numbers, plus);
    // "won 4 to 2, ate at 6, then two for one"
    let loose = between.loose > 0;
    let prose = clothes.weak >= 2 && clothes.plain >= 2 && between.filled && loose;
    // "six for two, nine for three": what each is worth.
    let said = |index: usize| chain.atom(index).looks == Looks::Word;
    let rate = |index: &usize| {
        let weak = chain.atom(*index);
        tokens.at(weak.first).is_one(RATES) && said(index + 1)
    };
    let rates = if loose { (first + 1..last).filter(rate).count() } else { 0 };
    // "four nil, five nil": nobody says zero so.
    let nil = |index: &usize| tokens.is(tokens.at(chain.atom(*index).first), "nil");
    let nils = if loose { (first..=last).filter(nil).count().min(2) } else { 0 };
    let inside = inside - if rates >= 2 { 16 } else { 0 } - if nils == 2 { 30 } else { 0 };
    // "read 112 to 140, then 155"
    let long = |index: usize| chain.atom(index).looks == Looks::Plain && chain.atom(index).digits >= 2;
    let range = |index: usize| chain.atom(index).looks == Looks::Weak && long(index - 1) && long(index + 1);
    let range = clothes.weak > 0 && (first + 1..last).any(range);
    let inside = inside - if prose { 20 } else { 0 } - if range { 30 } else { 0 };
    with_context(inside, window, clothes)
}

/// The same of digits that nothing divides: neither words nor clothes nor joints speak for or against them.
pub(super) fn points_alone(window: &Window<'_, '_>) -> i32 {
    let plus = window.has_plus();
    let shape = shape::points(&[u8::try_from(window.digits).unwrap_or(u8::MAX)], window.digits);
    let inside = length(window, plus) + form(shape, Clothes::default(), plus) + borders(window);
    with_context(inside, window, Clothes::default())
}

/// The evidence in a window and around it.
fn with_context(inside: i32, window: &Window<'_, '_>, clothes: Clothes) -> i32 {
    let inside = inside + told_backwards(inside, window, clothes);
    if inside + MOST_CONTEXT < ENOUGH {
        return inside;
    }
    inside + around(window, clothes)
}

/// Whoever says that a number runs backwards has no trunk prefix in front and no usual groups.
fn told_backwards(inside: i32, window: &Window<'_, '_>, clothes: Clothes) -> i32 {
    let doubted =
        (0..ENOUGH).contains(&inside) && window.last - window.first < 4 && clothes.words + clothes.weak == 0;
    if doubted && (10..=12).contains(&window.digits) && backwards(window) {
        BACKWARDS + window.groups.points_backwards()
    } else {
        0
    }
}

fn form(points: i32, clothes: Clothes, plus: bool) -> i32 {
    if clothes.words + clothes.weak > 0 {
        return points.max(10);
    }
    // Behind a plus sign countries group as they like: no usual shape outweighs that it goes on.
    match plus {
        true if points >= 10 => points.max(20),
        true => points.max(4),
        false => points,
    }
}

/// Nobody writes a quantity like this.
fn disguise(clothes: Clothes, filled: bool) -> i32 {
    let count = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let words = if clothes.words >= 3 || clothes.spoken >= 4 {
        8 + 3 * count(clothes.spoken.min(10))
    } else {
        2 * count(clothes.words)
    };
    let sure = clothes.words + clothes.plain + clothes.script + clothes.leet;
    // Everyday words in a row that nothing interrupts are no prose either.
    let prose = clothes.weak > sure && filled && clothes.words < 3;
    // "text ZONE 5512 to 77223"
    let prose = prose
        || (clothes.weak == 1 && clothes.words + clothes.leet + clothes.script == 0 && clothes.plain == 2);
    let weak = if prose { -40 } else { -2 * count(clothes.weak) };
    // "6 uno 2, 34, cinco 6"
    let mixed = if clothes.words >= 2 && clothes.plain >= 2 { 10 } else { 0 };
    let script = if clothes.script > 0 { 24 } else { 0 };
    let leet = if clothes.leet > 0 { 6 + 6 * count(clothes.leet.min(3)) } else { 0 };
    words + weak + mixed + script + leet
}

/// Everyday words at the edge of digits are prose: "to 415 555", "555 0132 for".
fn edges(window: &Window<'_, '_>) -> i32 {
    let &Window { chain, first, last, clothes, ref between, .. } = window;
    if clothes.weak == 0 {
        return 0;
    }
    // "O. Seven. Seven.", each by itself
    let alike = between.kinds == 1;
    // Nobody ends a sentence in "oh" and goes on with "double seven".
    let oh = |index: usize| chain.atom(index).is_zero() && chain.atom(index + 1).is_repeated();
    let weak = |index: usize| chain.atom(index).looks == Looks::Weak && !oh(index);
    let apart = |index: usize| chain.joint(index).stops && !alike || chain.joint(index).link == Link::Filler;
    if last > first && (weak(first) && apart(first + 1) || weak(last) && apart(last)) {
        return -25;
    }
    if clothes.words < 3 && clothes.weak + clothes.words < 7 && (weak(first) || weak(last)) { -25 } else { 0 }
}

/// What divides the groups: uniform and usual is good, strange and uniform is better, a list is bad.
fn joints(window: &Window<'_, '_>) -> i32 {
    let &Window { tokens, chain, first, last, ref groups, ref between, .. } = window;
    let &Between { odd, emoji, lines, loose, sums, parts, words, and, kinds, .. } = between;
    let words = words || window.clothes.weak >= 7;
    // "two two and won three two"
    let mut points = -2 * between.others - 12 * between.prose;
    // Single digits with now this and now that between them are scores and lists.
    if groups.is_single() && kinds > 2 && !words {
        points -= 12;
    }
    // Marks of judges have no zeros.
    let zero = || (first..=last).any(|index| chain.atom(index).lead(tokens) == b'0');
    // "9, 1, 7, 5, 5, 5": one sign all through is no list of amounts.
    let uniform = groups.is_single() && kinds == 1 && matches!(groups.sizes().len(), 10 | 11) && zero();
    // Marks may be any; an area and an exchange of North America begin with 2 to 9.
    let head = chain.atom(first).first;
    let counted = Senses::UNIT.or(Senses::THING);
    let plan = groups.sizes().len() == 10
        && !(head.saturating_sub(4)..head).any(|at| tokens.at(at).has(counted))
        && [first, first + 3].iter().all(|index| chain.atom(*index).lead(tokens) > b'1');
    let loose = match uniform {
        true if plan => 0,
        true => loose.min(2),
        // "O6 ; 33 ; 5l ; 9O": nobody dresses a list.
        false if window.clothes.leet > 1 && kinds == 1 => loose.min(1),
        false => loose,
    };
    // People say numbers in groups, with commas between them.
    let loose = if words { loose.min(1) * 3 } else { loose * 9 };
    // Nobody divides a quantity into single digits.
    let tight = || {
        let tail = chain.atom(last).first;
        tokens.is_glued(tail.wrapping_sub(1))
    };
    let single = match between.first() {
        Some(Link::Usual) if groups.is_single() && kinds == 1 => 14,
        // "6_0_1_4", not "6,0,1,4", which may be marks.
        Some(Link::Odd) if kinds == 1 && groups.is_single() && window.digits > 8 && tight() => {
            if b",;:+*=&".contains(&chain.joint(last).mark) { 0 } else { 6 }
        }
        _ => 0,
    };
    // One group a line, and nothing else.
    let lines = if lines >= 2 && kinds == 1 { 12 } else { 0 };
    // Nobody takes a quantity back.
    let corrected = if between.corrected > 0 { 24 } else { 0 };
    // "oh seven seven oh nine point three eight two"
    let point = if between.points == 1 { -24 } else { 0 };
    let and = if and && !words { -14 } else { 0 };
    let sums = -30 * sums.min(2);
    points
        + and
        + sums
        + point
        + corrected
        + single
        + lines
        + if odd > 0 { 14 } else { 0 }
        + if emoji > 0 { 16 } else { 0 }
        + 9 * parts.min(3)
        - loose
}

/// A number does not begin or end inside something.
fn borders(window: &Window<'_, '_>) -> i32 {
    let &Window { tokens, chain, first, last, digits, clothes, .. } = window;
    let mut points = 0;
    // A whole number in one group does not go on behind a mark.
    let full = |index: usize| first == last && chain.atom(index).digits < 3;
    // An everyday word behind signs is none of them: "[9][2] <- for".
    let prose = |index: usize| clothes.plain > 2 && chain.atom(index).looks == Looks::Weak;
    let outer = |index: usize| {
        let joint = chain.joint(index);
        match joint.link {
            _ if divides(window, index) => 0,
            Link::Odd if prose(index) => 0,
            Link::Glued => -60,
            // "é o (21) 98765-4321"
            Link::Usual
                if chain.atom(index - 1).looks == Looks::Weak
                    && !tokens.is_glued(chain.atom(index - 1).last + 1) =>
            {
                0
            }
            Link::Usual if !joint.loose && full(index) => -8,
            Link::Usual if !joint.loose => -26,
            Link::Odd if !joint.loose => -16,
            Link::Emoji => -16,
            // Who tells a number part by part tells all of it.
            Link::Filler if joint.parts > 0 && !joint.stops => -12,
            Link::Space
                if chain.atom(index).looks != Looks::Weak && chain.atom(index - 1).looks != Looks::Weak =>
            {
                -5
            }
            _ => 0,
        }
    };
    // A row of single digits goes on as it began.
    let goes_on = |index: usize, inner: usize| {
        let same = chain.joint(index).link == chain.joint(inner).link
            && chain.joint(index).mark == chain.joint(inner).mark;
        same && chain.joint(index).link >= Link::Line && chain.atom(index - 1).digits == 1
    };
    if first > 0 {
        points += outer(first) - if goes_on(first, first + 1) { 12 } else { 0 };
    }
    if last + 1 < chain.len() {
        points += outer(last + 1) - if goes_on(last + 1, last) && !prose(last + 1) { 12 } else { 0 };
    }
    // Who says a number in words says all of it.
    let said = |index: usize| chain.atom(index).looks == Looks::Word;
    let word = |index: usize| chain.atom(index).is_word();
    let mut more = 0;
    if word(first) && first > 0 && said(first - 1) {
        more = if chain.joint(first).loose { 5 } else { 14 };
    }
    if word(last) && last + 1 < chain.len() {
        let (this, next) = (chain.atom(last), chain.atom(last + 1));
        let trunk = digits == 10 && window.lead() == b'0';
        more = match next.looks {
            Looks::Word => 14,
            // "oh ... tew ate tree": behind a trunk prefix one more may follow.
            _ if this.looks == Looks::Weak && trunk => 6,
            // "double four, 7"
            Looks::Plain => 5,
            _ => more,
        };
    }
    // "zero for five won.": an everyday word that ends both the row and the sentence belongs to the row.
    let end = chain.len().saturating_sub(1);
    if word(last) && last + 1 == end && chain.atom(end).looks == Looks::Weak {
        let after = tokens.at(chain.atom(end).last + 1);
        let closed = after.shape == Shape::Outside || after.is_any_mark(b".,;!)");
        more = if closed && chain.joint(end).link <= Link::Odd { 18 } else { more };
    }
    points -= more;
    let (head, tail) = (chain.atom(first), chain.atom(last));
    let before = tokens.before(head.first);
    if first == 0
        && tokens.is_glued(head.first)
        && before.is_word()
        && before.ch != LETTER
        && !before.has(Senses::CALL)
    {
        points -= 3;
    }
    let after = tokens.at(tail.last + 1);
    if tokens.is_glued(tail.last + 1) && after.is_word() && after.ch != LETTER && !tail.is_word() {
        points -= 1;
    }
    // Only a number to call has an extension.
    if edge::names_extension(tokens, tail.last) {
        points += 16;
    }
    points -= if names_part(window) { 20 } else { 0 };
    // "(21) 98765-4321"
    let area = before.is_mark(b'(') && tokens.at(head.last + 1).is_mark(b')');
    points += if area { 8 } else { 0 };
    // "Ann: 655 01 23 94"
    if before.is_mark(b':') && first == 0 && !tokens.at(head.first.wrapping_sub(2)).is_digits() {
        points += 6;
    }
    points
}

/// What the words around say.
fn around(window: &Window<'_, '_>, clothes: Clothes) -> i32 {
    let &Window { tokens, chain, first, last, ref groups, ref between, .. } = window;
    let (head, tail) = (chain.atom(first), chain.atom(last));
    // Behind a plain row in front of it a window is not where the cue points.
    let lead = (1..=first).rev().take(MAX_GROUPS).take_while(|index| chain.joint(*index).is_tight()).last();
    let from = lead.map_or(head.first, |index| chain.atom(index - 1).first);
    // What names a paper has no plus, no trunk prefix and no groups of a telephone number.
    let grouped = || groups.points(window.digits) > PLAUSIBLE;
    let begins = || window.lead() == b'0' && tokens.folded.at(window.start() + 1) != b'0';
    let odd = || !window.has_plus() && if window.is_plain() { !begins() } else { !grouped() };
    let said = match context::before(tokens, from) {
        Says::Call => MOST_CONTEXT,
        Says::Thing => -60,
        Says::Nothing | Says::Perhaps | Says::Person if is_of_maker(window) => -60,
        Says::Perhaps => -10,
        // So are the codes of parcels written; with the country's code of North America or Russia a number has eleven digits:
        // "the courier's number is 7781 2290 4415".
        Says::Person if groups.sizes() == [4, 4, 4] && matches!(window.lead(), b'1' | b'7') => 0,
        Says::Person => 16,
        Says::Nothing
            if label::named_behind(tokens, tail.last, odd()) || codes::repeats_code(tokens, head.first) =>
        {
            -60
        }
        Says::Nothing => 0,
    };
    let single = |index: usize| chain.atom(index).digits == 1 || chain.atom(index).is_repeated();
    let counted = || label::is_counted(tokens, head.first, tail.last) || are_marks(window);
    if said <= 0 && (first..=last).all(single) && counted() {
        return -60;
    }
    let after = if context::calls_after(tokens, tail.last) {
        24
    } else if context::calls_next(tokens, tail.last) {
        10
    } else {
        0
    };
    // "starts with 415, then 555"
    let filled = between.parts > 0;
    let part = |at: usize| tokens.at(at).has(Senses::PART);
    let told = filled && (head.first.saturating_sub(3)..head.first).any(part);
    // "Marta 655 208 341"
    let named = matches!(head.lead(tokens), b'6' | b'7')
        && clothes.plain == last + 1
        && matches!(groups.sizes(), [3, 3, 3] | [3, 2, 2, 2])
        && context::is_named(tokens, head.first);
    let more = after.max(if told { 12 } else { 0 }).max(if named { 16 } else { 0 });
    if said >= 0 { said.max(more) } else { said }
}
