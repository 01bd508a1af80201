//! Wire bytes to text: one walk over the wire, driven by the schema's tables, counted or written.
