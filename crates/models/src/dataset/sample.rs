//! Samples: one window of a unit as numbers, with its label.

use crate::features::{
    Features, Group, Payload, Piece, SubtokenIds, Vocabulary, WINDOW, Window, language_number,
};
use crate::injection::Label;

/// Payloads have so many numbers.
pub const PAYLOAD: usize = crate::features::subtokens::MOST_SUBTOKENS;

/// One window of a unit as the trainer gets it. Indices count from the window's start.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// The language's number.
    pub language: u8,
    /// Subtokens of each position.
    pub words: Vec<SubtokenIds>,
    /// Token class of each position.
    pub class: Vec<u8>,
    /// Role of each position.
    pub role: Vec<u8>,
    /// Kind of what each position is a part of.
    pub parent: Vec<u8>,
    /// Depth of each position, at most 15, and 16 more where a statement starts.
    pub layout: Vec<u8>,
    /// Symbol slot of each position.
    pub slot: Vec<u16>,
    /// Name number of each position.
    pub name: Vec<u16>,
    /// Governing position of each position; itself when that is outside.
    pub head: Vec<u16>,
    /// Last definition of each position's variable; itself when that is outside.
    pub definition: Vec<u16>,
    /// Position of each group.
    pub group_position: Vec<u16>,
    /// Rewrite kind of each group.
    pub group_kind: Vec<u8>,
    /// Group of each candidate.
    pub candidate_group: Vec<u32>,
    /// What each candidate's payload is: 0 nothing, 1 a slot, 2 words, 3 two positions.
    pub payload_kind: Vec<u8>,
    /// Each candidate's payload: a slot; words; two positions.
    pub payload: Vec<[u16; PAYLOAD]>,
    /// Which of the unit's candidates each is.
    pub origin: Vec<u32>,
    /// The repair's group and candidate; nothing for a correct function.
    pub label: Option<Label>,
    /// Whether something is wrong that no candidate repairs.
    pub is_beyond_repair: bool,
    /// Number that ties a bug to its correct original.
    pub pair: u32,
}

impl Sample {
    /// Number of positions.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether it has no position.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// A window of a unit. `label` counts in the unit; nothing when the window does not hold it.
    pub fn of_window(
        features: &Features<'_>,
        window: &Window,
        vocabulary: &Vocabulary,
        label: Option<Label>,
    ) -> Option<Self> {
        let mut sample = Self { language: language_number(features.language), ..Self::default() };
        let start = window.positions.start;
        let positions = features.positions.get(window.positions.clone())?;
        let inside = |at: u32| {
            let at = (at as usize).checked_sub(start)?;
            (at < positions.len()).then_some(at as u16)
        };
        for (at, position) in (0_u16..).zip(positions) {
            let token = position.token;
            sample.words.push(vocabulary.numbers(features.text(position)));
            sample.class.push(token.class as u8);
            sample.role.push(position.role as u8);
            sample.parent.push(position.parent as u8);
            sample.layout.push(token.depth.min(15) + 16 * u8::from(token.starts_statement));
            sample.slot.push(position.slot);
            sample.name.push(position.name);
            sample.head.push(inside(position.head).unwrap_or(at));
            sample.definition.push(inside(position.definition).unwrap_or(at));
        }
        for (index, group) in
            features.groups.iter().enumerate().take(window.groups.end).skip(window.groups.start)
        {
            let label = label.filter(|label| label.group == index);
            sample.push_group(features, group, inside(group.position)?, vocabulary, &inside, label);
        }
        (label.is_some() == sample.label.is_some()).then_some(sample)
    }

    fn push_group(
        &mut self,
        features: &Features<'_>,
        group: &Group,
        position: u16,
        vocabulary: &Vocabulary,
        inside: &impl Fn(u32) -> Option<u16>,
        label: Option<Label>,
    ) {
        let number = self.group_kind.len();
        let before = self.payload.len();
        for (offset, candidate) in features.candidates_of(group).iter().enumerate() {
            let Some((kind, payload)) =
                self.encode(features, candidate.payload, vocabulary, inside)
            else {
                continue;
            };
            if label.is_some_and(|label| label.candidate == group.start as usize + offset) {
                self.label = Some(Label { group: number, candidate: self.payload.len() });
            }
            self.candidate_group.push(number as u32);
            self.payload_kind.push(kind);
            self.payload.push(payload);
            self.origin.push(group.start + offset as u32);
        }
        if self.payload.len() > before {
            self.group_position.push(position);
            self.group_kind.push(group.kind as u8);
        }
    }

    /// A payload as numbers; nothing for one that refers to what is outside the window.
    fn encode(
        &self,
        features: &Features<'_>,
        payload: Payload,
        vocabulary: &Vocabulary,
        inside: &impl Fn(u32) -> Option<u16>,
    ) -> Option<(u8, [u16; PAYLOAD])> {
        Some(match payload {
            Payload::None => (0, [0; PAYLOAD]),
            // In a unit of one window every slot has a position.
            Payload::Slot(slot) if self.len() < WINDOW || self.slot.contains(&slot) => {
                (1, [slot, 0, 0, 0, 0])
            }
            Payload::Slot(_) => return None,
            Payload::Piece(Piece::Text(text @ (" + 1" | " - 1"))) => {
                let sign = text.get(1..2).unwrap_or_default();
                (2, [vocabulary.number(sign), vocabulary.number("1"), 0, 0, 0])
            }
            Payload::Piece(piece) => (2, vocabulary.numbers(&features.piece_text(piece))),
            Payload::Positions(first, second) => (3, [inside(first)?, inside(second)?, 0, 0, 0]),
        })
    }
}
