//! Words of scripts whose letters look like Latin ones: a word that is wholly of such a script is no disguise.

use smallvec::SmallVec;

use super::{Cell, LETTER};
use crate::policy::lexicon::{Key, Lexeme, look_up_foreign};

/// A word of Greek, Cyrillic or Armenian letters that is being read.
pub(super) struct Word {
    /// Its first cell, and its first byte.
    cell: usize,
    byte: usize,
}

impl Word {
    /// The word that a character begins at a byte, when it is a letter that stands behind none.
    pub(super) fn begin(c: char, cells: &[Cell], byte: usize) -> Option<Self> {
        let inside = cells.last().is_some_and(|cell| cell.ch.is_ascii_lowercase() || cell.ch == LETTER);
        (is_letter(c) && !inside).then_some(Self { cell: cells.len(), byte })
    }

    /// Leaves the word as it is that ends at a byte, when it is one of its script: it is known, or has a letter that no Latin
    /// one looks like.
    pub(super) fn end<A: smallvec::Array<Item = Cell>>(
        self,
        cells: &mut SmallVec<A>,
        text: &str,
        byte: usize,
    ) {
        let word = cells.get_mut(self.cell..).unwrap_or_default();
        let is_own = |cell: &Cell| cell.ch == LETTER;
        let letters = word.iter().filter(|cell| cell.ch.is_ascii_lowercase()).count();
        let digits = word.iter().any(|cell| cell.ch.is_ascii_digit());
        let known = || {
            let word = text.get(self.byte..byte).unwrap_or_default();
            look_up_foreign(Key::of_script(word)) != Lexeme::NONE
        };
        if word.iter().any(is_own) || digits && letters > 1 || word.len() > 1 && known() {
            for cell in word {
                (cell.ch, cell.disguised) = (LETTER, false);
            }
        }
    }
}

/// Whether a character is a letter of a script that has some which look like Latin ones.
pub(super) fn is_letter(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{373}' | '\u{376}'..='\u{37d}' | '\u{386}'..='\u{481}' | '\u{48a}'..='\u{587}')
        && c != '\u{387}'
}
