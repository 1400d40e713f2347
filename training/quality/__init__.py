"""How good a model is and whether to trust it: standing, certificates, doubts, versions, thresholds by hand."""
