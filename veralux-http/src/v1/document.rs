//! The OpenAPI document: what stands in it for all endpoints together, said once.
//!
//! An endpoint says what is its own. What every one takes that asks for a key, what every one may answer that takes a body,
//! and what OpenAPI 3.1 asks for besides, is added here, of the same rules by which requests are refused (`web`).

use std::collections::BTreeSet;

use axum::Router;
use axum::http::{Method, StatusCode, header};
use axum::routing::get;
use utoipa::OpenApi as _;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    Content, ObjectBuilder, OpenApi, Ref, RefOr, Required, Response, ResponseBuilder, Type,
};

use crate::Api;
use crate::web::{FieldError, ProblemBody, QueryNames, TENANT_ID, is_counted};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "VeraLux", description = "The control plane for AI receptionists and masked business messaging."),
    components(schemas(ProblemBody, FieldError)),
    security(("key" = []), ("bearer" = [])),
)]
struct Document;

/// Media type of a refusal (RFC 9457, 3).
const PROBLEM: &str = "application/problem+json";

/// What the parameters are called that several endpoints take.
const TENANT: &str = "Tenant";
const TENANT_QUERY: &str = "TenantQuery";
const IDEMPOTENCY_KEY: &str = "IdempotencyKey";

/// Where paths begin of endpoints that ask for a key and are about no tenant, or about one that stands in the path or body.
const TENANTLESS: [&str; 5] = [
    "/api/admin/runtime/",
    "/api/admin/tenants",
    "/api/ops/unclaimed",
    "/api/policy/scan",
    "/api/routing/rules",
];

/// The document without its endpoints.
pub(super) fn begun() -> OpenApi {
    let mut document = Document::openapi();
    let components = document.components.get_or_insert_default();
    let key = ApiKey::Header(ApiKeyValue::new("X-Admin-Key"));
    components.add_security_scheme("key", SecurityScheme::ApiKey(key));
    components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    let shared = [(TENANT, tenant()), (TENANT_QUERY, tenant_query()), (IDEMPOTENCY_KEY, idempotency_key())];
    for (name, parameter) in shared {
        components.parameters.insert(name.to_owned(), RefOr::T(parameter));
    }
    document
}

fn tenant() -> Parameter {
    parameter(
        ParameterIn::Header,
        "X-Tenant-ID",
        "Whose data the request is about: the tenant's id. A key of one tenant need not say it.",
    )
}

fn tenant_query() -> Parameter {
    parameter(
        ParameterIn::Query,
        TENANT_ID,
        "The same as `X-Tenant-ID`, for whoever can send no header. Both may be given if they name the same tenant.",
    )
}

fn idempotency_key() -> Parameter {
    parameter(
        ParameterIn::Header,
        "Idempotency-Key",
        "1 to 255 visible ASCII characters. The same request with the same key acts once within a day, and is answered as the \
         first was, with `Idempotency-Replayed: true`.",
    )
}

