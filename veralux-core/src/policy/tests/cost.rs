//! What texts cost that are made to cost much, and those that people write.

use super::{each_seen, hostile};
use crate::policy::effort::{self, Looks};
use crate::policy::token::{self, Room, Tokens};
use crate::policy::{Detector, Finding, email, host, phone, social, url};

#[test]
fn hostile_texts_cost_little_for_their_length() {
    let table = hostile::Hostile::read();
    assert!(table.alphabets().count() > 190);
    for alphabet in table.alphabets() {
        for length in [16 * 1024, 64 * 1024] {
            let cost = Cost::of(alphabet, length);
            assert!(cost.weighed <= phone::FREE + cost.cells / 6, "{alphabet:?}: {cost:?}");
            assert!(cost.again <= token::WHOLE + cost.cells / 8, "{alphabet:?}: {cost:?}");
            assert!(cost.vain <= effort::FREE + cost.cells / 4, "{alphabet:?}: {cost:?}");
        }
    }
}

#[test]
fn what_people_write_has_every_window_weighed_and_is_looked_at_everywhere() {
    let mut long = String::new();
    each_seen(|tokens, text| {
        let spent = |tokens: &Tokens<'_>| {
            let (windows, read) = phone::weighed(tokens);
            windows + read
        };
        assert!(spent(tokens) < phone::FREE / 8, "{text}");
        assert!(in_vain(tokens) < effort::FREE / 8, "{text}");
        long.push_str(text);
        long.push('\n');
        if long.len() >= 2048 {
            let mut room = Room::new();
            let tokens = Tokens::new(&long, &mut room);
            assert!(spent(&tokens) < phone::FREE, "{long}");
            assert!(in_vain(&tokens) < effort::FREE, "{long}");
            long.clear();
        }
    });
}

#[test]
fn what_stands_alone_is_found_behind_anything() {
    let (mut mails, mut links) = (0, 0);
    for piece in ["1-", "4a", "#1", "1 2 ", "415-", "x.", "e.g.", "@@a", "a@", "@a.b", "dot ", "vk "] {
        let front = hostile::text(&[piece.to_owned()], 16 * 1024);
        // Wherever the last look in vain was.
        for more in 0..16 {
            let front = front.clone() + &piece.repeat(more);
            let found = |detail: &str| {
                let text = format!("{front}\n{detail}\n");
                let found = Detector::new().scan(&text);
                // Alone, or with what stands in front: "a@\nhappypaws.com".
                let end = front.len() + 1 + detail.len();
                assert!(found.iter().any(|found| found.span.end == end), "{piece}: {detail}");
            };
            if is_passed_over(&format!("{front}\nann.lee"), &email::find) {
                mails += 1;
                found("ann.lee@example.org");
            }
            if is_passed_over(&format!("{front}\nhappypaws"), &url::find) {
                links += 1;
                found("happypaws.com");
            }
            found("415-555-0132");
        }
    }
    // Else nothing would be found here for standing alone.
    assert!(mails > 16 && links > 16, "{mails} and {links}");
}

type Find = dyn Fn(&Tokens<'_>, &[usize], &mut Looks, &mut Vec<Finding>);

/// Whether a sign behind a text would be passed over if it did not stand alone.
fn is_passed_over(text: &str, find: &Find) -> bool {
    let (mut room, mut looks) = (Room::new(), Looks::default());
    let tokens = Tokens::new(text, &mut room);
    find(&tokens, &host::spots(&tokens), &mut looks, &mut Vec::new());
    !looks.may(tokens.len())
}

/// How often the finders that look where names and addresses may be look in vain, the one that does so most.
fn in_vain(tokens: &Tokens<'_>) -> usize {
    let (mut mails, mut links, mut names) = (Looks::default(), Looks::default(), Looks::default());
    let (spots, mut found) = (host::spots(tokens), Vec::new());
    email::find(tokens, &spots, &mut mails, &mut found);
    url::find(tokens, &spots, &mut links, &mut found);
    social::find(tokens, &mut names, &mut found);
    mails.in_vain().max(links.in_vain()).max(names.in_vain())
}

/// What a text costs: its characters, those that are read again, the windows weighed, the looks in vain.
#[derive(Debug, Clone, Copy)]
struct Cost {
    cells: usize,
    again: usize,
    weighed: usize,
    vain: usize,
}

impl Cost {
    fn of(alphabet: &[String], length: usize) -> Self {
        let text = hostile::text(alphabet, length);
        let (mut room, mut more, mut last) = (Room::new(), Room::new(), Room::new());
        let tokens = Tokens::new(&text, &mut room);
        let (joined, backwards) = (tokens.joined(&mut more), tokens.backwards(&mut last));
        let length = |tokens: &Option<Tokens<'_>>| tokens.as_ref().map_or(0, |tokens| tokens.folded.len());
        Self {
            cells: tokens.folded.len(),
            again: length(&joined).max(length(&backwards)),
            weighed: phone::weighed(&tokens).0,
            vain: in_vain(&tokens),
        }
    }
}
