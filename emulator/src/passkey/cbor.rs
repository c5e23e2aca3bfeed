//! As much of CBOR ([RFC 8949](https://www.rfc-editor.org/rfc/rfc8949)) as authenticators write.

/// Deeper than any attestation goes.
const DEEPEST: usize = 8;

/// One value.
#[derive(Debug, PartialEq)]
pub(super) enum Item {
    Bytes(Vec<u8>),
    List(Vec<Self>),
    Map(Vec<(Self, Self)>),
    Number(i64),
    Simple(u8),
    Text(String),
}

impl Item {
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    pub(super) fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn get_text(&self, name: &str) -> Option<&Self> {
        self.get(&Self::Text(name.to_owned()))
    }

    pub(super) fn get_number(&self, name: i64) -> Option<&Self> {
        self.get(&Self::Number(name))
    }

    fn get(&self, name: &Self) -> Option<&Self> {
        match self {
            Self::Map(members) => members.iter().find(|(it, _)| it == name).map(|(_, it)| it),
            _ => None,
        }
    }
}

/// Reads one value of definite length, and gives back what stands after it.
pub(super) fn read(bytes: &[u8]) -> Option<(Item, &[u8])> {
    read_at(bytes, 0)
}

fn read_at(bytes: &[u8], depth: usize) -> Option<(Item, &[u8])> {
    if depth > DEEPEST {
        return None;
    }
    let (&head, rest) = bytes.split_first()?;
    let (kind, short) = (head >> 5, head & 31);
    if kind == 7 {
        // Floats do not occur; true, false and null do.
        return (short < 24).then_some((Item::Simple(short), rest));
    }
    let (argument, mut rest) = argument(short, rest)?;
    let number = i64::try_from(argument).ok()?;
    let length = usize::try_from(argument).ok()?;

    let item = match kind {
        0 => Item::Number(number),
        1 => Item::Number(-1 - number),
        2 | 3 => {
            let (content, after) = rest.split_at_checked(length)?;
            rest = after;
            if kind == 2 {
                Item::Bytes(content.to_vec())
            } else {
                Item::Text(String::from_utf8(content.to_vec()).ok()?)
            }
        }
        4 => {
            let mut items = Vec::new();
            for _ in 0..length {
                let (item, after) = read_at(rest, depth + 1)?;
                items.push(item);
                rest = after;
            }
            Item::List(items)
        }
        5 => {
            let mut members = Vec::new();
            for _ in 0..length {
                let (name, after) = read_at(rest, depth + 1)?;
                let (value, after) = read_at(after, depth + 1)?;
                members.push((name, value));
                rest = after;
            }
            Item::Map(members)
        }
        _ => return None,
    };
    Some((item, rest))
}

/// The number in the head of a value: in the first byte, or in the one, two, four or eight after it.
fn argument(short: u8, rest: &[u8]) -> Option<(u64, &[u8])> {
    let width = match short {
        0..=23 => return Some((u64::from(short), rest)),
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return None,
    };
    let (digits, rest) = rest.split_at_checked(width)?;
    let value = digits
        .iter()
        .fold(0, |value, &digit| value << 8 | u64::from(digit));
    Some((value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Encodings from appendix A of RFC 8949.
    #[test]
    fn reads_what_the_standard_shows() {
        for (bytes, item) in [
            (&[0x18, 0x64][..], Item::Number(100)),
            (&[0x39, 0x03, 0xe7], Item::Number(-1000)),
            (&[0x44, 1, 2, 3, 4], Item::Bytes(vec![1, 2, 3, 4])),
            (
                &[0x64, 0x49, 0x45, 0x54, 0x46],
                Item::Text("IETF".to_owned()),
            ),
            (
                &[0x82, 1, 0xf5],
                Item::List(vec![Item::Number(1), Item::Simple(21)]),
            ),
            (
                &[0xa1, 1, 2],
                Item::Map(vec![(Item::Number(1), Item::Number(2))]),
            ),
        ] {
            assert_eq!(read(bytes), Some((item, &[][..])), "{bytes:02x?}");
        }
    }

    #[test]
    fn refuses_what_is_cut_off_or_too_deep() {
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[0x44, 1, 2]), None);
        assert_eq!(read(&[0x9b, 255, 255, 255, 255, 255, 255, 255, 255]), None);
        assert_eq!(read(&[0x81; 100]), None);
    }
}
