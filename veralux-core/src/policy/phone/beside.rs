//! Number words that are everyday words of other languages: they count beside others of their own language only.

use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::token::Tokens;

/// What a number word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// 0 to 9.
    Digit,
    /// 10 to 99, and hundreds that are one word.
    Tens,
    /// Ten, a hundred or a thousand times what stands in front of it.
    Power,
}

/// One number word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    pub(super) kind: Kind,
    pub(super) value: u32,
    /// Whether it is an everyday word as well.
    pub(super) weak: bool,
}

/// A language with such words.
struct Tongue {
    /// Its number words that are nothing else; each has the sense of a local one.
    hosts: &'static [Key],
    /// Its everyday words, and what each stands for.
    names: &'static [Key],
    values: &'static [(Kind, u16)],
}

use Kind::{Digit, Power, Tens};

static TONGUES: &[Tongue] = &[
    // Scandinavian languages.
    Tongue {
        hosts: keys!(
            "noll ett tva fyra fem seks syv sju otte atte atta nio elva elleve tolv tretten tretton \
             fjorten fjorton femten femton seksten sexton sytten sjutton arton nitten nitton tjugo tjue \
             tyve trettio tretti tredive fyrtio fyrre femtio femti halvtreds sextio seksti sjuttio sytti \
             halvfjerds attio atti nittio nitti halvfems"
        ),
        names: keys!("nul null en et to tre fire sex ni ti tio forti tres firs atten"),
        values: &[
            (Digit, 0),
            (Digit, 0),
            (Digit, 1),
            (Digit, 1),
            (Digit, 2),
            (Digit, 3),
            (Digit, 4),
            (Digit, 6),
            (Digit, 9),
            (Tens, 10),
            (Tens, 10),
            (Tens, 40),
            (Tens, 60),
            (Tens, 80),
            (Tens, 18),
        ],
    },
    // Turkish.
    Tongue {
        hosts: keys!(
            "sifir bir iki uc dort alti yedi sekiz dokuz yirmi otuz elli altmis yetmis seksen doksan yuz"
        ),
        names: keys!("on bes kirk"),
        values: &[(Tens, 10), (Digit, 5), (Tens, 40)],
    },
    // Slavic languages.
    Tongue {
        hosts: keys!(
            "nula jedna jeden jedan dva dve dwa dwie tri trzy ctyri styri cetiri cztery piec sest szesc \
             sedm sedem sedam siedem osm osem osam osiem devet devat dziewiec deset desat dziesiec \
             jedenact jedenast dvanact dvanast trinact trinast ctrnact strnast patnact patnast sestnact \
             sestnast sedmnact osmnact dvacet dvadsat tricet tridsat ctyricet styridsat padesat patdesiat \
             sedesat sedmdesat osmdesat devadesat dvadeset trideset cetrdeset pedeset sezdeset sedamdeset \
             osamdeset devedeset jedanaest dvanaest dwadziescia trzydziesci czterdziesci piecdziesiat \
             jedenascie dwanascie odin chetyre pyat shest vosem devyat desyat odinnadtsat dvenadtsat \
             dvadtsat tridtsat sorok"
        ),
        names: keys!("pet pat sto sta ste set sem"),
        values: &[(Digit, 5), (Digit, 5), (Power, 100), (Power, 100), (Power, 100), (Power, 100), (Digit, 7)],
    },
    // Hungarian.
    Tongue {
        hosts: keys!(
            "nulla egy ketto ket harom negy nyolc kilenc tiz husz harminc negyven otven hatvan hetven \
             nyolcvan kilencven tizenegy tizenketto huszonegy"
        ),
        names: keys!("ot hat het"),
        values: &[(Digit, 5), (Digit, 6), (Digit, 7)],
    },
    // Romanian.
    Tongue {
        hosts: keys!(
            "unu doi doua trei patru cinci sase sapte zece unsprezece doisprezece douazeci treizeci \
             patruzeci cincizeci saizeci saptezeci optzeci nouazeci"
        ),
        names: keys!("opt noua"),
        values: &[(Digit, 8), (Digit, 9)],
    },
    // Hindi.
    Tongue {
        hosts: keys!(
            "shunya ek chaar paanch panch chhe cheh chhah saat aath nau dus gyarah barah terah bees \
             pachis tees chalis pachas saath sattar assi nabbe"
        ),
        names: keys!("do teen tin char che sat"),
        values: &[(Digit, 2), (Digit, 3), (Digit, 3), (Digit, 4), (Digit, 6), (Digit, 7)],
    },
];

/// How far others of the language stand, in tokens, and how many of them there are at least.
const NEAR: usize = 6;
const ENOUGH: usize = 2;

/// What an everyday word stands for among the number words of its language.
#[inline(never)]
pub(super) fn word(tokens: &Tokens<'_>, at: usize) -> Option<Word> {
    let key = tokens.at(at).key;
    TONGUES.iter().find_map(|tongue| {
        let place = tongue.names.iter().position(|name| *name == key)?;
        let (kind, value) = *tongue.values.get(place)?;
        let host = |at: usize| tokens.at(at).has(Senses::LOCAL) && tokens.at(at).is_one(tongue.hosts);
        let near = (at.saturating_sub(NEAR)..at).chain(at + 1..=at + NEAR);
        let among = near.filter(|at| host(*at)).take(ENOUGH).count() == ENOUGH;
        let number = |at: usize| {
            let token = tokens.at(at);
            host(at) || token.is_digits() || token.is_one(tongue.names)
        };
        let mark = |at: usize| usize::from(tokens.at(at).is_any_mark(b",-."));
        let before = at.wrapping_sub(1);
        // "șaizeci și opt"
        let joins = |at: usize| usize::from(tokens.at(at).has(Senses::AND));
        let beside =
            number(at + 1 + mark(at + 1)) || number(before.wrapping_sub(mark(before) + joins(before)));
        (among && beside).then_some(Word { kind, value: u32::from(value), weak: false })
    })
}

/// Whether the number word behind an everyday word is of a language in which that is none.
pub(super) fn is_foreign(tokens: &Tokens<'_>, at: usize) -> bool {
    let (key, next) = (tokens.at(at).key, tokens.at(at + 1));
    let knows = |tongue: &Tongue| tongue.names.contains(&key) && next.is_one(tongue.hosts);
    next.has(Senses::LOCAL) && !TONGUES.iter().any(knows)
}

#[cfg(test)]
mod tests {
    use super::TONGUES;
    use crate::policy::lexicon::{Senses, look_up};

    #[test]
    fn the_lexicon_knows_the_words_of_each_language() {
        for tongue in TONGUES {
            assert_eq!(tongue.names.len(), tongue.values.len());
            assert!(tongue.hosts.iter().all(|host| look_up(*host).has(Senses::LOCAL)));
            assert!(tongue.names.iter().all(|name| look_up(*name).has(Senses::BESIDE)));
        }
    }
}
