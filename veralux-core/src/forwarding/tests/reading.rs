//! Properties of the reader.

use proptest::prelude::*;

use super::*;

proptest! {
    /// What is put together from parts falls into the same parts (TS 22.030, 6.5.2).
    #[test]
    fn parts_are_read_back(
        prefix in 0_usize..5,
        sc in "[0-9]{2,3}",
        fields in proptest::collection::vec("[0-9+]{0,16}", 0..5),
        trailing in "(\\+?[0-9]{1,12})?",
    ) {
        let (text, action) = [
            ("**", Action::Registration),
            ("##", Action::Erasure),
            ("*#", Action::Interrogation),
            ("*", Action::Activation),
            ("#", Action::Deactivation),
        ][prefix];
        let si = fields.iter().fold(String::new(), |si, field| si + "*" + field);
        let code = format!("{text}{sc}{si}#{trailing}");
        let mmi = Mmi::read(&code).unwrap();
        let part = |index: usize| fields.get(index).map_or("", String::as_str);
        prop_assert_eq!(
            (mmi.prefix(), mmi.service_code(), mmi.trailing()),
            (action, sc.as_str(), trailing.as_str())
        );
        prop_assert_eq!((mmi.sia(), mmi.sib(), mmi.sic(), mmi.sid()), (part(0), part(1), part(2), part(3)));
    }

    /// A service code of another length, a fifth field or a missing end is no control string.
    #[test]
    fn other_shapes_are_none(sc in "([0-9]|[0-9]{4,6})", si in "(\\*[*0-9+]{0,20})?") {
        let (wrong_code, fifth) = (format!("**{sc}{si}#"), "**21*1*2*3*4*5#".to_owned());
        let open = format!("**21{si}");
        for code in [wrong_code, fifth, open] {
            prop_assert_eq!(Mmi::read(&code), None, "{}", code);
        }
    }

    /// Any text is explained, and cleaning a clean code changes nothing.
    #[test]
    fn no_text_is_too_strange(text in "([*#0-9+]{0,24}|\\PC{0,40}|(tel:)?(%[0-9a-fA-F]{2}|[*#0-9+ ]){0,12})") {
        let explanation = explain(&text);
        prop_assert_eq!(explanation.is_forwarding(), !explanation.covers.is_empty());
        prop_assert_eq!(explanation.action.is_none(), explanation.has(Issue::NotACode)
            || explanation.has(Issue::EndMissing) || explanation.has(Issue::MixedForms));
        if let Some(suggestion) = &explanation.suggestion {
            let better = explain(suggestion.as_str());
            prop_assert!(suggestion != &explanation.code);
            prop_assert!(better.is_forwarding() && better.suggestion.is_none(), "{}", suggestion);
        }
    }
}
