//! The words a name is made of, for rules that go by what a name says.

/// The words of a name, in lower case: `sessionId`, `session_id` and `SESSION-ID` have the same.
pub(super) fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut after = ' ';
    for letter in name.chars() {
        let starts = letter.is_uppercase() && !after.is_uppercase();
        if !letter.is_alphanumeric() {
            after = ' ';
            continue;
        }
        if starts || !after.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
        after = letter;
    }
    words
}
