"""The one place that states the version of anychip."""

__version__ = "0.1.0"
