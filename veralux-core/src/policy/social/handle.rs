//! What a handle looks like.

use crate::policy::fold::LETTER;
use crate::policy::host;
use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::remark;
use crate::policy::token::{Gap, Shape, Token, Tokens};

/// Longest handle in characters; the networks allow about as much.
const MAX_LEN: usize = 32;
/// Letters from which on a word without signs may be one, for all that its letters tell.
pub(super) const LONG: usize = 9;

/// The tokens of a handle, both included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Handle {
    pub(super) first: usize,
    pub(super) last: usize,
}

/// The ends of files' names.
static FILES: &[Key] = keys!(
    "pdf jpg jpeg png doc docx txt zip csv heic mov gif xls xlsx md py mp ai dwg dcm ppt pptx json xml \
     html css js ts svg psd eps stl wav avi mkv webp tif tiff bmp log ini cfg bak exe dmg apk iso rar gz \
     tar epub ics vcf gpx kml sql odt ods rtf yml yaml bat dll dxf skp aep cr raw indd pages numbers \
     keynote tex sh php java cpp"
);

/// Whether a long word is several that nobody writes without a space otherwise: "thewindowwitch", "boxesbybruno",
/// "mopandglow".
pub(in crate::policy) fn is_compound(tokens: &Tokens<'_>, at: usize) -> bool {
    static FRONTS: &[&str] = &["the", "its", "iam", "missy", "mister", "your", "team"];
    // English words that begin so: "theatrical", "thermometer".
    static OTHERS: &[&str] =
        &["theat", "thera", "there", "therm", "theor", "themse", "theme", "theo", "theft", "thesa", "teams"];
    static JOINTS: &[(&str, usize)] =
        &[("and", 4), ("by", 3), ("with", 3), ("the", 3), ("your", 3), ("ofthe", 2)];
    let token = tokens.at(at);
    let known = !token.is_word() || !token.lexeme.senses.is_empty() || token.ch == LETTER;
    if known || !(LONG..=MAX_LEN).contains(&token.len()) {
        return false;
    }
    let (start, end) = (token.start(), token.end());
    let begins = |text: &&str| tokens.folded.is(start, start + text.len(), text);
    if token.len() >= 10 && FRONTS.iter().any(begins) && !OTHERS.iter().any(begins) {
        return true;
    }
    // As many letters on either side; three behind make "grandson", not "merchandise".
    JOINTS.iter().any(|(joint, least)| {
        // "understandably"
        let adverb = *joint == "and" && tells_how(tokens, at);
        // "hobbyist", "lobbyists"
        let word = *joint == "by" && ["hobby", "lobby", "derby"].iter().any(begins);
        !adverb
            && !word
            && (start + 3..end.saturating_sub(joint.len() + least - 1))
                .any(|cell| tokens.folded.is(cell, cell + joint.len(), joint))
    })
}

/// A word for a sign between two parts of a handle: the token behind it, and whether the sign is a dot or an underscore.
fn joint(tokens: &Tokens<'_>, at: usize) -> Option<(usize, bool)> {
    static TWO: &[(&[Key], &[Key])] = &[
        (keys!("alt"), keys!("tire cizgi")),
        (keys!("dolna dolny spodna нижнее нижний низкое"), keys!("kreska pomlcka подчеркивание тире дефис")),
        (keys!("under low"), keys!("score scores dash")),
    ];
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    if !may_join(token) || !token.is_word() || tokens.is(token, "point") {
        return None;
    }
    if TWO.iter().any(|(firsts, seconds)| token.is_one(firsts) && next.is_one(seconds)) {
        return Some((at + 2, true));
    }
    if !token.has(Senses::JOINT.or(Senses::DOT)) {
        return None;
    }
    // "guion bajo", "tiret du bas"
    let low = |at: usize| tokens.at(at).is_one(keys!("bajo bas basso baixo"));
    let tail = if low(at + 1) {
        1
    } else if next.is_one(keys!("du de in en")) && low(at + 2) {
        2
    } else {
        0
    };
    let dotted = tail > 0 || token.has(Senses::DOT) || token.lexeme.value == u16::from(b'_');
    Some((at + 1 + tail, dotted))
}

/// Whether a word for a sign may begin at a token; not all of other scripts are in a row.
fn may_join(token: &Token) -> bool {
    token.has(Senses::JOINT.or(Senses::DOT).or(Senses::PHRASE)) || token.ch == LETTER
}

