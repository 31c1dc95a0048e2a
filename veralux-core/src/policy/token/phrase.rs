//! Signs that several words stand for: "guion bajo", "alt tire", "snabel-a". They become one word, the usual one for the sign,
//! so that the finders need not know how many words a language takes.

use smallvec::SmallVec;

use super::{Gap, INLINE, Shape, Token};
use crate::policy::lexicon::{self, Key, Senses, keys};

/// The words, each in all its forms, and the one that they become.
struct Phrase(&'static [&'static [Key]], Key);

const AT: Key = Key::of_word(b"arroba");
const LOW: Key = Key::of_word(b"underscore");
const DASH: Key = Key::of_word(b"dash");
const SLASH: Key = Key::of_word(b"slash");
const SIX: Key = Key::of_word(b"six");
const EIGHT: Key = Key::of_word(b"huit");

/// Those that begin with the words of longer ones come behind these. The first words are rows of the lexicon; for
/// "at", which is in every other message, the second are.
static PHRASES: &[Phrase] = &[
    Phrase(&[keys!("tiret trattino guion"), keys!("du de in"), keys!("bas basso bajo")], LOW),
    Phrase(
        &[keys!("tiret trattino guion traco barra linha"), keys!("bas basso bajo baja baixo baixa inferior")],
        LOW,
    ),
    // On the keys of a French keyboard: "tiret du 8".
    Phrase(&[keys!("tiret"), keys!("du"), keys!("huit"), keys!("bas")], LOW),
    Phrase(&[keys!("tiret"), keys!("du"), keys!("huit")], LOW),
    Phrase(&[keys!("tiret"), keys!("du"), keys!("six")], DASH),
    Phrase(&[keys!("under"), keys!("score scores skore")], LOW),
    Phrase(&[keys!("alt"), keys!("tire cizgi")], LOW),
    Phrase(&[keys!("garis"), keys!("bawah")], LOW),
    Phrase(&[keys!("linie liniuta"), keys!("de"), keys!("jos")], LOW),
    Phrase(&[keys!("linie liniuta"), keys!("jos")], LOW),
    Phrase(&[keys!("donja donya"), keys!("crta crtica")], LOW),
    Phrase(&[keys!("нижнее нижнє нижний долна"), keys!("подчеркивание підкреслення черта")], LOW),
    Phrase(&[keys!("κάτω"), keys!("παύλα")], LOW),
    Phrase(&[keys!("شرطة"), keys!("سفلية تحتية")], LOW),
    Phrase(&[keys!("קו"), keys!("תחתון")], LOW),
    Phrase(&[keys!("अंडर"), keys!("स्कोर")], LOW),
    Phrase(&[keys!("garis"), keys!("tengah datar hubung")], DASH),
    Phrase(&[keys!("garis"), keys!("miring")], SLASH),
    Phrase(&[keys!("barre barra"), keys!("oblique obliqua oblicua inclinada diagonal")], SLASH),
    Phrase(&[keys!("schuine"), keys!("streep")], SLASH),
    Phrase(&[keys!("egik"), keys!("cizgi")], SLASH),
    Phrase(&[keys!("bara kosa"), keys!("oblica crta")], SLASH),
    Phrase(&[keys!("косая"), keys!("черта")], SLASH),
    Phrase(&[keys!("et at"), keys!("isareti isaretli isaret")], AT),
    Phrase(&[keys!("snabel grisehale apekrull kuyruklu"), keys!("a")], AT),
    Phrase(&[keys!("coada"), keys!("de"), keys!("maimuta")], AT),
    Phrase(&[keys!("aet at et"), keys!("merkki tecken tegn merki")], AT),
    Phrase(&[keys!("majmunsko maymunsko маймунско мајмунско ludo лудо"), keys!("a а")], AT),
];

/// Puts one word in place of those that stand for a sign together; answers with the senses of these.
pub(super) fn close_up(tokens: &mut SmallVec<[Token; INLINE]>) -> Senses {
    let (mut from, mut to, mut senses) = (0, 0, Senses::NONE);
    while let Some(mut token) = tokens.get(from).copied() {
        from += 1;
        if token.has(Senses::PHRASE.or(Senses::AT))
            && let Some((count, key)) = tokens.get(from - 1..).and_then(phrase)
            && let Some(last) = tokens.get(from + count - 2)
        {
            let lexeme = lexicon::look_up(key);
            senses = senses.or(lexeme.senses);
            token = Token { end: last.end, key, lexeme, ..token };
            from += count - 1;
        }
        if let Some(slot) = tokens.get_mut(to) {
            *slot = token;
        }
        to += 1;
    }
    tokens.truncate(to);
    senses
}

/// How many tokens the phrase has that some begin with, and the word that it becomes.
fn phrase(tokens: &[Token]) -> Option<(usize, Key)> {
    PHRASES.iter().find_map(|Phrase(parts, sign)| Some((length(tokens, parts)?, *sign)))
}

fn length(tokens: &[Token], parts: &[&[Key]]) -> Option<usize> {
    let mut at = 0;
    for (nth, part) in parts.iter().enumerate() {
        // "snabel-a"
        let mark = tokens.get(at)?;
        let joined = nth > 0 && mark.is_mark(b'-') && mark.gap == Gap::None;
        at += usize::from(joined);
        let token = tokens.get(at)?;
        let near = nth == 0 || token.gap == if joined { Gap::None } else { Gap::Space };
        let word = match (token.shape, token.ch, token.len()) {
            (Shape::Word, ..) => token.key,
            (Shape::Digits, b'8', 1) => EIGHT,
            (Shape::Digits, b'6', 1) => SIX,
            _ => Key::NONE,
        };
        if !near || !part.contains(&word) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::token::{Room, Tokens};

    #[test]
    fn several_words_become_a_sign() {
        for (text, count) in [
            ("ann guion bajo lee", 3),
            ("ann tiret du bas lee", 3),
            ("ann alt tire lee et işareti b", 5),
            ("ann snabel-a b", 3),
            ("анна нижнее подчеркивание ли", 3),
            ("ann tiret du 8 lee", 3),
            ("ann under score lee", 3),
            ("le tiret est bas", 4),
            ("guion bajo lee", 2),
            ("snabel-a", 1),
            ("et tu", 2),
            ("et à", 2),
        ] {
            let mut room = Room::new();
            let tokens = Tokens::new(text, &mut room);
            assert_eq!(tokens.len(), count, "{text}");
            let signs = (0..count).filter(|at| tokens.at(*at).has(Senses::JOINT.or(Senses::AT)));
            assert!(count == 2 || signs.count() > 0, "{text}");
        }
    }

    #[test]
    fn phrases_are_known_by_their_words() {
        let senses = |key: &Key| lexicon::look_up(*key).senses.or(lexicon::look_up_foreign(*key).senses);
        for Phrase(parts, _) in PHRASES {
            let all = |part: Option<&&[Key]>| {
                part.is_some_and(|part| part.iter().all(|key| senses(key).has(Senses::PHRASE)))
            };
            let first = parts
                .first()
                .is_some_and(|part| part.iter().all(|key| senses(key).has(Senses::PHRASE.or(Senses::AT))));
            // An everyday word that begins one is looked at when the other is there.
            assert!(all(parts.first()) || first && all(parts.get(1)), "{parts:?}");
        }
        for Phrase(_, sign) in PHRASES {
            assert!(lexicon::look_up(*sign).has(Senses::AT.or(Senses::JOINT).or(Senses::SLASH)));
        }
    }
}
