//! `security/unsafe-deserialization`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::known::{Known, Use, When, known_use};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/unsafe-deserialization",
    category: Category::Security,
    summary: "Data is read in a form that can run code",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports calls that make objects of any class from data: `pickle`, `marshal`, `yaml.load` without a safe loader, `node-serialize`, Java's `ObjectInputStream`.",
        why: "The data says what is made and called on the way. Data from elsewhere runs code of its choice.",
        fix: "Use a format that holds data only, such as JSON, or a loader that knows safe types only.",
        limits: "Where the data comes from is not followed. Test code is left alone.",
        references: &[
            "https://cwe.mitre.org/data/definitions/502.html",
            "https://docs.python.org/3/library/pickle.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "import pickle


def load(data):
    return pickle.loads(data)
           ^^^^^^^^^^^^^^^^^^ runs whatever the data says
",
        ),
        Example::bad(
            "python",
            "import yaml


def load(data):
    return yaml.load(data)
           ^^^^^^^^^^^^^^^ runs whatever the data says
",
        ),
        Example::good(
            "python",
            "import yaml


def load(data):
    return yaml.load(data, Loader=yaml.SafeLoader)
",
        ),
        Example::good(
            "python",
            "import json


def load(data):
    return json.loads(data)
",
        ),
        Example::bad(
            "javascript",
            "import serialize from 'node-serialize';

function load(data) {
  return serialize.unserialize(data);
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ runs whatever the data says
}
",
        ),
        Example::bad(
            "javascript",
            "import * as serialize from 'node-serialize';

function load(data) {
  return serialize.unserialize(data);
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ runs whatever the data says
}
",
        ),
        Example::good(
            "javascript",
            "function load(data) {
  return JSON.parse(data);
}
",
        ),
        Example::good(
            "javascript",
            "function load(reader, data) {
  return reader.deserialize(data);
}
",
        ),
        Example::bad(
            "typescript",
            "import serialize from 'node-serialize';

function load(data) {
  return serialize.unserialize(data);
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ runs whatever the data says
}
",
        ),
        Example::bad(
            "typescript",
            "import * as serialize from 'node-serialize';

function load(data) {
  return serialize.unserialize(data);
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ runs whatever the data says
}
",
        ),
        Example::good(
            "typescript",
            "function load(data) {
  return JSON.parse(data);
}
",
        ),
        Example::good(
            "typescript",
            "function load(reader, data) {
  return reader.deserialize(data);
}
",
        ),
        Example::bad(
            "java",
            "import java.io.ObjectInputStream;

class Shop {
    Object load(InputStream data) {
        ObjectInputStream stream = new ObjectInputStream(data);
        return stream.readObject();
               ^^^^^^^^^^^^^^^^^^^ runs whatever the data says
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    Object load(ObjectInputStream stream) {
        return stream.readObject();
               ^^^^^^^^^^^^^^^^^^^ runs whatever the data says
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Object load(Reader reader) {
        return reader.readObject();
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    private void readObject(ObjectInputStream stream) {
        stream.defaultReadObject();
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Functions that make any object of data, by path.
const LOADERS: ByLanguage<&[&str]> = &[
    (
        &["python"],
        &[
            "pickle.loads",
            "pickle.load",
            "cPickle.loads",
            "cPickle.load",
            "marshal.loads",
            "marshal.load",
            "dill.loads",
            "dill.load",
            "shelve.open",
            "jsonpickle.decode",
            "yaml.unsafe_load",
            "yaml.full_load",
            "pandas.read_pickle",
            "pickle.Unpickler",
            "cloudpickle.loads",
            "cloudpickle.load",
            "joblib.load",
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            "node-serialize.unserialize",
            "node-serialize.default.unserialize",
            "funcster.deepDeserialize",
        ],
    ),
];

const RUNS: &str = "runs whatever the data says";

/// Calls of which it depends on more than their path.
const OTHERS: ByLanguage<&[Known]> = &[
    (
        &["python"],
        &[
            (Use::Call(&["torch.load"], &[When::Unset(&["weights_only"])]), RUNS),
            (Use::Call(&["torch.load"], &[When::Set("weights_only", &["False"])]), RUNS),
            (Use::Call(&["numpy.load"], &[When::Set("allow_pickle", &["True"])]), RUNS),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[(
            Use::Call(
                &["js-yaml.load", "yaml.load", "yaml.safeLoad"],
                &[When::Set("schema", &["*.DEFAULT_FULL_SCHEMA"])],
            ),
            RUNS,
        )],
    ),
    (
        &["java"],
        &[
            (Use::Call(&[".fromXML"], &[]), RUNS),
            (Use::Call(&["XMLDecoder"], &[]), RUNS),
            (Use::Call(&[".load", ".loadAll"], &[When::On("new Yaml()")]), RUNS),
            (Use::Call(&[".enableDefaultTyping"], &[]), RUNS),
            (Use::Call(&[".readObject"], &[When::On("new ObjectInputStream(")]), RUNS),
        ],
    ),
];

/// Loaders of YAML that know safe types only.
const SAFE: &[&str] = &["SafeLoader", "CSafeLoader", "BaseLoader"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    let path = context.paths().of(callee);
    let is_known = path.as_deref().is_some_and(|path| {
        context.in_language(LOADERS).is_some_and(|known| known.contains(&path))
    });
    let is_yaml = path.as_deref() == Some("yaml.load")
        && !SAFE.iter().any(|safe| context.text(id).contains(safe));
    let is_other = known_use(context, id, OTHERS).is_some();
    if !(is_known || is_yaml || is_other || is_object_stream(context, callee))
        || context.is_in_test(id)
    {
        return;
    }
    let text = context.excerpt(id);
    context
        .report(id, format!("`{text}` runs whatever the data says"))
        .because("The form names classes and functions, and reading it calls them.")
        .emit();
}

/// Whether a method reads objects from a Java stream of objects.
fn is_object_stream(context: &Context<'_>, callee: NodeId) -> bool {
    let tree = context.tree;
    let Some(receiver) = tree.child(callee, Role::Receiver) else { return false };
    let bindings = &context.facts.bindings;
    let declared = bindings.resolve(receiver).and_then(|it| bindings.binding(it));
    // A class that says how its own objects are read has to.
    let is_own = tree.name(tree.enclosing_function(callee)).starts_with("read");
    matches!(tree.name(callee), "readObject" | "readUnshared")
        && !is_own
        && declared.is_some_and(|it| {
            let made = tree.child(tree.node(it.declared_at).parent, Role::Type);
            made.is_some_and(|it| context.text(it).ends_with("ObjectInputStream"))
        })
}
