"""python -m graphbuilder, the same as the command graphbuilder."""

from graphbuilder.cli import main

main()
