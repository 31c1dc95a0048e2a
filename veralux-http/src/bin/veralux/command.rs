//! What can be typed.

mod keys;

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, Parser, Subcommand, ValueEnum};
use veralux_core::policy::Region;

pub(crate) use keys::{KeysAccess, KeysCommand};

/// The control plane for AI receptionists and masked business messaging.
#[derive(Debug, Parser)]
#[command(name = "veralux", version, after_help = AFTER_HELP)]
pub(crate) struct Line {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
A first look, with nothing else running:
  veralux serve                                   the API on http://127.0.0.1:4000
  veralux runtime check tenant.json               would the voice runtime take this configuration?
  veralux route < snapshots.jsonl                 one routing decision a line
  echo 'call 415 555 0123' | veralux scan --text  what would leave the platform?
  veralux forwarding explain '##21#'              what does this code do to a line?

The filters read one JSON document a line and write one a line, in the same order, and need no server.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serves the HTTP API.
    ///
    /// Everything is kept in one SQLite file, with nothing else to run, or in PostgreSQL, which many servers share. With --redis the voice runtime's contract is
    /// published there as well, and brought in line at start.
    #[command(after_help = SERVE_HELP)]
    Serve(ServeArguments),
    /// Changes the database's schema, or says where it stands: one JSON document a migration.
    Migrate(MigrateArguments),
    /// Copies the SQLite file into a new one, as it is at this moment, while a server serves it.
    ///
    /// Prints one JSON document, which says what to keep beside the copy. PostgreSQL has a program of its own for that.
    #[command(after_help = "Example:\n  veralux backup veralux-$(date +%F).db")]
    Backup {
        /// The file to make, readable by its owner only; one that is there is not overwritten.
        file: PathBuf,
        #[command(flatten)]
        access: KeysAccess,
    },
    /// The voice runtime's contract.
    #[command(subcommand)]
    Runtime(RuntimeCommand),
    /// Decides routing snapshots: one a line in, one decision a line out.
    ///
    /// A snapshot that makes no sense is answered with {"error":{...}} on its line, and the next one is read.
    #[command(after_help = "Example:\n  veralux route < snapshots.jsonl | jq -r '.reason // .error.code'")]
    Route,
    /// Finds contact details: {"id","text"} or {"id","messages":[...]} a line in, {"id","findings":[...]} a line out.
    ///
    /// A line that is no such document, or has more than 4 MiB, is answered with {"id","error":{...}}, and the next one is read.
    #[command(after_help = "Example:\n  echo '{\"id\":1,\"text\":\"mail ann@example.org\"}' | veralux scan")]
    Scan {
        /// Read all of standard input as one plain message; spans are bytes of it as it came.
        #[arg(long, conflicts_with = "transcript")]
        text: bool,
        /// Read all of standard input as the transcript of a call, and print it without payment cards, social
        /// security numbers, dates of birth, IBANs, phone numbers, e-mail addresses and handles, written or spoken. Names and postal
        /// addresses stay.
        #[arg(long)]
        transcript: bool,
        /// The country whose national numbers are meant: their values come with its code.
        #[arg(long, value_parser = PossibleValuesParser::new(Region::WORDS).try_map(|word| word.parse::<Region>()))]
        region: Option<Region>,
    },
    /// Work that the server does by itself, done now.
    #[command(subcommand)]
    Jobs(JobsCommand),
    /// The root keys that seal tenants' credentials, changed while the server serves.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// What assistants at the voice platform may call.
    #[command(subcommand)]
    Tools(ToolsCommand),
    /// Prints the codes that forward a line to its receptionist, and those that undo them.
    Forwarding(ForwardingArguments),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ToolsCommand {
    /// Registers every tool that the platform does not have as it is defined, now: one JSON document a tool.
    ///
    /// Ends with status 1 when one could not be registered. The server does this by itself; the settings are
    /// those of the server.
    #[command(after_help = "Example:\n  veralux tools sync | jq -r 'select(.state == \"failed\").error'")]
    Sync(DatabaseArguments),
}

#[derive(Debug, Subcommand)]
pub(crate) enum JobsCommand {
    /// Runs one job over the database and prints what it did: one JSON document.
    #[command(after_help = "Example:\n  veralux jobs run telephony-cleanup")]
    Run {
        /// Which one.
        job: Job,
        #[command(flatten)]
        database: DatabaseArguments,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Job {
    /// Notes codes that expired, deletes failed and expired verifications a day later, and webhooks that belong to nobody after 90 days.
    TelephonyCleanup,
}

/// Who stands in for the providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CallerIdProviderName {
    /// An emulator in the process; codes are shown at /api/telephony/demo/codes.
    Mock,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true, after_help = FORWARDING_HELP)]
pub(crate) struct ForwardingArguments {
    #[command(subcommand)]
    pub(crate) command: Option<ForwardingCommand>,
    /// Read one request a line, {"carrier","mode","destination","ringTimeSeconds"}, and write its codes, one a line.
    #[arg(value_name = "-", value_parser = ["-"], hide_possible_values = true)]
    pub(crate) input: Option<String>,
    #[arg(
        long,
        required_unless_present = "input",
        conflicts_with = "input",
        help = "Who carries the line: tmobile, att, verizon, sprint, other_gsm, other_cdma or international"
    )]
    pub(crate) carrier: Option<String>,
    #[arg(
        long,
        required_unless_present = "input",
        conflicts_with = "input",
        help = "Which calls: total_ai (every one) or safety_net (those that nobody takes)"
    )]
    pub(crate) mode: Option<String>,
    #[arg(
        long,
        required_unless_present = "input",
        conflicts_with = "input",
        value_name = "NUMBER",
        help = "The receptionist's number in E.164 form, like +15550109999"
    )]
    pub(crate) destination: Option<String>,
    #[arg(
        long,
        conflicts_with = "input",
        value_name = "SECONDS",
        allow_hyphen_values = true,
        help = "Seconds of ringing before safety_net forwards, 5 to 60 [default: 25]"
    )]
    pub(crate) ring_time: Option<String>,
    /// The line's own number; with it more can be checked.
    #[arg(long, conflicts_with = "input", value_name = "NUMBER")]
    pub(crate) own_number: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ForwardingCommand {
    /// Says what any code does, its faults, and what was probably meant.
    ///
    /// Ends with status 1 when the text is no forwarding code.
    #[command(after_help = "Example:\n  veralux forwarding explain '**61*+15550109999*20#'")]
    Explain {
        /// The code, as it is dialled, pasted or linked to; quoted, since a shell has its own use for * and #.
        code: String,
    },
}

