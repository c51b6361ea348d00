//! Networks: an address, or all that begin alike, such as `10.0.0.0/8`. Proxies in a cluster have
//! addresses that nobody knows beforehand.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Network {
    address: IpAddr,
    /// How many bits its addresses have in common.
    bits: u8,
}

/// A text that names no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no address and no network such as 10.0.0.0/8")]
pub struct NoNetwork(String);

/// The bits of an address, to the left, and how many there are.
fn bits(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)) << 96, 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    }
}

impl Network {
    /// Whether an address belongs to it.
    pub fn contains(&self, address: IpAddr) -> bool {
        let ((own, own_bits), (other, other_bits)) =
            (bits(self.address), bits(address.to_canonical()));
        own_bits == other_bits && (own ^ other).leading_zeros() >= u32::from(self.bits)
    }
}

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self { address, bits: bits(address).1 }
    }
}

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let wrong = || NoNetwork(text.to_owned());
        let Some((address, length)) = text.split_once('/') else {
            return text.parse::<IpAddr>().map(Into::into).map_err(|_| wrong());
        };
        let address = address.parse::<IpAddr>().map_err(|_| wrong())?;
        let length = length.parse::<u8>().map_err(|_| wrong())?;
        if length > bits(address).1 {
            return Err(wrong());
        }
        Ok(Self { address, bits: length })
    }
}

impl TryFrom<String> for Network {
    type Error = NoNetwork;

    fn try_from(text: String) -> Result<Self, NoNetwork> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.to_string()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bits == bits(self.address).1 {
            return write!(formatter, "{}", self.address);
        }
        write!(formatter, "{}/{}", self.address, self.bits)
    }
}
