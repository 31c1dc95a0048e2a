//! The folded text: every character as the finders see it, with the bytes it stands for.
//!
//! Letters lose case, accents and other clothes (full-width, mathematical, look-alikes of other scripts), digits of every
//! script become `0` to `9`, all spaces, line ends, dashes and dots become one each, and what nobody sees is left out.
//! A cell keeps the bytes of its character, so that a span of cells is a span of the text.

mod chars;
mod look_alike;

use smallvec::SmallVec;

use super::ByteSpan;

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

/// Messages up to this many characters are folded without allocation.
const INLINE: usize = 256;
/// Zeros behind the folded characters, so that as many can be looked at together from any of them on.
const PADDING: usize = 80;
/// Room for both.
const PADDED: usize = 512;

/// Room for a folded text.
pub(super) struct Page {
    chars: SmallVec<[u8; PADDED]>,
    cells: SmallVec<[Cell; INLINE]>,
}

impl Page {
    #[inline]
    pub(super) fn new() -> Self {
        Self { chars: SmallVec::new(), cells: SmallVec::new() }
    }
}

/// A folded text.
pub(super) struct Folded<'a> {
    text: &'a str,
    /// The characters of the cells by themselves, since most questions are about them; with zeros behind them.
    padded: &'a [u8],
    chars: &'a [u8],
    /// Empty when each character stands for the byte at its own place, as in a text of ASCII.
    cells: &'a [Cell],
}

impl<'a> Folded<'a> {
    pub(super) fn new(text: &'a str, page: &'a mut Page) -> Self {
        if text.is_ascii() {
            extend_plain(&mut page.chars, text.as_bytes());
        } else {
            fold_wide(text, page);
        }
        Self::of_page(text, page)
    }

    /// Another reading of a folded text: some of its cells, in another order.
    pub(super) fn of_cells(text: &'a str, cells: impl Iterator<Item = Cell>, page: &'a mut Page) -> Self {
        page.cells.extend(cells);
        page.chars.extend(page.cells.iter().map(|cell| cell.ch));
        Self::of_page(text, page)
    }

