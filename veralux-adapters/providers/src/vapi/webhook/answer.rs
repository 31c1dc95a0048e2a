//! What we answer. Always with status 200: Vapi ignores any other.

use serde::Serialize;
use serde_json::Value;
use veralux_core::phone::E164;

/// What became of a tool call. `Debug` shows neither result nor error.
#[derive(Clone, PartialEq, Eq)]
pub struct ToolResult {
    /// The tool's name, as it was called.
    pub name: String,
    /// The call's id, as it came.
    pub tool_call_id: String,
    /// What the assistant is told, or what went wrong.
    pub outcome: Result<String, String>,
}

impl std::fmt::Debug for ToolResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let done = if self.outcome.is_ok() { "done" } else { "failed" };
        write!(f, "ToolResult({}, {done})", self.name)
    }
}

#[derive(Serialize)]
struct Results<'a> {
    results: Vec<One<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct One<'a> {
    name: &'a str,
    tool_call_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// The answer to `tool-calls`, as JSON: one line, each result one line, since line breaks break Vapi's reading.
pub fn tool_results(results: &[ToolResult]) -> String {
    let one = |result| {
        let ToolResult { name, tool_call_id, outcome }: &ToolResult = result;
        One {
            name,
            tool_call_id,
            result: outcome.as_ref().ok().map(|text| one_line(text)),
            error: outcome.as_ref().err().map(|text| one_line(text)),
        }
    };
    serde_json::to_string(&Results { results: results.iter().map(one).collect() }).unwrap_or_default()
}

/// A text whose line breaks, with the blanks around them, are one blank; other control characters are blanks, too.
fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let lines = text.split(breaks).map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

/// Who answers a call. `Debug` shows no content.
#[derive(Clone, PartialEq)]
pub enum AssistantAnswer {
    /// The assistant with this id.
    Assistant(String),
    /// An assistant for this call only, as Vapi's description has it.
    Transient(Value),
    /// The squad with this id.
    Squad(String),
    /// Somebody at a number.
    Number(E164),
    /// Nobody; the caller hears this.
    Error(String),
}

impl std::fmt::Debug for AssistantAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Assistant(_) => "Assistant",
            Self::Transient(_) => "Transient",
            Self::Squad(_) => "Squad",
            Self::Number(_) => "Number",
            Self::Error(_) => "Error",
        })
    }
}

/// The answer to `assistant-request`, as JSON. Vapi waits for it 7.5 s at most.
pub fn assistant_answer(answer: &AssistantAnswer) -> String {
    let json = match answer {
        AssistantAnswer::Assistant(id) => serde_json::json!({ "assistantId": id }),
        AssistantAnswer::Transient(assistant) => serde_json::json!({ "assistant": assistant }),
        AssistantAnswer::Squad(id) => serde_json::json!({ "squadId": id }),
        AssistantAnswer::Number(number) => {
            serde_json::json!({ "destination": { "type": "number", "number": number.as_str() } })
        }
        AssistantAnswer::Error(text) => serde_json::json!({ "error": one_line(text) }),
    };
    json.to_string()
}
