"""What the classes of Keras call their arguments in order, as far as scripts give them without a name."""

from collections.abc import Mapping

_IN_ORDER = """
Activation: activation
AUC: num_thresholds curve
ActivityRegularization: l1 l2
Adadelta: learning_rate rho epsilon weight_decay clipnorm
Adagrad: learning_rate initial_accumulator_value epsilon weight_decay clipnorm
Adam: learning_rate beta_1 beta_2 epsilon amsgrad
AdamW: learning_rate weight_decay beta_1 beta_2 epsilon
Adamax: learning_rate beta_1 beta_2 epsilon weight_decay
AdaptiveAveragePooling1D: output_size data_format
AdaptiveAveragePooling2D: output_size data_format
AdaptiveAveragePooling3D: output_size data_format
AdaptiveMaxPooling1D: output_size data_format
AdaptiveMaxPooling2D: output_size data_format
AdaptiveMaxPooling3D: output_size data_format
AdditiveAttention: use_scale dropout
AlphaDropout: rate noise_shape seed
Attention: use_scale score_mode dropout seed
AugMix: value_range num_chains chain_depth factor alpha all_ops interpolation
AutoContrast: value_range
AveragePooling1D: pool_size strides padding data_format name
AveragePooling2D: pool_size strides padding data_format name
AveragePooling3D: pool_size strides padding data_format name
BatchNormalization: axis momentum epsilon center scale beta_initializer gamma_initializer
Bidirectional: layer merge_mode weights backward_layer
BinaryCrossentropy: from_logits label_smoothing axis reduction name dtype
BinaryFocalCrossentropy: apply_class_balancing alpha gamma from_logits label_smoothing axis reduction
CTC: reduction name dtype
CategoricalCrossentropy: from_logits label_smoothing axis reduction name dtype
CategoricalFocalCrossentropy: alpha gamma from_logits label_smoothing axis reduction name
CategoricalGeneralizedCrossEntropy: q reduction name dtype
CategoricalHinge: reduction name dtype
CategoryEncoding: num_tokens output_mode sparse
CenterCrop: height width data_format
Circle: gamma margin remove_diagonal reduction name dtype
Concatenate: axis
Constant: value
ContrastLimitedAdaptiveHistogramEqualization: value_range clip_limit tile_grid_size data_format
Conv1D: filters kernel_size strides padding data_format dilation_rate groups
Conv1DTranspose: filters kernel_size strides padding output_padding data_format dilation_rate
Conv2D: filters kernel_size strides padding data_format dilation_rate groups
Conv2DTranspose: filters kernel_size strides padding output_padding data_format dilation_rate
Conv3D: filters kernel_size strides padding data_format dilation_rate groups
Conv3DTranspose: filters kernel_size strides padding data_format output_padding dilation_rate
ConvLSTM1D: filters kernel_size strides padding data_format dilation_rate activation
ConvLSTM2D: filters kernel_size strides padding data_format dilation_rate activation
ConvLSTM3D: filters kernel_size strides padding data_format dilation_rate activation
CosineDecay: initial_learning_rate decay_steps alpha name warmup_target warmup_steps
CosineDecayRestarts: initial_learning_rate first_decay_steps t_mul m_mul alpha name
CosineSimilarity: axis reduction name dtype
Cropping1D: cropping
Cropping2D: cropping data_format
Cropping3D: cropping data_format
CutMix: factor seed data_format
Dense: units activation use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer
DepthwiseConv1D: kernel_size strides padding depth_multiplier data_format dilation_rate activation
DepthwiseConv2D: kernel_size strides padding depth_multiplier data_format dilation_rate activation
Dice: reduction name axis dtype
Discretization: bin_boundaries num_bins epsilon output_mode sparse dtype name
Dot: axes normalize
Dropout: rate noise_shape seed
ELU: alpha
EarlyStopping: monitor min_delta patience verbose mode baseline restore_best_weights start_from_epoch
F1Score: average threshold
Precision: thresholds
Recall: thresholds
ReduceLROnPlateau: monitor factor patience verbose mode min_delta cooldown min_lr
InverseTimeDecay: initial_learning_rate decay_steps decay_rate staircase name
PolynomialDecay: initial_learning_rate decay_steps end_learning_rate power cycle name
CosineDecay: initial_learning_rate decay_steps alpha name warmup_target warmup_steps
CosineDecayRestarts: initial_learning_rate first_decay_steps t_mul m_mul alpha name
PiecewiseConstantDecay: boundaries values name
SparseTopKCategoricalAccuracy: k name dtype
TopKCategoricalAccuracy: k name dtype
random_normal_initializer: mean stddev seed
random_uniform_initializer: minval maxval seed
truncated_normal_initializer: mean stddev seed
constant_initializer: value
EinsumDense: equation output_shape activation bias_axes kernel_initializer bias_initializer kernel_regularizer
Embedding: input_dim output_dim embeddings_initializer embeddings_regularizer embeddings_constraint mask_zero weights
Equalization: value_range bins data_format
ExponentialDecay: initial_learning_rate decay_steps decay_rate staircase name
Flatten: data_format
Ftrl: learning_rate learning_rate_power initial_accumulator_value l1_regularization_strength l2_regularization_strength
GRU: units activation recurrent_activation use_bias kernel_initializer recurrent_initializer bias_initializer
GRUCell: units activation recurrent_activation use_bias kernel_initializer recurrent_initializer bias_initializer
GaussianDropout: rate seed
GaussianNoise: stddev seed
GlobalAveragePooling1D: data_format keepdims
GlobalAveragePooling2D: data_format keepdims
GlobalAveragePooling3D: data_format keepdims
GlobalMaxPooling1D: data_format keepdims
GlobalMaxPooling2D: data_format keepdims
GlobalMaxPooling3D: data_format keepdims
GlorotNormal: seed input_axes output_axes
GlorotUniform: seed input_axes output_axes
GroupNormalization: groups axis epsilon center scale beta_initializer gamma_initializer
GroupQueryAttention: head_dim num_query_heads num_key_value_heads dropout use_bias sliding_window flash_attention
HashedCrossing: num_bins output_mode sparse name dtype
Hashing: num_bins mask_value salt output_mode sparse
HeNormal: seed input_axes output_axes
HeUniform: seed input_axes output_axes
Hinge: reduction name dtype
Huber: delta reduction name dtype
IdentityInitializer: gain
IntegerLookup: max_tokens num_oov_indices mask_token oov_token vocabulary vocabulary_dtype idf_weights
InverseTimeDecay: initial_learning_rate decay_steps decay_rate staircase name
KLDivergence: reduction name dtype
L1: l1
L1L2: l1 l2
L2: l2
LSTM: units activation recurrent_activation use_bias kernel_initializer recurrent_initializer bias_initializer
LSTMCell: units activation recurrent_activation use_bias kernel_initializer recurrent_initializer bias_initializer
Lambda: function output_shape mask arguments
LayerScale: init_values projection_dim
StochasticDepth: drop_path_rate
CustomScaleLayer: scale
LayerNormalization: axis epsilon center scale beta_initializer gamma_initializer beta_regularizer
LeakyReLU: negative_slope
LearningRateScheduler: schedule verbose
LecunNormal: seed input_axes output_axes
LecunUniform: seed input_axes output_axes
Lion: learning_rate beta_1 beta_2 weight_decay clipnorm
LogCosh: reduction name dtype
Masking: mask_value
MaxNorm: max_value axis
MaxNumBoundingBoxes: max_number fill_value
MaxPooling1D: pool_size strides padding data_format name
MaxPooling2D: pool_size strides padding data_format name
MaxPooling3D: pool_size strides padding data_format name
MeanAbsoluteError: reduction name dtype
MeanAbsolutePercentageError: reduction name dtype
MeanSquaredError: reduction name dtype
MeanSquaredLogarithmicError: reduction name dtype
Merge: layers mode concat_axis dot_axes
MelSpectrogram: fft_length sequence_stride sequence_length window sampling_rate num_mel_bins min_freq
MinMaxNorm: min_value max_value rate axis
MixUp: alpha data_format seed
MultiHeadAttention: num_heads key_dim value_dim dropout use_bias output_shape attention_axes
Nadam: learning_rate beta_1 beta_2 epsilon weight_decay
Normalization: axis mean variance invert
Orthogonal: gain seed
OrthogonalInitializer: gain seed
OrthogonalRegularizer: factor mode
PReLU: alpha_initializer alpha_regularizer alpha_constraint shared_axes
Permute: dims
PiecewiseConstantDecay: boundaries values name
Pipeline: layers name
Poisson: reduction name dtype
PolynomialDecay: initial_learning_rate decay_steps end_learning_rate power cycle name
RMSNormalization: axis epsilon
RMSprop: learning_rate rho momentum epsilon centered
RNN: cell return_sequences return_state go_backwards stateful unroll zero_output_for_mask
RandAugment: value_range num_ops factor interpolation seed data_format
RandomBrightness: factor value_range seed
RandomColorDegeneration: factor value_range data_format seed
RandomColorJitter: value_range brightness_factor contrast_factor saturation_factor hue_factor seed data_format
RandomContrast: factor value_range seed
RandomCrop: height width seed data_format name
RandomElasticTransform: factor scale interpolation fill_mode fill_value value_range seed
RandomErasing: factor scale fill_value value_range seed data_format
RandomFlip: mode seed data_format
RandomGaussianBlur: factor kernel_size sigma value_range data_format seed
RandomGrayscale: factor data_format seed
RandomHue: factor value_range data_format seed
RandomInvert: factor value_range seed data_format
RandomNormal: mean stddev seed
RandomPerspective: factor scale interpolation fill_value seed data_format
RandomPosterization: factor value_range data_format seed
RandomRotation: factor fill_mode interpolation seed fill_value data_format
RandomSaturation: factor value_range data_format seed
RandomSharpness: factor value_range data_format seed
RandomShear: x_factor y_factor interpolation fill_mode fill_value data_format seed
RandomTranslation: height_factor width_factor fill_mode interpolation seed fill_value data_format
RandomUniform: minval maxval seed
RandomZoom: height_factor width_factor fill_mode interpolation seed fill_value data_format
ReLU: max_value negative_slope threshold
RepeatVector: n
Rescaling: scale offset
Reshape: target_shape
Resizing: height width interpolation crop_to_aspect_ratio pad_to_aspect_ratio fill_mode fill_value
ReversibleEmbedding: input_dim output_dim tie_weights
SGD: learning_rate momentum nesterov weight_decay clipnorm
STFTSpectrogram: mode frame_length frame_step fft_length window periodic scaling
SeparableConv1D: filters kernel_size strides padding data_format dilation_rate depth_multiplier
SeparableConv2D: filters kernel_size strides padding data_format dilation_rate depth_multiplier
SimpleRNN: units activation use_bias kernel_initializer recurrent_initializer bias_initializer kernel_regularizer
SimpleRNNCell: units activation use_bias kernel_initializer recurrent_initializer bias_initializer kernel_regularizer
Softmax: axis
Solarization: addition_factor threshold_factor value_range seed
SparseCategoricalCrossentropy: from_logits ignore_class reduction axis name dtype
SpatialDropout1D: rate seed name dtype
SpatialDropout2D: rate data_format seed name dtype
SpatialDropout3D: rate data_format seed name dtype
SpectralNormalization: layer power_iterations
SquaredHinge: reduction name dtype
StackedRNNCells: cells
StringLookup: max_tokens num_oov_indices mask_token oov_token vocabulary idf_weights invert
TextVectorization: max_tokens standardize split ngrams output_mode output_sequence_length pad_to_max_tokens
TimeDistributed: layer
TruncatedNormal: mean stddev seed
Tversky: alpha beta reduction name axis dtype
UnitNorm: axis
UnitNormalization: axis
UpSampling1D: size
UpSampling2D: size data_format interpolation
UpSampling3D: size data_format
VarianceScaling: scale mode distribution seed input_axes output_axes
ZeroPadding1D: padding data_format
ZeroPadding2D: padding data_format
ZeroPadding3D: padding data_format
constant: value
glorot_normal: seed input_axes output_axes
glorot_uniform: seed input_axes output_axes
he_normal: seed input_axes output_axes
he_uniform: seed input_axes output_axes
identity: gain
l1: l1
l1_l2: l1 l2
l2: l2
lecun_normal: seed input_axes output_axes
lecun_uniform: seed input_axes output_axes
max_norm: max_value axis
min_max_norm: min_value max_value rate axis
orthogonal: gain seed
orthogonal_regularizer: factor mode
random_normal: mean stddev seed
random_uniform: minval maxval seed
stft: side window scaling periodic
truncated_normal: mean stddev seed
unit_norm: axis
variance_scaling: scale mode distribution seed input_axes output_axes
"""

IN_ORDER: Mapping[str, tuple[str, ...]] = {
    name: tuple(told.split()) for name, _, told in (line.partition(":") for line in _IN_ORDER.strip().splitlines())
}
"""By class."""