    fn of_page(text: &'a str, page: &'a mut Page) -> Self {
        let length = page.chars.len();
        page.chars.extend_from_slice(&[0; PADDING]);
        let chars = page.chars.get(..length).unwrap_or_default();
        Self { text, padded: &page.chars, chars, cells: &page.cells }
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
        let byte = self.text.as_bytes().get(index).filter(|_| index < self.len())?;
        Some(ascii_cell(*byte, u32::try_from(index).unwrap_or(u32::MAX)))
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

    /// Whether a letter or digit was written as another character.
    pub(super) fn is_disguised(&self, index: usize) -> bool {
        self.cells.get(index).is_some_and(|cell| cell.disguised)
    }

    /// Whether it was a capital letter.
    pub(super) fn is_upper(&self, index: usize) -> bool {
        if self.cells.is_empty() {
            return self.text.as_bytes().get(index).is_some_and(u8::is_ascii_uppercase);
        }
        self.cells.get(index).is_some_and(|cell| cell.upper)
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
        if self.cells.is_empty() {
            return ByteSpan { start, end };
        }
        let cells = self.cells.get(start..end).unwrap_or_default();
        let reach = |cell: &Cell| (cell.at as usize, cell.at as usize + usize::from(cell.len));
        match (cells.first().map(reach), cells.last().map(reach)) {
            // The cells may run backwards.
            (Some(one), Some(other)) => ByteSpan { start: one.0.min(other.0), end: one.1.max(other.1) },
            _ => ByteSpan { start: 0, end: 0 },
        }
    }
}

#[inline(never)]
fn fold_wide(text: &str, page: &mut Page) {
    page.cells.reserve(text.len());
    page.chars.reserve(text.len());
    let mut rest = text;
    // A longer text than 4 GiB cannot be held beside its cells.
    let mut at = 0u32;
    while !rest.is_empty() {
        let ascii = ascii_run(rest.as_bytes());
        let run = rest.as_bytes().get(..ascii).unwrap_or_default();
        extend_plain(&mut page.chars, run);
        extend_cells(&mut page.cells, run, at);
        rest = rest.get(ascii..).unwrap_or_default();
        at = at.saturating_add(u32::try_from(ascii).unwrap_or(u32::MAX));
        let Some(c) = rest.chars().next() else { break };
        push_folded(&mut page.cells, c, at);
        page.chars.extend(page.cells.iter().skip(page.chars.len()).map(|cell| cell.ch));
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        at = at.saturating_add(u32::try_from(c.len_utf8()).unwrap_or(u32::MAX));
    }
}

/// Appends what some ASCII characters fold to.
fn extend_plain(chars: &mut SmallVec<[u8; PADDED]>, ascii: &[u8]) {
    let from = chars.len();
    chars.extend_from_slice(ascii);
    let added = chars.get_mut(from..).unwrap_or_default();
    added.make_ascii_lowercase();
    // Whether there is one is asked of all at once.
    let is_control = |byte: u8| byte < b' ' && byte != b'\n';
    if added.iter().fold(0, |any, byte| any | u8::from(is_control(*byte))) > 0 {
        for ch in added {
            *ch = plain(*ch);
        }
    }
}

/// Appends the cells of ASCII characters, the first of which is a byte's.
fn extend_cells(cells: &mut SmallVec<[Cell; INLINE]>, ascii: &[u8], first: u32) {
    let from = cells.len();
    cells.resize(from + ascii.len(), Cell { ch: 0, len: 1, upper: false, disguised: false, at: 0 });
    let added = cells.get_mut(from..).unwrap_or_default();
    for ((cell, byte), at) in added.iter_mut().zip(ascii).zip(first..) {
        *cell = ascii_cell(*byte, at);
    }
}

/// How many bytes are ASCII before one is not; eight are looked at together.
fn ascii_run(bytes: &[u8]) -> usize {
    let eights = bytes.as_chunks::<8>().0.iter().map(|eight| u64::from_le_bytes(*eight));
    let whole = 8 * eights.take_while(|eight| eight & u64::from_le_bytes([0x80; 8]) == 0).count();
    whole + bytes.iter().skip(whole).take_while(|byte| byte.is_ascii()).count()
}

/// What each byte folds to.
static PLAIN: [u8; 256] = plain_bytes();

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn plain_bytes() -> [u8; 256] {
    let mut plain_bytes = [0; 256];
    let mut byte = 0u8;
    loop {
        plain_bytes[byte as usize] = plain(byte);
        if byte == u8::MAX {
            return plain_bytes;
        }
        byte += 1;
    }
}

/// What an ASCII character folds to.
const fn plain(byte: u8) -> u8 {
    match byte {
        b'\r' | 0xb | 0xc => b'\n',
        b'\t' => b' ',
        _ => byte.to_ascii_lowercase(),
    }
}

fn ascii_cell(byte: u8, at: u32) -> Cell {
    let ch = PLAIN.get(usize::from(byte)).copied().unwrap_or(byte);
    Cell { ch, len: 1, upper: byte.is_ascii_uppercase(), disguised: false, at }
}

fn push_folded(cells: &mut SmallVec<[Cell; INLINE]>, c: char, at: u32) {
    let len = u8::try_from(c.len_utf8()).unwrap_or(4);
    let mut push = |ch: u8, disguised: bool| {
        let upper = c.is_uppercase();
        cells.push(Cell { ch: ch.to_ascii_lowercase(), len, upper, disguised, at });
    };
    match chars::fold(c) {
        chars::Fold::Nothing => {}
        chars::Fold::Mark => {
            // A mark belongs to the character that it is laid over.
            if let Some(cell) = cells.last_mut() {
                let reach = at.saturating_sub(cell.at) + u32::from(len);
                cell.len = u8::try_from(reach).unwrap_or(cell.len);
                // A keycap; a stroke through each.
                cell.disguised |= matches!(c, '\u{20e3}' | '\u{335}'..='\u{338}');
            }
        }
        chars::Fold::Plain(ch) => push(ch, false),
        chars::Fold::Disguised(text) => text.iter().filter(|ch| **ch != 0).for_each(|ch| push(*ch, true)),
    }
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
}
