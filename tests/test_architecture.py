"""The shape of the code base: import layers, no cycles, sizes. Numbers are the project's own limits."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "anychip"

# A module may import from its own layer's package and from layers to the left of it.
LAYERS = [
    {"_version", "diagnostics", "options", "cache"},
    {"ir"},
    {"analysis", "targets"},
    {"frontend", "reference"},
    {"codegen"},
    {"vectorize"},
    {"runtime"},
    {"compiler"},
    {"api", "cli", "__init__", "__main__"},
]
# Files of the vectoriser without a test of the same name: what they hold is seen in all the others.
UNTESTED_ALONE = {"__init__", "refusal"}
MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60
P90_FUNCTION_LINES = 25


def modules() -> dict[str, Path]:
    """Dotted module name -> file."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, known: dict[str, Path], *, lazy: bool) -> set[str]:
    """Modules of the package that a file imports; those inside functions only if ``lazy``."""
    tree = ast.parse(path.read_text())
    nodes = ast.walk(tree) if lazy else _top_level(tree)
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from package import module` needs the module, not what the package's __init__ goes on to do.
            full = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= {name if name in known else node.module for name in full}
    return {name for name in names if name in known}


def _top_level(tree: ast.Module) -> list[ast.stmt]:
    """Statements run at import, without ``if TYPE_CHECKING`` blocks."""
    return [node for node in tree.body if not isinstance(node, ast.If)]


def layer_of(module: str) -> int:
    """Index in LAYERS."""
    parts = module.split(".")
    name = parts[1] if len(parts) > 1 else "__init__"
    return next(index for index, layer in enumerate(LAYERS) if name in layer)


def test_imports_follow_the_layers() -> None:
    known = modules()
    wrong = [
        f"{module} imports {imported}"
        for module, path in known.items()
        for imported in imports(path, known, lazy=True)
        if imported != "anychip" and layer_of(imported) > layer_of(module)
    ]
    assert wrong == []


def test_no_import_cycles() -> None:
    known = modules()
    graph = {module: imports(path, known, lazy=False) - {module} for module, path in known.items()}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join([*trail, module])
        if module in done:
            return
        for imported in graph[module]:
            visit(imported, (*trail, module))
        done.add(module)

    for module in graph:
        visit(module, ())


def tracked(*suffixes: str) -> list[Path]:
    """Files under version control (or about to be) with one of the suffixes."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return [ROOT / name for name in listed if name.endswith(suffixes) and (ROOT / name).is_file()]


def test_files_are_short() -> None:
    suffixes = (".py", ".cpp", ".c", ".h", ".cu", ".cuh", ".hpp")
    long = {str(path): n for path in tracked(*suffixes) if (n := len(path.read_text().splitlines())) > MAX_FILE_LINES}
    assert long == {}


def test_each_pass_has_a_test_of_its_name() -> None:
    passes = {path.stem for path in (PACKAGE / "vectorize").glob("*.py")}
    tests = {path.stem.removeprefix("test_") for path in (ROOT / "tests" / "unit" / "vectorize").glob("test_*.py")}
    assert passes - tests == UNTESTED_ALONE


def test_functions_are_short() -> None:
    lengths = []
    for path in tracked(".py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lengths.append(((node.end_lineno or 0) - node.lineno + 1, f"{path}:{node.name}"))
    lengths.sort()
    assert lengths[int(len(lengths) * 0.9)][0] <= P90_FUNCTION_LINES
    assert lengths[-1][0] <= MAX_FUNCTION_LINES, lengths[-1]


@pytest.mark.parametrize("word", ["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error"])
def test_no_unfinished_marks(word: str) -> None:
    assert [str(path) for path in tracked(".py", ".cpp", ".c", ".h", ".cu") if word in path.read_text()] == []


def test_every_package_says_what_it_is_for() -> None:
    silent = [name for name, path in modules().items() if not ast.get_docstring(ast.parse(path.read_text()))]
    assert silent == []
