//! Bugs made on purpose: their labels are right, equal programs are left alone, and no text at all
//! makes anything panic.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeSet;

use analysis::languages::Language;
use models::features::{RewriteKind, Vocabulary};
use models::injection::inject;
use models::random::Random;
use models::snippet::Snippet;
use proptest::prelude::*;

const PYTHON: &str = r"async def place(self, order, limit, retry=True):
    count = 0
    for i in range(1, limit):
        if order.ready and not order.closed:
            count += order.price * i
            await self.send(order, limit - 1)
        elif order.count <= count + 1:
            order.ready = False
            self.drop(count, order.count & limit)
            self.save(order)
            self.drop(limit, count)
    return count
";

const JAVASCRIPT: &str = r"async place(order, limit) {
    for (let i = 0; i < limit; i++) {
      if (!order.ready || order.size === limit) {
        await this.send(order.at(i - 1), limit);
        this.drop(order, i);
      }
    }
    return order.size;
}
";

const RUST: &str = r"async fn place(&self, orders: &[Order], limit: usize) -> Result<usize, Error> {
    let mut sum = 0;
    for i in 0..limit {
        if !orders[i].ready && i > 1 { sum += self.send(orders, limit).await?; }
        sum -= self.drop(i, limit).await?;
    }
    Ok(sum | limit)
}
";

/// A text without its blanks.
fn squeezed(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

fn kinds_made(source: &str, id: &str) -> BTreeSet<RewriteKind> {
    let language = Language::from_id(id).unwrap();
    let original = Snippet::read(source, language).unwrap();
    assert_eq!(original.errors, 0);
    let features = original.features();
    let mut kinds = BTreeSet::new();
    for seed in 0..400 {
        let mutant = inject(&original, &features, &mut Random::new(seed)).unwrap();
        assert_ne!(squeezed(mutant.snippet.text()), squeezed(original.text()));
        let changed = mutant.snippet.features();
        let group = changed.groups[mutant.label.group];
        assert_eq!(group.kind, mutant.kind);
        assert!((group.start..group.end).contains(&(mutant.label.candidate as u32)));
        let repair = changed.candidates[mutant.label.candidate];
        assert_eq!(squeezed(&repair.edit.apply(changed.tree)), squeezed(original.text()));
        kinds.insert(mutant.kind);
    }
    kinds
}

#[test]
fn the_label_gives_the_original_back() {
    use RewriteKind as K;
    let but_functions: BTreeSet<K> = K::ALL.into_iter().filter(|it| *it != K::Function).collect();
    assert_eq!(kinds_made(PYTHON, "python"), but_functions);
    let javascript = kinds_made(JAVASCRIPT, "javascript");
    let rust = kinds_made(RUST, "rust");
    for kind in [K::Variable, K::Comparison, K::Swap, K::Await, K::Negate] {
        assert!(javascript.contains(&kind), "{kind:?} in {javascript:?}");
        assert!(rust.contains(&kind), "{kind:?} in {rust:?}");
    }
}

#[test]
fn equal_programs_are_left_alone() {
    let language = Language::from_id("python").unwrap();
    let source = "def pick(a, b):\n    return max(a.x, b.x)\n";
    let original = Snippet::read(source, language).unwrap();
    let features = original.features();
    for seed in 0..100 {
        let mutant = inject(&original, &features, &mut Random::new(seed)).unwrap();
        assert_ne!(mutant.kind, RewriteKind::Swap, "{}", mutant.snippet.text());
    }
    let nothing = Snippet::read("def same(a):\n    return a == a\n", language).unwrap();
    assert!(inject(&nothing, &nothing.features(), &mut Random::new(1)).is_none());
}

#[test]
fn the_same_seed_makes_the_same_bug() {
    let language = Language::from_id("python").unwrap();
    let original = Snippet::read(PYTHON, language).unwrap();
    let make = |seed| {
        inject(&original, &original.features(), &mut Random::new(seed))
            .unwrap()
            .snippet
            .text()
            .to_owned()
    };
    assert_eq!(make(7), make(7));
    assert!((0..9).any(|seed| make(seed) != make(7)));
}

#[test]
fn indented_methods_without_their_class_are_read() {
    let cases = [
        ("java", "    @Override\n    public int size(List<A> as) { return as.size() - 1; }\n"),
        ("javascript", "  get size() { return this.items.length + 1; }\n"),
        ("typescript", "  private async size(a: A[]): Promise<number> { return a.length - 1; }\n"),
        ("rust", "    fn size(&self, at: usize) -> usize { self.items.len() - at }\n"),
        ("go", "func (a *A) Size(at int) int { return len(a.items) - at }\n"),
        ("cpp", "  int size(int at) const override { return items.size() - at; }\n"),
        ("c", "static int size(struct a *a) { return a->size - 1; }\n"),
        ("python", "    @property\n    def size(self):\n        return len(self.items) - 1\n"),
    ];
    for (id, source) in cases {
        let snippet = Snippet::read(source, Language::from_id(id).unwrap()).unwrap();
        assert_eq!(snippet.errors, 0, "{id}");
        assert!(snippet.text().to_lowercase().contains("size"), "{id}");
        assert!(!snippet.features().groups.is_empty(), "{id}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any text, in any language: features and bugs come without a panic and within bounds.
    #[test]
    fn any_text_is_survived(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "def f(a, b):\n", "  if not a:\n", "    return a - 1\n", "fn f(a: u8) {", "}", "{", "(", ")", "a", "b",
                " = ", "await ", "for (;;) ", "x.y(a, b)", "!", " && ", "\"", "'''", "#", "//", "/*", "é", "\u{0}", "\n", "0",
                "func f() {", "class A {", "`${", "f\"{a}\"", "...", "->", "::", "int f(int a) {", "switch (a) { case 1:",
            ]),
            0..40,
        ),
        which in 0..8_usize,
    ) {
        let text = pieces.concat();
        let language = Language::all().nth(which).unwrap();
        if let Some(snippet) = Snippet::read(&text, language) {
            let features = snippet.features();
            let vocabulary = Vocabulary::new(["a", "b"]);
            for window in features.windows() {
                let sample = models::dataset::sample::Sample::of_window(&features, &window, &vocabulary, None);
                prop_assert!(sample.is_some());
            }
            inject(&snippet, &features, &mut Random::new(3));
        }
    }
}
