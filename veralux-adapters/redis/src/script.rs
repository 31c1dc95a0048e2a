use redis::Cmd;

/// A Lua script with the digest by which Redis knows it.
#[derive(Debug)]
pub(crate) struct Script {
    source: &'static str,
    digest: String,
}

impl Script {
    fn new(source: &'static str) -> Self {
        Self { source, digest: redis::Script::new(source).get_hash().to_owned() }
    }

    /// The call by digest, which fails with `NOSCRIPT` when Redis does not know it (any more).
    pub(crate) fn by_digest(&self, keys: &[impl AsRef<str>], arguments: &[&str]) -> Cmd {
        command("EVALSHA", &self.digest, keys, arguments)
    }

    /// The call by source, which also makes the digest known.
    pub(crate) fn by_source(&self, keys: &[impl AsRef<str>], arguments: &[&str]) -> Cmd {
        command("EVAL", self.source, keys, arguments)
    }
}

/// All scripts of this crate.
#[derive(Debug)]
pub(crate) struct Scripts {
    pub(crate) publish: Script,
    pub(crate) resolve: Script,
    pub(crate) map: Script,
    pub(crate) remove: Script,
    pub(crate) count: Script,
    pub(crate) config: Script,
    pub(crate) lead: Script,
    pub(crate) permits: Script,
}

/// A script that asks whose it is what it writes.
macro_rules! owned {
    ($file:literal) => {
        concat!(include_str!("../scripts/owned.lua"), include_str!($file))
    };
}

impl Scripts {
    pub(crate) fn new() -> Self {
        Self {
            publish: Script::new(owned!("../scripts/publish.lua")),
            resolve: Script::new(include_str!("../scripts/resolve.lua")),
            map: Script::new(owned!("../scripts/map.lua")),
            remove: Script::new(owned!("../scripts/remove.lua")),
            count: Script::new(include_str!("../scripts/count.lua")),
            config: Script::new(include_str!("../scripts/config.lua")),
            lead: Script::new(include_str!("../scripts/lead.lua")),
            permits: Script::new(include_str!("../scripts/permits.lua")),
        }
    }
}

fn command(verb: &str, script: &str, keys: &[impl AsRef<str>], arguments: &[&str]) -> Cmd {
    let mut command = redis::cmd(verb);
    command.arg(script).arg(keys.len());
    for key in keys {
        command.arg(key.as_ref());
    }
    for argument in arguments {
        command.arg(*argument);
    }
    command
}
