//! The wire format: a request line in, a report line out.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::engine::Engine;
use crate::error::Error;
use crate::report::{Report, Request};

/// A request and the id that its report echoes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// Any JSON value.
    pub id: Option<Value>,
    /// What is asked.
    pub request: Request,
}

impl Line {
    /// Parses one JSON object.
    ///
    /// # Errors
    /// [`Error::Json`] for what is no JSON object, has unknown fields or fields of the wrong kind; with the `id` where there was one.
    pub fn parse(text: &str) -> Result<Self, (Option<Value>, Error)> {
        let mut object: Map<String, Value> = serde_json::from_str(text).map_err(|error| (None, error.into()))?;
        let id = object.remove("id");
        match Request::deserialize(Value::Object(object)) {
            Ok(request) => Ok(Self { id, request }),
            Err(error) => Err((id, error.into())),
        }
    }

    /// Runs the request: the report as a line of JSON, the id first.
    ///
    /// # Errors
    /// As [`Engine::run`].
    pub fn run(&self, engine: &Engine) -> Result<String, Error> {
        Ok(report(self.id.as_ref(), &engine.run(&self.request)?)?)
    }
}

/// A report as JSON, with the id of its request first where there is one.
///
/// # Errors
/// None that a report can cause.
pub fn report(id: Option<&Value>, report: &Report) -> Result<String, serde_json::Error> {
    #[derive(serde::Serialize)]
    struct Echoed<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<&'a Value>,
        #[serde(flatten)]
        report: &'a Report,
    }
    serde_json::to_string(&Echoed { id, report })
}

/// What stands in a report's place when line `line` (from 1) could not be answered; `kind` as [`Error::kind`] gives it.
///
/// # Errors
/// None that an id and a message can cause.
pub fn error(id: Option<&Value>, kind: &str, line: usize, message: &str) -> Result<String, serde_json::Error> {
    #[derive(serde::Serialize)]
    struct Failed<'a> {
        id: Option<&'a Value>,
        error: Details<'a>,
    }
    #[derive(serde::Serialize)]
    struct Details<'a> {
        kind: &'a str,
        line: usize,
        message: &'a str,
    }
    serde_json::to_string(&Failed { id, error: Details { kind, line, message } })
}
