//! Assignment windows: who serves which thread when.

pub(crate) mod add_window;
pub(crate) mod list_windows;

use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::port::Window;

/// A span of time in which a staff member serves a thread.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Window)]
pub(crate) struct WindowView {
    id: String,
    thread_id: String,
    staff_id: String,
    #[schema(format = DateTime)]
    starts_at: String,
    /// The first instant that no longer belongs to it.
    #[schema(format = DateTime)]
    ends_at: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<Window> for WindowView {
    fn from(window: Window) -> Self {
        Self {
            id: window.id.to_string(),
            thread_id: window.thread.to_string(),
            staff_id: window.staff.to_string(),
            starts_at: window.span.start().to_string(),
            ends_at: window.span.end().map(|at| at.to_string()),
            created_at: window.created_at.to_string(),
        }
    }
}
