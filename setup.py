"""Builds the compiled copy of the kernel where Cython and a C compiler allow it; see docs/kernel.md."""

from __future__ import annotations

import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from setuptools import Extension, setup

ROOT = Path(__file__).resolve().parent
SYSCALL = ROOT / "src" / "thresher" / "dissectors" / "syscall"
COPY = Path("build", "kernel", "thresher", "_kernel_compiled")
PACKAGE = "thresher._kernel_compiled"
SHARED = "_cyutility"
"""Cython's own support code, which it writes once for all modules: half the time to compile."""
STUB_IMPORT = "from . import cython_stub as cython"
REQUIRED = os.environ.get("THRESHER_REQUIRE_KERNEL") == "1"
"""Developers and CI ask for a build that fails where the kernel cannot be compiled."""

DIRECTIVES = {
    "language_level": 3,
    "boundscheck": True,
    "nonecheck": True,
    "initializedcheck": False,  # every view is set by its constructor
    "infer_types": True,
    "wraparound": False,
    "cdivision": False,
    "annotation_typing": False,
    "show_performance_hints": False,  # they advise to switch the bounds checks off
}
FLAGS = [] if sys.platform == "win32" else ["-O3", "-g0", "-fwrapv"]


def copy_sources() -> list[str]:
    """Bring ``build/kernel`` up to date with the kernel's folder and return the names of the modules.

    Files are written only where they change, so that Cython compiles only those.
    """
    spec = spec_from_file_location("kernel_digest", SYSCALL / "kernel_digest.py")
    assert spec is not None
    assert spec.loader is not None
    digest = module_from_spec(spec)
    spec.loader.exec_module(digest)
    names: list[str] = digest.module_names(SYSCALL / "kernel")
    texts = {COPY.parent / "__init__.py": "", COPY / "__init__.py": ""}
    for path in sorted((SYSCALL / "kernel").glob("*.pxd")):
        texts[COPY / path.name] = path.read_text("utf-8")
    for name in names:
        text = (SYSCALL / "kernel" / f"{name}.py").read_text("utf-8").replace(STUB_IMPORT, "import cython")
        texts[COPY / f"{name}.py"] = f'{text}\nSOURCE_DIGEST = "{digest.digest(SYSCALL / "kernel", name)}"\n'
    COPY.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
    return names


def extensions() -> list[Extension]:
    """One extension a kernel module, or none where Cython is missing or fails."""
    from Cython.Build import cythonize

    sources = [f"{name}.py" for name in copy_sources()]
    wanted = [
        Extension(f"{PACKAGE}.{Path(source).stem}", [str(COPY / source)], extra_compile_args=FLAGS)
        for source in (*sources, f"{SHARED}.c")
    ]
    made: list[Extension] = cythonize(
        wanted,
        compiler_directives=DIRECTIVES,
        include_path=[str(COPY.parent.parent)],
        shared_utility_qualified_name=f"{PACKAGE}.{SHARED}",
    )
    for extension in made:
        extension.optional = not REQUIRED  # cythonize() drops what the constructor was told
    return made


def extensions_or_none() -> list[Extension]:
    """``extensions()``; whatever goes wrong is said, and the kernel is left to the interpreter."""
    try:
        return extensions()
    except Exception as error:
        if REQUIRED:
            raise
        print(f"thresher: the kernel stays interpreted: {error!r}", file=sys.stderr)
        return []


os.chdir(ROOT)
(ROOT / "src" / "thresher" / "_kernel_compiled").mkdir(exist_ok=True)
setup(ext_modules=extensions_or_none())
