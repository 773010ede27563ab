"""An SVG from standard input as a PNG on standard output: python -m graphbuilder.rasterize ZOOM.

A process of its own, since drawing keeps all other threads of its process waiting: seconds, for a large network.
"""

import sys
from pathlib import Path

import resvg_py


def main() -> None:
    import matplotlib  # noqa: PLC0415  -- for its fonts alone: a server may have none

    fonts = Path(matplotlib.get_data_path(), "fonts", "ttf")
    picture = resvg_py.svg_to_bytes(
        svg_string=sys.stdin.buffer.read().decode(),
        zoom=float(sys.argv[1]),
        background="#ffffff",
        font_files=[str(fonts / name) for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")],
        sans_serif_family="DejaVu Sans",
    )
    sys.stdout.buffer.write(bytes(picture))


if __name__ == "__main__":
    main()
