"""The tags of a film: what an mp4 or a webm says of itself, without a look at its frames."""

from __future__ import annotations

from pathlib import Path

EBML = b"\x1aE\xdf\xa3"  # what Matroska and webm begin with
MP4, MATROSKA = "mp4", "matroska"  # as libavformat calls what reads them
HEAD = 12  # bytes


def kind_of_film(head: bytes) -> str | None:
    """Which reader a film wants, by its first bytes; None of what is no film."""
    if head.startswith(EBML):
        return MATROSKA
    return MP4 if head[4:8] == b"ftyp" else None


def is_film(path: Path) -> bool:
    """Whether a file begins as a film does.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return kind_of_film(file.read(HEAD)) is not None


def film_tags(path: Path) -> dict[str, str]:
    """The tags of a film by their names in small letters: Matroska writes them in capitals.

    Raises:
        OSError: it is not a film that can be read.
    """
    import av
    from av.error import FFmpegError

    with path.open("rb") as file:
        kind = kind_of_film(file.read(HEAD))
        file.seek(0)
        try:
            # As an open file of a named kind: no name in it or of it can make the library open another one.
            with av.open(file, format=kind, metadata_errors="replace") as film:
                return {name.lower(): text for name, text in film.metadata.items()}
        except FFmpegError as error:
            raise OSError(f"it is damaged, or no film: {error.strerror or error}") from None