/// Most words that are said of one handle.
const MOST_WORDS: usize = 6;

fn belongs(token: &Token) -> bool {
    token.is_word() || token.is_digits()
}

/// Whether a long word is none that tells how something is: "benwalksdogs", not "frustrating".
pub(super) fn is_name(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    token.is_word()
        && token.len() >= LONG
        && token.lexeme.senses.is_empty()
        && token.ch != LETTER
        && !tokens.is_upper(token.start())
        && !tells_how(tokens, at)
}

/// Whether a word ends as those do that tell how something is.
pub(super) fn tells_how(tokens: &Tokens<'_>, at: usize) -> bool {
    static ENDS: &[&str] = &[
        "ing", "ed", "ble", "ly", "ive", "ful", "ous", "ent", "ght", "ion", "ness", "mente", "ung", "lich",
        "est", "ment", "able", "ier",
    ];
    let ends = |text: &&str| tokens.chars(tokens.at(at)).rev().take(text.len()).eq(text.bytes().rev());
    ENDS.iter().any(ends)
}

/// Where letters, digits, dots and the like that stand directly in front of a token begin.
pub(super) fn run_start(tokens: &Tokens<'_>, end: usize) -> Option<usize> {
    let mut first = end;
    while let Some(at) = first.checked_sub(1) {
        let sign = tokens.at(at).is_any_mark(b"._-") && first < end;
        let near = tokens.is_glued(first) || first == end;
        if !(near && (belongs(tokens.at(at)) || sign))
            || tokens.at(end - 1).end() - tokens.at(at).start() > MAX_LEN
        {
            break;
        }
        first = at;
    }
    while first < end && tokens.at(first).shape == Shape::Mark && !tokens.at(first).is_mark(b'_') {
        first += 1;
    }
    (first < end && tokens.is_glued(end)).then_some(first)
}

impl Handle {
    /// The handle that begins at a token: letters, digits, `_`, and `.` or `-` between them.
    #[inline]
    pub(super) fn read(tokens: &Tokens<'_>, at: usize) -> Option<Self> {
        if belongs(tokens.at(at)) && !tokens.is_glued(at + 1) {
            Some(Self { first: at, last: at })
        } else {
            Self::read_run(tokens, at)
        }
    }

    /// One of several tokens.
    fn read_run(tokens: &Tokens<'_>, at: usize) -> Option<Self> {
        let first = tokens.at(at);
        if !(belongs(first) || (first.is_mark(b'_') && tokens.is_glued(at + 1) && belongs(tokens.at(at + 1))))
        {
            return None;
        }
        let mut last = at;
        while tokens.is_glued(last + 1) {
            let next = tokens.at(last + 1);
            // "live:annlee" of Skype
            if next.is_mark(b':')
                && last == at
                && tokens.is(first, "live")
                && tokens.is_glued(last + 2)
                && belongs(tokens.at(last + 2))
            {
                last += 2;
            } else if next.ch == LETTER && tokens.at(last).ch != LETTER && !next.is_digits() {
                // "yuki_nails09です": letters of another script begin a word.
                break;
            } else if belongs(next) || next.is_mark(b'_') {
                last += 1;
            } else if next.is_any_mark(b".-")
                && tokens.is_glued(last + 2)
                && (belongs(tokens.at(last + 2)) || tokens.at(last + 2).is_mark(b'_'))
            {
                last += 2;
            } else {
                break;
            }
            if tokens.at(last).end() - first.start() > MAX_LEN {
                return None;
            }
        }
        Some(Self { first: at, last })
    }

    /// A handle whose signs are written as words: "at underscore pup underscore joss", "willow dot wool".
    #[inline]
    pub(super) fn read_spelt(tokens: &Tokens<'_>, at: usize) -> Option<Self> {
        // What describes a sign begins with words that are said between others.
        let signed = tokens.at(at).has(Senses::AT.or(Senses::FILLER));
        let joined = may_join(tokens.at(at)) || may_join(tokens.at(at + 1));
        if signed || joined { Self::read_parts(tokens, at) } else { None }
    }

