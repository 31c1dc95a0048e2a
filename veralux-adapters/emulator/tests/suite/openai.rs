//! The clients of `OpenAI` and llama.cpp against the emulator.

use std::time::Duration;

use veralux_core::port::{ProviderError, ProviderFault, Rejection, Verdict};
use veralux_core::secret::Secret;
use veralux_emulator::openai::Refusal;
use veralux_emulator::{Emulator, Fault, Served};
use veralux_providers::openai::{Chat, ChatTurn, Completion, LlamaCpp, OpenAi, TokenLimit};

use crate::vapi::{emulator, outside};

const KEY: &str = "sk-emulated";
const CHATS: &str = "/openai/v1/chat/completions";

struct Stage {
    emulator: Emulator,
    openai: OpenAi,
    llama: LlamaCpp,
    served: Served,
}

async fn stage() -> Stage {
    let emulator = emulator();
    emulator.openai().add_key(KEY);
    let served = emulator.serve().await.unwrap();
    let openai = OpenAi::at(&format!("{}/openai/v1", served.origin), Some(Secret::new(KEY)), outside());
    let llama = LlamaCpp::at(&format!("{}/llamacpp/completion", served.origin), None, outside());
    Stage { emulator, openai, llama, served }
}

impl Stage {
    fn done(&self) {
        assert_eq!(self.emulator.journal().violations(), [] as [String; 0]);
    }
}

fn chat(tokens: Option<u32>) -> Chat {
    let turns = vec![ChatTurn::new("system", "Be brief."), ChatTurn::new("user", "good morning")];
    Chat { max_tokens: tokens, temperature: Some(0.0), ..Chat::new("gpt-4o-mini", turns) }
}

#[tokio::test]
async fn questions_and_their_answers() {
    let stage = stage().await;
    let answer = stage.openai.chat(&chat(None)).await.unwrap();
    assert_eq!(
        (answer.text.as_deref(), answer.finish_reason.as_deref()),
        (Some("You said: good morning"), Some("stop"))
    );
    for limit in [TokenLimit::MaxTokens, TokenLimit::MaxCompletionTokens] {
        let openai = stage.openai.clone().with_token_limit(limit);
        let answer = openai.chat(&chat(Some(3))).await.unwrap();
        assert_eq!(
            (answer.text.as_deref(), answer.finish_reason.as_deref()),
            (Some("You said: good"), Some("length"))
        );
        assert_eq!(answer.completion_tokens, Some(3));
    }
    let mut full = chat(Some(9));
    full.stop = vec!["END".to_owned()];
    (full.seed, full.json) = (Some(1), true);
    stage.openai.chat(&full).await.unwrap();
    let vectors = stage.openai.embeddings("text-embedding-3-small", &["a", "b", "a"]).await.unwrap();
    assert_eq!((vectors.len(), vectors[0].len()), (3, 16));
    assert!(vectors[0] == vectors[2] && vectors[0] != vectors[1]);
    assert_eq!(stage.openai.models().await.unwrap(), ["gpt-4o-mini", "text-embedding-3-small"]);
    let tested = stage.openai.test_call("hello", None).await.unwrap();
    assert_eq!((tested.text.as_str(), tested.model.as_str()), ("You said: hello", "gpt-4o-mini"));
    stage.done();
}

#[tokio::test]
async fn what_is_refused_and_what_people_read() {
    let stage = stage().await;
    let told =
        |error: ProviderError| (error.fault, error.code.unwrap_or_default(), error.sentence.into_owned());
    stage.emulator.openai().refuse(Some(Refusal::Quota));
    let quota = "The account with the language model has no quota left. Add credit or raise its limit there.";
    let error = stage.openai.chat(&chat(None)).await.unwrap_err();
    assert_eq!(told(error), (ProviderFault::Rejected, "insufficient_quota".to_owned(), quota.to_owned()));
    assert_eq!(stage.emulator.journal().of("POST", CHATS).len(), 1, "waiting does not help");
    stage.emulator.openai().refuse(Some(Refusal::Rate { retry_after: Some(30) }));
    let error = stage.openai.chat(&chat(None)).await.unwrap_err();
    let wait = Some(Duration::from_secs(30));
    assert_eq!(
        (error.fault, error.code.as_deref()),
        (ProviderFault::RateLimited { wait }, Some("rate_limit_exceeded"))
    );
    assert_eq!(stage.emulator.journal().of("POST", CHATS).len(), 2, "too long to wait here");
    stage.emulator.openai().refuse(Some(Refusal::Rate { retry_after: None }));
    let error = stage.openai.chat(&chat(None)).await.unwrap_err();
    assert_eq!(error.fault, ProviderFault::RateLimited { wait: None });
    assert_eq!(stage.emulator.journal().of("POST", CHATS).len(), 5, "three times");
    stage.emulator.openai().refuse(None);
    let unknown = Chat { model: "gpt-0".to_owned(), ..chat(None) };
    let error = stage.openai.chat(&unknown).await.unwrap_err();
    let sentence = "The server does not know this model. Choose one from its list.";
    assert_eq!(told(error), (ProviderFault::Rejected, "model_not_found".to_owned(), sentence.to_owned()));
    assert_eq!(stage.emulator.openai().asked(), 0, "nothing of that cost anything");
    assert_eq!(stage.openai.check().await, Verdict::Verified);
    let stranger =
        OpenAi::at(&format!("{}/openai/v1", stage.served.origin), Some(Secret::new("sk-x")), outside());
    assert_eq!(stranger.check().await, Verdict::Rejected(Rejection::Unauthorised));
    stage.done();
}

