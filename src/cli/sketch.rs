//! A small fixed tree that stands in for the real one.

use crate::tree::{Attr, Forest, Found, Ino, Lifetime, Moment, NodeKind, Row, Totals, TreeError};

enum Node {
    Folder,
    File(&'static [u8]),
    Link(&'static [u8]),
}

/// Inode, folder above, name, node.
type Item = (u64, u64, &'static str, Node);

pub(super) struct Sketch(Vec<Item>);

impl Sketch {
    pub(super) fn new() -> Self {
        let items: [(u64, &'static str, Node); 15] = [
            (
                1,
                "README.md",
                Node::File(b"# A swarm's state\n\nTry `ls objects/services/by-name`.\n"),
            ),
            (1, "status.json", Node::File(b"{\n  \"state\": \"sketch\"\n}\n")),
            (
                1,
                "check.txt",
                Node::File(b"note sketch status.json this is no real state\n"),
            ),
            (1, "entries", Node::Folder),
            (1, "objects", Node::Folder),
            (1, "secrets", Node::Folder),
            (5, "0000000001.json", Node::File(b"{\n  \"index\": 1\n}\n")),
            (6, "services", Node::Folder),
            (9, "abc.json", Node::File(b"{\n  \"id\": \"abc\"\n}\n")),
            (9, "by-name", Node::Folder),
            (11, "shop_web.json", Node::Link(b"../abc.json")),
            (7, "shop_db_password", Node::File(b"s3cr3t-db-pw")),
            (1, "configs", Node::Folder),
            (14, "shop_motd", Node::File(b"welcome to {{.Node.Hostname}}\n")),
            (1, "log.txt", Node::File(b"1 create cluster default\n")),
        ];
        let root = (1, 1, "", Node::Folder);
        let rest = items
            .into_iter()
            .zip(2..)
            .map(|((above, name, node), ino)| (ino, above, name, node));
        Self(std::iter::once(root).chain(rest).collect())
    }

    fn item(&self, ino: Ino) -> Result<&Item, TreeError> {
        self.0.iter().find(|item| item.0 == ino.0).ok_or(TreeError::NotFound)
    }

    fn within(&self, folder: Ino) -> impl Iterator<Item = &Item> {
        self.0.iter().filter(move |item| item.1 == folder.0 && item.0 != 1)
    }

    fn describe(&self, item: &Item) -> Attr {
        let (kind, size) = match item.3 {
            Node::Folder => (NodeKind::Folder, 0),
            Node::File(data) => (NodeKind::File, data.len()),
            Node::Link(target) => (NodeKind::Link, target.len()),
        };
        let below = self
            .within(Ino(item.0))
            .filter(|item| matches!(item.3, Node::Folder))
            .count();
        let links = if kind == NodeKind::Folder { 2 + below as u32 } else { 1 };
        let modified = Moment {
            seconds: 1_795_000_000,
            nanos: 5,
        };
        Attr {
            ino: Ino(item.0),
            kind,
            size: size as u64,
            modified,
            links,
            lifetime: Lifetime::Endless,
        }
    }
}

impl Forest for Sketch {
    fn lookup(&self, folder: Ino, name: &[u8]) -> Result<Found, TreeError> {
        let item = self
            .within(folder)
            .find(|item| item.2.as_bytes() == name)
            .ok_or(TreeError::NotFound)?;
        Ok(Found {
            attr: self.describe(item),
            name: Lifetime::Endless,
        })
    }

    fn attr(&self, ino: Ino) -> Result<Attr, TreeError> {
        Ok(self.describe(self.item(ino)?))
    }

    fn read(&self, ino: Ino, offset: u64, len: usize, sink: &mut dyn FnMut(&[u8])) -> Result<(), TreeError> {
        let Node::File(data) = self.item(ino)?.3 else {
            return Err(TreeError::IsAFolder);
        };
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|offset| data.get(offset..))
            .unwrap_or_default();
        sink(rest.get(..len).unwrap_or(rest));
        Ok(())
    }

    fn target(&self, link: Ino) -> Result<Vec<u8>, TreeError> {
        match self.item(link)?.3 {
            Node::Link(target) => Ok(target.to_vec()),
            _ => Err(TreeError::NotALink),
        }
    }

    fn list(
        &self,
        folder: Ino,
        cookie: u64,
        attributes: bool,
        each: &mut dyn FnMut(Row<'_>) -> bool,
    ) -> Result<(), TreeError> {
        for item in self.within(folder).filter(|item| item.0 > cookie) {
            let attr = self.describe(item);
            let found = attributes.then_some(Found {
                attr,
                name: Lifetime::Endless,
            });
            if !each(Row {
                name: item.2.as_bytes(),
                ino: attr.ino,
                kind: attr.kind,
                cookie: item.0,
                found,
            }) {
                break;
            }
        }
        Ok(())
    }

    fn parent(&self, folder: Ino) -> Ino {
        self.item(folder).map_or(Ino::ROOT, |item| Ino(item.1))
    }

    fn totals(&self) -> Totals {
        Totals {
            bytes: 64 << 20,
            files: self.0.len() as u64,
        }
    }
}
