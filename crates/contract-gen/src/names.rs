//! From the names of the contract to the names of Rust.

const KEYWORDS: [&str; 12] = [
    "as", "enum", "final", "fn", "in", "loop", "match", "mod", "move", "ref", "type", "use",
];

/// `productVariantId`, `If-Match` and `ETag` become `product_variant_id`, `if_match` and `etag`.
pub fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut after_lower = false;
    for c in name.chars() {
        match c {
            '-' | '_' | '.' | ' ' => {
                out.push('_');
                after_lower = false;
            }
            c if c.is_ascii_uppercase() => {
                if after_lower {
                    out.push('_');
                }
                out.push(c.to_ascii_lowercase());
                after_lower = false;
            }
            c => {
                out.push(c);
                after_lower = true;
            }
        }
    }
    out
}

/// `createAssignment`, `assignments` and `SUPER_ADMIN` become `CreateAssignment`, `Assignments`
/// and `SuperAdmin`.
pub fn pascal(name: &str) -> String {
    let shout = !name.chars().any(|c| c.is_ascii_lowercase());
    let mut out = String::new();
    let mut up = true;
    for c in name.chars() {
        match c {
            '-' | '_' | '.' | ' ' => up = true,
            c if up => {
                out.push(c.to_ascii_uppercase());
                up = false;
            }
            c if shout => out.push(c.to_ascii_lowercase()),
            c => out.push(c),
        }
    }
    out
}

/// What serde and poem-openapi make of a field name with `rename_all = "camelCase"`.
pub fn camel(snake: &str) -> String {
    let pascal = pascal_from_snake(snake);
    let mut chars = pascal.chars();
    match chars.next() {
        Some(first) => first.to_ascii_lowercase().to_string() + chars.as_str(),
        None => String::new(),
    }
}

fn pascal_from_snake(snake: &str) -> String {
    snake
        .split('_')
        .map(|word| {
            let mut chars = word.chars();
            match chars.next() {
                Some(first) => first.to_ascii_uppercase().to_string() + chars.as_str(),
                None => String::new(),
            }
        })
        .collect()
}

/// The snake-case name as an identifier, raw where it is a keyword.
pub fn ident(name: &str) -> String {
    let snake = snake(name);
    if KEYWORDS.contains(&snake.as_str()) {
        format!("r#{snake}")
    } else {
        snake
    }
}

/// `createAssignment` becomes `CREATE_ASSIGNMENT`.
pub fn shout(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_rust() {
        assert_eq!(snake("productVariantId"), "product_variant_id");
        assert_eq!(snake("ETag"), "etag");
        assert_eq!(snake("If-None-Match"), "if_none_match");
        assert_eq!(pascal("SUPER_ADMIN"), "SuperAdmin");
        assert_eq!(pascal("createAssignment"), "CreateAssignment");
        assert_eq!(camel("product_variant_id"), "productVariantId");
        assert_eq!(ident("type"), "r#type");
        assert_eq!(shout("createUser"), "CREATE_USER");
    }
}
