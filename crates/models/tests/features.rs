//! What the network sees of a function, language by language.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fmt::Write as _;
use std::time::Duration;

use analysis::cancellation::CancellationToken;
use analysis::facts::Facts;
use analysis::ir::lower::{Lowered, lower};
use analysis::ir::units::units;
use analysis::languages::Language;
use analysis::syntax::parse;
use models::features::{Edit, Features, Payload, Vocabulary, WINDOW};
use models::injection::find_repair;
use models::snippet::Snippet;

const PYTHON: &str = r#"class Cart:
    async def total(self, items, scale=1):
        """Sum of prices."""
        total = 0
        for i, item in enumerate(items):  # comment
            if item is not None and not item.hidden or i >= len(items) - 1:
                total += item.price * scale
                await self.store.save(item, i)
        return f"sum {total!r}" if item.visible else items[i + 1]
"#;

const JAVASCRIPT: &str = r#"class Cart {
  async total(items, scale = 1) {
    let total = 0; /* comment */
    for (let i = 0; i < items.length; i++) {
      const { price, hidden: h } = items[i];
      if (!h && price !== undefined) total += price * scale;
      this.log?.(`item ${i}`, () => i);
    }
    return await this.save(total, { scale, name: "x" });
  }
}
"#;

const TYPESCRIPT: &str = r"class Cart {
  private find<T extends Item>(items: T[], wanted: string): T | undefined {
    for (const item of items) {
      if (item.name === wanted || item.ready) return item as T;
    }
    return undefined;
  }
}
";

const RUST: &str = r#"impl Cart {
    pub async fn total(&self, items: &[Item], scale: u32) -> Result<u32, Error> {
        let mut total = 0;
        for (i, item) in items.iter().enumerate() {
            if !item.hidden && i < items.len() - 1 {
                total += item.price * scale;
            }
            match item.kind {
                Kind::A if i > 0 => self.save(item, i).await?,
                _ => println!("{} {}", i, total),
            }
        }
        Ok(total)
    }
}
"#;

const GO: &str = r"package shop
func (c *Cart) Total(items []Item, scale int) (int, error) {
	total := 0
	for i, item := range items {
		if !item.Hidden && i <= len(items)-1 {
			total += item.Price * scale
		}
	}
	return total, nil
}
";

const JAVA: &str = r"class Cart {
  int total(List<Item> items, int scale) throws IOException {
    int total = 0;
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      if (!item.hidden() && i >= 1) { total += item.price * scale; }
    }
    return total;
  }
}
";

const C: &str = r"static int total(const struct item *items, size_t n, int scale) {
  int total = 0;
  for (size_t i = 0; i < n; ++i) {
    if (!items[i].hidden && i <= n - 1) total |= items[i].price & scale;
  }
  return total;
}
";

const CPP: &str = r"class Cart {
  int total(const std::vector<Item>& items, bool all) const {
    int total = 0;
    for (const auto& item : items) {
      if (all || item.ready) total += add(item.price, item.tax);
    }
    return total;
  }
};
";

