"""The commands of `branchespor`, a module per subject, each loaded only when it is called."""
