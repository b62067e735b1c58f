//! Operators.

use super::super::tree::{AssignOperator, BinaryOperator, Expr, ExprId, LogicalOperator, UnaryOperator};
use swc_core::ecma::ast as swc;

pub fn binary(operator: swc::BinaryOp, left: ExprId, right: ExprId) -> Expr {
    let logical = |operator| Expr::Logical { operator, left, right };
    let binary = |operator| Expr::Binary { operator, left, right };
    match operator {
        swc::BinaryOp::LogicalOr => logical(LogicalOperator::Or),
        swc::BinaryOp::LogicalAnd => logical(LogicalOperator::And),
        swc::BinaryOp::NullishCoalescing => logical(LogicalOperator::Nullish),
        swc::BinaryOp::EqEq => binary(BinaryOperator::Equal),
        swc::BinaryOp::NotEq => binary(BinaryOperator::NotEqual),
        swc::BinaryOp::EqEqEq => binary(BinaryOperator::StrictEqual),
        swc::BinaryOp::NotEqEq => binary(BinaryOperator::StrictNotEqual),
        swc::BinaryOp::Lt => binary(BinaryOperator::Less),
        swc::BinaryOp::LtEq => binary(BinaryOperator::LessEqual),
        swc::BinaryOp::Gt => binary(BinaryOperator::Greater),
        swc::BinaryOp::GtEq => binary(BinaryOperator::GreaterEqual),
        swc::BinaryOp::LShift => binary(BinaryOperator::ShiftLeft),
        swc::BinaryOp::RShift => binary(BinaryOperator::ShiftRight),
        swc::BinaryOp::ZeroFillRShift => binary(BinaryOperator::ShiftRightUnsigned),
        swc::BinaryOp::Add => binary(BinaryOperator::Add),
        swc::BinaryOp::Sub => binary(BinaryOperator::Subtract),
        swc::BinaryOp::Mul => binary(BinaryOperator::Multiply),
        swc::BinaryOp::Div => binary(BinaryOperator::Divide),
        swc::BinaryOp::Mod => binary(BinaryOperator::Remainder),
        swc::BinaryOp::Exp => binary(BinaryOperator::Power),
        swc::BinaryOp::BitOr => binary(BinaryOperator::BitOr),
        swc::BinaryOp::BitXor => binary(BinaryOperator::BitXor),
        swc::BinaryOp::BitAnd => binary(BinaryOperator::BitAnd),
        swc::BinaryOp::In => binary(BinaryOperator::In),
        swc::BinaryOp::InstanceOf => binary(BinaryOperator::InstanceOf),
    }
}

pub fn unary(operator: swc::UnaryOp) -> UnaryOperator {
    match operator {
        swc::UnaryOp::Minus => UnaryOperator::Minus,
        swc::UnaryOp::Plus => UnaryOperator::Plus,
        swc::UnaryOp::Bang => UnaryOperator::Not,
        swc::UnaryOp::Tilde => UnaryOperator::BitNot,
        swc::UnaryOp::TypeOf => UnaryOperator::TypeOf,
        swc::UnaryOp::Void => UnaryOperator::Void,
        swc::UnaryOp::Delete => UnaryOperator::Delete,
    }
}

pub fn assign(operator: swc::AssignOp) -> AssignOperator {
    match operator {
        swc::AssignOp::Assign => AssignOperator::Assign,
        swc::AssignOp::AddAssign => AssignOperator::Add,
        swc::AssignOp::OrAssign => AssignOperator::Or,
        swc::AssignOp::AndAssign => AssignOperator::And,
        swc::AssignOp::NullishAssign => AssignOperator::Nullish,
        _ => AssignOperator::Arithmetic,
    }
}
