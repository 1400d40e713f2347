"""Physical lines of a text file with their place in it: bytes, decoded text, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from annotate.importing.encoding import Encoding
from annotate.importing.records import MAX_RECORD, RejectReason
from annotate.importing.source import chunks


class Lines:
    """A window over the physical lines (ended by LF, CR or CRLF) of a file, from a byte offset on.

    ``texts[i]`` is line i with its line end; ``starts[i]`` its offset in the unpacked file and ``starts[i + 1]`` the
    next one's; ``flaws`` names lines that no record may hold. A line over 2 MiB is kept by its first 2 MiB. A line
    with bytes outside the encoding is decoded with surrogate escapes, so that its structure can still be read.
    """

    def __init__(self, path: Path, encoding: Encoding, offset: int) -> None:
        self.texts: list[str] = []
        self.starts: list[int] = [offset]
        self.flaws: dict[int, RejectReason] = {}
        self.at_end = False
        self._raws: list[bytes] = []
        self._encoding = encoding
        stream = chunks(path, offset)
        self._stream = _utf_8(stream, encoding) if encoding.is_utf_16 else stream
        self._measure = _utf_16_length if encoding.is_utf_16 else len
        self._codec = "utf-8" if encoding.is_utf_16 else encoding.codec
        self._rest = b""
        self._cut = 0

    def drop(self, count: int) -> None:
        """Forget the first lines of the window."""
        del self.texts[:count], self.starts[:count], self._raws[:count]
        if self.flaws:
            self.flaws = {line - count: reason for line, reason in self.flaws.items() if line >= count}

    def raw(self, first: int, end: int) -> bytes:
        """Return the bytes of lines [first, end) as they are in the unpacked file, at most MAX_RECORD of them."""
        joined = b"".join(self._raws[first:end])
        return _as_utf_16(joined, self._encoding)[:MAX_RECORD] if self._encoding.is_utf_16 else joined[:MAX_RECORD]

    def extend(self) -> bool:
        """Read on until there are more lines; return False if the file has ended before."""
        before = len(self.texts)
        while len(self.texts) == before and not self.at_end:
            chunk = next(self._stream, None)
            if chunk is None:
                self.at_end = True
                if self._rest:
                    self._add([self._rest], self._cut)
                    self._rest, self._cut = b"", 0
                break
            if self._cut:
                self._skip_overlong(chunk)
                continue
            lines = (self._rest + chunk).splitlines(keepends=True)
            # The last line may go on; behind a CR the LF may follow in the next chunk.
            self._rest = lines.pop() if not lines[-1].endswith(b"\n") else b""
            self._add(lines)
            if len(self._rest) > MAX_RECORD and not self._rest.endswith(b"\r"):
                self._cut = self._measure(self._rest)
                self._rest = _first_bytes(self._rest)
        return len(self.texts) > before

    def _skip_overlong(self, chunk: bytes) -> None:
        """Count the bytes of a line that is too long up to its end, keeping none of them."""
        ends = [place for place in (chunk.find(b"\n"), chunk.find(b"\r")) if place >= 0]
        if not ends:
            self._cut += self._measure(chunk)
            return
        end = min(ends) + 1
        if end == len(chunk) and chunk.endswith(b"\r"):
            chunk += next(self._stream, b"")
        end += chunk[end - 1 : end + 1] == b"\r\n"
        line, length = self._rest, self._cut + self._measure(chunk[:end])
        self._rest, self._cut = b"", 0
        self._add([line], length)
        rest = chunk[end:].splitlines(keepends=True)
        if rest:
            self._rest = rest.pop() if not rest[-1].endswith(b"\n") else b""
            self._add(rest)

    def _add(self, raws: list[bytes], length: int = 0) -> None:
        """Add lines to the window; ``length`` is the whole length of the one line that was cut."""
        if not raws:
            return
        first = len(self.texts)
        try:
            self.texts += [raw.decode(self._codec) for raw in raws]
        except UnicodeDecodeError:
            self.texts += [self._decoded(raw, first + place) for place, raw in enumerate(raws)]
        if any(b"\0" in raw for raw in raws):
            for place, raw in enumerate(raws, first):
                if b"\0" in raw:
                    self.flaws.setdefault(place, RejectReason.NUL)
        self._raws += raws
        at = self.starts[-1]
        for raw in raws:
            at += length or self._measure(raw)
            self.starts.append(at)
            if len(raw) > MAX_RECORD or length:
                self.flaws[len(self.starts) - 2] = RejectReason.RECORD_TOO_LONG

    def _decoded(self, raw: bytes, line: int) -> str:
        try:
            return raw.decode(self._codec)
        except UnicodeDecodeError:
            halves = self._encoding.is_utf_16 and not raw.endswith(_ODD_BYTE)
            self.flaws[line] = RejectReason.SURROGATE if halves else RejectReason.ENCODING
            return raw.decode(self._codec, "surrogateescape")


def _first_bytes(line: bytes) -> bytes:
    """Cut a line at MAX_RECORD, not within a character of UTF-8."""
    end = MAX_RECORD
    while line[end] & 0xC0 == 0x80 and end > MAX_RECORD - 4:
        end -= 1
    return line[:end]


_ODD_BYTE = b"\xff"
"""Stands for the last byte of UTF-16 of odd length; no UTF-8 holds it."""


def _utf_8(stream: Iterator[bytes], encoding: Encoding) -> Iterator[bytes]:
    """Turn UTF-16 into UTF-8 chunk by chunk, reversibly: lone surrogates become their three-byte forms."""
    rest = b""
    high = 1 if encoding is Encoding.UTF_16_LE else 0
    for chunk in stream:
        data = rest + chunk
        even = len(data) // 2 * 2
        if even >= 2 and 0xD8 <= data[even - 2 + high] < 0xDC:
            even -= 2
        rest = data[even:]
        if even:
            yield data[:even].decode(encoding.codec, "surrogatepass").encode("utf-8", "surrogatepass")
    even = len(rest) // 2 * 2
    last = rest[:even].decode(encoding.codec, "surrogatepass").encode("utf-8", "surrogatepass")
    if len(rest) > even:
        last += _ODD_BYTE
    if last:
        yield last


def _as_utf_16(line: bytes, encoding: Encoding) -> bytes:
    text = line.removesuffix(_ODD_BYTE).decode("utf-8", "surrogatepass")
    return text.encode(encoding.codec, "surrogatepass") + (b"\0" if line.endswith(_ODD_BYTE) else b"")


def _utf_16_length(line: bytes) -> int:
    if line.isascii():
        return 2 * len(line)
    text = line.removesuffix(_ODD_BYTE).decode("utf-8", "surrogatepass")
    return len(text.encode("utf-16-le", "surrogatepass")) + line.endswith(_ODD_BYTE)
