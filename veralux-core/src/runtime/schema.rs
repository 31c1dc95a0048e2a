//! The contract as JSON Schema (draft 2020-12), from the same rows as the check.

use serde_json::{Map, Value, json};

use super::config::RuntimeTenantConfig;
use super::rule::{Bounds, Object, Rule, Tagged};

/// The contract as JSON Schema, draft 2020-12.
///
/// What [`super::check`] accepts, the schema accepts. The other way round it says less in two places: a URL is only
/// held against the start of its form (`https://` passes), and the 4000 UTF-16 code units of a quick reply are counted
/// as characters.
pub fn json_schema() -> Value {
    let mut definitions = Map::new();
    let mut schema = object(&RuntimeTenantConfig::OBJECT, None, &mut definitions);
    schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".into(), json!("Runtime contract v1: RuntimeTenantConfig"));
    schema.insert("$defs".into(), Value::Object(definitions));
    Value::Object(schema)
}

fn schema_of(rule: &Rule, definitions: &mut Map<String, Value>) -> Map<String, Value> {
    let schema = match rule {
        Rule::Text { min, max } => text(*min, *max),
        Rule::Word(words) => json!({ "enum": words }),
        Rule::E164 => json!({ "type": "string", "pattern": r"^\+[1-9][0-9]{1,14}$" }),
        // White space around it and line ends within it are dropped by the URL standard, 4.4.
        Rule::Url => {
            json!({ "type": "string", "pattern": r"^[\u0000-\u0020]*[A-Za-z][A-Za-z0-9+.\t\n\r-]*:" })
        }
        Rule::Flag => json!({ "type": "boolean" }),
        Rule::Number(bounds) => number("number", *bounds),
        Rule::Whole(bounds) => number("integer", *bounds),
        Rule::List { item, min, max } => {
            let mut list = json!({ "type": "array", "items": schema_of(item, definitions) });
            set(&mut list, "minItems", (*min > 0).then_some(*min));
            set(&mut list, "maxItems", *max);
            list
        }
        Rule::Map(item) => json!({ "type": "object", "additionalProperties": schema_of(item, definitions) }),
        Rule::Object(object) => reference(object, None, definitions),
        Rule::Tagged(tagged) => modes(tagged, definitions),
    };
    match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

/// A reference to an object's definition, which is added.
fn reference(of: &Object, tag: Option<(&str, &str)>, definitions: &mut Map<String, Value>) -> Value {
    let definition = object(of, tag, definitions);
    definitions.insert(of.name.to_owned(), Value::Object(definition));
    json!({ "$ref": format!("#/$defs/{}", of.name) })
}

fn object(
    of: &Object,
    tag: Option<(&str, &str)>,
    definitions: &mut Map<String, Value>,
) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    if let Some((tag, word)) = tag {
        properties.insert(tag.to_owned(), json!({ "const": word }));
        required.push(tag);
    }
    for field in of.fields {
        let mut schema = schema_of(&field.rule, definitions);
        schema.insert("description".into(), json!(field.about.trim()));
        properties.insert(field.key.to_owned(), Value::Object(schema));
        if field.required {
            required.push(field.key);
        }
    }
    let mut schema = Map::new();
    schema.insert("type".into(), json!("object"));
    schema.insert("description".into(), json!(of.about.trim()));
    schema.insert("properties".into(), Value::Object(properties));
    if !required.is_empty() {
        schema.insert("required".into(), json!(required));
    }
    if let Some((first, second)) = of.either {
        schema.insert("anyOf".into(), json!([{ "required": [first] }, { "required": [second] }]));
    }
    schema
}

fn modes(tagged: &Tagged, definitions: &mut Map<String, Value>) -> Value {
    let modes =
        tagged.modes.iter().map(|(word, mode)| reference(mode, Some((tagged.tag, word)), definitions));
    json!({ "oneOf": modes.collect::<Vec<_>>() })
}

fn text(min: usize, max: Option<usize>) -> Value {
    let mut text = json!({ "type": "string" });
    if min > 1 {
        set(&mut text, "pattern", Some(at_least_units(min)));
    } else {
        set(&mut text, "minLength", (min > 0).then_some(min));
    }
    set(&mut text, "maxLength", max);
    text
}

/// A pattern for at least so many UTF-16 code units: JSON Schema counts characters, and one beyond U+FFFF is two units.
fn at_least_units(units: usize) -> String {
    let mut ways = Vec::new();
    for characters in units.div_ceil(2)..=units {
        let pairs = units - characters;
        let masks = (0..1_u32 << characters).filter(|mask| mask.count_ones() as usize == pairs);
        ways.extend(masks.map(|mask| {
            let each = (0..characters).map(|at| match mask >> at & 1 {
                1 => "[\u{10000}-\u{10ffff}]",
                _ => r"[\s\S]",
            });
            each.collect::<String>()
        }));
    }
    ways.join("|")
}

fn number(kind: &str, bounds: Bounds) -> Value {
    match bounds {
        Bounds::Any => json!({ "type": kind }),
        Bounds::Above(bound) => json!({ "type": kind, "exclusiveMinimum": bound }),
        Bounds::AtLeast(least) => json!({ "type": kind, "minimum": least }),
        Bounds::Within(least, most) => json!({ "type": kind, "minimum": least, "maximum": most }),
    }
}

fn set(schema: &mut Value, key: &str, value: Option<impl Into<Value>>) {
    if let (Some(schema), Some(value)) = (schema.as_object_mut(), value) {
        schema.insert(key.to_owned(), value.into());
    }
}