#[tokio::test]
async fn llama_loads_and_answers() {
    let stage = stage().await;
    stage.emulator.openai().set_loading(true);
    let error = stage.llama.health().await.unwrap_err();
    assert_eq!(error.fault, ProviderFault::Transient);
    assert_eq!(error.sentence, "The model is still being loaded. Try again in a minute.");
    assert_eq!(stage.llama.check().await, Verdict::Unreachable);
    let error = stage.llama.completion(&Completion::new("hello", 5)).await.unwrap_err();
    assert_eq!((error.fault, error.code.as_deref()), (ProviderFault::Transient, Some("unavailable_error")));
    stage.emulator.openai().set_loading(false);
    stage.llama.health().await.unwrap();
    let mut wanted = Completion::new("one two three", 4);
    wanted.temperature = Some(0.0);
    wanted.stop = vec!["END".to_owned()];
    wanted.seed = Some(1);
    let answer = stage.llama.completion(&wanted).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.stop_type.as_deref()), ("You said: one two", Some("limit")));
    let tested = stage.llama.test_call("hello").await.unwrap();
    assert_eq!((tested.text.as_str(), tested.model.as_str()), ("You said: hello", "emulator.gguf"));
    stage.done();
}

/// Each question costs: it is asked once, unless the server said that it did nothing.
#[tokio::test]
async fn a_question_is_not_paid_twice() {
    let refuse = |status, retry_after| Fault::Refuse { status, retry_after, body: String::new() };
    let too_many = ProviderFault::RateLimited { wait: Some(Duration::from_mins(1)) };
    let (transient, permanent) = (ProviderFault::Transient, ProviderFault::Permanent);
    for (what, fault, expected, paid) in [
        ("too many", refuse(429, None), None, 1),
        ("too many, with a wait", refuse(429, Some(60)), Some(too_many), 0),
        ("broken", refuse(500, None), Some(transient), 0),
        ("cut before", Fault::CutBefore, Some(transient), 0),
        ("cut after", Fault::CutAfter, Some(transient), 1),
        ("broken after", Fault::FailAfter { status: 502 }, Some(transient), 1),
        ("slow", Fault::Slow { millis: 900 }, Some(transient), 1),
        ("a page for people", Fault::Html, Some(permanent), 1),
        ("far too much", Fault::Huge { bytes: (1 << 20) + 1 }, Some(transient), 1),
    ] {
        for path in [CHATS, "/openai/v1/embeddings", "/llamacpp/completion"] {
            let stage = stage().await;
            stage.emulator.faults().next("POST", path, 1, fault.clone());
            let asked = match path {
                CHATS => stage.openai.chat(&chat(None)).await.map(drop),
                "/llamacpp/completion" => stage.llama.completion(&Completion::new("a", 9)).await.map(drop),
                _ => stage.openai.embeddings("text-embedding-3-small", &["a"]).await.map(drop),
            };
            assert_eq!(asked.err().map(|error| error.fault), expected, "{path}: {what}");
            assert_eq!(stage.emulator.openai().asked(), paid, "{path}: {what}");
            stage.done();
        }
        for path in ["/openai/v1/models", "/llamacpp/health"] {
            let stage = stage().await;
            stage.emulator.faults().next("GET", path, 1, fault.clone());
            let read = match path {
                "/llamacpp/health" => stage.llama.health().await,
                _ => stage.openai.models().await.map(drop),
            };
            let told = expected.filter(|fault| *fault == too_many || *fault == permanent);
            assert_eq!(read.err().map(|error| error.fault), told, "{path}: {what}: read again");
            stage.done();
        }
    }
}
