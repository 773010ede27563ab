"""Models of other programs, read into documents.

A reader turns a file into the neutral `model.Model`; `drawing` turns that into a document. Nothing of a file is ever
run, and neither Keras nor TensorFlow is loaded here.
"""
