//! The contract's objects, a row a field. `tts` has a file of its own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::json::{Members, Node};
use super::rule::{ANY_TEXT, Field, Object, POSITIVE, Rule, TEXT, list, some, whole_within};
use super::tts::Tts;
use super::value::{Fields, Personal, UnknownFields, Value, objects};
use crate::phone::E164;
use crate::secret::Secret;
use crate::word::words;

/// Replies in the longest list of quick replies.
pub const MAX_QUICK_REPLIES: usize = 200;
/// UTF-16 code units in the longest quick reply.
pub const MAX_REPLY_UNITS: usize = 4000;
/// UTF-16 code units in the shortest phrase that a quick reply matches.
pub const MIN_MATCH_UNITS: usize = 4;

const RING_SECONDS: Rule = whole_within(5.0, 600.0);
const MATCH: Rule = Rule::Text { min: MIN_MATCH_UNITS, max: None };
const REPLY: Rule = Rule::Text { min: 1, max: Some(MAX_REPLY_UNITS) };

words! {
    /// Version of the contract.
    pub enum ContractVersion {
        /// The only one so far.
        V1 = "v1",
    }
}

words! {
    /// How speech becomes text.
    pub enum SttMode {
        /// A Whisper server behind HTTP.
        WhisperHttp = "whisper_http",
        /// Not at all.
        Disabled = "disabled",
        /// A server that takes WAV and answers in JSON.
        HttpWavJson = "http_wav_json",
    }
}

