//! The folded text: every character as the finders see it, with the bytes it stands for.
//!
//! Letters lose case, accents and other clothes (full-width, mathematical, look-alikes of other scripts), digits of every
//! script become `0` to `9`, all spaces, line ends, dashes and dots become one each, and what nobody sees is left out.
//! A cell keeps the bytes of its character, so that a span of cells is a span of the text.

mod chars;
mod look_alike;
mod page;
mod script;

use super::ByteSpan;
use page::{ascii_cell, copy_few, fold_plain, fold_wide};

pub(super) use chars::is_platform;
pub(super) use page::Page;

/// A letter that is none of `a` to `z`, whatever is done to it.
pub(super) const LETTER: u8 = 0x80;
/// A pictogram.
pub(super) const EMOJI: u8 = 0x81;
/// A currency sign other than `$`.
pub(super) const MONEY: u8 = 0x82;
/// Any other sign.
pub(super) const SIGN: u8 = 0x83;
/// A pictogram of a telephone, of mail, of a network in which people have handles.
pub(super) const EMOJI_PHONE: u8 = 0x84;
pub(super) const EMOJI_MAIL: u8 = 0x85;
pub(super) const EMOJI_SOCIAL: u8 = 0x86;

/// One character of the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    /// An ASCII character, letters in lower case, or one of the classes above.
    pub(super) ch: u8,
    /// How many bytes of the text it stands for; two cells may stand for the same.
    len: u8,
    /// Whether it was a capital letter.
    pub(super) upper: bool,
    /// Whether it is a letter or a digit that was written as another character.
    pub(super) disguised: bool,
    /// Its first byte.
    at: u32,
}

/// A folded text.
pub(super) struct Folded<'a> {
    text: &'a str,
    /// The characters of the cells by themselves, since most questions are about them; with zeros behind them.
    padded: &'a [u8],
    chars: &'a [u8],
    /// Empty when each character stands for the byte at its own place, but for those in `wide`.
    cells: &'a [Cell],
    /// The cells of more than a byte in a text whose other characters are ASCII, when there are few.
    wide: &'a [Cell],
}

impl<'a> Folded<'a> {
    pub(super) fn new(text: &'a str, page: &'a mut Page) -> Self {
        if text.is_ascii() {
            page.chars.extend_from_slice(text.as_bytes());
            Self::of_plain(text, page)
        } else if copy_few(text, page) {
            Self::of_plain(text, page)
        } else {
            fold_wide(text, page);
            Self::of_page(text, page)
        }
    }

    /// From characters whose ASCII is not folded yet.
    fn of_plain(text: &'a str, page: &'a mut Page) -> Self {
        let length = page.chars.len();
        page.pad();
        fold_plain(&mut page.chars, length);
        let chars = page.chars.get(..length).unwrap_or_default();
        Self { text, padded: &page.chars, chars, cells: &[], wide: &page.wide }
    }

    /// Another reading of a folded text: some of its cells, in another order.
    pub(super) fn of_cells(text: &'a str, cells: impl Iterator<Item = Cell>, page: &'a mut Page) -> Self {
        page.cells.extend(cells);
        page.chars.extend(page.cells.iter().map(|cell| cell.ch));
        Self::of_page(text, page)
    }

    fn of_page(text: &'a str, page: &'a mut Page) -> Self {
        let length = page.chars.len();
        page.pad();
        let chars = page.chars.get(..length).unwrap_or_default();
        Self { text, padded: &page.chars, chars, cells: &page.cells, wide: &[] }
    }

