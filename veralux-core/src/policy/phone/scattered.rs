//! Numbers that are strewn over a message which says how to gather them: "6:46 / 5:55 / 01:72, punch them on a keypad".

use smallvec::SmallVec;

use super::codes::mark_between;
use super::context::{self, Says, calls};
use crate::policy::fold::MONEY;
use crate::policy::lexicon::{Key, Senses, Set, keys};
use crate::policy::token::{Shape, Token, Tokens};

/// Words that say to dial something.
static DIAL: Set = Set::of(keys!(
    "contacts dial dialler dialer dialpad dialled dialling dialing keypad wahlen waehlen marca marcar \
     composez marcalo marcalos marcadlo tusla tuslayin cevir composer digita digitare wykrec wystukaj \
     vytoc toets intoetsen tasti"
));
/// Words that say to read something otherwise than it stands there.
static READ: Set = Set::of(keys!(
    "forget ignore drop strip remove combine backwards reverse stick convert quita quitas junta \
     amounts digits enleve joined merge glue assemble juntas tolga quitando remova retira streiche \
     streichen verwijder usunac убери уберите \
     junte junten weglassen figures sequence commas colons drift wink nudge mirror mirrored reversed flip \
     flipped spiegel enlevez enlever retirez retire virez supprimez plakken plak elkaar junto togli \
     togliete unisci tira tire usun polacz birlestir birlestirin gabung gabungkan"
));
/// Words that say so, or that something is a total: "razem 759".
pub(in crate::policy) static TOGETHER: &[Key] =
    keys!("together zusammen ensemble samen insieme juntos juntas razem dohromady birlikte вместе");

/// How far what is told of a quantity stands from it, in tokens.
const REACH: usize = 24;
/// Fewest groups of digits, and digits, of a number that is read so.
const MIN_ROWS: usize = 3;
const MIN_DIGITS: usize = 9;
/// Most digits of each group, and of those behind the first ones.
const MAX_GROUP: usize = 4;
const MAX_LAST: usize = 6;

/// Most tokens between two prices that are one number.
const MAX_BETWEEN: usize = 5;

/// How far rows of digits of one number stand from each other, and what says how to read them from them, in tokens.
const APART: usize = 40;
const TELLS: usize = 80;
/// Most places of a text that are looked at so.
const MOST: usize = 4;

/// The first token and the last of the digits, and their value.
pub(super) struct Scattered {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) value: String,
}

/// The number that a message holds strewn over its rows of digits, if there are enough of them.
pub(super) fn find(tokens: &Tokens<'_>) -> Option<Scattered> {
    // Most messages hold few digits, which no branch asks.
    let size = |token: &Token| usize::from(token.is_digits()) * token.len();
    if tokens.from(0).iter().map(size).sum::<usize>() < MIN_DIGITS {
        return None;
    }
    let ordinal = |at: usize| tokens.at(at + 1).is_one(ORDINALS);
    let rows: Rows = (0..tokens.len()).filter(|at| tokens.at(*at).is_digits() && !ordinal(*at)).collect();
    among(tokens, &rows)
}

/// What stands against the digits of a place in a row: "1st".
static ORDINALS: &[Key] = keys!("st nd rd th");

/// Where rows of digits stand.
type Rows = SmallVec<[usize; 16]>;

#[inline(never)]
fn among(tokens: &Tokens<'_>, rows: &[usize]) -> Option<Scattered> {
    rows.chunk_by(|one, other| other - one <= APART)
        .filter(|rows| rows.len() >= MIN_ROWS)
        .take(MOST)
        .find_map(|rows| gather(tokens, rows))
        .or_else(|| priced(tokens, rows))
        .or_else(|| counted(tokens, rows))
}

/// How many digits rows have.
fn count(tokens: &Tokens<'_>, rows: &[usize]) -> usize {
    rows.iter().map(|at| tokens.at(*at).len()).sum()
}

/// Whether digits are others from the last to the first: "734", "437".
pub(super) fn is_turned(tokens: &Tokens<'_>, one: usize, other: usize) -> bool {
    let (one, other) = (tokens.at(one), tokens.at(other));
    one.len() > 2
        && tokens.chars(one).rev().eq(tokens.chars(other))
        && !tokens.chars(one).eq(tokens.chars(other))
}

