//! Keep-alive policies: explicit, serialisable state that is told what happens and answers with warm intervals.
