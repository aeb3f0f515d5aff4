"""Accuracy of the device library against a reference of higher precision."""
