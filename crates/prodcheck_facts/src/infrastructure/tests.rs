//! Resources of small files.

use super::*;
use crate::given::Given;
use crate::platform::{Memory, Scale};

fn found(path: &str, text: &str) -> Infrastructure {
    read(&path.into(), text).0.expect("infrastructure")
}

#[test]
fn services_of_terraform() {
    let text = "# größe\nvariable \"count\" {\n  default = 2\n}\nresource \"aws_ecs_task_definition\" \"api\" {\n  memory = 512\n  container_definitions = jsonencode([{ name = \"api\", image = \"acme/api:1\", portMappings = [{ containerPort = 3000 }], environment = [{ name = \"NODE_ENV\", value = \"production\" }] }])\n}\nresource \"aws_ecs_service\" \"api\" {\n  task_definition = aws_ecs_task_definition.api.arn\n  desired_count = var.count\n  load_balancer {\n    target_group_arn = aws_lb_target_group.api.arn\n  }\n}\nresource \"aws_lb_target_group\" \"api\" {\n  health_check {\n    path = \"/health\"\n  }\n}\n";
    let found = found("infra/main.tf", text);
    let purposes: Vec<_> = found.resources.iter().map(Resource::purpose).collect();
    assert_eq!(purposes, [Some(Purpose::Task), Some(Purpose::Service), Some(Purpose::HealthCheck)]);
    let task = parts(&found.resources[0], &found.defaults);
    assert_eq!(task.image.as_ref().map(|image| image.value.as_str()), Some("acme/api:1"));
    let memory = task.memory.expect("a limit");
    assert_eq!(memory.known(), Some(&Memory::Bytes(512 << 20)));
    assert_eq!(text.get(memory.span.range()), Some("memory = 512"));
    assert_eq!((task.environment.len(), task.serves), (1, true));
    let service = parts(&found.resources[1], &found.defaults);
    assert_eq!(service.instances.as_ref().and_then(|field| field.known()), Some(&Scale::Count(2)));
    assert_eq!((service.runs.as_deref(), service.balanced), (Some("api"), true));
}

#[test]
fn services_of_cloudformation() {
    let text = "# größe\nParameters: { Count: { Default: 3 } }\nResources:\n  Task:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      Memory: '1024'\n      ContainerDefinitions:\n        - Name: api\n          Image: CONTAINER-IMAGE-PLACEHOLDER\n          PortMappings: [{ ContainerPort: 3000 }]\n          Environment: [{ Name: NODE_ENV, Value: production }, { Name: STAGE, Value: !Ref Stage }]\n  Service:\n    Type: AWS::ECS::Service\n    Properties:\n      DesiredCount: !Ref Count\n      LoadBalancers: [{ ContainerName: api }]\n      TaskDefinition: !If [A, !Ref AWS::NoValue, !Ref Task]\n";
    let found = found("deploy/template.yaml", text);
    let task = parts(&found.resources[0], &found.defaults);
    assert!(task.image.is_none() && task.serves);
    let values: Vec<_> = task.environment.iter().map(|one| one.value.clone()).collect();
    assert_eq!(values, [Given::Known("production".to_owned()), Given::Unknown]);
    let service = parts(&found.resources[1], &found.defaults);
    assert_eq!(service.instances.as_ref().and_then(|field| field.known()), Some(&Scale::Count(3)));
    assert_eq!(service.runs.as_deref(), Some("Task"));
}

#[test]
fn alarms_and_uptime_checks() {
    let text = "resource \"aws_cloudwatch_metric_alarm\" \"a\" {\n  metric_name = \"UnHealthyHostCount\"\n}\nresource \"datadog_monitor\" \"b\" {\n  query = \"sum:http.5xx{*}\"\n}\nresource \"uptimerobot_monitor\" \"c\" {\n}\nresource \"null_resource\" \"d\" {\n}\n";
    let purposes: Vec<_> = found("a.tf", text).resources.iter().map(Resource::purpose).collect();
    let restarts = Purpose::Alarm(Watched::Restarts);
    assert_eq!(purposes, [Some(restarts), Some(Purpose::Alarm(Watched::Errors)), Some(Purpose::Uptime), None]);
    let pulumi = "name: a\nruntime: yaml\nresources:\n  lb: { type: 'aws:lb:LoadBalancer' }\n  svc: { type: 'aws:ecs/service:Service' }\n  check: { type: 'gcp:monitoring:UptimeCheckConfig' }\n";
    let kinds: Vec<_> = found("Pulumi.yaml", pulumi).resources.iter().map(Resource::purpose).collect();
    assert_eq!(kinds, [Some(Purpose::LoadBalancer), Some(Purpose::Service), Some(Purpose::Uptime)]);
}

#[test]
fn what_declares_nothing() {
    assert!(read(&"a.yaml".into(), "a: b").0.is_none());
    assert!(read(&"a.tf".into(), "locals {\n  a = 1\n}\n").0.is_none());
    assert!(read(&"stack.json".into(), "{ \"Resources\": { \"A\": { \"Type\": \"AWS::").0.is_none());
    let (broken, notes) = read(&"a.tf".into(), "resource \"aws_lb\" \"a\" {\n  x = \n");
    assert!(broken.is_none_or(|found| found.resources.len() <= 1) && !notes.is_empty());
}