/// The digits of a place as one number, when they are as many as a number has and somebody says how to read them.
fn gather(tokens: &Tokens<'_>, groups: &[usize]) -> Option<Scattered> {
    let count = |groups: &[usize]| count(tokens, groups);
    let first = *groups.first()?;
    // Mobile numbers of Germany are the longest.
    let start = tokens.at(first).start();
    let mobile = ["015", "016", "017", "01:5", "01:6", "01:7"];
    let most =
        if mobile.iter().any(|code| tokens.folded.is(start, start + code.len(), code)) { 12 } else { 11 };
    // "he writes 437 for 734"
    let turned = |pair: &[usize]| match pair {
        [one, other] => is_turned(tokens, *one, *other),
        _ => false,
    };
    if groups.windows(2).any(turned) {
        return None;
    }
    // What is said of the whole stands at the end: "the last 4 digits".
    let mut digits = 0;
    let fits = |at: &&usize| {
        digits += tokens.at(**at).len();
        digits <= most
    };
    let fitting = groups.iter().take_while(fits).count().max(MIN_ROWS);
    // What stands behind "dial it" is none of it.
    let ends = |rows: &[usize]| match rows {
        [one, other] => (one + 1..*other).any(|at| dials_them(tokens, at).is_some()),
        _ => false,
    };
    let enough = |len: &usize| count(groups.get(..*len).unwrap_or_default()) >= MIN_DIGITS;
    let whole = (MIN_ROWS..fitting).filter(enough).find(|len| groups.get(len - 1..=*len).is_some_and(ends));
    let every = groups.len();
    let groups = groups.get(..whole.unwrap_or(fitting))?;
    let last = *groups.last()?;
    let singles = groups.iter().all(|at| tokens.at(*at).len() == 1);
    let all = first.saturating_sub(TELLS)..tokens.len().min(last + TELLS);
    let near = tokens.at(last).end() - tokens.at(first).start() < 160;
    let begins = groups.len() == every && count(groups) >= 10 && begins_as_none(tokens, groups);
    let largest = if begins { MAX_LAST } else { MAX_GROUP };
    let small = near && groups.iter().all(|at| tokens.at(*at).len() <= largest);
    // "the dial goes 1 2 3 4 5 6 7 8 9 10"
    let number = |index: usize| groups.get(index).and_then(|at| tokens.number(tokens.at(*at)));
    if (1..groups.len()).all(|index| number(index) > number(index - 1)) {
        return None;
    }
    if !small || !(MIN_DIGITS..=most).contains(&count(groups)) {
        return None;
    }
    // "punch those in", "márcalo", "faites-le"
    let typed = all.clone().any(|at| dials_them(tokens, at).is_some());
    let dial = typed || all.clone().any(|at| tokens.at(at).is_in(&DIAL));
    let has = |senses: Senses| all.clone().any(|at| tokens.at(at).has(senses));
    let wanted = singles && has(Senses::WANTED);
    let call = has(Senses::CALL.or(Senses::PLATFORM).or(Senses::DIRECT));
    let read = all.clone().any(|at| tells_to_join(tokens, at));
    let denied = all.clone().any(|at| denies(tokens, at));
    let told = (call || begins) && (read || denied);
    // "gate 1: 4402#, gate 2: 9913#, keypad: 5501": each has its own name.
    let named = |at: &&usize| context::before(tokens, **at) == Says::Thing;
    if !(read || call && denied) && groups.iter().filter(named).nth(1).is_some() {
        return None;
    }
    // "3 rooms, 340 cm, 55 kg"
    let zero = groups.iter().any(|at| tokens.at(*at).ch == b'0');
    let amount = |at: &&usize| tokens.at(**at + 1).has(Senses::UNIT);
    if !zero && groups.iter().filter(amount).nth(1).is_some() {
        return None;
    }
    // Nobody has "0 sheep".
    let none = || groups.iter().any(|at| tokens.at(*at).ch == b'0' && tokens.at(at + 1).is_word());
    let few = count(groups) < 10 && !(told || typed || call && singles && none());
    ((dial || told || wanted || call && singles) && !few).then(|| together(tokens, groups))
}

/// The digits of groups as one number.
fn together(tokens: &Tokens<'_>, groups: &[usize]) -> Scattered {
    let value = groups.iter().flat_map(|at| tokens.chars(tokens.at(*at))).map(char::from).collect();
    let place = |at: Option<&usize>| at.copied().unwrap_or_default();
    Scattered { first: place(groups.first()), last: place(groups.last()), value }
}

/// Whether rows of digits begin with a zero, as neither amounts do nor, with what follows it, times: "07-70, 09-00".
fn begins_as_none(tokens: &Tokens<'_>, rows: &[usize]) -> bool {
    let mut digits = rows.iter().flat_map(|at| tokens.chars(tokens.at(*at)));
    let mut next = || digits.next().unwrap_or_default();
    let (zero, _, tens) = (next(), next(), next());
    zero == b'0' && tens > b'5'
}

