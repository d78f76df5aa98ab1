//! x
use crate::model::Contract;
pub fn modules(_contract: &Contract) -> Vec<(String, String)> {
    Vec::new()
}
