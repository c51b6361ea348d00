//! What a caller may set: which rules run, how severe they are, and the limits of one analysis.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::custom::{self, CustomRule, CustomRules, CustomSet};
use crate::findings::{Category, Severity};
use crate::rules::{self, Profile, Rule};

/// Limits of what rules measure of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Cognitive complexity.
    pub complexity: u32,
    /// Lines.
    pub lines: u32,
    /// Branches and loops within each other.
    pub nesting: u32,
    /// Parameters.
    pub parameters: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { complexity: 15, lines: 100, nesting: 5, parameters: 7 }
    }
}

/// Resolved settings of an analysis. Built once, shared by every file they apply to.
#[derive(Clone, Debug, PartialEq)]
pub struct Configuration {
    enabled: Vec<bool>,
    severities: BTreeMap<&'static str, Severity>,
    /// A file longer than this many bytes is not analysed.
    pub size_limit: usize,
    /// Rules stop when the analysis of a file has taken this long; if its parse takes longer, it is
    /// not analysed.
    pub time_limit: std::time::Duration,
    limits: Limits,
    /// Whether generated files are looked at, too.
    pub check_generated: bool,
    /// Rules that are not the engine's own.
    custom: Option<CustomSet>,
    /// Whether the file is test code: what costs time or reads badly matters less there.
    is_softened: bool,
    /// A hash of everything above that can change a finding; part of every cache key.
    pub fingerprint: u64,
}

/// A selector names no rule, category, profile or matching glob.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no rule matches `{selector}`{}", nearest.as_ref().map(|n| format!("; did you mean `{n}`?")).unwrap_or_default())]
pub struct UnknownSelector {
    /// What was asked for.
    pub selector: String,
    /// The nearest known name.
    pub nearest: Option<String>,
}

impl Default for Configuration {
    fn default() -> Self {
        let enabled =
            rules::all().iter().map(|rule| rule.profile == Profile::Recommended).collect();
        let mut configuration = Self {
            enabled,
            severities: BTreeMap::new(),
            size_limit: 4 << 20,
            time_limit: std::time::Duration::from_secs(10),
            limits: Limits::default(),
            check_generated: false,
            custom: None,
            is_softened: false,
            fingerprint: 0,
        };
        configuration.refresh_fingerprint();
        configuration
    }
}

impl Configuration {
    /// Replaces the profile's choice by the rules that `selectors` name: ids (or the part after the
    /// slash), categories (`bug`), globs (`perf/*`), profile names, or `ALL`.
    ///
    /// # Errors
    /// [`UnknownSelector`] for the first selector that names nothing.
    pub fn select<S: AsRef<str>>(&mut self, selectors: &[S]) -> Result<(), UnknownSelector> {
        let mut enabled = vec![false; rules::all().len()];
        let mut custom = self.custom.clone();
        if let Some(custom) = &mut custom {
            custom.enabled.fill(false);
        }
        for selector in selectors {
            mark(&mut enabled, custom.as_mut(), selector.as_ref(), true)?;
        }
        self.enabled = enabled;
        self.custom = custom;
        self.refresh_fingerprint();
        Ok(())
    }

    /// Turns off the rules that `selectors` name.
    ///
    /// # Errors
    /// [`UnknownSelector`] for the first selector that names nothing.
    pub fn ignore<S: AsRef<str>>(&mut self, selectors: &[S]) -> Result<(), UnknownSelector> {
        for selector in selectors {
            mark(&mut self.enabled, self.custom.as_mut(), selector.as_ref(), false)?;
        }
        self.refresh_fingerprint();
        Ok(())
    }

    /// Overrides the severity of the rules that `selector` names.
    ///
    /// # Errors
    /// [`UnknownSelector`] when it names nothing.
    pub fn set_severity(
        &mut self,
        selector: &str,
        severity: Severity,
    ) -> Result<(), UnknownSelector> {
        let mut named = vec![false; rules::all().len()];
        let mut custom = self.custom.clone();
        if let Some(custom) = &mut custom {
            custom.enabled.fill(false);
        }
        mark(&mut named, custom.as_mut(), selector, true)?;
        for (rule, named) in rules::all().iter().zip(named) {
            if named {
                self.severities.insert(rule.id, severity);
            }
        }
        for (rule, named) in custom.iter().flat_map(|it| it.all.rules().iter().zip(&it.enabled)) {
            if *named {
                self.severities.insert(rule.id, severity);
            }
        }
        self.refresh_fingerprint();
        Ok(())
    }

