//! The forms in which numbers are written.

use super::run::Run;
use crate::policy::view::View;

/// A form that fits at some group of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    /// How many groups it takes.
    pub(super) groups: usize,
    /// How many digits these have.
    pub(super) digits: usize,
    /// Written with `+` or `00`.
    pub(super) international: bool,
    pub(super) rule: &'static str,
    pub(super) score: u8,
}

/// The form that fits from a group on. `called` says that a word in front asks to call.
pub(super) fn fit(view: View<'_>, run: &Run, group: usize, called: bool) -> Option<Form> {
    // The middle of something tighter is no beginning.
    if group > 0 && run.sign(group) != b' ' {
        return None;
    }
    if run.date_groups(view, group) > 0 {
        return None;
    }
    let form = international(view, run, group)
        .or_else(|| grouped(view, run, group))
        .or_else(|| national(view, run, group))
        .or_else(|| plain(view, run, group))
        .or_else(|| short(view, run, group, called))?;
    let next = run.sign(group + form.groups);
    // Nor is its beginning an end.
    let cut = form.groups > 1 && matches!(next, b'-' | b'.') && next == run.sign(group + form.groups - 1);
    (!cut).then_some(form)
}

fn form(groups: usize, digits: usize, rule: &'static str, score: u8) -> Form {
    Form { groups, digits, international: rule == "phone.international", rule, score }
}

/// `+` or `00`, then 7 to 15 digits (ITU-T E.164, 6.1); exactly 11 in country code 1.
fn international(view: View<'_>, run: &Run, group: usize) -> Option<Form> {
    let start = run.group(group).start;
    let zeros = if view.before(start) == b'+' { 0 } else { 2 };
    if zeros == 2 && view.slice(start, start + 2) != "00" {
        return None;
    }
    let north_america = view.at(start + zeros) == b'1';
    let (mut groups, mut digits) = (0, 0);
    loop {
        let more = run.digits(group + groups);
        let trunk = usize::from(run.is_trunk_zero(view, group + groups));
        let most = if north_america { 11 } else { 15 + trunk };
        // Eleven digits are enough; what follows belongs only when it reads like a further group.
        let belongs = digits < 11 + zeros || (more >= 2 && digits + more <= 13 + zeros);
        if more == 0 || digits + more > most + zeros || !belongs {
            break;
        }
        digits += more;
        groups += 1;
    }
    let fewest = if zeros == 0 { 7 } else { 9 + zeros };
    (digits >= fewest && (!north_america || digits == 11 + zeros))
        .then(|| form(groups, digits, "phone.international", 97))
}

/// Groups that only phone numbers have: 3-3-4 with or without a 1, 3-7, 5-5, a country code and 10.
fn grouped(view: View<'_>, run: &Run, group: usize) -> Option<Form> {
    let lengths: [usize; 4] = std::array::from_fn(|index| run.digits(group + index));
    let first = view.at(run.group(group).start);
    let area = (b'2'..=b'9').contains(&first);
    match lengths {
        [3, 3, 4, _] if area => Some(form(3, 10, "phone.grouped", 95)),
        [1, 3, 3, 4] if first == b'1' => Some(form(4, 11, "phone.grouped", 95)),
        [3, 7, ..] if area => Some(form(2, 10, "phone.grouped", 85)),
        [2, 10, ..] if area => Some(form(2, 12, "phone.grouped", 80)),
        [5, 5, ..] if (b'6'..=b'9').contains(&first) => Some(form(2, 10, "phone.grouped", 80)),
        _ => None,
    }
}

/// A leading zero, then 9 to 12 digits in all, 10 or 11 where nothing groups them; of several ends the one at ten or
/// eleven digits.
fn national(view: View<'_>, run: &Run, group: usize) -> Option<Form> {
    let start = run.group(group).start;
    if view.at(start) != b'0' || view.at(start + 1) == b'0' {
        return None;
    }
    let (mut digits, mut best) = (0, None);
    for groups in 1..=run.len().saturating_sub(group) {
        let more = run.digits(group + groups - 1);
        digits += more;
        if digits > 12 || (more < 2 && groups > 1) {
            break;
        }
        // A shorter end stays only when going on would pass eleven digits.
        let enough = if groups == 1 { (10..=11).contains(&digits) } else { digits >= 9 };
        if enough && (best.is_none() || digits <= 11) {
            best = Some((groups, digits));
        }
    }
    best.map(|(groups, digits)| form(groups, digits, "phone.national", 92))
}

/// Ten to thirteen digits in one group, no zero in front.
fn plain(view: View<'_>, run: &Run, group: usize) -> Option<Form> {
    let digits = run.digits(group);
    ((10..=13).contains(&digits) && view.at(run.group(group).start) != b'0')
        .then(|| form(1, digits, "phone.plain", 75))
}

/// Seven to nine digits: 3-4 with a hyphen, other groupings only when a word asks to call.
fn short(view: View<'_>, run: &Run, group: usize, called: bool) -> Option<Form> {
    let lengths = [run.digits(group), run.digits(group + 1)];
    let first = view.at(run.group(group).start);
    let last = run.group(group + 1);
    let round = view.slice(last.start, last.end).ends_with("00");
    match lengths {
        [7..=9, _] if called => Some(form(1, run.digits(group), "phone.short", 60)),
        [3 | 4, 4] if called => Some(form(2, lengths.iter().sum(), "phone.short", 65)),
        [3, 4] if run.sign(group + 1) == b'-' && (b'2'..=b'9').contains(&first) && !round => {
            Some(form(2, 7, "phone.short", 60))
        }
        _ => None,
    }
}
