//! One error for all kernels: a stable code for programs, a sentence for people.

use std::fmt;

/// Stable codes: the same on every backend, and never renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// A value that is not one of those an argument may take.
    BadArgument,
    /// An array whose length does not fit the others.
    BadLength,
    /// NaN or infinity where a finite number is needed.
    NotFinite,
    /// A number outside its documented range.
    OutOfRange,
    /// Serialised state that this version did not write.
    BadState,
    /// No answer meets every condition.
    Infeasible,
    /// The caller's signal asked to stop.
    Aborted,
    /// A kernel broke: a bug, caught at the boundary.
    Internal,
}

impl Code {
    /// The code as programs see it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Code::BadArgument => "BAD_ARGUMENT",
            Code::BadLength => "BAD_LENGTH",
            Code::NotFinite => "NOT_FINITE",
            Code::OutOfRange => "OUT_OF_RANGE",
            Code::BadState => "BAD_STATE",
            Code::Infeasible => "INFEASIBLE",
            Code::Aborted => "ABORTED",
            Code::Internal => "INTERNAL",
        }
    }
}

/// What a kernel returns instead of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// For programs.
    pub code: Code,
    /// For people: what was given, and what was expected.
    pub message: String,
}

impl Error {
    /// An error with its sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Error { code, message: message.into() }
    }
}

/// `CODE: sentence`, the form in which both bindings carry an error to JavaScript.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message)
    }
}

impl std::error::Error for Error {}

/// A kernel's result.
pub type Result<T> = std::result::Result<T, Error>;
