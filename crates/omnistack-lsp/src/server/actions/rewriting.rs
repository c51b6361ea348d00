//! Rewrites of the code at the cursor: the fixes of rules about speed and style, whether or not the
//! rules are on. Who asks for a rewrite has decided that it is wanted; the rule has looked whether
//! it is right.

use std::sync::OnceLock;

use analysis::configuration::Configuration;
use analysis::findings::Category;
use analysis::rules::{self, Rule};
use analysis::suppression::is_suppressible;

/// The configuration under which what is found is a rewrite to offer: like a document's own one, but
/// with all those rules on whose fixes may be wanted though nothing is reported.
pub fn rewriting(own: &Configuration) -> Configuration {
    // Naming rules takes longer than all the rest.
    static SELECTED: OnceLock<Configuration> = OnceLock::new();
    let selected = SELECTED.get_or_init(|| {
        let rules = rules::all().iter().filter(|it| is_rewrite(it)).map(|it| it.id);
        let mut configuration = Configuration::default();
        // The names are those of rules.
        let _ = configuration.select(&rules.collect::<Vec<_>>());
        configuration
    });
    let mut configuration = selected.clone();
    configuration.set_limits(own.limits());
    configuration.size_limit = own.size_limit;
    configuration.time_limit = own.time_limit;
    configuration.check_generated = own.check_generated;
    if own.is_softened() { configuration.softened() } else { configuration }
}

fn is_rewrite(rule: &Rule) -> bool {
    rule.fix.is_some()
        && matches!(rule.category, Category::Perf | Category::Practice)
        && is_suppressible(rule.id)
}
