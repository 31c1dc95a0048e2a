//! One operation of a description.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value};

use super::schema::{coerced, escape, faults, plain, resolved, validator};

/// What an operation takes and gives.
#[derive(Debug)]
pub(super) struct Operation {
    method: String,
    /// With the provider's prefix: `/twilio/2010-04-01/Accounts/{Sid}.json`.
    template: String,
    /// Where it stands in the document.
    pointer: String,
    document: Arc<Document>,
}

#[derive(Debug)]
struct Document {
    json: Value,
    draft: Draft,
    validators: Mutex<BTreeMap<String, Arc<Validator>>>,
}

/// The operations of a document that lies under a prefix.
pub(super) fn read(mount: &str, mut json: Value) -> Result<Vec<Operation>, String> {
    let version = json.get("openapi").and_then(Value::as_str).unwrap_or_default().to_owned();
    let draft = if version.starts_with("3.0") { Draft::Draft4 } else { Draft::Draft202012 };
    plain(&mut json);
    let paths: Vec<(String, Vec<String>)> = json
        .get("paths")
        .and_then(Value::as_object)
        .ok_or("it has no paths")?
        .iter()
        .map(|(path, item)| {
            (path.clone(), item.as_object().into_iter().flat_map(Map::keys).cloned().collect())
        })
        .collect();
    let document = Arc::new(Document { json, draft, validators: Mutex::default() });
    let mut operations = Vec::new();
    for (path, methods) in paths {
        for method in methods.iter().filter(|method| METHODS.contains(&method.as_str())) {
            operations.push(Operation {
                method: method.to_uppercase(),
                template: format!("{mount}{path}"),
                pointer: format!("/paths/{}/{method}", escape(&path)),
                document: document.clone(),
            });
        }
    }
    Ok(operations)
}

const METHODS: &[&str] = &["get", "post", "put", "patch", "delete"];

impl Operation {
    /// The values of the variable parts of a path, if it is this operation's.
    pub(super) fn matches(&self, method: &str, path: &str) -> Option<Vec<(String, String)>> {
        if self.method != method || self.template.matches('/').count() != path.matches('/').count() {
            return None;
        }
        let mut values = Vec::new();
        for (own, given) in self.template.split('/').zip(path.split('/')) {
            match own.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?))) {
                Some((before, (name, after))) => {
                    let value = given.strip_prefix(before)?.strip_suffix(after)?;
                    if value.is_empty() {
                        return None;
                    }
                    values.push((name.to_owned(), decoded(value)));
                }
                None if own == given => {}
                None => return None,
            }
        }
        Some(values)
    }

    pub(super) fn check_request(
        &self,
        segments: &[(String, String)],
        query: &str,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Vec<String> {
        let mut found = self.check_parameters("path", segments);
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        found.extend(self.check_parameters("query", &pairs));
        found.extend(self.check_body(content_type, body));
        found
    }

    pub(super) fn check_answer(&self, status: u16, body: &[u8]) -> Vec<String> {
        let pointer = format!("{}/responses/{status}", self.pointer);
        let Some(response) = self.document.json.pointer(&pointer) else { return Vec::new() };
        let pointer =
            match response.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#')) {
                Some(target) => target.to_owned(),
                None => pointer,
            };
        let pointer = format!("{pointer}/content/{}/schema", escape("application/json"));
        if self.document.json.pointer(&pointer).is_none() {
            return Vec::new();
        }
        match serde_json::from_slice(body) {
            Ok(value) => self.document.faults(&pointer, &value),
            Err(_) => vec!["is no JSON".to_owned()],
        }
    }

    /// Parameters of the operation and of its path, each with the pointer of its schema.
    fn parameters(&self, place: &str) -> Vec<(String, &Value, String)> {
        let above = self.pointer.rsplit_once('/').map_or("", |(above, _)| above);
        let mut found = Vec::new();
        for base in [self.pointer.as_str(), above] {
            let pointer = format!("{base}/parameters");
            let list = self.document.json.pointer(&pointer).and_then(Value::as_array);
            for (index, parameter) in list.into_iter().flatten().enumerate() {
                let target =
                    parameter.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
                let own = target.map_or_else(|| format!("{pointer}/{index}"), ToOwned::to_owned);
                let parameter = resolved(&self.document.json, parameter);
                let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
                if parameter.get("in").and_then(Value::as_str) == Some(place) {
                    found.push((name.to_owned(), parameter, format!("{own}/schema")));
                }
            }
        }
        found
    }

    fn check_parameters(&self, place: &str, given: &[(String, String)]) -> Vec<String> {
        let mut found = Vec::new();
        let parameters = self.parameters(place);
        for (name, _) in given {
            if !parameters.iter().any(|(own, ..)| own == name) {
                found.push(format!("{place} parameter `{name}` is not known"));
            }
        }
        for (name, parameter, pointer) in &parameters {
            let texts: Vec<&str> =
                given.iter().filter(|(own, _)| own == name).map(|(_, text)| text.as_str()).collect();
            if texts.is_empty() {
                if parameter.get("required") == Some(&Value::Bool(true)) {
                    found.push(format!("{place} parameter `{name}` is missing"));
                }
                continue;
            }
            let schema = parameter.get("schema").unwrap_or(&Value::Null);
            let joined = parameter.get("explode") == Some(&Value::Bool(false));
            let texts: Vec<&str> =
                if joined { texts.iter().flat_map(|text| text.split(',')).collect() } else { texts };
            let value = self.document.value(schema, &texts);
            let faults = self.document.faults(pointer, &value);
            found.extend(faults.into_iter().map(|fault| format!("{place} parameter `{name}`{fault}")));
        }
        found
    }

    fn check_body(&self, content_type: Option<&str>, body: &[u8]) -> Vec<String> {
        let pointer = format!("{}/requestBody", self.pointer);
        let Some(described) = self.document.json.pointer(&pointer) else {
            return if body.is_empty() { Vec::new() } else { vec!["takes no body".to_owned()] };
        };
        let pointer =
            match described.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#')) {
                Some(target) => target.to_owned(),
                None => pointer,
            };
        let described = resolved(&self.document.json, described);
        if body.is_empty() {
            let required = described.get("required") == Some(&Value::Bool(true));
            return if required { vec!["the body is missing".to_owned()] } else { Vec::new() };
        }
        let kind = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        let pointer = format!("{pointer}/content/{}/schema", escape(kind));
        let Some(schema) = self.document.json.pointer(&pointer) else {
            return vec![format!("content type `{kind}` is not taken")];
        };
        let value = if kind == "application/x-www-form-urlencoded" {
            self.document.form(schema, body)
        } else {
            match serde_json::from_slice(body) {
                Ok(value) => value,
                Err(_) => return vec!["the body is no JSON".to_owned()],
            }
        };
        let mut found = self.document.faults(&pointer, &value);
        found.extend(self.document.unknown(schema, &value, kind));
        found
    }
}