const FORWARDING_HELP: &str = "\
Examples:
  veralux forwarding --carrier tmobile --mode safety_net --destination +15550109999 --ring-time 20
  veralux forwarding - < requests.jsonl | jq -r '.activationCode // .error.detail'";

#[derive(Debug, Subcommand)]
pub(crate) enum RuntimeCommand {
    /// Says whether the voice runtime would take a configuration, with every fault: {"valid":...,"errors":[...]}.
    ///
    /// Reads one document, or one a line. Ends with status 1 when one is refused.
    #[command(after_help = "Example:\n  veralux runtime check tenant.json && echo fine")]
    Check {
        /// A file, or - for standard input.
        file: String,
    },
    /// Prints the contract as JSON Schema 2020-12.
    Schema,
    /// Gives what Redis holds to this database's installation, where it is another's.
    ///
    /// For a Redis whose installation is no more. That one's servers write nothing there from then on, and this one's
    /// next comparison removes what they wrote. The prefixes are set as for the server.
    TakeOver {
        #[command(flatten)]
        database: DatabaseArguments,
        /// The Redis, as the server is given it.
        #[arg(long, value_name = "URL")]
        redis: Option<String>,
    },
}

const SERVE_HELP: &str = "\
Environment:
  PORT                     port on 127.0.0.1, unless --listen is given (4000)
  DATABASE_URL             as --database
  DATABASE_OWNER_URL       PostgreSQL as the owner of its tables: pending migrations are applied at the start
  REDIS_URL                as --redis
  REDIS_PREFIX             what the server's own keys in Redis begin with (veralux)
  ADMIN_API_KEY            the key that opens everything (VERALUX_ADMIN_KEY); made and shown once when absent
  VERALUX_PROVIDER         as --provider
  PUBLIC_BASE_URL          https://host under which providers reach this server; their signatures cover it
  TWILIO_AUTH_TOKEN        checks the signature of Twilio's webhooks
  TWILIO_ACCOUNT_SID       with TWILIO_AUTH_TOKEN: the operator's account, for tenants that bring none
  TELNYX_API_KEY           the operator's account at Telnyx, for tenants that bring none
  TELNYX_PUBLIC_KEY        checks the signature of Telnyx's webhooks; in Telnyx's portal
  VAPI_WEBHOOK_SECRET      what Vapi's messages bear; 16 characters or more
  VOICE_STREAM_URL         wss://host/path of the voice runtime, to which calls are connected
  VAPI_API_KEY             the private key of the operator's organisation at Vapi (VAPI_PRIVATE_KEY)
  LLM_PROVIDER             language model of the test call: local (llama.cpp) or openai (local)
  LOCAL_LLM_URL            where llama.cpp answers (http://127.0.0.1:8080/completion)
  OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_MODEL
                           server with OpenAI's protocol (http://127.0.0.1:11434/v1), its key, its model (llama3.2:3b)
  VERALUX_EMULATOR         http://127.0.0.1:PORT of a veralux-emulator that stands in for every provider
  ADMIN_ALLOWED_ORIGINS    origins, separated by commas, that browsers may call from
  ADMIN_RATE_MAX           requests of one caller in one rate window (100), counted over all nodes where there is Redis
  ADMIN_RATE_WINDOW_MS     length of the rate window in milliseconds (300000)
  TRUSTED_PROXIES          addresses and networks, separated by commas, of proxies whose X-Forwarded-For says where a
                           request comes from (none)
  VERALUX_ROOT_KEYS, VERALUX_ROOT_KEYS_FILE
                           as --root-keys and --root-keys-file
  ROOT_KEYS_SECONDS        seconds between two looks at the root keys, file and table (10)
  VERALUX_TENANT_VAPI      true: as --tenant-vapi
  GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, GOOGLE_REDIRECT_URL
                           as --google-client-id, --google-client-secret, --google-redirect-url
  MAX_BODY_BYTES           longest request body in bytes (1048576)
  BODY_SECONDS             seconds in which a request's body must have come (30)
  MAX_CONNECTIONS          most connections of callers at the same time; others wait (800)
  IDLE_SECONDS             seconds for which a connection may wait for its next request; more than the proxy's (75)
  THREAD_TAIL_DAYS         days for which a closed thread keeps its pair of numbers (30)
  DATABASE_CONNECTIONS     most connections of a server's pool to PostgreSQL, beside which it has two (16)
  RECONCILE_SECONDS        seconds between two comparisons of Redis with the database (60)
  RUNTIME_MAP_PREFIX, RUNTIME_CONFIG_PREFIX, RUNTIME_CAP_PREFIX
                           what the runtime's keys begin with (tenantmap, tenantcfg, cap)
  LOG                      what is logged, like info or debug,sqlx=warn; where it is set, libraries say all of that level
                           (info,deadpool.postgres=error,tokio_postgres=warn,redis=off)
  LOG_FORMAT               pretty or json; pretty on a terminal, else json

Example:
  ADMIN_API_KEY=change-me-please-now veralux serve --listen 0.0.0.0:8080 --redis redis://127.0.0.1:6379";

#[derive(Debug, Clone, Args)]
pub(crate) struct ServeArguments {
    /// Address or name of this machine, and port to listen on.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<String>,
    #[command(flatten)]
    pub(crate) database: DatabaseArguments,
    /// Redis in which the voice runtime reads its contract.
    #[arg(long, value_name = "URL")]
    pub(crate) redis: Option<String>,
    /// Who stands in for all providers: mock, an emulator in the process. Nobody is called, codes are shown, every credential
    /// is taken; to try things out without accounts.
    #[arg(long, value_name = "NAME", hide_possible_values = true)]
    pub(crate) provider: Option<CallerIdProviderName>,
    #[command(flatten)]
    pub(crate) root_keys: RootKeyArguments,
    /// Tenants may bring their own Vapi key, in place of the operator's.
    #[arg(long)]
    pub(crate) tenant_vapi: bool,
    /// The operator's OAuth client at Google, for tenants' calendars.
    #[arg(long, value_name = "ID")]
    pub(crate) google_client_id: Option<String>,
    #[arg(
        long,
        value_name = "SECRET",
        help = "Its secret; rather in GOOGLE_CLIENT_SECRET, where other users of this machine do not see it"
    )]
    pub(crate) google_client_secret: Option<String>,
    #[arg(
        long,
        value_name = "URL",
        help = "https://HOST/api/google/oauth/callback, as registered at Google"
    )]
    pub(crate) google_redirect_url: Option<String>,
}

