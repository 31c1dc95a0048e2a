//! Phone numbers in their usual forms, national and international.
//!
//! One walk over the bytes collects runs: groups of digits with usual separators between them. In each run the first
//! group from which a form fits begins a number. No numbering plan is asked: fictitious and new ranges count too.

mod form;
mod run;

use super::label::{self, Says};
use super::view::{View, identifier};
use super::{Finding, Kind};
use form::Form;
use run::Run;

/// Digits in the shortest number.
pub(super) const MIN_DIGITS: usize = 7;

pub(super) fn find(view: View<'_>, found: &mut Vec<Finding>) {
    let mut index = 0;
    while index < view.len() {
        if !view.at(index).is_ascii_digit() {
            index += 1;
            continue;
        }
        let run = Run::collect(view, index);
        numbers_in(view, &run, found);
        index = run.end();
    }
}

fn numbers_in(view: View<'_>, run: &Run, found: &mut Vec<Finding>) {
    let mut group = 0;
    while group < run.len() {
        let says = label::read(view.words_before(run.group(group).start));
        match form::fit(view, run, group, says == Says::Call) {
            Some(form) if !is_something_else(view, run, group, form, says) => {
                found.push(finding(view, run, group, form));
                group += form.groups;
            }
            Some(form) => group += form.groups,
            None => group += run.date_groups(view, group).max(1),
        }
    }
}

/// Vetoes: a label that names a thing, a currency sign, a `#`, letters glued to the digits.
fn is_something_else(view: View<'_>, run: &Run, group: usize, form: Form, says: Says) -> bool {
    let start = run.group(group).start;
    let last = run.group(group + form.groups - 1);
    let sign = view.char_before(start);
    let labelled = says == Says::Thing || sign == Some('#') || sign.is_some_and(is_currency);
    let glued_front = sign.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let glued_back = view.char_at(last.end).is_some_and(char::is_alphabetic);
    let long = form.groups == 1 && form.digits >= 10;
    labelled || (glued_front && !(long && view.at(start) == b'0')) || (glued_back && form.digits < 10)
}

fn finding(view: View<'_>, run: &Run, group: usize, form: Form) -> Finding {
    let (first, last) = (run.group(group), run.group(group + form.groups - 1));
    let mut start = first.start;
    if view.before(start) == b'+' {
        start -= 1;
    }
    if view.before(start) == b'(' && view.slice(first.start, last.end).contains(')') {
        start -= 1;
    }
    let mut value = String::with_capacity(16);
    let mut skip = 0;
    if form.international {
        value.push('+');
        // `00` stands for the plus sign.
        skip = if view.before(first.start) == b'+' { 0 } else { 2 };
    }
    for index in group..group + form.groups {
        let digits = run.group(index);
        // "+44 (0)20": the zero is dialled only at home.
        let trunk = form.international && index > group && run.is_trunk_zero(view, index);
        if !trunk {
            value.push_str(view.slice(digits.start + skip, digits.end));
        }
        skip = 0;
    }
    identifier(Kind::Phone, start, last.end, value, form.rule, form.score)
}

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '¢' | '£' | '¥' | '₦' | '€' | '₹')
}
