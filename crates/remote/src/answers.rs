//! Answers, looked at before anybody uses them: as many as were asked for, in order, each with places
//! that are in the function's text and with words that fit. One that is wrong makes the whole answer
//! worthless, since who cannot count cannot be trusted with the rest.

use analysis::rules::UnitFinding;
use models::wire::{PredictRequest, PredictResponse, Prediction, UnitStatus};

use crate::words::{is_plain, shown};

/// A function has no more predictions, and a prediction no more repairs and facts.
const MOST_ITEMS: usize = 32;
/// No sentence is longer.
const MOST_BYTES: usize = 4096;
/// No model's name is longer.
const MOST_NAME_BYTES: usize = 120;

/// What a server said.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The server's address.
    pub endpoint: String,
    /// The model that it asked.
    pub model: String,
    /// What it found in each function, in the order of the request; nothing of those that it could
    /// not read.
    pub units: Vec<Option<Vec<UnitFinding>>>,
}

/// Reads the answer to a request.
pub(crate) fn read(
    request: &PredictRequest,
    body: &[u8],
    endpoint: String,
) -> Result<Answer, &'static str> {
    let response: PredictResponse =
        serde_json::from_slice(body).map_err(|_| "it is no answer to what was asked")?;
    if !is_name(&response.model) {
        return Err("it names no model");
    }
    if response.units.len() != request.units.len() {
        return Err("it is about another number of functions");
    }
    let mut units = Vec::with_capacity(response.units.len());
    for (asked, told) in request.units.iter().zip(&response.units) {
        if told.id.is_some() && told.id != asked.id {
            return Err("its functions are in another order");
        }
        if told.status != UnitStatus::Judged {
            units.push(None);
            continue;
        }
        if told.predictions.len() > MOST_ITEMS || !told.predictions.iter().all(is_moderate) {
            return Err("it says more than there is to say");
        }
        let findings: Option<Vec<UnitFinding>> =
            told.predictions.iter().map(|it| it.finding(&asked.code).and_then(worded)).collect();
        units.push(Some(findings.ok_or("one of its predictions is none")?));
    }
    Ok(Answer { endpoint, model: response.model, units })
}

/// A finding with its words as they may be shown; nothing if it has none then.
fn worded(mut finding: UnitFinding) -> Option<UnitFinding> {
    let titles = finding.fixes.iter_mut().map(|it| &mut it.title);
    for words in titles.chain(&mut finding.evidence).chain([&mut finding.message]) {
        *words = shown(words);
    }
    finding.evidence.retain(|it| !it.is_empty());
    (!finding.message.is_empty()).then_some(finding)
}

/// What is shown beside findings, as code in Markdown.
fn is_name(name: &str) -> bool {
    let is_fine = |it: char| is_plain(it) && it != '`';
    !name.trim().is_empty() && name.len() <= MOST_NAME_BYTES && name.chars().all(is_fine)
}

