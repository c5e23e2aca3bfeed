//! Simple values of a type: what a function may be made to return.

use syn::{GenericArgument, PathArguments, ReturnType, Type};

pub fn of_return(output: &ReturnType) -> Vec<String> {
    match output {
        ReturnType::Default => vec!["()".to_owned()],
        ReturnType::Type(_, ty) => of(ty),
    }
}

fn of(ty: &Type) -> Vec<String> {
    match ty {
        Type::Tuple(tuple) => {
            let parts: Vec<_> = tuple.elems.iter().map(of).collect();
            if parts.iter().any(Vec::is_empty) {
                return Vec::new();
            }
            let Some(count) = parts.iter().map(Vec::len).max() else {
                return strings(&["()"]);
            };
            (0..count)
                .map(|row| {
                    let row = parts
                        .iter()
                        .map(|values| &values[row.min(values.len() - 1)]);
                    format!(
                        "({})",
                        row.map(|value| format!("{value}, ")).collect::<String>()
                    )
                })
                .collect()
        }
        Type::Reference(reference) => match &*reference.elem {
            Type::Path(path) if path.path.is_ident("str") => texts(),
            Type::Slice(_) => vec!["&[]".to_owned()],
            Type::TraitObject(_) => Vec::new(),
            _ => vec!["Box::leak(Box::default())".to_owned()],
        },
        Type::Path(path) => path.path.segments.last().map_or_else(Vec::new, of_segment),
        // `impl Trait`, `dyn Trait`, `!`
        _ => Vec::new(),
    }
}

fn of_segment(segment: &syn::PathSegment) -> Vec<String> {
    let name = segment.ident.to_string();
    let inner = first_argument(&segment.arguments);
    let wrap = |with: &str| {
        let values = inner.map_or_else(|| vec!["()".to_owned()], of);
        let wrapped = values.iter().map(|value| format!("{with}({value})"));
        wrapped.collect::<Vec<_>>()
    };
    match name.as_str() {
        "bool" => strings(&["true", "false"]),
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => strings(&["0", "1"]),
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => strings(&["0", "1", "-1"]),
        "String" => strings(&["String::new()", "String::from(\"xyzzy\")"]),
        "Cow" => strings(&["\"\".into()", "\"xyzzy\".into()"]),
        "Option" => [strings(&["None"]), wrap("Some")].concat(),
        "Result" => wrap("Ok"),
        "Box" => wrap("Box::new"),
        "Arc" => wrap("std::sync::Arc::new"),
        "Vec" => {
            let values = inner.map_or_else(Vec::new, of);
            let one = values.iter().map(|value| format!("vec![{value}]"));
            strings(&["vec![]"]).into_iter().chain(one).collect()
        }
        _ => strings(&["Default::default()"]),
    }
}

fn first_argument(arguments: &PathArguments) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn texts() -> Vec<String> {
    strings(&["\"\"", "\"xyzzy\""])
}

fn strings(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}