objects! {
    /// What the voice runtime reads about a tenant while a call rings.
    pub struct RuntimeTenantConfig: Debug, Clone {
        /// Version of the contract.
        contract_version: ContractVersion = "contractVersion", Rule::Word(ContractVersion::WORDS);
        /// The tenant.
        tenant_id: String = "tenantId", TEXT;
        /// The numbers at which the tenant is reached.
        dids: Vec<E164> = "dids", some(&Rule::E164);
        /// Where the runtime finds the webhook secret.
        webhook_secret_ref: Option<String> = "webhookSecretRef", TEXT;
        /// The webhook secret itself. Never returned by a read.
        webhook_secret: Option<Secret> = "webhookSecret", TEXT;
        /// Limits on calls.
        caps: Caps = "caps", Rule::Object(&Caps::OBJECT);
        /// Speech to text.
        stt: Stt = "stt", Rule::Object(&Stt::OBJECT);
        /// Text to speech.
        tts: Tts = "tts", Rule::Tagged(&Tts::TAGGED);
        /// Where audio files live.
        audio: Audio = "audio", Rule::Object(&Audio::OBJECT);
        /// What the language model is told.
        llm_context: Option<LlmContext> = "llmContext", Rule::Object(&LlmContext::OBJECT);
        /// Forwarding of every call.
        call_forwarding: Option<CallForwarding> = "callForwarding", Rule::Object(&CallForwarding::OBJECT);
        /// To whom the assistant may transfer a call.
        transfer_profiles: Option<Vec<TransferProfile>> = "transferProfiles",
            list(&Rule::Object(&TransferProfile::OBJECT));
        /// Facts for the assistant, by name of their section.
        assistant_context: Option<BTreeMap<String, String>> = "assistantContext", Rule::Map(&TEXT);
        /// Canned answers; the first that matches wins.
        quick_replies: Option<Vec<QuickReply>> = "quickReplies", Rule::List {
            item: &Rule::Object(&QuickReply::OBJECT),
            min: 0,
            max: Some(MAX_QUICK_REPLIES),
        };
    }
    either "webhookSecretRef" or "webhookSecret"
    rest unknown

    /// Limits on calls.
    pub struct Caps: Debug, Clone, PartialEq {
        /// Calls of the tenant at the same time.
        max_concurrent_calls_tenant: u64 = "maxConcurrentCallsTenant", POSITIVE;
        /// Calls of the tenant that begin in one minute.
        max_calls_per_minute_tenant: u64 = "maxCallsPerMinuteTenant", POSITIVE;
        /// Calls of all tenants at the same time.
        max_concurrent_calls_global: Option<u64> = "maxConcurrentCallsGlobal", POSITIVE;
    }

    /// Speech to text.
    pub struct Stt: Debug, Clone, PartialEq {
        /// How speech becomes text.
        mode: SttMode = "mode", Rule::Word(SttMode::WORDS);
        /// Milliseconds of audio in one chunk.
        chunk_ms: u64 = "chunkMs", POSITIVE;
        /// Where the Whisper server answers.
        whisper_url: Option<String> = "whisperUrl", TEXT;
        /// Language that is spoken.
        language: Option<String> = "language", TEXT;
        /// Settings of the mode.
        config: Option<SttConfig> = "config", Rule::Object(&SttConfig::OBJECT);
    }

    /// Settings of a mode of speech to text.
    pub struct SttConfig: Debug, Clone, PartialEq {
        /// Where the server answers.
        url: Option<String> = "url", TEXT;
    }

    /// Where audio files live.
    pub struct Audio: Debug, Clone, PartialEq {
        /// Base of the URLs at which they are fetched.
        public_base_url: Option<String> = "publicBaseUrl", TEXT;
        /// Folder in which the runtime keeps them.
        storage_dir: Option<String> = "storageDir", TEXT;
        /// Whether the runtime looks after them itself.
        runtime_managed: Option<bool> = "runtimeManaged", Rule::Flag;
    }

    /// What the language model is told.
    pub struct LlmContext: Debug, Clone, PartialEq {
        /// Whom the assistant knows.
        forwarding_profiles: Vec<ForwardingProfile> = "forwardingProfiles",
            list(&Rule::Object(&ForwardingProfile::OBJECT));
        /// What the tenant charges.
        pricing: Pricing = "pricing", Rule::Object(&Pricing::OBJECT);
        /// Prompts.
        prompts: Prompts = "prompts", Rule::Object(&Prompts::OBJECT);
    }

    /// Somebody whom the assistant knows.
    pub struct ForwardingProfile: Debug, Clone, PartialEq {
        /// Id within the document.
        id: String = "id", TEXT;
        /// Name that the assistant says.
        name: String = "name", TEXT;
        /// Number; empty when there is only a role.
        number: Personal = "number", ANY_TEXT;
        /// What they do.
        role: String = "role", ANY_TEXT;
    }

    /// What the tenant charges.
    pub struct Pricing: Debug, Clone, PartialEq {
        /// Priced services.
        items: Vec<PricingItem> = "items", list(&Rule::Object(&PricingItem::OBJECT));
        /// Remarks for all of them.
        notes: Option<String> = "notes", ANY_TEXT;
    }

    /// One priced service.
    pub struct PricingItem: Debug, Clone, PartialEq {
        /// Id within the document.
        id: String = "id", TEXT;
        /// Name that the assistant says.
        name: String = "name", TEXT;
        /// Price in words.
        price: String = "price", ANY_TEXT;
        /// What it is.
        description: Option<String> = "description", ANY_TEXT;
    }

    /// Prompts of the assistant.
    pub struct Prompts: Debug, Clone, PartialEq {
        /// Opens the prompt.
        system_preamble: String = "systemPreamble", ANY_TEXT;
        /// Form of the answer.
        schema_hint: String = "schemaHint", ANY_TEXT;
        /// What the assistant may and may not do.
        policy_prompt: String = "policyPrompt", ANY_TEXT;
        /// How it speaks.
        voice_prompt: String = "voicePrompt", ANY_TEXT;
    }

    /// Forwarding of every call.
    pub struct CallForwarding: Debug, Clone, PartialEq {
        /// Whether calls are forwarded.
        enabled: bool = "enabled", Rule::Flag;
        /// E.164 number or SIP URI.
        destination: Personal = "destination", TEXT;
        /// Whether the call is forwarded before it is answered.
        forward_before_answer: Option<bool> = "forwardBeforeAnswer", Rule::Flag;
        /// What the caller hears meanwhile.
        audio_url: Option<String> = "audioUrl", Rule::Url;
        /// Seconds for which the destination rings.
        timeout_secs: Option<u64> = "timeoutSecs", RING_SECONDS;
    }

    /// To whom the assistant may transfer a call.
    pub struct TransferProfile: Debug, Clone, PartialEq {
        /// Id within the document.
        id: String = "id", TEXT;
        /// Name of the department or post.
        name: String = "name", TEXT;
        /// Who holds the post.
        holder: Option<Personal> = "holder", TEXT;
        /// What the post deals with.
        responsibilities: Vec<String> = "responsibilities", some(&TEXT);
        /// E.164 number or SIP URI.
        destination: Personal = "destination", TEXT;
        /// What the caller hears meanwhile.
        audio_url: Option<String> = "audioUrl", Rule::Url;
        /// Seconds for which the destination rings.
        timeout_secs: Option<u64> = "timeoutSecs", RING_SECONDS;
    }

    /// A canned answer.
    pub struct QuickReply: Debug, Clone, PartialEq {
        /// Id within the document.
        id: Option<String> = "id", TEXT;
        /// Phrases, one of which the caller must say.
        matches: Vec<String> = "match", some(&MATCH);
        /// The answer.
        reply: String = "reply", REPLY;
    }
}
