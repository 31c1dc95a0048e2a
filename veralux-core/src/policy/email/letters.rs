//! Characters of a local part that stand apart or are told one by one: "a n n", "double l", "p for peter".

use super::part::{Part, part};
use crate::policy::fold::LETTER;
use crate::policy::host;
use crate::policy::lexicon::{Senses, keys};
use crate::policy::token::{Gap, Token, Tokens};

/// From so many on single characters are a word.
pub(super) const ROW: usize = 3;
/// Most tokens that are looked at as a word in pieces.
const MAX_ROW: usize = 32;

/// The first token of what stands directly in front of a place, with all characters of a word whose characters stand apart;
/// commas may do so between those that are `told`: "a, n, n".
pub(super) fn whole(tokens: &Tokens<'_>, end: usize, told: bool) -> Option<usize> {
    let first = part(tokens, end)?;
    let row = row(tokens, end, told);
    let commas = (row..end).filter(|at| tokens.at(*at).is_mark(b',')).count();
    // "sue 9 1"
    let count = end >= row + 2
        && (row..end).all(|at| tokens.at(at).is_digits())
        && tokens.before(row).lexeme.senses.is_empty();
    Some(if count || end >= row + ROW + commas { row } else { first })
}

/// Where a word ends whose letters are told once more behind it, up to a place: "lee, that's l e e", "lee (l e e)".
pub(super) fn explained(tokens: &Tokens<'_>, end: usize) -> Option<usize> {
    let bracket = usize::from(tokens.before(end).is_mark(b')'));
    let last = end - bracket;
    let first = row(tokens, last, true);
    let mut word = first.checked_sub(1)?;
    while tokens.at(word).is_any_mark(b",'(-")
        || tokens.at(word).is_one(keys!("that thats s spelt spelled as is"))
    {
        word = word.checked_sub(1)?;
    }
    let told = (first..last).filter(|at| !tokens.at(*at).is_mark(b',')).map(|at| tokens.at(at).ch);
    tokens.chars(tokens.at(word)).eq(told).then_some(word + 1)
}

/// Where single characters begin that stand apart in front of a place, perhaps with commas between them.
fn row(tokens: &Tokens<'_>, end: usize, commas: bool) -> usize {
    let mut first = end;
    let apart = |first: usize| first == end || tokens.at(first).gap == Gap::Space;
    let comma = |first: usize| commas && tokens.before(first).is_mark(b',');
    while let Some(at) =
        character(tokens, first - usize::from(comma(first))).filter(|at| end - at <= MAX_ROW && apart(first))
    {
        first = at;
    }
    // "escribe a m a x arroba", "é m a x arroba"
    let lead = tokens.before(first);
    let leads = tokens.at(first).is_one(keys!("a i y o e"))
        && (lead.has(Senses::REACH.or(Senses::MAIL).or(Senses::CALL).or(Senses::ELSE))
            || !tokens.original(tokens.span(first, first)).is_ascii());
    // What is glued to a mark is no character by itself.
    let glued = first < end && tokens.is_glued(first) && !tokens.before(first).is_any_mark(b":([");
    first + usize::from((leads && end > first + ROW) || glued)
}

/// Where the character begins that is told in front of a place.
fn character(tokens: &Tokens<'_>, end: usize) -> Option<usize> {
    let single =
        |at: usize| (tokens.at(at).is_word() || tokens.at(at).is_digits()) && tokens.at(at).len() == 1;
    let last = end.checked_sub(1)?;
    if single(last) {
        let times = last.checked_sub(1).filter(|at| times(tokens, *at).is_some());
        return times.or(Some(last));
    }
    // "p for peter", "m as in mary"
    let letter = (2..=3).filter_map(|back| last.checked_sub(back)).find(|at| single(*at))?;
    (example(tokens, letter)? == last).then_some(letter)
}

/// How often the letter behind a token is written: "double l".
fn times(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let token = tokens.at(at);
    token.has(Senses::TIMES).then(|| usize::from(token.lexeme.value))
}

/// The last token of the word that tells the letter at a token from others.
fn example(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let link = tokens.at(at + 1);
    let word = if tokens.is(link, "as") {
        at + 3
    } else if link.is_one(keys!("for like wie come como comme de von z")) {
        at + 2
    } else {
        return None;
    };
    (tokens.at(word).ch == tokens.at(at).ch).then_some(word)
}

/// What a token adds to a local part from `first` on in which characters are told one by one; none where it is no such word.
pub(super) fn spelt(tokens: &Tokens<'_>, first: usize, at: usize) -> Option<impl Iterator<Item = char>> {
    let letter = char::from(tokens.at(at).ch);
    let many = |count: usize, letter: char| Some(std::iter::repeat_n(letter, count));
    let next = tokens.at(at + 1);
    if let Some(count) = times(tokens, at).filter(|_| next.len() == 1) {
        let next = char::from(next.ch);
        // "double u"
        return if next == 'u' { many(1, 'w') } else { many(count, next) };
    }
    if at > first && tokens.at(at).len() == 1 && times(tokens, at - 1).is_some() {
        return many(0, letter);
    }
    let told = (2..=3).filter_map(|back| at.checked_sub(back)).chain(at.checked_sub(1));
    told.filter(|letter| tokens.at(*letter).len() == 1)
        .filter_map(|letter| example(tokens, letter))
        .any(|last| at <= last)
        .then(|| many(0, letter))
        .flatten()
}

