"""`python -m branchespor`: the same as the console script."""

from branchespor.cli import main

main()
