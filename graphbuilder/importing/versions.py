"""What Keras calls otherwise from version to version, and which of its options change nothing here."""

from collections.abc import Mapping
from typing import Any

RENAMED_KINDS: Mapping[str, str] = {
    "Convolution1D": "Conv1D", "Convolution2D": "Conv2D", "Convolution3D": "Conv3D", "AtrousConvolution2D": "Conv2D",
    "AtrousConvolution1D": "Conv1D", "Deconvolution2D": "Conv2DTranspose", "Deconvolution3D": "Conv3DTranspose",
    "Convolution1DTranspose": "Conv1DTranspose", "Convolution2DTranspose": "Conv2DTranspose",
    "Convolution3DTranspose": "Conv3DTranspose", "SeparableConvolution1D": "SeparableConv1D",
    "SeparableConvolution2D": "SeparableConv2D", "DepthwiseConvolution2D": "DepthwiseConv2D",
    "MaxPool1D": "MaxPooling1D", "MaxPool2D": "MaxPooling2D", "MaxPool3D": "MaxPooling3D",
    "AvgPool1D": "AveragePooling1D", "AvgPool2D": "AveragePooling2D", "AvgPool3D": "AveragePooling3D",
    "GlobalAvgPool1D": "GlobalAveragePooling1D", "GlobalAvgPool2D": "GlobalAveragePooling2D",
    "GlobalAvgPool3D": "GlobalAveragePooling3D", "GlobalMaxPool1D": "GlobalMaxPooling1D",
    "GlobalMaxPool2D": "GlobalMaxPooling2D", "GlobalMaxPool3D": "GlobalMaxPooling3D",
    "BatchNormalizationV1": "BatchNormalization", "BatchNormalizationV2": "BatchNormalization",
    "SyncBatchNormalization": "BatchNormalization", "LSTMV2": "LSTM", "GRUV2": "GRU", "CuDNNLSTM": "LSTM",
    "CuDNNGRU": "GRU",
    "TimeDistributedDense": "Dense", "LeakyReLu": "LeakyReLU", "ReLu": "ReLU",
    "GroupedQueryAttention": "GroupQueryAttention",
}  # fmt: skip
"""Classes by the names that Keras gave them before, or gives them as well."""

RENAMED: Mapping[str, Mapping[str, str]] = {
    "": {
        "nb_filter": "filters", "filter_length": "kernel_size", "subsample": "strides", "subsample_length": "strides",
        "border_mode": "padding", "dim_ordering": "data_format", "atrous_rate": "dilation_rate",
        "bias": "use_bias", "init": "kernel_initializer", "inner_init": "recurrent_initializer",
        "forget_bias_init": "unit_forget_bias", "inner_activation": "recurrent_activation",
        "W_regularizer": "kernel_regularizer", "U_regularizer": "recurrent_regularizer",
        "b_regularizer": "bias_regularizer", "W_constraint": "kernel_constraint",
        "U_constraint": "recurrent_constraint", "b_constraint": "bias_constraint", "dropout_W": "dropout",
        "dropout_U": "recurrent_dropout", "p": "rate", "sigma": "stddev", "pool_length": "pool_size",
        "stride": "strides", "gamma_init": "gamma_initializer", "beta_init": "beta_initializer",
        "theta": "threshold", "depthwise_init": "depthwise_initializer", "concat_axis": "axis",
    },
    "Dense": {"output_dim": "units"}, "LSTM": {"output_dim": "units"}, "GRU": {"output_dim": "units"},
    "SimpleRNN": {"output_dim": "units"}, "LeakyReLU": {"alpha": "negative_slope"},
    "Embedding": {"init": "embeddings_initializer", "W_regularizer": "embeddings_regularizer",
                  "W_constraint": "embeddings_constraint"},
    "UpSampling1D": {"length": "size"},
    "PReLU": {"init": "alpha_initializer"},
    "StringLookup": {"max_values": "max_tokens"},
}  # fmt: skip
"""Arguments that Keras called otherwise before: of any class, and of one."""

