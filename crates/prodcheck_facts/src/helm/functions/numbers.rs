//! Functions on numbers: <https://masterminds.github.io/sprig/math.html>.

use super::super::data::{Data, Val};

/// The longest list of numbers that is made.
const LONGEST: i64 = 1_000;

pub(super) fn call(name: &str, args: &[Val]) -> Option<Val> {
    let number = |index: usize| args.get(index).filter(|arg| arg.is_known()).and_then(Val::as_number);
    // Beyond the range of `i64` the cast saturates.
    let whole = |index: usize| number(index).map(|value| value as i64);
    let all = || -> Option<Vec<i64>> { (0..args.len()).map(whole).collect() };
    let fold = |with: fn(i64, i64) -> Option<i64>| -> Option<i64> {
        let numbers = all()?;
        let (first, rest) = numbers.split_first()?;
        rest.iter().try_fold(*first, |sum, value| with(sum, *value))
    };
    let result = match name {
        "int" | "int64" => whole(0),
        "add" => fold(|a, b| a.checked_add(b)),
        "add1" => whole(0).and_then(|value| value.checked_add(1)),
        "sub" => fold(|a, b| a.checked_sub(b)),
        "mul" => fold(|a, b| a.checked_mul(b)),
        "div" => fold(|a, b| a.checked_div(b)),
        "mod" => fold(|a, b| a.checked_rem(b)),
        "max" => fold(|a, b| Some(a.max(b))),
        "min" => fold(|a, b| Some(a.min(b))),
        "ceil" => return Some(float(number(0).map(f64::ceil))),
        "floor" => return Some(float(number(0).map(f64::floor))),
        "round" => {
            let scale = 10f64.powi(i32::try_from(whole(1).unwrap_or(0)).unwrap_or(0));
            return Some(float(number(0).map(|value| (value * scale).round() / scale)));
        }
        "float64" => return Some(float(number(0))),
        "addf" => return Some(float(number(0).zip(number(1)).map(|(a, b)| a + b))),
        "subf" => return Some(float(number(0).zip(number(1)).map(|(a, b)| a - b))),
        "mulf" => return Some(float(number(0).zip(number(1)).map(|(a, b)| a * b))),
        "divf" => return Some(float(number(0).zip(number(1)).map(|(a, b)| a / b))),
        "until" => return Some(range(0, whole(0)?, 1)),
        "untilStep" => return Some(range(whole(0)?, whole(1)?, whole(2)?)),
        _ => return None,
    };
    let origin = args.iter().find_map(|arg| arg.origin);
    Some(Val { data: result.map_or(Data::Unknown, Data::Int), origin })
}

fn float(value: Option<f64>) -> Val {
    Val::from(value.map_or(Data::Unknown, Data::Float))
}

fn range(start: i64, end: i64, step: i64) -> Val {
    let (Some(step), true) =
        (usize::try_from(step).ok().filter(|step| *step > 0), end.saturating_sub(start) <= LONGEST)
    else {
        return Val::unknown();
    };
    Val::list((start..end).step_by(step).map(Val::int).collect())
}
