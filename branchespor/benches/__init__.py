"""The benchmarks behind `branchespor bench`, one module and one click command each; each prints its figures."""