/// Where the root keys are.
#[derive(Debug, Clone, Args)]
pub(crate) struct RootKeyArguments {
    #[arg(
        long,
        value_name = "KEYS",
        help = "Root keys that seal credentials, ID:KEY[,ID:KEY...], 64 hexadecimal digits or base64 each; rather in \
                VERALUX_ROOT_KEYS, where other users of this machine do not see them"
    )]
    pub(crate) root_keys: Option<String>,
    /// A file with the root keys, one ID:KEY a line [default: the database's file and .keys, made at the first start]
    #[arg(long, value_name = "FILE")]
    pub(crate) root_keys_file: Option<String>,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct DatabaseArguments {
    #[arg(
        long,
        value_name = "URL",
        help = "Where everything is kept: sqlite:PATH, or postgresql://ROLE:PASSWORD@HOST/DATABASE [default: sqlite:veralux.db]"
    )]
    pub(crate) database: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct MigrateArguments {
    #[command(subcommand)]
    pub(crate) act: MigrateAct,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MigrateAct {
    /// Applies every pending migration, all or none.
    Up(DatabaseArguments),
    /// Takes back every migration above a version, all or none. Data that only those know is lost.
    Down {
        /// The version to go back to; 0 removes everything.
        #[arg(long, value_name = "VERSION")]
        to: i64,
        /// Really: what the database holds in what is taken back is lost.
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Lists every migration and when it was applied.
    Status(DatabaseArguments),
    /// Prints the SQL that makes the roles of a PostgreSQL database; run it once, as a superuser.
    Roles,
    /// Prints the SQL that gives a PostgreSQL database, whoever made it, to `veralux_owner`; run it there, as a superuser.
    Owners,
}