    pub(super) const fn text(&self) -> &'a str {
        self.text
    }

    /// The folded characters.
    pub(super) const fn chars(&self) -> &'a [u8] {
        self.chars
    }

    /// The folded characters, with zeros behind them.
    pub(super) const fn padded(&self) -> &'a [u8] {
        self.padded
    }

    pub(super) fn cell(&self, index: usize) -> Option<Cell> {
        if !self.cells.is_empty() {
            return self.cells.get(index).copied();
        }
        if index >= self.len() {
            return None;
        }
        match self.place(index) {
            Place::Byte(at) => {
                let byte = self.text.as_bytes().get(at)?;
                Some(ascii_cell(*byte, u32::try_from(at).unwrap_or(u32::MAX)))
            }
            Place::Wide(cell) => Some(cell),
        }
    }

    /// Where a character of a text stands of which not all cells are kept.
    #[inline]
    fn place(&self, index: usize) -> Place {
        let mut at = index;
        for cell in self.wide {
            if cell.at as usize == at {
                return Place::Wide(*cell);
            }
            if cell.at as usize > at {
                break;
            }
            at += usize::from(cell.len) - 1;
        }
        Place::Byte(at)
    }

    #[cfg(test)]
    pub(super) fn cells(&self) -> impl DoubleEndedIterator<Item = Cell> + '_ {
        (0..self.len()).filter_map(|index| self.cell(index))
    }

    pub(super) const fn len(&self) -> usize {
        self.chars.len()
    }

    /// The cell's character; 0 outside the text, so that finders need no checks of their own.
    pub(super) fn at(&self, index: usize) -> u8 {
        self.chars.get(index).copied().unwrap_or_default()
    }

    /// Whether each character stands for a byte in the same place.
    pub(super) const fn is_plain(&self) -> bool {
        self.cells.is_empty() && self.wide.is_empty()
    }

    /// Whether a letter or digit was written as another character.
    pub(super) fn is_disguised(&self, index: usize) -> bool {
        self.cells.get(index).is_some_and(|cell| cell.disguised)
    }

    /// Whether it was a capital letter.
    pub(super) fn is_upper(&self, index: usize) -> bool {
        if !self.cells.is_empty() {
            return self.cells.get(index).is_some_and(|cell| cell.upper);
        }
        match self.place(index) {
            Place::Byte(at) => self.text.as_bytes().get(at).is_some_and(u8::is_ascii_uppercase),
            Place::Wide(cell) => cell.upper,
        }
    }

    /// The folded characters from `start` up to `end`.
    pub(super) fn slice(&self, start: usize, end: usize) -> impl DoubleEndedIterator<Item = u8> + Clone + '_ {
        self.chars.get(start..end).unwrap_or_default().iter().copied()
    }

    /// Whether the folded characters are these.
    pub(super) fn is(&self, start: usize, end: usize, text: &str) -> bool {
        end.wrapping_sub(start) == text.len() && self.chars.get(start..end) == Some(text.as_bytes())
    }

    /// The bytes of the text that some cells stand for.
    pub(super) fn bytes(&self, start: usize, end: usize) -> ByteSpan {
        if start >= end || end > self.len() {
            return ByteSpan { start: 0, end: 0 };
        }
        let reach = |cell: &Cell| (cell.at as usize, cell.at as usize + usize::from(cell.len));
        if self.cells.is_empty() {
            let ends = |index: usize| match self.place(index) {
                Place::Byte(at) => (at, at + 1),
                Place::Wide(cell) => reach(&cell),
            };
            return ByteSpan { start: ends(start).0, end: ends(end - 1).1 };
        }
        let cells = self.cells.get(start..end).unwrap_or_default();
        match (cells.first().map(reach), cells.last().map(reach)) {
            // The cells may run backwards.
            (Some(one), Some(other)) => ByteSpan { start: one.0.min(other.0), end: one.1.max(other.1) },
            _ => ByteSpan { start: 0, end: 0 },
        }
    }
}

/// What a character stands for.
enum Place {
    /// A byte, which is ASCII.
    Byte(usize),
    /// More than one.
    Wide(Cell),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let mut page = Page::new();
        let folded = Folded::new(text, &mut page);
        folded.cells().map(|cell| if cell.ch < 0x80 { char::from(cell.ch) } else { '?' }).collect()
    }

    #[test]
    fn clothes_come_off() {
        for (text, plain) in [
            ("Call ME", "call me"),
            ("４１５－５５５", "415-555"),
            ("٤١٥ ۴۱۵ ४१५ 𝟒𝟙𝟻", "415 415 415 415"),
            ("①② ❸ ⁴₅ ⑩ 🔟 4️⃣1️⃣ ⒌", "12 3 45 10 10 41 5."),
            ("a\u{200b}b\u{ad}c\u{202e}d\u{336}e\u{feff}", "abcde"),
            ("ｇｍａｉｌ．ｃｏｍ", "gmail.com"),
            ("exаmple。com", "example.com"),
            ("fünf ñandú Ærø", "funf nandu aero"),
            ("𝒶𝓃𝓃 Ⓐⓝⓝ ᴀɴɴ 🅰", "ann ann ann a"),
            ("a\u{a0}b\u{3000}c", "a b c"),
            ("1–2—3−4", "1-2-3-4"),
            ("😀£ж", "???"),
            ("собака точка речка сор саll", "?????? ????? ????? cop call"),
        ] {
            assert_eq!(folded(text), plain, "{text}");
        }
    }

    #[test]
    fn cells_know_their_bytes() {
        let mut page = Page::new();
        let folded = Folded::new("a４\u{200b}⑩b", &mut page);
        assert_eq!(folded.len(), 5);
        assert_eq!(folded.bytes(1, 2), ByteSpan { start: 1, end: 4 });
        assert_eq!(folded.bytes(1, 4), ByteSpan { start: 1, end: 10 });
        assert!(folded.is(1, 4, "410") && !folded.is(1, 3, "410"));
    }

    #[test]
    fn few_or_many_that_are_not_ascii_are_the_same() {
        for text in ["£5 – É\t“ok”\r\nß", "É", "a£", "£a", "5£££x", "ＡＢ£", "À la carte, 20 €… voilà ☎ naïf"]
        {
            // Enough behind it that all cells are kept.
            let long = format!("{text}{}", "é".repeat(20));
            let (mut few, mut many) = (Page::new(), Page::new());
            let (few, many) = (Folded::new(text, &mut few), Folded::new(&long, &mut many));
            assert!(few.cells.is_empty() != text.contains(['ß', 'Ａ']) && !many.cells.is_empty(), "{text}");
            let length = few.len();
            assert_eq!(few.chars(), &many.chars()[..length], "{text}");
            for at in 0..length {
                assert_eq!(few.cell(at), many.cell(at), "{text}");
                assert_eq!(few.is_upper(at), many.is_upper(at), "{text}");
                for end in at..=length {
                    assert_eq!(few.bytes(at, end), many.bytes(at, end), "{text}");
                }
            }
        }
    }
}
