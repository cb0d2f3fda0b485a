//! What is known by class, from the first time that it is needed.

use crate::state::{Reader, Writer};
use isotherm_numeric::{ensure, Code, Result};

/// One of each class at most.
#[derive(Clone, Debug)]
pub struct Known<T> {
    list: Vec<Option<Box<T>>>,
}

impl<T: Default> Known<T> {
    pub fn new() -> Self {
        Known { list: Vec::new() }
    }

    /// That of `class`, from now on.
    #[inline(always)]
    pub fn at(&mut self, class: usize) -> &mut T {
        if !matches!(self.list.get(class), Some(Some(_))) {
            self.begin(class);
        }
        match &mut self.list[class] {
            Some(known) => known,
            None => unreachable!("it was just begun"),
        }
    }

    #[cold]
    #[inline(never)]
    fn begin(&mut self, class: usize) {
        if self.list.len() <= class {
            self.list.resize_with(class + 1, || None);
        }
        self.list[class] = Some(Box::default());
    }

    /// That of `class`, if there is one.
    #[inline(always)]
    pub fn get(&self, class: usize) -> Option<&T> {
        self.list.get(class).and_then(|known| known.as_deref())
    }

    /// Each with its class.
    pub fn each(&self) -> impl Iterator<Item = (usize, &T)> {
        self.list.iter().enumerate().filter_map(|(class, known)| known.as_deref().map(|known| (class, known)))
    }

    /// Each that is there.
    pub fn each_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.list.iter_mut().filter_map(|known| known.as_deref_mut())
    }

    pub(crate) fn save(&self, out: &mut Writer, save: impl Fn(&T, &mut Writer)) {
        out.u8(self.list.len() as u8);
        for known in &self.list {
            out.u8(u8::from(known.is_some()));
            if let Some(known) = known {
                save(known, out);
            }
        }
    }

    /// Of `most` classes at most.
    pub(crate) fn load(
        from: &mut Reader<'_>,
        most: usize,
        load: impl Fn(&mut Reader<'_>) -> Result<T>,
    ) -> Result<Self> {
        let count = usize::from(from.u8()?);
        ensure(count <= most, Code::BadState, || format!("policy state has {count} classes, expected at most {most}"))?;
        let one = |_| if from.u8()? != 0 { Ok(Some(Box::new(load(from)?))) } else { Ok(None) };
        Ok(Known { list: (0..count).map(one).collect::<Result<_>>()? })
    }
}
