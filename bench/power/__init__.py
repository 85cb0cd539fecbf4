"""The proof of power loss: record what reaches the disk, and take the power away anywhere."""
