//! Well-known actions, reusable workflows, orbs, tasks, pipes and modules, and what is known of each.
//!
//! What a row says is taken from the action's own documentation or code, named at the row. Others are judged by what
//! their names declare that they are for.

mod github;
mod others;

use super::deed::{Deed, Deploys, Replaces, Verifies, Waits};
use super::names;
use super::steps::COPY;
use prodcheck_facts::automation::Use;

/// When a call waits until the new version is healthy.
#[derive(Clone, Copy)]
enum When {
    Always(&'static str),
    Never,
    /// Where the input is true.
    Input(&'static str, &'static str),
    /// Unless the input is false.
    Unless(&'static str, &'static str),
    /// Where the input is given.
    Given(&'static str, &'static str),
    WithCheck(&'static str),
    Untold(&'static str),
}

/// What a row says.
#[derive(Clone, Copy)]
enum What {
    Deploys(&'static str, Replaces, When),
    Copies,
    Publishes(&'static str),
    /// Publishes where the input is there and not false.
    PublishesIf(&'static str, &'static str),
    Verifies,
    Tests,
    CallsDeploy,
    /// A pipeline elsewhere is started that is known to deploy.
    CallsPipeline,
    TestCluster,
    /// It has nothing to do with the running service: documentation sites, tools that are set up.
    Nothing,
}

const ECS: Replaces = Replaces::Rolling("Amazon ECS starts the new tasks before it stops the old ones");
const FUNCTION: Replaces = Replaces::Rolling("the new version of a function takes over without a stop");
const RENDER: Replaces = Replaces::Rolling("Render starts the new instance before it stops the old one");
const RAILWAY: Replaces = Replaces::Rolling("Railway starts the new deployment before it removes the old one");
const CLOUD_RUN: Replaces = Replaces::Rolling("Cloud Run moves the requests once the new revision is ready");
const APP_ENGINE: Replaces = Replaces::Rolling("App Engine moves the requests once the new version is ready");
const POLICY: Replaces = Replaces::Untold("the environment's deployment policy decides");
const APP_SERVICE: Replaces = Replaces::Untold("App Service decides how it restarts the app");

/// The beginning of a name, and what is known of what begins so.
type Row = (&'static str, What);

/// All rows; of several that fit the first counts.
fn rows() -> impl Iterator<Item = &'static Row> {
    github::TABLE.iter().chain(others::TABLE)
}

fn is_true(call: &Use, input: &str) -> bool {
    call.text(input).is_some_and(|value| matches!(value.to_ascii_lowercase().as_str(), "true" | "yes" | "1"))
}

fn is_false(call: &Use, input: &str) -> bool {
    call.text(input).is_some_and(|value| matches!(value.to_ascii_lowercase().as_str(), "false" | "no" | "0"))
}

/// Whether the table has a row for a call.
pub fn is_known(call: &Use) -> bool {
    let name = call.name.value.to_ascii_lowercase();
    rows().any(|(row, _)| name.starts_with(row))
}

/// What a call does.
pub fn deed(call: &Use) -> Option<Deed> {
    let name = call.name.value.to_ascii_lowercase();
    if let Some((_, what)) = rows().find(|(row, _)| name.starts_with(row)) {
        return known(call, what);
    }
    // A workflow, orb or pipeline without a row: what its name declares decides.
    let is_pages = name.contains("pages") || name.contains("docs") || name.contains("storybook");
    let checks_out = name.contains("setup") || name.contains("install-");
    (names::deploys(&name) && !is_pages && !checks_out).then_some(Deed::CallsDeploy)
}

fn known(call: &Use, what: &What) -> Option<Deed> {
    Some(match what {
        What::Deploys(tool, replaces, when) => {
            let waits = match when {
                When::Always(by) => Waits::Yes(by),
                When::Never => Waits::No,
                When::Input(input, by) if is_true(call, input) => Waits::Yes(by),
                When::Unless(input, by) if !is_false(call, input) => Waits::Yes(by),
                When::Given(input, by) if call.text(input).is_some_and(|value| !value.is_empty()) => Waits::Yes(by),
                When::Input(..) | When::Unless(..) | When::Given(..) => Waits::No,
                When::WithCheck(by) => Waits::WithCheck(by),
                When::Untold(why) => Waits::Untold(why),
            };
            Deed::Deploys(Deploys { tool, replaces: *replaces, waits, everywhere: true })
        }
        What::Copies => Deed::Deploys(Deploys {
            tool: COPY,
            replaces: Replaces::Untold("copied files replace nothing that runs"),
            waits: Waits::No,
            everywhere: false,
        }),
        What::Publishes(what) => Deed::Publishes(what),
        What::PublishesIf(what, input) => {
            call.text(input).filter(|value| !matches!(*value, "" | "false"))?;
            Deed::Publishes(what)
        }
        What::Verifies => Deed::Verifies(Verifies::Polls),
        What::Tests => Deed::Verifies(Verifies::Tests),
        What::CallsDeploy => {
            // Such an action starts any event; what it is called for stands in its inputs.
            let texts = call.inputs.iter().filter_map(|input| input.value.as_ref());
            if !texts.map(|value| value.value.as_str()).any(names::deploys) {
                return None;
            }
            Deed::CallsDeploy
        }
        What::CallsPipeline => Deed::CallsDeploy,
        What::TestCluster => Deed::TestCluster,
        What::Nothing => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use prodcheck_facts::automation::Variable;
    use prodcheck_source::{Span, Spanned};

    fn call(name: &str, inputs: &[(&str, &str)]) -> Use {
        let spanned = |text: &str| Spanned::new(text.to_owned(), Span::default());
        let inputs = inputs.iter().map(|(name, value)| Variable { name: spanned(name), value: Some(spanned(value)) });
        Use { inputs: inputs.collect(), ..Use::parse(&spanned(name)) }
    }

    #[test]
    fn rows_are_in_small_letters_and_reachable() {
        for (at, (row, _)) in rows().enumerate() {
            assert_eq!(*row, row.to_ascii_lowercase(), "{row}");
            let before = rows().take(at).find(|(earlier, _)| row.starts_with(earlier));
            assert!(before.is_none(), "{row} is hidden by {:?}", before.map(|(earlier, _)| earlier));
        }
    }

    #[test]
    fn facts_about_actions() {
        let ecs = "aws-actions/amazon-ecs-deploy-task-definition@v2";
        let waits = |deed: Option<Deed>| match deed {
            Some(Deed::Deploys(deploys)) => matches!(deploys.waits, Waits::Yes(_)),
            other => panic!("{other:?}"),
        };
        assert!(waits(deed(&call(ecs, &[("wait-for-service-stability", "true")]))));
        assert!(!waits(deed(&call(ecs, &[]))) && !waits(deed(&call(ecs, &[("wait-for-service-stability", "false")]))));
        assert_eq!(deed(&call("docker/build-push-action@v6", &[("push", "true")])), Some(Deed::Publishes("an image")));
        assert_eq!(deed(&call("docker/build-push-action@v6", &[("push", "false")])), None);
        assert_eq!(deed(&call("acme/pipelines/.github/workflows/deploy.yml@v2", &[])), Some(Deed::CallsDeploy));
        assert_eq!(deed(&call("acme/pipelines/.github/workflows/lint.yml@v2", &[])), None);
        assert_eq!(deed(&call("actions/deploy-pages@v4", &[])), None);
        assert_eq!(deed(&call("acme/deploy-docs@v1", &[])), None);
        let dispatch = "peter-evans/repository-dispatch@v3";
        assert_eq!(deed(&call(dispatch, &[("event-type", "deploy-api")])), Some(Deed::CallsDeploy));
        assert_eq!(deed(&call(dispatch, &[("event-type", "größe")])), None);
    }
}
