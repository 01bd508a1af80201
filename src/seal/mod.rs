//! From unlock key to plaintext: key file, KEK, DEKs, secretbox, Fernet. The only room that holds keys.
