//! The version index: every version of every object, by kind and id, and where its bytes are.
