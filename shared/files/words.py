"""What a file is in words, for people: its kind, and how long it lasts or how many pages it has."""

from shared.files.kinds import PDF, PICTURES, SOUNDS, VIDEOS
from shared.text import Text

PHOTO = Text(zh="照片", en="Photo")
SOUND = Text(zh="录音", en="Recording")
VIDEO = Text(zh="录像", en="Video")
DOCUMENT = Text(zh="文件", en="Document")
FILE = Text(zh="其他文件", en="File")


def name(media_type: str) -> Text:
    """The kind alone."""
    if media_type in PICTURES:
        return PHOTO
    if media_type in SOUNDS:
        return SOUND
    if media_type in VIDEOS:
        return VIDEO
    return DOCUMENT if media_type == PDF else FILE


def what(media_type: str, *, duration_ms: int | None = None, pages: int | None = None) -> Text:
    """The kind with its length, where it has one: 录音 2分10秒, 文件 3页."""
    known = name(media_type)
    if duration_ms is not None:
        lasted = lasting(duration_ms)
        return Text(zh=f"{known.zh} {lasted.zh}", en=f"{known.en}, {lasted.en}")
    if pages is not None:
        some = "page" if pages == 1 else "pages"
        return Text(zh=f"{known.zh} {pages}页", en=f"{known.en}, {pages} {some}")
    return known


def lasting(duration_ms: int) -> Text:
    """A duration to the second."""
    minutes, seconds = divmod((duration_ms + 500) // 1000, 60)
    if not minutes:
        return Text(zh=f"{seconds}秒", en=f"{seconds} s")
    return Text(zh=f"{minutes}分{seconds}秒", en=f"{minutes} min {seconds} s")
