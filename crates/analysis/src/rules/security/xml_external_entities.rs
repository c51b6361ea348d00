//! `security/xml-external-entities`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::known::{Known, Use, When, known_use};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/xml-external-entities",
    category: Category::Security,
    summary: "A parser of XML fetches what the document names",
    severity: Severity::Warning,
    confidence: 0.8,
    languages: &["python", "javascript", "typescript", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports parsers of XML that follow external entities: those of Python's standard library and lxml, and Java's factories where nothing in the function turns the entities off.",
        why: "A document can then read files of the server (`file:///etc/passwd`), send requests from inside the network, or grow without end.",
        fix: "Use `defusedxml` in Python; in Java set the feature `disallow-doctype-decl`, or `ACCESS_EXTERNAL_DTD` to an empty text.",
        limits: "Documents that the program wrote itself are harmless, and cannot be told apart; settings made in another function are not seen.",
        references: &[
            "https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "import xml.etree.ElementTree as ET

def read(text):
    return ET.fromstring(text)
           ^^^^^^^^^^^^^^^^^^^ entities
",
        ),
        Example::bad(
            "python",
            "from lxml import etree

PARSER = etree.XMLParser(resolve_entities=True)
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ entities
",
        ),
        Example::good(
            "python",
            "import defusedxml.ElementTree as ET

def read(text):
    return ET.fromstring(text)
",
        ),
        Example::good(
            "python",
            "from lxml import etree

PARSER = etree.XMLParser(resolve_entities=False)
",
        ),
        Example::bad(
            "javascript",
            "const libxml = require('libxmljs');
const document = libxml.parseXml(text, { noent: true });
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ entities
",
        ),
        Example::bad(
            "javascript",
            "const libxml = require('libxmljs');
const document = libxml.parseXmlString(text, { noent: true, noblanks: true });
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ entities
",
        ),
        Example::good(
            "javascript",
            "const libxml = require('libxmljs');
const document = libxml.parseXml(text, { noent: false });
",
        ),
        Example::good(
            "javascript",
            "const libxml = require('libxmljs');
const document = libxml.parseXml(text);
",
        ),
        Example::bad(
            "typescript",
            "const libxml = require('libxmljs');
const document = libxml.parseXml(text, { noent: true });
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ entities
",
        ),
        Example::bad(
            "typescript",
            "const libxml = require('libxmljs');
const document = libxml.parseXmlString(text, { noent: true, noblanks: true });
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ entities
",
        ),
        Example::good(
            "typescript",
            "const libxml = require('libxmljs');
const document = libxml.parseXml(text, { noent: false });
",
        ),
        Example::good(
            "typescript",
            "const libxml = require('libxmljs');
const document = libxml.parseXml(text);
",
        ),
        Example::bad(
            "java",
            "class Shop {
    Document read(InputStream input) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ entities
        return factory.newDocumentBuilder().parse(input);
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void read(InputStream input, DefaultHandler handler) throws Exception {
        SAXParserFactory.newInstance().newSAXParser().parse(input, handler);
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ entities
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Document read(InputStream input) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(\"http://apache.org/xml/features/disallow-doctype-decl\", true);
        return factory.newDocumentBuilder().parse(input);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    XMLInputFactory make() {
        XMLInputFactory factory = XMLInputFactory.newInstance();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        return factory;
    }
}
",
        ),
        Example::bad(
            "c",
            "xmlDocPtr read(const char *path) {
    return xmlReadFile(path, NULL, XML_PARSE_NOENT);
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ entities
}
",
        ),
        Example::bad(
            "c",
            "xmlDocPtr read(const char *text, int length) {
    return xmlReadMemory(text, length, \"a.xml\", NULL, XML_PARSE_NOENT | XML_PARSE_DTDLOAD);
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ entities
}
",
        ),
        Example::good(
            "c",
            "xmlDocPtr read(const char *path) {
    return xmlReadFile(path, NULL, 0);
}
",
        ),
        Example::good(
            "c",
            "xmlDocPtr read(const char *path) {
    return xmlReadFile(path, NULL, XML_PARSE_NONET);
}
",
        ),
        Example::bad(
            "cpp",
            "xmlDocPtr read(const char *path) {
    return xmlReadFile(path, NULL, XML_PARSE_NOENT);
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ entities
}
",
        ),
        Example::bad(
            "cpp",
            "xmlDocPtr read(const char *text, int length) {
    return xmlReadMemory(text, length, \"a.xml\", NULL, XML_PARSE_NOENT | XML_PARSE_DTDLOAD);
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ entities
}
",
        ),
        Example::good(
            "cpp",
            "xmlDocPtr read(const char *path) {
    return xmlReadFile(path, NULL, 0);
}
",
        ),
        Example::good(
            "cpp",
            "xmlDocPtr read(const char *path) {
    return xmlReadFile(path, NULL, XML_PARSE_NONET);
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

const FOLLOWS: &str = "follows the entities that a document names";

/// What parses, by language.
const KNOWN: ByLanguage<&[Known]> = &[
    (
        &["python"],
        &[
            (
                Use::Call(
                    &[
                        "xml.etree.ElementTree.fromstring",
                        "xml.etree.ElementTree.parse",
                        "xml.etree.ElementTree.iterparse",
                        "xml.etree.ElementTree.XMLParser",
                        "xml.etree.cElementTree.fromstring",
                        "xml.etree.cElementTree.parse",
                        "xml.etree.cElementTree.iterparse",
                        "xml.sax.parse",
                        "xml.sax.parseString",
                        "xml.sax.make_parser",
                        "xml.sax.expatreader.create_parser",
                        "xml.dom.minidom.parse",
                        "xml.dom.minidom.parseString",
                        "xml.dom.pulldom.parse",
                        "xml.dom.pulldom.parseString",
                        "xml.dom.expatbuilder.parse",
                        "xml.dom.expatbuilder.parseString",
                    ],
                    &[],
                ),
                FOLLOWS,
            ),
            (Use::Call(&["etree.XMLParser"], &[When::Set("resolve_entities", &["True"])]), FOLLOWS),
            (Use::Call(&["lxml.etree.parse", "lxml.etree.fromstring"], &[When::Count(1)]), FOLLOWS),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[(
            Use::Call(
                &["parseXml", "parseXmlString", "parseXmlAsync"],
                &[When::Set("noent", &["true"])],
            ),
            FOLLOWS,
        )],
    ),
    (
        &["java"],
        &[(
            Use::Call(
                &[
                    "DocumentBuilderFactory.newInstance",
                    "SAXParserFactory.newInstance",
                    "XMLInputFactory.newInstance",
                    "XMLInputFactory.newFactory",
                    "TransformerFactory.newInstance",
                    "SchemaFactory.newInstance",
                    "XMLReaderFactory.createXMLReader",
                    "SAXReader",
                    "SAXBuilder",
                ],
                &[],
            ),
            FOLLOWS,
        )],
    ),
    (
        &["c", "cpp"],
        &[
            (
                Use::Call(
                    &["xmlReadFile", "xmlCtxtReadFile", "xmlReadFd"],
                    &[When::Argument(2, &["*XML_PARSE_NOENT*"])],
                ),
                FOLLOWS,
            ),
            (
                Use::Call(
                    &["xmlReadMemory", "xmlReadDoc"],
                    &[When::Argument(4, &["*XML_PARSE_NOENT*"])],
                ),
                FOLLOWS,
            ),
            (Use::Call(&["xmlSubstituteEntitiesDefault"], &[When::Argument(0, &["1"])]), FOLLOWS),
        ],
    ),
];
/// Words of settings that turn the entities off.
const TURNED_OFF: &[&str] = &[
    "disallow-doctype-decl",
    "ACCESS_EXTERNAL",
    "SUPPORT_DTD",
    "SUPPORTING_EXTERNAL_ENTITIES",
    "external-general-entities",
    "FEATURE_SECURE_PROCESSING",
    "setExpandEntityReferences",
    "setEntityResolver",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let Some(says) = known_use(context, id, KNOWN) else { return };
    let tree = context.tree;
    let function = tree.enclosing_function(id);
    let around = tree.code(function);
    if context.is_in_test(id) || TURNED_OFF.iter().any(|word| around.contains(word)) {
        return;
    }
    let shown = context.excerpt(id);
    context
        .report(id, format!("`{shown}` {says}"))
        .because(
            "An entity may stand for a file of this machine, or an address inside the network.",
        )
        .emit();
}
