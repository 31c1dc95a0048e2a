//! Chat completions.

use serde::Serialize;
use serde_json::{Value, json};
use veralux_core::port::ProviderResult;

use super::{OpenAi, encoded};
use crate::Method;
use crate::call::Repeat;

/// What the limit on tokens is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenLimit {
    /// `max_tokens`: older models of `OpenAI`, and most other servers, which know no other.
    MaxTokens,
    /// `max_completion_tokens`: newer models of `OpenAI`.
    MaxCompletionTokens,
}

/// A turn of a conversation. `Debug` shows no text.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ChatTurn {
    /// `system`, `user`, `assistant`.
    pub role: String,
    /// What is said.
    pub content: String,
}

impl ChatTurn {
    /// A turn.
    pub fn new(role: &str, content: &str) -> Self {
        Self { role: role.to_owned(), content: content.to_owned() }
    }
}

impl std::fmt::Debug for ChatTurn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ChatTurn({}, {} bytes)", self.role, self.content.len())
    }
}

/// A conversation of which the next turn is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Chat {
    /// Which model.
    pub model: String,
    /// So far.
    pub messages: Vec<ChatTurn>,
    /// Most tokens of the answer.
    pub max_tokens: Option<u32>,
    /// 0 to 2.
    pub temperature: Option<f64>,
    /// Texts at which the answer ends.
    pub stop: Vec<String>,
    /// For answers that can be repeated.
    pub seed: Option<i64>,
    /// Whether the answer is to be a JSON object.
    pub json: bool,
    /// Functions that it may call: `{"type":"function","function":{...}}`.
    pub tools: Vec<Value>,
}

impl Chat {
    /// With a model's own defaults.
    pub fn new(model: impl Into<String>, messages: Vec<ChatTurn>) -> Self {
        Self {
            model: model.into(),
            messages,
            max_tokens: None,
            temperature: None,
            stop: Vec::new(),
            seed: None,
            json: false,
            tools: Vec::new(),
        }
    }
}

#[derive(Serialize)]
struct ChatBody<'a> {
    model: &'a str,
    messages: &'a [ChatTurn],
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    stop: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Value>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tools: &'a [Value],
}

impl<'a> ChatBody<'a> {
    fn new(chat: &'a Chat, limit: TokenLimit) -> Self {
        let named = |own: TokenLimit| chat.max_tokens.filter(|_| own == limit);
        Self {
            model: &chat.model,
            messages: &chat.messages,
            max_tokens: named(TokenLimit::MaxTokens),
            max_completion_tokens: named(TokenLimit::MaxCompletionTokens),
            temperature: chat.temperature,
            stop: &chat.stop,
            seed: chat.seed,
            response_format: chat.json.then(|| json!({ "type": "json_object" })),
            tools: &chat.tools,
        }
    }
}

/// A function that the model wants called.
#[derive(Clone, PartialEq, Eq)]
pub struct ToolUse {
    /// To be given back.
    pub id: String,
    /// The function's name.
    pub name: String,
    /// JSON, as the model wrote it: it may be none.
    pub arguments: String,
}

impl std::fmt::Debug for ToolUse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ToolUse({})", self.name)
    }
}

/// The next turn. `Debug` shows no text.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ChatAnswer {
    /// What is said; `None` when a tool is called or the model declines.
    pub text: Option<String>,
    /// Why the model declines.
    pub refusal: Option<String>,
    /// Functions that it wants called.
    pub tool_uses: Vec<ToolUse>,
    /// `stop`, `length`, `tool_calls`, `content_filter`.
    pub finish_reason: Option<String>,
    /// The model that answered.
    pub model: Option<String>,
    /// Tokens asked with, where the server counts.
    pub prompt_tokens: Option<u64>,
    /// Tokens of the answer, where the server counts.
    pub completion_tokens: Option<u64>,
}

impl std::fmt::Debug for ChatAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bytes = self.text.as_ref().map_or(0, String::len);
        write!(f, "ChatAnswer({bytes} bytes, {:?})", self.tool_uses)
    }
}

/// Reads an answer; `None` without a choice that has a message.
fn read(answer: &Value) -> Option<ChatAnswer> {
    let choice = answer.get("choices")?.as_array()?.first()?;
    let message = choice.get("message")?.as_object()?;
    let text = |value: Option<&Value>| value?.as_str().map(ToOwned::to_owned);
    let count = |name: &str| answer.get("usage")?.get(name)?.as_u64();
    let calls = message.get("tool_calls").and_then(Value::as_array).into_iter().flatten();
    Some(ChatAnswer {
        text: message.get("content").and_then(content),
        refusal: text(message.get("refusal")),
        tool_uses: calls.filter_map(tool_use).collect(),
        finish_reason: text(choice.get("finish_reason")),
        model: text(answer.get("model")),
        prompt_tokens: count("prompt_tokens"),
        completion_tokens: count("completion_tokens"),
    })
}

/// A text, or its parts.
fn content(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => {
            let text = |part: &Value| Some(part.get("text")?.as_str()?.to_owned());
            Some(parts.iter().filter_map(text).collect())
        }
        _ => None,
    }
}

fn tool_use(call: &Value) -> Option<ToolUse> {
    let function = call.get("function")?;
    let arguments = match function.get("arguments") {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => "{}".to_owned(),
    };
    Some(ToolUse {
        id: call.get("id").and_then(Value::as_str).unwrap_or_default().to_owned(),
        name: function.get("name")?.as_str()?.to_owned(),
        arguments,
    })
}

impl OpenAi {
    /// Asks for the next turn of a conversation.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn chat(&self, chat: &Chat) -> ProviderResult<ChatAnswer> {
        let body = encoded(&ChatBody::new(chat, self.limit));
        let response = self.ask(Repeat::IfRefused, Method::Post, "/chat/completions", Some(&body)).await?;
        let answer: Value = self.read(Repeat::Always, &response)?;
        read(&answer).ok_or_else(|| self.broken(&response))
    }
}
