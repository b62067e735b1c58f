//! Annotations: of a type only the name that leads to a class or an import is kept.

use super::super::tree::{Name, TypeId, TypeName};
use super::Lowering;
use swc_core::common::Spanned as _;
use swc_core::ecma::ast as swc;

/// How deeply the names in angle brackets are kept.
const MAX_ARGUMENT_DEPTH: u32 = 4;

impl Lowering<'_> {
    /// The type annotated at a pattern.
    pub fn annotation(&mut self, pattern: &swc::Pat) -> Option<TypeId> {
        let annotation = match pattern {
            swc::Pat::Ident(ident) => &ident.type_ann,
            swc::Pat::Array(array) => &array.type_ann,
            swc::Pat::Object(object) => &object.type_ann,
            swc::Pat::Rest(rest) => &rest.type_ann,
            swc::Pat::Assign(assign) => match &*assign.left {
                swc::Pat::Ident(ident) => &ident.type_ann,
                swc::Pat::Array(array) => &array.type_ann,
                swc::Pat::Object(object) => &object.type_ann,
                _ => return None,
            },
            swc::Pat::Invalid(_) | swc::Pat::Expr(_) => return None,
        };
        self.annotated(annotation.as_deref())
    }

    pub fn annotated(&mut self, annotation: Option<&swc::TsTypeAnn>) -> Option<TypeId> {
        self.type_name(&annotation?.type_ann, 0)
    }

    fn type_name(&mut self, written: &swc::TsType, depth: u32) -> Option<TypeId> {
        if depth > MAX_ARGUMENT_DEPTH {
            return None;
        }
        match written {
            swc::TsType::TsTypeRef(reference) => {
                let mut members = Vec::new();
                let root = self.entity(&reference.type_name, &mut members);
                let arguments = match &reference.type_params {
                    Some(arguments) => {
                        arguments.params.iter().filter_map(|argument| self.type_name(argument, depth + 1)).collect()
                    }
                    None => Box::default(),
                };
                Some(self.push_type(root, members, arguments, written))
            }
            swc::TsType::TsArrayType(array) => {
                let arguments = self.type_name(&array.elem_type, depth + 1).into_iter().collect();
                let root = self.name("Array");
                Some(self.push_type(root, Vec::new(), arguments, written))
            }
            swc::TsType::TsParenthesizedType(inner) => self.type_name(&inner.type_ann, depth + 1),
            swc::TsType::TsOptionalType(inner) => self.type_name(&inner.type_ann, depth + 1),
            swc::TsType::TsTypeOperator(inner) if inner.op == swc::TsTypeOperatorOp::ReadOnly => {
                self.type_name(&inner.type_ann, depth + 1)
            }
            swc::TsType::TsUnionOrIntersectionType(swc::TsUnionOrIntersectionType::TsUnionType(union)) => {
                let mut types = union.types.iter().filter(|member| !is_nothing(member));
                match (types.next(), types.next()) {
                    (Some(only), None) => self.type_name(only, depth + 1),
                    _ => None,
                }
            }
            swc::TsType::TsUnionOrIntersectionType(swc::TsUnionOrIntersectionType::TsIntersectionType(parts)) => {
                parts.types.iter().find_map(|part| self.type_name(part, depth + 1))
            }
            _ => None,
        }
    }

    fn push_type(&mut self, root: Name, members: Vec<Name>, arguments: Box<[TypeId]>, written: &swc::TsType) -> TypeId {
        let binding = self.resolve(root);
        let id = TypeId::from_index(self.types.len());
        let at = self.span(written.span());
        self.types.push(TypeName { root, binding, members: members.into(), arguments, span: at });
        id
    }

    fn entity(&mut self, name: &swc::TsEntityName, members: &mut Vec<Name>) -> Name {
        let mut name = name;
        let root = loop {
            match name {
                swc::TsEntityName::Ident(ident) => break self.name(&ident.sym),
                swc::TsEntityName::TsQualifiedName(qualified) => {
                    members.push(self.name(&qualified.right.sym));
                    name = &qualified.left;
                }
            }
        };
        members.reverse();
        root
    }

    /// The interface named after `implements`.
    pub fn implemented(&mut self, written: &swc::TsExprWithTypeArgs) -> Option<TypeId> {
        let mut members = Vec::new();
        let mut expr = &*written.expr;
        let root = loop {
            match expr {
                swc::Expr::Ident(ident) => break self.name(&ident.sym),
                swc::Expr::Member(member) => {
                    let swc::MemberProp::Ident(property) = &member.prop else { return None };
                    members.push(self.name(&property.sym));
                    expr = &member.obj;
                }
                _ => return None,
            }
        };
        members.reverse();
        let arguments = match &written.type_args {
            Some(arguments) => arguments.params.iter().filter_map(|argument| self.type_name(argument, 1)).collect(),
            None => Box::default(),
        };
        let binding = self.resolve(root);
        let id = TypeId::from_index(self.types.len());
        self.types.push(TypeName { root, binding, members: members.into(), arguments, span: self.span(written.span) });
        Some(id)
    }
}

fn is_nothing(written: &swc::TsType) -> bool {
    matches!(written, swc::TsType::TsKeywordType(keyword) if matches!(
        keyword.kind,
        swc::TsKeywordTypeKind::TsUndefinedKeyword | swc::TsKeywordTypeKind::TsNullKeyword
    ))
}
