"""The training recipe of Silvergrain's models: SRResNet by L1, then SRGAN, then ONNX. See ../README.md."""
