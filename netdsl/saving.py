"""Writing a file so that it is there whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path


def save(path: Path, text: str | bytes) -> None:
    """Puts text or bytes at `path`. Until all of it is on the disk, what was there before stays as it is.

    Raises `OSError` where that cannot be done, with nothing left behind. A device or a pipe is written to directly.
    """
    data = text if isinstance(text, bytes) else text.encode()
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with draft.open("xb") as file:
            if path.exists():
                draft.chmod(path.stat().st_mode & 0o777)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
