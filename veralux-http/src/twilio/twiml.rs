use std::fmt::Write as _;

/// The answer to an inbound message as `TwiML`: nothing, or one message back.
pub(crate) fn reply(text: Option<&str>) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>");
    if let Some(text) = text {
        xml.push_str("<Message>");
        for c in text.chars() {
            let _ = match c {
                '<' => xml.write_str("&lt;"),
                '>' => xml.write_str("&gt;"),
                '&' => xml.write_str("&amp;"),
                c => xml.write_char(c),
            };
        }
        xml.push_str("</Message>");
    }
    xml.push_str("</Response>");
    xml
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_is_escaped() {
        assert!(super::reply(None).ends_with("<Response></Response>"));
        assert!(super::reply(Some("a<b & c")).contains("<Message>a&lt;b &amp; c</Message>"));
    }
}
