//! The replay: what a keep-alive policy costs on a trace, and how far it is from the best possible.
