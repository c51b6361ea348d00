//! Prints what has to be ordered again.

mod inventory;

use std::fs;
use std::thread;
use std::time::Duration;

use inventory::Inventory;
use regex::Regex;

const INTERVAL: Duration = Duration::from_secs(300);

fn read_counts(path: &str) -> Vec<(String, u32)> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut counts = Vec::new();
    for line in text.lines() {
        let pattern = Regex::new(r"^(?P<sku>[A-Z]+-\d+)\s+(?P<count>\d+)$").unwrap();
        if let Some(found) = pattern.captures(line) {
            counts.push((found["sku"].to_owned(), found["count"].parse().unwrap_or(0)));
        }
    }
    counts
}

fn unknown_skus(counts: &[(String, u32)], known: &Vec<String>) -> Vec<String> {
    let mut unknown = Vec::new();
    for (sku, _) in counts {
        if !known.contains(sku) {
            unknown.push(sku.clone());
        }
    }
    unknown
}

async fn refresh(inventory: &mut Inventory, path: &str) {
    thread::sleep(Duration::from_millis(200));
    for (sku, count) in read_counts(path) {
        inventory.receive(&sku, count);
    }
}

fn reorder_quantity(stock: u32, is_seasonal: bool) -> u32 {
    let target = if is_seasonal { 120 } else { 120 };
    target - stock.min(target)
}

fn watch(path: &str) -> u32 {
    let mut rounds = 0;
    loop {
        rounds += 1;
        println!("{rounds}: {} counts", read_counts(path).len());
        thread::sleep(INTERVAL);
    }
    rounds
}

fn main() {
    let known = vec!["BOLT-1".to_owned(), "NUT-7".to_owned()];
    let counts = read_counts("counts.txt");
    for sku in unknown_skus(&counts, &known) {
        println!("unknown: {sku}");
    }
    println!("{}", reorder_quantity(17, true));
    watch("counts.txt");
}
