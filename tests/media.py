"""Small files of every kind that may be evidence, made by hand, and hostile ones beside them."""

import io
import math
import struct
import zlib

from PIL import Image

from shared.files import wav

RATE = 16_000


def tone(seconds: float = 0.5, *, rate: int = RATE, pitch: float = 440.0) -> bytes:
    """Samples of a sine: 16 bit, little-endian, one channel."""
    count = round(seconds * rate)
    step = 2 * math.pi * pitch / rate
    return struct.pack(f"<{count}h", *(round(12_000 * math.sin(step * n)) for n in range(count)))


def sound(seconds: float = 0.5) -> bytes:
    """A WAVE file that plays."""
    return wav.write(tone(seconds), rate=RATE)


def box(name: bytes, inside: bytes = b"") -> bytes:
    return struct.pack(">I", 8 + len(inside)) + name + inside


def mp4(brand: bytes = b"M4A ", *, seconds: int = 7, long: bool = False) -> bytes:
    """The boxes of a recording without its samples."""
    layout, version = (">QQIQ", 1) if long else (">IIII", 0)
    header = bytes([version, 0, 0, 0]) + struct.pack(layout, 0, 0, 1000, seconds * 1000)
    index = box(b"moov", box(b"mvhd", header + bytes(80)) + box(b"trak"))
    return box(b"ftyp", brand + bytes(4) + brand) + box(b"mdat", bytes(32)) + index


def ogg(pages: int = 3) -> bytes:
    page = b"OggS" + bytes(22) + bytes([2, 10, 5]) + bytes(15)
    return page * pages


def pdf(pages: int = 3, *, packed: bool = False) -> bytes:
    """A document; `packed` puts its pages into a compressed stream of objects, as offices do."""
    page = b"<< /Type /Page /Parent 2 0 R >>"
    tree = b"1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Type /Pages >> endobj\n"
    numbers = range(3, 3 + pages)
    if packed:
        heads = b" ".join(b"%d %d" % (n, at * len(page)) for at, n in enumerate(numbers)) + b" "
        inside = zlib.compress(heads + page * pages)
        told = b"/Type /ObjStm /N %d /First %d /Length %d" % (pages, len(heads), len(inside))
        body = b"90 0 obj << %b >> stream\n%b\nendstream endobj\n" % (told, inside)
    else:
        body = b"".join(b"%d 0 obj %b endobj\n" % (n, page) for n in numbers)
    return b"%PDF-1.7\n" + tree + body + b"trailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"


def program() -> bytes:
    """What an .exe begins with, whatever it is called."""
    return b"MZ\x90\x00" + bytes(60) + b"PE\0\0" + bytes(200)


def picture(width: int = 64, height: int = 48, kind: str = "JPEG") -> bytes:
    target = io.BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(target, kind)
    return target.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 50,000 pixels wide and as high."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    rows = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + rows + chunk(b"IEND", b"")
