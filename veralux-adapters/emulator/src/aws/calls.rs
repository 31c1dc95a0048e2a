//! What Secrets Manager does (API reference, 2017-10-17).

use serde_json::{Value, json};

use super::{AwsAccount, KeptSecret, Trouble};

/// The name of an error and its message.
pub(super) type Refusal = (&'static str, &'static str);

type Answer = Result<Value, Refusal>;

const NOT_FOUND: Refusal = ("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
const MARKED: Refusal = ("InvalidRequestException", "the secret was marked for deletion");
const EXISTS: Refusal = ("ResourceExistsException", "a resource with the id you requested already exists");
const INVALID: Refusal = ("InvalidParameterException", "the parameter name or value is invalid");

/// `2015-07-01`, as AWS writes it.
const CREATED: f64 = 1_435_708_800.5;

fn text<'a>(call: &'a Value, field: &str) -> &'a str {
    call.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn arn(name: &str) -> String {
    format!("arn:aws:secretsmanager:eu-central-1:000000000000:secret:{name}-a1B2c3")
}

/// The version's token and value.
fn version(call: &Value) -> Result<(String, String), Refusal> {
    let (token, value) = (text(call, "ClientRequestToken"), text(call, "SecretString"));
    let fits = (32..=64).contains(&token.len()) && (1..=65_536).contains(&value.len());
    if fits { Ok((token.to_owned(), value.to_owned())) } else { Err(INVALID) }
}

fn is_name(name: &str) -> bool {
    (1..=512).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+=.@-".contains(&byte))
}

impl AwsAccount {
    pub(super) fn answer(&mut self, target: &str, call: &Value, trouble: Option<Trouble>) -> Answer {
        match target {
            "GetSecretValue" => self.read(call, trouble == Some(Trouble::Mixed)),
            "CreateSecret" => self.create(call),
            "PutSecretValue" => self.replace(call),
            "DescribeSecret" => self.describe(call),
            "DeleteSecret" => self.delete(call),
            "ListSecrets" => self.list(call, trouble == Some(Trouble::Unfiltered)),
            _ => Err(("UnknownOperationException", "no such operation")),
        }
    }

    /// By name or ARN.
    fn there(&mut self, call: &Value) -> Result<(String, &mut KeptSecret), Refusal> {
        let id = text(call, "SecretId");
        let found = self.secrets.iter_mut().find(|(name, _)| *name == id || arn(name) == id);
        found.map(|(name, kept)| (name.clone(), kept)).ok_or(NOT_FOUND)
    }

    fn read(&mut self, call: &Value, mixed: bool) -> Answer {
        let (name, kept) = self.there(call)?;
        if kept.scheduled {
            return Err(MARKED);
        }
        let name = if mixed { "veralux/elm/HOOK".to_owned() } else { name };
        let field = if kept.binary { "SecretBinary" } else { "SecretString" };
        Ok(json!({
            "ARN": arn(&name), "Name": name, field: kept.versions.get(&kept.current),
            "VersionId": format!("{:0>32}", kept.current), "VersionStages": ["AWSCURRENT"], "CreatedDate": CREATED,
        }))
    }

    fn create(&mut self, call: &Value) -> Answer {
        let (token, value) = version(call)?;
        let name = text(call, "Name");
        if !is_name(name) {
            return Err(INVALID);
        }
        match self.secrets.get(name) {
            Some(kept) if kept.scheduled => {
                Err(("InvalidRequestException", "already scheduled for deletion"))
            }
            Some(kept) if kept.versions.get(&token) == Some(&value) => {
                Ok(json!({"ARN": arn(name), "Name": name, "VersionId": token}))
            }
            Some(_) => Err(EXISTS),
            None => {
                self.secrets.insert(name.to_owned(), KeptSecret::new(&token, &value));
                Ok(json!({"ARN": arn(name), "Name": name, "VersionId": token}))
            }
        }
    }

    fn replace(&mut self, call: &Value) -> Answer {
        let (token, value) = version(call)?;
        let (name, kept) = self.there(call)?;
        if kept.scheduled {
            return Err(MARKED);
        }
        match kept.versions.get(&token) {
            Some(there) if *there != value => return Err(EXISTS),
            Some(_) => {}
            None => {
                kept.versions.insert(token.clone(), value);
                kept.current.clone_from(&token);
            }
        }
        Ok(json!({"ARN": arn(&name), "Name": name, "VersionId": token, "VersionStages": ["AWSCURRENT"]}))
    }

    fn describe(&mut self, call: &Value) -> Answer {
        let (name, kept) = self.there(call)?;
        let deleted = if kept.scheduled { json!(CREATED) } else { Value::Null };
        Ok(json!({"ARN": arn(&name), "Name": name, "DeletedDate": deleted}))
    }

    /// By force, a secret that is not there is deleted as well.
    fn delete(&mut self, call: &Value) -> Answer {
        let name = text(call, "SecretId").to_owned();
        if call.get("ForceDeleteWithoutRecovery") == Some(&Value::Bool(true)) {
            let own = self.there(call).map(|(name, _)| name);
            self.secrets.remove(&own.unwrap_or_else(|_| name.clone()));
        } else {
            self.there(call)?.1.scheduled = true;
        }
        Ok(json!({"ARN": arn(&name), "Name": name, "DeletionDate": CREATED}))
    }

    /// Newest names first, so that nobody relies on an order.
    fn list(&mut self, call: &Value, unfiltered: bool) -> Answer {
        let mut prefix = "";
        if let Some(filter) = call.pointer("/Filters/0") {
            let value = filter.pointer("/Values/0").and_then(Value::as_str);
            prefix = value.filter(|_| text(filter, "Key") == "name").ok_or(INVALID)?;
        }
        let shown = |(name, kept): &(&String, &KeptSecret)| {
            !kept.scheduled && (unfiltered || name.starts_with(prefix))
        };
        let entry = |(name, _): (&String, &KeptSecret)| json!({"ARN": arn(name), "Name": name});
        let all: Vec<Value> = self.secrets.iter().rev().filter(shown).map(entry).collect();
        let from: usize = match text(call, "NextToken") {
            "" => 0,
            token => token.parse().map_err(|_| ("InvalidNextTokenException", "not a token"))?,
        };
        let asked = call.get("MaxResults").and_then(Value::as_u64).unwrap_or(100);
        let most = usize::try_from(asked).unwrap_or(100).min(self.page);
        let page: Vec<Value> = all.iter().skip(from).take(most).cloned().collect();
        let to = from + page.len();
        let next = if to < all.len() { json!(to.to_string()) } else { Value::Null };
        Ok(json!({"SecretList": page, "NextToken": next}))
    }
}
