mod business_status;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Map, Value, json};

pub use business_status::BusinessStatus;

use super::context::Note;
use super::{Context, FoundBy, Result, Stores};
use crate::id::TenantId;
use crate::party::TenantStatus;
use crate::port::{Tenant, ToolDefinition};

/// What came of a tool: a sentence for the assistant, or one about what went wrong.
pub type ToolOutcome = std::result::Result<String, String>;

/// Something that an assistant can ask for during a call.
///
/// What it is called with was made up by a language model from what a caller said: nothing in it is to be believed, and it
/// never names the tenant.
#[async_trait]
pub trait Tool: fmt::Debug + Send + Sync + 'static {
    /// What platforms call it: `^[a-zA-Z0-9_-]{1,64}$`.
    fn name(&self) -> &'static str;

    /// What it is for, and when to call it, for the model.
    fn description(&self) -> &'static str;

    /// JSON Schema of what it is called with.
    fn parameters(&self) -> Value;

    /// Does it for an active tenant.
    ///
    /// # Errors
    /// The stores'. What the caller or the model did wrong is an [`Err`] in the outcome.
    async fn call(
        &self,
        stores: &Stores,
        tenant: &Tenant,
        arguments: &Map<String, Value>,
    ) -> Result<ToolOutcome>;
}

/// One call of a tool.
#[derive(Clone)]
pub struct ToolRequest<'a> {
    /// Whose assistant calls it, and what told.
    pub tenant: (&'a TenantId, FoundBy),
    /// The tool's name, as it was called.
    pub name: &'a str,
    /// What it is called with; `None` when that is no object.
    pub arguments: Option<&'a Map<String, Value>>,
}

/// The tools that there are, a row each.
#[derive(Debug, Clone)]
pub struct Tools {
    stores: Stores,
    rows: Arc<[Arc<dyn Tool>]>,
}

impl Tools {
    /// Those that the product has.
    pub fn new(stores: Stores) -> Self {
        Self::of(stores, vec![Arc::new(BusinessStatus)])
    }

    /// These; of two with one name the first.
    pub fn of(stores: Stores, rows: Vec<Arc<dyn Tool>>) -> Self {
        Self { stores, rows: rows.into() }
    }

    /// As a platform is told of them that calls them under a public URL.
    pub fn definitions(&self, base_url: &str) -> Vec<ToolDefinition> {
        let base = base_url.trim_end_matches('/');
        let define = |tool: &Arc<dyn Tool>| ToolDefinition {
            name: tool.name().to_owned(),
            description: tool.description().to_owned(),
            parameters: tool.parameters(),
            url: format!("{base}/api/vapi/tools/{}", tool.name()),
        };
        self.rows.iter().map(define).collect()
    }

    /// Calls a tool, and notes in the tenant's audit trail that it was called. A tool that there is not is an outcome, too.
    ///
    /// # Errors
    /// The stores'.
    pub async fn call(&self, context: &Context, request: &ToolRequest<'_>) -> Result<ToolOutcome> {
        let (tenant, found_by) = request.tenant;
        let row = self.rows.iter().find(|tool| tool.name() == request.name);
        let outcome = match (row, request.arguments, self.stores.directory.lookup_tenant(tenant).await?) {
            (_, _, None) => return Ok(Err("There is no such business.".to_owned())),
            (None, ..) => Err("There is no such tool.".to_owned()),
            (_, None, _) => Err("What the tool was called with is not an object.".to_owned()),
            (_, _, Some(tenant)) if tenant.status != TenantStatus::Active => {
                Err("This business is not available at the moment.".to_owned())
            }
            (Some(tool), Some(arguments), Some(tenant)) => {
                tool.call(&self.stores, &tenant, arguments).await?
            }
        };
        // A name that nobody knows may be anything that a model made up.
        let name = row.map_or("unknown", |tool| tool.name());
        let payload = json!({"foundBy": found_by.as_str(), "done": outcome.is_ok()});
        let note = Note::new("tool.called", ("tool", name), payload);
        self.stores.ledger.commit(self.stores.start(tenant, self.stores.now(), context, note)?).await?;
        Ok(outcome)
    }
}

impl fmt::Debug for ToolRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolRequest").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}
