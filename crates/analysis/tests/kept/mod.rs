//! A cache for tests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use analysis::engine::{CacheKey, CheckedUnit, LoweredUnit, UnitCache};

/// A cache that keeps everything, so that every stale entry would show.
#[derive(Default)]
pub(crate) struct Everything {
    lowered: Mutex<HashMap<CacheKey, Arc<LoweredUnit>>>,
    checked: Mutex<HashMap<CacheKey, Arc<CheckedUnit>>>,
}

impl UnitCache for Everything {
    fn lowered(&self, key: CacheKey) -> Option<Arc<LoweredUnit>> {
        self.lowered.lock().unwrap().get(&key).cloned()
    }
    fn insert_lowered(&self, key: CacheKey, unit: Arc<LoweredUnit>) {
        self.lowered.lock().unwrap().insert(key, unit);
    }
    fn checked(&self, key: CacheKey) -> Option<Arc<CheckedUnit>> {
        self.checked.lock().unwrap().get(&key).cloned()
    }
    fn insert_checked(&self, key: CacheKey, unit: Arc<CheckedUnit>) {
        self.checked.lock().unwrap().insert(key, unit);
    }
}
