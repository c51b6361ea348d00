//! What the lowering tables know, over all code that stands in this repository as an example.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::path::{Path, PathBuf};
use std::time::Duration;

use analysis::cancellation::CancellationToken;
use analysis::ir::coverage::Coverage;
use analysis::languages::Language;
use analysis::rules;
use analysis::syntax::parse;

/// The rules' examples, and the files below the folder of examples.
fn sources(language: Language) -> Vec<(Language, String)> {
    let mut found = Vec::new();
    for example in rules::all().iter().flat_map(|rule| rule.examples) {
        // An editor's id may stand for a dialect of the language.
        let dialect = Language::from_id(example.language).unwrap();
        if dialect == language {
            let lines = example.code.split_inclusive('\n');
            found.push((dialect, lines.filter(|it| !it.trim_start().starts_with('^')).collect()));
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    for path in files(folder.join(language.id())) {
        let dialect = Language::from_path(&path).unwrap();
        found.push((dialect, std::fs::read_to_string(path).unwrap()));
    }
    found
}

fn files(folder: PathBuf) -> Vec<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn coverage(sources: &[(Language, String)]) -> Coverage {
    let mut coverage = Coverage::default();
    for (language, source) in sources {
        let (grammar, token) = (language.lowering().grammar(), CancellationToken::new());
        let syntax = parse(grammar, source, None, Duration::from_mins(1), &token).unwrap();
        coverage.add(&syntax, source, *language);
    }
    coverage
}

#[test]
fn less_than_a_hundredth_of_each_language_has_no_kind() {
    for language in Language::all() {
        let coverage = coverage(&sources(language));
        assert!(coverage.named > 5000, "{language}: only {} nodes", coverage.named);
        let missing = coverage.missing();
        assert!(coverage.share() < 0.01, "{language}: {:.4} {missing:?}", coverage.share());
    }
}

#[test]
fn what_has_no_kind_is_counted_under_its_name_in_the_grammar() {
    let c = Language::from_id("c").unwrap();
    // The grammar knows no directives among the elements of a list.
    let list = "const char *names[] = {\n#ifdef A\n    \"a\",\n#endif\n    \"b\",\n};\n";
    let text = format!("/* a */\nint twice(int a) {{\n    return 2 * a;\n}}\n{list}{list}");
    let coverage = coverage(&[(c, text)]);
    let (kinds, others) = (coverage.missing(), coverage.others());
    assert_eq!(kinds.first().map(|(kind, _)| *kind), Some("preproc_directive"), "{kinds:?}");
    assert!(others >= 2 && kinds.iter().all(|(kind, _)| !kind.is_empty()), "{kinds:?}");
    assert!((coverage.share() - others as f64 / coverage.named as f64).abs() < 1e-9);
    assert!(coverage.named > 30, "{coverage:?}");
}
