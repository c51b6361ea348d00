//! `practice/unused-suppression`.

use crate::findings::{Category, Safety, Severity};
use crate::rules::{Documentation, Example, Profile, Rule};

/// The rule. Its findings come from [`crate::suppression`], which knows what was suppressed.
pub(crate) static RULE: Rule = Rule {
    id: "practice/unused-suppression",
    category: Category::Practice,
    summary: "A suppression comment suppresses nothing",
    severity: Severity::Information,
    confidence: 0.99,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: Some(Safety::Safe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `omnistack: ignore` comments that cover no finding, name no rule, or are not \
               written as they should be: `ignor`, `ignore[]`, a missing `]`.",
        why: "The code was mended, or the rule's name is misspelt. A comment left behind would \
              hide the next, real finding on that line. One that is written wrongly hides nothing.",
        fix: "Remove the comment, or write it as the message says.",
        limits: "A comment that names a rule which is turned off is not reported.",
        references: &[],
    },
    examples: &[
        Example::fixed(
            "python",
            "total = 1  # omnistack: ignore
           ^^^^^^^^^^^^^^^^^^^ suppresses nothing
",
            "total = 1\n",
        ),
        Example::fixed(
            "python",
            "# omnistack: ignore[bug/self-comparisn] flaky sensor
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ did you mean `bug/self-comparison`?
total = 1
",
            "total = 1\n",
        ),
        Example::bad(
            "python",
            "total = 1  # omnistack: ignore[bug/self-comparison flaky sensor
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ its `]` is missing
",
        ),
        Example::good(
            "python",
            "total = 1  # omnistack: ignore[bug/self-comparison] not run here\n",
        ),
        Example::good("python", "total = 1  # how omnistack: ignore comments work\n"),
        Example::fixed(
            "javascript",
            "const total = 1; // omnistack: ignore
                 ^^^^^^^^^^^^^^^^^^^^ suppresses nothing
",
            "const total = 1;\n",
        ),
        Example::fixed(
            "javascript",
            "/* omnistack: ignore-file[no-such-rule] */
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ which is no rule
const total = 1;
",
            "const total = 1;\n",
        ),
        Example::good("javascript", "const total = 1; // see omnistack: ignore\n"),
        Example::good("javascript", "const total = 1; // omnistack: ignore[bug/self-comparison]\n"),
        Example::fixed(
            "typescript",
            "const total: number = 1; // omnistack: ignore
                         ^^^^^^^^^^^^^^^^^^^^ suppresses nothing
",
            "const total: number = 1;\n",
        ),
        Example::fixed(
            "typescript",
            "// omnistack: ignore-block
^^^^^^^^^^^^^^^^^^^^^^^^^^ suppresses nothing
function f(x: number) {
  return x;
}
",
            "function f(x: number) {\n  return x;\n}\n",
        ),
        Example::good("typescript", "const total: number = 1; // ignore\n"),
        Example::good("typescript", "const total = 1; // omnistack: ignore[bug/self-comparison]\n"),
        Example::fixed(
            "rust",
            "const TOTAL: u32 = 1; // omnistack: ignore
                      ^^^^^^^^^^^^^^^^^^^^ suppresses nothing
",
            "const TOTAL: u32 = 1;\n",
        ),
        Example::fixed(
            "rust",
            "// omnistack: ignore
^^^^^^^^^^^^^^^^^^^^ suppresses nothing
const TOTAL: u32 = 1;
",
            "const TOTAL: u32 = 1;\n",
        ),
        Example::good("rust", "const TOTAL: u32 = 1; // omnistack: ignore[bug/self-comparison]\n"),
        Example::good("rust", "const TOTAL: u32 = 1; // about omnistack: ignore\n"),
        Example::fixed(
            "go",
            "package main

var total = 1 // omnistack: ignore
              ^^^^^^^^^^^^^^^^^^^^ suppresses nothing
",
            "package main

var total = 1
",
        ),
        Example::fixed(
            "go",
            "// omnistack: ignore
^^^^^^^^^^^^^^^^^^^^ suppresses nothing
package main
",
            "package main
",
        ),
        Example::good("go", "var total = 1 // omnistack: ignore[bug/self-comparison]\n"),
        Example::good("go", "var total = 1 // about omnistack: ignore\n"),
        Example::fixed(
            "java",
            "class Totals {
    int total; // omnistack: ignore
               ^^^^^^^^^^^^^^^^^^^^ suppresses nothing
}
",
            "class Totals {
    int total;
}
",
        ),
        Example::fixed(
            "java",
            "class Point {
    void move(int x) {
        this.x = x; // omnistack: ignore
                    ^^^^^^^^^^^^^^^^^^^^ suppresses nothing
    }
}
",
            "class Point {
    void move(int x) {
        this.x = x;
    }
}
",
        ),
        Example::good(
            "java",
            "class Point {
    void move(int x) {
        x = x; // omnistack: ignore[bug/self-assignment]
    }
}
",
        ),
        Example::good(
            "java",
            "class Totals {
    // The sum of all items.
    int total;
}
",
        ),
        Example::fixed(
            "c",
            "int total = 1; // omnistack: ignore
               ^^^^^^^^^^^^^^^^^^^^ suppresses nothing
",
            "int total = 1;
",
        ),
        Example::fixed(
            "c",
            "/* omnistack: ignore-file[no-such-rule] */
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ which is no rule
int total = 1;
",
            "int total = 1;
",
        ),
        Example::good(
            "c",
            "int total = 1; // omnistack: ignore[bug/self-comparison]
",
        ),
        Example::good(
            "c",
            "int total = 1; /* about omnistack: ignore */
",
        ),
        Example::fixed(
            "cpp",
            "auto total = 1; // omnistack: ignore
                ^^^^^^^^^^^^^^^^^^^^ suppresses nothing
",
            "auto total = 1;
",
        ),
        Example::fixed(
            "cpp",
            "// omnistack: ignore
^^^^^^^^^^^^^^^^^^^^ suppresses nothing
auto total = 1;
",
            "auto total = 1;
",
        ),
        Example::good(
            "cpp",
            "auto total = 1; // omnistack: ignore[bug/self-comparison]
",
        ),
        Example::good(
            "cpp",
            "auto total = 1; // ignore
",
        ),
    ],
    kinds: &[],
    check: |_, _| {},
};
