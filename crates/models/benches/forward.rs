//! How fast the network is, beside a plain large matrix product of candle's in the same run, which
//! is what the machine can do.
//!
//! `cargo bench -p models` prints times and floating-point operations in a second.

#![allow(clippy::expect_used, missing_docs)]

use analysis::cancellation::CancellationToken;
use candle_core::{Device, Tensor};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use models::dataset::encode::{Function, samples};
use models::dataset::sample::Sample;
use models::predictor::Predictor;

fn main() {
    // One thread, as one forward pass has.
    let pool = rayon_core_of_one();
    pool.install(divan::main);
}

fn rayon_core_of_one() -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread")
}

fn predictor() -> Predictor {
    let weights = include_bytes!("../weights/predictor.safetensors");
    Predictor::read(weights, include_str!("../weights/vocabulary.txt")).expect("weights")
}

/// A function of exactly so many tokens.
fn sample(predictor: &Predictor, positions: usize) -> Sample {
    let line =
        "    if items[index] >= limit and not seen.get(index):\n        total += items[index]\n";
    let code = format!(
        "def total(items, seen, limit):\n    index = 0\n{}",
        line.repeat(positions.div_ceil(20) + 2)
    );
    let function = Function { language: "python".to_owned(), code };
    let mut sample = samples(&function, predictor.vocabulary()).swap_remove(0);
    assert!(sample.len() >= positions, "the function is long enough");
    sample.words.truncate(positions);
    for field in [&mut sample.class, &mut sample.role, &mut sample.parent, &mut sample.layout] {
        field.truncate(positions);
    }
    let fields = [&mut sample.slot, &mut sample.name, &mut sample.head, &mut sample.definition];
    for field in fields {
        field.truncate(positions);
    }
    for (at, target) in (0_u16..).zip(sample.head.iter_mut()) {
        *target = if *target as usize >= positions { at } else { *target };
    }
    let groups = sample.group_position.partition_point(|at| (*at as usize) < positions);
    sample.group_position.truncate(groups);
    sample.group_kind.truncate(groups);
    let candidates = sample.candidate_group.partition_point(|at| (*at as usize) < groups);
    sample.candidate_group.truncate(candidates);
    sample.payload_kind.truncate(candidates);
    sample.payload.truncate(candidates);
    sample
}

#[divan::bench(args = [50, 100, 200, 400, 512])]
fn one_function(bencher: Bencher<'_, '_>, positions: usize) {
    let predictor = predictor();
    let sample = sample(&predictor, positions);
    let cancel = CancellationToken::new();
    bencher
        .counter(ItemsCount::new(predictor.operations(positions)))
        .bench_local(|| predictor.scores(black_box(std::slice::from_ref(&sample)), &cancel));
}

#[divan::bench(sample_count = 20)]
fn batch_of_32_by_100(bencher: Bencher<'_, '_>) {
    let predictor = predictor();
    let samples = vec![sample(&predictor, 100); 32];
    let cancel = CancellationToken::new();
    bencher
        .counter(ItemsCount::new(32 * predictor.operations(100)))
        .bench_local(|| predictor.scores(black_box(&samples), &cancel));
}

#[divan::bench(sample_count = 20)]
fn plain_product_of_1024(bencher: Bencher<'_, '_>) {
    let matrix = || Tensor::rand(-1_f32, 1_f32, (1024, 1024), &Device::Cpu).expect("memory");
    let (left, right) = (matrix(), matrix());
    bencher
        .counter(ItemsCount::new(2_u64 * 1024 * 1024 * 1024))
        .bench_local(|| left.matmul(black_box(&right)).expect("a product"));
}