/// Appends a part, its words for signs and numbers as what they stand for: not those of one that is `written` as it is.
pub(super) fn spell(tokens: &Tokens<'_>, part: &Part, written: bool, single: bool, local: &mut String) {
    for at in part.first..part.end {
        let token = tokens.at(at);
        let is_sign = |token: &Token| token.has(Senses::DOT.or(Senses::JOINT));
        if let Some(apart) = spelt(tokens, part.first, at) {
            local.extend(apart);
        } else if !written && token.has(Senses::DOT) {
            local.push('.');
        } else if !written && token.has(Senses::JOINT) {
            local.push(char::from(u8::try_from(token.lexeme.value).unwrap_or(b'_')));
        } else if token.has(Senses::DIGIT.or(Senses::TENS)) && !token.has(Senses::WEAK) && !single && !written
        {
            // "ninety two"
            let value = token.lexeme.value;
            let tens = value.is_multiple_of(10) && (1..10).contains(&tokens.at(at + 1).lexeme.value);
            local.push_str(&(if tens { value / 10 } else { value }).to_string());
        } else if token.ch == LETTER {
            tokens.spell(token, local);
        } else if !written
            && host::is_twin(token)
            && (is_sign(tokens.at(at + 1)) || is_sign(tokens.before(at)))
        {
            // "ann-dot-lee-at"
        } else {
            local.extend(
                tokens
                    .chars(token)
                    .filter(|ch| ch.is_ascii_alphanumeric() || b"._-+%'".contains(ch))
                    .map(char::from),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::tests::assert_spans;

    #[test]
    fn characters_are_told_one_by_one() {
        assert_spans(&[
            (
                "it's p for peter a t e l at hotmail dot com",
                "p for peter a t e l at hotmail dot com",
                "patel@hotmail.com",
            ),
            ("m wie martha a x at gmx punkt de", "m wie martha a x at gmx punkt de", "max@gmx.de"),
            (
                "double l o y d dot double u e b at sky dot com",
                "double l o y d dot double u e b at sky dot com",
                "lloyd.web@sky.com",
            ),
            ("j a double c k at aol dot com", "j a double c k at aol dot com", "jacck@aol.com"),
            (
                "scrivimi a g i u l y punto nails chiocciola gmail punto com",
                "g i u l y punto nails chiocciola gmail punto com",
                "giuly.nails@gmail.com",
            ),
            (
                "k a r i m . elec [chez] free [point] fr",
                "k a r i m . elec [chez] free [point] fr",
                "karim.elec@free.fr",
            ),
            (
                "ann dot lee, spelled l e e, at gmail dot com",
                "ann dot lee, spelled l e e, at gmail dot com",
                "ann.lee@gmail.com",
            ),
            (
                "lee, that's l, e, e, at gmail dot com",
                "lee, that's l, e, e, at gmail dot com",
                "lee@gmail.com",
            ),
            ("text m a r y at outlook dot com", "m a r y at outlook dot com", "mary@outlook.com"),
            ("mail me (j o e at gmail dot com)", "j o e at gmail dot com", "joe@gmail.com"),
            ("lady-dot@gmail.com", "lady-dot@gmail.com", "lady-dot@gmail.com"),
            ("n*i*n*a*@*w*e*b*.*d*e", "n*i*n*a*@*w*e*b*.*d*e", "nina@web.de"),
            (
                "it's t for tango, o, m underscore rivers at outlook dot com",
                "t for tango, o, m underscore rivers at outlook dot com",
                "tom_rivers@outlook.com",
            ),
            (
                "es p de pedro, a, z guion bajo obras arroba gmail punto com",
                "p de pedro, a, z guion bajo obras arroba gmail punto com",
                "paz_obras@gmail.com",
            ),
            ("é b de bola, i, a arroba uol ponto com", "b de bola, i, a arroba uol ponto com", "bia@uol.com"),
            (
                "j, o, a, n, n, e at petalsandco dot com",
                "j, o, a, n, n, e at petalsandco dot com",
                "joanne@petalsandco.com",
            ),
            ("sizes s, m, l, j@gmail.com", "j@gmail.com", "j@gmail.com"),
            ("sizes:\ns\nm\nj@gmail.com", "j@gmail.com", "j@gmail.com"),
            ("room 4b2 a@b.com", "a@b.com", "a@b.com"),
            ("see chatorange.com", "chatorange.com", "chatorange.com"),
        ]);
    }
}
