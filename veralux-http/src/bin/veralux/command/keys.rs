use std::num::NonZeroUsize;

use clap::{Args, Subcommand};

use super::{DatabaseArguments, RootKeyArguments};

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Lists the root keys: state, whether they are held here, what lies under each.
    Status {
        /// One JSON document instead of a table.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        access: KeysAccess,
    },
    /// Makes a root key the one that seals; the one before opens only, from then on. Moves nothing.
    #[command(after_help = ROTATE_HELP)]
    Rotate {
        /// The id of a key that every server holds already.
        #[arg(long, value_name = "ID")]
        to: u32,
        #[command(flatten)]
        access: KeysAccess,
    },
    /// Moves everything under the root key that seals now, and opens it there once more. No plaintext is shown.
    ///
    /// Works while servers serve. Cut off, it goes on where it was when it is called again. Ends with status 1 when
    /// something is left under another key, or was put aside because it does not open.
    Rewrap {
        /// Count what would be moved, and write nothing.
        #[arg(long)]
        dry_run: bool,
        /// Tenants between two lines of progress.
        #[arg(long, value_name = "TENANTS", default_value = "100")]
        batch: NonZeroUsize,
        /// Tenants at the same time.
        #[arg(long, value_name = "TENANTS", default_value = "4")]
        concurrency: NonZeroUsize,
        #[command(flatten)]
        access: KeysAccess,
    },
    /// Retires a root key for good, or destroys a tenant's keys and with them all that it has sealed.
    #[command(group = clap::ArgGroup::new("what").required(true).args(["key", "tenant"]))]
    Destroy {
        /// A root key under which nothing lies any more.
        #[arg(long, value_name = "ID")]
        key: Option<u32>,
        /// Give up rows under it that were put aside because they do not open.
        #[arg(long, requires = "key")]
        abandon_quarantined: bool,
        /// A tenant: its credentials and secrets can never be opened again, in no copy of the database whose keys are gone.
        #[arg(long, value_name = "TENANT")]
        tenant: Option<String>,
        /// Really: there is no way back.
        #[arg(long, requires = "tenant")]
        yes: bool,
        #[command(flatten)]
        access: KeysAccess,
    },
    /// Takes over a credential that an older product sealed; its text is read from standard input.
    #[command(after_help = IMPORT_HELP)]
    Import {
        /// Whose it is: older formats are bound to no tenant.
        #[arg(long)]
        tenant: String,
        #[arg(long, help = "twilio, telnyx, vapi, openai, google_calendar, resend, elevenlabs or aws")]
        provider: String,
        #[arg(long, help = "control_plane, dashboard or byoc")]
        format: String,
        /// The environment variable that holds the older product's key.
        #[arg(long, value_name = "VARIABLE")]
        key_env: String,
        #[command(flatten)]
        access: KeysAccess,
    },
}

/// The database and the keys to it.
#[derive(Debug, Clone, Args)]
pub(crate) struct KeysAccess {
    #[command(flatten)]
    pub(crate) database: DatabaseArguments,
    #[command(flatten)]
    pub(crate) root_keys: RootKeyArguments,
}

const ROTATE_HELP: &str = "\
A new root key while serving:
  echo \"2:$(openssl rand -hex 32)\" >> veralux.db.keys   servers read the file again within 10 seconds
  veralux keys status                                   key 2 is staged
  veralux keys rotate --to 2
  veralux keys rewrap
  veralux keys destroy --key 1                          then take it out of the file";

const IMPORT_HELP: &str = "\
Example:
  OLD_KEY=... veralux keys import --tenant oak --provider twilio --format byoc --key-env OLD_KEY < sealed.txt";