impl Document {
    /// Texts as the value that a schema describes: a list where it is one.
    fn value(&self, schema: &Value, texts: &[&str]) -> Value {
        let schema = resolved(&self.json, schema);
        if schema.get("type").and_then(Value::as_str) == Some("array") {
            let items = schema.get("items").unwrap_or(&Value::Null);
            return texts.iter().map(|text| coerced(&self.json, items, text)).collect();
        }
        match texts {
            [text] => coerced(&self.json, schema, text),
            several => several.iter().copied().collect(),
        }
    }

    fn form(&self, schema: &Value, body: &[u8]) -> Value {
        let schema = resolved(&self.json, schema);
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, text) in form_urlencoded::parse(body).into_owned() {
            fields.entry(name).or_default().push(text);
        }
        let properties = schema.get("properties");
        let field = |(name, texts): (String, Vec<String>)| {
            let own = properties.and_then(|properties| properties.get(&name)).unwrap_or(&Value::Null);
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let value = self.value(own, &texts);
            (name, value)
        };
        Value::Object(fields.into_iter().map(field).collect())
    }

    /// Fields of a form that no schema names: Twilio's descriptions do not forbid them, Twilio ignores them, and so does
    /// whoever believes that they had an effect.
    fn unknown(&self, schema: &Value, value: &Value, kind: &str) -> Vec<String> {
        let schema = resolved(&self.json, schema);
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return Vec::new() };
        if kind != "application/x-www-form-urlencoded" {
            return Vec::new();
        }
        let names = value.as_object().into_iter().flat_map(Map::keys);
        names
            .filter(|name| !properties.contains_key(*name))
            .map(|name| format!("field `{name}` is not known"))
            .collect()
    }

    fn faults(&self, pointer: &str, value: &Value) -> Vec<String> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        let validator = match validators.get(pointer) {
            Some(known) => known.clone(),
            None => match validator(&self.json, pointer, self.draft) {
                Ok(fresh) => validators.entry(pointer.to_owned()).or_insert(Arc::new(fresh)).clone(),
                Err(error) => return vec![format!("the description cannot be used: {error}")],
            },
        };
        drop(validators);
        faults(&validator, value)
    }
}

/// A part of a path without its percent signs.
fn decoded(part: &str) -> String {
    let plain = part.replace('+', "%2B");
    form_urlencoded::parse(plain.as_bytes()).next().map_or_else(String::new, |(name, _)| name.into_owned())
}
