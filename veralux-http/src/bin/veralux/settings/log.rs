//! What is logged, and how it looks.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use super::{LogFormat, Reading};

/// What libraries say of connections that broke, nodes that are away and notices of the database, ours say in words of their own.
const DEFAULT_LOG: &str = "info,deadpool.postgres=error,tokio_postgres=warn,redis=off";

impl Reading<'_> {
    pub(super) fn log(&mut self) -> String {
        let Some(text) = self.environment.get("LOG") else { return DEFAULT_LOG.to_owned() };
        // A word that is no level would be the name of a part of the program: a misspelt level logs nothing at all.
        let is_odd = |part: &str| !part.contains(['=', '[']) && part.parse::<LevelFilter>().is_err();
        match text.split(',').map(str::trim).find(|part| is_odd(part)) {
            Some(part) => self.fault(format!(
                "LOG: `{part}` must be off, error, warn, info, debug or trace, or a target and one of these, like sqlx=warn"
            )),
            None => {
                if let Err(error) = EnvFilter::try_new(text) {
                    self.fault(format!("LOG: {error}"));
                }
            }
        }
        text.to_owned()
    }

    pub(super) fn log_format(&mut self) -> LogFormat {
        match self.environment.get("LOG_FORMAT") {
            None => LogFormat::Auto,
            Some("pretty") => LogFormat::Pretty,
            Some("json") => LogFormat::Json,
            Some(other) => {
                self.fault(format!("LOG_FORMAT=`{other}` must be pretty or json"));
                LogFormat::Auto
            }
        }
    }
}
