//! What is on disk: a read-only source of files, the layout of a state directory, the frames and records
//! of the write-ahead log, snapshot files, PEM. Bytes in, records with file and offset out; this room
//! knows no protobuf of swarm's and no keys.
