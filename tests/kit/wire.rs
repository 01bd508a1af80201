//! A protobuf encoder: just what swarm's messages need. Each put appends; nothing is left out, so a caller
//! that wants a zero value absent does not put it.

/// A message being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message(Vec<u8>);

impl Message {
    /// An empty message.
    pub fn new() -> Message {
        Message(Vec::new())
    }

    /// An empty message that will be about `room` bytes long.
    pub fn with_room(room: usize) -> Message {
        Message(Vec::with_capacity(room))
    }

    /// The bytes so far.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// A varint field, also where `value` is 0.
    pub fn varint(&mut self, field: u32, value: u64) -> &mut Message {
        self.tag(field, 0);
        put_varint(&mut self.0, value);
        self
    }

    /// A varint field where `value` is not 0, as proto3 writes scalars.
    pub fn number(&mut self, field: u32, value: u64) -> &mut Message {
        if value != 0 {
            self.varint(field, value);
        }
        self
    }

    /// A bytes field, also where it is empty.
    pub fn bytes_field(&mut self, field: u32, value: &[u8]) -> &mut Message {
        self.tag(field, 2);
        put_varint(&mut self.0, value.len() as u64);
        self.0.extend_from_slice(value);
        self
    }

    /// A string field where it is not empty, as proto3 writes scalars.
    pub fn text(&mut self, field: u32, value: &str) -> &mut Message {
        if !value.is_empty() {
            self.bytes_field(field, value.as_bytes());
        }
        self
    }

    /// A float field where it is not 0.
    pub fn float(&mut self, field: u32, value: f32) -> &mut Message {
        if value != 0.0 {
            self.tag(field, 5);
            self.0.extend_from_slice(&value.to_le_bytes());
        }
        self
    }

    /// A message field, also where the message is empty. It is written in its place: `fill` only appends.
    pub fn message(&mut self, field: u32, fill: impl FnOnce(&mut Message)) -> &mut Message {
        self.tag(field, 2);
        let start = self.0.len();
        fill(self);
        let end = self.0.len();
        put_varint(&mut self.0, (end - start) as u64);
        // The length stands before what it counts.
        let len = self.0.len() - end;
        self.0[start..].rotate_right(len);
        self
    }

    /// A `map<string, string>` field.
    pub fn map<K: AsRef<str>, V: AsRef<str>>(
        &mut self,
        field: u32,
        entries: impl IntoIterator<Item = (K, V)>,
    ) -> &mut Message {
        for (key, value) in entries {
            self.message(field, |entry| {
                entry.bytes_field(1, key.as_ref().as_bytes()).bytes_field(2, value.as_ref().as_bytes());
            });
        }
        self
    }

    /// A `Timestamp` or `Duration` field.
    pub fn time(&mut self, field: u32, seconds: i64, nanos: u32) -> &mut Message {
        self.message(field, |time| {
            time.number(1, seconds as u64).number(2, u64::from(nanos));
        })
    }

    fn tag(&mut self, field: u32, wire_type: u8) {
        put_varint(&mut self.0, u64::from(field) << 3 | u64::from(wire_type));
    }
}

/// Appends `value` as a varint.
pub fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
