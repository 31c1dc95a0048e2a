//! Server messages.

use serde::Deserialize;
use serde_json::{Value, json};

use super::sign::authenticated;
use super::{Kind, Record, Vapi, shown, text, written};
use crate::hooks::{Delivered, Hook};

/// Of which age a message is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Age {
    /// As they are described today.
    #[default]
    Today,
    /// As they were captured in July 2024.
    Of2024,
}

/// How a tool call is written: all four were seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolShape {
    /// `function.arguments`, JSON in a text: as described.
    #[default]
    Text,
    /// `function.arguments`, an object: as captured.
    Object,
    /// `arguments` beside the name.
    FlatArguments,
    /// `parameters` beside the name.
    FlatParameters,
}

/// How a call ended.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Ending {
    /// `customer-ended-call`, ...
    pub reason: String,
    /// What was said, turn by turn: role (`bot`, `user`), words.
    pub turns: Vec<(String, String)>,
    /// The model's summary.
    pub summary: String,
    /// Where the recording lies.
    pub recording_url: Option<String>,
    /// US dollars.
    pub cost: f64,
    /// Of which age the report is.
    pub age: Age,
}

/// What became of an inbound call.
#[derive(Debug, Clone, PartialEq)]
pub struct Rung {
    /// Vapi's id of the call.
    pub call: String,
    /// The assistant that took it, if one did.
    pub assistant: Option<String>,
    /// What was answered to `assistant-request`, where it was asked and the answer was JSON with status 200.
    pub answer: Option<Value>,
}

