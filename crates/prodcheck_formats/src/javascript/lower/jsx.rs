//! JSX.

use super::super::tree::{Access, Expr, ExprId, Jsx, JsxAttribute, JsxName, Node};
use super::Lowering;
use swc_core::common::Spanned as _;
use swc_core::ecma::ast as swc;

impl<'a> Lowering<'a> {
    pub fn jsx_element(&mut self, element: &'a swc::JSXElement, here: Node) -> Expr {
        let name = match &element.opening.name {
            swc::JSXElementName::Ident(ident) if ident.sym.starts_with(|first: char| first.is_ascii_lowercase()) => {
                JsxName::Tag(self.name(&ident.sym))
            }
            swc::JSXElementName::Ident(ident) => JsxName::Component(self.identifier(ident, here, Access::Read).0),
            swc::JSXElementName::JSXMemberExpr(member) => JsxName::Component(self.jsx_member(member, here)),
            swc::JSXElementName::JSXNamespacedName(name) => {
                JsxName::Tag(self.name(&format!("{}:{}", name.ns.sym, name.name.sym)))
            }
        };
        let attributes = element
            .opening
            .attrs
            .iter()
            .map(|attribute| match attribute {
                swc::JSXAttrOrSpread::SpreadElement(spread) => {
                    JsxAttribute::Spread(self.expression(&spread.expr, here))
                }
                swc::JSXAttrOrSpread::JSXAttr(attribute) => self.jsx_attribute(attribute, here),
            })
            .collect();
        let children = self.jsx_children(&element.children, here);
        Expr::Jsx(Box::new(Jsx { element: name, attributes, children }))
    }

    pub fn jsx_fragment(&mut self, fragment: &'a swc::JSXFragment, here: Node) -> Expr {
        let children = self.jsx_children(&fragment.children, here);
        Expr::Jsx(Box::new(Jsx { element: JsxName::Fragment, attributes: Box::default(), children }))
    }

    fn jsx_attribute(&mut self, attribute: &'a swc::JSXAttr, here: Node) -> JsxAttribute {
        let name = match &attribute.name {
            swc::JSXAttrName::Ident(ident) => self.name(&ident.sym),
            swc::JSXAttrName::JSXNamespacedName(name) => self.name(&format!("{}:{}", name.ns.sym, name.name.sym)),
        };
        let value = match &attribute.value {
            None => None,
            Some(swc::JSXAttrValue::Str(text)) => {
                let kind = Expr::String(self.string(&text.value));
                Some(self.leaf(self.span(text.span), here, kind))
            }
            Some(swc::JSXAttrValue::JSXExprContainer(container)) => self.jsx_container(container, here),
            Some(swc::JSXAttrValue::JSXElement(element)) => Some(self.jsx_nested(element, here)),
            Some(swc::JSXAttrValue::JSXFragment(fragment)) => Some(self.jsx_nested_fragment(fragment, here)),
        };
        JsxAttribute::Attribute { name, name_span: self.span(attribute.name.span()), value }
    }

    fn jsx_children(&mut self, children: &'a [swc::JSXElementChild], here: Node) -> Box<[ExprId]> {
        children
            .iter()
            .filter_map(|child| match child {
                swc::JSXElementChild::JSXText(text) => {
                    if text.raw.trim().is_empty() {
                        return None;
                    }
                    let kind = Expr::String(self.string(&text.value));
                    Some(self.leaf(self.span(text.span), here, kind))
                }
                swc::JSXElementChild::JSXExprContainer(container) => self.jsx_container(container, here),
                swc::JSXElementChild::JSXSpreadChild(spread) => {
                    Some(self.spread(self.span(spread.span), &spread.expr, here))
                }
                swc::JSXElementChild::JSXElement(element) => Some(self.jsx_nested(element, here)),
                swc::JSXElementChild::JSXFragment(fragment) => Some(self.jsx_nested_fragment(fragment, here)),
            })
            .collect()
    }

    fn jsx_container(&mut self, container: &'a swc::JSXExprContainer, here: Node) -> Option<ExprId> {
        match &container.expr {
            swc::JSXExpr::JSXEmptyExpr(_) => None,
            swc::JSXExpr::Expr(expr) => Some(self.expression(expr, here)),
        }
    }

    fn jsx_nested(&mut self, element: &'a swc::JSXElement, parent: Node) -> ExprId {
        let id = self.open_expr(self.span(element.span), parent);
        let kind = self.deeper(element.span, |this| this.jsx_element(element, Node::Expr(id)));
        self.close_expr(id, kind.unwrap_or(Expr::Unknown))
    }

    fn jsx_nested_fragment(&mut self, fragment: &'a swc::JSXFragment, parent: Node) -> ExprId {
        let id = self.open_expr(self.span(fragment.span), parent);
        let kind = self.deeper(fragment.span, |this| this.jsx_fragment(fragment, Node::Expr(id)));
        self.close_expr(id, kind.unwrap_or(Expr::Unknown))
    }

    fn jsx_member(&mut self, member: &'a swc::JSXMemberExpr, parent: Node) -> ExprId {
        let id = self.open_expr(self.span(member.span), parent);
        let kind = self.deeper(member.span, |this| {
            let here = Node::Expr(id);
            let object = match &member.obj {
                swc::JSXObject::Ident(ident) if &*ident.sym == "this" => {
                    this.leaf(this.span(ident.span), here, Expr::This)
                }
                swc::JSXObject::Ident(ident) => this.identifier(ident, here, Access::Read).0,
                swc::JSXObject::JSXMemberExpr(inner) => this.jsx_member(inner, here),
            };
            let property = this.name(&member.prop.sym);
            Expr::Member { object, property, property_span: this.span(member.prop.span), optional: false }
        });
        self.close_expr(id, kind.unwrap_or(Expr::Unknown))
    }
}
