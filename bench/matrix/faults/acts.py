"""A person cancels, pauses and resumes, whatever else goes on: F65."""

from __future__ import annotations
