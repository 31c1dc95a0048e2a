//! The contract's `tts`: one object a mode.

use serde::{Deserialize, Serialize};

use super::json::{Members, Node};
use super::rule::{
    ANY_TEXT, Bounds, COUNT, Field, Object, POSITIVE, Rule, TEXT, Tagged, whole_within, within,
};
use super::value::{Fields, Value, objects};
use crate::word::words;

words! {
    /// Which voice speaks when nothing else is said.
    pub enum VoiceMode {
        /// A voice that the server brings.
        Preset = "preset",
        /// A voice made from a recording.
        Cloned = "cloned",
    }
}

words! {
    /// Which model a Chatterbox server runs.
    pub enum ChatterboxVariant {
        /// The fast one.
        Turbo = "turbo",
        /// The first one.
        Standard = "standard",
        /// The one with many languages.
        Multilingual = "multilingual",
    }
}

/// Declares the enum over the modes, its tag and its place in the rules.
macro_rules! modes {
    ($(#[$doc:meta])* pub enum $name:ident by $tag:literal { $($(#[$vdoc:meta])* $mode:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $name { $($(#[$vdoc])* $mode($mode),)+ }

        impl $name {
            pub(super) const TAGGED: Tagged = Tagged {
                tag: $tag,
                words: &[$($word,)+],
                modes: &[$(($word, &$mode::OBJECT),)+],
            };

            /// The word that names the mode.
            pub const fn mode(&self) -> &'static str {
                match self { $(Self::$mode(_) => $word,)+ }
            }
        }

        impl Value for $name {
            fn read(node: Option<Node<'_>>) -> Option<Self> {
                let Some(Node::Object(members)) = node else { return None };
                match members.find($tag) {
                    $(Some(Node::Text(word)) if word.is($word) => $mode::read_members(members, "").map(Self::$mode),)+
                    _ => None,
                }
            }

            fn write(&self, out: &mut String) {
                let mut fields = Fields::open(out);
                fields.add($tag, &self.mode().to_owned());
                match self { $(Self::$mode(mode) => mode.write_fields(&mut fields),)+ }
                fields.close();
            }
        }
    };
}

modes! {
    /// Text to speech.
    pub enum Tts by "mode" {
        /// Kokoro behind HTTP.
        Kokoro = "kokoro_http",
        /// Coqui XTTS.
        Coqui = "coqui_xtts",
        /// Chatterbox behind HTTP.
        Chatterbox = "chatterbox_http",
        /// Qwen3-TTS behind HTTP.
        Qwen3 = "qwen3_tts_http",
    }
}

