//! What is known of a language's standard library and well-known packages, as data.
//!
//! Paths are dotted, whatever the language writes: `time.sleep`, `fs.readFileSync`,
//! `std.thread.sleep`. A path that starts with a dot names a method of any receiver.

/// A type as far as rules care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// A list or array: finding an element takes linear time.
    List,
    /// A set.
    Set,
    /// A dictionary or object.
    Map,
    /// A tuple.
    Tuple,
    /// A string.
    String,
    /// A number.
    Number,
    /// A truth value.
    Boolean,
    /// Nothing: `None`, `null`.
    Null,
    /// A function.
    Function,
}

/// What a number is made of, in languages that tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NumberKind {
    /// An integer that may be negative.
    Signed,
    /// An integer that is never negative.
    Unsigned,
    /// A floating point number.
    Float,
}

/// Tables of known functions of one language.
#[allow(clippy::struct_excessive_bools, reason = "each is an independent trait of a language")]
#[derive(Debug)]
pub struct Knowledge {
    /// Calls that block the thread: path, and what to use instead in async code.
    pub blocking: &'static [(&'static str, &'static str)],
    /// What stands between the parts of a path in the language's own text.
    pub path_separator: &'static str,
    /// What runs async functions, and waits while one of them blocks.
    pub async_runner: &'static str,
    /// How to await several things at once, in Markdown.
    pub concurrent_await: &'static str,
    /// Exception classes that catch everything, or nearly.
    pub catch_all: &'static [&'static str],
    /// Calls that compile a regular expression.
    pub regex_constructors: &'static [&'static str],
    /// Calls (or macros) that make a value of a type.
    pub constructors: &'static [(&'static str, ValueType)],
    /// What methods give: the receiver's type if it matters, the method, the type of its result.
    pub method_results: &'static [(Option<ValueType>, &'static str, ValueType)],
    /// Annotations that name a type, without their parameters; `[` stands for `[T]`.
    pub annotations: &'static [(&'static str, ValueType)],
    /// Annotations of numbers that cannot be NaN.
    pub integer_annotations: &'static [&'static str],
    /// Words of types that name numbers.
    pub numbers: &'static [(NumberKind, &'static [&'static str])],
    /// Calls that give a number of a known kind; a path that starts with a dot names a method.
    pub number_results: &'static [(NumberKind, &'static [&'static str])],
    /// Whether a declaration without a type of its own shares the one of its neighbours: C's
    /// `int a = 1, b = 2;`.
    pub declarations_name_types: bool,
    /// What tests a number for NaN.
    pub nan_test: &'static str,
    /// Methods that, given a function, give a value of a type, whatever they are called on.
    pub callback_results: &'static [(&'static str, ValueType)],
    /// Whether an empty list or map counts as true in a condition.
    pub empty_collections_are_true: bool,
    /// Whether assigning to a property or element may run code.
    pub properties_may_act: bool,
    /// Methods whose argument handles a promise's error.
    pub rejection_handlers: &'static [&'static str],
    /// Methods that turn a result into an option, and so drop its error.
    pub error_droppers: &'static [&'static str],
    /// Methods that only give a result as long as the function they are given has no effect.
    pub callback_methods: &'static [&'static str],
    /// Functions without an effect that are given as callbacks by name.
    pub pure_callbacks: &'static [&'static str],
    /// Methods that search a list from its start.
    pub linear_search_methods: &'static [&'static str],
    /// Functions that search a list from its start: the list, or an iterator at its start and one
    /// at its end, are their first arguments, what is looked for their last.
    pub linear_search_functions: &'static [&'static str],
    /// Methods without an effect, whose result is all they are for; `name(2)` where that holds
    /// only for calls with two literal arguments.
    pub pure_methods: &'static [&'static str],
    /// Methods that have no effect on a receiver of this type, but may have on another.
    pub pure_methods_of: &'static [(ValueType, &'static str)],
    /// Functions without an effect, by path.
    pub pure_functions: &'static [&'static str],
    /// Whether appending to a string (`+=`) is amortised constant: it grows in place, or the usual
    /// engines keep it as a rope.
    pub strings_grow_in_place: bool,
    /// Calls that never return, and macros (`panic!`) of which that holds.
    pub never_returns: &'static [&'static str],
    /// Calls whose result may be null; a path that starts with a dot is a method's, and one that
    /// ends in `(1)` is meant for a single argument only.
    pub nullable_results: &'static [&'static str],
    /// Calls that open a resource, each with the methods (or functions) that close it.
    pub resources: &'static [(&'static str, &'static [&'static str])],
    /// Functions that work on a resource they are handed, and keep nothing of it.
    pub resource_users: &'static [&'static str],
    /// Methods of a resource that hand out a part of it, which closes the whole.
    pub resource_parts: &'static [&'static str],
    /// Whether a class may give comparisons a meaning and a result of its own.
    pub operators_may_act: bool,
    /// Whether a call may change the variables that stand among its arguments: C++'s references.
    pub arguments_may_change: bool,
    /// Whether a variable that was declared without a value holds null: JavaScript's `undefined`.
    pub unset_is_null: bool,
    /// Whether a condition that does not hold says that a pointer is null: C's.
    pub falsy_is_null: bool,
    /// Whether some implementations let a local string grow in place, though others copy it.
    pub local_strings_may_grow_in_place: bool,
    /// The operator that tells whether two values are equal.
    pub equality: &'static str,
    /// Whether a condition that is a bare constant leaves code out on purpose: C's `if (0)`.
    pub disables_by_condition: bool,
    /// Calls that run a closure at once, before they return: a captured loop variable is safe.
    pub immediate_callers: &'static [&'static str],
    /// Whether code may import a whole package, and so name its classes without it.
    pub imports_whole_packages: bool,
    /// Calls that call a function they are given once for each element of a collection; a path that
    /// starts with a dot is a method's.
    pub element_callbacks: &'static [&'static str],
    /// Methods of which that holds on a stream of elements, but not on other receivers (an option).
    pub stream_callbacks: &'static [&'static str],
    /// Methods that start such a stream.
    pub stream_sources: &'static [&'static str],
    /// Where text comes into the program, and what hands it on.
    pub outside: Outside,
}

