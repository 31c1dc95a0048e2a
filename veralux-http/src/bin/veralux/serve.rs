//! `veralux serve`: settings, adapters, API, until somebody says stop.

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use veralux_core::access::{KeyDigest, Pepper, key_text};
use veralux_core::policy::Detector;
use veralux_core::port::{self, Random};
use veralux_core::routing::Ruleset;
use veralux_core::secret::Secret;
use veralux_core::service::{FollowedClock, RuntimePublisher};
use veralux_http::{Api, Parts, VerificationCalls, router};

use super::chain;
use super::command::ServeArguments;
use super::database::{Database, DatabaseUrl, KEY_PEPPER, Pending};
use super::descriptors;
use super::fail;
use super::jobs::Cleaning;
use super::listen;
use super::log;
use super::outbox;
use super::providers::Reach;
use super::reconcile;
use super::redis;
use super::settings::{Environment, Settings, VaultSettings};
use super::system::{SystemClock, SystemRandom};
use super::tools;
use super::vault::{self, NodeVault};
use super::work::Working;

/// How long requests and work under way may take to end after a signal to stop.
const DRAIN: Duration = Duration::from_secs(10);

pub(crate) fn run(arguments: &ServeArguments) -> ExitCode {
    let settings = match Settings::read(arguments, &Environment::of_process()) {
        Ok(settings) => settings,
        Err(faults) => return fail(&faults),
    };
    let log = match log::start(&settings.log, settings.log_format) {
        Ok(log) => log,
        Err(fault) => return fail(&[fault]),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&[error.to_string()]),
    };
    let served = runtime.block_on(serve(settings));
    drop(runtime);
    match (served, log.finish()) {
        (Ok(()), _) => ExitCode::SUCCESS,
        (Err(fault), true) => fail(&[fault]),
        (Err(_), false) => ExitCode::from(2),
    }
}

