"""`python -m netdsl`."""

from netdsl.cli.main import main

main()
