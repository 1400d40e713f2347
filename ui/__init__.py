"""The window: Qt only here; asks the packages below, computes nothing itself."""
