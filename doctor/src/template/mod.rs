//! User pools as templates describe them, before anything is deployed.
//!
//! A template leaves things to its deployment: parameters, references, conditions. These are not
//! known ([`crate::setting::Setting::Unknown`]), and no rule says anything about them.

mod cloudformation;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod deploy;
mod node;
mod resource;
mod terraform;

use std::path::Path;

use serde_json::Value;

use self::resource::Resource;
use crate::failure::Failure;
use crate::files::read_text;
use crate::view::PoolView;

/// Reads a template of CloudFormation, or a plan of Terraform.
pub(crate) fn read(path: &Path) -> Result<Vec<PoolView>, Failure> {
    let (file, text) = read_text(path)?;
    let problem = |problem: String| Failure::Template {
        file: file.clone(),
        problem,
    };

    let resources = read_resources(&text).map_err(problem)?;
    resource::assemble(&file, resources).map_err(problem)
}

fn read_resources(text: &str) -> Result<Vec<Resource>, String> {
    if let Ok(plan) = serde_json::from_str::<Value>(text)
        && plan.get("planned_values").is_some()
    {
        return Ok(terraform::resources(&plan));
    }

    let template = node::parse(text)?;
    cloudformation::resources(&template).ok_or_else(|| {
        "neither a template of CloudFormation (`Resources`) nor the answer of `terraform show \
         -json` for a plan (`planned_values`)"
            .to_owned()
    })
}
