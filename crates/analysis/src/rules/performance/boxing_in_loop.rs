//! `perf/boxing-in-loop`.

use crate::facts::loops;
use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/boxing-in-loop",
    category: Category::Perf,
    summary: "A loop counts in a boxed number",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["java"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports variables of a boxed type (`Integer`, `Long`, `Double` …) that a loop adds to.",
        why: "Each `+=` unboxes the number, adds, and allocates a new box: one allocation for each round, n in all.",
        fix: "Declare the variable as a primitive: `long sum = 0`.",
        limits: "Fields, and variables that are compared with or set to null, are left alone.",
        references: &["https://docs.oracle.com/javase/tutorial/java/data/autoboxing.html"],
    },
    examples: &[
        Example::fixed(
            "java",
            "class Shop {
    long total(List<Row> rows) {
        Long sum = 0L;
        for (Row row : rows) {
            sum += row.price();
            ^^^^^^^^^^^^^^^^^^ allocates a new box in each round
        }
        return sum;
    }
}
",
            "class Shop {
    long total(List<Row> rows) {
        long sum = 0L;
        for (Row row : rows) {
            sum += row.price();
        }
        return sum;
    }
}
",
        ),
        Example::fixed(
            "java",
            "class Shop {
    int count(Iterator<Row> rows) {
        Integer count = 0;
        while (rows.hasNext()) {
            rows.next();
            count++;
            ^^^^^^^ allocates a new box
        }
        return count;
    }
}
",
            "class Shop {
    int count(Iterator<Row> rows) {
        int count = 0;
        while (rows.hasNext()) {
            rows.next();
            count++;
        }
        return count;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    long total(List<Row> rows) {
        long sum = 0;
        for (Row row : rows) sum += row.price();
        return sum;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Integer total(List<Row> rows) {
        Integer sum = null;
        for (Row row : rows) {
            if (sum == null) sum = 0;
            sum += row.price();
        }
        return sum;
    }
}
",
        ),
    ],
    kinds: &[Kind::Assign, Kind::Update],
    check,
};

/// Boxed types, and what they box.
const BOXES: ByLanguage<&[(&str, &str)]> = &[(
    &["java"],
    &[
        ("Integer", "int"),
        ("Long", "long"),
        ("Double", "double"),
        ("Float", "float"),
        ("Short", "short"),
        ("Byte", "byte"),
    ],
)];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_step = tree.kind(id) == Kind::Update || tree.node(id).operator.is_augmented();
    let Some(known) = context.in_language(BOXES).filter(|_| is_step) else { return };
    let bindings = &context.facts.bindings;
    let Some(target) = tree.child(id, Role::Target).filter(|it| tree.kind(*it) == Kind::Name)
    else {
        return;
    };
    let Some(binding) = bindings.resolve(target) else { return };
    let Some(declared) = bindings.binding(binding).map(|it| it.declared_at) else { return };
    let declaration = tree.node(declared).parent;
    let Some(of) =
        tree.child(declaration, Role::Type).filter(|_| tree.kind(declaration) == Kind::Declare)
    else {
        return;
    };
    let Some((name_of_box, plain)) = known.iter().find(|(boxed, _)| context.text(of) == *boxed)
    else {
        return;
    };
    let Some(loop_node) =
        context.busy_loops(id).into_iter().find(|it| !tree.is_within(declared, *it))
    else {
        return;
    };
    // Only what is a number from the start, and is never asked whether it is there, can be one.
    let starts =
        tree.child(declaration, Role::Value).is_some_and(|it| tree.kind(it) == Kind::Number);
    let asked = bindings.occurrences(binding).iter().any(|it| {
        let around = tree.node(*it).parent;
        tree.children(around).any(|it| tree.kind(it) == Kind::Null)
            || tree.kind(around) == Kind::Member
    });
    if !starts || asked {
        return;
    }
    let (name, span) = (context.excerpt(target), tree.span(of));
    context
        .report(
            id,
            format!(
                "`{name}` is an `{name_of_box}`: this allocates a new box in each round, n in all"
            ),
        )
        .related(declared, format!("`{name}` is declared as a box"))
        .related(loops::head(tree, loop_node), "the loop")
        .because(format!("A `{name_of_box}` cannot change: a sum is a new one."))
        .fix(
            format!("Declare `{name}` as `{plain}`"),
            Safety::Unsafe,
            vec![(span, (*plain).to_owned())],
        )
        .emit();
}
