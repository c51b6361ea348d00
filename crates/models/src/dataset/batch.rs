//! Batches: samples of about one length, as arrays of little-endian numbers.
//!
//! A batch starts with five 32-bit numbers: [`MAGIC`], and the numbers of samples `B`, positions
//! `T`, groups `G` and candidates `C` of all samples together. Then, without gaps:
//!
//! | array | type | length |
//! |---|---|---|
//! | positions per sample | u16 | B |
//! | groups per sample | u16 | B |
//! | language | u8 | B |
//! | pair | u32 | B |
//! | label: group in the batch, or −1, or −2 | i32 | B |
//! | label: candidate in the batch, or −1, or −2 | i32 | B |
//! | words | u16 | 5 T |
//! | class, role, parent, layout | u8 each | T each |
//! | slot, name, head, definition | u16 each | T each |
//! | position of the group in its sample | u16 | G |
//! | kind of the group | u8 | G |
//! | group of the candidate in the batch | u32 | C |
//! | kind of the payload | u8 | C |
//! | payload | u16 | 5 C |
//!
//! The label is −1 for a correct function, and −2 for a wrong one that no candidate repairs.

use std::io::{self, Write};

use super::sample::Sample;
use crate::features::FORMAT_VERSION;
use crate::random::Random;

/// How a batch starts; ends with the version of the features.
pub const MAGIC: u32 = 0x4f53_4200 + FORMAT_VERSION;

/// Writes one batch.
///
/// # Errors
/// What the writer said.
pub fn write(samples: &[&Sample], out: &mut impl Write) -> io::Result<()> {
    let count = |length: fn(&Sample) -> usize| samples.iter().map(|it| length(it)).sum::<usize>();
    let (positions, groups, candidates) =
        (count(Sample::len), count(|it| it.group_kind.len()), count(|it| it.payload.len()));
    for number in [MAGIC as usize, samples.len(), positions, groups, candidates] {
        out.write_all(&(number as u32).to_le_bytes())?;
    }
    let shorts = |out: &mut dyn Write, numbers: &[u16]| {
        numbers.iter().try_for_each(|number| out.write_all(&number.to_le_bytes()))
    };
    for sample in samples {
        shorts(out, &[sample.len() as u16])?;
    }
    for sample in samples {
        shorts(out, &[sample.group_kind.len() as u16])?;
    }
    for sample in samples {
        out.write_all(&[sample.language])?;
    }
    for sample in samples {
        out.write_all(&sample.pair.to_le_bytes())?;
    }
    for part in [0, 1] {
        let (mut groups, mut candidates) = (0, 0);
        for sample in samples {
            let none = if sample.is_beyond_repair { -2 } else { -1 };
            let number = sample.label.map_or(none, |label| match part {
                0 => as_signed(groups + label.group),
                _ => as_signed(candidates + label.candidate),
            });
            out.write_all(&number.to_le_bytes())?;
            groups += sample.group_kind.len();
            candidates += sample.payload.len();
        }
    }
    for sample in samples {
        shorts(out, sample.words.as_flattened())?;
    }
    let bytes: [fn(&Sample) -> &[u8]; 4] =
        [|it| &it.class, |it| &it.role, |it| &it.parent, |it| &it.layout];
    for field in bytes {
        samples.iter().try_for_each(|sample| out.write_all(field(sample)))?;
    }
    let fields: [fn(&Sample) -> &[u16]; 5] =
        [|it| &it.slot, |it| &it.name, |it| &it.head, |it| &it.definition, |it| &it.group_position];
    for field in fields {
        samples.iter().try_for_each(|sample| shorts(out, field(sample)))?;
    }
    for sample in samples {
        out.write_all(&sample.group_kind)?;
    }
    let mut groups = 0;
    for sample in samples {
        for group in &sample.candidate_group {
            out.write_all(&(groups + group).to_le_bytes())?;
        }
        groups += sample.group_kind.len() as u32;
    }
    for sample in samples {
        out.write_all(&sample.payload_kind)?;
    }
    samples.iter().try_for_each(|sample| shorts(out, sample.payload.as_flattened()))
}

/// A batch holds far fewer things than 31 bits count.
fn as_signed(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(-1)
}

/// Cuts samples into batches of at most `tokens` positions after padding. Samples with the same
/// pair number stay together; lengths are much alike within a batch; batches come in random order.
pub fn cut<'a>(samples: &'a [Sample], tokens: usize, random: &mut Random) -> Vec<Vec<&'a Sample>> {
    let mut pairs: Vec<&[Sample]> = samples.chunk_by(|a, b| a.pair == b.pair).collect();
    let longest = |pair: &[Sample]| pair.iter().map(Sample::len).max().unwrap_or(0);
    pairs.sort_by_key(|pair| longest(pair));
    let mut batches: Vec<Vec<&Sample>> = Vec::new();
    let mut open: Vec<&Sample> = Vec::new();
    for pair in pairs {
        // Pairs come by length, so the newest is the longest.
        if !open.is_empty() && (open.len() + pair.len()) * longest(pair) > tokens {
            batches.push(std::mem::take(&mut open));
        }
        open.extend(pair);
    }
    batches.extend((!open.is_empty()).then_some(open));
    random.shuffle(&mut batches);
    batches
}
