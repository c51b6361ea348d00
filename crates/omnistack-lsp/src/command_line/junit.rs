//! A JUnit report, for servers that show test results and nothing else: each file with findings is a
//! suite, each finding a test that failed. Where nothing was found, one test that passed says so,
//! since many servers take an empty report for a broken run.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report as Suites, TestCase, TestCaseStatus, TestSuite};

use super::report::{Located, Report};

/// Writes the report as one XML document.
pub(super) fn write(output: &mut dyn Write, report: &Report) -> io::Result<()> {
    let mut suites = Suites::new("OmniStack");
    for findings in report.findings.chunk_by(|a, b| a.path == b.path) {
        let Some(first) = findings.first() else { continue };
        let path = first.display_path();
        let mut suite = TestSuite::new(path.as_str());
        suite.add_test_cases(findings.iter().map(|located| failure(&path, located)));
        suites.add_test_suite(suite);
    }
    if report.findings.is_empty() {
        let mut suite = TestSuite::new("check");
        let mut case = TestCase::new("no findings", TestCaseStatus::success());
        case.set_classname("check");
        suite.add_test_case(case);
        suites.add_test_suite(suite);
    }
    // Written at once: its own writer would hide why a write failed.
    let text = suites.to_string().map_err(io::Error::other)?;
    output.write_all(text.as_bytes())
}

fn failure(path: &str, located: &Located) -> TestCase {
    let (finding, place) = (&located.finding, located.place);
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(finding.severity.as_str()).set_message(finding.message.as_str());
    let (line, column) = (place.line, place.column);
    status.set_description(format!("{path}:{line}:{column}\n\n{}", located.excerpt.text));
    let mut case = TestCase::new(format!("{} at line {line}", finding.rule), status);
    case.set_classname(path);
    case
}