impl Vapi<'_> {
    /// Somebody calls a number. Without an assistant of its own its server is asked who answers; `None` when the number is not
    /// here.
    pub async fn ring(&self, number: &str, customer: &str) -> Option<Rung> {
        let phone =
            self.lock().of(Kind::PhoneNumber).iter().find(|own| text(own, "number") == Some(number))?.clone();
        let own = text(&phone, "assistantId").map(ToOwned::to_owned);
        let mut fields = json!({
            "type": "inboundPhoneCall",
            "status": "ringing",
            "phoneCallProvider": "twilio",
            "phoneCallProviderId": format!("CA{}", self.fresh_id().replace('-', "")),
            "phoneCallTransport": "pstn",
            "phoneNumberId": super::id_of(&phone),
            "customer": { "number": customer },
        });
        if let (Some(id), Some(fields)) = (&own, fields.as_object_mut()) {
            fields.insert("assistantId".to_owned(), id.as_str().into());
        }
        let call = self.make(Kind::Call, fields.as_object().cloned().unwrap_or_default());
        let call = super::id_of(&call).to_owned();
        if own.is_some() {
            self.status(&call, "in-progress").await;
            return Some(Rung { call, assistant: own, answer: None });
        }
        let delivered = self.send(&call, "assistant-request", Record::new(), Age::Today, None).await;
        let answer = delivered.filter(|delivered| delivered.status == Some(200));
        let answer: Option<Value> =
            answer.and_then(|delivered| serde_json::from_slice(&delivered.answer).ok());
        let chosen = answer.as_ref().and_then(|answer| answer.get("assistantId")?.as_str());
        let known = |id: &&str| self.lock().find(Kind::Assistant, id).is_some();
        let assistant = chosen.filter(known).map(ToOwned::to_owned);
        match &assistant {
            Some(id) => {
                self.change(&call, "assistantId", id.as_str().into());
                self.status(&call, "in-progress").await;
            }
            None => self.change(&call, "status", "ended".into()),
        }
        Some(Rung { call, assistant, answer })
    }

    /// A call is further: `ringing`, `in-progress`, `forwarding`, `ended`, ...
    pub async fn status(&self, call: &str, status: &str) -> Option<Delivered> {
        self.change(call, "status", status.into());
        let fields = Record::from_iter([("status".to_owned(), status.into())]);
        self.send(call, "status-update", fields, Age::Today, None).await
    }

    /// The assistant of a call calls a tool; the result that Vapi would take from the answer, if any.
    pub async fn tool_call(
        &self,
        call: &str,
        name: &str,
        arguments: &Value,
        shape: ToolShape,
    ) -> Option<Value> {
        let id = format!("call_{}", self.fresh_id().replace('-', ""));
        let function = |arguments: Value| json!({ "id": id, "type": "function", "function": { "name": name, "arguments": arguments } });
        let one = match shape {
            ToolShape::Text => function(arguments.to_string().into()),
            ToolShape::Object => function(arguments.clone()),
            ToolShape::FlatArguments => json!({ "id": id, "name": name, "arguments": arguments }),
            ToolShape::FlatParameters => json!({ "id": id, "name": name, "parameters": arguments }),
        };
        let of_name = |tool: &&Record| {
            tool.get("function").and_then(|function| function.get("name")) == Some(&Value::from(name))
        };
        let tool = self.lock().of(Kind::Tool).iter().find(of_name).cloned();
        let mut with = tool.clone().unwrap_or_default();
        with.insert("toolCall".to_owned(), one.clone());
        let fields = Record::from_iter([
            ("toolCallList".to_owned(), json!([one])),
            ("toolWithToolCallList".to_owned(), json!([with])),
        ]);
        let delivered = self.send(call, "tool-calls", fields, Age::Today, tool.as_ref()).await?;
        // Any other status is ignored.
        let answer: Value =
            serde_json::from_slice(&delivered.answer).ok().filter(|_| delivered.status == Some(200))?;
        let results = answer.get("results")?.as_array()?;
        let own =
            results.iter().find(|result| result.get("toolCallId") == Some(&Value::from(id.as_str())))?;
        let words = own.get("result").or_else(|| own.get("error"))?.as_str()?;
        let taken = own.get("name").is_some() && !words.contains(['\n', '\r']);
        taken.then(|| own.clone())
    }

    /// A call ends: its last status, then its report.
    pub async fn end(&self, call: &str, ending: &Ending) -> Option<Delivered> {
        let now = self.emulator.clock().now();
        for (name, value) in [
            ("status", "ended".into()),
            ("endedReason", ending.reason.as_str().into()),
            ("endedAt", written(now).into()),
            ("cost", ending.cost.into()),
        ] {
            self.change(call, name, value);
        }
        let reason = ("endedReason".to_owned(), Value::from(ending.reason.as_str()));
        let fields = Record::from_iter([("status".to_owned(), "ended".into()), reason.clone()]);
        self.send(call, "status-update", fields, ending.age, None).await;
        let mut report = report(ending);
        report.extend([reason]);
        if ending.age == Age::Today {
            let started = self.lock().find(Kind::Call, call).and_then(|call| call.get("createdAt").cloned());
            report.insert("startedAt".to_owned(), started.unwrap_or_default());
            report.insert("endedAt".to_owned(), written(now).into());
            report.insert("cost".to_owned(), ending.cost.into());
        }
        self.send(call, "end-of-call-report", report, ending.age, None).await
    }

    fn change(&self, call: &str, name: &str, value: Value) {
        if let Some(record) = self.lock().find_mut(Kind::Call, call) {
            record.insert(name.to_owned(), value);
        }
    }

    /// Sends a message about a call to the nearest server: the tool's, the assistant's, the number's, the organisation's.
    async fn send(
        &self,
        call: &str,
        kind: &str,
        fields: Record,
        age: Age,
        tool: Option<&Record>,
    ) -> Option<Delivered> {
        let hook = self.hook(call, kind, fields, age, tool)?;
        self.emulator.hooks().deliver(hook).await
    }

    fn hook(&self, call: &str, kind: &str, fields: Record, age: Age, tool: Option<&Record>) -> Option<Hook> {
        let now = self.emulator.clock().now();
        let state = self.lock();
        let call = state.find(Kind::Call, call)?;
        let named = |name, kind| text(call, name).and_then(|id| state.find(kind, id));
        let (assistant, phone) =
            (named("assistantId", Kind::Assistant), named("phoneNumberId", Kind::PhoneNumber));
        let wanted =
            assistant.and_then(|assistant| assistant.get("serverMessages")).and_then(Value::as_array);
        if wanted.is_some_and(|wanted| !wanted.contains(&kind.into()) && kind != "tool-calls") {
            return None;
        }
        let server = [tool, assistant, phone]
            .into_iter()
            .find_map(|record| server_of(record?))
            .or_else(|| state.server.clone())?;
        let mut message = fields;
        let mut about = shown(Kind::Call, call);
        if age == Age::Of2024 {
            // The final report still says so.
            about.insert("status".to_owned(), "ringing".into());
        }
        let millis = now.micros() / 1000;
        let timestamp = if age == Age::Today { millis.into() } else { Value::from(written(now)) };
        for (name, value) in [
            ("type", kind.into()),
            ("timestamp", timestamp),
            ("customer", call.get("customer").cloned().unwrap_or_default()),
            ("call", Value::Object(about)),
        ] {
            message.insert(name.to_owned(), value);
        }
        if let Some(phone) = phone {
            message.insert("phoneNumber".to_owned(), shown(Kind::PhoneNumber, phone).into());
        }
        if let Some(assistant) = assistant.filter(|_| age == Age::Today) {
            message.insert("assistant".to_owned(), assistant.clone().into());
        }
        let body = json!({ "message": message }).to_string().into_bytes();
        let credential = text(&server, "credentialId").and_then(|id| state.find(Kind::Credential, id));
        let plan = credential.and_then(|credential| credential.get("authenticationPlan")?.as_object());
        let forged = self.emulator.hooks().are_forged();
        let headers = if let Some(plan) = plan {
            authenticated(plan, forged, &self.fresh_id(), millis / 1000, &server, &body)?
        } else {
            let secret = state.secret.clone().map(|secret| if forged { "forged".to_owned() } else { secret });
            secret.map(|secret| ("x-vapi-secret", secret)).into_iter().collect()
        };
        Some(Hook { url: text(&server, "url")?.to_owned(), content_type: "application/json", headers, body })
    }
}

fn server_of(record: &Record) -> Option<Record> {
    record.get("server")?.as_object().filter(|server| server.contains_key("url")).cloned()
}

/// The report of a call.
fn report(ending: &Ending) -> Record {
    let turn = |(role, words): &(String, String)| json!({ "role": role, "message": words, "time": 0, "secondsFromStart": 0 });
    let messages: Vec<Value> = ending.turns.iter().map(turn).collect();
    let name = |role: &str| if role == "bot" { "AI" } else { "User" };
    let lines = ending.turns.iter().map(|(role, words)| [name(role), ": ", words, "\n"].concat());
    let transcript: String = lines.collect();
    let analysis = json!({ "summary": ending.summary, "successEvaluation": "true" });
    let body = match ending.age {
        Age::Today => json!({
            "analysis": analysis,
            "artifact": {
                "transcript": transcript,
                "messages": messages,
                "recording": { "mono": { "combinedUrl": ending.recording_url } },
            },
        }),
        Age::Of2024 => json!({
            "transcript": transcript,
            "summary": ending.summary,
            "messages": messages,
            "recordingUrl": ending.recording_url,
            "analysis": analysis,
            "artifact": { "messages": [], "messagesOpenAIFormatted": [] },
        }),
    };
    body.as_object().cloned().unwrap_or_default()
}
