"""Training: settings, the loop, the probes and the records they give."""
