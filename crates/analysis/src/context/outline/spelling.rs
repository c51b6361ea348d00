//! Type names as they are written in annotations: which class, if any, they surely name.

/// The dotted name of the class that an annotation names; nothing for unions, arrays and whatever
/// else is not simply a class.
pub(super) fn class_of_annotation(text: &str) -> Option<Box<str>> {
    let mut rest = text.trim_start_matches([':', ' ', '&', '*']);
    loop {
        // `&'a mut Cart`, `const Cart &`, `readonly`, `struct Cart *`
        let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
        let is_modifier = word.starts_with('\'')
            || matches!(
                word,
                "mut"
                    | "const"
                    | "readonly"
                    | "struct"
                    | "class"
                    | "final"
                    | "static"
                    | "dyn"
                    | "impl"
            );
        if !is_modifier || after.is_empty() {
            break;
        }
        rest = after.trim_start_matches([' ', '&', '*']);
    }
    let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '.' | ':' | '$');
    let end = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    let after = after.trim_matches([' ', '&', '*']);
    // `Cart<Item>` is a cart still.
    let is_plain = after.is_empty() || (after.starts_with('<') && after.ends_with('>'));
    let name = name.replace("::", ".");
    let name = name.trim_matches('.');
    // What is written in small letters is a type of the language, or says nothing.
    let last = name.rsplit('.').next().unwrap_or(name);
    (is_plain && !last.is_empty() && !is_small(last)).then(|| name.into())
}

/// Whether a name is one of types and keywords that no class of a program bears.
fn is_small(name: &str) -> bool {
    matches!(
        name,
        "auto"
            | "var"
            | "int"
            | "long"
            | "double"
            | "float"
            | "bool"
            | "boolean"
            | "char"
            | "string"
            | "number"
            | "any"
            | "unknown"
            | "void"
            | "object"
            | "str"
            | "bytes"
            | "list"
            | "dict"
            | "set"
            | "tuple"
            | "error"
            | "byte"
            | "func"
            | "map"
            | "None"
            | "unsigned"
            | "size_t"
    )
}

/// Whether a call of this name makes an object of a class, as convention has it.
pub(super) fn is_class_name(name: &str) -> bool {
    let mut letters = name.trim_start_matches('_').chars();
    letters.next().is_some_and(char::is_uppercase) && letters.any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::class_of_annotation as class;

    #[test]
    fn classes_are_found_in_annotations() {
        for (text, expected) in [
            (": Cart", Some("Cart")),
            ("&'a mut Cart<Item>", Some("Cart")),
            ("shop::Cart &", Some("shop.Cart")),
            ("const Cart *", Some("Cart")),
            ("models.Cart", Some("models.Cart")),
            (": Cart | null", None),
            (": Cart[]", None),
            ("List[Cart]", None),
            ("int", None),
            ("", None),
        ] {
            assert_eq!(class(text).as_deref(), expected, "{text}");
        }
    }
}
