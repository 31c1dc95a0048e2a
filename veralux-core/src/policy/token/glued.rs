//! Number words without anything between them: "fouronefive", "zweiunddreissig".

use smallvec::SmallVec;

use crate::policy::lexicon::{self, Key, Lexeme, Senses, Spelling};

/// Fewer letters cannot hold two number words.
pub(super) const MIN_LETTERS: usize = 6;
/// From here on other letters may stand in front and behind.
const WITH_OTHERS: usize = 12;
const NUMBER: Senses = Senses::DIGIT.or(Senses::TENS).or(Senses::TIMES).or(Senses::POWER);

/// Whether a word may hold number words in a row: a short one must begin with one.
pub(super) fn may_split(letters: &[u8]) -> bool {
    let places = if letters.len() < WITH_OTHERS { 1 } else { letters.len() };
    let begins = |at: usize| {
        let rest = letters.get(at..).unwrap_or_default();
        let four = rest.first_chunk().copied().map(Spelling::of_four);
        four.is_some_and(lexicon::may_begin_two) && may_begin(rest)
    };
    letters.len() >= MIN_LETTERS && (0..places).any(begins)
}

/// Whether a word holds number words in a row.
pub(in crate::policy) fn splits(letters: &[u8]) -> bool {
    if !may_hold_row(letters) {
        return false;
    }
    let places = Places::of(letters);
    places.whole().is_some()
        || letters.len() >= WITH_OTHERS && (0..letters.len()).any(|at| places.sure(at).is_some())
}

/// Splits a word that holds number words in a row; answers whether it did. Takes time linear in the word.
pub(super) fn split(letters: &[u8], mut push: impl FnMut(usize, usize, Lexeme)) -> bool {
    if !may_hold_row(letters) {
        return false;
    }
    let places = Places::of(letters);
    if let Some(row) = places.whole() {
        places.each(letters, &row, &mut push);
        return true;
    }
    let end = letters.len();
    if end < WITH_OTHERS {
        return false;
    }
    let look_up = |from: usize, to: usize| lexicon::look_up(Key::at(letters, from, to));
    let (mut from, mut at, mut any) = (0, 0, false);
    while at < end {
        let Some(row) = places.sure(at) else {
            at += 1;
            continue;
        };
        if at > from {
            push(from, at, look_up(from, at));
        }
        places.each(letters, &row, &mut push);
        (from, at, any) = (row.end, row.end, true);
    }
    if any && from < end {
        push(from, end, look_up(from, end));
    }
    any
}

/// Whether a word begins with two number words, as one must in which no other letters stand.
fn may_hold_row(letters: &[u8]) -> bool {
    if letters.len() >= WITH_OTHERS {
        return true;
    }
    let leads_on = |(to, _): Part| words_at(letters, to).0.is_some();
    let (longest, shorter) = words_at(letters, 0);
    longest.is_some_and(leads_on) || shorter.is_some_and(leads_on)
}

/// Where a word ends, and its senses.
type Part = (usize, Lexeme);

/// Number words one behind the other.
struct Row {
    start: usize,
    end: usize,
}

/// What is known of a place in a word.
#[derive(Clone, Copy, Default)]
struct Place {
    /// How many letters the number word at it has; none when there is no such word.
    length: u8,
    /// Whether it only joins others.
    joins: bool,
    /// Of the row that goes on with it: how many words, as far as that matters, and whether one of them is nothing else.
    words: u8,
    strong: bool,
    /// Where that row ends.
    end: u32,
}

/// From so many words on a row is one wherever it stands, when one of them is nothing else.
const SURE: u8 = 3;
/// Most letters of a number word; as many behind it decide which one it is.
const LONGEST: usize = 12;

/// The places of a word. Each is looked at once, the last one first: rows that begin at several have one end.
struct Places(SmallVec<[Place; 48]>);

impl Places {
    fn of(letters: &[u8]) -> Self {
        let mut places = Self(SmallVec::from_elem(Place::default(), letters.len() + 1));
        for at in (0..=letters.len()).rev() {
            let place = places.look(letters, at);
            places.0.get_mut(at).into_iter().for_each(|slot| *slot = place);
        }
        places
    }