RENAMED_ACTIVATIONS: Mapping[str, str] = {
    "swish": "silu", "hard_swish": "hard_silu", "hardsigmoid": "hard_sigmoid", "leakyrelu": "leaky_relu",
    "softmax_v2": "softmax", "identity": "linear", "None": "linear",
}  # fmt: skip

FREE = object()
"""Any value of the option is fine."""
NO_MATTER: Mapping[str, tuple[Any, ...]] = {
    "fill_mode": ("constant", "reflect"), "epsilon": (0.01,), "salt": (None,), "output_mode": ("int",),
    "interpolation": ("bilinear",), "fill_value": (0.0,),
    "name": (FREE,), "dtype": (FREE,), "build_config": (FREE,), "seed": (FREE,), "implementation": (FREE,),
    "consume_less": (FREE,), "synchronized": (FREE,), "input_spec": (FREE,), "batch_size": (FREE,),
    "input_shape": (FREE,), "batch_input_shape": (FREE,), "batch_shape": (FREE,), "input_dtype": (FREE,),
    "input_length": (FREE,), "shared_object_id": (FREE,), "virtual_batch_size": (None,), "adjustment": (None,),
    "fused": (FREE,), "unroll": (FREE,), "time_major": (False,), "zero_output_for_mask": (FREE,), 
    "sparse": (False, None), "noise_shape": (None,),
    "ragged": (False, None), "renorm": (False,), "renorm_clipping": (FREE,), "renorm_momentum": (FREE,),
    "num_parameters": (FREE,), "auto_vectorize": (FREE,), "experimental_autocast": (FREE,), "autocast": (FREE,),
    "quantization_config": (None,), "quantization_mode": (None,), "lora_rank": (None,), "lora_alpha": (FREE,),
    "activity_regularizer": (None,), "data_format": (FREE,), "optional": (False,), "supports_masking": (FREE,),
    "moving_mean_initializer": (FREE,), "moving_variance_initializer": (FREE,), "rms_scaling": (False,),
    "invert": (False,), "oov_token": (FREE,), "mask_token": (None, ""), "pad_to_max_tokens": (FREE,),
    "idf_weights": (None,), "vocabulary_size": (FREE,), "oov_method": (FREE,), "encoding": ("utf-8",),
    "vocabulary_dtype": (FREE,), "mask_value": (None,), "attention_axes": (None, 1, [1]), "reset_after": (FREE,),
    "invert_mask": (False,), "has_vocabulary": (FREE,), "flash_attention": (FREE,), "mode": (0, None),
    "weights": (None,), "input_tensor": (None,), "keras_version": (FREE,), "is_placeholder": (FREE,),
    "output_padding": (None,), "interpolation_order": (FREE,), "num_oov_tokens": (FREE,), "input_dim": (FREE,),
    "groups": (1,), "dilation_rate": (1, [1], [1, 1], [1, 1, 1]), "function_type": (FREE,), "mask_zero": (False,),
    "return_state": (False,), "dropout": (0, 0.0, None), "return_attention_scores": (False,),
    "use_causal_mask": (False,), "causal": (False,), "output_shape": (None,), "query_shape": (FREE,),
    "key_shape": (FREE,), "value_shape": (FREE,),
    "kernel_initializer": (FREE,), "kernel_regularizer": (None,), "bounding_box_format": (FREE,), "use_scale": (False,),
    "value_range": (FREE,), "gamma_regularizer": (None,), "beta_regularizer": (None,), "gamma_constraint": (None,),
    "softmax_robust_masking": (FREE,), "rng_type": (FREE,),
    "beta_constraint": (None,), "moving_mean_regularizer": (None,), "kernel_constraint": (None,),
}  # fmt: skip
"""Options that no parameter is declared for, and their values that a document needs not say."""
