//! Mailboxes that are told apart from their provider: "I'm on gmail, just put ann.lee in front of it", "Mein Postfach liegt bei
//! gmx, davor steht ann.lee".

use super::{finding, provider};
use crate::policy::Finding;
use crate::policy::host;
use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::remark;
use crate::policy::token::{Gap, Token, Tokens};

/// Most tokens between the name of a provider and a mailbox on either side of it.
const FAR: usize = 20;

/// Letters in the shortest mailbox that is one word.
const SHORTEST: usize = 8;

/// Words that say what the mailbox is called.
static NAMES: &[Key] = keys!(
    "put puts by goes use type write steht heisst heist heisse heise schreib schreiben nenn nenne kommt va pon poner pone \
     ponga mets mettez metti metta coloca coloque bota skriv zet wpisz napis s m am are to likho daalo \
     appelle appelles nomme llamo llaman chiamo chamo nazywam heter напиши пиши имя это логин लिखो है front davor"
);

/// Words that may stand between these and the mailbox.
static PASSED: &[Key] = keys!(
    "just simply only da dort there mich me einfach nur solo simplemente juste simplement so apenas bara gewoon просто"
);

/// The first labels of providers' hosts that are everyday words or too short to be told from others.
static HOSTS: &[Key] = keys!("web mail wp o t free sfr abv ukr qq inbox list bk live me");

/// The mailbox itself: "mailbox is annleewalks".
static BOXES: &[Key] = keys!("mailbox postfach boite buzon casella inbox username");

/// What providers are named for beside mail.
static PRODUCTS: &[Key] = keys!("maps news weather finance answers search calendar drive docs photos meet");

/// Words that say where the mailbox stands.
static BESIDE: &[Key] = keys!("before davor delante devant davanti antes in first voran avant vor");

/// Finds one in a text that has no whole address.
pub(super) fn find(tokens: &Tokens<'_>, spots: &[usize], found: &mut Vec<Finding>) {
    // Up to where mailboxes have been looked for.
    let mut from = 0;
    for at in spots.iter().copied() {
        let host = tokens.at(at).is_mark(b'.');
        let at = if host { at.checked_sub(1) } else { provider::begin(tokens, at) };
        let Some(at) = at else { continue };
        let Some((end, name)) = named(tokens, at) else { continue };
        let near = at.saturating_sub(FAR).max(from)..(end + FAR).min(tokens.len());
        from = near.end;
        for first in near {
            if let Some(last) = mailbox(tokens, first) {
                let local = provider::plain(tokens, first, last);
                found.push(finding(tokens, first, last, format!("{local}@{name}"), "email.provider", 70));
                return;
            }
        }
    }
}

/// The provider at a token, by its name or as a host: its last token, and its name.
fn named(tokens: &Tokens<'_>, at: usize) -> Option<(usize, String)> {
    if let Some((end, name)) = provider::name(tokens, at) {
        return (!tokens.at(end + 1).is_one(PRODUCTS)).then(|| (end, name.to_owned()));
    }
    if !tokens.at(at).has(Senses::PROVIDER) && !tokens.at(at).is_one(HOSTS) {
        return None;
    }
    let host = host::host(tokens, at, true)?;
    Some((host.last, host.name))
}

/// The last token of the mailbox that begins at a token, and is said to be one.
fn mailbox(tokens: &Tokens<'_>, first: usize) -> Option<usize> {
    let token = tokens.at(first);
    let unknown = |token: &Token| token.is_word() && token.lexeme.senses.is_empty();
    if !token.is_word() || token.gap == Gap::None {
        return None;
    }
    let last = provider::run_end(tokens, first)?;
    let lead = first.wrapping_sub(1);
    if first == last {
        // "ninathegroomer all one word"
        let hint = last + 1 + usize::from(tokens.at(last + 1).is_mark(b','));
        let said = || tokens.before(lead).is_one(BOXES) || remark::joins(tokens, hint);
        return (token.len() >= SHORTEST && unknown(token) && said()).then_some(last);
    }
    // "davor steht maler-otte"
    let told = || tokens.before(lead).is_one(BESIDE);
    let strange = (provider::looks_like_handle(tokens, first, last) || told())
        && (first..=last).any(|at| unknown(tokens.at(at)))
        && !host::is_file(tokens.at(last))
        && host::host(tokens, first, false).is_none();
    (strange && is_named(tokens, first)).then_some(last)
}

/// Whether it is said of what begins at a token that it is the mailbox.
fn is_named(tokens: &Tokens<'_>, first: usize) -> bool {
    let mut lead = first.wrapping_sub(1);
    for _ in 0..2 {
        if tokens.at(lead).is_one(PASSED) {
            lead = lead.wrapping_sub(1);
        }
    }
    let lead = tokens.at(lead);
    lead.is_any_mark(b":=") || lead.has(Senses::LINK.or(Senses::MAIL)) || lead.is_one(NAMES)
}

#[cfg(test)]
mod tests {
    use crate::policy::Detector;

    #[test]
    fn a_mailbox_may_stand_anywhere_near_its_provider() {
        for (text, value) in [
            ("I'm on gmail, just put tony.the.tiler in front of it", "tony.the.tiler@gmail"),
            ("the name's petal_and_pine, and I'm with hotmail", "petal_and_pine@hotmail"),
            ("Mein Postfach liegt bei gmx, davor steht einfach maler.uhl", "maler.uhl@gmx"),
            ("je suis chez laposte, mettez juste atelier.dupont devant", "atelier.dupont@mail"),
            ("mi usuario es pelos.y.patas y lo demás de outlook", "pelos.y.patas@outlook"),
            ("we are on yahoo, it's bramleygardens all one word", "bramleygardens@yahoo"),
            ("bin bei gmx, heiße da maler.bruno", "maler.bruno@gmx"),
            ("je suis chez orange, je m'appelle plombier.luc dessus", "plombier.luc@mail"),
            ("ich hab nur ein gmx Postfach, davor steht malerbetrieb-otte", "malerbetrieb-otte@gmx"),
            ("das Postfach ist bei web.de, davor steht renate_lohmann", "renate_lohmann@web.de"),
        ] {
            let found = Detector::new().scan(text);
            assert!(
                found.iter().any(|finding| finding.value == value),
                "{text} {:?}",
                found.first().map(|f| &f.value)
            );
        }
        for text in [
            "I use gmail for work, the file is invoice_2024.pdf",
            "my gmail is down.thanks for waiting",
            "my gmail is 2x slower today, gmail me after 5pm",
            "on gmail put it in drafts, check notifications first",
            "our yahoo newsletter goes out monday",
            "im @ work.call you, yes, gmail is fine, outlook/gmail both work",
            "is your yahoo working? it's all one word to them",
        ] {
            assert_eq!(Detector::new().scan(text), [], "{text}");
        }
    }
}