/// Where text comes into a program that somebody else has written.
#[derive(Clone, Copy, Debug)]
pub struct Outside {
    /// Names that variables bear which hold a request.
    pub request_names: &'static [&'static str],
    /// Members of a request that the client decides.
    pub request_members: &'static [&'static str],
    /// Paths of what the client decides.
    pub request_paths: &'static [&'static str],
    /// Annotations and types of parameters that the client decides.
    pub request_parameters: &'static [&'static str],
    /// Decorators of functions whose parameters the client decides.
    pub route_decorators: &'static [&'static str],
    /// Paths of what comes from the command line, the environment or the standard input.
    pub local_paths: &'static [&'static str],
    /// Parameters of `main` that hold the command line.
    pub argument_parameters: &'static [&'static str],
    /// Functions that write input to the argument of that number.
    pub filling: &'static [(&'static str, usize)],
    /// Functions and methods that give what they are given, in another form.
    pub passing: &'static [&'static str],
}

impl Outside {
    /// Nothing known.
    pub const NOTHING: Self = Self {
        request_names: &[],
        request_members: &[],
        request_paths: &[],
        request_parameters: &[],
        route_decorators: &[],
        local_paths: &[],
        argument_parameters: &[],
        filling: &[],
        passing: &[],
    };
}

impl Knowledge {
    /// Nothing known: what a language starts from, so that a new table needs an entry only where
    /// something is known.
    pub const NOTHING: Self = Self {
        blocking: &[],
        path_separator: "",
        async_runner: "",
        concurrent_await: "",
        catch_all: &[],
        regex_constructors: &[],
        constructors: &[],
        method_results: &[],
        annotations: &[],
        integer_annotations: &[],
        numbers: &[],
        number_results: &[],
        declarations_name_types: false,
        nan_test: "",
        callback_results: &[],
        empty_collections_are_true: false,
        properties_may_act: false,
        rejection_handlers: &[],
        error_droppers: &[],
        callback_methods: &[],
        pure_callbacks: &[],
        linear_search_methods: &[],
        linear_search_functions: &[],
        disables_by_condition: false,
        equality: "==",
        pure_methods: &[],
        pure_methods_of: &[],
        pure_functions: &[],
        strings_grow_in_place: false,
        never_returns: &[],
        nullable_results: &[],
        resources: &[],
        resource_users: &[],
        resource_parts: &[],
        operators_may_act: false,
        arguments_may_change: false,
        unset_is_null: false,
        falsy_is_null: false,
        local_strings_may_grow_in_place: false,
        immediate_callers: &[],
        imports_whole_packages: false,
        element_callbacks: &[],
        stream_callbacks: &[],
        stream_sources: &[],
        outside: Outside::NOTHING,
    };
}
