"""Keys of locked files: deriving one from its passphrase takes 0.2 s, so a process does it once for a file."""

from __future__ import annotations

from hashlib import blake2b, pbkdf2_hmac
from pathlib import Path

from sqlcipher3 import dbapi2 as driver

_known: dict[Path, tuple[bytes, str]] = {}
_seen: set[Path] = set()
_READ = "select count(*) from sqlite_schema"


def unlock(raw: driver.Connection, path: Path, passphrase: str) -> None:
    """Give a new connection its key. A passphrase that is another shows at the first read, as ever."""
    known = _known.get(path)
    if known is not None and known[0] == _digest(passphrase):
        raw.execute(f"pragma key = \"x'{known[1]}'\"")
        try:
            raw.execute(_READ).fetchone()
        except driver.DatabaseError:  # another file has taken its place, with a salt of its own
            _known.pop(path, None)
        else:
            return
    raw.set_key(passphrase)


def learn(raw: driver.Connection, path: Path, passphrase: str) -> None:
    """Keep the key of a file that is opened for the second time; SQLCipher derives it as here."""
    if path in _known:
        return
    if path not in _seen:
        _seen.add(path)
        return
    try:
        raw.execute(_READ).fetchone()
        (salt,), (rounds,) = (raw.execute(f"pragma {one}").fetchone() for one in ("cipher_salt", "kdf_iter"))
    except driver.DatabaseError:  # the passphrase is another
        return
    key = pbkdf2_hmac("sha512", passphrase.encode(), bytes.fromhex(str(salt)), int(rounds), 32)
    _known[path] = _digest(passphrase), key.hex()


def forget(path: Path) -> None:
    """Let go of the key of a file."""
    _known.pop(path, None)
    _seen.discard(path)


def _digest(passphrase: str) -> bytes:
    return blake2b(passphrase.encode(), digest_size=32).digest()
