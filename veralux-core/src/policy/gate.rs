//! The cheap look at a text that lets most messages leave, and says which finders the others need.

mod doubt;
mod keypad;
mod message;
mod sign;
mod spaced;
mod window;
mod word;

use std::hint;

use super::lexicon::{self, Lexeme, Senses};
use super::phone::MIN_DIGITS;
pub(super) use message::{
    Announces, announces_name, announces_number, asks_to_look, begins_with_dot, claimed_platform,
    is_everyday, may_hold_piece, names_platform, provider,
};
use window::{BYTES, COPIED, Copied, SHORTEST, Window};
use word::Letters;

/// What a text holds that a finder could begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "a set of independent signs, each named where it is asked")]
pub(super) struct Signs {
    /// As many digits and number words near each other as the shortest number has.
    pub(super) digits: bool,
    /// An at-sign, a dot in front of a top-level domain, or words for them.
    pub(super) address: bool,
    /// A handle's sign, or a platform.
    pub(super) handle: bool,
    /// Words of an invitation.
    pub(super) invitation: bool,
    /// Letters or digits in other clothes, or standing apart: nothing can be said before the text is folded.
    pub(super) disguise: bool,
    /// An end of an address at the beginning of a word: it may be written backwards.
    pub(super) backwards: bool,
}

impl Signs {
    /// Every finder.
    pub(super) const ALL: Self =
        Self { digits: true, address: true, handle: true, invitation: true, disguise: true, backwards: true };

    pub(super) const fn is_clean(self) -> bool {
        !(self.digits || self.address || self.handle || self.invitation || self.disguise || self.backwards)
    }
}

/// Words between two parts of a number; one more, and they have nothing to do with each other.
const FAR: u32 = 9;
/// Single letters in a row that may still be abbreviations.
const APART: u32 = 4;
/// All digits of a message may be one number when it says so.
const SCATTERED: usize = 10;
/// A text that is no longer has no more single letters than are remembered.
const MANY: usize = 128;
/// Bytes behind which a disguise settles what is looked for: all, and the rest of the text tells nothing more.
const SETTLED: usize = 2048;

const NUMBER: Senses = Senses::DIGIT.or(Senses::TENS).or(Senses::POWER).or(Senses::TIMES);
/// "www" may begin an address.
const ADDRESS: Senses = Senses::PROVIDER.or(Senses::EDGE);
/// Words that may belong to an address, by what stands beside them.
const ASKED: Senses = Senses::DOT
    .or(Senses::MAIL)
    .or(Senses::MAIN)
    .or(Senses::TURNED)
    .or(Senses::SECOND)
    .or(Senses::TELLS)
    .or(Senses::DIRECT);

/// What is counted on the way through a text.
#[derive(Default)]
struct Look {
    signs: Signs,
    /// The senses of all words.
    senses: Senses,
    /// All digits, and the most digits that number words and letters against digits may stand for.
    digits: usize,
    words: usize,
    /// As many of both as stand near each other, and the words of the windows since that hold none.
    near: usize,
    since: u32,
    /// Which of the last words are single letters, a bit each, and whether more of them came in a row than in an abbreviation;
    /// how many there were that were left out because they are not ASCII or touch what is not.
    apart: u64,
    far_apart: bool,
    left_out: u32,
    /// Whether as many digits as the shortest number has stand together.
    row: bool,
    /// Whether a dot between spaces came by that is one of a host when a path or a word for a sign stands anywhere.
    expects_sign: bool,
}

pub(super) fn signs(text: &str) -> Signs {
    let mut look = Look::default();
    let mut from = 0;
    let padded;
    let bytes = if text.len() < SHORTEST {
        padded = pad(text);
        &padded
    } else {
        text.as_bytes()
    };
    let mut copy = [0; COPIED];
    while from < text.len() {
        from += look.take(text, bytes, from, &mut copy);
        if look.is_disguised() && from >= SETTLED {
            return Signs::ALL;
        }
    }
    look.finish(text)
}

/// The bytes of a short text, zeros behind.
#[cold]
fn pad(text: &str) -> [u8; 2 * SHORTEST] {
    let mut padded = [0; 2 * SHORTEST];
    for (to, byte) in padded.iter_mut().zip(text.bytes()) {
        *to = byte;
    }
    padded
}

fn is_digit(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(u8::is_ascii_digit)
}

/// Whether a byte belongs to a name.
fn is_part(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
}