/// Whether a word says to dial what was given, by itself or with the next one, which is the answer.
pub(in crate::policy) fn dials_them(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let token = tokens.at(at);
    if token.is_in(&DIALS_THEM) {
        return Some(at);
    }
    if !token.is_in(&DIALS) {
        return None;
    }
    // "compose-les"
    let next = at + 1 + usize::from(tokens.at(at + 1).is_mark(b'-'));
    let after = tokens.at(next + 1);
    // "composez le code"
    let article = || tokens.at(next).is_one(ARTICLES) && after.is_word();
    (tokens.at(next).is_in(&THEM) && !after.is_digits() && !article()).then_some(next)
}

/// Words that say to dial something, and those that say it of what was given before.
static DIALS: Set = Set::of(keys!(
    "dial punch tap marca marque marcar faites fais compose composez tape tapez tippe tipp wahl wahle \
     wahlen digita componi disca toets wybierz cevir tusla"
));
static DIALS_THEM: Set =
    Set::of(keys!("marcalo marcalos marcadlo marquelo discalo componilo digitalo наберите наберешь"));
/// Words for what was given, and those of them that are articles too.
pub(in crate::policy) static THEM: Set = Set::of(keys!(
    "em them it those these that this all both alles das es die todo todos eso esto les le la ca tout \
     tous tutto tutti lo li los tudo isso os dit deze alle to hepsini"
));
static ARTICLES: &[Key] = keys!("das die les le la lo li los os alle all this that");

/// Whether a word says to put digits together: "joined", "in that order", "all in a row".
pub(in crate::policy) fn tells_to_join(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    let placed = token.is_one(keys!("order row reihenfolge orden ordre ordine ordem"))
        && tokens.before(at).is_one(keys!("in that this same a dieser ese este cet quest questo nessa"));
    // "key those into your phone"
    let told = token.is_one(keys!("key punch type tap put enter string stick"))
        && tokens.at(at + 1).is_one(keys!("those these them em"));
    // "razem: 759"
    let total = || {
        let next = at + 1 + usize::from(tokens.at(at + 1).is_any_mark(b":="));
        tokens.at(next).is_digits()
    };
    let together = token.is_one(TOGETHER) && !total();
    placed
        || told
        || together
        || token.is_in(&READ)
        || leads_with_zero(tokens, at)
        || token.is_in(&OVER) && (without_signs(tokens, at) || reads_on(tokens, at))
}

/// Words for reading, and for signs between digits.
static OVER: Set = Set::of(keys!(
    "read say treat lies lest lesen lee leelo leedlo lis lisez lire leggi leggili leia lees dots points \
     periods commas colons dashes hyphens slashes spaces decimals letters punkte punkt kommas \
     striche leerzeichen buchstaben puntos comas guiones espacios letras pontos virgulas espacos virgules \
     tirets espaces lettres punti virgole trattini spazi lettere punten streepjes spaties kropek \
     przecinkow kropki przecinki"
));

/// Whether the signs behind a word or in front of it are to be left out: "without the dots", "sin comas", "Kommas weg".
fn without_signs(tokens: &Tokens<'_>, at: usize) -> bool {
    (at.saturating_sub(2)..at).any(|at| tokens.at(at).is_one(WITHOUT)) || tokens.at(at + 1).is_one(GONE)
}

static WITHOUT: &[Key] = keys!("without minus lose skip delete ohne sin sem sans senza zonder bez udan");
static GONE: &[Key] = keys!("weg away off fuera raus eraus via fora");

/// Whether a word says to read on over what stands between: "read them straight across", "read it like a phone number".
pub(in crate::policy) fn reads_on(tokens: &Tokens<'_>, at: usize) -> bool {
    // "say 20 like 30, call me"
    let said = |at: usize| (at + 1..tokens.len()).take_while(|at| tokens.at(*at).is_word());
    let over = |at: usize| {
        let across =
            tokens.at(at).is_one(keys!("across straight aloud suite corrido seguidos hintereinander"));
        let asks = |at: usize| tokens.at(at).has(Senses::CALL.or(Senses::WANTED));
        across || tokens.at(at).is_in(&LIKE) && said(at).take(3).any(asks)
    };
    tokens.at(at).is_in(&OVER) && said(at).take(5).any(over)
}

/// Words that say what something is like.
pub(in crate::policy) static LIKE: Set = Set::of(keys!("like as wie als como comme come jak som gibi как"));

/// "put a zero in front", "mit null davor"
fn leads_with_zero(tokens: &Tokens<'_>, at: usize) -> bool {
    let zero = tokens.at(at).has(Senses::DIGIT) && tokens.at(at).lexeme.value == 0;
    zero && tokens.at(at).len() >= 3
        && (at + 1..at + 3).any(|at| {
            tokens
                .at(at)
                .is_one(keys!("front first before davor vorne vorn devant delante davanti frente ervoor"))
        })
}

