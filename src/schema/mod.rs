//! What the messages look like: the `.proto` files in our own words, and the tables made from them.