fn is_moderate(prediction: &Prediction) -> bool {
    let Prediction { message, fixes, evidence, .. } = prediction;
    let is_line = |it: &String| it.len() <= MOST_BYTES && !it.contains(['\n', '\r', '\0']);
    let edits_fit = fixes.iter().all(|fix| {
        is_line(&fix.title)
            && fix.edits.len() <= MOST_ITEMS
            && fix.edits.iter().all(|edit| edit.text.len() <= MOST_BYTES)
    });
    is_line(message)
        && !message.is_empty()
        && evidence.len() <= MOST_ITEMS
        && evidence.iter().all(is_line)
        && fixes.len() <= MOST_ITEMS
        && edits_fit
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use models::wire::{Edit, Fix, Unit, UnitAnswer};

    use super::*;

    const CODE: &str = "def f(a):\n    return a\n";

    fn request() -> PredictRequest {
        let unit = |id: &str| Unit {
            id: Some(id.to_owned()),
            language: "python".to_owned(),
            code: CODE.to_owned(),
            changed: false,
        };
        PredictRequest { units: vec![unit("0"), unit("1")], ..PredictRequest::default() }
    }

    fn prediction() -> Prediction {
        Prediction {
            rule: "predict/variable-misuse".to_owned(),
            severity: "warning".to_owned(),
            confidence: 0.5,
            message: "Something is wrong.".to_owned(),
            start: 21,
            end: 22,
            fixes: vec![Fix {
                title: "Mend it".to_owned(),
                edits: vec![Edit { start: 21, end: 22, text: "b".to_owned() }],
            }],
            evidence: vec!["A fact.".to_owned()],
        }
    }

    fn response() -> PredictResponse {
        let unit = |id: &str| UnitAnswer {
            id: Some(id.to_owned()),
            predictions: vec![prediction()],
            ..UnitAnswer::default()
        };
        PredictResponse { model: "large-1".to_owned(), units: vec![unit("0"), unit("1")] }
    }

    fn read_of(response: &PredictResponse) -> Result<Answer, &'static str> {
        read(&request(), &serde_json::to_vec(response).unwrap(), "https://a.example".to_owned())
    }

    #[test]
    fn an_answer_becomes_findings() {
        let mut response = response();
        response.units[1].status = UnitStatus::Unparsed;
        let answer = read_of(&response).unwrap();
        assert_eq!(answer.model, "large-1");
        assert_eq!(answer.units[0].as_ref().map(Vec::len), Some(1));
        assert!(answer.units[1].is_none());
    }

    #[test]
    fn its_words_are_no_markdown() {
        let mut response = response();
        let prediction = &mut response.units[0].predictions[0];
        prediction.message = "`a` [click](command:x)\u{202e}\u{1b}".to_owned();
        prediction.evidence = vec!["![x](http://host/leak)".to_owned(), "\u{202e}".to_owned()];
        prediction.fixes[0].title = "<img>".to_owned();
        prediction.fixes[0].edits[0].text = "a[0] < b".to_owned();
        let answer = read_of(&response).unwrap();
        let finding = &answer.units[0].as_ref().unwrap()[0];
        assert_eq!(finding.message, "`a` \\[click\\](command:x)");
        assert_eq!(finding.evidence, ["!\\[x\\](http://host/leak)"]);
        assert_eq!(finding.fixes[0].title, "\\<img\\>");
        assert!(format!("{:?}", finding.fixes[0].edits).contains("\"a[0] < b\""));
    }

    #[test]
    fn one_thing_that_is_wrong_makes_it_worthless() {
        let spoilt: [fn(&mut PredictResponse); 18] = [
            |it| it.model.clear(),
            |it| it.model = "a`b".to_owned(),
            |it| it.model = "a\nb".to_owned(),
            |it| it.model = "a\u{202e}b".to_owned(),
            |it| it.units[1].predictions[0].message = "\u{202e}".to_owned(),
            |it| it.units.truncate(1),
            |it| it.units.push(UnitAnswer::default()),
            |it| it.units.reverse(),
            |it| it.units[1].predictions[0].rule = "bug/self-comparison".to_owned(),
            |it| it.units[1].predictions[0].end = 4000,
            |it| it.units[1].predictions[0].start = 23,
            |it| it.units[1].predictions[0].confidence = 1.5,
            |it| it.units[1].predictions[0].severity = "loud".to_owned(),
            |it| it.units[1].predictions[0].message = "a\nb".to_owned(),
            |it| it.units[1].predictions[0].evidence = vec!["x".repeat(5000)],
            |it| it.units[1].predictions[0].evidence = vec![String::new(); 33],
            |it| it.units[1].predictions = vec![prediction(); 33],
            |it| it.units[1].predictions[0].fixes[0].edits[0].end = 99,
        ];
        for (index, spoil) in spoilt.into_iter().enumerate() {
            let mut response = response();
            spoil(&mut response);
            assert!(read_of(&response).is_err(), "{index}");
        }
        assert!(read(&request(), b"{\"units\": 3}", String::new()).is_err());
        assert!(read(&request(), "[".repeat(100_000).as_bytes(), String::new()).is_err());
    }
}