async fn serve(mut settings: Settings) -> Result<(), String> {
    // Taken first, so that a port in use shows before a database is made.
    let listener = TcpListener::bind(settings.listen).await.map_err(|error| {
        format!("cannot listen on {}: {error}; choose another with PORT or --listen", settings.listen)
    })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    descriptors::warn_of_too_few(&settings);
    let _claim = settings.database.claim()?;
    let pending = Pending::Apply { owner: settings.owner.as_ref() };
    let database = Database::open(&settings.database, settings.connections, pending).await?;
    let redis::Runtime { projection, rate, line: redis_line } =
        redis::open(settings.redis.as_ref(), &database).await?;
    let pepper = pepper(&database).await.map_err(|error| chain(&error))?;
    let key =
        admin_key(&database, &pepper, settings.admin_key.as_ref()).await.map_err(|error| chain(&error))?;
    let clock = Arc::new(FollowedClock::new(Arc::new(SystemClock), database.directory()));
    let stores = database.stores_by(clock.clone());
    clock.follow().await.map_err(|error| chain(&error))?;
    let told = Told::of(&settings);
    let policy = vault::policy(&settings.vault);
    let reach =
        Reach::open(&mut settings.providers, &mut settings.api, address, policy, clock.clone()).await?;
    reach.remember(&settings.providers, &settings.api, &stores).await?;
    let verifier = |google| reach.verifier(&settings.providers, google).map(Some);
    let vault = NodeVault::open(&settings.vault, &stores, true, verifier).await?;
    let (providers, calls) =
        reach.providers(&settings.providers, settings.api.vapi_webhook_secret.as_ref(), &vault.vault)?;
    let cleaning = Cleaning::start(stores.clone(), database.idempotency(), clock.clone());
    let publisher = RuntimePublisher::new(stores.clone(), projection.clone());
    let parts = Parts {
        stores: stores.clone(),
        idempotency: database.idempotency(),
        projection: projection.clone(),
        rate,
        detector: Arc::new(Detector::new()),
        ruleset: Arc::new(Ruleset::standard()),
        pepper,
        vault: vault.vault.clone(),
        providers,
    };
    let webhooks = webhook_lines(&settings.api, told);
    let api_settings = veralux_http::Settings {
        bootstrap_key: Some(key.digest),
        verification_calls: calls.clone(),
        ..settings.api
    };
    let api = Api::new(parts, api_settings);
    let vault_lines = vault_lines(&settings.vault);
    let provider_lines = reach.lines(&settings.providers);
    let outside = (webhooks.as_str(), caller_id_line(&calls, told), provider_lines.as_slice());
    announce(address, &settings.database, &redis_line, outside, &vault_lines, &key)?;
    let flushing = tokio::spawn(vault.clone().keep_flushing());
    let reloading = tokio::spawn(vault.clone().keep_reloading(settings.vault, stores.clone()));
    let hearing = database.notices().map(|notices| tokio::spawn(vault.clone().keep_hearing(notices)));
    let draining = projection.is_some().then(|| tokio::spawn(outbox::keep_draining(publisher.clone())));
    let reconciling = projection
        .is_some()
        .then(|| tokio::spawn(reconcile::keep_in_line(publisher, settings.reconcile_every)));
    let working = Working::start(api.clone(), clock);
    let registering = tokio::spawn(tools::keep_registered(api.clone()));
    let under_way = listen::serve(listener, router(api), settings.limits, signalled()).await;
    tracing::info!("stopping: requests and work under way may end");
    let ended = async { tokio::join!(under_way.shutdown(), working.finish(), cleaning.finish()) };
    if tokio::time::timeout(DRAIN, ended).await.is_err() {
        tracing::warn!(drain.s = DRAIN.as_secs(), "requests or work that did not end are cut off");
    }
    for task in [flushing, reloading, registering] {
        task.abort();
    }
    for task in [hearing, draining, reconciling].into_iter().flatten() {
        task.abort();
    }
    vault.finish().await;
    database.close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn pepper(database: &Database) -> port::Result<Pepper> {
    let fresh: [u8; 32] = (&SystemRandom as &dyn Random).bytes();
    let kept = database.add_setting(KEY_PEPPER, &fresh).await?;
    let bytes = kept
        .try_into()
        .map_err(|_| port::Error::Permanent { doing: "reading the key pepper", source: None })?;
    Ok(Pepper::new(bytes))
}

/// The key that opens everything, and where a person finds it.
struct AdminKey {
    digest: KeyDigest,
    fresh: Option<Secret>,
    from_environment: bool,
}

async fn admin_key(database: &Database, pepper: &Pepper, set: Option<&Secret>) -> port::Result<AdminKey> {
    if let Some(key) = set {
        let digest = KeyDigest::of(pepper, key.expose());
        return Ok(AdminKey { digest, fresh: None, from_environment: true });
    }
    let fresh = key_text((&SystemRandom as &dyn Random).bytes());
    let digest = KeyDigest::of(pepper, fresh.expose());
    let kept = database.add_setting("admin_key_digest", digest.as_bytes()).await?;
    let kept: [u8; 32] = kept
        .try_into()
        .map_err(|_| port::Error::Permanent { doing: "reading the admin key's digest", source: None })?;
    let is_new = kept == *digest.as_bytes();
    Ok(AdminKey {
        digest: KeyDigest::from_bytes(kept),
        fresh: is_new.then_some(fresh),
        from_environment: false,
    })
}

/// Where the root keys are, and whether Google can be connected.
fn vault_lines(settings: &VaultSettings) -> [String; 2] {
    let root_keys = match settings.root_keys.path() {
        Some(path) => format!("{}; without it no credential opens", path.display()),
        None => "from the settings".to_owned(),
    };
    let google = match &settings.google {
        Some(client) => format!("calendars are connected; people come back to {}", client.redirect_url),
        None => "calendars cannot be connected until GOOGLE_CLIENT_ID is set".to_owned(),
    };
    [root_keys, google]
}

/// What a person has set, before a mock fills in the rest.
#[derive(Clone, Copy)]
struct Told {
    twilio_token: bool,
    twilio_account: bool,
    telnyx_key: bool,
}

impl Told {
    fn of(settings: &Settings) -> Self {
        Self {
            twilio_token: settings.api.twilio_auth_token.is_some(),
            twilio_account: settings.providers.twilio.is_some(),
            telnyx_key: settings.api.telnyx_public_key.is_some(),
        }
    }
}

fn caller_id_line(calls: &VerificationCalls, told: Told) -> &'static str {
    match calls {
        VerificationCalls::None => "nobody proves a number: no provider; try it out with --provider mock",
        VerificationCalls::Mock | VerificationCalls::MockOver(_) => {
            "mock: nobody is called, codes are shown at /api/telephony/demo/codes"
        }
        VerificationCalls::Provider(_) if told.twilio_account => {
            "Twilio calls with the codes, from the tenant's account, else the operator's"
        }
        VerificationCalls::Provider(_) => {
            "Twilio calls with the codes, from the tenant's own account; without one nobody is called"
        }
    }
}