    /// Whether `rule` runs.
    pub fn is_enabled(&self, rule: &Rule) -> bool {
        self.enabled.get(rule.index()).copied().unwrap_or(false)
    }

    /// As [`Self::is_enabled`], for a caller that knows the rule's index.
    pub(crate) fn is_enabled_at(&self, index: usize, rule: &Rule) -> bool {
        debug_assert_eq!(rule.index(), index);
        self.enabled.get(index).copied().unwrap_or(false)
    }

    /// The severity findings of `rule` get.
    pub fn severity(&self, rule: &Rule) -> Severity {
        self.severities.get(rule.id).copied().unwrap_or(rule.severity)
    }

    /// The severity of a finding of `rule` that names one itself: the user's word comes first.
    pub(crate) fn severity_of(&self, rule: &Rule, own: Option<Severity>) -> Severity {
        let own = own.unwrap_or(rule.severity);
        let is_soft =
            self.is_softened && matches!(rule.category, Category::Perf | Category::Practice);
        let default = match own {
            Severity::Error | Severity::Warning if is_soft => Severity::Information,
            Severity::Information if is_soft => Severity::Hint,
            severity => severity,
        };
        self.severities.get(rule.id).copied().unwrap_or(default)
    }

    /// The same for test code: what costs time or reads badly is reported with less weight, unless
    /// the user has set how much.
    #[must_use]
    pub fn softened(mut self) -> Self {
        self.is_softened = true;
        self.refresh_fingerprint();
        self
    }

    /// Whether it is one for test code.
    pub fn is_softened(&self) -> bool {
        self.is_softened
    }

    /// Limits of what rules measure.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Sets the limits of what rules measure.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
        self.refresh_fingerprint();
    }

    /// The same with rules that are not the engine's own. Selecting comes after.
    #[must_use]
    pub fn with_custom(mut self, rules: Arc<dyn CustomRules>) -> Self {
        self.custom = Some(CustomSet::new(rules)).filter(|it| !it.enabled.is_empty());
        self
    }

    /// Leaves out those of such rules that do not apply, by their places.
    pub fn restrict_custom(&mut self, applies: &[bool]) {
        let Some(custom) = &mut self.custom else { return };
        for (slot, applies) in custom.enabled.iter_mut().zip(applies) {
            *slot &= *applies;
        }
    }

    /// The rules that are not the engine's own.
    pub fn custom_rules(&self) -> &[Arc<CustomRule>] {
        self.custom.as_ref().map_or(&[], |it| it.all.rules())
    }

    /// Whether such a rule runs, by its place.
    pub fn is_custom_enabled_at(&self, index: usize) -> bool {
        self.custom.as_ref().and_then(|it| it.enabled.get(index)).copied().unwrap_or(false)
    }

    /// Whether the rule of an id runs, one of the engine's own or another; nothing where there is none.
    pub fn is_on(&self, id: &str) -> Option<bool> {
        if let Some(rule) = rules::find(id) {
            return Some(self.is_enabled(rule));
        }
        let at = self.custom_rules().iter().position(|it| it.id == id)?;
        Some(self.is_custom_enabled_at(at))
    }

    /// Such rules and which of them run.
    pub(crate) fn custom(&self) -> Option<&CustomSet> {
        self.custom.as_ref()
    }

    /// The severity that findings of such a rule get.
    pub fn custom_severity(&self, rule: &CustomRule) -> Severity {
        self.severities.get(rule.id).copied().unwrap_or(rule.severity)
    }

    /// What is wrong with a selector, now that all rules are known: names of rules that are not the
    /// engine's own pass while nobody has read these.
    ///
    /// # Errors
    /// [`UnknownSelector`] when it names nothing.
    pub fn check_selector(&self, selector: &str) -> Result<(), UnknownSelector> {
        let mut custom = self.custom.clone();
        let is_custom = custom.as_mut().is_some_and(|it| it.mark(selector, true));
        if is_custom || selector == Category::Custom.as_str() {
            return Ok(());
        }
        let mut enabled = vec![false; rules::all().len()];
        let known = mark(&mut enabled, None, selector, true);
        if known.is_ok() && !names_custom(selector) {
            return Ok(());
        }
        Err(unknown(selector, self.custom_rules()))
    }

    fn refresh_fingerprint(&mut self) {
        let text = format!(
            "{:?}{:?}{:?}{}{}",
            self.enabled,
            self.severities,
            self.limits,
            self.is_softened,
            env!("CARGO_PKG_VERSION")
        );
        self.fingerprint = xxhash_rust::xxh3::xxh3_64(text.as_bytes());
    }
}

