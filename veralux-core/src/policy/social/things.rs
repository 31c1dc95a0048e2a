//! Things that have names with underscores, as handles have: files, networks, settings.

use std::cell::OnceCell;

use super::handle::Handle;
use crate::policy::lexicon::{Key, Senses, Set, keys};
use crate::policy::token::Tokens;

/// Whether a message names things that have names with `_` too; its words are looked at once, if at all.
#[derive(Default)]
pub(super) struct Things(OnceCell<bool>);

impl Things {
    pub(super) fn are_named(&self, tokens: &Tokens<'_>) -> bool {
        *self.0.get_or_init(|| speaks_of_things(tokens))
    }
}

/// Whether a message names a file, a network, a setting.
fn speaks_of_things(tokens: &Tokens<'_>) -> bool {
    (0..tokens.len()).any(|at| {
        let token = tokens.at(at);
        // "quote_final", "plan_v2"
        let version = token.is_in(&VERSIONS) && tokens.before(at).is_mark(b'_');
        version || token.has(Senses::THING) || token.is_in(&NAMED)
    })
}

/// Words for what opens a network or a device.
static PASSWORDS: &[Key] = keys!(
    "wifi wlan network netzwerk rede router hotspot password passwort kennwort pass passcode senha clave \
     contrasena parola mdp passe wachtwoord haslo sifre login pin alarm"
);

/// Whether a name with a number opens a network or a device: "the wifi is beach#1964", not "add me jones#0042, wifi is down".
pub(super) fn is_password(tokens: &Tokens<'_>, name: Handle) -> bool {
    static SELF: &[Key] = keys!("find tag am im bin soy suis discord handle gamertag");
    let stop = |at: &usize| tokens.at(*at).is_any_mark(b",.;!?");
    let lead = tokens.before(name.first);
    let somebody = lead.has(Senses::REACH)
        || lead.is_one(keys!("add me us"))
        || (name.first.saturating_sub(3)..name.first)
            .chain(name.last + 3..name.last + 7)
            .any(|at| tokens.at(at).is_one(SELF));
    // "login is bad, kenny#1234"
    let front = (name.first.saturating_sub(6)..name.first).rev().take_while(|at| !stop(at));
    // "beach#1964 is the password", not "kenny#1234 is on the network"
    let number = name.last + 2;
    let (next, then) = (tokens.at(number + 1), tokens.at(number + 2));
    let linked = next.is_mark(b':')
        || next.is_one(keys!("is ist es est for fur fuer para pour per voor"))
            && !then.is_one(keys!("on in im"))
        || tokens.is(next, "to") && then.is_one(keys!("get log connect join"));
    let behind = (number + 2..number + 8).take_while(|at| linked && !stop(at));
    !somebody && front.chain(behind).any(|at| tokens.at(at).is_one(PASSWORDS))
}

/// Words in the names of things, behind an underscore.
static VERSIONS: Set = Set::of(keys!(
    "v ver version rev final finale finalv draft copy backup bak old tmp test neu alt kopie copia nuevo \
     nueva copie kopia edited signed min max id url date count total name of link list"
));

/// Words of messages that speak of things which have names with underscores.
static NAMED: Set = Set::of(keys!(
    "file files folder named saved network router hotspot ssid login variable column field script \
     variables columns fields table scripts query tag version backup export upload uploaded download pdf \
     csv datei ordner archivo carpeta fichier dossier netz netzwerk wlan red rede template templates \
     draft drafts model module branch commit schema dataset notebook constant class method function \
     parameter setting settings hostname server database db username env config layer bucket path renamed \
     rename vorlage vorlagen entwurf dateien umbenannt gespeichert hochgeladen modell tabelle spalte \
     plantilla borrador archivos guardado renombrado subido columna tabla modelo modele gabarit fichiers \
     renomme enregistre colonne brouillon arquivo arquivos pasta planilha salvei renomeei coluna cartella \
     modello rinominato salvato colonna bozza bestand bestanden map sjabloon hernoemd opgeslagen kolom \
     plik pliki pliku plikach plikow form forms box boxes formular formulario formulaire folderze szablon \
     kolumna dosya klasor sablon fil filen mapp mall soubor slozka save saving rename naming salva \
     speicher speichere guarda guardalo booked project projekt projektname dateiname filename proyecto projet progetto \
     projeto printer screen display displays shows showing error repo npm package packages library \
     dependency dependencies"
));

#[cfg(test)]
mod tests {
    use crate::policy::Detector;

    #[test]
    fn passwords_are_no_handles() {
        let found = |text: &str| !Detector::new().scan(text).is_empty();
        for text in [
            "WLAN Passwort: Garten#2031",
            "la clave del wifi es playa#1964",
            "use Sol#2024 to get on the wifi",
            "Sol#2024 is the wifi password",
        ] {
            assert!(!found(text), "{text}");
        }
        for text in [
            "kenny#1234 on there, wifi is bad",
            "login is bad, kenny#1234",
            "add kenny#1234",
            "kenny#1234 pass me the notes there",
            "i am kenny#1234 on the network",
            "my tag is kenny#1234 my pin is lost",
        ] {
            assert!(found(text), "{text}");
        }
    }
}
