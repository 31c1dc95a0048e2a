//! Any text as a code that somebody dials, and as a request for codes.

use veralux_core::forwarding::{Action, Code, Issue, Mmi, Reading, codes_line, explain};

/// Reads and explains a text, and takes it for a request document.
///
/// # Panics
/// When the parts of a control string do not make up its text, what was cleaned is not clean, a suggestion is no better,
/// an explanation contradicts the reader, or an answer is not one line of JSON.
pub fn mmi_code(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some(mmi) = Mmi::read(&text) {
        assert_eq!(rebuilt(&mmi, &text), text);
    }
    let code = Code::typed(&text);
    let explanation = explain(&text);
    assert_eq!(explanation.code, code);
    let forwarding = match code.reading() {
        Reading::Mmi(mmi) => mmi.is_forwarding(),
        Reading::Vertical(_) => true,
        Reading::Ussd | Reading::Other => false,
    };
    assert_eq!(explanation.is_forwarding(), forwarding);
    assert!(forwarding || !explanation.issues.is_empty());
    if let Some(suggestion) = &explanation.suggestion {
        let better = explain(suggestion.as_str());
        assert!(better.is_forwarding() && better.suggestion.is_none(), "{suggestion:?}");
    }
    assert!(!explanation.has(Issue::NotACode) || explanation.action.is_none());

    let answer = codes_line(data);
    assert!(!answer.contains('\n'));
    let answer: serde_json::Value = serde_json::from_str(&answer).expect("an answer is JSON");
    assert!(answer["error"]["code"].is_string() != answer["activationCode"].is_string());
}

/// A control string from its parts; how many fields there are shows only in the text.
fn rebuilt(mmi: &Mmi<'_>, text: &str) -> String {
    let prefix = match mmi.prefix() {
        Action::Registration => "**",
        Action::Erasure => "##",
        Action::Interrogation => "*#",
        Action::Activation => "*",
        Action::Deactivation => "#",
    };
    let end = text.len() - mmi.trailing().len() - 1;
    let fields = text[prefix.len() + mmi.service_code().len()..end].matches('*').count();
    let mut code = format!("{prefix}{}", mmi.service_code());
    for field in [mmi.sia(), mmi.sib(), mmi.sic(), mmi.sid()].iter().take(fields) {
        code.push('*');
        code.push_str(field);
    }
    code + "#" + mmi.trailing()
}
