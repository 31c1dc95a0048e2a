//! `TwiML`: what Twilio shall do with a call or a message (twilio.com/docs/voice/twiml, `.../messaging/twiml`).

use std::fmt::Write as _;

/// The media type of a `TwiML` answer.
pub const CONTENT_TYPE: &str = "text/xml";

/// A `<Response>` that grows from top to bottom; Twilio does one after the other.
///
/// ```
/// use veralux_providers::twilio::twiml::Twiml;
/// let xml = Twiml::new().say("Tom & Jerry").hangup().finish();
/// assert!(xml.ends_with("<Response><Say>Tom &amp; Jerry</Say><Hangup/></Response>"));
/// ```
#[derive(Clone, Default)]
pub struct Twiml {
    verbs: String,
}

/// A bidirectional media stream to a web socket.
#[derive(Debug, Clone, Default)]
pub struct Stream<'a> {
    /// `wss://…`, without a query: Twilio drops it. What the other side must know goes into `parameters`.
    pub url: &'a str,
    /// Where Twilio tells that it started, stopped or failed.
    pub status_callback: Option<&'a str>,
    /// Names and values for the other side, at most 500 characters each pair.
    pub parameters: &'a [(&'a str, &'a str)],
}

/// Why a call is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// A message that the number is not in service.
    Rejected,
    /// A busy signal.
    Busy,
}

impl Twiml {
    /// Nothing yet: as an answer to a message, no message back.
    pub const fn new() -> Self {
        Self { verbs: String::new() }
    }

    /// Sends a message back.
    #[must_use]
    pub fn message(self, text: &str) -> Self {
        self.text("Message", text)
    }

    /// Reads a text to the caller.
    #[must_use]
    pub fn say(self, text: &str) -> Self {
        self.text("Say", text)
    }

    /// Is silent for some seconds.
    #[must_use]
    pub fn pause(mut self, seconds: u8) -> Self {
        // Writing to a string does not fail.
        let _ = write!(self.verbs, "<Pause length=\"{seconds}\"/>");
        self
    }

    /// Connects the call's sound with a web socket until either side ends it.
    #[must_use]
    pub fn connect(mut self, stream: &Stream<'_>) -> Self {
        let out = &mut self.verbs;
        out.push_str("<Connect><Stream");
        attribute(out, "url", stream.url);
        if let Some(url) = stream.status_callback {
            attribute(out, "statusCallback", url);
            attribute(out, "statusCallbackMethod", "POST");
        }
        out.push('>');
        for (name, value) in stream.parameters {
            out.push_str("<Parameter");
            attribute(out, "name", name);
            attribute(out, "value", value);
            out.push_str("/>");
        }
        out.push_str("</Stream></Connect>");
        self
    }

    /// Ends the call.
    #[must_use]
    pub fn hangup(mut self) -> Self {
        self.verbs.push_str("<Hangup/>");
        self
    }

    /// Does not take the call, and so does not pay for it.
    #[must_use]
    pub fn reject(mut self, rejection: Rejection) -> Self {
        self.verbs.push_str(match rejection {
            Rejection::Rejected => "<Reject reason=\"rejected\"/>",
            Rejection::Busy => "<Reject reason=\"busy\"/>",
        });
        self
    }

    /// The document.
    pub fn finish(&self) -> String {
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>{}</Response>", self.verbs)
    }

    fn text(mut self, verb: &str, text: &str) -> Self {
        let _ = write!(self.verbs, "<{verb}>");
        escape(&mut self.verbs, text, false);
        let _ = write!(self.verbs, "</{verb}>");
        self
    }
}

impl std::fmt::Debug for Twiml {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Twiml({} bytes)", self.verbs.len())
    }
}

fn attribute(out: &mut String, name: &str, value: &str) {
    let _ = write!(out, " {name}=\"");
    escape(out, value, true);
    out.push('"');
}

/// Writes a text as character data (XML 1.0, 2.4), or as an attribute's value (2.3, 3.3.3: what is no reference there turns
/// into a space). Characters that XML cannot hold (2.2) are left out: one of them and Twilio refuses the whole document.
fn escape(out: &mut String, text: &str, in_attribute: bool) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' if in_attribute => out.push_str("&quot;"),
            '\t' | '\n' if in_attribute => drop(write!(out, "&#{};", u32::from(c))),
            // A parser turns a bare one into a line feed (2.11).
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents() {
        let stream = Stream {
            url: "wss://a.example/s",
            status_callback: Some("https://a.example/?x=1&y=2"),
            parameters: &[("tenantId", "t1"), ("quote", "\"<\n>\"")],
        };
        for (what, twiml, expected) in [
            ("nothing", Twiml::new(), ""),
            (
                "a message",
                Twiml::new().message("a<b & c\u{0}\u{ffff}\r\n\"q\""),
                "<Message>a&lt;b &amp; c&#13;\n\"q\"</Message>",
            ),
            (
                "two sentences",
                Twiml::new().say("One").pause(1).say("Two").hangup(),
                "<Say>One</Say><Pause length=\"1\"/><Say>Two</Say><Hangup/>",
            ),
            ("not taken", Twiml::new().reject(Rejection::Busy), "<Reject reason=\"busy\"/>"),
            ("out of service", Twiml::new().reject(Rejection::Rejected), "<Reject reason=\"rejected\"/>"),
            (
                "a stream",
                Twiml::new().connect(&stream),
                "<Connect><Stream url=\"wss://a.example/s\" \
                 statusCallback=\"https://a.example/?x=1&amp;y=2\" statusCallbackMethod=\"POST\">\
                 <Parameter name=\"tenantId\" value=\"t1\"/>\
                 <Parameter name=\"quote\" value=\"&quot;&lt;&#10;&gt;&quot;\"/></Stream></Connect>",
            ),
        ] {
            let expected =
                format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>{expected}</Response>");
            assert_eq!(twiml.finish(), expected, "{what}");
        }
    }
}
