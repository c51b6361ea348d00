//! What is known of a language's standard library and well-known packages, as data.
//!
//! Paths are dotted, whatever the language writes: `time.sleep`, `fs.readFileSync`,
//! `std.thread.sleep`. A path that starts with a dot names a method of any receiver.

/// Tables of known functions of one language.
#[derive(Debug)]
pub struct Knowledge {
    /// Calls that block the thread: path, and what to use instead in async code.
    pub blocking: &'static [(&'static str, &'static str)],
    /// Calls that compile a regular expression.
    pub regex_constructors: &'static [&'static str],
    /// Calls and type names that make a list with linear search.
    pub list_constructors: &'static [&'static str],
    /// Methods that search a list from its start.
    pub linear_search_methods: &'static [&'static str],
    /// Methods without an effect, whose result is all they are for.
    pub pure_methods: &'static [&'static str],
    /// Functions without an effect, by path.
    pub pure_functions: &'static [&'static str],
    /// Calls that run a closure at once, before they return: a captured loop variable is safe.
    pub immediate_callers: &'static [&'static str],
}
