"""The families of the palette, in its order."""

from graphbuilder.operators.operator import Family

DATA = Family("data", "Data in", "#0072B2", "#56B4E9", "M3 12h11M10 7l5 5-5 5M19 4v16")
PREPROCESSING = Family(
    "preprocessing", "Preprocessing", "#8A4B2A", "#E3A27C", "M4 6h16M4 12h16M4 18h16M9 4v4M15 10v4M7 16v4"
)
AUGMENTATION = Family(
    "augmentation", "Augmentation", "#7B3FA0", "#C99BEA", "M4 4h10v10H4zM10 14v6h10V10h-6M7 11l3-3 4 4"
)
LINEAR = Family("linear", "Linear", "#009E73", "#2BC99B", "M5 5v14M19 5v14M5 6l14 12M5 18L19 6M5 12h14")
CONVOLUTION = Family("convolution", "Convolution", "#B35A00", "#F0883A", "M4 4h16v16H4zM4 4h8v8H4zM12 12h4v4h-4z")
POOLING = Family("pooling", "Pooling", "#8F6F00", "#E9BE3A", "M3 4h18L14 12v7l-4 2v-9z")
ACTIVATION = Family("activation", "Activation", "#A64B80", "#E08ABB", "M3 17h8L20 6M3 17h18")
NORMALIZATION = Family("normalization", "Normalization", "#3C5FA8", "#8FAEF0", "M3 19c6 0 5-13 9-13s3 13 9 13M12 3v18")
REGULARIZATION = Family(
    "regularization", "Regularization", "#6A4FA3", "#B49AE8", "M5 5l14 14M12 3a9 9 0 110 18 9 9 0 010-18"
)
ARITHMETIC = Family(
    "arithmetic", "Arithmetic", "#5E6B1F", "#C3D05A", "M6 5v6M3 8h6M15 8h6M4 15l5 5M9 15l-5 5M15 16h6M15 19h6"
)
SHAPE = Family("shape", "Shape", "#4F6272", "#9DB2C4", "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 12h8M12 8v8")
SEQUENCE = Family("sequence", "Sequence", "#7A5C2E", "#D9B98A", "M3 12h4l2-6 3 12 3-9 2 3h4")
ATTENTION = Family(
    "attention", "Attention", "#9A3B52", "#F09AAE", "M3 12h3M18 5h3M18 12h3M18 19h3M6 12l12-7M6 12h12M6 12l12 7"
)
MERGE = Family("merge", "Merge", "#007A87", "#3CC4D2", "M4 5c6 0 5 7 9 7h7M4 19c6 0 5-7 9-7M17 9l3 3-3 3")
BLOCK = Family("block", "Block", "#5B5B5B", "#B8B8B8", "M4 4h7v7H4zM13 13h7v7h-7zM13 4h7v7h-7zM4 13h7v7H4z")
LOSS = Family("loss", "Loss", "#C0392B", "#FF8A75", "M4 4v16h16M6 8c3 8 7 9 13 9")

FAMILIES = (
    DATA, PREPROCESSING, AUGMENTATION, LINEAR, CONVOLUTION, POOLING, ACTIVATION, NORMALIZATION, REGULARIZATION, SHAPE,
    SEQUENCE, ATTENTION, MERGE, ARITHMETIC, LOSS,
)  # fmt: skip
