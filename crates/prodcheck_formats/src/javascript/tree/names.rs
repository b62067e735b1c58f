//! The texts of a module, each kept once and named by a small number.

use super::ids::Name;
use std::hash::Hasher;

/// All texts of a module.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Names {
    text: String,
    /// Where each text ends in `text`; it begins where the one before ends.
    ends: Vec<u32>,
    /// Open addressing with linear probing: 1 + the text's number, 0 where free. The length is a power of two.
    table: Vec<u32>,
}

impl Names {
    /// The number of texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a name.
    pub fn get(&self, name: Name) -> &str {
        self.at(name.index()).unwrap_or("")
    }

    /// The name of a text, if the module has it.
    pub fn find(&self, text: &str) -> Option<Name> {
        if self.table.is_empty() {
            return None;
        }
        self.slot(text).ok()
    }

    /// The name of a text; a new one if the module did not have it.
    pub fn intern(&mut self, text: &str) -> Name {
        if self.ends.len() * 2 >= self.table.len() {
            self.grow();
        }
        match self.slot(text) {
            Ok(name) => name,
            Err(free) => {
                self.text.push_str(text);
                self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
                if let Some(slot) = self.table.get_mut(free) {
                    *slot = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
                }
                Name::from_index(self.ends.len() - 1)
            }
        }
    }

    fn at(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)? as usize,
            None => 0,
        };
        self.text.get(start..end)
    }

    /// The name of the text, or the free slot where it belongs.
    fn slot(&self, text: &str) -> Result<Name, usize> {
        let mask = self.table.len().wrapping_sub(1);
        let mut slot = hash(text) & mask;
        loop {
            match self.table.get(slot).copied().unwrap_or(0).checked_sub(1) {
                None => return Err(slot),
                Some(index) if self.at(index as usize) == Some(text) => return Ok(Name::from_index(index as usize)),
                Some(_) => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let size = (self.table.len() * 2).max(64);
        self.table = vec![0; size];
        for index in 0..self.ends.len() {
            let Some(text) = self.at(index) else { continue };
            let mut slot = hash(text) & (size - 1);
            while self.table.get(slot).is_some_and(|taken| *taken != 0) {
                slot = (slot + 1) & (size - 1);
            }
            if let Some(free) = self.table.get_mut(slot) {
                *free = u32::try_from(index + 1).unwrap_or(u32::MAX);
            }
        }
    }
}

/// A keyed hash: the texts come from files that nobody vouches for.
#[allow(clippy::cast_possible_truncation)] // only the low bits choose the slot
fn hash(text: &str) -> usize {
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_each_text_once() {
        let mut names = Names::default();
        let texts: Vec<String> = (0..1000).map(|number| format!("näme{number}")).collect();
        let first: Vec<Name> = texts.iter().map(|text| names.intern(text)).collect();
        let again: Vec<Name> = texts.iter().map(|text| names.intern(text)).collect();
        assert_eq!(first, again);
        assert_eq!(names.len(), 1000);
        for (name, text) in first.iter().zip(&texts) {
            assert_eq!(names.get(*name), text);
            assert_eq!(names.find(text), Some(*name));
        }
        assert_eq!(names.find("other"), None);
        assert_eq!(Names::default().find(""), None);
    }
}
