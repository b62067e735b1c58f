//! What a caller or a person hands to a workflow, and what becomes of the expressions that put it in.

use prodcheck_facts::automation::{Automation, InputDeclaration, Job, Variable};
use prodcheck_source::Spanned;

/// What a person can choose when starting a file: all the options of each input, or its default.
pub(super) fn choices(file: &Automation) -> Vec<Variable> {
    let value = |declared: &InputDeclaration| {
        let options: Vec<&str> = declared.options.iter().map(|option| option.value.as_str()).collect();
        let first = declared.options.first().or(declared.default.as_ref())?;
        let text = if options.is_empty() { first.value.clone() } else { options.join("\n") };
        Some(Spanned::new(text, first.span))
    };
    file.inputs.iter().map(|declared| Variable { name: declared.name.clone(), value: value(declared) }).collect()
}

/// What a called file is given, its own defaults included.
pub(super) fn with_defaults(mut inputs: Vec<Variable>, file: &Automation) -> Vec<Variable> {
    for declared in &file.inputs {
        let known = inputs.iter().any(|input| input.name.value == declared.name.value);
        if let Some(default) = declared.default.as_ref().filter(|_| !known) {
            inputs.push(Variable { name: declared.name.clone(), value: Some(default.clone()) });
        }
    }
    inputs
}

/// The values of a text in which `${{ inputs.name }}` or `${{ matrix.axis }}` may stand; as written where unknown.
pub(super) fn given(text: &str, inputs: &[Variable], job: &Job) -> Vec<String> {
    let Some((before, rest)) = text.split_once("${{") else { return vec![text.to_owned()] };
    let Some((expression, after)) = rest.split_once("}}") else { return vec![text.to_owned()] };
    let expression = expression.trim();
    let axis = expression.strip_prefix("matrix.");
    let values: Vec<String> = if let Some(values) =
        axis.and_then(|axis| job.matrix.iter().find(|(name, _)| name == axis)).map(|(_, values)| values)
    {
        values.iter().map(|value| value.value.clone()).collect()
    } else if let Some(name) =
        expression.strip_prefix("inputs.").or_else(|| expression.strip_prefix("github.event.inputs."))
    {
        let known = inputs.iter().find(|input| input.name.value == name).and_then(|input| input.value.as_ref());
        known.map(|value| value.value.lines().map(str::to_owned).collect()).unwrap_or_default()
    } else {
        // `inputs.environment || 'staging'`, `github.ref == 'refs/heads/main' && 'production' || 'staging'`.
        let quoted = expression.split('\'').skip(1).step_by(2);
        quoted.filter(|name| !name.is_empty() && !name.contains('/')).map(str::to_owned).collect()
    };
    if values.is_empty() {
        return vec![text.to_owned()];
    }
    values.into_iter().map(|value| format!("{before}{value}{after}")).collect()
}
