//! Lists in pages.

use axum::response::Response;
use serde_json::{Map, Value};

use super::request::{Ask, Refused, found};

const DEFAULT_SIZE: usize = 50;
const MAX_SIZE: usize = 1000;

/// A page of a list whose name in the answer is `key`.
pub(super) fn page(ask: &Ask<'_>, key: &str, items: Vec<Value>) -> Result<Response, Refused> {
    let number = |name: &str| ask.query.value(name).map(str::parse::<usize>);
    let size = match number("PageSize") {
        None => DEFAULT_SIZE,
        Some(Ok(size)) if size > 0 => size.min(MAX_SIZE),
        Some(_) => return Err(Refused::new(400, 20001, "PageSize must be a positive number")),
    };
    let Some(Ok(page)) = number("Page").or(Some(Ok(0))) else {
        return Err(Refused::new(400, 20001, "Page must be a number"));
    };
    let first = page.saturating_mul(size);
    // A page behind the first is asked for with the token that the one before gave.
    if page > 0 && ask.query.value("PageToken") != Some(token(page).as_str()) {
        return Err(Refused::new(400, 20001, "PageToken is missing or not valid"));
    }
    let has_more = items.len() > first.saturating_add(size);
    let own: Vec<Value> = items.into_iter().skip(first).take(size).collect();
    let mut answer = Map::new();
    answer.insert("page".to_owned(), page.into());
    answer.insert("page_size".to_owned(), size.into());
    answer.insert("start".to_owned(), first.into());
    answer.insert("end".to_owned(), (first + own.len().saturating_sub(1)).into());
    answer.insert("uri".to_owned(), uri(ask, size, page).into());
    answer.insert("first_page_uri".to_owned(), uri(ask, size, 0).into());
    let next = if has_more { uri(ask, size, page + 1).into() } else { Value::Null };
    answer.insert("next_page_uri".to_owned(), next);
    let previous = page.checked_sub(1).map_or(Value::Null, |page| uri(ask, size, page).into());
    answer.insert("previous_page_uri".to_owned(), previous);
    answer.insert(key.to_owned(), own.into());
    Ok(found(answer.into()))
}

fn token(page: usize) -> String {
    format!("PA{page}")
}

fn uri(ask: &Ask<'_>, size: usize, page: usize) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let kept = ask.query.0.iter().filter(|(name, _)| !name.starts_with("Page"));
    query
        .extend_pairs(kept)
        .append_pair("PageSize", &size.to_string())
        .append_pair("Page", &page.to_string());
    if page > 0 {
        query.append_pair("PageToken", &token(page));
    }
    format!("{}?{}", ask.path, query.finish())
}
