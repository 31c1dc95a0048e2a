//! Query parameters that an endpoint does not know: refused as unknown fields of a body are.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use axum::extract::{FromRequestParts as _, MatchedPath, NestedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use veralux_core::fault::Fault;

use super::Problem;

/// What the endpoints that ask for a key take in their queries. Others, such as webhooks, are called by providers, which may
/// add to a URL what they like.
#[derive(Debug, Clone, Default)]
pub(crate) struct QueryNames(Arc<HashMap<(Method, String), Vec<String>>>);

impl FromIterator<((Method, String), Vec<String>)> for QueryNames {
    fn from_iter<I: IntoIterator<Item = ((Method, String), Vec<String>)>>(endpoints: I) -> Self {
        Self(Arc::new(endpoints.into_iter().collect()))
    }
}

/// Refuses a request with a query parameter that its endpoint does not take, or that stands there twice.
pub(crate) async fn check_query(names: QueryNames, request: Request, next: Next) -> Response {
    if request.uri().query().is_none_or(str::is_empty) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    // Where the router is mounted is no part of what the document calls its paths.
    let mount = NestedPath::from_request_parts(&mut parts, &()).await.ok();
    let path = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
    let path = mount.as_ref().and_then(|mount| path.strip_prefix(mount.as_str())).unwrap_or(path);
    let method = if parts.method == Method::HEAD { Method::GET } else { parts.method.clone() };
    if let Some(known) = names.0.get(&(method, path.to_owned())) {
        let faults = faults(parts.uri.query().unwrap_or_default(), known);
        if let Some(first) = faults.first() {
            let detail = format!("`{}` {}", first.path, first.message);
            let problem = Problem::invalid("invalid_query", detail);
            return Problem { errors: faults, ..problem }.into_response();
        }
    }
    next.run(Request::from_parts(parts, body)).await
}

fn faults(query: &str, known: &[String]) -> Vec<Fault> {
    let mut seen = BTreeSet::new();
    let mut faults: Vec<Fault> = Vec::new();
    for (name, _) in form_urlencoded::parse(query.as_bytes()) {
        let is_known = known.iter().any(|one| *one == name);
        match (seen.insert(name.clone()), is_known) {
            (true, false) => faults.push(Fault::new(name, unknown(known))),
            (false, true) if faults.iter().all(|fault| fault.path != name) => {
                faults.push(Fault::new(name, "may be given once only"));
            }
            _ => {}
        }
    }
    faults
}

fn unknown(known: &[String]) -> String {
    match known {
        [] => "is not known; this endpoint takes no query parameters".to_owned(),
        known => format!("is not known; this endpoint takes `{}`", known.join("`, `")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_is_not_known_or_doubled_is_told_once() {
        let known = ["limit", "status"].map(str::to_owned);
        for (query, paths) in [
            ("limit=1&status=open", vec![]),
            ("stauts=open&limit=1&stauts=held&colour", vec!["stauts", "colour"]),
            ("limit=1&limit=2&limit=3", vec!["limit"]),
            ("%73tatus=open", vec![]),
        ] {
            let found: Vec<String> = faults(query, &known).into_iter().map(|fault| fault.path).collect();
            assert_eq!(found, paths, "{query}");
        }
    }
}
