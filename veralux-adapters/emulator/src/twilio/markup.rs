//! As much of `TwiML` as the emulator acts on.

/// An element with its attributes and what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    attributes: Vec<(String, String)>,
    /// Still as XML.
    pub(super) inner: String,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Its text without elements.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut rest = self.inner.as_str();
        while let Some((before, behind)) = rest.split_once('<') {
            text.push_str(before);
            rest = behind.split_once('>').map_or("", |(_, behind)| behind);
        }
        text.push_str(rest);
        plain(&text)
    }
}

/// All elements of a name, in their order; those in elements of the same name are not looked for.
pub(super) fn elements(xml: &str, name: &str) -> Vec<Element> {
    let mut found = Vec::new();
    let mut rest = xml;
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    while let Some((_, behind)) = rest.split_once(&open) {
        rest = behind;
        if !behind.starts_with([' ', '\n', '\t', '/', '>']) {
            continue;
        }
        let Some((head, behind)) = behind.split_once('>') else { break };
        let (head, inner) = match head.strip_suffix('/') {
            Some(head) => (head, ""),
            None => (head, behind.split_once(&close).map_or("", |(inner, _)| inner)),
        };
        found.push(Element { attributes: attributes(head), inner: inner.to_owned() });
        rest = behind.get(inner.len()..).unwrap_or_default();
    }
    found
}

fn attributes(mut head: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    while let Some((name, behind)) = head.split_once('=') {
        let mut parts = behind.trim_start().splitn(3, ['"', '\'']);
        let (Some(_), Some(value), Some(rest)) = (parts.next(), parts.next(), parts.next()) else { break };
        found.push((name.trim().to_owned(), plain(value)));
        head = rest;
    }
    found
}

/// A text without references (XML 1.0, 4.6).
fn plain(text: &str) -> String {
    let mut out = text.to_owned();
    for (reference, c) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#10;", "\n"),
        ("&#13;", "\r"),
        ("&#9;", "\t"),
        ("&amp;", "&"),
    ] {
        out = out.replace(reference, c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_and_what_they_hold() {
        let xml = "<?xml version=\"1.0\"?><Response><Say>a &amp;lt; b</Say><Saying>no</Saying>\
                   <Stream url=\"wss://a/?b=c&amp;d\" name='x'><Parameter name=\"p\" value=\"1 > 0\"/></Stream>\
                   <Say/><Say voice=\"v\">c</Say></Response>";
        let says: Vec<String> = elements(xml, "Say").iter().map(Element::text).collect();
        assert_eq!(says, ["a &lt; b", "", "c"]);
        let stream = &elements(xml, "Stream")[0];
        assert_eq!((stream.attribute("url"), stream.attribute("name")), (Some("wss://a/?b=c&d"), Some("x")));
        let [parameter] = elements(&stream.inner, "Parameter").try_into().unwrap();
        assert_eq!(parameter.attribute("name"), Some("p"));
        assert!(elements("<Response><Message", "Message").is_empty());
        let message = &elements("<Message><Body>Hi</Body></Message>", "Message")[0];
        assert_eq!(message.text(), "Hi");
    }
}