    fn read_parts(tokens: &Tokens<'_>, at: usize) -> Option<Self> {
        let mut last = at;
        let mut joints = 0;
        let lead = tokens.at(at);
        if lead.is_word() && (lead.has(Senses::AT) || host::may_describe(lead)) {
            last = host::at_sign(tokens, at).map_or(at, |sign| sign.next);
            joints += usize::from(last > at);
            if last > at && tokens.at(last).has(Senses::JOINT) {
                last += 1;
            }
        }
        if !belongs(tokens.at(last)) {
            return None;
        }
        // "guion bajo ann"
        let everyday = Senses::STOP.or(Senses::FILLER).or(Senses::PART).or(Senses::JOINT);
        let named = |next: usize| belongs(tokens.at(next)) && !tokens.at(next).has(everyday);
        let leads = joint(tokens, at).filter(|(next, low)| *low && !lead.has(Senses::DOT) && named(*next));
        if let Some((next, _)) = leads {
            (last, joints) = (next, 1);
        } else if joints > 0 {
            let first = Self::read(tokens, last)?;
            // "arroba the mop lady, all one word"
            if let Some(whole) = first.joined(tokens) {
                return Some(Self { first: at, ..whole });
            }
            last = first.last;
        }
        for _ in 0..6 {
            let Some((next, _)) = joint(tokens, last + 1).filter(|(next, _)| belongs(tokens.at(*next)))
            else {
                break;
            };
            // "plus the word paints"
            if tokens.at(next).is_one(keys!("the then")) {
                break;
            }
            last = next;
            joints += 1;
        }
        (joints > 0 && last > at).then_some(Self { first: at, last })
    }

    /// Whether a word for the at-sign begins a handle whose other signs are words, too: "at nails underscore dee".
    pub(super) fn is_signed(tokens: &Tokens<'_>, at: usize) -> bool {
        let Some(sign) = host::at_sign(tokens, at) else { return false };
        belongs(tokens.at(sign.next)) && Self::is_joined_by(tokens, sign.next + 1)
    }

    /// With the words behind it that a remark says to write without spaces: "the mop lady, all one word".
    pub(super) fn joined(self, tokens: &Tokens<'_>) -> Option<Self> {
        for last in self.last..self.last + MOST_WORDS {
            let comma = usize::from(tokens.at(last + 1).is_any_mark(b",("));
            if remark::begins(tokens, last + 1 + comma) {
                let everyday = tokens.at(self.first).has(Senses::STOP) && tokens.at(last).has(Senses::STOP);
                return (last > self.last && !everyday).then_some(Self { last, ..self });
            }
            if !belongs(tokens.at(last + 1)) || tokens.at(last + 1).gap != Gap::Space {
                break;
            }
        }
        None
    }

    /// Whether its signs are words for dots or underscores, which posts and stories are not joined by.
    pub(super) fn is_joined_by(tokens: &Tokens<'_>, at: usize) -> bool {
        joint(tokens, at).is_some_and(|(_, dotted)| dotted)
    }

    /// Whether words for dots or underscores are all that divides it.
    pub(super) fn is_dotted(self, tokens: &Tokens<'_>) -> bool {
        let mut at = self.first;
        while at < self.last {
            match joint(tokens, at + 1) {
                Some((next, true)) => at = next,
                _ => return false,
            }
        }
        !tokens.at(self.first).has(Senses::STOP) || tokens.before(self.first).is_mark(b':')
    }

    /// Whether it stands by itself, not inside an address or a file's name.
    pub(super) fn is_free(self, tokens: &Tokens<'_>) -> bool {
        let after = tokens.at(self.last + 1);
        let glued = tokens.is_glued(self.last + 1) && after.is_any_mark(b"@/\\");
        let before = tokens.is_glued(self.first) && tokens.before(self.first).is_any_mark(b"@/\\.-");
        let file = (self.first + 1..=self.last)
            .any(|at| tokens.before(at).is_mark(b'.') && tokens.at(at).is_one(FILES));
        !(glued || before || file)
    }

    pub(super) fn len(self, tokens: &Tokens<'_>) -> usize {
        tokens.at(self.last).end() - tokens.at(self.first).start()
    }

    pub(super) fn letters(self, tokens: &Tokens<'_>) -> usize {
        (self.first..=self.last)
            .map(|at| tokens.at(at))
            .filter(|token| token.is_word())
            .map(|token| token.len())
            .sum()
    }

    /// How many dots and underscores divide it.
    pub(super) fn signs(self, tokens: &Tokens<'_>) -> usize {
        (self.first..=self.last).filter(|at| tokens.at(*at).is_any_mark(b"._")).count()
    }