objects! {
    /// Kokoro behind HTTP.
    pub struct Kokoro: Debug, Clone, PartialEq {
        /// Where the server answers.
        kokoro_url: String = "kokoroUrl", TEXT;
        /// Name of the voice.
        voice: Option<String> = "voice", TEXT;
        /// Format of the audio.
        format: Option<String> = "format", TEXT;
        /// Samples a second.
        sample_rate: Option<u64> = "sampleRate", POSITIVE;
        /// Speed of speech, 1 being the usual.
        rate: Option<f64> = "rate", within(0.5, 1.5);
    }

    /// Coqui XTTS.
    pub struct Coqui: Debug, Clone, PartialEq {
        /// Where the server answers.
        coqui_xtts_url: String = "coquiXttsUrl", TEXT;
        /// Name of the voice.
        voice: Option<String> = "voice", TEXT;
        /// Recording of a voice; older form of the cloned voice.
        speaker_wav_url: Option<String> = "speakerWavUrl", TEXT;
        /// A voice made from a recording.
        cloned_voice: Option<ClonedVoice> = "clonedVoice", Rule::Object(&ClonedVoice::OBJECT);
        /// Which voice speaks when nothing else is said.
        default_voice_mode: Option<VoiceMode> = "defaultVoiceMode", Rule::Word(VoiceMode::WORDS);
        /// Language that is spoken.
        language: Option<String> = "language", TEXT;
        /// Format of the audio.
        format: Option<String> = "format", TEXT;
        /// Samples a second.
        sample_rate: Option<u64> = "sampleRate", POSITIVE;
        /// Sampling temperature.
        temperature: Option<f64> = "coquiTemperature", within(0.0, 2.0);
        /// Length penalty.
        length_penalty: Option<f64> = "coquiLengthPenalty", Rule::Number(Bounds::Any);
        /// Repetition penalty.
        repetition_penalty: Option<f64> = "coquiRepetitionPenalty", Rule::Number(Bounds::Any);
        /// Most likely tokens to choose from.
        top_k: Option<u64> = "coquiTopK", COUNT;
        /// Share of the likelihood to choose from.
        top_p: Option<f64> = "coquiTopP", within(0.0, 1.0);
        /// Speed of speech, 1 being the usual.
        speed: Option<f64> = "coquiSpeed", Rule::Number(Bounds::Above(0.0));
        /// Whether the server splits text into sentences.
        split_sentences: Option<bool> = "coquiSplitSentences", Rule::Flag;
        /// Speed of speech when `coquiSpeed` is not set.
        rate: Option<f64> = "rate", within(0.8, 1.2);
    }

    /// Chatterbox behind HTTP.
    pub struct Chatterbox: Debug, Clone, PartialEq {
        /// Where the server answers.
        chatterbox_url: String = "chatterboxUrl", TEXT;
        /// Which model the server runs.
        variant: Option<ChatterboxVariant> = "chatterboxVariant", Rule::Word(ChatterboxVariant::WORDS);
        /// Name of the voice.
        voice: Option<String> = "voice", TEXT;
        /// Language that is spoken.
        language: Option<String> = "language", TEXT;
        /// Recording of a voice; older form of the cloned voice.
        speaker_wav_url: Option<String> = "speakerWavUrl", TEXT;
        /// A voice made from a recording.
        cloned_voice: Option<ClonedVoice> = "clonedVoice", Rule::Object(&ClonedVoice::OBJECT);
        /// Which voice speaks when nothing else is said.
        default_voice_mode: Option<VoiceMode> = "defaultVoiceMode", Rule::Word(VoiceMode::WORDS);
        /// Format of the audio.
        format: Option<String> = "format", TEXT;
        /// Samples a second.
        sample_rate: Option<u64> = "sampleRate", POSITIVE;
    }

    /// Qwen3-TTS behind HTTP.
    pub struct Qwen3: Debug, Clone, PartialEq {
        /// Where the server answers.
        qwen3_tts_url: String = "qwen3TtsUrl", TEXT;
        /// Name of the voice.
        speaker: Option<String> = "speaker", TEXT;
        /// Language that is spoken.
        language: Option<String> = "language", TEXT;
        /// How to speak, in words.
        instruct: Option<String> = "instruct", ANY_TEXT;
        /// Format of the audio.
        format: Option<String> = "format", TEXT;
        /// Samples a second.
        sample_rate: Option<u64> = "sampleRate", POSITIVE;
        /// Whether the model samples.
        do_sample: Option<bool> = "qwen3DoSample", Rule::Flag;
        /// Whether the model answers in one piece.
        non_streaming_mode: Option<bool> = "qwen3NonStreamingMode", Rule::Flag;
        /// Whether the sub-talker samples.
        subtalker_do_sample: Option<bool> = "qwen3SubtalkerDoSample", Rule::Flag;
        /// Whether the runtime asks sentence by sentence.
        streaming: Option<bool> = "qwen3Streaming", Rule::Flag;
        /// Sampling temperature.
        temperature: Option<f64> = "qwen3Temperature", within(0.0, 2.0);
        /// Sampling temperature of the sub-talker.
        subtalker_temperature: Option<f64> = "qwen3SubtalkerTemperature", within(0.0, 2.0);
        /// Share of the likelihood to choose from.
        top_p: Option<f64> = "qwen3TopP", within(0.0, 1.0);
        /// The same for the sub-talker.
        subtalker_top_p: Option<f64> = "qwen3SubtalkerTopP", within(0.0, 1.0);
        /// Most likely tokens to choose from.
        top_k: Option<u64> = "qwen3TopK", COUNT;
        /// The same for the sub-talker.
        subtalker_top_k: Option<u64> = "qwen3SubtalkerTopK", COUNT;
        /// Repetition penalty.
        repetition_penalty: Option<f64> = "qwen3RepetitionPenalty", within(0.5, 2.0);
        /// Most tokens in one answer.
        max_new_tokens: Option<u64> = "qwen3MaxNewTokens", whole_within(1.0, 32768.0);
    }

    /// A voice made from a recording.
    pub struct ClonedVoice: Debug, Clone, PartialEq {
        /// Where the recording is.
        speaker_wav_url: String = "speakerWavUrl", TEXT;
        /// Its name for people.
        label: Option<String> = "label", TEXT;
    }
}
