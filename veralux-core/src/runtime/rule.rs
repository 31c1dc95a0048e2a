//! What a field may hold, as data: the check, the JSON Schema and its descriptions read the same rows.

use std::fmt;

/// What a value may be.
#[derive(Debug)]
pub(super) enum Rule {
    /// A string, its length in UTF-16 code units.
    Text { min: usize, max: Option<usize> },
    /// One of a few strings.
    Word(&'static [&'static str]),
    /// A string that is a phone number in E.164 form, exactly.
    E164,
    /// A string that the WHATWG URL standard parses as an absolute URL.
    Url,
    /// `true` or `false`.
    Flag,
    /// Any number in bounds.
    Number(Bounds),
    /// A number without a fraction in bounds. `1.0` and `1e2` have none.
    Whole(Bounds),
    /// An array.
    List { item: &'static Rule, min: usize, max: Option<usize> },
    /// An object whose keys are free.
    Map(&'static Rule),
    /// An object with fields of its own.
    Object(&'static Object),
    /// An object whose fields hang on the word in one of them.
    Tagged(&'static Tagged),
}

/// Bounds of a number, as JavaScript sees it: a double (IEEE 754).
#[derive(Debug, Clone, Copy)]
pub(super) enum Bounds {
    Any,
    Above(f64),
    AtLeast(f64),
    Within(f64, f64),
}

/// An object with known fields; others are accepted.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) fields: &'static [Field],
    /// Two string fields of which at least one must be there; the first is blamed.
    pub(super) either: Option<(&'static str, &'static str)>,
}

/// One field of an object.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) key: &'static str,
    pub(super) about: &'static str,
    pub(super) required: bool,
    pub(super) rule: Rule,
}

/// Objects told apart by a word.
#[derive(Debug)]
pub(super) struct Tagged {
    pub(super) tag: &'static str,
    pub(super) words: &'static [&'static str],
    pub(super) modes: &'static [(&'static str, &'static Object)],
}

/// Any string, the empty one too.
pub(super) const ANY_TEXT: Rule = Rule::Text { min: 0, max: None };
/// A string with at least one character.
pub(super) const TEXT: Rule = Rule::Text { min: 1, max: None };
/// A whole number above 0.
pub(super) const POSITIVE: Rule = Rule::Whole(Bounds::Above(0.0));
/// A whole number from 0.
pub(super) const COUNT: Rule = Rule::Whole(Bounds::AtLeast(0.0));

/// A number from one value to another, both included.
pub(super) const fn within(least: f64, most: f64) -> Rule {
    Rule::Number(Bounds::Within(least, most))
}

/// A whole number from one value to another, both included.
pub(super) const fn whole_within(least: f64, most: f64) -> Rule {
    Rule::Whole(Bounds::Within(least, most))
}

/// An array without bounds on its length.
pub(super) const fn list(item: &'static Rule) -> Rule {
    Rule::List { item, min: 0, max: None }
}

/// An array with at least one entry.
pub(super) const fn some(item: &'static Rule) -> Rule {
    Rule::List { item, min: 1, max: None }
}

impl Tagged {
    /// The object for a word.
    pub(super) fn mode(&self, is: impl Fn(&str) -> bool) -> Option<&'static Object> {
        self.modes.iter().find(|(word, _)| is(word)).map(|(_, object)| *object)
    }
}

impl Bounds {
    pub(super) fn hold(self, value: f64) -> bool {
        match self {
            Self::Any => true,
            Self::Above(bound) => value > bound,
            Self::AtLeast(least) => value >= least,
            Self::Within(least, most) => (least..=most).contains(&value),
        }
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => Ok(()),
            Self::Above(bound) => write!(f, " above {bound}"),
            Self::AtLeast(least) => write!(f, " of at least {least}"),
            Self::Within(least, most) => write!(f, " from {least} to {most}"),
        }
    }
}

/// What is wanted, to stand behind "must be".
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { min: 0, max: None } => f.write_str("a string"),
            Self::Text { min, max } => write!(f, "a string with {}", Length(*min, *max, "character")),
            Self::Word([word]) => write!(f, "`{word}`"),
            Self::Word(words) => write!(f, "one of `{}`", words.join("`, `")),
            Self::E164 => f.write_str("a phone number in E.164 form, like +14155550123"),
            Self::Url => f.write_str("an absolute URL, like https://example.com/hold.mp3"),
            Self::Flag => f.write_str("true or false"),
            Self::Number(bounds) => write!(f, "a number{bounds}"),
            Self::Whole(bounds) => write!(f, "a whole number{bounds}"),
            Self::List { min: 0, max: None, .. } => f.write_str("an array"),
            Self::List { min, max, .. } => write!(f, "an array with {}", Length(*min, *max, "entry")),
            Self::Map(item) => write!(f, "an object in which every value is {item}"),
            Self::Object(_) => f.write_str("an object"),
            Self::Tagged(tagged) => write!(f, "an object whose `{}` says its kind", tagged.tag),
        }
    }
}

struct Length(usize, Option<usize>, &'static str);

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(min, max, unit) = self;
        let one = max.unwrap_or(*min) == 1;
        let unit = match (*unit, one) {
            ("entry", false) => "entries",
            ("character", false) => "characters",
            (unit, _) => unit,
        };
        match max {
            None => write!(f, "at least {min} {unit}"),
            Some(max) if *min == 0 => write!(f, "at most {max} {unit}"),
            Some(max) => write!(f, "{min} to {max} {unit}"),
        }
    }
}
