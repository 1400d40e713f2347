"""The process of its own in which heavy work is done."""
