//! The keep-alive cost optimiser: exact best warm intervals for a function, from its idle gaps and the prices.
