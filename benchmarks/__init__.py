"""What `make bench` measures, each figure beside its floor in the same run. See docs/benchmarks.md."""
