//! The engine's step for rules that are not its own: after all units are checked, they look at the
//! whole file, unless the cache knows what they say of that text.

use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;

use super::{Analysis, CacheKey, Cancelled, File, LoweredUnit, RulePanic, Skipped};
use crate::custom::{CustomFile, CustomFinding, CustomFix, CustomSet};
use crate::findings::{Category, Draft, Edit, Finding, Fix, Layout, Related};
use crate::ir::units::Unit;
use crate::syntax::SyntaxTree;

impl File<'_> {
    /// Adds what such rules find.
    pub(super) fn add_custom(
        &self,
        tree: &SyntaxTree,
        units: &[(Unit, CacheKey, Arc<LoweredUnit>)],
        drafts: &mut Vec<Finding>,
        analysis: &mut Analysis,
    ) -> Result<(), Cancelled> {
        let language = self.document.language();
        let Some(set) = self.configuration.custom().filter(|it| it.runs_on(language)) else {
            return Ok(());
        };
        let key = self.custom_key(set);
        let file = CustomFile { language, snapshot: self.document.snapshot(), tree };
        let outcome = if let Some(outcome) = self.cache.custom(key) {
            outcome
        } else {
            let is_enabled = |index: usize| set.enabled.get(index) == Some(&true);
            let check = || set.all.check(file, &is_enabled, &self.patience);
            let Some(outcome) = analysis.timings.rules.time(check) else {
                self.check_cancelled()?;
                let limit_ms = self.configuration.time_limit.as_millis();
                analysis.skipped = Some(Skipped::Timeout { limit_ms });
                return Ok(());
            };
            let outcome = Arc::new(outcome);
            self.cache.insert_custom(key, Arc::clone(&outcome));
            outcome
        };
        drafts.extend(outcome.findings.iter().filter_map(|it| self.custom_finding(set, units, it)));
        for (rule, message) in &outcome.panics {
            let Some(rule) = set.all.rules().get(*rule) else { continue };
            let span = crate::text::Span::new(0, file.snapshot.text().len() as u32);
            let message = message.clone();
            analysis.panics.push(RulePanic { rule: rule.id, span, message });
        }
        Ok(())
    }

    fn custom_key(&self, set: &CustomSet) -> CacheKey {
        let mut hasher = Xxh3::new();
        hasher.update(b"custom");
        hasher.update(&set.all.fingerprint().to_le_bytes());
        hasher.update(&self.document.language().discriminant().to_le_bytes());
        hasher.update(&[u8::from(self.document.is_provisional())]);
        let enabled: Vec<u8> = set.enabled.iter().copied().map(u8::from).collect();
        hasher.update(&enabled);
        hasher.update(&[0xff]);
        hasher.update(self.document.snapshot().text().as_bytes());
        hasher.digest128()
    }

    fn custom_finding(
        &self,
        set: &CustomSet,
        units: &[(Unit, CacheKey, Arc<LoweredUnit>)],
        finding: &CustomFinding,
    ) -> Option<Finding> {
        let rule = set.all.rules().get(finding.rule)?;
        // The module is the first, the functions follow in the order of the text.
        let functions = units.get(1..).unwrap_or_default();
        let at = functions.partition_point(|(unit, ..)| unit.span.end < finding.span.start);
        let unit = functions.get(at).map(|(unit, ..)| unit);
        let unit = unit.filter(|it| it.span.touches(finding.span));
        let related = finding.related.iter().map(|(span, message)| Related {
            span: *span,
            elsewhere: None,
            message: message.clone(),
        });
        Some(Finding {
            rule: rule.id,
            category: Category::Custom,
            severity: self.configuration.custom_severity(rule),
            confidence: 1.0,
            message: finding.message.clone(),
            span: finding.span,
            related: related.collect(),
            fixes: finding.fixes.iter().map(|it| self.custom_fix(it)).collect(),
            fingerprint: unit.map_or_else(String::new, Unit::qualified_name),
            evidence: Vec::new(),
            custom: Some(Arc::clone(rule)),
        })
    }

    fn custom_fix(&self, fix: &CustomFix) -> Fix {
        let snapshot = self.document.snapshot();
        let layout = self.layout.get_or_init(|| Layout::of(snapshot));
        let replacement = layout.lay_out(&Draft::Text(fix.replacement.clone()), snapshot, fix.span);
        let edits = vec![Edit { span: fix.span, replacement }];
        Fix { title: fix.title.clone(), safety: fix.safety, edits }
    }
}
