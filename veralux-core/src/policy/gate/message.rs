//! What a message of a thread may hold or lead to, before anything is folded.

use super::word::{self, Letters};
use super::{NUMBER, doubt, signs};
use crate::policy::fold;
use crate::policy::lexicon::{self, Key, Lexeme, Senses, keys};

/// Whether a text may hold a piece of a number.
pub(in crate::policy) fn may_hold_piece(text: &str) -> bool {
    !text.is_ascii()
        || text.bytes().any(|byte| byte.is_ascii_digit())
        || lexemes(text).any(|(len, lexeme)| len >= 6 || lexeme.has(NUMBER))
        || signs(text).disguise
}

/// What a text says of digits to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::policy) enum Announces {
    /// They are a number to call.
    Number,
    /// They are the number of a thing: "order number".
    Label,
    Nothing,
}

/// Whether a text speaks of a number to come.
pub(in crate::policy) fn announces_number(text: &str) -> Announces {
    // "number", "in parts".
    let number =
        |lexeme: Lexeme| lexeme.has(Senses::WANTED) && !lexeme.has(Senses::MAIL.or(Senses::PLATFORM));
    let parts = |lexeme: Lexeme| lexeme.has(Senses::PART) && !lexeme.has(Senses::FILLER);
    // "call", "text me on"
    let asks = |(index, lexeme): (usize, Lexeme)| index < 3 && lexeme.has(Senses::CALL);
    let (mut before, mut labelled) = (Lexeme::NONE, false);
    for (_, lexeme) in lexemes(text) {
        if number(lexeme) && before.has(Senses::THING) {
            labelled = true;
        } else if number(lexeme) || parts(lexeme) {
            return Announces::Number;
        }
        before = lexeme;
    }
    let few = lexemes(text).count() <= 3;
    match labelled {
        true => Announces::Label,
        false if few && lexemes(text).map(|(_, lexeme)| lexeme).enumerate().any(asks) => Announces::Number,
        false => Announces::Nothing,
    }
}

/// Whether a text names a platform, or tells one; one whose name is an everyday word, or a picture of it, as somebody's, or as
/// all that is said or asked: "my snap", "snap", "signal?", "har du snap", "my 📷".
pub(in crate::policy) fn names_platform(text: &str) -> bool {
    let bytes = text.as_bytes();
    let alone = doubt::keys(bytes).nth(1).is_none();
    let own = || alone || doubt::keys(bytes).any(|key| doubt::OWNERS.contains(&key));
    if text.chars().any(fold::is_platform) && own() {
        return true;
    }
    let (mut owned, mut has, mut at) = (alone, false, 0);
    while at < bytes.len() {
        if word::letter_at(bytes, at).is_none() {
            at += 1;
            continue;
        }
        let letters = Letters::read(bytes, at);
        let lexeme = lexicon::look_up(letters.key);
        // "signal?", "snap name"
        let next = || Letters::read(bytes, letters.end + 1).key;
        let asked =
            bytes.get(letters.end) == Some(&b'?') || lexeme.has(Senses::PLAIN) && NAMES.contains(&next());
        if lexeme.has(Senses::PLATFORM) && (owned || asked || !lexeme.has(Senses::PLAIN))
            || lexeme.has(Senses::TELLS) && doubt::tells_platform(bytes, at)
        {
            return true;
        }
        owned = doubt::OWNERS.contains(&letters.key) || has && YOU.contains(&letters.key);
        has = HAS.contains(&letters.key);
        at = letters.end;
    }
    false
}

/// Who is asked whether he has something: "har du", "hast du".
static HAS: &[Key] = keys!("har hast have got do heb hebt haben are");
/// Words for a handle behind a platform.
static NAMES: &[Key] = keys!("name username user nick handle");
/// Words between a platform and a handle.
static ARE: &[Key] = keys!("is ist es est e is jest sa");
static YOU: &[Key] = keys!("du you u ya je ihr sie");
/// The provider of mail that a text names.
pub(in crate::policy) fn provider(text: &str) -> Option<&str> {
    let (bytes, mut at) = (text.as_bytes(), 0);
    while at < bytes.len() {
        let end = at + word::letters(bytes.get(at..)?);
        if end > at && lexicon::look_up(Key::at(bytes, at, end)).has(Senses::PROVIDER) {
            return text.get(at..end);
        }
        at = end + 1;
    }
    None
}

/// Whether all words of a text are everyday ones.
pub(in crate::policy) fn is_everyday(text: &str) -> bool {
    lexemes(text).all(|(_, lexeme)| lexeme.has(Senses::STOP))
}

/// Whether a text begins with a word for a dot.
pub(in crate::policy) fn begins_with_dot(text: &str) -> bool {
    lexemes(text).next().is_some_and(|(_, lexeme)| lexeme.has(Senses::DOT))
}

/// Whether a text asks to look for somebody.
pub(in crate::policy) fn asks_to_look(text: &str) -> bool {
    lexemes(text).any(|(_, lexeme)| lexeme.has(Senses::REACH) && !lexeme.has(Senses::PLATFORM))
}

/// Whether a text says that somebody's name on a platform comes: "my insta is", "snap name coming".
pub(in crate::policy) fn announces_name(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let keys: Vec<Key> =
        words.map(|word| Key::of(word.bytes().map(|letter| letter.to_ascii_lowercase()))).collect();
    let within = |at: usize, words: &[Key]| keys.get(at).is_some_and(|key| words.contains(key));
    (0..keys.len()).any(|at| {
        let mine = at > 0 && within(at - 1, MINE) && (at + 1 == keys.len() || within(at + 1, ARE));
        keys.get(at).is_some_and(|key| lexicon::look_up(*key).has(Senses::PLATFORM))
            && (mine || within(at + 1, NAMES))
    })
}

/// The platform that a text speaks of as somebody's, or of him there, and of little else: "thats my insta", "me on insta xx".
pub(in crate::policy) fn claimed_platform(text: &str) -> Option<&str> {
    let key = |word: &str| Key::of(word.bytes().map(|letter| letter.to_ascii_lowercase()));
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let mut mine = false;
    let is_named = |word: &&str| {
        let key = key(word);
        mine |= MINE.contains(&key);
        lexicon::look_up(key).has(Senses::PLATFORM)
    };
    let named = words.by_ref().take(6).find(is_named)?;
    (mine && words.all(|word| CLOSES.contains(&key(word)))).then_some(named)
}

static CLOSES: &[Key] = keys!("x xx xxx lol thanks thx ta ok hun babe btw too name handle page account");
static MINE: &[Key] =
    keys!("my our me us mein meine unser mi mon ma meu minha mio mia mijn moj mera mitt min mit");

/// The words of a text: their lengths and senses.
fn lexemes(text: &str) -> impl Iterator<Item = (usize, Lexeme)> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && word::letter_at(bytes, at).is_none() {
            at += 1;
        }
        let letters = Letters::read(bytes, at);
        at = letters.end;
        (letters.len() > 0).then(|| (letters.len(), lexicon::look_up(letters.key)))
    })
}
