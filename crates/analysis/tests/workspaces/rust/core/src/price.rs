use std::fmt::Debug;

pub fn total(lines: &[u32]) -> u32 {
    rounded(1) // -> core/src/price.rs:rounded
}

pub fn rounded(amount: u32) -> u32 {
    amount
}