impl Look {
    /// Looks at the bytes of a text from one on, behind which there may be zeros; answers how many are done with.
    #[inline]
    fn take(&mut self, text: &str, padded: &[u8], from: usize, copy: &mut Copied) -> usize {
        let Some(rest) = padded.get(from..) else { return text.len() };
        let bytes = text.as_bytes();
        let mut window = Window::of(padded, rest, copy);
        let mut done = text.len() - from;
        if done > BYTES {
            // A word that goes on behind the window is left to the next one.
            done = BYTES - window.letters.leading_ones() as usize;
            if done == 0 {
                return self.long_word(bytes, from);
            }
            window.keep(done);
        }
        let before = self.digits + self.words;
        let mut starts = window.starts();
        if window.leads != 0 {
            done = done.max(self.wide(text, from, &window, &mut starts));
        }
        self.digits += window.digits.count_ones() as usize;
        let count = self.words(&window, bytes, from, starts);
        let follows_digit = from.checked_sub(1).is_some_and(|before| is_digit(bytes, before));
        // Letters against digits are looked at with care.
        let near = window.digits << 1 | u64::from(follows_digit) | window.digits >> 1;
        let mut beside = window.holders(near) & starts;
        while beside != 0 {
            let start = beside.trailing_zeros();
            let (at, length) = (from + start as usize, window.length(start) as usize);
            self.against_digits(bytes, at, at + length, length);
            beside &= beside - 1;
        }
        let mut doubted = window.odd(starts);
        while doubted != 0 {
            self.word(bytes, from + doubted.trailing_zeros() as usize);
            doubted &= doubted - 1;
        }
        if window.marks != 0 {
            self.marks(bytes, from, window.marks);
        }
        self.signs.address |= window.holds_at;
        self.signs.handle |= window.holds_at;
        self.settle(self.digits + self.words - before, count);
        done
    }

    /// Looks at the words of a window that begin at some letters; answers how many there are.
    #[inline]
    fn words(&mut self, window: &Window<'_>, bytes: &[u8], from: usize, starts: u64) -> u32 {
        let (mut rest, mut weak, mut count, mut apart) = (starts, 0, 0, self.apart);
        while rest != 0 {
            let start = rest.trailing_zeros();
            let length = window.length(start);
            let spelling = window.spelling(start, length);
            let bits = lexicon::gate_bits(spelling);
            if bits >= lexicon::KNOWN {
                self.known(window, bytes, from, start);
            }
            weak += bits & lexicon::WEAK;
            count += 1;
            apart = apart << 1 | u64::from(length < 2);
            rest &= rest - 1;
        }
        let pairs = apart & apart >> 1;
        self.far_apart |= pairs & pairs >> 2 & apart >> APART != 0;
        self.apart = apart;
        self.words += usize::try_from(weak).unwrap_or_default();
        count
    }

    /// Looks at a word of a window that may have a sense that the gate asks for.
    #[cold]
    #[inline(never)]
    fn known(&mut self, window: &Window<'_>, bytes: &[u8], from: usize, start: u32) {
        let (at, length) = (from + start as usize, window.length(start));
        let key =
            if length <= 8 { window.spelling(start, length).key() } else { Letters::read(bytes, at).key };
        let lexeme = lexicon::look_up_gated(key);
        if !lexeme.senses.is_empty() {
            self.known_word(bytes, at, lexeme);
        } else if lexicon::HELD.contains(&length) && window.pairs(start, length) != 0 {
            // "fivee"
            self.word(bytes, at);
        }
    }

    /// Adds the digits of a window, or its words when it has none.
    #[inline]
    fn settle(&mut self, digits: usize, words: u32) {
        // Without a branch, which nothing would foretell.
        let any = digits > 0;
        let near = hint::select_unpredictable(any && self.since > FAR, 0, self.near);
        self.near = near + digits;
        self.since = hint::select_unpredictable(any, 0, self.since + words);
        self.row |= self.near >= MIN_DIGITS;
    }

    /// Looks at a word that fills a window; answers how many bytes are done with.
    #[cold]
    fn long_word(&mut self, bytes: &[u8], from: usize) -> usize {
        self.apart <<= 1;
        let before = self.words;
        let end = self.any_word(bytes, from);
        self.settle(self.words - before, 1);
        end - from
    }

    /// Looks at the characters of a window that are not ASCII, and at the words that they belong to, which are taken out of
    /// the others; answers where the last of them ends.
    #[cold]
    fn wide(&mut self, text: &str, from: usize, window: &Window<'_>, starts: &mut u64) -> usize {
        let mut events = window.holders(window.leads >> 1) | window.leads;
        let mut end = 0;
        while events != 0 {
            let event = events.trailing_zeros();
            end = self.wide_or_word(text, from + event as usize) - from;
            let behind = u64::MAX.checked_shl(u32::try_from(end).unwrap_or(u32::MAX)).unwrap_or_default();
            *starts &= behind | !(u64::MAX << event);
            events &= behind;
        }
        end
    }

    /// Looks at a word whatever it is; answers where it ends.
    #[inline(never)]
    fn any_word(&mut self, bytes: &[u8], start: usize) -> usize {
        let letters = Letters::read(bytes, start);
        if is_digit(bytes, letters.end) || is_digit(bytes, start.wrapping_sub(1)) {
            self.against_digits(bytes, start, letters.end, letters.len());
        }
        self.known_word(bytes, start, lexicon::look_up_gated(letters.key));
        self.word(bytes, start);
        letters.end
    }

