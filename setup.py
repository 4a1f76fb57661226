"""Builds the compiled copies of kernel and scanner where Cython and a C compiler allow it; see docs/kernel.md."""

from __future__ import annotations

import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from setuptools import Extension, setup

ROOT = Path(__file__).resolve().parent
SYSCALL = ROOT / "src" / "thresher" / "dissectors" / "syscall"
COPY = Path("build", "kernel", "thresher", "_kernel_compiled")
PACKAGE = "thresher._kernel_compiled"
MEMBERS = ROOT / "src" / "thresher" / "capture" / "store" / "members"
SCANNER_COPY = Path("build", "scanner", "thresher", "_scanner_compiled")
SCANNER_PACKAGE = "thresher._scanner_compiled"
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


def loaded(path: Path) -> ModuleType:
    """A module by its file: the package is not installed yet."""
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def copy_sources(sources: Path, names: list[str], digests: dict[str, str], copy: Path) -> None:
    """Bring a folder of copies up to date; files are written only where they change: Cython compiles only those."""
    texts = {copy.parent / "__init__.py": "", copy / "__init__.py": ""}
    for path in sorted(sources.glob("*.pxd")):
        texts[copy / path.name] = path.read_text("utf-8")
    for name in names:
        text = (sources / f"{name}.py").read_text("utf-8").replace(STUB_IMPORT, "import cython")
        texts[copy / f"{name}.py"] = f'{text}\nSOURCE_DIGEST = "{digests[name]}"\n'
    copy.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def kernel() -> list[Extension]:
    """One extension a kernel module."""
    from Cython.Build import cythonize

    digest = loaded(SYSCALL / "kernel_digest.py")
    folder = SYSCALL / "kernel"
    names: list[str] = digest.module_names(folder)
    copy_sources(folder, names, {name: digest.digest(folder, name) for name in names}, COPY)
    wanted = [
        Extension(f"{PACKAGE}.{Path(source).stem}", [str(COPY / source)], extra_compile_args=FLAGS)
        for source in (*(f"{name}.py" for name in names), f"{SHARED}.c")
    ]
    made: list[Extension] = cythonize(
        wanted,
        compiler_directives=DIRECTIVES,
        include_path=[str(COPY.parent.parent)],
        shared_utility_qualified_name=f"{PACKAGE}.{SHARED}",
    )
    return made


def scanner() -> list[Extension]:
    """The extension that takes members out of JSON records."""
    from Cython.Build import cythonize

    digest = loaded(MEMBERS / "digest.py")
    copy_sources(MEMBERS, ["scanner"], {"scanner": digest.digest()}, SCANNER_COPY)
    wanted = Extension(f"{SCANNER_PACKAGE}.scanner", [str(SCANNER_COPY / "scanner.py")], extra_compile_args=FLAGS)
    made: list[Extension] = cythonize(
        [wanted], compiler_directives=DIRECTIVES, include_path=[str(SCANNER_COPY.parent.parent)]
    )
    return made


def extensions() -> list[Extension]:
    """All that is compiled."""
    made = [*kernel(), *scanner()]
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
for package in (PACKAGE, SCANNER_PACKAGE):
    (ROOT / "src" / Path(*package.split("."))).mkdir(exist_ok=True)
setup(ext_modules=extensions_or_none())
