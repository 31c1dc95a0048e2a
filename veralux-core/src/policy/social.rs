//! Handles with their `@`.

use super::view::{View, identifier};
use super::{Finding, Kind, label};

/// Longest handle in bytes; Instagram, Telegram and Threads allow about as much.
const MAX_HANDLE: usize = 32;

pub(super) fn find(view: View<'_>, found: &mut Vec<Finding>) {
    for at in (0..view.len()).filter(|index| view.at(*index) == b'@') {
        if !stands_free(view, at) {
            continue;
        }
        let from = at + 1;
        let run = view.slice(from, view.run_end(from, MAX_HANDLE, in_handle)).trim_end_matches('.');
        let end = from + run.len();
        let letters = run.bytes().filter(u8::is_ascii_alphabetic).count();
        let glued = view.char_at(end).is_some_and(char::is_alphanumeric);
        if run.len() >= 3 && letters >= 2 && !glued && !is_time(run) && !label::is_place(run) {
            let value = view.slice(at, end).to_lowercase();
            found.push(identifier(Kind::Social, at, end, value, "social.handle", 80));
        }
    }
}

/// An `@` inside a word belongs to an address, and one behind an earlier `@` is an ornament.
fn stands_free(view: View<'_>, at: usize) -> bool {
    view.char_before(at).is_none_or(|c| !c.is_alphanumeric() && !"@]_.+-%".contains(c))
}

/// `5pm`, `10.30am`.
fn is_time(run: &str) -> bool {
    let rest = run.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    rest.len() < run.len() && ["am", "pm", "ish", "th"].iter().any(|unit| rest.eq_ignore_ascii_case(unit))
}

fn in_handle(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.'
}