    /// Whether it is digits, and behind them no more than says of what: "25ph", "6.50kg", "9.30am".
    pub(super) fn is_amount(self, tokens: &Tokens<'_>) -> bool {
        let digits = |at: usize| tokens.at(at).is_digits() || tokens.at(at).is_mark(b'.');
        let last = tokens.at(self.last);
        let short = last.is_word() && (last.len() <= 3 || last.has(Senses::UNIT.or(Senses::MONEY)));
        tokens.at(self.first).is_digits()
            && (tokens.at(self.first + 1).has(Senses::UNIT) || short && (self.first..self.last).all(digits))
    }

    /// Whether none of its words is an everyday one.
    pub(super) fn is_unknown(self, tokens: &Tokens<'_>) -> bool {
        (self.first..=self.last).all(|at| !tokens.at(at).has(Senses::STOP.or(Senses::LINK)))
    }

    /// Whether it is words with hyphens between them, none of them an everyday one: "ann-lee-tiler".
    pub(super) fn is_slug(self, tokens: &Tokens<'_>) -> bool {
        self.last >= self.first + 4
            && self.is_unknown(tokens)
            && (self.first..=self.last).all(|at| tokens.at(at).is_word() || tokens.at(at).is_mark(b'-'))
    }

    /// Whether letters stand with digits, dots or underscores, as in no other word.
    pub(super) fn is_strange(self, tokens: &Tokens<'_>) -> bool {
        let parts = (self.first..=self.last).map(|at| tokens.at(at));
        let letters = parts.clone().filter(|token| token.is_word()).map(|token| token.len()).sum::<usize>();
        let signs = parts.clone().any(|token| token.is_digits() || token.is_any_mark(b"_."));
        let capital = (tokens.at(self.first).start() + 1..tokens.at(self.last).end())
            .any(|cell| tokens.is_upper(cell) && !tokens.is_upper(cell - 1));
        letters >= 2 && self.len(tokens) >= 4 && (signs || capital)
    }

    /// Whether it is one word whose letters stand apart: "c o a c h d a n".
    pub(super) fn is_spread(self, tokens: &Tokens<'_>) -> bool {
        self.first == self.last
            && self.len(tokens) >= 4
            && !tokens.folded.is_in_place()
            && tokens.original(tokens.span(self.first, self.last)).contains(' ')
    }

    /// Whether it is one everyday word.
    pub(super) fn is_everyday(self, tokens: &Tokens<'_>) -> bool {
        let token = tokens.at(self.first);
        self.first == self.last
            && (token
                .has(Senses::STOP.or(Senses::REACH).or(Senses::LINK).or(Senses::HANDLE).or(Senses::FILLER))
                || token.has(
                    Senses::PLATFORM.or(Senses::MAIL).or(Senses::HERE).or(Senses::AWAY).or(Senses::CALL),
                ))
    }

    /// As people type it: the folded characters, and the signs that were said.
    pub(super) fn value(self, tokens: &Tokens<'_>) -> String {
        let mut value = String::new();
        let said = Self::read_spelt(tokens, self.first).is_some_and(|spelt| spelt.last == self.last);
        let mut at = self.first;
        let mut glued = true;
        while at <= self.last {
            let sign = if said { said_sign(tokens, at).filter(|(next, _)| *next <= self.last) } else { None };
            if let Some((next, sign)) = sign {
                value.push(sign);
                (at, glued) = (next, true);
                continue;
            }
            if !glued && !tokens.is_glued(at) {
                value.push(' ');
            }
            tokens.spell(tokens.at(at), &mut value);
            (at, glued) = (at + 1, false);
        }
        value
    }
}

/// The sign that a word stands for in a handle, and the token behind it.
fn said_sign(tokens: &Tokens<'_>, at: usize) -> Option<(usize, char)> {
    if let Some(sign) = host::at_sign(tokens, at).filter(|_| tokens.at(at).is_word()) {
        return Some((sign.next, '@'));
    }
    let token = tokens.at(at);
    let (next, low) = joint(tokens, at)?;
    let written = u8::try_from(token.lexeme.value).unwrap_or_default();
    let sign = match written {
        _ if token.has(Senses::DOT) => '.',
        _ if low => '_',
        _ => char::from(written),
    };
    Some((next, sign))
}
