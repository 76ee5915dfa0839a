#!/usr/bin/env python3
"""Turns a folder of built web files into two sources: web_assets.S with their bytes, plain and gzip, and web_assets.cc with
their names. Usage: embed_web.py FOLDER OUT_FOLDER. Without the folder the table is empty."""
from __future__ import annotations

import gzip
import pathlib
import sys

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".woff2": "font/woff2",
    ".png": "image/png",
}


def main() -> int:
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix in TYPES)
    assembly = [".section .rodata"]
    names: list[str] = []
    rows: list[str] = []
    for number, path in enumerate(files):
        packed = out / f"{number}.gz"
        packed.write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
        for kind, source in (("plain", path), ("gzip", packed)):
            symbol = f"jarvis_web_{kind}_{number}"
            assembly += [f".global {symbol}, {symbol}_end", f"{symbol}:", f'.incbin "{source}"', f"{symbol}_end:"]
            names.append(f"extern const char {symbol}[], {symbol}_end[];")
        web_path = "/" + path.relative_to(folder).as_posix()
        rows.append(f'    {{"{web_path}", "{TYPES[path.suffix]}", {{jarvis_web_plain_{number}, jarvis_web_plain_{number}_end}}, '
                    f"{{jarvis_web_gzip_{number}, jarvis_web_gzip_{number}_end}}}},")
    assembly.append('.section .note.GNU-stack,"",%progbits')
    write(out / "web_assets.S", "\n".join(assembly) + "\n")
    write(out / "web_assets.cc", "\n".join([
        '#include "server/http/web_assets.h"', "", 'extern "C" {', *names, "}", "", "namespace jarvis::server::http {",
        f"static const std::array<WebAsset, {len(rows)}> files{{{{", *rows, "}};",
        "std::span<const WebAsset> web_assets() {", "  return files;", "}", "}  // namespace jarvis::server::http"]) + "\n")
    return 0


def write(path: pathlib.Path, text: str) -> None:
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


if __name__ == "__main__":
    sys.exit(main())
