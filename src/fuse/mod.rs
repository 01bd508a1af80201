//! Thin glue between the tree and the kernel: mounting, signals, the end.