/// Whose webhooks are taken, and where calls go.
fn webhook_lines(api: &veralux_http::Settings, told: Told) -> String {
    let twilio = match (&api.twilio_auth_token, told.twilio_token) {
        (Some(_), true) => "webhooks are verified with the tenant's own token, else with TWILIO_AUTH_TOKEN",
        (Some(_), false) => {
            "webhooks are verified with the tenant's own token, else with the emulated account's"
        }
        (None, _) => "webhooks are verified with the tenant's own token; without one they are refused",
    };
    let telnyx = match (&api.telnyx_public_key, told.telnyx_key) {
        (Some(_), true) => "webhooks are verified with the tenant's own key, else with TELNYX_PUBLIC_KEY",
        (Some(_), false) => {
            "webhooks are verified with the tenant's own key, else with the emulated account's"
        }
        (None, _) => "webhooks are verified with the tenant's own key; without one they are refused",
    };
    let vapi = match (&api.vapi_webhook_secret, &api.public_base_url) {
        (Some(_), Some(base)) => format!("messages are taken at {base}/api/vapi/webhook"),
        (Some(_), None) => "messages are taken at /api/vapi/webhook".to_owned(),
        (None, _) => "messages are refused until VAPI_WEBHOOK_SECRET is set".to_owned(),
    };
    let voice = match &api.voice_stream_url {
        Some(url) => format!("calls are connected to {url}"),
        None => "calls hear that they cannot be taken until VOICE_STREAM_URL is set".to_owned(),
    };
    format!("twilio     {twilio}\n  telnyx     {telnyx}\n  vapi       {vapi}\n  voice      {voice}")
}

fn announce(
    address: SocketAddr,
    database: &DatabaseUrl,
    redis: &str,
    (webhooks, calls, providers): (&str, &str, &[String]),
    vault: &[String; 2],
    key: &AdminKey,
) -> Result<(), String> {
    let key_line = match (&key.fresh, key.from_environment) {
        (Some(key), _) => {
            format!("{}   (shown this once; set ADMIN_API_KEY to choose your own)", key.expose())
        }
        (None, true) => "from ADMIN_API_KEY".to_owned(),
        (None, false) => "the one shown at the first start; if it is lost, set ADMIN_API_KEY".to_owned(),
    };
    let [root_keys, google] = vault;
    let providers = providers.join("\n             ");
    let text = format!(
        "veralux listens on http://{address}\n  \
         database   {database}\n  \
         redis      {redis}\n  \
         {webhooks}\n  \
         caller ids {calls}\n  \
         providers  {providers}\n  \
         root keys  {root_keys}\n  \
         google     {google}\n  \
         admin key  {key_line}\n  \
         API        http://{address}/openapi.json\n"
    );
    let mut out = std::io::stdout().lock();
    match (out.write_all(text.as_bytes()).and_then(|()| out.flush()), &key.fresh) {
        (Ok(()), _) => Ok(()),
        (Err(error), Some(_)) => {
            Err(format!("the admin key could not be shown ({error}); set ADMIN_API_KEY to choose your own"))
        }
        (Err(error), None) => {
            tracing::warn!(error.cause = %error, "what is served could not be written to standard output");
            Ok(())
        }
    }
}

async fn signalled() {
    let (Ok(mut terminate), Ok(mut interrupt), Ok(mut hangup)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()), signal(SignalKind::hangup()))
    else {
        // Without signals there is no graceful stop; the process is then killed, which loses nothing acknowledged.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        // Whoever started it has hung up, or means another program that would read its settings again.
        _ = hangup.recv() => {}
    }
}