    fn look(&self, letters: &[u8], at: usize) -> Place {
        let end = u32::try_from(at).unwrap_or(u32::MAX);
        let none = Place { end, ..Place::default() };
        let leads_on = |to: usize| to == letters.len() || self.at(to).length > 0;
        let Some((to, lexeme)) = choose(words_at(letters, at), leads_on) else { return none };
        let (next, joins) = (self.at(to), joins(lexeme));
        let length = u8::try_from(to - at).unwrap_or(u8::MAX);
        if joins && next.length == 0 {
            return Place { length, joins, ..none };
        }
        Place {
            length,
            joins,
            words: SURE.min(next.words + u8::from(!joins)),
            strong: next.strong || !joins && !lexeme.has(Senses::WEAK),
            end: next.end,
        }
    }

    fn at(&self, at: usize) -> Place {
        self.0.get(at).copied().unwrap_or_default()
    }

    /// The row of at least as many words that begins at a place, when one of them is nothing else.
    fn row(&self, start: usize, words: u8) -> Option<Row> {
        let place = self.at(start);
        let fits = place.length > 0 && !place.joins && place.words >= words && place.strong;
        fits.then_some(Row { start, end: place.end as usize })
    }

    /// The row that is the whole word.
    fn whole(&self) -> Option<Row> {
        self.row(0, 2).filter(|row| row.end + 1 == self.0.len())
    }

    /// The row at a place that is one whatever stands around it.
    fn sure(&self, at: usize) -> Option<Row> {
        self.row(at, SURE)
    }

    /// The words of a row.
    fn each(&self, letters: &[u8], row: &Row, push: &mut impl FnMut(usize, usize, Lexeme)) {
        // What stands behind the row decides nothing in it.
        let known = row.end == letters.len();
        let letters = letters.get(..row.end).unwrap_or_default();
        let mut at = row.start;
        while at < row.end {
            let part = if known || at + 2 * LONGEST < row.end {
                let to = at + usize::from(self.at(at).length);
                Some((to, lexicon::look_up(Key::at(letters, at, to))))
            } else {
                word_at(letters, at)
            };
            let Some((to, lexeme)) = part.filter(|(to, _)| *to > at) else { return };
            push(at, to, lexeme);
            at = to;
        }
    }
}

fn joins(lexeme: Lexeme) -> bool {
    lexeme.has(Senses::AND) && !lexeme.has(NUMBER)
}

/// The longest number word at a place behind which another begins or the word ends; else the longest.
fn word_at(letters: &[u8], start: usize) -> Option<Part> {
    choose(words_at(letters, start), |to| to == letters.len() || words_at(letters, to).0.is_some())
}

fn choose(
    (longest, shorter): (Option<Part>, Option<Part>),
    leads_on: impl Fn(usize) -> bool,
) -> Option<Part> {
    let fits = |(to, _): &Part| leads_on(*to);
    longest.filter(fits).or(shorter.filter(fits)).or(longest)
}

/// The longest number word at a place, or an "and" between two, and the next shorter one: "zeros" and "zero".
fn words_at(letters: &[u8], start: usize) -> (Option<Part>, Option<Part>) {
    let rest = letters.get(start..).unwrap_or_default();
    if !may_begin(rest) {
        return (None, None);
    }
    let (mut longest, mut shorter) = (None, None);
    // Of two letters there are few; of what only a longer word could be, no length is asked.
    let mut lengths = 1 << 2 | rest.first_chunk().map_or(0, |three| lexicon::number_lengths(*three));
    while lengths != 0 {
        let length = lengths.trailing_zeros() as usize;
        lengths &= lengths - 1;
        if length > rest.len().min(LONGEST) {
            break;
        }
        let lexeme = lexicon::look_up(Key::at(letters, start, start + length));
        if lexeme.has(NUMBER)
            || (lexeme.has(Senses::AND)
                && (length == 3 || rest.starts_with(b"en") || rest.starts_with(b"og")))
        {
            shorter = longest.replace((start + length, lexeme));
        }
    }
    (longest, shorter)
}

/// Powers of ten that stand within a word.
static POWERS: &[&[u8]] = &[b"hundert", b"tausend", b"cento", b"honderd"];

/// Whether a number word, or an "and" or a power of ten of the languages that glue their numbers, may begin letters.
fn may_begin(letters: &[u8]) -> bool {
    match letters {
        [b'o', b'h' | b'g', ..] | [b'e', b'n', ..] | [b'u' | b'a', b'n', b'd', ..] => true,
        [one, two, three, ..] => {
            lexicon::leads_number([*one, *two, *three])
                || matches!(one, b'h' | b't' | b'c') && POWERS.iter().any(|power| letters.starts_with(power))
        }
        _ => !letters.is_empty(),
    }
}
