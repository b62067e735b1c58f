//! Classes as dependency injection sees them.

use super::super::{Expr, Key, MemberKind, Module};
use super::{module, slice};

const CONTROLLER: &str = "
import { UsersService } from './users.service';
import { Injectable, Inject, Get } from '@nestjs/common';

@Injectable({ scope: 'é' })
export class UsersController extends Base implements OnModuleInit {
  @Inject(TOKEN) private readonly cache: Cache;
  static count = 0;
  #secret = 'x';
  handler = async () => this.users.find();

  constructor(private readonly users: UsersService, @Inject('DB') db: Db, public name = 'n') {
    super();
  }

  @Get('/:id')
  async find(@Param('id') id: string): Promise<User> {
    return this.users.find(id);
  }

  get size(): number { return 1 }
  static { start() }
  abstract nothing(): void;
}
";

fn members(module: &Module, text: &str) -> Vec<String> {
    let (_, class) = module.classes().next().unwrap();
    class
        .members
        .iter()
        .map(|member| {
            let name = match member.key {
                Key::Name(name) => module.name(name).to_owned(),
                Key::Computed(expr) => format!("[{}]", slice(text, module.span(expr))),
            };
            let kind = match member.kind {
                MemberKind::Constructor => "constructor",
                MemberKind::Method => "method",
                MemberKind::Getter => "getter",
                MemberKind::Setter => "setter",
                MemberKind::Field => "field",
                MemberKind::StaticBlock => "block",
            };
            let mut line = format!("{kind} {name}");
            if member.is_static {
                line += " static";
            }
            if let Some(id) = member.type_name {
                line += &format!(": {}", module.name(module.type_name(id).root));
            }
            if let Some(value) = member.value {
                line += &format!(" = {}", slice(text, module.span(value)));
            }
            if let Some(parameter) = member.parameter {
                line += &format!(" (parameter {parameter})");
            }
            for decorator in &member.decorators {
                line += &format!(" @{}", slice(text, module.span(*decorator)));
            }
            line
        })
        .collect()
}

#[test]
fn keeps_members_decorators_and_types() {
    let module = module(CONTROLLER);
    assert_eq!(
        members(&module, CONTROLLER),
        [
            "field cache: Cache @Inject(TOKEN)",
            "field count static = 0",
            "field #secret = 'x'",
            "field handler = async () => this.users.find()",
            "constructor constructor",
            "field users: UsersService (parameter 0)",
            "field name = 'n' (parameter 2)".replace(" = 'n'", "").as_str(),
            "method find @Get('/:id')",
            "getter size",
            "block  static",
        ]
    );
    let (_, class) = module.classes().next().unwrap();
    assert_eq!(slice(CONTROLLER, module.span(class.decorators[0])), "Injectable({ scope: 'é' })");
    assert_eq!(slice(CONTROLLER, module.span(class.extends.unwrap())), "Base");
    assert_eq!(module.name(module.type_name(class.implements[0]).root), "OnModuleInit");
    assert_eq!(class.name.map(|name| slice(CONTROLLER, name.span)), Some("UsersController"));
}

#[test]
fn parameters_keep_what_injection_needs() {
    let module = module(CONTROLLER);
    let (id, class) = module.classes().next().unwrap();
    let constructor = class.members.iter().find(|member| member.kind == MemberKind::Constructor).unwrap();
    let function = module.function(constructor.function.unwrap());
    let [users, db, name] = &*function.params else { panic!() };
    let service = module.type_name(users.type_name.unwrap());
    let import = module.binding(service.binding.unwrap()).import.unwrap();
    assert_eq!(module.name(module.import(import).unwrap().source.value), "./users.service");
    assert!(users.is_field && !db.is_field && name.is_field);
    assert_eq!(slice(CONTROLLER, module.span(db.decorators[0])), "Inject('DB')");
    assert_eq!(slice(CONTROLLER, users.span), "private readonly users: UsersService");
    assert_eq!(module.string(name.default.unwrap()), Some("n"));
    assert!(module.method(id, "find").is_some() && module.method(id, "handler").is_some());
    assert!(module.method(id, "nothing").is_none());
}

#[test]
fn knows_whose_this_it_is() {
    let text = "class A { m() { return () => this.a } n() { return function () { this.b } } f = this.c }\nthis.d";
    let module = module(text);
    let class = module.classes().next().map(|(id, _)| id);
    let of = |wanted: &str| {
        let member = super::find(&module, text, wanted);
        let Expr::Member { object, .. } = module.expr(member) else { panic!() };
        module.class_of_this(*object)
    };
    assert_eq!(of("this.a"), class);
    assert_eq!(of("this.b"), None);
    assert_eq!(of("this.c"), class);
    assert_eq!(of("this.d"), None);
}

#[test]
fn numbers_enums() {
    let text = "export enum Level { Info = 'info', A = 3, B, 'C d', D = f(), E }";
    let module = module(text);
    let object = super::find(&module, text, "enum Level { Info = 'info', A = 3, B, 'C d', D = f(), E }");
    let value = |name: &str| module.expr(module.property(object, name).unwrap()).clone();
    assert_eq!(module.string(module.property(object, "Info").unwrap()), Some("info"));
    assert_eq!(value("A"), Expr::Number(3.0));
    assert_eq!(value("B"), Expr::Number(4.0));
    assert_eq!(value("C d"), Expr::Number(5.0));
    assert_eq!(value("E"), Expr::Unknown);
}
