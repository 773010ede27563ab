"""The work that functions of Keras do, as nodes, in parts by what they are about: `OWN` of each has its functions."""
