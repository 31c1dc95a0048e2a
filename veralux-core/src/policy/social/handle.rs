//! What a handle looks like.

use crate::policy::fold::LETTER;
use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::token::{Room, Shape, Token, Tokens};

/// Longest handle in characters; the networks allow about as much.
const MAX_LEN: usize = 32;
/// Letters from which on a word without signs may be one, for all that its letters tell.
const LONG: usize = 9;

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
        &[("and", 4), ("by", 2), ("von", 3), ("with", 3), ("the", 3), ("your", 3), ("ofthe", 2)];
    let token = tokens.at(at);
    // "cutsbyjo"
    if !token.lexeme.senses.is_empty() || !(LONG - 1..=MAX_LEN).contains(&token.len()) {
        return false;
    }
    let (start, end) = (token.start(), token.end());
    let begins = |text: &&str| tokens.folded.is(start, start + text.len(), text);
    if token.len() >= 10 && FRONTS.iter().any(begins) && !OTHERS.iter().any(begins) {
        return true;
    }
    // As many letters on either side; three behind make "grandson", not "merchandise".
    // "hobbyist", "lobbyists", "kilobytes"
    let word = ["hobby", "lobby", "derby", "presby"].iter().any(begins)
        || ["byte", "bytes"].iter().any(|end| ends_in(tokens, at, end));
    !word
        && JOINTS.iter().any(|(joint, least)| {
            // "understandably"
            let adverb = *joint == "and" && tells_how(tokens, at);
            !adverb
                && (start + 3..end.saturating_sub(joint.len() + least - 1))
                    .any(|cell| tokens.folded.is(cell, cell + joint.len(), joint))
        })
}

pub(super) fn belongs(token: &Token) -> bool {
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

/// Whether a text is no word that stands by itself in talk: it has digits or signs, or is several words.
pub(in crate::policy) fn is_made(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_'))
        || is_compound(&Tokens::new(text, &mut Room::new()), 0)
}

/// Whether a word ends as those do that tell how something is.
pub(super) fn tells_how(tokens: &Tokens<'_>, at: usize) -> bool {
    static ENDS: &[&str] = &[
        "ing", "ed", "ble", "ly", "ive", "ful", "ous", "ent", "ght", "ion", "ness", "mente", "ung", "lich",
        "est", "ment", "able", "ier", "haha",
    ];
    ENDS.iter().any(|end| ends_in(tokens, at, end))
}

fn ends_in(tokens: &Tokens<'_>, at: usize, end: &str) -> bool {
    tokens.chars(tokens.at(at)).rev().take(end.len()).eq(end.bytes().rev())
}

/// Where letters, digits, dots and the like that stand directly in front of a token begin.
pub(super) fn run_start(tokens: &Tokens<'_>, end: usize) -> Option<usize> {
    let mut first = end;
    while let Some(at) = first.checked_sub(1) {
        let sign = tokens.at(at).is_any_mark(b"._-") && first < end;
        if !(tokens.is_glued(first) && (belongs(tokens.at(at)) || sign))
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
    pub(super) fn read(tokens: &Tokens<'_>, at: usize) -> Option<Self> {
        let first = tokens.at(at);
        if !(belongs(first) || first.is_mark(b'_')) {
            return None;
        }
        let mut last = at;
        while tokens.is_glued(last + 1) {
            let next = tokens.at(last + 1);
            // "live:annlee" of Skype, "live:.cid.1f"
            let dot = usize::from(tokens.at(last + 2).is_mark(b'.'));
            if next.is_mark(b':')
                && tokens.is(first, "live")
                && (last + 2..=last + 2 + dot).all(|at| tokens.is_glued(at))
            {
                last += 2 + dot;
            } else if next.ch == LETTER && tokens.at(last).ch != LETTER {
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
        tokens.at(self.first).is_digits()
            && (last.len() <= 3 || last.has(Senses::UNIT.or(Senses::MONEY)))
            && (self.first..self.last).all(digits)
    }

    /// Whether none of its words is an everyday one.
    pub(super) fn is_unknown(self, tokens: &Tokens<'_>) -> bool {
        (self.first..=self.last).all(|at| !tokens.at(at).has(Senses::STOP.or(Senses::LINK)))
    }

    /// Whether dots and underscores, or one and digits, stand between words none of which is an everyday one, as in nothing
    /// else that people write: "ann.lee.walks", "ann.lee22".
    pub(super) fn is_certain(self, tokens: &Tokens<'_>) -> bool {
        let thing = Senses::THING.or(Senses::SPOT).or(Senses::UNIT);
        let parts = || (self.first..=self.last).map(|at| tokens.at(at));
        self.signs(tokens) + parts().filter(|token| token.is_digits()).count() > 1
            && self.letters(tokens) >= 5
            && parts().all(|token| !token.has(Senses::STOP.or(thing)))
    }

    /// Whether it is words with hyphens between them, none of them an everyday one: "ann-lee-tiler".
    pub(super) fn is_slug(self, tokens: &Tokens<'_>) -> bool {
        self.last >= self.first + 4
            && self.is_unknown(tokens)
            && (self.first..=self.last).all(|at| tokens.at(at).is_word() || tokens.at(at).is_mark(b'-'))
    }

    /// Whether it is the end of a sentence and the beginning of the next one: "ads.We love them".
    fn is_border(self, tokens: &Tokens<'_>) -> bool {
        let Self { first, last } = self;
        let capital = |at: usize| tokens.is_upper(tokens.at(at).start());
        // Not "insta dee.Nails thanks".
        let goes_on = tokens.at(last).has(Senses::STOP.or(Senses::LINK).or(Senses::FILLER));
        last == first + 2
            && goes_on
            && tokens.at(first + 1).is_mark(b'.')
            && capital(last)
            && !(capital(first) && tokens.at(last).len() > 1)
    }

    /// Whether letters stand with digits, dots or underscores, as in no other word.
    pub(super) fn is_strange(self, tokens: &Tokens<'_>) -> bool {
        if self.is_border(tokens) {
            return false;
        }
        let mut parts = (self.first..=self.last).map(|at| tokens.at(at));
        let signs = parts.any(|token| token.is_digits() || token.is_any_mark(b"_."));
        let capital = (tokens.at(self.first).start() + 1..tokens.at(self.last).end())
            .any(|cell| tokens.is_upper(cell) && !tokens.is_upper(cell - 1));
        // "🄹🄾🅂🄷🄲🅄🅃🅂"
        let dressed = || {
            (tokens.at(self.first).start()..tokens.at(self.last).end())
                .all(|cell| tokens.folded.is_disguised(cell))
        };
        self.letters(tokens) >= 2 && self.len(tokens) >= 4 && (signs || capital || dressed())
    }

    /// Whether it is one word whose letters stand apart: "c o a c h d a n".
    pub(super) fn is_spread(self, tokens: &Tokens<'_>) -> bool {
        self.len(tokens) >= 4 && tokens.original(tokens.span(self.first, self.last)).contains(' ')
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
}