impl Configuration {
    /// Whether any rule is on that only the network finds.
    pub fn wants_predictions(&self) -> bool {
        let mut rules = rules::all().iter().enumerate();
        rules.any(|(index, rule)| {
            rule.category == Category::Predict && self.is_enabled_at(index, rule)
        })
    }

    /// Whether functions are to be compared with each other.
    pub fn wants_twins(&self) -> bool {
        rules::find("practice/duplicated-code").is_some_and(|rule| self.is_enabled(rule))
    }
}

/// Whether a selector can only mean rules that are not the engine's own.
fn names_custom(selector: &str) -> bool {
    selector == Category::Custom.as_str() || selector.starts_with(custom::PREFIX)
}

fn unknown(selector: &str, custom: &[Arc<CustomRule>]) -> UnknownSelector {
    let ids = rules::all().iter().map(|rule| rule.id);
    let nearest = nearest(selector, ids.chain(custom.iter().map(|rule| rule.id)));
    UnknownSelector { selector: selector.to_owned(), nearest }
}

fn mark(
    enabled: &mut [bool],
    custom: Option<&mut CustomSet>,
    selector: &str,
    value: bool,
) -> Result<(), UnknownSelector> {
    // Which rules users wrote is known only once all settings are: see `check_selector`.
    let mut matched =
        selector == "ALL" || Profile::from_name(selector).is_some() || names_custom(selector);
    let of_users = custom.as_ref().map(|it| Arc::clone(&it.all));
    matched |= custom.is_some_and(|it| it.mark(selector, value));
    let glob = globset::Glob::new(selector).ok().map(|glob| glob.compile_matcher());
    for (slot, rule) in enabled.iter_mut().zip(rules::all()) {
        let named = match selector {
            "ALL" => rule.category != Category::Predict,
            _ => {
                rule.category.as_str() == selector
                    || rule.name() == selector
                    || Profile::from_name(selector).is_some_and(|profile| rule.profile <= profile)
                    || glob.as_ref().is_some_and(|glob| glob.is_match(rule.id))
            }
        };
        if named {
            *slot = value;
            matched = true;
        }
    }
    if matched {
        return Ok(());
    }
    Err(unknown(selector, of_users.as_ref().map_or(&[], |it| it.rules())))
}

/// The name among `known` that takes the fewest single-character edits to reach from `name`, if
/// that is at most a third of its length.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    known
        .map(|candidate| {
            // A rule is often typed without its category.
            let bare = candidate.rsplit('/').next().unwrap_or(candidate);
            (distance(name, candidate).min(distance(name, bare)), candidate)
        })
        .min()
        .filter(|(distance, _)| *distance <= name.len().div_ceil(3))
        .map(|(_, candidate)| candidate.to_owned())
}

/// Levenshtein distance in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (to, slot) in b.iter().zip(row.iter_mut().skip(1)) {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = *slot;
            left = substituted.min(*slot + 1).min(left + 1);
            *slot = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_selector_names_the_nearest_rule() {
        let error = Configuration::default().select(&["bug/self-comparisn"]).unwrap_err();
        assert_eq!(error.nearest.as_deref(), Some("bug/self-comparison"));
        let error = Configuration::default().select(&["self-asignment"]).unwrap_err();
        assert_eq!(error.nearest.as_deref(), Some("bug/self-assignment"));
    }

    #[test]
    fn select_replaces_the_profile_and_ignore_applies_after() {
        let mut configuration = Configuration::default();
        configuration.select(&["bug/*"]).unwrap();
        configuration.ignore(&["self-comparison"]).unwrap();
        let on: Vec<_> =
            rules::all().iter().filter(|rule| configuration.is_enabled(rule)).collect();
        assert!(!on.is_empty() && on.iter().all(|rule| rule.category == Category::Bug));
        assert!(on.iter().all(|rule| rule.id != "bug/self-comparison"));
    }
}
