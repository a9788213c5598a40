"""Social networks: each one file, against what stands for it here; what that is, each test says."""
