//! `perf/formatter-in-loop`.

use crate::facts::loops;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::repeated_calls::{known_call, same_each_round};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/formatter-in-loop",
    category: Category::Perf,
    summary: "A loop makes the same formatter or parser in each round",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports formatters, parsers, mappers, templates and generators of random numbers that a loop makes in each round, with arguments that the loop does not change.",
        why: "Such an object reads a pattern, locale data or a configuration when it is made, which takes far longer than to use it once: often microseconds against nanoseconds. Generators of random numbers also give the same numbers again if made from the same seed.",
        fix: "Make the object once, before the loop or as a constant.",
        limits: "Only well-known classes are seen, and those that each round keeps or passes on are left alone. Some (`SimpleDateFormat`) must not be shared between threads.",
        references: &[
            "https://tc39.es/ecma402/",
            "https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/time/format/DateTimeFormatter.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "import json

def load(lines):
    for line in lines:
        decoder = json.JSONDecoder(strict=False)
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is made anew in each round
        yield decoder.decode(line)
",
        ),
        Example::bad(
            "python",
            "from jinja2 import Environment

def render(pages):
    for page in pages:
        environment = Environment(autoescape=True)
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is made anew in each round
        write(environment.from_string(page))
",
        ),
        Example::good(
            "python",
            "import json

def load(lines):
    decoder = json.JSONDecoder(strict=False)
    for line in lines:
        yield decoder.decode(line)
",
        ),
        Example::good(
            "python",
            "from jinja2 import Template

def render(pages):
    for page in pages:
        template = Template(page)
        write(template.render())
",
        ),
        Example::bad(
            "javascript",
            "function labels(prices) {
  return prices.map((price) => new Intl.NumberFormat('de').format(price));
                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^ is made anew in each round
}
",
        ),
        Example::bad(
            "javascript",
            "function show(days, locale) {
  for (const day of days) {
    const format = new Intl.DateTimeFormat(locale);
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is made anew
    print(format.format(day));
  }
}
",
        ),
        Example::good(
            "javascript",
            "function labels(prices) {
  const format = new Intl.NumberFormat('de');
  return prices.map((price) => format.format(price));
}
",
        ),
        Example::good(
            "javascript",
            "function formats(locales) {
  return locales.map((locale) => new Intl.NumberFormat(locale));
}
",
        ),
        Example::bad(
            "typescript",
            "function labels(prices: number[]) {
  return prices.map((price) => new Intl.NumberFormat('de').format(price));
                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^ is made anew in each round
}
",
        ),
        Example::bad(
            "typescript",
            "function show(days: Date[], locale: string) {
  for (const day of days) {
    const format = new Intl.DateTimeFormat(locale);
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is made anew
    print(format.format(day));
  }
}
",
        ),
        Example::good(
            "typescript",
            "function labels(prices: number[]) {
  const format = new Intl.NumberFormat('de');
  return prices.map((price) => format.format(price));
}
",
        ),
        Example::good(
            "typescript",
            "function formats(locales: string[]) {
  return locales.map((locale) => new Intl.NumberFormat(locale));
}
",
        ),
        Example::bad(
            "rust",
            "fn render(pages: &[Page]) {
    for page in pages {
        let registry = handlebars::Handlebars::new();
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is made anew in each round
        write(registry.render_template(TEXT, page));
    }
}
",
        ),
        Example::bad(
            "rust",
            "use time::format_description;

fn show(days: &[Date]) {
    for day in days {
        let format = format_description::parse(\"[year]-[month]\").unwrap();
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is made anew
        println!(\"{}\", day.format(&format).unwrap());
    }
}
",
        ),
        Example::good(
            "rust",
            "use time::format_description;

fn show(days: &[Date]) {
    let format = format_description::parse(\"[year]-[month]\").unwrap();
    for day in days {
        println!(\"{}\", day.format(&format).unwrap());
    }
}
",
        ),
        Example::good(
            "rust",
            "fn render(pages: &[Page]) {
    let registry = handlebars::Handlebars::new();
    for page in pages {
        write(registry.render_template(TEXT, page));
    }
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"text/template\"

func render(pages []Page) {
	for _, page := range pages {
		t := template.Must(template.New(\"page\").Parse(text))
                     ^^^^^^^^^^^^^^^^^^^^ is made anew in each round
		t.Execute(out, page)
	}
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"strings\"

func clean(lines []string) {
	for _, line := range lines {
		replacer := strings.NewReplacer(\"<\", \"&lt;\", \">\", \"&gt;\")
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is made anew
		write(replacer.Replace(line))
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"strings\"

func clean(lines []string) {
	replacer := strings.NewReplacer(\"<\", \"&lt;\", \">\", \"&gt;\")
	for _, line := range lines {
		write(replacer.Replace(line))
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"strings\"

func clean(words []string, line string) {
	for _, word := range words {
		replacer := strings.NewReplacer(word, \"\")
		write(replacer.Replace(line))
	}
}
",
        ),
        Example::bad(
            "java",
            "import java.text.SimpleDateFormat;

class Shop {
    void show(List<Date> days) {
        for (Date day : days) {
            SimpleDateFormat format = new SimpleDateFormat(\"yyyy-MM-dd\");
                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is made anew in each round
            print(format.format(day));
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "import com.fasterxml.jackson.databind.ObjectMapper;

class Shop {
    void load(List<String> lines) {
        lines.forEach(line -> {
            ObjectMapper mapper = new ObjectMapper();
                                  ^^^^^^^^^^^^^^^^^^ is made anew
            add(mapper.readTree(line));
        });
    }
}
",
        ),
        Example::good(
            "java",
            "import java.time.format.DateTimeFormatter;

class Shop {
    void show(List<LocalDate> days) {
        DateTimeFormatter format = DateTimeFormatter.ofPattern(\"yyyy-MM-dd\");
        for (LocalDate day : days) print(format.format(day));
    }
}
",
        ),
        Example::good(
            "java",
            "import java.text.SimpleDateFormat;

class Shop {
    Date parse(String text, List<String> patterns) throws Exception {
        for (String pattern : patterns) {
            SimpleDateFormat format = new SimpleDateFormat(pattern);
            accept(format.parse(text));
        }
        return null;
    }
}
",
        ),
        Example::bad(
            "cpp",
            "#include <random>

void shuffle(std::vector<int>& items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        auto generator = std::mt19937(42);
                         ^^^^^^^^^^^^^^^^ is made anew in each round
        swap(items, i, generator());
    }
}
",
        ),
        Example::bad(
            "cpp",
            "#include <locale>

void print(const std::vector<double>& prices) {
    for (double price : prices) {
        auto german = std::locale(\"de_DE\");
                      ^^^^^^^^^^^^^^^^^^^^ is made anew
        write(german, price);
    }
}
",
        ),
        Example::good(
            "cpp",
            "#include <random>

void shuffle(std::vector<int>& items) {
    std::mt19937 generator(42);
    for (std::size_t i = 0; i < items.size(); ++i) {
        swap(items, i, generator());
    }
}
",
        ),
        Example::good(
            "cpp",
            "#include <locale>

void print(const std::vector<std::string>& names) {
    for (const auto& name : names) {
        auto one = std::locale(name);
        write(one);
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Calls that make a formatter, a parser or the like, by language.
const MAKES: ByLanguage<&[(&str, ())]> = &[
    (
        &["python"],
        &[
            ("json.JSONDecoder", ()),
            ("json.JSONEncoder", ()),
            ("argparse.ArgumentParser", ()),
            ("jinja2.Environment", ()),
            ("jinja2.Template", ()),
            ("string.Template", ()),
            ("markdown.Markdown", ()),
            ("random.SystemRandom", ()),
            ("spacy.load", ()),
            ("tiktoken.get_encoding", ()),
            ("numpy.random.default_rng", ()),
            ("struct.Struct", ()),
            ("str.maketrans", ()),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            ("Intl.NumberFormat", ()),
            ("Intl.DateTimeFormat", ()),
            ("Intl.Collator", ()),
            ("Intl.PluralRules", ()),
            ("Intl.RelativeTimeFormat", ()),
            ("Intl.ListFormat", ()),
            ("Intl.DisplayNames", ()),
            ("Intl.Segmenter", ()),
            ("DOMParser", ()),
            ("XMLSerializer", ()),
            ("TextDecoder", ()),
            ("TextEncoder", ()),
            ("ajv.Ajv", ()),
            ("ajv", ()),
        ],
    ),
    (
        &["rust"],
        &[
            ("handlebars.Handlebars.new", ()),
            ("tera.Tera.new", ()),
            ("minijinja.Environment.new", ()),
            ("time.format_description.parse", ()),
            ("aho_corasick.AhoCorasick.new", ()),
            ("globset.Glob.new", ()),
            ("glob.Pattern.new", ()),
        ],
    ),
    (
        &["go"],
        &[
            ("text.template.New", ()),
            ("html.template.New", ()),
            ("strings.NewReplacer", ()),
            ("golang.org.x.text.message.NewPrinter", ()),
            ("golang.org.x.text.collate.New", ()),
        ],
    ),
    (
        &["java"],
        &[
            ("java.text.SimpleDateFormat", ()),
            ("java.text.DecimalFormat", ()),
            ("java.text.MessageFormat", ()),
            ("java.text.NumberFormat.getInstance", ()),
            ("java.text.NumberFormat.getCurrencyInstance", ()),
            ("java.text.NumberFormat.getPercentInstance", ()),
            ("java.text.DateFormat.getDateInstance", ()),
            ("java.text.DateFormat.getDateTimeInstance", ()),
            ("java.text.Collator.getInstance", ()),
            ("java.time.format.DateTimeFormatter.ofPattern", ()),
            ("com.fasterxml.jackson.databind.ObjectMapper", ()),
            ("com.google.gson.Gson", ()),
            ("com.google.gson.GsonBuilder", ()),
            ("javax.xml.parsers.DocumentBuilderFactory.newInstance", ()),
            ("javax.xml.parsers.SAXParserFactory.newInstance", ()),
            ("javax.xml.transform.TransformerFactory.newInstance", ()),
            ("javax.xml.xpath.XPathFactory.newInstance", ()),
            ("javax.xml.bind.JAXBContext.newInstance", ()),
            ("jakarta.xml.bind.JAXBContext.newInstance", ()),
            ("java.util.Random", ()),
            ("java.security.SecureRandom", ()),
        ],
    ),
    (
        &["cpp"],
        &[
            ("std.mt19937", ()),
            ("std.mt19937_64", ()),
            ("std.default_random_engine", ()),
            ("std.locale", ()),
        ],
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(table) = context.in_language(MAKES) else { return };
    let Some((path, ())) = known_call(context, id, table) else { return };
    let Some(loop_node) = same_each_round(context, id) else { return };
    if context.is_in_test(id) {
        return;
    }
    let call = context.excerpt(id);
    let shown = path.replace('.', context.knowledge().path_separator);
    context
        .report(id, format!("`{call}` is made anew in each round, though nothing of it changes: n times the cost of one"))
        .related(loops::head(tree, loop_node), "the loop")
        .because(format!("`{shown}` is known to be costly to make, and cheap to use."))
        .because("The loop changes none of its arguments, so that one made before the loop does.")
        .emit();
}
