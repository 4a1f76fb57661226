"""Where the user's case file is (the ground under ③–⑤)."""

from __future__ import annotations

import os
from pathlib import Path

FILE = "notes.case"


def default_path() -> Path:
    """The case file that is used where no other is named: in the user's data folder (``XDG_DATA_HOME``)."""
    import platformdirs

    return Path(platformdirs.user_data_path("thresher")) / FILE


def unwritable(path: Path) -> str:
    """Why a case file cannot be kept here; '' where it can."""
    if path.exists():
        return "" if os.access(path, os.R_OK | os.W_OK) else "cannot be written"
    folder = next((each for each in path.parents if each.exists()), path.parent)
    return (
        ""
        if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
        else f"cannot be made, nothing can be written in {folder}"
    )