fn each_function(source: &str, language: Language, mut look: impl FnMut(&Features<'_>)) {
    let grammar = language.lowering().grammar();
    let limit = Duration::from_secs(9);
    let syntax = parse(grammar, source, None, limit, &CancellationToken::new()).unwrap();
    for (unit, node) in units(syntax.tree(), source, language) {
        let Lowered { tree, comments } = lower(node, source, language, &unit);
        let facts = Facts::compute(&tree, language);
        look(&Features::of_unit(&tree, &facts.bindings, &comments, language));
    }
}

fn show(features: &Features<'_>) -> String {
    let mut shown = String::new();
    let piece = |edit: Edit| match edit {
        Edit::Replace(span, piece) => {
            format!("{:?}→{:?}", span.of(features.tree.source()), features.piece_text(piece))
        }
        Edit::Swap(a, b) => {
            let source = features.tree.source();
            format!("{:?}↔{:?}", a.of(source), b.of(source))
        }
    };
    for (at, position) in features.positions.iter().enumerate() {
        let text: String = features.text(position).chars().take(24).collect();
        let token = position.token;
        write!(
            shown,
            "{at:3} {:1}{:2$}{text:?} {3:?} {4:?} in {5:?} ^{6}",
            if token.starts_statement { ">" } else { "" },
            "",
            token.depth as usize,
            token.class,
            position.role,
            position.parent,
            position.head,
        )
        .unwrap();
        if position.slot > 0 {
            write!(shown, " v{}", position.slot).unwrap();
        }
        if position.definition as usize != at {
            write!(shown, " ={}", position.definition).unwrap();
        }
        shown.push('\n');
        for group in features.groups.iter().filter(|group| group.position as usize == at) {
            let offered: Vec<String> =
                features.candidates_of(group).iter().map(|it| piece(it.edit)).collect();
            writeln!(shown, "        {}: {}", group.kind.name(), offered.join(" ")).unwrap();
        }
    }
    shown
}

fn golden(source: &str, id: &str) -> String {
    let mut shown = String::new();
    each_function(source, Language::from_id(id).unwrap(), |features| shown += &show(features));
    shown
}

#[test]
fn python() {
    insta::assert_snapshot!(golden(PYTHON, "python"));
}

#[test]
fn javascript() {
    insta::assert_snapshot!(golden(JAVASCRIPT, "javascript"));
}

#[test]
fn typescript() {
    insta::assert_snapshot!(golden(TYPESCRIPT, "typescript"));
}

#[test]
fn rust() {
    insta::assert_snapshot!(golden(RUST, "rust"));
}

#[test]
fn go() {
    insta::assert_snapshot!(golden(GO, "go"));
}

#[test]
fn java() {
    insta::assert_snapshot!(golden(JAVA, "java"));
}

#[test]
fn c() {
    insta::assert_snapshot!(golden(C, "c"));
}

#[test]
fn cpp() {
    insta::assert_snapshot!(golden(CPP, "cpp"));
}

const ALL: [(&str, &str); 8] = [
    (PYTHON, "python"),
    (JAVASCRIPT, "javascript"),
    (TYPESCRIPT, "typescript"),
    (RUST, "rust"),
    (GO, "go"),
    (JAVA, "java"),
    (C, "c"),
    (CPP, "cpp"),
];

#[test]
fn a_function_alone_looks_as_in_its_file() {
    for (source, id) in ALL {
        let language = Language::from_id(id).unwrap();
        each_function(source, language, |features| {
            if features.positions.is_empty() {
                return;
            }
            let alone = Snippet::read(features.tree.source(), language).unwrap();
            assert_eq!(show(&alone.features()), show(features), "{id}");
        });
    }
}

#[test]
fn most_candidates_can_be_undone_by_another() {
    for (source, id) in ALL {
        let language = Language::from_id(id).unwrap();
        each_function(source, language, |features| {
            let (mut undone, mut all) = (0, 0);
            for candidate in &features.candidates {
                let changed = candidate.edit.apply(features.tree);
                let Some(mutant) = Snippet::read(&changed, language) else { continue };
                let near = Some(candidate.edit.start());
                let repair = find_repair(&mutant.features(), features.tree.source(), near);
                undone += usize::from(repair.is_some());
                all += 1;
            }
            // A name used only once is gone once it is replaced.
            assert!(undone * 10 >= all * 7, "{id}: {undone} of {all}");
        });
    }
}

#[test]
fn positions_and_candidates_refer_to_what_exists() {
    for (source, id) in ALL {
        each_function(source, Language::from_id(id).unwrap(), |features| {
            let count = features.positions.len() as u32;
            for position in &features.positions {
                assert!(position.head < count && position.definition < count);
                assert!(!features.text(position).is_empty());
            }
            for candidate in &features.candidates {
                if let Payload::Positions(first, second) = candidate.payload {
                    assert!(first < count && second < count && first != second);
                }
            }
        });
    }
}

#[test]
fn a_long_unit_is_read_through_windows_that_share_no_group() {
    let lines = "    b = f(a, b) + 3 - c\n".repeat(400);
    let source = format!("def long(a, b, c):\n{lines}    return b\n");
    let snippet = Snippet::read(&source, Language::from_id("python").unwrap()).unwrap();
    let features = snippet.features();
    let windows = features.windows();
    assert!(windows.len() > 3);
    let mut next = 0;
    for window in &windows {
        assert!(window.positions.len() <= WINDOW);
        assert_eq!(window.groups.start, next);
        next = window.groups.end;
        for group in &features.groups[window.groups.clone()] {
            assert!(window.positions.contains(&(group.position as usize)));
        }
    }
    assert_eq!(next, features.groups.len());
}

#[test]
fn words_split_and_unknown_ones_share_buckets() {
    let vocabulary = Vocabulary::new(["get", "http", "server", "get", "2", "==="]);
    let [known @ .., hashed] = vocabulary.numbers("getHTTPServer2_name");
    assert_eq!(known, [1, 2, 3, 4]);
    assert!((hashed as usize) > 5 && (hashed as usize) < vocabulary.len());
    assert_eq!(vocabulary.numbers("==="), [5, 0, 0, 0, 0]);
    assert_eq!(Vocabulary::from_text(&vocabulary.to_text()).numbers("http"), [2, 0, 0, 0, 0]);
}
