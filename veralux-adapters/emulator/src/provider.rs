/// A provider that is emulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmulatedProvider {
    /// As people write it.
    pub name: &'static str,
    /// What its API lies under.
    pub base: &'static str,
    /// What a person or a test in another language steers it under.
    pub steering: &'static str,
}

const fn at(name: &'static str, base: &'static str, steering: &'static str) -> EmulatedProvider {
    EmulatedProvider { name, base, steering }
}

/// All of them.
pub const PROVIDERS: &[EmulatedProvider] = &[
    at("Google", "/google", "/emulator/google"),
    at("Resend", "/resend", "/emulator/resend"),
    at("ElevenLabs", "/elevenlabs", "/emulator/elevenlabs"),
    at("Telnyx", "/telnyx/v2", "/emulator/telnyx"),
    at("Twilio", "/twilio", "/emulator/twilio"),
    at("Vapi", "/vapi", "/emulator/vapi"),
    at("OpenAI", "/openai/v1", "/emulator/openai"),
    at("llama.cpp", "/llamacpp", "/emulator/openai"),
    at("AWS Secrets Manager", "/aws", "/emulator/aws"),
];