fn parameter(place: ParameterIn, name: &str, description: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

/// Adds to all endpoints what they do not say themselves: what they take and answer like others, unique operation ids
/// (OpenAPI 3.1, 4.8.10), of which the area is a part, and a description of every response (4.8.17), which is its status in
/// words where there is nothing better.
pub(crate) fn complete(document: &mut OpenApi) {
    let mut answered = BTreeSet::new();
    for (path, item) in &mut document.paths.paths {
        let methods = [
            (Method::GET, &mut item.get),
            (Method::POST, &mut item.post),
            (Method::PUT, &mut item.put),
            (Method::PATCH, &mut item.patch),
            (Method::DELETE, &mut item.delete),
        ];
        for (method, operation) in methods {
            let Some(operation) = operation else { continue };
            let area = operation.tags.iter().flatten().next();
            if let (Some(area), Some(id)) = (area, &operation.operation_id) {
                operation.operation_id = Some(format!("{area}_{id}"));
            }
            let (taken, mut statuses) = shared(path, &method, operation);
            let responses = &mut operation.responses.responses;
            responses.retain(|status, response| {
                let said = describe(status, response);
                statuses.extend(status.parse::<StatusCode>().ok().filter(|_| !said));
                said
            });
            let refer = |name: &str| RefOr::Ref(Ref::new(format!("#/components/parameters/{name}")));
            operation.parameters.get_or_insert_default().extend(taken.into_iter().map(refer));
            for status in statuses {
                answered.insert(status);
                let refusal = || RefOr::Ref(Ref::from_response_name(name(status)));
                responses.entry(status.as_str().to_owned()).or_insert_with(refusal);
            }
        }
    }
    let refusals = answered.into_iter().map(|status| (name(status), RefOr::T(refusal(status))));
    document.components.get_or_insert_default().responses.extend(refusals);
}

/// What each endpoint that asks for a key takes in its query.
pub(crate) fn query_names(document: &OpenApi) -> QueryNames {
    let items = document.paths.paths.iter();
    let endpoints = items.flat_map(|(path, item)| {
        let methods = [
            (Method::GET, &item.get),
            (Method::POST, &item.post),
            (Method::PUT, &item.put),
            (Method::PATCH, &item.patch),
            (Method::DELETE, &item.delete),
        ];
        methods.into_iter().filter_map(|(method, operation)| {
            let operation = operation.as_ref().filter(|operation| operation.security.is_none())?;
            let names = operation.parameters.iter().flatten().filter_map(query_name).collect();
            Some(((method, path.clone()), names))
        })
    });
    endpoints.collect()
}

fn query_name(parameter: &RefOr<Parameter>) -> Option<String> {
    match parameter {
        RefOr::T(parameter) => {
            matches!(parameter.parameter_in, ParameterIn::Query).then(|| parameter.name.clone())
        }
        RefOr::Ref(to) => to.ref_location.ends_with(TENANT_QUERY).then(|| TENANT_ID.to_owned()),
    }
}

/// What an endpoint takes and may answer as others do: names of parameters, and statuses of refusals.
fn shared(path: &str, method: &Method, operation: &Operation) -> (Vec<&'static str>, Vec<StatusCode>) {
    let (mut taken, mut answered) = (Vec::new(), Vec::new());
    let is_open = operation.security.is_some();
    if !is_open {
        // 400 at least for a query parameter that it does not take.
        answered.extend([StatusCode::BAD_REQUEST, StatusCode::UNAUTHORIZED, StatusCode::SERVICE_UNAVAILABLE]);
        if !TENANTLESS.iter().any(|begin| path.starts_with(begin)) {
            taken.extend([TENANT, TENANT_QUERY]);
            answered.push(StatusCode::NOT_FOUND);
        }
        if method == Method::POST {
            taken.push(IDEMPOTENCY_KEY);
            answered.extend([StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY]);
        }
    }
    if is_counted(path) {
        answered.push(StatusCode::TOO_MANY_REQUESTS);
    }
    if let Some(body) = &operation.request_body {
        // Webhooks are taken as they come: their signatures say whose they are.
        if !is_open && matches!(body, RefOr::T(body) if body.content.contains_key("application/json")) {
            answered.push(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        answered.extend([
            StatusCode::BAD_REQUEST,
            StatusCode::REQUEST_TIMEOUT,
            StatusCode::PAYLOAD_TOO_LARGE,
        ]);
    }
    (taken, answered)
}

/// What a refusal is called in the document: `TooManyRequests`.
fn name(status: StatusCode) -> String {
    words(status).split_whitespace().collect()
}

fn words(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or_default()
}

fn refusal(status: StatusCode) -> Response {
    let problem = Content::new(Some(Ref::from_schema_name("ProblemBody")));
    ResponseBuilder::new().description(words(status)).content(PROBLEM, problem).build()
}

/// Says what a response is where the endpoint does not, and in which type a refusal comes; whether it is another one than
/// refusals of its status are.
fn describe(status: &str, response: &mut RefOr<Response>) -> bool {
    let RefOr::T(response) = response else { return true };
    let is_refusal = !response.content.is_empty() && response.content.values().all(is_problem);
    if is_refusal {
        let contents = std::mem::take(&mut response.content).into_values();
        response.content = contents.map(|content| (PROBLEM.to_owned(), content)).collect();
    }
    let said = !response.description.is_empty();
    if let (false, Ok(status)) = (said, status.parse()) {
        words(status).clone_into(&mut response.description);
    }
    said || !is_refusal
}

fn is_problem(content: &RefOr<Content>) -> bool {
    let problem = Ref::from_schema_name("ProblemBody").ref_location;
    matches!(content, RefOr::T(Content { schema: Some(RefOr::Ref(to)), .. }) if to.ref_location == problem)
}

/// The document itself, at `/openapi.json`.
pub(crate) fn documents(document: &OpenApi) -> Router<Api> {
    let json = document.to_json().unwrap_or_default();
    Router::new().route(
        "/openapi.json",
        get(move || std::future::ready(([(header::CONTENT_TYPE, "application/json")], json.clone()))),
    )
}
