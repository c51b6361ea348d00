//! What an editor may make of the code at a finding, beside underlining it: a part of rules' metadata
//! that few rules have, so that it stands in one table rather than in each of their files.

use super::Rule;

/// What the code at a finding is, whatever else is said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tag {
    /// It could go and nothing would change: an editor may fade it.
    Unnecessary,
    /// It should not be used any more: an editor may strike it through.
    Deprecated,
}

/// The rules whose findings are of such code, and span nothing else.
const TAGS: [(&str, Tag); 8] = [
    ("bug/overwritten-value", Tag::Unnecessary),
    ("bug/unreachable-code", Tag::Unnecessary),
    ("bug/unused-assignment", Tag::Unnecessary),
    ("practice/redundant-jump", Tag::Unnecessary),
    ("practice/unused-parameter", Tag::Unnecessary),
    ("practice/unused-suppression", Tag::Unnecessary),
    ("practice/unused-variable", Tag::Unnecessary),
    ("security/weak-tls-version", Tag::Deprecated),
];

impl Rule {
    /// What the code at the rule's findings is, if that is always the same.
    pub fn tag(&self) -> Option<Tag> {
        TAGS.iter().find(|(id, _)| *id == self.id).map(|(_, tag)| *tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_with_tags_exist() {
        for (id, _) in TAGS {
            assert!(crate::rules::all().iter().any(|rule| rule.id == id), "{id}");
        }
    }
}
