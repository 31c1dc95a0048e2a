//! Room for a folded text, and how a text comes into it.

use smallvec::SmallVec;

use super::Cell;
use super::chars::{self, Fold};
use super::script::{self, Word};

/// Messages up to this many characters are folded without allocation.
const INLINE: usize = 256;
/// Zeros behind the folded characters, so that as many can be looked at together from any of them on.
const PADDING: usize = 80;
/// Room for both.
const PADDED: usize = 512;
/// Most characters of a text that are kept by themselves because they are not ASCII; one with more has all its cells.
const FEW: usize = 8;

/// Room for a folded text.
pub(in crate::policy) struct Page {
    pub(super) chars: SmallVec<[u8; PADDED]>,
    pub(super) cells: SmallVec<[Cell; INLINE]>,
    /// Characters of more than a byte, when all others are bytes.
    pub(super) wide: SmallVec<[Cell; FEW]>,
}

impl Page {
    #[inline]
    pub(in crate::policy) fn new() -> Self {
        Self { chars: SmallVec::new(), cells: SmallVec::new(), wide: SmallVec::new() }
    }

    /// Appends the zeros.
    pub(super) fn pad(&mut self) {
        self.chars.extend_from_slice(&[0; PADDING]);
    }
}

/// Copies a text in which a few characters are not ASCII, each of which stands for one in no disguise, and keeps the cells of
/// these; false, and nothing is copied, when there are others.
#[inline(never)]
pub(super) fn copy_few(text: &str, page: &mut Page) -> bool {
    let (mut rest, mut at) = (text, 0u32);
    loop {
        let (run, wide) = rest.split_at_checked(ascii_run(rest.as_bytes())).unwrap_or_default();
        page.chars.extend_from_slice(run.as_bytes());
        at = at.saturating_add(u32::try_from(run.len()).unwrap_or(u32::MAX));
        let Some(c) = wide.chars().next() else { return true };
        let Fold::Plain(ch) = chars::fold(c) else { break };
        if page.wide.len() == FEW {
            break;
        }
        let len = u8::try_from(c.len_utf8()).unwrap_or(4);
        let ch = ch.to_ascii_lowercase();
        page.wide.push(Cell { ch, len, upper: c.is_uppercase(), disguised: false, at });
        page.chars.push(ch);
        rest = wide.get(c.len_utf8()..).unwrap_or_default();
        at = at.saturating_add(u32::from(len));
    }
    page.chars.clear();
    page.wide.clear();
    false
}

#[inline(never)]
pub(super) fn fold_wide(text: &str, page: &mut Page) {
    page.cells.reserve(text.len());
    page.chars.reserve(text.len() + PADDING);
    let mut rest = text;
    // A longer text than 4 GiB cannot be held beside its cells.
    let mut at = 0u32;
    let mut word: Option<Word> = None;
    let mut seen = Seen([('\0', Fold::Nothing); SEEN]);
    while !rest.is_empty() {
        let ascii = ascii_run(rest.as_bytes());
        let run = rest.as_bytes().get(..ascii).unwrap_or_default();
        if let Some(next) = run.first()
            && let Some(word) = word.take().filter(|_| !next.is_ascii_alphabetic())
        {
            word.end(&mut page.cells, text, at as usize);
        }
        extend_cells(&mut page.cells, run, at);
        rest = rest.get(ascii..).unwrap_or_default();
        at = at.saturating_add(u32::try_from(ascii).unwrap_or(u32::MAX));
        let Some(c) = rest.chars().next() else { break };
        let fold = seen.fold(c);
        if word.is_none() {
            word = Word::begin(c, &page.cells, at as usize);
        } else if !script::is_letter(c)
            && !matches!(fold, Fold::Nothing | Fold::Mark)
            && let Some(word) = word.take().filter(|_| !c.is_alphabetic())
        {
            word.end(&mut page.cells, text, at as usize);
        }
        push_folded(&mut page.cells, c, fold, at);
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        at = at.saturating_add(u32::try_from(c.len_utf8()).unwrap_or(u32::MAX));
    }
    if let Some(word) = word {
        word.end(&mut page.cells, text, text.len());
    }
    page.chars.extend(page.cells.iter().map(|cell| cell.ch));
}

/// Characters whose folds are remembered: those of one alphabet, and all of a text in which a few come again and again.
const SEEN: usize = 64;

/// What characters folded to that came by, each in the place of its last bits.
struct Seen([(char, Fold); SEEN]);

impl Seen {
    #[inline]
    fn fold(&mut self, c: char) -> Fold {
        let Some(place) = self.0.get_mut(c as usize % SEEN) else { return chars::fold(c) };
        if place.0 != c {
            *place = (c, chars::fold(c));
        }
        place.1
    }
}

/// Folds the ASCII among some characters, a few at once; what stands behind them stays zero.
pub(super) fn fold_plain(chars: &mut [u8], length: usize) {
    let mut controls = false;
    for sixteen in chars.as_chunks_mut::<16>().0.iter_mut().take(length.div_ceil(16)) {
        let mut control = 0;
        for ch in sixteen {
            *ch = ch.to_ascii_lowercase();
            control |= u8::from(ch.wrapping_sub(b'\t') < 5) & u8::from(*ch != b'\n');
        }
        controls |= control != 0;
    }
    if controls {
        for ch in chars.iter_mut().take(length).filter(|ch| ch.is_ascii()) {
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

pub(super) fn ascii_cell(byte: u8, at: u32) -> Cell {
    let ch = PLAIN.get(usize::from(byte)).copied().unwrap_or(byte);
    Cell { ch, len: 1, upper: byte.is_ascii_uppercase(), disguised: false, at }
}

fn push_folded(cells: &mut SmallVec<[Cell; INLINE]>, c: char, fold: Fold, at: u32) {
    let len = u8::try_from(c.len_utf8()).unwrap_or(4);
    let mut push = |ch: u8, disguised: bool| {
        let upper = c.is_uppercase();
        cells.push(Cell { ch: ch.to_ascii_lowercase(), len, upper, disguised, at });
    };
    match fold {
        Fold::Nothing => {}
        Fold::Mark => {
            // A mark belongs to the character that it is laid over.
            if let Some(cell) = cells.last_mut() {
                let reach = at.saturating_sub(cell.at) + u32::from(len);
                cell.len = u8::try_from(reach).unwrap_or(cell.len);
                // A keycap; a stroke through each.
                cell.disguised |= matches!(c, '\u{20e3}' | '\u{335}'..='\u{338}');
            }
        }
        Fold::Plain(ch) => push(ch, false),
        Fold::Disguised(text) => text.iter().filter(|ch| **ch != 0).for_each(|ch| push(*ch, true)),
    }
}
