"""Hears how a track sounds, by way of ffmpeg where that is installed."""