    /// Looks at letters with a digit directly in front of them or behind: they may be digits, or the digits letters.
    #[inline(never)]
    fn against_digits(&mut self, bytes: &[u8], start: usize, end: usize, length: usize) {
        let hidden = word::leet(bytes, start);
        // Beside letters that may be digits, as the "o" is, stand others that only the finder can tell: they count twice.
        let like = word::like_digits(bytes, start, end, length, hidden);
        self.words += like + usize::from(like > 0 && length == 1);
        self.senses = self.senses.or(hidden.senses);
        self.signs.address |= hidden.has(Senses::DOT);
    }

    /// Looks at what a word without senses that the gate asks for may hold, or may be with fewer letters.
    #[inline(never)]
    fn word(&mut self, bytes: &[u8], start: usize) {
        let letters = Letters::read(bytes, start);
        if !lexicon::look_up_gated(letters.key).senses.is_empty() {
            return;
        }
        let lexeme = letters.held(bytes, start);
        if lexeme.senses.is_empty() {
            self.row = self.row || letters.holds_row(bytes, start);
            self.signs.address |= word::ends_in_dotcom(bytes.get(start..letters.end).unwrap_or_default());
        }
        self.known_word(bytes, start, lexeme);
    }

    #[inline]
    fn known_word(&mut self, bytes: &[u8], start: usize, lexeme: Lexeme) {
        self.words += weight(lexeme);
        if lexeme.has(ASKED) {
            self.asked(bytes, start, lexeme);
        }
        self.senses = self.senses.or(lexeme.senses);
    }

    /// Looks at what stands beside a word that may belong to an address or a name.
    #[cold]
    #[inline(never)]
    fn asked(&mut self, bytes: &[u8], start: usize, lexeme: Lexeme) {
        let signs = &mut self.signs;
        signs.address = signs.address || doubt::begins_address(bytes, start, lexeme);
        signs.backwards = signs.backwards || lexeme.has(Senses::TURNED) && doubt::is_turned(bytes, start);
        signs.handle = signs.handle
            || lexeme.has(Senses::SECOND) && doubt::names_platform(bytes, start)
            || lexeme.has(Senses::TELLS) && doubt::tells_platform(bytes, start);
        signs.invitation = signs.invitation || lexeme.has(Senses::DIRECT) && doubt::is_directed(bytes, start);
    }

    /// Looks at a word, or at a character that is not ASCII; answers where it ends.
    fn wide_or_word(&mut self, text: &str, at: usize) -> usize {
        if word::letter_at(text.as_bytes(), at).is_some() {
            let end = self.any_word(text.as_bytes(), at);
            self.left_out +=
                u32::from(word::letter_at(text.as_bytes(), at).is_some_and(|(_, length)| at + length == end));
            // A number word of a language of which not all are known, perhaps.
            self.words += usize::from(text.as_bytes().get(at..end).is_some_and(word::holds_rare));
            return end;
        }
        let c = text.get(at..).and_then(|rest| rest.chars().next());
        self.signs.disguise |= !c.is_some_and(word::is_usual);
        at + c.map_or(1, char::len_utf8)
    }

    /// Whether letters or digits in other clothes, or standing apart, came by.
    const fn is_disguised(&self) -> bool {
        self.signs.disguise || self.far_apart
    }

    /// Whether single letters stand in a row with those that were left out.
    #[cold]
    fn stands_apart(&self, text: &str) -> bool {
        let may = self.apart.count_ones() + self.left_out > APART || text.len() > MANY;
        may && doubt::stands_apart(text.as_bytes())
    }

    #[inline]
    fn finish(self, text: &str) -> Signs {
        let (mut signs, senses) = (self.signs, self.senses);
        signs.address |= senses.has(ADDRESS) || self.expects_sign && doubt::names_sign(text.as_bytes());
        signs.handle |= senses.has(Senses::PLATFORM.or(Senses::UPI));
        signs.digits = self.row
            || self.digits >= SCATTERED
            || keypad::FEW.contains(&self.digits) && keypad::end_number(text, self.digits);
        signs.disguise = self.is_disguised() || self.left_out > 0 && self.stands_apart(text);
        // Where others look anyway, the finder itself sees sooner who asks.
        signs.invitation |= senses.has(Senses::PLATFORM)
            || is_far_from_here(senses)
            || senses.has(Senses::WANTED) && (!signs.is_clean() || doubt::asks(text));
        signs
    }
}

/// How many digits a word may stand for.
fn weight(lexeme: Lexeme) -> usize {
    // Without a branch.
    let has = |senses| usize::from(lexeme.has(senses));
    let two = has(Senses::TENS.or(Senses::TIMES));
    // "trescientos"
    let hundreds = has(Senses::TENS) & usize::from(lexeme.value >= 100);
    // Beside two local words everyday words count as well, which are not looked for.
    (3 * (has(Senses::POWER) | hundreds)).max(2 * two).max(has(Senses::DIGIT)).max(4 * has(Senses::LOCAL))
}

/// Whether words ask to go elsewhere: "outside the app".
fn is_far_from_here(senses: Senses) -> bool {
    senses.has(Senses::AWAY) && senses.has(Senses::HERE)
}

#[cfg(test)]
mod tests;
