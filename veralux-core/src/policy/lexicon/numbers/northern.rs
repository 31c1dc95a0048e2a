//! Number words of Scandinavian languages and Finnish.

use crate::policy::lexicon::Senses as S;
use crate::policy::lexicon::Valued as V;

const DIGIT: S = S::DIGIT.or(S::LOCAL);
const TENS: S = S::TENS.or(S::LOCAL);
const POWER: S = S::POWER.or(S::LOCAL);
/// By itself a hundred, too.
const HUNDRED: S = POWER.or(S::TENS);

pub(in crate::policy::lexicon) static ROWS: &[V] = &[
    // Swedish, Danish and Norwegian.
    V(DIGIT, 0, "noll"),
    V(DIGIT, 1, "ett"),
    V(DIGIT, 2, "tva"),
    V(DIGIT, 4, "fyra"),
    V(DIGIT, 5, "fem"),
    V(DIGIT, 6, "seks"),
    V(DIGIT, 7, "sju syv"),
    V(DIGIT, 8, "atta atte otte"),
    V(DIGIT, 9, "nio"),
    V(TENS, 11, "elva elleve"),
    V(TENS, 12, "tolv"),
    V(TENS, 13, "tretton tretten"),
    V(TENS, 14, "fjorton fjorten"),
    V(TENS, 15, "femton femten"),
    V(TENS, 16, "sexton seksten"),
    V(TENS, 17, "sjutton sytten"),
    V(TENS, 18, "arton"),
    V(TENS, 19, "nitton nitten"),
    V(TENS, 20, "tjugo tjue tyve"),
    V(TENS, 30, "trettio tretti tredive"),
    V(TENS, 40, "fyrtio fyrre"),
    V(TENS, 50, "femtio femti halvtreds"),
    V(TENS, 60, "sextio seksti"),
    V(TENS, 70, "sjuttio sytti halvfjerds"),
    V(TENS, 80, "attio atti"),
    V(TENS, 90, "nittio nitti halvfems"),
    V(HUNDRED, 100, "hundra hundre hundrede"),
    // Finnish and Estonian.
    V(DIGIT, 0, "nolla"),
    V(DIGIT, 1, "yksi yks"),
    V(DIGIT, 2, "kaksi kaks"),
    V(DIGIT, 3, "kolme kolm"),
    V(DIGIT, 4, "nelja neli"),
    V(DIGIT, 5, "viisi viis"),
    V(DIGIT, 6, "kuusi kuus"),
    V(DIGIT, 7, "seitseman seitse"),
    V(DIGIT, 8, "kahdeksan kaheksa"),
    V(DIGIT, 9, "yhdeksan uheksa"),
    V(TENS, 10, "kymmenen"),
    V(POWER, 10, "kymmenta toista"),
    V(HUNDRED, 100, "sata sataa"),
];
