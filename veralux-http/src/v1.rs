//! The endpoints, one a file: this is the router in one page.

mod assignments;
mod assistants;
mod audit;
mod calls;
mod document;
mod google;
mod health;
mod integrations;
mod keys;
mod messages;
mod numbers;
mod ops;
mod policy;
mod routing;
mod runtime;
mod telephony;
mod tenants;
mod threads;
mod webhooks;

pub(crate) use document::{complete, documents, query_names};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;

/// Every endpoint with its description.
pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(document::begun())
        .routes(routes!(health::live::live))
        .routes(routes!(health::ready::ready))
        .routes(routes!(tenants::list::list, tenants::put::put))
        .routes(routes!(tenants::lookup::lookup, tenants::patch::patch))
        .routes(routes!(keys::list::list, keys::add::add))
        .routes(routes!(keys::revoke::revoke))
        .routes(routes!(audit::list::list))
        .routes(routes!(audit::verify::verify))
        .routes(routes!(audit::export::export))
        .routes(routes!(numbers::list::list))
        .routes(routes!(numbers::import::import))
        .routes(routes!(numbers::search::search))
        .routes(routes!(assistants::export::export_twilio, assistants::export::withdraw_twilio))
        .routes(routes!(assistants::links::links, assistants::link::link))
        .routes(routes!(assistants::unlink::unlink))
        .routes(routes!(assistants::test_model::test_model))
        .routes(routes!(numbers::purchase::purchase))
        .routes(routes!(numbers::operations::list::list_operations))
        .routes(routes!(numbers::operations::lookup::lookup_operation))
        .routes(routes!(numbers::operations::retry::retry_operation))
        .routes(routes!(numbers::release_at_provider::release_at_provider))
        .routes(routes!(numbers::lookup::lookup))
        .routes(routes!(numbers::impact::impact))
        .routes(routes!(numbers::quarantine::quarantine))
        .routes(routes!(numbers::release::release))
        .routes(routes!(numbers::assign::assign))
        .routes(routes!(numbers::deactivate::deactivate))
        .routes(routes!(runtime::lookup::lookup, runtime::publish::publish))
        .routes(routes!(runtime::publish_from_tenant::publish_from_tenant))
        .routes(routes!(runtime::quick_replies::quick_replies, runtime::put_quick_replies::put_quick_replies))
        .routes(routes!(runtime::versions::versions))
        .routes(routes!(runtime::rollback::rollback))
        .routes(routes!(runtime::map::map))
        .routes(routes!(runtime::unmap::unmap))
        .routes(routes!(runtime::did::did))
        .routes(routes!(runtime::health::health))
        .routes(routes!(runtime::reconcile::report, runtime::reconcile::repair))
        .routes(routes!(webhooks::twilio_inbound_sms::twilio_inbound_sms))
        .routes(routes!(webhooks::twilio_status_callback::twilio_status_callback))
        .routes(routes!(webhooks::twilio_voice_inbound::twilio_voice_inbound))
        .routes(routes!(webhooks::twilio_stream_status::twilio_stream_status))
        .routes(routes!(webhooks::telnyx_call_control::telnyx_call_control))
        .routes(routes!(webhooks::telnyx_messages::telnyx_messages))
        .routes(routes!(webhooks::vapi_webhook::vapi_webhook))
        .routes(routes!(webhooks::vapi_tools::vapi_tools))
        .routes(routes!(calls::list::list))
        .routes(routes!(calls::lookup::lookup))
        .routes(routes!(routing::simulate::simulate))
        .routes(routes!(routing::rules::rules))
        .routes(routes!(routing::history::history))
        .routes(routes!(routing::replay::replay))
        .routes(routes!(routing::list_overrides::list_overrides, routing::add_override::add_override))
        .routes(routes!(routing::remove_override::remove_override))
        .routes(routes!(policy::scan::scan))
        .routes(routes!(policy::violations::violations))
        .routes(routes!(policy::violation::violation))
        .routes(routes!(policy::resolve::resolve))
        .routes(routes!(policy::dismiss::dismiss))
        .routes(routes!(policy::override_violation::override_violation))
        .routes(routes!(policy::allow_list::allow_list, policy::put_allow_list::put_allow_list))
        .routes(routes!(threads::list::list, threads::open::open))
        .routes(routes!(threads::lookup::lookup, threads::patch::patch))
        .routes(routes!(messages::send::send))
        .routes(routes!(messages::retry::retry))
        .routes(routes!(messages::of_thread::of_thread))
        .routes(routes!(messages::inbox::inbox))
        .routes(routes!(assignments::list_windows::list_windows, assignments::add_window::add_window))
        .merge(telephony::routes())
        .routes(routes!(integrations::status::status))
        .routes(routes!(integrations::connect::connect, integrations::disconnect::disconnect))
        .routes(routes!(integrations::verify::verify))
        .routes(routes!(google::start::start))
        .routes(routes!(google::callback::callback))
        .routes(routes!(ops::unclaimed::unclaimed))
        .routes(routes!(ops::dead_letters::dead_letters))
        .routes(routes!(ops::replay::replay))
        .routes(routes!(ops::replay_all::replay_all))
        .routes(routes!(ops::ignore::ignore))
}
