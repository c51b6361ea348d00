//! What is known of TypeScript's standard library and well-known packages.

use crate::languages::Knowledge;

pub(super) static KNOWLEDGE: Knowledge = Knowledge {
    blocking: &[],
    regex_constructors: &[],
    constructors: &[],
    annotations: &[],
    linear_search_methods: &[],
    pure_methods: &[],
    pure_methods_of: &[],
    pure_functions: &[],
    immediate_callers: &[],
};