/// A number that is written as a quantity: "4,155,550,132 reasons to ring me".
fn counted(tokens: &Tokens<'_>, rows: &[usize]) -> Option<Scattered> {
    let goes_on = |at: usize| mark_between(tokens, at) == Some(b',') && tokens.at(at + 2).len() == 3;
    let first = rows.iter().copied().find(|at| [0, 2, 4].into_iter().all(|step| goes_on(at + step)))?;
    // As it is in the plan of North America, or with the country's code in front; no amount ends in thousands then.
    let lead = |at: usize| tokens.at(at).ch;
    let last = first + 6;
    let fits = tokens.at(first).len() == 1 && lead(first) >= b'2' && lead(first + 4) >= b'2';
    let near = first.saturating_sub(REACH)..last + REACH;
    // "reasons to ring me", not "ring the bell", "call me a nerd"
    let asks = |at: usize| {
        calls(tokens, at)
            && tokens.at(at + 1).is_one(keys!("me us him her them it that mich uns moi nous now number"))
            && !tokens.is(tokens.at(at + 2), "a")
    };
    // "llámame" asks by itself.
    let asked = |at: usize| tokens.at(at).is_one(keys!("llamame llamanos chiamami chiamaci ligame"));
    let told = near
        .into_iter()
        .any(|at| asks(at) || asked(at) || tells_to_join(tokens, at) || tokens.at(at).is_in(&DIAL));
    (fits && !goes_on(last) && told).then(|| together(tokens, &[first, first + 2, first + 4, last]))
}

/// A number whose groups are written as prices or shares, when one begins with a zero, as none does: "$503, $555 and $0126".
fn priced(tokens: &Tokens<'_>, rows: &[usize]) -> Option<Scattered> {
    let is_price = |at: usize| {
        let sign = |token: &Token| token.is_any_mark(&[b'$', MONEY]);
        let share = tokens.is_glued(at + 1) && tokens.at(at + 1).is_mark(b'%');
        tokens.at(at).is_digits() && (sign(tokens.before(at)) || sign(tokens.at(at + 1)) || share)
    };
    // Not the thousands of "1,000,000".
    let begins =
        |at: usize| tokens.at(at).ch == b'0' && tokens.at(at).len() >= if is_price(at) { 3 } else { 4 };
    let links = |at: usize| {
        let token = tokens.at(at);
        token.shape == Shape::Mark || token.has(Senses::FILLER.or(Senses::PART).or(Senses::AND))
    };
    let zero = tokens.from(0).iter().any(|token| token.is_digits() && token.ch == b'0' && token.len() >= 3);
    if !zero || !rows.iter().any(|at| is_price(*at)) {
        return None;
    }
    let mut first = 0;
    while first < tokens.len() {
        let mut groups: Rows = SmallVec::new();
        let mut at = first;
        let mut last = first;
        let mut linked = true;
        while at < tokens.len() && at - last <= MAX_BETWEEN {
            if is_price(at) || !groups.is_empty() && linked && tokens.at(at).is_digits() {
                groups.push(at);
                (last, linked) = (at, true);
            } else if !groups.is_empty() && !links(at) {
                // "small $312, medium $555": what each is the price of may stand between.
                linked = false;
                if !tokens.at(at).is_word() {
                    break;
                }
            }
            at += 1;
        }
        let zero = groups.iter().any(|at| begins(*at));
        if (3..=4).contains(&groups.len()) && (9..=11).contains(&count(tokens, &groups)) && zero {
            return Some(together(tokens, &groups));
        }
        // "£40, 415$555$0132": a price may stand in front.
        first = match groups.get(1) {
            Some(second) if zero && groups.len() <= 5 => *second,
            _ => at.max(first + 1),
        };
    }
    None
}

/// "that isn't a price", "no es el precio": whoever says what digits are not, gives them another meaning.
pub(in crate::policy) fn denies(tokens: &Tokens<'_>, at: usize) -> bool {
    let thing = Senses::THING.or(Senses::MONEY).or(Senses::UNIT).or(Senses::SPOT);
    tokens.at(at).is_one(keys!("not isnt isn arent aren no kein keine pas nao non"))
        && (at + 1..at + 5).any(|next| tokens.at(next).has(thing) || tokens.at(next).is_one(NO_NUMBERS))
        && (at + 1..at + 5).all(|next| !tokens.at(next).is_digits())
}

static NO_NUMBERS: &[Key] =
    keys!("clock time times date dates score scores birthday birthdays address geburtstag fecha adresse");
