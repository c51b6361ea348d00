//! The predictor: weights become a network, and samples become scores.
//!
//! [`Predictor::scores`] is the forward pass; `product` and `lanes` hold its arithmetic, `linear` and
//! `attention` the parts that it shares with the sentence encoder.

pub(crate) mod attention;
pub(crate) mod lanes;
pub(crate) mod linear;
mod network;
pub(crate) mod product;
mod scores;
mod weights;

use analysis::cancellation::CancellationToken;

use self::network::Network;
use self::scores::Scorer;
use self::weights::Weights;
use crate::dataset::sample::Sample;
use crate::features::Vocabulary;

pub use scores::Scores;
pub use weights::ModelError;

/// A network ready to be asked.
#[derive(Debug)]
pub struct Predictor {
    vocabulary: Vocabulary,
    network: Network,
    scorer: Scorer,
    parameters: usize,
}

impl Predictor {
    /// Reads weights (safetensors with the trainer's metadata) and the vocabulary they were
    /// trained with.
    ///
    /// # Errors
    /// [`ModelError`] when the weights are damaged, incomplete, or of another version.
    pub fn read(weights: &[u8], vocabulary: &str) -> Result<Self, ModelError> {
        let weights = Weights::read(weights)?;
        let lines = vocabulary.lines().filter(|line| !line.is_empty()).count();
        let vocabulary = Vocabulary::from_text(vocabulary);
        if vocabulary.words() != lines {
            let problem = format!(
                "the vocabulary has {lines} lines, of which {} can be used",
                vocabulary.words()
            );
            return Err(ModelError::Configuration { problem });
        }
        if vocabulary.len() != weights.configuration.words {
            let problem = format!(
                "the vocabulary has {} numbers, the weights {}",
                vocabulary.len(),
                weights.configuration.words
            );
            return Err(ModelError::Configuration { problem });
        }
        let network = Network::read(&weights)?;
        let (scorer, parameters) = (Scorer::read(&weights)?, weights.parameters());
        Ok(Self { vocabulary, network, scorer, parameters })
    }

    /// The words it knows.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The scores of each sample; nothing when cancelled.
    pub fn scores(&self, samples: &[Sample], cancel: &CancellationToken) -> Option<Vec<Scores>> {
        let states = self.network.states(samples, cancel)?;
        Some(self.scorer.scores(&self.network, samples, &states))
    }

    /// How many numbers were trained.
    pub fn parameters(&self) -> usize {
        self.parameters
    }

    /// Floating-point operations of the matrix products that a sample of so many positions takes.
    pub fn operations(&self, positions: usize) -> u64 {
        let weights::Configuration { width, layers, inner, .. } = self.network.configuration;
        let linear = positions * (4 * width * width + 2 * width * inner);
        let attention = 2 * positions * positions * width;
        2 * (layers * (linear + attention)) as u64
    }
}
