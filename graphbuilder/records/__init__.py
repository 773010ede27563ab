"""What is known of a training: records as they come, summed up, kept, drawn, set beside others. Knows no Keras."""
