"""The panels and fields that pages are made of."""
