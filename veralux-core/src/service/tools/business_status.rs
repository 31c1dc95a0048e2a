use async_trait::async_trait;
use serde_json::{Map, Value, json};

use super::{Tool, ToolOutcome};
use crate::port::Tenant;
use crate::runtime::RuntimeTenantConfig;
use crate::service::{Result, Stores};

/// Names of the section of `assistantContext` that tells when a business is open, without case, blanks and marks.
const SECTIONS: [&str; 5] = ["openinghours", "businesshours", "officehours", "hours", "open"];
/// Words of a quick reply's phrases that ask for the same.
const WORDS: [&str; 4] = ["open", "opening", "hours", "closed"];
/// Most characters of a text that are read out.
const MAX_TOLD: usize = 600;

/// `businessStatus`: which business this is and when it is open, in the words that it has published itself. What it has not
/// published is not guessed.
#[derive(Debug, Clone, Copy)]
pub struct BusinessStatus;

#[async_trait]
impl Tool for BusinessStatus {
    fn name(&self) -> &'static str {
        "businessStatus"
    }

    fn description(&self) -> &'static str {
        "Tells which business this is and when it is open. Call it when the caller asks for the opening hours or whether the \
         business is open now."
    }

    fn parameters(&self) -> Value {
        json!({"type": "object", "properties": {}, "required": []})
    }

    async fn call(&self, stores: &Stores, tenant: &Tenant, _: &Map<String, Value>) -> Result<ToolOutcome> {
        let document = stores.runtime.find_config(&tenant.id).await?;
        let config = document.and_then(|text| RuntimeTenantConfig::read(text.expose().as_bytes()).ok());
        let hours = config.as_ref().and_then(hours);
        Ok(Ok(match hours {
            Some(hours) => format!("This is {}. {}", tenant.name, hours),
            None => format!("This is {}. Opening hours are not published.", tenant.name),
        }))
    }
}

/// When the business is open: a section of its context, else its first quick reply to such a question.
fn hours(config: &RuntimeTenantConfig) -> Option<String> {
    let sections = config.assistant_context.iter().flatten();
    let section = SECTIONS.iter().find_map(|wanted| {
        sections.clone().find(|(name, _)| plain(name) == *wanted).map(|(_, text)| text.as_str())
    });
    let replies = config.quick_replies.iter().flatten();
    let reply = replies
        .filter(|reply| reply.matches.iter().any(|phrase| asks(phrase)))
        .map(|reply| reply.reply.as_str())
        .next();
    Some(section.or(reply)?.chars().take(MAX_TOLD).collect())
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn asks(phrase: &str) -> bool {
    let words = phrase.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.into_iter().any(|word| WORDS.contains(&word.as_str()))
}
