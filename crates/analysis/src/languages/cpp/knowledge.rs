//! What is known of C++'s standard library.

use crate::languages::{Knowledge, ValueType, c};

pub(super) static KNOWLEDGE: Knowledge = Knowledge {
    path_separator: "::",
    regex_constructors: &[
        "std.regex",
        "std.wregex",
        "std.basic_regex",
        "boost.regex",
        "re2.RE2",
        "RE2",
        "QRegularExpression",
    ],
    constructors: &[
        ("std.string", ValueType::String),
        ("std.to_string", ValueType::String),
        ("std.vector", ValueType::List),
    ],
    integer_annotations: &["int", "unsigned", "long", "short", "char", "size_t", "std::size_t"],
    nan_test: "std::isnan",
    annotations: &[
        ("std::string", ValueType::String),
        ("std::wstring", ValueType::String),
        ("std::string_view", ValueType::String),
        ("std::vector", ValueType::List),
        ("std::list", ValueType::List),
        ("std::deque", ValueType::List),
        ("std::forward_list", ValueType::List),
        ("std::array", ValueType::List),
        ("std::set", ValueType::Set),
        ("std::multiset", ValueType::Set),
        ("std::unordered_set", ValueType::Set),
        ("std::map", ValueType::Map),
        ("std::multimap", ValueType::Map),
        ("std::unordered_map", ValueType::Map),
        ("string", ValueType::String),
        ("vector", ValueType::List),
        ("int", ValueType::Number),
        ("unsigned", ValueType::Number),
        ("long", ValueType::Number),
        ("short", ValueType::Number),
        ("float", ValueType::Number),
        ("double", ValueType::Number),
        ("size_t", ValueType::Number),
        ("std::size_t", ValueType::Number),
        ("bool", ValueType::Boolean),
    ],
    linear_search_functions: &["std.find", "std.count", "std.ranges.find"],
    pure_functions: FUNCTIONS,
    // Containers of others may count or check on these names.
    pure_methods_of: &[
        (ValueType::String, "empty"),
        (ValueType::String, "size"),
        (ValueType::String, "length"),
        (ValueType::String, "substr"),
        (ValueType::String, "find"),
        (ValueType::String, "rfind"),
        (ValueType::String, "compare"),
        (ValueType::String, "c_str"),
        (ValueType::String, "data"),
        (ValueType::List, "empty"),
        (ValueType::List, "size"),
        (ValueType::List, "capacity"),
        (ValueType::List, "begin"),
        (ValueType::List, "end"),
        (ValueType::Map, "empty"),
        (ValueType::Map, "size"),
        (ValueType::Map, "find"),
        (ValueType::Map, "count"),
        (ValueType::Map, "contains"),
        (ValueType::Set, "empty"),
        (ValueType::Set, "size"),
        (ValueType::Set, "find"),
        (ValueType::Set, "count"),
        (ValueType::Set, "contains"),
    ],
    disables_by_condition: true,
    strings_grow_in_place: true,
    never_returns: c::THAT_NEVER_RETURN,
    nullable_results: c::NULLABLE_RESULTS,
    resources: c::RESOURCES,
    arguments_may_change: true,
    falsy_is_null: true,
    ..Knowledge::NOTHING
};

/// Functions without an effect besides their result; those of C are there under both names.
const FUNCTIONS: &[&str] = &{
    const OWN: &[&str] = &[
        "std.move",
        "std.min",
        "std.max",
        "std.clamp",
        "std.abs",
        "std.find",
        "std.find_if",
        "std.count",
        "std.all_of",
        "std.any_of",
        "std.none_of",
        "std.distance",
        "std.next",
        "std.prev",
        "std.accumulate",
        "std.to_string",
        "std.strlen",
        "std.strcmp",
        "std.strncmp",
        "std.memcmp",
        "std.isdigit",
        "std.isspace",
        "std.tolower",
        "std.toupper",
        "std.remove_if",
        "std.lower_bound",
        "std.upper_bound",
        "std.binary_search",
    ];
    let mut all = [""; OWN.len() + c::PURE_FUNCTIONS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < OWN.len() { OWN[at] } else { c::PURE_FUNCTIONS[at - OWN.len()] };
        at += 1;
    }
    all
};
