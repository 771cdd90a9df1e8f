#!/bin/bash
# Runs a module of the recipe with the settings that make PyTorch fast on a CPU: run.sh train_psnr|train_gan|… [options]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
stage=${1:?"Expected the name of a stage: train_psnr, train_gan, export or curves. Each has --help."}
shift

# Without these glibc gives every large tensor back to the system and takes it again, page fault by page fault:
# 1.7 s a step became 0.33 s on two cores (stage 1, 16 patches of 96 px).
export MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-4294967296}
export MALLOC_TRIM_THRESHOLD_=${MALLOC_TRIM_THRESHOLD_:-8589934592}
export MALLOC_TOP_PAD_=${MALLOC_TOP_PAD_:-1073741824}
export PYTHONDONTWRITEBYTECODE=1
export PYTHONPATH=$here${PYTHONPATH:+:$PYTHONPATH}

exec "${PYTHON:-/usr/bin/python3}" -m "silvergrain_training.$stage" "$@"
