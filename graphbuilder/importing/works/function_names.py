"""Functions by their names in keras.ops, and what their arguments are called."""

from collections.abc import Mapping

from graphbuilder.operators.elementwise import FUNCTIONS

SAME_FUNCTION: Mapping[str, str] = {
    "abs": "absolute", "true_divide": "divide", "truediv": "divide", "div": "divide", "real_div": "divide",
    "amax": "max", "amin": "min", "reduce_max": "max", "reduce_min": "min", "reduce_mean": "mean",
    "reduce_sum": "sum", "reduce_std": "std", "reduce_variance": "var", "mul": "multiply", "sub": "subtract",
    "pow": "power", "neg": "negative", "add_v2": "add", "concat": "concatenate", "concat_v2": "concatenate",
    "swish": "silu", "hard_swish": "hard_silu", "re_lu": "relu", "leaky_re_lu": "leaky_relu", "re_lu6": "relu6",
    "clip_by_value": "clip", "reverse": "flip", "permute_dimensions": "transpose", "getitem": "get_item",
    "gather": "take", "gather_v2": "take", "select": "where", "select_v2": "where", "arg_max": "argmax",
    "arg_min": "argmin", "reduce_prod": "prod", "reduce_logsumexp": "logsumexp", "log_sum_exp": "logsumexp",
    "not": "logical_not", "gt": "greater", "ge": "greater_equal", "lt": "less", "le": "less_equal", "eq": "equal",
    "ne": "not_equal", "pack": "stack", "unpack": "unstack", "arc_tan": "arctan", "atan": "arctan",
    "max_pool2d": "max_pool", "max_pool1d": "max_pool", "max_pool3d": "max_pool", "avg_pool": "average_pool",
    "avg_pool1d": "average_pool", "avg_pool2d": "average_pool", "avg_pool3d": "average_pool", "cum_sum": "cumsum",
    "batch_dot": "matmul", "mat_mul": "matmul", "batch_mat_mul": "matmul", "batch_mat_mul_v2": "matmul",
    "l2_normalize": "normalize", "lrn": "local_response_normalization", "asinh": "arcsinh", "log_add_exp": "logaddexp",
    "log_addexp": "logaddexp", "is_nan": "isnan", "asin": "arcsin", "acos": "arccos", "atanh": "arctanh",
    "acosh": "arccosh", "floor_div": "floor_divide", "floordiv": "floor_divide", "floor_mod": "mod", "floormod": "mod",
    "remainder": "mod", "top_kv2": "top_k", "cum_prod": "cumprod", "matrix_diag_part": "diag_part",
    "matrix_diag_part_v2": "diag_part", "matrix_diag_part_v3": "diag_part", "arg_sort": "argsort",
    "layer_norm": "layer_normalization", "rms_norm": "rms_normalization", "rmsnorm": "rms_normalization",
    "extract_image_patches": "extract_patches", "reduce_any": "any", "reduce_all": "all", "switch": "where",
    "repeat_elements": "repeat",
}  # fmt: skip
"""Functions by the names that classes, TensorFlow and older versions give them."""
SIGNATURES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((
            "add", "subtract", "multiply", "divide", "maximum", "minimum", "power", "matmul", "squared_difference",
            "greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "logical_and", "logical_or",
            "logical_xor", "floor_divide", "mod", "dot",
        ),
        ("x1", "x2"),
    ),
    **dict.fromkeys(("mean", "sum", "max", "min", "std", "var"), ("x", "axis", "keepdims")),
    "full_like": ("x", "fill_value", "dtype"), "diff": ("a", "n", "axis"), "tensordot": ("x1", "x2", "axes"),
    "concatenate": ("xs", "axis"), "stack": ("x", "axis"), "split": ("x", "indices_or_sections", "axis"),
    "reshape": ("x", "newshape"), "transpose": ("x", "axes"), "clip": ("x", "x_min", "x_max"),
    "get_item": ("x", "key"), "threshold": ("x", "threshold", "default_value"), "leaky_relu": ("x", "negative_slope"),
    "elu": ("x", "alpha"), "gelu": ("x", "approximate"), "cast": ("x", "dtype"), "swapaxes": ("x", "axis1", "axis2"),
    "pad": ("x", "pad_width", "mode", "constant_values"), "resize": ("images", "size", "interpolation"),
    "sinusoidal_position": ("x", "wavelength"), "einsum": ("x", "x1", "x2"),
    "extract_patches": ("images", "size", "strides", "dilation_rate", "padding"),
    "where": ("condition", "x1", "x2"), "conditional": ("condition", "x1", "x2"),
    "one_hot": ("x", "num_classes", "axis", "dtype"), **dict.fromkeys(("cumsum", "cumprod"), ("x", "axis")),
    "top_k": ("x", "k", "sorted"), **dict.fromkeys(("sort", "argsort"), ("x", "axis", "direction")),
    **dict.fromkeys(("diagonal", "trace"), ("x", "offset", "axis1", "axis2")), "diag_part": ("x", "k"),
    "take": ("x", "indices", "axis"), "tile": ("x", "repeats"), "repeat": ("x", "repeats", "axis"),
    "roll": ("x", "shift", "axis"), "unstack": ("x", "num", "axis"), "norm": ("x", "ord", "axis", "keepdims"),
    "moveaxis": ("x", "source", "destination"),
    "any": ("x", "axis", "keepdims"), "all": ("x", "axis", "keepdims"), "round": ("x", "decimals"),
    "rgb_to_grayscale": ("images", "data_format"), "rgbto_grayscale": ("images", "data_format"),
    "celu": ("x", "alpha"), "squareplus": ("x", "b"), "hard_shrink": ("x", "threshold"),
    "soft_shrink": ("x", "threshold"),
    "sobel_edges": ("image",), "flip_left_right": ("images",), "flip_up_down": ("images",),
    **dict.fromkeys(("max_pool", "average_pool"), ("xs", "pool_size", "strides", "padding")),
    **dict.fromkeys(("depth_to_space", "space_to_depth"), ("x", "block_size")),
    **dict.fromkeys(("logaddexp", "hypot"), ("x1", "x2")), "moments": ("x", "axes", "keepdims"),
    "local_response_normalization": ("x", "depth_radius", "bias", "alpha", "beta"), "average": ("x", "axis", "weights"),
    "layer_normalization": ("x", "gamma", "beta", "axis", "epsilon"), "rms_normalization": ("x", "scale", "axis"),
    **dict.fromkeys(("tril", "triu"), ("x", "k")), "nan_to_num": ("x", "nan", "posinf", "neginf"),
    "normalize": ("x", "axis", "order", "epsilon"), "relu": ("x", "negative_slope", "max_value", "threshold"),
}  # fmt: skip
"""What a function's arguments are called in order; of any other (x, axis)."""
SAME_ARGUMENT: Mapping[str, str] = {
    "x": "x1", "a": "x1", "y": "x2", "b": "x2", "shape": "newshape", "perm": "axes", "pattern": "axes",
    "inputs": "xs", "values": "xs",
    "min_value": "x_min", "max_value": "x_max", "clip_value_min": "x_min",
    "clip_value_max": "x_max", "input": "x", "input_tensor": "x", "tensor": "x", "features": "x", "logits": "x",
    "arrays": "xs", "slice_spec": "key", "paddings": "pad_width", "keep_dims": "keepdims", "alpha": "negative_slope",
    "image": "images", "value": "x", "x1": "x", "xs": "x", "sizes": "size", "rates": "dilation_rate", "ksizes": "size",
    "equation": "x",
    "depth": "num_classes", "multiples": "repeats", "rep": "repeats", "params": "x", "ksize": "pool_size",
    "dimension": "axis",
}  # fmt: skip


def function_of(name: str) -> str:
    """A function by its name in keras.ops."""
    return SAME_FUNCTION.get(name, name)


ARITHMETIC = {"add": "Add", "multiply": "Multiply", "subtract": "Subtract", "maximum": "Maximum", "minimum": "Minimum"}
"""What works on two values by the nodes that do."""
ELEMENTWISE = {function_of(kind.call): name for name, kind in FUNCTIONS.items()}
"""By function, what `Elementwise` calls it."""
